"""Organisations' parts counted many organisations at once: what was done by when, and how reports came in.

One organisation's page and the assessment read the same numbers from here; queries do not grow with the
organisations.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Subquery

from common import periods
from tasklists import rules
from tasklists.models import Assignment, Extension, ProgressReport, StateChange, SupervisionSlip
from tasklists.querysets import unusual


@dataclass
class Month:
    """What was asked of an organisation for one month, counted in its parts."""

    period: str
    due: int = 0
    on_time: int = 0
    late: int = 0
    missing: int = 0
    returned: int = 0

    @property
    def label(self):
        return periods.label(self.period)


@dataclass(frozen=True)
class Part:
    """One organisation's part of a task on a day; ``done_on`` None while it is not done, by itself or closed."""

    pk: int
    assigned_on: date
    done_on: date | None
    deadline: date | None
    state: str  # the task's: open, closed, suspended


def parts_of(organisations: Iterable[int], day: date) -> dict[int, list[Part]]:
    """Return the parts that count on ``day`` by organisation, each with the deadline that stood then."""
    closing = StateChange.objects.filter(item=OuterRef("item"), on__lte=day).order_by("-on", "-id")
    rows = (
        Assignment.objects.counted(day)
        .filter(organisation__in=list(organisations))
        .annotate(state_on=Subquery(closing.values("on")[:1]))
        .order_by()
        .values_list(
            "organisation_id", "pk", "item_id", "item__assigned_on", "completed_on", "item_state", "state_on",
            "item__due_on",
        )
    )  # fmt: skip
    replaced = _replaced_deadlines(day)
    found = defaultdict(list)
    for organisation, pk, item, assigned_on, completed_on, state, state_on, due_on in rows:
        own = completed_on if completed_on and completed_on <= day else None
        closed = state_on if state == "closed" else None
        done_on = min((d for d in (own, closed) if d), default=None)
        found[organisation].append(Part(pk, assigned_on, done_on, replaced.get(item, due_on), state))
    return found


def _replaced_deadlines(day):
    """The deadlines that still stood on ``day`` because the extension was granted later, by item."""
    if "extended" not in unusual(day):
        return {}
    later = Extension.objects.filter(state="granted", decided_on__gt=day).order_by("-decided_on", "-pk")
    return dict(later.values_list("item_id", "old_due_on"))


def report_months_of(organisations: Iterable[int], months: list[str], day: date) -> dict[int, list[Month]]:
    """Return, by organisation, those of ``months`` whose reports were due by ``day``, with how they came in.

    A month asks for one report of each part that was assigned by the due date and not yet done when the month
    began. On time is what was handed in by the due date; what came back and was handed in again counts by its
    last date. Returned are the reports that were sent back at least once by ``day``.
    """
    organisations = list(organisations)
    asked = [period for period in months if rules.due_date(period) <= day]
    parts = parts_of(organisations, day)
    rows = ProgressReport.objects.filter(assignment__organisation__in=organisations, period__in=asked)
    reports = {
        (part, period): (submitted_on, returned_on)
        for part, period, submitted_on, returned_on in rows.order_by().values_list(
            "assignment_id", "period", "submitted_on", "returned_on"
        )
    }
    return {key: [_month(period, parts.get(key, ()), reports, day) for period in asked] for key in organisations}


def _month(period, parts, reports, day):
    month, due_on, begins_on = Month(period), rules.due_date(period), periods.first_day(period)
    for part in parts:
        if part.assigned_on > due_on or (part.done_on and part.done_on < begins_on):
            continue
        submitted_on, returned_on = reports.get((part.pk, period), (None, None))
        month.due += 1
        if submitted_on is None or submitted_on > day:
            month.missing += 1
        elif submitted_on <= due_on:
            month.on_time += 1
        else:
            month.late += 1
        month.returned += bool(returned_on and returned_on <= day and submitted_on and submitted_on <= day)
    return month


def slips_of(organisations: Iterable[int], first: date, last: date) -> dict[int, list[str]]:
    """Return the colours of the slips issued to each organisation from ``first`` to ``last``."""
    rows = SupervisionSlip.objects.exclude(state__in=("proposed", "dropped"))
    rows = rows.filter(organisation__in=list(organisations), issued_on__gte=first, issued_on__lte=last)
    found = defaultdict(list)
    for organisation, colour in rows.order_by().values_list("organisation_id", "colour"):
        found[organisation].append(colour)
    return found
