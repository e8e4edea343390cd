"""Figures of indicators: those published by others (basis ``published``), and those of our own values."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import Organisation
from common import periods as calendar
from common.amounts import trim
from common.figures import PUBLISHED, Figure
from indicators import values
from indicators.computing import RULES
from indicators.models import Indicator, Observation, Target
from indicators.reading import read_values
from indicators.standings import change_text, city_cards, followed, number, periods_read, standing
from indicators.wording import period_text, target_text, value_text
from projects.figures import rows_behind as project_rows
from tasklists.figures import rows_behind as task_rows

FUNDS_GOAL = "funds.goal"
FUNDS_INDICATOR = "funds-in-place"


def published_figure(key: str, as_of: date) -> Figure | None:
    """Return the figure of a ``published.<source key>`` key, or None when it is not known by ``as_of``."""
    prefix, _, source_key = key.partition(".")
    if prefix != "published" or not source_key:
        return None
    found = (
        Observation.objects.as_of(as_of)
        .filter(source_key=source_key, source__isnull=False)
        .select_related("indicator", "organisation", "source")
        .prefetch_related("revisions__source")
        .first()
    )
    return found and _figure(found, as_of)


def published_figures(as_of: date) -> list[Figure]:
    """Return every published figure known by ``as_of``, in the order of the sources."""
    rows = Observation.objects.as_of(as_of).filter(source__isnull=False).exclude(source_key="")
    rows = rows.select_related("indicator", "organisation", "source").prefetch_related("revisions__source")
    rows = rows.order_by("source_key")
    return [_figure(row, as_of) for row in rows]


def _figure(observation: Observation, as_of: date) -> Figure:
    source = observation.source
    said = (source.note, observation.note, _history(observation, as_of))
    return Figure(
        key=f"published.{observation.source_key}",
        label=f"{observation.organisation.short}·{observation.indicator.name}",
        value=observation.known,
        unit=observation.indicator.unit,
        scope=observation.indicator.scope,
        period=observation.period_text or observation.period,
        as_of=as_of,
        basis=PUBLISHED,
        rows_url=reverse("indicators:detail", args=[observation.indicator.code]),
        source={
            "title": source.title,
            "date": source.published_on.isoformat() if source.published_on else None,
            "note": "；".join(part for part in said if part),
        },
        demo=observation.is_demo,
    )


def _history(observation: Observation, as_of: date) -> str:
    """Return what the figure was published as before, in the order of publication."""
    earlier = [row for row in observation.revisions.all() if row.published_on]
    if not earlier or any(row.on > as_of for row in earlier):
        return ""
    steps = [
        f"{row.published_on} 公布为 {value_text(row.value, '=', observation.indicator.unit)}"
        + (f"（{row.source.title}）" if row.source else "")
        for row in earlier
    ]
    return (
        "先后公布："
        + "，".join(steps)
        + f"，{observation.published_on} 公布为 "
        + value_text(observation.value, "=", observation.indicator.unit)
    )


def funds_goal(as_of: date) -> Figure:
    """Return the year's goal for funds in place (亿元); its value is None where no goal is set."""
    target = (
        Target.objects.filter(indicator__code=FUNDS_INDICATOR, organisation__kind="city", period=str(as_of.year))
        .select_related("source", "indicator")
        .first()
    )
    return Figure(
        key=FUNDS_GOAL,
        label="到位资金年度目标",
        value=target.value if target else None,
        unit="亿元",
        scope="全市京津冀地区项目到位资金的年度目标。",
        period=str(as_of.year),
        as_of=as_of,
        basis=PUBLISHED,
        rows_url=reverse("indicators:detail", args=[FUNDS_INDICATOR]) if target else "",
        source={
            "title": target.source.title if target.source else "演示设定",
            "date": None,
            "note": "公开报道未给出年度目标数，此处为演示用的目标。" if target.is_demo else "",
        }
        if target
        else None,
        demo=bool(target and target.is_demo),
    )


def county_funds_targets(as_of: date) -> dict[str, Decimal]:
    """Return the year's goals for funds in place by county code (亿元); counties without a goal are absent."""
    rows = Target.objects.filter(
        indicator__code=FUNDS_INDICATOR, organisation__kind__in=("county", "zone"), period=str(as_of.year)
    )
    return dict(rows.values_list("organisation__code", "value"))


# --- our own values --------------------------------------------------------------------------------------

PREFIX = "indicators."


def indicator_figure(key: str, as_of: date, county: str = "") -> Figure | None:
    """Return the figure of an ``indicators.<code>`` key, for the city or one organisation; None when there is none."""
    indicator = followed(as_of).filter(code=key.removeprefix(PREFIX)).first()
    if indicator is None:
        return None
    found = read_values([indicator], periods_read(as_of), as_of)
    organisation = found.city
    if county:
        organisation = next((row for row in found.organisations.values() if row.code == county), None)
    if organisation is None:
        return None
    demo = indicator.is_demo or indicator.pk in found.demo
    return _own_figure(indicator, organisation, standing(found, indicator, organisation), as_of, demo)


