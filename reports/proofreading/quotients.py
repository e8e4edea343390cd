"""Relations in which one number is the quotient of two others: shares, rates, growth, times, averages."""

from collections.abc import Callable
from decimal import Decimal

from common.amounts import round_half_up, trim
from reports.proofreading.numbers import HOUSE_PLACES, MONEY, Number
from reports.proofreading.relations import Relation, Values, fits, in_scale, value_of

LARGE = Decimal("1e30")


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
        return percent.rounded(part.amount * 100 / whole.amount), f"{in_scale(part)} ÷ {in_scale(whole)}"

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
        return percent.rounded(exact({})), f"{in_scale(part)} ÷ {trim(whole)}"

    return Relation("share", (percent,), percent, test, expect)


def growth_relation(before: Number, now: Number, percent: Number, by: Number | None = None, sign: int = 1):
    """`percent` is the growth (sign 1), the fall (sign −1) or the size of the change (sign 0) from `before` to `now`.

    Where only the change is known, `before` is that change and `by` says so.
    """

    def rate(a, b):
        base = a if by is None else b - by_sign * a
        if not base:
            return LARGE
        change = (b - base) * 100 / base
        return change * sign if sign else abs(change)

    by_sign = sign

    def test(values):
        return within_rounding(percent, values, rate, (before, now))

    def expect(number):
        if number is not percent:
            return None
        words = (
            f"({in_scale(now)} − {in_scale(before)}) ÷ {in_scale(before)}"
            if sign > 0 or not sign and now.amount >= before.amount
            else f"({in_scale(before)} − {in_scale(now)}) ÷ {in_scale(before)}"
        )
        if by is not None:
            words = f"{in_scale(before)} ÷ ({in_scale(now)} {'−' if sign > 0 else '+'} {in_scale(before)})"
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
        words = f"{in_scale(now)} ÷ {in_scale(before)}" + (f" − {minus}" if minus else "")
        return times.rounded(rate(before.amount, now.amount)), words

    return Relation("growth", (before, now, times), times, test, expect)


def quotient_relation(total: Number, count: Number, average: Number):
    """`average` is `total` divided by `count`."""

    def test(values):
        return within_rounding(average, values, lambda a, b: a / b, (total, count))

    def expect(number):
        if number is not average or not count.amount:
            return None
        return average.rounded(total.amount / count.amount), f"{in_scale(total, average.scale)} ÷ {in_scale(count)}"

    return Relation("rate", (total, count, average), average, test, expect)


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
