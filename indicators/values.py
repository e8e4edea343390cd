"""The reading rules of indicators: adding up, attainment, pace, growth, rank. Pure, in Decimal, rounded last.

Empty is not zero: a value that is not known is None, and what cannot be said without it is None too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from common.amounts import round_half_up

SUM, LAST, AVERAGE, MAXIMUM, RATIO, NONE = "sum", "last", "average", "max", "ratio", "none"
RATES = ("%", "‰")
ABOUT = Decimal("0.05")  # 约, 左右: within five percent
BEHIND = 10  # percentage points behind the pace that make a light yellow


@dataclass(frozen=True)
class Reading:
    """One value, with its parts where it is a ratio; ``demo`` where rows made for demonstration count in it."""

    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    demo: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class Total:
    """What several readings come to, and of how many of them nothing is known."""

    value: Decimal | None
    missing: int = 0
    of: int = 0
    numerator: Decimal | None = None
    denominator: Decimal | None = None

    @property
    def is_complete(self) -> bool:
        return self.value is not None and not self.missing


def ratio(numerator, denominator, unit: str = "") -> Decimal | None:
    """Return the quotient in the unit (percent for %, per mille for ‰), unrounded; None without a denominator."""
    if numerator is None or not denominator:
        return None
    return Decimal(numerator) * {"%": 100, "‰": 1000}.get(unit, 1) / Decimal(denominator)


def total(readings: Iterable[Reading | None], how: str, unit: str = "") -> Total:
    """Return what readings (of successive periods, or of organisations) come to by one of the rules, unrounded.

    ``last`` takes the last one known, in the order given. ``none`` says nothing of several, and the value of one.
    """
    rows = list(readings)
    known = [row for row in rows if row is not None and row.value is not None]
    if how == RATIO:
        parts = [row for row in known if row.numerator is not None and row.denominator is not None]
        top, bottom = sum((r.numerator for r in parts), Decimal(0)), sum((r.denominator for r in parts), Decimal(0))
        if not parts:
            return Total(None, len(rows), len(rows))
        return Total(ratio(top, bottom, unit), len(rows) - len(parts), len(rows), top, bottom)
    numbers = [Decimal(row.value) for row in known]
    if not numbers or (how == NONE and len(rows) > 1):
        return Total(None, len(rows) - len(numbers), len(rows))
    if how == NONE:  # one value is what it is, with the parts that it has
        return Total(numbers[0], 0, 1, known[0].numerator, known[0].denominator)
    value = {
        SUM: lambda: sum(numbers, Decimal(0)),
        AVERAGE: lambda: sum(numbers, Decimal(0)) / len(numbers),
        MAXIMUM: lambda: max(numbers),
        LAST: lambda: numbers[-1],
    }[how]()
    return Total(value, len(rows) - len(numbers), len(rows))


def rounded(value: Decimal | None, decimals: int) -> Decimal | None:
    """Return the value as it is shown: half up, at the very end."""
    return None if value is None else round_half_up(Decimal(value), decimals)


def is_ceiling(comparator: str, direction: str) -> bool:
    """Whether the target is to be stayed under: it says so, or it is a bare number of something better low."""
    return comparator in ("<=", "<") or (comparator in ("=", "~") and direction == "down")


def is_met(value, target, comparator: str, direction: str = "neutral") -> bool | None:
    """Whether the value meets the target; a bare number is met from the better side. None when either is missing."""
    if value is None or target is None:
        return None
    value, target = Decimal(value), Decimal(target)
    if comparator == "=" and direction != "neutral":
        comparator = "<=" if direction == "down" else ">="
    return {
        ">=": value >= target,
        ">": value > target,
        "<=": value <= target,
        "<": value < target,
        "=": value == target,
        "~": abs(value - target) <= abs(target) * ABOUT,
    }[comparator]


def attainment(value, target, comparator: str = ">=", direction: str = "up") -> Decimal | None:
    """Return how far the target is reached, in percent, unrounded; None without a value or a target above zero.

    Of what is to be kept low, (2 − value ÷ target) × 100: at the target 100, at twice the target 0.
    """
    if value is None or target is None or Decimal(target) <= 0:
        return None
    share = Decimal(value) * 100 / Decimal(target)
    return 200 - share if is_ceiling(comparator, direction) else share


def expected_pace(first: date, last: date, as_of: date) -> Decimal:
    """Return how much of the span has passed by the end of ``as_of``, in percent, unrounded, 0 to 100."""
    whole, gone = (last - first).days + 1, (as_of - first).days + 1
    return Decimal(min(max(gone, 0), whole)) * 100 / whole


def light_of(attained, met: bool | None, pace) -> tuple[str, str]:
    """Return (colour, word) of a value against its target; ``pace`` None where nothing builds up over time.

    Blue: met; red: the time is over and it is not; yellow: 10 points or more behind the pace; grey: nothing to judge.
    """
    if met is None:
        return "grey", "无从判断"
    if met and (pace is None or pace >= 100 or (attained is not None and attained >= 100)):
        return "blue", "达标"
    if pace is None or pace >= 100:
        return "red", "未达标"
    if attained is not None and attained <= pace - BEHIND:
        return "yellow", "滞后"
    return "green", "正常"


@dataclass(frozen=True)
class Change:
    """The difference to an earlier value, unrounded: in percent, for rates in percentage points."""

    value: Decimal
    unit: str


def change(now, before, unit: str) -> Change | None:
    """Return the growth in percent, for rates the difference in 百分点; None where either is missing.

    Growth over nothing, or over a negative base, has no meaning.
    """
    if now is None or before is None:
        return None
    if unit in RATES:
        return Change(Decimal(now) - Decimal(before), "个百分点" if unit == "%" else "个千分点")
    if Decimal(before) <= 0:
        return None
    return Change((Decimal(now) - Decimal(before)) * 100 / Decimal(before), "%")


def ranks(values: Mapping, direction: str = "up") -> dict:
    """Return each key's rank, the best first, equal ones sharing it (1, 2, 2, 4); None for a missing value."""
    known = sorted((v for v in values.values() if v is not None), reverse=direction != "down")
    return {key: None if value is None else known.index(value) + 1 for key, value in values.items()}


