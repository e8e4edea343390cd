"""What one organisation has to report in a month."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q

from common import periods
from tasklists import rules
from tasklists.models import Assignment, ProgressReport, TaskItem

State = ProgressReport.State


@dataclass
class Line:
    """One part of the organisation with its reports: this month's, one that was returned, the last approved."""

    part: Assignment
    item: TaskItem
    light: str
    word: str
    current: ProgressReport | None
    returned: ProgressReport | None
    previous: ProgressReport | None

    @property
    def group(self) -> str:
        if self.item.state == "closed" or self.part.completed_on:
            return "done"
        if self.item.state != "open":
            return "halted"
        if self.returned:
            return "returned"
        if self.current is None:
            return "missing"
        return "draft" if self.current.state == State.DRAFT else "handed_in"


def lines_of(*, organisation_id: int, period: str, day: date) -> list[Line]:
    """Return the organisation's reporting parts as of ``day``. Three queries."""
    parts = list(
        Assignment.objects.answering()
        .filter(organisation=organisation_id, item__task_list__state="in_force", item__assigned_on__lte=day)
        .select_related("item__task_list")
    )
    items = {item.pk: item for item in TaskItem.objects.filter(pk__in=[part.item_id for part in parts]).as_of(day)}
    reports = _reports(parts, period)
    lines = []
    for part in parts:
        item, known = items[part.item_id], reports.get(part.pk, [])
        item.task_list = part.item.task_list
        if period < periods.period_of(item.assigned_on):
            continue
        lines.append(
            Line(
                part=part,
                item=item,
                light=rules.LIGHT_OF[item.light_reason],
                word=rules.REASON_WORDS[item.light_reason],
                current=next((r for r in known if r.period == period), None),
                returned=next((r for r in known if r.state == State.RETURNED), None),
                previous=next((r for r in known if r.state == State.APPROVED and r.period < period), None),
            )
        )
    return lines


def _reports(parts, period) -> dict[int, list[ProgressReport]]:
    """By part, newest first: the month's report, returned ones, and the last approved one before the month."""
    later = ProgressReport.objects.filter(
        assignment=OuterRef("assignment"), state=State.APPROVED, period__lt=period, period__gt=OuterRef("period")
    )
    wanted = Q(period=period) | Q(state=State.RETURNED) | (Q(state=State.APPROVED, period__lt=period) & ~Exists(later))
    found = {}
    for report in ProgressReport.objects.filter(wanted, assignment__in=[p.pk for p in parts]).order_by("-period"):
        found.setdefault(report.assignment_id, []).append(report)
    return found
