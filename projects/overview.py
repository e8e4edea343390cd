"""The overview of projects: cards, the counties' table and the charts of one period, all from one counting."""

from accounts.models import Organisation
from common.amounts import WAN_PER_YI, evenly, share, trim
from common.charts import chart_card
from common.remember import remembered
from projects import charts
from projects.counting import COUNTED, MODELS, Part, is_amount, tally
from projects.figures import MEASURES, figure_of, passport_url, project_rows_url
from projects.goals import funds_goals
from projects.shown import View, shown_value

CARDS = (
    "projects.signed.count", "projects.signed.investment", "projects.started.count", "projects.started.investment",
    "funds.in_place", "investments.completed",
)  # fmt: skip
APART = ("projects.started.count", "projects.started_any.count")


def by_county(view: View) -> dict[str, dict[str, Part]]:
    """Return each figure's parts by county code; the city's under "". Counted once per view and state of the data."""
    return remembered(f"projects-by-county:{view.name}", lambda: _count_by_county(view))


def _count_by_county(view):
    found = {}
    for family in MODELS:
        cuts = tally(family, first=view.span.first, last=view.span.last, as_of=view.as_of, by=("county",), whole=True)
        for key, (own, cut) in COUNTED.items():
            if own == family:
                found[key] = {code: part for (code,), part in cuts[cut].items()}
    return found


def overview(view: View) -> dict:
    """Return the page's parts, computed once per view and state of the data."""
    return remembered(f"projects-overview:{view.name}:{view.shown}", lambda: _compose(view))


def _compose(view):
    parts = by_county(view)
    counties = list(Organisation.objects.counties_and_zones())
    figures = {
        key: figure_of(key, view.as_of, part.value(key), part, span=view.span)
        for key, part in ((key, parts[key].get("", Part())) for key in MEASURES)
    }
    descriptions = charts.describe(view, parts, counties)
    return {
        "cards": [_card(figures, key) for key in CARDS],
        "apart": [(figures[key], passport_url(figures[key])) for key in APART],
        "top": _top(view, parts[view.key], counties),
        "table": _table(view, parts, counties),
        "charts": {key: chart_card(description) for key, description in descriptions.items()},
        "demo": any(figure.demo for figure in figures.values()),
        "label": MEASURES[view.key][0],
    }


def _card(figures, key):
    figure = figures[key]
    line = ""
    if key == "projects.signed.count":
        line = (
            f"已注册 {figures['projects.signed.registered'].text} · 已开工 {figures['projects.signed.started'].text}"
        )
    elif key == "projects.started.count":
        line = f"不限投资额 {figures['projects.started_any.count'].text} 个"
    elif is_amount(key):
        line = f"{figure.rows} {'个项目' if key.startswith('projects.') else '笔已核实'}"
    return {
        "label": figure.label,
        "value": figure.text,
        "unit": figure.unit,
        "line": line,
        "passport_url": passport_url(figure),
        "url": figure.rows_url,
    }


def _top(view, parts, counties):
    """Return the first three counties by the measure shown, with their values in words."""
    found = [(county, parts[county.code]) for county in counties if county.code in parts]
    found = sorted((line for line in found if line[1].value(view.key) > 0), key=lambda line: -line[1].value(view.key))
    unit = MEASURES[view.key][1]
    return [
        {"short": county.short, "code": county.code, "text": f"{trim(shown_value(view.key, part))} {unit}"}
        for county, part in found[:3]
    ]


def _table(view, parts, counties):
    """Return the heads, a line per county and the city's; a number opens its passport."""
    goals = funds_goals(view.span, view.as_of)
    lines = []
    for county in sorted(counties, key=lambda c: (-parts[view.key].get(c.code, Part()).value(view.key), c.order)):
        lines.append(_line(view, parts, county.code, county.short, goals.get(county.code)))
    if any(parts[key].get("-") for key in CARDS):
        lines.append(_line(view, parts, "-", "落地未定", None))
    total = _line(view, parts, "", "全市", None)
    for column in zip(*(line["cells"] for line in [*lines, total]), strict=True):
        for cell, text in zip(column, evenly([cell["value"] for cell in column]), strict=True):
            cell["text"] = text
    return {
        "heads": [f"{MEASURES[key][0]}（{MEASURES[key][1]}）" for key in CARDS],
        "lines": lines,
        "sum": total,
        "goals": bool(goals),
    }


def _line(view, parts, code, name, goal):
    narrow = {"county": code} if code else {}
    cells = []
    for key in CARDS:
        part = parts[key].get(code, Part())
        cells.append(
            {
                "value": shown_value(key, part),
                "head": f"{MEASURES[key][0]}（{MEASURES[key][1]}）",
                "passport": view.passport(key, **narrow),
                "url": project_rows_url(key, view.as_of, code, span=view.span),
                "none": not part.rows,
            }
        )
    funds = parts["funds.in_place"].get(code, Part()).amount
    rate = share(funds, goal * WAN_PER_YI) if goal else None
    return {"code": code if code not in ("", "-") else "", "name": name, "cells": cells, "rate": rate}
