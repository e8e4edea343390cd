"""Entered and published indicators as measures, written ``indicator:<code>`` in a term."""

from decimal import Decimal
from fractions import Fraction

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
)
from indicators.assessment.scoring import Reading
from indicators.assessment.spans import Span
from indicators.models import Indicator
from indicators.reading import read_values


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
    """Return the measure that reads the indicator's locked values; a percentage is read as a share of 1."""
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


def periods_in(frequency: str, span: Span) -> list[str]:
    """Return the periods of a frequency that lie wholly in the span, in order."""
    if frequency == Indicator.Frequency.MONTH:
        return span.months
    if frequency == Indicator.Frequency.QUARTER:
        quarters = dict.fromkeys(f"{m[:4]}-Q{(int(m[5:]) + 2) // 3}" for m in span.months)
        return [] if span.kind == "month" else list(quarters)
    return [span.text] if frequency == Indicator.Frequency.YEAR and span.kind == "year" else []


def _values(indicator, question):
    """Readings of what the office had locked by the day, the span's periods added up by the indicator's rule."""
    periods = periods_in(indicator.frequency, question.span)
    if not periods:
        return {}
    known = read_values([indicator], {indicator.frequency: periods}, question.as_of)
    found = {}
    for organisation in question.organisations:
        total = known.over(indicator, organisation, periods)
        if total.value is None:
            continue
        demo = indicator.pk in known.demo
        if indicator.unit == "%":
            part, whole = total.numerator, total.denominator
            exact = Fraction(part) / Fraction(whole) if whole else Fraction(total.value) / 100
            found[organisation.pk] = Reading(exact, part=part, whole=whole, demo=demo)
        else:
            found[organisation.pk] = Reading(total.value, demo=demo)
    return found
