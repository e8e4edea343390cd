"""Closing (销号): the office verifies a claim of completion; the last deciding part closes the task."""

from datetime import date

from django.db import transaction

from accounts.permissions import may
from common import audit
from common.errors import UserError
from common.versions import save_over
from tasklists import halting, reviewing
from tasklists.models import Assignment, ProgressReport, StateChange, TaskEvent, TaskItem


def may_close(user, report) -> bool:
    """Tell whether ``user`` may verify this claim: of the office, and neither submitter nor reviewer of it."""
    return may(user, "verify") and may(user, "close") and reviewing.may_review_for_office(user, report)


@transaction.atomic
def verify_and_close(*, report: ProgressReport, version: int, by, on: date) -> ProgressReport:
    """Approve a claim of completion: the part is done, and with the last deciding part the task is closed.

    The deciding part is the lead's; without a lead, every responsible one. Repeating changes nothing.
    """
    report = reviewing.locked(report)
    if not may_close(by, report):
        raise UserError("只有协调办可以核验销号，且不能核验自己经手的填报。")
    if report.state == ProgressReport.State.APPROVED and report.approved_by_id == by.pk:
        return report
    if report.state != ProgressReport.State.ORGANISATION_APPROVED:
        raise UserError(f"这份填报现为“{report.get_state_display()}”，不能核验销号。")
    if report.status != ProgressReport.Status.CLAIMED:
        raise UserError("这份填报没有申请办结，不能销号。")
    if not report.evidence.exists():
        raise UserError("办结申请没有佐证材料，请退回补充。")
    item = TaskItem.objects.select_for_update().get(pk=report.assignment.item_id)
    if halting.state_now(item, on) in (StateChange.State.SUSPENDED, StateChange.State.CANCELLED):
        raise UserError("任务已中止或取消，请先恢复推进再销号。")
    report = save_over(report, version=version, state=ProgressReport.State.APPROVED, approved_on=on, approved_by=by)
    reviewing.leave_trace(report, TaskEvent.Kind.PART_COMPLETED, "核验办结", by=by, on=on, text="佐证材料核验通过。")
    Assignment.objects.filter(pk=report.assignment_id, completed_on__isnull=True).update(completed_on=on)
    if _is_complete(item) and not _is_closed(item):
        StateChange.objects.create(item=item, state=StateChange.State.CLOSED, on=on, by=by)
        TaskEvent.objects.create(item=item, kind=TaskEvent.Kind.CLOSED, on=on, by=by, period=report.period)
        audit.record(by=by, action="销号", target=item, after={"closed_on": on, "report": report.pk})
    return report


def _is_complete(item) -> bool:
    deciding = item.assignments.filter(decides=True)
    return deciding.exists() and not deciding.filter(completed_on__isnull=True).exists()


def _is_closed(item) -> bool:
    change = item.state_changes.last()
    return change is not None and change.state == StateChange.State.CLOSED
