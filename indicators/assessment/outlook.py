"""What one more would do: each term's reading one step better, all else unchanged. Nothing is written."""

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from indicators.assessment.evaluation import Assessment, Group
from indicators.assessment.measures import RATE, Measure
from indicators.assessment.scoring import DEDUCTION, Reading, Row, Term, with_reading


@dataclass(frozen=True)
class Outlook:
    """One term's next step: the gain in points and the rank then; ``text`` says it in one sentence."""

    text: str
    gain: Decimal | None = None
    rank: int | None = None


def is_fewer_better(term: Term) -> bool:
    return term.formula == DEDUCTION or term.lower_is_better


def one_better(term: Term, measure: Measure, reading: Reading) -> Reading | None:
    """Return the reading one step better; None where nothing better is possible."""
    fewer = is_fewer_better(term)
    step = -measure.step if fewer else measure.step
    if measure.kind == RATE and reading.whole:
        part = min(max(Fraction(reading.part) + Fraction(step), Fraction(0)), Fraction(reading.whole))
        if part == reading.part:
            return None
        return replace(reading, actual=part / Fraction(reading.whole), part=part)
    actual = Fraction(reading.actual) + Fraction(step)
    if fewer and actual < 0:
        return None
    return replace(reading, actual=actual)


def outlooks(assessment: Assessment, group: Group, row: Row) -> list[Outlook]:
    """Return the outlook of each term of the organisation's row, in order."""
    found = []
    for position, scored in enumerate(row.terms):
        term, measure = scored.term, assessment.measure(scored.term)
        if scored.score is None or measure is None:
            found.append(Outlook("缺数据，无从推算"))
            continue
        better = one_better(term, measure, scored.reading)
        if better is None:
            found.append(Outlook("已是最好"))
            continue
        then = with_reading(assessment.terms, group.readings, row.key, position, better, assessment.decimals)
        gain = then.score - row.score
        if not gain and then.terms[position].exact != scored.exact:
            found.append(Outlook("得分的变化不到最小分值", gain, then.rank))
            continue
        if not gain:
            found.append(Outlook("再多也不加分" if not is_fewer_better(term) else "再少也不加分", gain, then.rank))
            continue
        word = "再少" if is_fewer_better(term) else "再多"
        moved = f"，名次第 {row.rank} → 第 {then.rank}" if then.rank != row.rank else f"，名次仍第 {row.rank}"
        noun = measure.noun or f"1 {measure.unit}"
        found.append(Outlook(f"{word} {noun}，得分 +{gain:f}{moved}", gain, then.rank))
    return found