@dataclass(frozen=True)
class Departure:
    """How a value leaves what came before: kind sign, fold (``times``) or spread (``middle`` the median)."""

    kind: str
    middle: Decimal
    times: Decimal | None = None


FOLD = (
    1000  # a slip of units (万元 for 亿元) is ten thousand; nothing grows a thousandfold from one period to the next
)
DEVIATIONS = 5
ENOUGH = 4  # values without which no spread is known


def departure(value: Decimal, history: list[Decimal], decimals: int = 2) -> Departure | None:
    """Return how the value departs from its history, or None: another sign than all before, a thousandfold or a
    thousandth, or more than five median absolute deviations from the median.

    Where the history hardly moves, a step of the last digit or 2 % of the median stands for the deviation.
    """
    if not history:
        return None
    middle = _median(history)
    if (value < 0 and all(h >= 0 for h in history) and any(history)) or (value > 0 and all(h < 0 for h in history)):
        return Departure("sign", middle)
    usual = _median([abs(h) for h in history if h] or [Decimal(0)])
    if usual and value:
        times = abs(value) / usual
        if times >= FOLD or times <= Decimal(1) / FOLD:
            return Departure("fold", middle, times)
    if len(history) >= ENOUGH:
        spread = _median([abs(h - middle) for h in history])
        spread = max(spread, abs(middle) * Decimal("0.02"), Decimal(1).scaleb(-decimals))
        if abs(value - middle) > DEVIATIONS * spread:
            return Departure("spread", middle)
    return None


def _median(numbers: list[Decimal]) -> Decimal:
    ordered = sorted(Decimal(n) for n in numbers)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
