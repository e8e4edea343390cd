"""The arithmetic of assessment, apart from where its numbers come from.

A term gives points from one organisation's reading. Each term is kept within its own limits and rounded half up
on its own; the score is the sum of the rounded terms, so that anyone can add it up again. Computed in fractions:
nothing is rounded before the end of a term.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from common.amounts import round_half_up

TARGET_SHARE, MIN_MAX, PER_COUNT, DEDUCTION, SHARE = "target_share", "min_max", "per_count", "deduction", "share"
RAW_DIGITS = 8  # shown digits of a term before rounding; cut, not rounded, so that half up still holds on them

NO_DATA, NO_TARGET, ZERO_TARGET = "缺数据，记空", "未设目标，记空", "目标为 0，无法折算，记空"


@dataclass(frozen=True)
class Term:
    """One scored term of a scheme. ``cap`` and ``floor`` limit the rate (1.2 is 120 %), ``ceiling`` the points."""

    name: str
    measure: str
    formula: str
    weight: Decimal
    cap: Decimal | None = None
    floor: Decimal | None = None
    lower_is_better: bool = False
    points_each: Decimal | None = None
    ceiling: Decimal | None = None
    note: str = ""

    @property
    def most(self) -> Decimal:
        """The most points that the term can give."""
        if self.formula == TARGET_SHARE:
            return self.weight * (1 if self.cap is None else self.cap)
        if self.formula == PER_COUNT and self.ceiling is not None:
            return self.ceiling
        return self.weight


@dataclass(frozen=True)
class Reading:
    """What a term reads of one organisation. ``actual`` None is missing, which is not zero.

    A rate is a share of 1 and carries its ``part`` and ``whole``, where it is counted from rows.
    """

    actual: Decimal | Fraction | None = None
    target: Decimal | None = None
    part: Decimal | int | None = None
    whole: Decimal | int | None = None
    target_note: str = ""  # how the target was derived, where it is not stated for the period itself
    demo: bool = False


MISSING = Reading()


@dataclass(frozen=True)
class TermScore:
    """What one term gave one organisation; ``score`` None with the reason in ``why``."""

    term: Term
    reading: Reading
    score: Decimal | None
    exact: Fraction | None = None
    rate: Fraction | None = None  # of the target, the span or the whole, before any limit
    low: Fraction | None = None  # min–max: the group's worst and best as numbers
    high: Fraction | None = None
    why: str = ""

    @property
    def raw(self) -> Decimal | None:
        """The points within the term's limits, before rounding."""
        return None if self.exact is None else cut(self.exact, RAW_DIGITS)


@dataclass(frozen=True)
class Row:
    """One organisation of a group; ``score`` and ``rank`` None without any data."""

    key: object
    terms: tuple[TermScore, ...]
    score: Decimal | None
    rank: int | None = None
    missing: tuple[str, ...] = field(default=())


def cut(value: Fraction, digits: int) -> Decimal:
    """Return the value with at most ``digits`` decimals, what follows cut off."""
    scale = 10**digits
    whole = abs(value.numerator) * scale // value.denominator
    return Decimal(whole if value >= 0 else -whole).scaleb(-digits)


def half_up(value: Fraction, digits: int) -> Decimal:
    """Return an exact fraction rounded half up to ``digits`` decimals."""
    return round_half_up(cut(value, max(RAW_DIGITS, digits + 2)), digits)


def score_group(terms, readings: dict, decimals: int = 2) -> list[Row]:
    """Score and rank the organisations of one group among themselves, best first, those without data last.

    ``readings`` maps each organisation to its readings in the order of ``terms``. A term without data gives no
    points and is named in ``missing``; an organisation without any has neither score nor rank. Ties share a
    rank: 1, 2, 2, 4.
    """
    columns = []
    for position, term in enumerate(terms):
        column = {key: own[position] for key, own in readings.items()}
        columns.append(score_column(term, column, decimals))
    rows = [_row(key, tuple(column[key] for column in columns)) for key in readings]
    return ranked(rows)


