"""Entered and published indicators as measures, written ``indicator:<code>`` in a term."""

from collections import defaultdict
from decimal import Decimal

from django.db.models import Q
from django.urls import reverse
from django.utils.http import urlencode

from indicators.assessment.measures import (
    COUNTIES,
    DEPARTMENTS,
    INDICATOR,
    MEASURES,
    RATE,
    VALUE,
    Measure,
    Question,
)
from indicators.assessment.scoring import Reading
from indicators.models import Indicator, Observation
from indicators.values import Reading as Value
from indicators.values import total

COUNTS = (Observation.State.REVIEWED, Observation.State.LOCKED)


def measure_of(key: str) -> Measure | None:
    """Return the measure of a term's key, None where there is none (any more)."""
    return measures_of([key]).get(key)


def measures_of(keys) -> dict[str, Measure]:
    """Return the measures of many keys; indicators in one query, unknown ones absent."""
    codes = {key.removeprefix(INDICATOR) for key in keys if key.startswith(INDICATOR)}
    found = {key: MEASURES[key] for key in keys if key in MEASURES}
    if codes:
        for indicator in Indicator.objects.filter(code__in=codes):
            measure = of_indicator(indicator)
            found[measure.key] = measure
    return found


def of_indicator(indicator: Indicator) -> Measure:
    """Return the measure that reads the indicator's reviewed values; a percentage is read as a share of 1."""
    is_rate = indicator.unit == "%"

    def url(organisation, span, as_of):
        query = urlencode({"as_of": as_of.isoformat()})
        return f"{reverse('indicators:detail', args=[indicator.code])}?{query}"

    return Measure(
        key=f"{INDICATOR}{indicator.code}",
        label=indicator.name,
        unit=indicator.unit,
        scope=indicator.scope,
        kind=RATE if is_rate else VALUE,
        subjects=frozenset({COUNTIES, DEPARTMENTS}),
        read=lambda question: _values(indicator, question),
        rows_url=url,
        step=Decimal("0.01") if is_rate else Decimal(1),
        noun=f"1 个百分点{indicator.name}" if is_rate else f"1 {indicator.unit}{indicator.name}",
        target=indicator.code,
    )


def observed(indicators, question: Question) -> dict[tuple[int, int], Value]:
    """Return the span's value by (indicator, organisation), one query for all.

    The value of the period itself where it was entered as such; else what its months come to by the indicator's
    rule. Only reviewed and locked values known on the day count.
    """
    span = question.span
    known = Observation.objects.as_of(question.as_of).filter(
        Q(reviewed_on__isnull=True) | Q(reviewed_on__lte=question.as_of), state__in=COUNTS, member=""
    )
    rows = known.filter(indicator__in=indicators, organisation__in=question.keys, period__in=[span.text, *span.months])
    own, monthly = {}, defaultdict(list)
    fields = ("indicator_id", "organisation_id", "period", "value", "numerator", "denominator")
    for indicator, organisation, period, *numbers in rows.order_by("period").values_list(*fields):
        if period == span.text:
            own[indicator, organisation] = Value(*numbers)
        else:
            monthly[indicator, organisation].append(Value(*numbers))
    by_key = {indicator.pk: indicator for indicator in indicators}
    for place, values in monthly.items():
        if place not in own:
            indicator = by_key[place[0]]
            summed = total(values, indicator.over_time, indicator.unit)
            own[place] = Value(summed.value, summed.numerator, summed.denominator)
    return own


def _values(indicator, question):
    found = {}
    for (_, organisation), value in observed([indicator], question).items():
        if value.value is None:
            continue
        if indicator.unit == "%":
            part, whole = value.numerator, value.denominator
            found[organisation] = Reading(Decimal(value.value) / 100, part=part, whole=whole)
        else:
            found[organisation] = Reading(Decimal(value.value))
    return found
