"""Relations between numbers of a text, and which number to blame when one does not hold.

A relation can be tested with another value put in for one of its numbers; so the fault is looked for where a
single change mends most and breaks nothing, and one fault is reported once.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from common.amounts import trim
from reports.proofreading.numbers import MONEY, PERCENT, Number

Values = dict[Number, Decimal]


@dataclass(frozen=True)
class Span:
    """A stretch of text that is at fault as a whole; `replacement` stands in for it, empty where a person decides."""

    start: int
    end: int
    written: str
    expected: str
    because: str
    replacement: str = ""


@dataclass(eq=False)
class Relation:
    """`test` says whether it holds with the values put in; `expect` what a number should be, and why."""

    kind: str
    numbers: tuple[Number, ...]
    derived: Number | None
    test: Callable[[Values], bool]
    expect: Callable[[Number], tuple[Decimal, str] | None]
    counted: bool = True
    span: Span | None = None  # what is at fault where no one number is
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
    if total.unit != MONEY and total.scale > 1 and total.digits:
        slack = max(slack, 1)  # 29.64万件 was rounded
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
            return sum(p.amount for p in parts), " + ".join(in_scale(p, whole_scale) for p in parts)
        others = [p for p in parts if p is not number]
        words = " − ".join([in_scale(total, number.scale), *(in_scale(p, number.scale) for p in others)])
        return total.amount - sum(p.amount for p in others), words

    return Relation(kind, (total, *parts), derived or total, test, expect)


def hundred_relation(shares: list[Number]):
    """The shares are one whole and total 100; blamed, a share is what the others leave."""

    slack = len(shares) * max(share.step for share in shares) / 2  # each was rounded

    def test(values):
        return abs(sum(value_of(share, values) for share in shares) - 100) <= slack

    def expect(number):
        others = [share for share in shares if share is not number]
        return 100 - sum(n.amount for n in others), " − ".join(["100%", *(in_scale(n) for n in others)])

    return Relation("share", tuple(shares), shares[-1], test, expect)


def balance_relation(opening: Number, came: list[Number], went: list[Number], closing: Number):
    """`closing` is what was there at the opening and what came since, less what went."""
    signs = {opening: 1, **dict.fromkeys(came, 1), **dict.fromkeys(went, -1), closing: -1}

    def test(values):
        return sum(sign * value_of(number, values) for number, sign in signs.items()) == 0

    def expect(number):
        exact = sum(n.amount * sign for n, sign in signs.items() if n is not number) * -signs[number]
        words = "".join(
            f" {'+' if sign == -signs[number] else '−'} {in_scale(n)}" for n, sign in signs.items() if n is not number
        )
        return exact, words.removeprefix(" + ").strip()

    return Relation("sum", (closing, opening, *came, *went), closing, test, expect)


def difference_relation(larger: Number, smaller: Number, difference: Number, ordered: bool = False):
    """`difference` is `larger` less `smaller`; without `ordered` its sign does not matter.

    What should be is negative where the text names the wrong direction.
    """

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
            return found, f"{in_scale(larger, difference.scale)} − {in_scale(smaller, difference.scale)}"
        if number is larger:
            return (
                smaller.amount + difference.amount,
                f"{in_scale(smaller, number.scale)} + {in_scale(difference, number.scale)}",
            )
        return (
            larger.amount - difference.amount,
            f"{in_scale(larger, number.scale)} − {in_scale(difference, number.scale)}",
        )

    return Relation("difference", (larger, smaller, difference), difference, test, expect)


def over_hundred_relation(percent: Number, points: Number):
    """`points` is by how much `percent` of a goal is more or less than all of it."""

    def test(values):
        return fits(points, abs(value_of(percent, values) - 100), values)

    def expect(number):
        return (abs(percent.amount - 100), f"{percent.written}% 与 100% 相差") if number is points else None

    return Relation("difference", (percent, points), points, test, expect)


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


def in_scale(number: Number, scale: Decimal | None = None) -> str:
    """The number in a reason, turned into another scale where the text mixes 万 and 亿."""
    if scale is None or scale == number.scale:
        return trim(number.value) + ("%" if number.unit == PERCENT and number.scale == 1 else "")
    return trim(number.amount / scale)
