"""The month grid: one organisation's parts of a month as rows to be filled in, with what stood there last time."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from common import periods
from common.models import AuditEntry
from tasklists import my_page, reporting
from tasklists.models import Evidence, ProgressReport, TaskEvent

HANDED_IN = (
    ProgressReport.State.SUBMITTED,
    ProgressReport.State.ORGANISATION_APPROVED,
    ProgressReport.State.APPROVED,
)


OPEN = ("empty", "saved", "returned", "corrected")
STATES = (*OPEN, "handed_in", "closed")


@dataclass
class GridRow:
    """One part in the month. ``closed`` says why nothing can be filled in; ``state`` is the row's opening state.

    States: "empty", "saved" (a draft), "returned" (to be corrected), "corrected" (a returned one changed since),
    "handed_in", "closed".
    """

    line: my_page.Line
    state: str
    closed: str
    evidence: int
    returned_by: str
    day: date

    @property
    def current(self) -> ProgressReport | None:
        return self.line.current

    @property
    def earlier_return(self) -> ProgressReport | None:
        """A returned report of another month: it is corrected on its own form."""
        returned = self.line.returned
        return returned if returned is not None and returned is not self.line.current else None

    @property
    def is_returned(self) -> bool:
        return self.current is not None and self.current.state == ProgressReport.State.RETURNED

    @property
    def due_words(self) -> str:
        item = self.line.item
        if item.long_term or item.due_on is None:
            return "长期"
        day = f"{item.due_on.month}月{item.due_on.day}日"
        return day if item.due_on.year == self.day.year else f"{item.due_on.year}年{day}"

    @property
    def values(self) -> dict:
        """What stands in the cells; a new row begins with last time's status."""
        if self.current:
            return {name: getattr(self.current, name) for name in ("text", "percent", "status", "difficulty")}
        status = self.line.previous.status if self.line.previous else ProgressReport.Status.UNDER_WAY
        return {"text": "", "percent": "", "status": status, "difficulty": ""}


def rows_of(lines: list[my_page.Line], *, period: str, day: date) -> list[GridRow]:
    """Return a row per part that is not done, nearest deadline first: an order that filling in does not change.

    At most five queries, whatever the rows.
    """
    locked = reporting.is_locked(period)
    reports = [line.current for line in lines if line.current]
    evidence = dict(Evidence.objects.filter(report__in=reports).order_by().values_list("report").annotate(Count("pk")))
    returns = _returns([report for report in reports if report.state == ProgressReport.State.RETURNED])
    rows = []
    for line in lines:
        if line.group == "done":
            continue
        returned = returns.get(line.current.pk) if line.current else None
        reason = reporting.closed_reason(
            assignment=line.part, period=period, on=day, locked=locked, state=line.item.state
        )
        rows.append(
            GridRow(
                line=line,
                state=_state_of(line.current, reason, returned),
                closed=reason,
                evidence=evidence.get(line.current.pk, 0) if line.current else 0,
                returned_by=returned.by if returned else "",
                day=day,
            )
        )
    rows.sort(key=lambda row: (row.line.item.due_on or date.max, row.line.item.order, row.line.part.pk))
    return rows


def _state_of(report, reason, returned) -> str:
    if report is not None and report.state in HANDED_IN:
        return "handed_in"
    if reason:
        return "closed"
    if report is None:
        return "empty"
    if report.state == ProgressReport.State.RETURNED:
        return "corrected" if returned and returned.changed_since else "returned"
    return "saved"


@dataclass(frozen=True)
class _Return:
    by: str
    changed_since: bool


def _returns(reports: list[ProgressReport]) -> dict[int, _Return]:
    """Who returned each report last, and whether its cells or its files were changed since."""
    if not reports:
        return {}
    events = TaskEvent.objects.filter(report__in=reports, kind=TaskEvent.Kind.RETURNED).select_related("by")
    last = {event.report_id: event for event in events.order_by("pk")}
    changed = set()
    if last:
        since = min(event.at for event in last.values())
        saved = AuditEntry.objects.filter(
            at__gt=since,
            action="保存填报",
            target_kind=ProgressReport._meta.label,
            target_id__in=[str(key) for key in last],
        )
        proven = Evidence.objects.filter(report__in=list(last), uploaded_at__gt=since)
        moments = [(int(key), at) for key, at in saved.order_by().values_list("target_id", "at")]
        moments += proven.order_by().values_list("report", "uploaded_at")
        changed = {key for key, at in moments if at > last[key].at}
    return {
        key: _Return(by=event.by.display_name if event.by else "", changed_since=key in changed)
        for key, event in last.items()
    }


SECTIONS = {"open": "", "handed_in": "已提交", "closed": "本期不能填报"}


def in_sections(rows: list[GridRow]) -> list[dict]:
    """Return the rows under their headings: to be filled in, handed in, closed; empty headings are left out."""
    found = {key: [] for key in SECTIONS}
    for row in rows:
        found[row.state if row.state in found else "open"].append(row)
    return [{"key": key, "label": SECTIONS[key], "rows": rows} for key, rows in found.items() if rows]


def month_label(period: str, this: str) -> str:
    """Return the month for a narrow button: 12月, with its year when that is another."""
    return f"{int(period[5:])}月" if period[:4] == this[:4] else periods.label(period)
