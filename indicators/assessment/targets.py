"""The targets that terms are held against, for many organisations in one query."""

from dataclasses import replace
from decimal import Decimal

from common.amounts import trim
from indicators.assessment.measures import RATE, Measure, Question
from indicators.assessment.scoring import Reading
from indicators.assessment.spans import MONTHS_OF
from indicators.models import Target


def with_targets(measures: list[Measure], readings: dict, question: Question) -> dict[str, dict[int, Reading]]:
    """Return the readings with their targets put in.

    A quarter's or month's own target comes first; where there is none, and the indicator adds up over time, its
    share of the year's target counts, by months.
    """
    codes = {measure.target for measure in measures if measure.target}
    if not codes:
        return readings
    span = question.span
    rows = Target.objects.filter(
        indicator__code__in=codes, organisation__in=question.keys, period__in={span.text, span.text[:4]}
    ).select_related("indicator")
    own, of_year = {}, {}
    for row in rows:
        (own if row.period == span.text else of_year)[row.indicator.code, row.organisation_id] = row
    for measure in measures:
        if not measure.target:
            continue
        column = readings[measure.key]
        for key in question.keys:
            place = (measure.target, key)
            found = _target(own.get(place), of_year.get(place), span, measure)
            if found:
                value, note, demo = found
                reading = column.get(key) or Reading()
                column[key] = replace(reading, target=value, target_note=note, demo=reading.demo or demo)
    return readings


def _target(own, of_year, span, measure):
    unit, scale = measure.unit, 100 if measure.kind == RATE else 1  # a rate is read as a share of 1
    if own is not None:
        return own.value / scale, "", own.is_demo
    if of_year is None or of_year.indicator.over_time != "sum":
        return None
    months = MONTHS_OF[span.kind]
    value = of_year.value * Decimal(months) / 12
    return value / scale, f"年度目标 {trim(of_year.value)} {unit}按 {months} 个月折算", of_year.is_demo