def score_column(term: Term, readings: dict, decimals: int) -> dict:
    """Return each organisation's TermScore; only min–max looks at the others of the group."""
    known = [Fraction(reading.actual) for reading in readings.values() if reading.actual is not None]
    span = (min(known), max(known)) if known else (None, None)
    return {key: score_term(term, reading, decimals, span) for key, reading in readings.items()}


def score_term(term: Term, reading: Reading, decimals: int = 2, span=(None, None)) -> TermScore:
    """Return what the term gives for one reading; ``span`` is the group's (least, greatest) for min–max."""
    if reading.actual is None:
        return TermScore(term, reading, None, why=NO_DATA)
    actual, weight = Fraction(reading.actual), Fraction(term.weight)
    rate = None
    if term.formula == TARGET_SHARE:
        if reading.target is None:
            return TermScore(term, reading, None, why=NO_TARGET)
        rate = target_rate(actual, Fraction(reading.target), term.lower_is_better)
        if rate is None:
            return TermScore(term, reading, None, why=ZERO_TARGET)
        exact = weight * _within_limits(term, rate)
    elif term.formula == MIN_MAX:
        low, high = span
        rate = Fraction(1)  # all alike: full marks, nobody is behind anybody
        if high != low:
            rate = (high - actual if term.lower_is_better else actual - low) / (high - low)
        exact = weight * rate
    elif term.formula == PER_COUNT:
        exact = min(max(actual, 0) * Fraction(term.points_each), Fraction(term.most))
    elif term.formula == DEDUCTION:
        lost = max(actual, 0) * Fraction(term.points_each)
        if term.ceiling is not None:
            lost = min(lost, Fraction(term.ceiling))
        exact = max(weight - lost, Fraction(0))
    elif term.formula == SHARE:
        rate = 1 - actual if term.lower_is_better else actual
        exact = weight * min(max(rate, Fraction(0)), Fraction(1))
    else:
        raise ValueError(f"unknown formula: {term.formula}")
    low, high = span if term.formula == MIN_MAX else (None, None)
    return TermScore(term, reading, half_up(exact, decimals), exact, rate, low, high)


def target_rate(actual: Fraction, target: Fraction, lower_is_better: bool) -> Fraction | None:
    """Return how far the target is reached, 1 being wholly; None without a target above zero.

    Where less is better it is 2 − actual ÷ target: at the target 1, at twice the target 0.
    """
    if target <= 0:
        return None
    return 2 - actual / target if lower_is_better else actual / target


def _within_limits(term, rate):
    cap = Fraction(1) if term.cap is None else Fraction(term.cap)
    floor = Fraction(0) if term.floor is None else Fraction(term.floor)
    return min(max(rate, floor), cap)


def _row(key, terms):
    scores = [term.score for term in terms if term.score is not None]
    missing = tuple(term.term.name for term in terms if term.score is None)
    return Row(key, terms, sum(scores, Decimal(0)) if scores else None, missing=missing)


def ranked(rows: list[Row]) -> list[Row]:
    """Return the rows with their ranks, best first; equal scores share a rank and keep their given order."""
    with_score = sorted((row for row in rows if row.score is not None), key=lambda row: -row.score)
    places = {}
    for place, row in enumerate(with_score, start=1):
        places.setdefault(row.score, place)
    found = [Row(row.key, row.terms, row.score, places[row.score], row.missing) for row in with_score]
    return found + [row for row in rows if row.score is None]


def with_reading(terms, readings: dict, key, position: int, reading: Reading, decimals: int = 2) -> Row:
    """Return the organisation's row if its reading of one term were another and nothing else changed."""
    own = list(readings[key])
    own[position] = reading
    rows = score_group(terms, {**readings, key: own}, decimals)
    return next(row for row in rows if row.key == key)
