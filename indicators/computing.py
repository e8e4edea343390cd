"""Named rules: indicators whose values this site computes from its own tasks, projects and funds. Never typed."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.urls import reverse
from django.utils.http import urlencode

from common import periods as calendar
from common.amounts import WAN_PER_YI
from common.remember import remembered
from indicators.values import Reading, ratio
from projects.counting import COUNTED, begins, is_amount, tally
from projects.dimensions import UNKNOWN
from projects.industries import division_name
from tasklists.course import course, made_up
from tasklists.figures import task_rows_url

CITY = ""  # the whole city among the codes of organisations, as of the tasks


@dataclass(frozen=True)
class Rule:
    """One way to compute: its name and unit, how it counts, and the rows behind it.

    ``compute(spans, as_of, dimension)`` returns readings by (organisation code, period, member);
    ``rows_url(first, last, as_of, code)`` the list that shows what was counted, ``rows(first, last, as_of, code)``
    how many rows that list has. ``splits`` are the dimensions
    that the rule can tell apart. Where rows are ``counted``, a county without any has zero, which is known,
    but only from the first row on: ``family`` names the rows, whose beginning ``begin_of`` returns.
    """

    label: str
    unit: str
    compute: Callable
    rows_url: Callable
    rows: Callable
    over_time: str = "sum"
    over_organisations: str = "sum"
    splits: tuple[str, ...] = ()
    counted: bool = False
    family: str = ""


def _projects(key):
    """Count one of the projects' figures per period; amounts in 亿元, counties by their share of the credit."""

    def compute(spans, as_of, dimension=""):
        family, cut = COUNTED[key]
        since = begins(family) or date.max
        begun = {period: ends for period, ends in spans.items() if ends[0] <= as_of and since <= ends[1]}
        if not begun:
            return {}
        first, last = min(start for start, _ in begun.values()), max(end for _, end in begun.values())
        parts = _tallied(family, first, last, as_of, dimension)[cut]
        by_month = defaultdict(list)
        for group, part in parts.items():
            place = (group[0], *(_member(dimension, value) for value in group[1:-1]))
            by_month[group[-1]].append((place, part.value(key), bool(part.demo)))
        scale = WAN_PER_YI if is_amount(key) else 1
        found = {}
        for period, (start, end) in begun.items():
            values, demo = {(CITY, period, ""): Decimal(0)}, False
            for month in calendar.months_between(calendar.period_of(start), calendar.period_of(end)):
                for group, amount, is_demo in by_month.get(month, ()):
                    _add(values, group, period, amount)
                    demo = demo or is_demo
            found |= {at: Reading(value / scale, demo=demo) for at, value in values.items()}
        return found

    return compute


def _tallied(family, first, last, as_of, dimension):
    """Every month of the span in one count, which serves all periods and all figures of the family."""
    by = ("county", *([dimension] if dimension else []), "month")
    name = f"rule-months:{family}:{dimension}:{first}:{last}:{as_of}"
    return remembered(name, lambda: tally(family, first=first, last=last, as_of=as_of, by=by))


def _member(dimension, value) -> str:
    return division_name(value) if dimension == "industry" else value


def _add(values, group, period, amount):
    """Add a group (county[, member]) to its own, to the county's and to the city's whole."""
    code, member = group[0], group[1] if len(group) > 1 else ""
    for at in {(place, period, part) for place in (CITY, code) for part in ("", member)}:
        if at[0] != UNKNOWN:
            values[at] = values.get(at, Decimal(0)) + amount


def _project_rows(key):
    family, cut = COUNTED[key]

    def rows_url(first, last, as_of, code):
        query = {"as_of": as_of.isoformat()} | ({"county": code} if code else {})
        if family in ("funds", "investments"):
            months = {"month_from": calendar.period_of(first), "month_to": calendar.period_of(min(last, as_of))}
            name = "projects:funds" if family == "funds" else "projects:investments"
            return f"{reverse(name)}?{urlencode(query | {'capital': '1', 'state': 'city_verified'} | months)}"
        query |= {f"{family}_from": first.isoformat(), f"{family}_to": min(last, as_of).isoformat()}
        if family == "started":
            query |= {"capital": "1"} | ({"over": "1"} if cut == "large" else {})
        return f"{reverse('projects:list')}?{urlencode(query)}"

    return rows_url


