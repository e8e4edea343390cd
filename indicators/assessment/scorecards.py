"""Scorecards: organisations against the terms of their scheme and their indicators, each cell with its light."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import mark_safe

from common import periods as calendar
from common.amounts import share, trim
from common.charts import ChartDescription, Point, Series
from common.remember import remembered
from indicators.assessment.addresses import sheet_url
from indicators.assessment.evaluation import Assessment
from indicators.assessment.pages import light_of, may_open
from indicators.assessment.schemes import organisations_of
from indicators.figures import PREFIX
from indicators.models import Indicator, Scheme
from indicators.reading import Values, read_values, shown_periods, year_to
from indicators.standings import expected_period, judge
from indicators.values import SUM, rounded
from indicators.values import total as sum_up

MOST_COLUMNS = 40
LOOK_BACK = {"month": 12, "quarter": 4, "year": 2}  # periods in which the newest value is looked for
BY = {Scheme.Subject.COUNTIES: Indicator.ReportedBy.COUNTIES, Scheme.Subject.DEPARTMENTS: "departments"}


@dataclass(frozen=True)
class Column:
    indicator: Indicator
    periods: tuple[str, ...]  # added up, or looked through from the newest
    adds: bool
    expected: str  # the period that is to be there, whoever is late
    ends: dict[str, date]  # the day up to which each period counts

    @property
    def url(self):
        return reverse("indicators:detail", args=[self.indicator.code])

    @property
    def passport(self):
        """The address of the passports of its values; the page belongs to the reports, to the right of us."""
        return reverse("reports:passport", args=[PREFIX + self.indicator.code])


def indicator_columns(subject: str, as_of: date) -> list[Column]:
    """Return the indicators in use that organisations of this kind have values of, at most MOST_COLUMNS."""
    wanted = Q(reported_by=BY[subject], rule="")
    if subject == Scheme.Subject.COUNTIES:
        wanted |= ~Q(rule="")
    rows = Indicator.objects.valid_on(as_of).filter(wanted, frequency__in=LOOK_BACK).order_by("category", "code")
    columns = []
    for indicator in rows[:MOST_COLUMNS]:
        newest = shown_periods(indicator.frequency, as_of, LOOK_BACK[indicator.frequency])
        adds = indicator.over_time == SUM and indicator.frequency != Indicator.Frequency.YEAR
        shown = tuple(year_to(newest[-1]) if adds else newest)
        ends = {period: min(as_of, calendar.span(period)[1]) for period in shown}
        columns.append(Column(indicator, shown, adds, expected_period(indicator, as_of), ends))
    return columns


def read_columns(columns: list[Column], as_of: date) -> Values:
    """Return the values of all columns: a constant number of queries."""
    asked = {frequency: set() for frequency in LOOK_BACK}
    for column in columns:
        asked[column.indicator.frequency] |= set(column.periods)
    wanted = {frequency: sorted(some) for frequency, some in asked.items()}
    return read_values([column.indicator for column in columns], wanted, as_of)


def cell_of(column: Column, known: Values, organisation, as_of: date):
    """Return (value, light) of one organisation in one column; value None without data.

    The pace runs to the end of what is counted, as on the indicator's own page.
    """
    indicator = column.indicator
    if column.adds:
        readings = {one: known.reading(indicator, organisation, one) for one in column.periods}
        total = sum_up(readings.values(), indicator.over_time, indicator.unit)
        with_value = [one for one, reading in readings.items() if reading is not None and reading.value is not None]
        period = max([*with_value[-1:], *({column.expected} & column.ends.keys())], default="")
    else:
        total, period = None, ""
        for period in reversed(column.periods):
            total = known.of(indicator, organisation, period)
            if total.value is not None:
                break
    if total is None or total.value is None:
        return None, ""
    target = None if column.adds else known.target(indicator, organisation, period)
    target = target or known.target(indicator, organisation, period[:4])
    *_, light, _ = judge(indicator, total, target, column.ends[period], column.adds)
    return rounded(total.value, indicator.decimals), light


@dataclass(frozen=True)
class Measured:
    """The indicators' columns with each organisation's (value, light), by organisation key in their order."""

    columns: list[Column]
    cells: dict[int, list[tuple]]
    demo: bool


def measured(subject: str, organisations, as_of: date) -> Measured:
    """Return the indicators' part of a scorecard: three queries and those of the rules, whatever the rows."""
    columns = indicator_columns(subject, as_of)
    if not columns:
        return Measured([], {row.pk: [] for row in organisations}, False)
    known = read_columns(columns, as_of)
    cells = {row.pk: [cell_of(column, known, row, as_of) for column in columns] for row in organisations}
    return Measured(columns, cells, bool(known.demo))


