"""Organisations or aspects against lights or stages: how many tasks stand in each cell, and where its rows are.

Every cell's number is counted from the rows that its address lists: same filters, same facts, same day.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import Organisation
from accounts.permissions import SEES_OWN_ORGANISATION
from common import lights
from tasklists import rules, stages
from tasklists.filters import ItemFilter
from tasklists.models import Assignment
from tasklists.shown import list_address

BY = {"department": "部门", "county": "县市区", "aspect": "方面"}
SHOW = {"light": "灯", "stage": "进度"}
LIGHT_WORDS = {light: lights.WORDS[light] for light in reversed(lights.SEVERITY)}


@dataclass(frozen=True)
class Cell:
    number: int
    url: str  # the rows counted; empty where there are none


@dataclass(frozen=True)
class Row:
    label: str
    url: str  # the organisation's page; empty for an aspect
    cells: tuple[Cell, ...]
    total: Cell


@dataclass(frozen=True)
class Matrix:
    columns: tuple[tuple[str, str], ...]  # key, word
    rows: tuple[Row, ...]
    everything: Row  # each task once, whoever answers for it


def matrix_of(*, user, data: QueryDict, rows, by: str, show: str, day: date) -> Matrix:
    """Count ``rows`` (``shown.rows_shown`` of ``user``) under the filters of ``data``, most pressing row first.

    ``by`` is a key of ``BY``, ``show`` of ``SHOW``. An organisation's row counts the tasks that it leads or
    answers for, cancelled ones left out; people of one organisation see their own row.
    """
    kept = data.copy()
    if by != "aspect":
        kept.pop("part", None)  # each row's own
    items = ItemFilter(kept, queryset=rows, request=SimpleNamespace(user=user)).qs
    if show == "stage":
        items = stages.with_stage(items, day)
        columns = tuple(stages.STAGE_WORDS.items())
    else:
        columns = tuple(LIGHT_WORDS.items())
    known = {}
    fields = ("pk", "state", "light_reason" if show == "light" else "stage", "task_list__slug", "aspect__title")
    for pk, state, value, slug, aspect in items.order_by().values_list(*fields):
        known[pk] = (state, rules.LIGHT_OF[value] if show == "light" else value, slug, aspect)
    if by == "aspect":
        groups, heads = _by_aspect(items, known)
    else:
        groups, heads = _by_organisation(user, by, known, kept.get("org", ""), day)

    def row(label, url, members, changes):
        counts = Counter(known[pk][1] for pk in members)
        cells = tuple(_cell(counts[key], kept, changes | {show: key}) for key, _ in columns)
        return Row(label, url, cells, _cell(len(members), kept, changes))

    made = [row(label, url, groups[key], changes) for key, (label, url, changes) in heads.items() if groups[key]]
    made.sort(key=lambda row: tuple(-cell.number for cell in row.cells))
    return Matrix(columns, tuple(made), row("全部任务（一项计一次）", "", known, {}))


def _cell(number, kept, changes):
    return Cell(number, list_address(kept, **changes) if number else "")


def _by_aspect(items, known):
    groups, heads = defaultdict(list), {}
    names = dict(items.order_by().values_list("task_list__slug", "task_list__short").distinct())
    several = len(names) > 1
    for pk, (_, _, slug, aspect) in known.items():
        groups[slug, aspect].append(pk)
    for slug, aspect in sorted(groups):
        label = f"{names[slug]} · {aspect}" if several else aspect
        heads[slug, aspect] = (label, "", {"list": slug, "aspect": aspect})
    return groups, heads


def _by_organisation(user, by, known, wanted, day):
    organisations = Organisation.objects.departments()
    if by == "county":
        organisations = Organisation.objects.counties_and_zones()
    if user.role in SEES_OWN_ORGANISATION:
        organisations = organisations.filter(pk=user.organisation_id)
    if wanted:
        organisations = organisations.filter(code=wanted)
    found = {o.pk: o for o in organisations}
    groups = defaultdict(list)
    parts = Assignment.objects.answering().filter(organisation__in=found).order_by()
    for organisation, item in parts.values_list("organisation_id", "item_id"):
        if item in known and known[item][0] != "cancelled":
            groups[organisation].append(item)
    heads = {
        pk: (o.short, organisation_url(o.code, day), {"org": o.code, "part": "counted"}) for pk, o in found.items()
    }
    return groups, heads


def organisation_url(code: str, day: date) -> str:
    """Return the address of an organisation's page as of ``day``."""
    return f"{reverse('tasklists:organisation', args=[code])}?{urlencode({'as_of': day.isoformat()})}"
