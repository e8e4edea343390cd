"""Formulas in words and symbols: as a scheme states them, and filled with one organisation's numbers."""

from decimal import Decimal
from fractions import Fraction

from common.amounts import trim
from indicators.assessment.measures import RATE, Measure
from indicators.assessment.scoring import (
    DEDUCTION,
    MIN_MAX,
    PER_COUNT,
    SHARE,
    TARGET_SHARE,
    Term,
    TermScore,
    half_up,
)

SHOWN = 4  # decimals of an input at most
FORMULA_NAMES = {
    TARGET_SHARE: "目标完成率",
    MIN_MAX: "区间折算",
    PER_COUNT: "按次计分",
    DEDUCTION: "扣分",
    SHARE: "比率计分",
}


def number(value, digits: int = SHOWN) -> str:
    """Return a number without trailing zeros, rounded half up to ``digits`` decimals; – where it is missing."""
    return "–" if value is None else trim(half_up(Fraction(value), digits))


def percent(value, digits: int = 2) -> str:
    """Return a share of 1 in percent: 0.9166… → 91.67%."""
    return "–" if value is None else f"{number(Fraction(value) * 100, digits)}%"


def input_text(value, measure: Measure | None) -> str:
    """Return an input with its unit, a rate in percent."""
    if value is None:
        return "–"
    if measure is not None and measure.kind == RATE:
        return percent(value)
    return f"{number(value)} {measure.unit}" if measure else number(value)


def stated(term: Term) -> str:
    """Return the formula as it will be applied, in words and symbols."""
    weight = number(term.weight)
    if term.formula == TARGET_SHARE:
        rate = "2 − 实际 ÷ 目标" if term.lower_is_better else "实际 ÷ 目标"
        floor = f"，最低按 {percent(term.floor)} 计" if term.floor else ""
        return f"{weight} × 完成率；完成率 = {rate}，最高按 {percent(1 if term.cap is None else term.cap)} 计{floor}"
    if term.formula == MIN_MAX:
        span = "（组内最高 − 实际）" if term.lower_is_better else "（实际 − 组内最低）"
        return f"{weight} × {span} ÷（组内最高 − 组内最低）；组内都相同的，各得 {weight} 分"
    if term.formula == PER_COUNT:
        return f"每次计 {number(term.points_each)} 分，最多 {number(term.most)} 分"
    if term.formula == DEDUCTION:
        ceiling = f"，最多扣 {number(term.ceiling)} 分" if term.ceiling is not None else "，扣完为止"
        return f"{weight} − {number(term.points_each)} × 次数{ceiling}"
    return f"{weight} ×（1 − 比率）" if term.lower_is_better else f"{weight} × 比率"


def filled(found: TermScore, measure: Measure | None, decimals: int = 2) -> str:
    """Return the formula with the organisation's numbers; why there are no points where there are none."""
    if found.score is None:
        return found.why
    term, reading = found.term, found.reading
    weight, result = number(term.weight), f"{found.score:.{decimals}f}"
    actual = "–" if reading.actual is None else number(reading.actual)
    if term.formula == TARGET_SHARE:
        target = number(reading.target)
        if measure is not None and measure.kind == RATE:
            actual, target = percent(reading.actual), percent(reading.target)
        division = f"2 − {actual} ÷ {target}" if term.lower_is_better else f"{actual} ÷ {target}"
        counted = _counted_as(term, found.rate)
        if counted is None:
            return f"{weight} ×（{division}）= {result}"
        return (
            f"{division} = {percent(found.rate)}，按 {percent(counted)} 计；{weight} × {percent(counted)} = {result}"
        )
    if term.formula == MIN_MAX:
        if found.low == found.high:
            return f"组内都是 {actual}，各得 {result}"
        low, high = number(found.low), number(found.high)
        above = f"{high} − {actual}" if term.lower_is_better else f"{actual} − {low}"
        return f"{weight} ×（{above}）÷（{high} − {low}）= {result}"
    if term.formula == PER_COUNT:
        product = f"{number(term.points_each)} × {actual}"
        gained = Fraction(term.points_each) * Fraction(reading.actual)
        if gained > term.most:
            return f"{product} = {number(gained)}，最多计 {number(term.most)}，得 {result}"
        return f"{product} = {result}"
    if term.formula == DEDUCTION:
        lost = max(Fraction(reading.actual), 0) * Fraction(term.points_each)
        most = term.weight if term.ceiling is None else min(term.ceiling, term.weight)
        if lost > most:
            return (
                f"{weight} − {number(most)}（{number(term.points_each)} × {actual}，最多扣 {number(most)}）= {result}"
            )
        return f"{weight} − {number(term.points_each)} × {actual} = {result}"
    rate = f"{number(reading.part)} ÷ {number(reading.whole)}" if reading.whole else percent(reading.actual)
    if term.lower_is_better:
        return f"{weight} ×（1 − {rate}）= {result}"
    return f"{weight} × {rate} = {result}"


def _counted_as(term, rate):
    """The rate that a limit puts in place of the real one; None where no limit applies."""
    cap = Fraction(1) if term.cap is None else Fraction(term.cap)
    floor = Fraction(0) if term.floor is None else Fraction(term.floor)
    limited = min(max(rate, floor), cap)
    return None if limited == rate else limited


def inputs_of(found: TermScore) -> dict[str, str | None]:
    """Return the numbers that went into the term as decimal strings, a share of 1 as such; missing ones null."""
    reading = found.reading
    values = {"actual": reading.actual}
    if found.term.formula == TARGET_SHARE:
        values["target"] = reading.target
    if reading.whole is not None:
        values |= {"part": reading.part, "whole": reading.whole}
    if found.term.formula == MIN_MAX:
        values |= {"min": found.low, "max": found.high}
    return {name: None if value is None else plain(value) for name, value in values.items()}


def plain(value) -> str:
    """Return an exact decimal string, at most ten decimals."""
    return trim(value) if isinstance(value, Decimal) else trim(half_up(Fraction(value), 10))
