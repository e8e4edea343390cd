"""Relations between numbers of a text, and which number to blame when one does not hold.

A relation can be tested with another value put in for one of its numbers; so the fault is looked for where a
single change mends most and breaks nothing, and one fault is reported once.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from common.amounts import round_half_up, trim
from reports.proofreading.numbers import HOUSE_PLACES, MONEY, PERCENT, Number

Values = dict[Number, Decimal]
LARGE = Decimal("1e30")


@dataclass(eq=False)
class Relation:
    """`test` says whether it holds with the values put in; `expect` what a number should be, and why."""

    kind: str
    numbers: tuple[Number, ...]
    derived: Number | None
    test: Callable[[Values], bool]
    expect: Callable[[Number], tuple[Decimal, str] | None]
    counted: bool = True
    span: tuple[int, int, str, str, str] | None = None  # (start, end, written, expected, because) without a number
    holds: bool = field(init=False)

    def __post_init__(self):
        self.holds = self.test({})


def value_of(number: Number, values: Values) -> Decimal:
    return values.get(number, number.amount)


def shown(number: Number) -> str:
    """The number as it stands in a reason: its digits, with % for a share."""
    return f"{number.written}%" if number.unit == PERCENT and number.scale == 1 else number.written


def fits(written: Number, exact: Decimal, values: Values | None = None) -> bool:
    """Whether the number written agrees with the exact amount; a hedged one only has to be near it."""
    value = value_of(written, values or {})
    if written.hedge in (">", ">="):
        return exact >= value and exact <= value * 2 + 10 * written.scale
    if written.hedge in ("<", "<="):
        return exact <= value
    if written.hedge == "-":
        return value * Decimal("0.8") <= exact <= value
    if written.hedge:
        return abs(exact - value) <= abs(value) * Decimal("0.1")
    return written.rounded(exact) == value


def sum_relation(total: Number, parts: list[Number], kind: str = "sum", derived: Number | None = None, slack: int = 0):
    """The parts total `total`. `slack` allows for parts that were rounded one by one, in steps of the last digit."""
    parts = tuple(parts)
    step = min(n.step for n in (total, *parts))
    whole_scale = total.scale

    def test(values):
        exact = sum(value_of(part, values) for part in parts)
        if total.hedge:
            return fits(total, exact, values)
        difference = abs(exact - value_of(total, values))
        coarse = total.step / 2 if total.step > step and total.unit == MONEY else 0
        return difference <= max(step * slack, coarse)

    def expect(number):
        if number is total:
            return sum(p.amount for p in parts), " + ".join(_in(p, whole_scale) for p in parts)
        others = [p for p in parts if p is not number]
        words = " − ".join([_in(total, number.scale), *(_in(p, number.scale) for p in others)])
        return total.amount - sum(p.amount for p in others), words

    return Relation(kind, (total, *parts), derived or total, test, expect)


def ratio_relation(kind: str, part: Number, whole: Number, percent: Number, group: Callable[[], bool] | None = None):
    """`percent` is `part` of `whole`; `group` says whether the written shares were balanced to total 100."""

    def test(values):
        if value_of(whole, values) == 0:
            return False
        if within_rounding(percent, values, lambda a, b: a * 100 / b, (part, whole)):
            return True
        return bool(not values and group and group())

    def expect(number):
        if number is not percent or not whole.amount:
            return None
        return percent.rounded(part.amount * 100 / whole.amount), f"{_in(part)} ÷ {_in(whole)}"

    return Relation(kind, (part, whole, percent), percent, test, expect)


def share_of_parts(part: Number, parts: list[Number], percent: Number):
    """`percent` is the share of `part` in all the parts together, where no total is written."""

    def exact(values):
        whole = sum(value_of(n, values) for n in parts)
        return value_of(part, values) * 100 / whole if whole else LARGE

    def test(values):
        return fits(percent, exact(values), values)

    def expect(number):
        if number is not percent:
            return None
        whole = sum(n.amount for n in parts) / part.scale
        return percent.rounded(exact({})), f"{_in(part)} ÷ {trim(whole)}"

    return Relation("share", (percent,), percent, test, expect)


def hundred_relation(shares: list[Number]):
    """The shares are one whole and total 100; blamed, a share is what the others leave."""

    slack = len(shares) * max(share.step for share in shares) / 2  # each was rounded

    def test(values):
        return abs(sum(value_of(share, values) for share in shares) - 100) <= slack

    def expect(number):
        others = [share for share in shares if share is not number]
        return 100 - sum(n.amount for n in others), " − ".join(["100%", *(_in(n) for n in others)])

    return Relation("share", tuple(shares), shares[-1], test, expect)


def growth_relation(before: Number, now: Number, percent: Number, by: Number | None = None, sign: int = 1):
    """`percent` is the growth (sign 1) or the fall (sign −1) from `before` to `now`.

    Where only the change is known, `before` is that change and `by` says so.
    """

    def rate(a, b):
        base = a if by is None else b - by_sign * a
        return (b - base) * 100 / base * sign if base else LARGE

    by_sign = sign

    def test(values):
        return within_rounding(percent, values, rate, (before, now))

    def expect(number):
        if number is not percent:
            return None
        words = (
            f"({_in(now)} − {_in(before)}) ÷ {_in(before)}"
            if sign > 0
            else f"({_in(before)} − {_in(now)}) ÷ {_in(before)}"
        )
        if by is not None:
            words = f"{_in(before)} ÷ ({_in(now)} {'−' if sign > 0 else '+'} {_in(before)})"
        return percent.rounded(rate(before.amount, now.amount)), words

    return Relation("growth", (before, now, percent), percent, test, expect)


def times_relation(now: Number, before: Number, times: Number, minus: int = 0):
    """`now` is `times` as much as `before`; with `minus` 1 it grew by that many times."""

    def rate(a, b):
        return b / a - minus if a else LARGE

    def test(values):
        return within_rounding(times, values, rate, (before, now))

    def expect(number):
        if number is not times or not before.amount:
            return None
        words = f"{_in(now)} ÷ {_in(before)}" + (f" − {minus}" if minus else "")
        return times.rounded(rate(before.amount, now.amount)), words

    return Relation("growth", (before, now, times), times, test, expect)


def difference_relation(larger: Number, smaller: Number, difference: Number, ordered: bool = False):
    """`difference` is `larger` less `smaller`; without `ordered` its sign does not matter."""

    if not ordered and larger.amount < smaller.amount:
        larger, smaller = smaller, larger

    def exact(values):
        found = value_of(larger, values) - value_of(smaller, values)
        return found if ordered else abs(found)

    def test(values):
        return fits(difference, exact(values), values)

    def expect(number):
        if number is difference:
            found = larger.amount - smaller.amount
            first, second = (larger, smaller) if found >= 0 else (smaller, larger)
            return abs(found), f"{_in(first, difference.scale)} − {_in(second, difference.scale)}"
        if number is larger:
            return (
                smaller.amount + difference.amount,
                f"{_in(smaller, number.scale)} + {_in(difference, number.scale)}",
            )
        return larger.amount - difference.amount, f"{_in(larger, number.scale)} − {_in(difference, number.scale)}"

    return Relation("difference", (larger, smaller, difference), difference, test, expect)


def same_relation(first: Number, second: Number, words: str, counted: bool = True):
    """Both state the same thing; `words` names it."""

    def test(values):
        a, b = value_of(first, values), value_of(second, values)
        if first.hedge or second.hedge:
            exact, loose = (first, second) if not first.hedge else (second, first)
            return bool(exact.hedge) or fits(loose, value_of(exact, values), values)
        coarse = max(first.step, second.step) if first.unit == MONEY else 0
        if first.step != second.step and coarse:
            return abs(a - b) <= coarse / 2
        return a == b

    def expect(number):
        other = second if number is first else first
        where = "前文" if other.start < number.start else "后文"
        return other.amount, f"{where}“{words}”为{other.written}"

    return Relation("total", (first, second), max(first, second, key=lambda n: n.start), test, expect, counted)


def fixed_relation(kind: str, number: Number, amount: Decimal, because: str):
    """The number has to be `amount`, known from elsewhere: a list counted, a row of this site."""

    def test(values):
        value = value_of(number, values)
        if number.hedge:
            return fits(number, amount, values)
        return number.rounded(amount) == value

    return Relation(kind, (number,), number, test, lambda _: (amount, because))


def within_rounding(result: Number, values: Values, rule, inputs: tuple[Number, Number]) -> bool:
    """Whether `result` is the rule's value rounded to its digits, for some value that the inputs may stand for.

    Counts are exact. Money was rounded to the site's two decimals where the text writes any such amount, and to
    the digits written where the result has more digits than a share usually has; else it is exact too.
    """
    a, b = inputs
    low_a, high_a = _reach(a, values, result)
    low_b, high_b = _reach(b, values, result)
    corners = [rule(x, y) for x in (low_a, high_a) for y in (low_b, high_b) if y]
    if not corners:
        return False
    if result.hedge:
        return any(fits(result, corner, values) for corner in corners)
    low, high = (round_half_up(edge / result.scale, result.digits) for edge in (min(corners), max(corners)))
    return low <= value_of(result, values) / result.scale <= high


def _reach(number, values, result):
    value = value_of(number, values)
    if number.unit != MONEY or number.scale < 10000:
        return value, value
    if result.digits > 1 and number.digits:
        places = number.digits
    elif number.is_rounded:
        places = max(HOUSE_PLACES, number.digits)
    else:
        return value, value
    half = number.scale.scaleb(-places) / 2
    return value - half, value + half


def _in(number: Number, scale: Decimal | None = None) -> str:
    """The number in a reason, turned into another scale where the text mixes 万 and 亿."""
    if scale is None or scale == number.scale:
        return trim(number.value) + ("%" if number.unit == PERCENT and number.scale == 1 else "")
    return trim(number.amount / scale)