def _project_count(key):
    family, cut = COUNTED[key]

    def rows(first, last, as_of, code):
        narrow = {"county": code} if code else {}
        parts = tally(family, first=first, last=last, as_of=as_of, narrow=narrow)[cut]
        return sum(part.rows for part in parts.values())

    return rows


def _tasks(measure):
    """Count tasks as they stood at each period's end: the city's by their lead, an organisation's by its parts."""

    def compute(spans, as_of, dimension=""):
        days = {period: min(last, as_of) for period, (first, last) in spans.items() if first <= as_of}
        if not days:
            return {}
        on, demo = _tasks_on(sorted(set(days.values())))
        found = {
            (code, period, ""): _task_reading(measure, progress.total, progress.done, demo)
            for period, day in days.items()
            for code, progress in on[day].items()
        }
        return {at: reading for at, reading in found.items() if reading}

    return compute


def _tasks_on(days):
    name = f"tasks-on:{days[0]}:{days[-1]}:{len(days)}"
    return remembered(name, lambda: (course(days), made_up(days[-1])))


def _task_reading(measure, total, done, demo):
    if not total:
        return None
    if measure == "rate":
        return Reading(ratio(done, total, "%"), Decimal(done), Decimal(total), demo)
    return Reading(Decimal(done), demo=demo)


def _task_rows(first, last, as_of, code):
    query = {"state": "closed"} | ({"org": code, "counted": "1"} if code else {})
    return task_rows_url(min(last, as_of), **query)


def _task_count(first, last, as_of, code):
    day = min(last, as_of)
    return course([day])[day][code].done


def _project_rule(label, key, unit):
    return Rule(
        label,
        unit,
        _projects(key),
        _project_rows(key),
        _project_count(key),
        splits=("origin", "industry"),
        counted=True,
        family=COUNTED[key][0],
    )


RULES = {
    "projects.signed.count": _project_rule("签约项目数", "projects.signed.count", "个"),
    "projects.signed.investment": _project_rule("签约总投资", "projects.signed.investment", "亿元"),
    "projects.started.count": _project_rule("新开工京津冀过亿元项目数", "projects.started.count", "个"),
    "projects.started.investment": _project_rule(
        "新开工京津冀过亿元项目总投资", "projects.started.investment", "亿元"
    ),
    "funds.in_place": _project_rule("到位资金（市级核实）", "funds.in_place", "亿元"),
    "investments.completed": _project_rule("完成投资（市级核实）", "investments.completed", "亿元"),
    "tasks.closed": Rule("已完成任务数", "项", _tasks("closed"), _task_rows, _task_count, over_time="last"),
    "tasks.closed_rate": Rule(
        "任务完成率", "%", _tasks("rate"), _task_rows, _task_count, over_time="last", over_organisations="ratio"
    ),
}


def begin_of(rule: str) -> date | None:
    """Return the day of the first row that a rule counts: what ends before it is not known.

    ``date.max`` while there is no row; None where the rule counts no family of rows.
    """
    family = RULES[rule].family if rule in RULES else ""
    return (begins(family) or date.max) if family else None


def computed(rule: str, periods: list[str], as_of: date, dimension: str = "") -> dict[tuple[str, str, str], Reading]:
    """Return a rule's readings by (organisation code or CITY, period, member); once per state of the data.

    Periods that begin after ``as_of`` are absent; a period that is not over counts up to ``as_of``.
    """
    if rule not in RULES or not periods:
        return {}
    spans = {period: calendar.span(period) for period in sorted(periods)}
    name = f"rule:{rule}:{dimension}:{min(spans)}:{max(spans)}:{len(spans)}:{as_of}"
    return remembered(name, lambda: RULES[rule].compute(spans, as_of, dimension))