def scorecard(subject: str, *, user, as_of: date, assessment: Assessment | None, query: str = "") -> dict:
    """Return the scorecard's columns and rows; rows follow the ranking, then the office's order.

    A term's cell opens its line of the organisation's sheet, an indicator's the passport of its value.
    ``assessment`` None where no scheme of this kind is in force: indicators alone. ``query`` goes along with the
    links to passports.
    """
    groups = _ranked(assessment) if assessment else [("", [(o, None) for o in organisations_of(subject)])]
    organisations = [organisation for _, members in groups for organisation, _ in members]
    name = f"scorecard:{subject}:{as_of}:{assessment.version.pk if assessment else 0}"
    found = remembered(name, lambda: measured(subject, organisations, as_of))
    columns, links = found.columns, [column.passport for column in found.columns]
    rest = query.replace("?", "&", 1)
    shown = []
    for name, members in groups:
        rows = []
        for organisation, row in members:
            opens = may_open(user, organisation.pk)
            cells, values = _term_cells(assessment, organisation, row, opens) if row else ([], [])
            for (value, light), link in zip(found.cells[organisation.pk], links, strict=True):
                opens_at = f"{link}?county={organisation.code}{rest}"
                cells.append(_cell(None, "", "") if value is None else _cell(trim(value), light, opens_at))
                values.append((value, light))
            rows.append(
                {
                    "organisation": organisation,
                    "own": user.organisation_id == organisation.pk,
                    "url": _sheet(assessment, organisation) if row and opens else "",
                    "rank": row.rank if row else None,
                    "score": row.score if row else None,
                    "cells": mark_safe("".join(cells)),  # every part is escaped where it is made
                    "values": values,
                }
            )
        shown.append({"name": name, "rows": rows})
    return {
        "groups": shown,
        "terms": assessment.terms if assessment else (),
        "columns": columns,
        "width": 1 + (2 + len(assessment.terms) if assessment else 0) + len(columns),
        "demo": bool(assessment and assessment.demo) or found.demo,
    }


def _ranked(assessment):
    return [(group.name, [(group.organisations[row.key], row) for row in group.rows]) for group in assessment.groups]


def _sheet(assessment, organisation):
    return sheet_url(assessment.scheme.code, organisation.code, assessment.span.text, assessment.as_of)


def _term_cells(assessment, organisation, row, opens):
    """Return the cells of the organisation's terms as HTML, and as (score, light)."""
    url = _sheet(assessment, organisation) if opens else ""
    cells, values = [], []
    for place, found in enumerate(row.terms, start=1):
        shown = None if found.score is None else f"{found.score}"
        light = light_of(found.score, found.term.weight)
        cells.append(_cell(shown, light, url and f"{url}#t{place}"))
        values.append((found.score, light))
    return cells, values


def _cell(text: str | None, light: str, url: str) -> str:
    """One cell; its mark beside the colour is the style sheet's. Lights are words of ours, the rest is escaped."""
    shown = "–" if text is None else escape(text)
    if url:
        shown = f'<a href="{escape(url)}">{shown}</a>'
    return f'<td class="r hc {light or "none"}">{shown}</td>'


def heatmap(assessment: Assessment) -> ChartDescription:
    """Return the heatmap of the terms: how much of each term's weight each organisation reached, in percent."""
    rows = [(group, row) for group in assessment.groups for row in group.rows]
    series = []
    for place, term in enumerate(assessment.terms):
        points = []
        for group, row in rows:
            found = row.terms[place]
            reached = None if found.score is None else share(found.score, term.weight)
            light = light_of(found.score, term.weight) or None
            points.append(Point(label=group.organisations[row.key].short, value=reached, light=light))
        series.append(Series(term.name, tuple(points)))
    return ChartDescription(
        kind="heatmap",
        key="scorecard",
        title="考核项得分率",
        unit="%",
        series=tuple(series),
        as_of=assessment.as_of,
        scope=f"{assessment.span.label}，得分占该项分值的百分比",
        value_name="得分率",
        demo=assessment.demo,
    )
