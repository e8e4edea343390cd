"""What one indicator's page shows beside its definition: standing, course, parts, members, revisions."""

from datetime import date

from django.urls import reverse
from django.utils.http import urlencode

from common.charts import ChartDescription, chart_card
from indicators import charts, values
from indicators.figures import PREFIX, rows_url
from indicators.models import Indicator, ObservationRevision
from indicators.reading import read_values, shown_periods
from indicators.standings import PartLine, change_text, number, part_lines, standing
from indicators.wording import period_text, target_text

COURSE = {"month": 36, "quarter": 12, "year": 5}


def read_page(indicator: Indicator, as_of: date):
    """Return the values that the page needs: three years, so that each standing has its like."""
    shown = {frequency: shown_periods(frequency, as_of, count) for frequency, count in COURSE.items()}
    return read_values([indicator], shown, as_of), shown[indicator.frequency]


def is_followed(indicator: Indicator) -> bool:
    """Whether the indicator has values period by period."""
    return indicator.frequency != "once" and bool(indicator.rule or indicator.reported_by != "none")


def page_charts(indicator: Indicator, as_of: date) -> tuple[dict[str, ChartDescription], dict]:
    """Return the page's charts by key, and what else it shows of the city and its parts."""
    found, periods = read_page(indicator, as_of)
    if found.city is None:
        return {}, {}
    city = standing(found, indicator, found.city)
    lines = part_lines(found, indicator) if len(found.parts(indicator)) > 1 else []
    demo = indicator.is_demo or indicator.pk in found.demo
    known = [period for period in periods if found.of_city(indicator, period).value is not None]
    course = periods[periods.index(known[0]) :] if known else periods
    made = {"course": charts.course_chart(found, indicator, found.city, course)}
    if lines:
        made["parts"] = charts.parts_chart(
            lines, indicator, as_of, demo=demo, passport=lambda row: passport_url(indicator, as_of, row.code)
        )
    if city.total.value is not None and (members := charts.members_chart(found, indicator, found.city, city)):
        made["members"] = members
    return made, {"city": city, "lines": lines, "demo": demo}


def passport_url(indicator: Indicator, as_of: date, county: str = "") -> str:
    """Return the address of the figure's passport, the city's or one organisation's."""
    query = ({"county": county} if county else {}) | {"as_of": as_of.isoformat()}
    # The passport's page belongs to the reports, which stand to the right of the indicators: by its name alone.
    return f"{reverse('reports:passport', args=[PREFIX + indicator.code])}?{urlencode(query)}"


def followed_context(indicator: Indicator, as_of: date) -> dict:
    """Return the page's context of an indicator with values period by period; empty without a city."""
    made, rest = page_charts(indicator, as_of)
    if not made:
        return {}
    city = rest["city"]
    cards = {
        key: chart_card(desc, xlsx_url=f"{reverse('indicators:chart', args=[indicator.code, key])}?as_of={as_of}")
        for key, desc in made.items()
    }
    return {
        "followed": True,
        "head": headline(indicator, city, as_of),
        "chart_cards": list(cards.values()),
        "parts": [part_row(indicator, line, as_of) for line in rest["lines"]],
        "parts_demo": rest["demo"],
        "rows_url": rows_url(indicator, city, as_of),
    }


def headline(indicator: Indicator, stands, as_of: date) -> dict:
    """Return the city's standing in words for the head of the page and for a card of the wall."""
    target = stands.target
    attained = None if stands.attained is None else values.rounded(stands.attained, 1)
    return {
        "value": number(indicator, stands.total.value),
        "unit": indicator.unit,
        "label": stands.label,
        "gaps": stands.gaps,
        "since": stands.since,
        "target": target_text(target.value, target.comparator, indicator.unit) if target else "",
        "target_demo": bool(target and target.is_demo),
        "attained": attained,
        "pace": None if stands.pace is None else values.rounded(stands.pace, 1),
        "light": stands.light,
        "word": stands.word,
        "judged": target is not None and stands.total.value is not None,
        "is_ceiling": bool(target and values.is_ceiling(target.comparator, indicator.direction)),
        "yoy": change_text(stands.yoy),
        "mom": change_text(stands.mom),
        "passport": passport_url(indicator, as_of),
    }


def part_row(indicator: Indicator, line: PartLine, as_of: date) -> dict:
    """Return one organisation's line of the ranking; its number opens its passport, where there is one."""
    stands = line.standing
    known = stands.total.value is not None
    return {
        "passport": passport_url(indicator, as_of, line.organisation.code) if known else "",
        "organisation": line.organisation,
        "rank": line.rank,
        "value": line.value,
        "label": stands.label if stands.total.value is not None else "",
        "gaps": "" if stands.since else stands.gaps,  # said once, at the head
        "target": number(indicator, stands.target.value) if stands.target else "–",
        "attained": values.rounded(stands.attained, 1),
        "light": stands.light,
        "word": stands.word,
        "judged": stands.target is not None and stands.total.value is not None,
        "yoy": change_text(stands.yoy) or "–",
    }


def revisions_of(indicator: Indicator, observations, as_of: date) -> list[dict]:
    """Return what was restated or published anew by the day, of the values the user may see, newest first."""
    rows = ObservationRevision.objects.filter(observation__in=observations.filter(indicator=indicator), on__lte=as_of)
    rows = rows.select_related("observation__organisation", "source", "by").order_by("-on", "-order")
    return [
        {
            "row": row,
            "organisation": row.observation.organisation.short,
            "period": period_text(row.observation.period, row.observation.period_text),
            "was": number(indicator, row.value),
            "now": number(indicator, row.new_value),
        }
        for row in rows[:50]
    ]