def indicator_figures(as_of: date) -> list[Figure]:
    """Return the city's figure of every followed indicator, in order."""
    city = Organisation.objects.filter(kind="city").first()
    return [_own_figure(card.indicator, city, card.standing, as_of, card.demo) for card in city_cards(as_of)]


def _own_figure(indicator: Indicator, organisation: Organisation, stands, as_of, demo) -> Figure:
    county = "" if organisation.kind == "city" else organisation.code
    total = stands.total
    formula = []
    if total.denominator is not None:
        formula.append(f"{trim(total.numerator)} ÷ {trim(total.denominator)}")
    if len(stands.span) > 1:
        how = indicator.get_over_time_display()
        formula.append(f"{period_text(stands.span[0])}至{period_text(stands.span[-1])} {len(stands.span)} 期{how}")
    if stands.since:
        formula.append(stands.since if total.value is None else f"{stands.since}，此前没有数值")
    elif stands.gaps:
        formula.append(f"{stands.gaps}，未计入")
    if stands.target:
        goal = target_text(stands.target.value, stands.target.comparator, indicator.unit)
        rate = "" if stands.attained is None else f"，完成率 {trim(values.rounded(stands.attained, 1))}%"
        formula.append(f"目标 {goal}{rate}")
    if growth := change_text(stands.yoy):
        formula.append(f"同比 {growth}")
    return Figure(
        key=f"{PREFIX}{indicator.code}",
        label=f"{organisation.short}·{indicator.name}" if county else indicator.name,
        value=values.rounded(total.value, indicator.decimals),
        unit=indicator.unit,
        scope=indicator.scope,
        period=stands.label,
        as_of=as_of,
        rows=_rows(indicator, organisation, stands, as_of, county),
        rows_url=rows_url(indicator, stands, as_of, county),
        formula=tuple(formula),
        demo=demo,
        parameters={"county": county} if county else {},
        page_url=reverse("indicators:detail", args=[indicator.code]),
    )


def _rows(indicator, organisation, stands, as_of, county) -> int:
    """How many rows the figure counts: those of its list."""
    if indicator.rule:
        return RULES[indicator.rule].rows(*_days(stands), as_of, county)
    return _counted(indicator, organisation, stands, as_of).count()


def _days(stands) -> tuple[date, date]:
    span = stands.span or (stands.period,)
    return calendar.span(span[0])[0], calendar.span(span[-1])[1]


def _counted(indicator, organisation, stands, as_of):
    """The stored values that the figure counts."""
    rows = Observation.objects.counted(as_of).filter(indicator=indicator, period__in=stands.span, member="")
    return rows if organisation.kind == "city" else rows.filter(organisation=organisation)


def rows_url(indicator: Indicator, stands, as_of: date, county: str = "") -> str:
    """Return the address of the list that shows the rows counted."""
    span = stands.span or (stands.period,)
    if indicator.rule:
        return RULES[indicator.rule].rows_url(*_days(stands), as_of, county)
    query = {"indicator": indicator.code, "period_from": span[0], "period_to": span[-1], "counted": "1", "whole": "1"}
    query |= {"organisation": county} if county else {}
    return f"{reverse('indicators:values')}?{urlencode(query | {'as_of': as_of.isoformat()})}"


def rows_behind(figure: Figure, user, limit: int = 5) -> list[dict]:
    """Return the first rows that the figure counts and this user may see, as lines of the passport: stored values,
    or the tasks, projects and entries that a rule counts."""
    indicator = Indicator.objects.filter(code=figure.key.removeprefix(PREFIX)).first()
    if indicator is None:
        return []
    if indicator.rule:
        counted = replace(figure, key=indicator.rule)
        return (task_rows if indicator.rule.startswith("tasks.") else project_rows)(counted, user, limit)
    query = dict(pair.split("=") for pair in figure.rows_url.partition("?")[2].split("&"))
    rows = (
        Observation.objects.visible_to(user)
        .counted(figure.as_of)
        .filter(indicator=indicator, member="", period__gte=query["period_from"], period__lte=query["period_to"])
    )
    if county := figure.parameters.get("county"):
        rows = rows.filter(organisation__code=county)
    return [
        {
            "title": row.organisation.short,
            "sub": period_text(row.period),
            "right": f"{number(indicator, row.known)} {indicator.unit}",
            "url": "",
        }
        for row in rows.select_related("organisation").order_by("-period", "organisation__order")[:limit]
    ]
