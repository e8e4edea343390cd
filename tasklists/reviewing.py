"""Reviewing: the organisation's reviewer, then the office, approves a report or returns it with a reason.

Whoever submitted does not review; a report counts in figures once the office has approved it.
"""

from datetime import date

from django.db import transaction

from accounts import permissions
from common import audit, periods
from common.errors import UserError
from common.versions import save_over
from tasklists.locking import is_locked
from tasklists.models import ProgressReport, TaskEvent

State = ProgressReport.State


def may_review_for_organisation(user, report) -> bool:
    """Tell whether ``user`` is the reviewer of the report's organisation and not its submitter."""
    return (
        user.role == permissions.REVIEWER
        and permissions.may(user, "review")
        and user.organisation_id == report.assignment.organisation_id
        and user.pk != report.submitted_by_id
    )


def may_review_for_office(user, report) -> bool:
    """Tell whether ``user`` is of the office and had no hand in the report so far."""
    return (
        user.role == permissions.COORDINATOR
        and permissions.may(user, "review")
        and user.pk not in (report.submitted_by_id, report.organisation_reviewed_by_id)
    )


@transaction.atomic
def organisation_approve(*, report: ProgressReport, version: int, by, on: date) -> ProgressReport:
    """Pass the report on to the office and return it. Repeating one's own approval changes nothing."""
    report = locked(report)
    _require(may_review_for_organisation(by, report), "只有本单位审核人可以审核，且不能审核自己提交的填报。")
    if report.state == State.ORGANISATION_APPROVED and report.organisation_reviewed_by_id == by.pk:
        return report
    _require_state(report, State.SUBMITTED, "单位审核")
    report = save_over(report, version=version, state=State.ORGANISATION_APPROVED, organisation_reviewed_by=by)
    leave_trace(report, TaskEvent.Kind.ORGANISATION_APPROVED, "单位审核通过", by=by, on=on)
    return report


@transaction.atomic
def organisation_return(*, report: ProgressReport, version: int, reason: str, by, on: date) -> ProgressReport:
    """Give the report back to its reporter with a reason."""
    report = locked(report)
    _require(may_review_for_organisation(by, report), "只有本单位审核人可以审核，且不能审核自己提交的填报。")
    return _give_back(report, State.SUBMITTED, "单位审核", version=version, reason=reason, by=by, on=on)


@transaction.atomic
def office_approve(*, report: ProgressReport, version: int, by, on: date) -> ProgressReport:
    """Approve the report: from today on it counts. A claim of completion is verified and closed instead."""
    report = locked(report)
    _require(may_review_for_office(by, report), "只有协调办可以审核，且不能审核自己经手的填报。")
    if report.state == State.APPROVED and report.approved_by_id == by.pk:
        return report
    _require_state(report, State.ORGANISATION_APPROVED, "协调办审核")
    if report.status == ProgressReport.Status.CLAIMED:
        raise UserError("这是办结申请，请核验佐证材料后用“核验并销号”。")
    report = save_over(report, version=version, state=State.APPROVED, approved_on=on, approved_by=by)
    leave_trace(report, TaskEvent.Kind.APPROVED, "协调办审核通过", by=by, on=on)
    return report


@transaction.atomic
def office_return(*, report: ProgressReport, version: int, reason: str, by, on: date) -> ProgressReport:
    """Give the report back to its reporter with a reason; it passes the organisation's reviewer again."""
    report = locked(report)
    _require(may_review_for_office(by, report), "只有协调办可以审核，且不能审核自己经手的填报。")
    return _give_back(report, State.ORGANISATION_APPROVED, "协调办审核", version=version, reason=reason, by=by, on=on)


def _give_back(report, expected, step, *, version, reason, by, on):
    reason = reason.strip()
    if report.state == State.RETURNED and report.return_reason == reason and report.returned_on == on:
        return report
    _require_state(report, expected, step)
    if not reason:
        raise UserError("退回须写明原因。", field="reason")
    if len(reason) > 300:
        raise UserError("退回原因最多 300 字。", field="reason")
    report = save_over(report, version=version, state=State.RETURNED, returned_on=on, return_reason=reason)
    leave_trace(report, TaskEvent.Kind.RETURNED, f"{step}退回", by=by, on=on, text=reason)
    return report


def locked(report) -> ProgressReport:
    """Return the report as it stands now, held until the transaction ends."""
    rows = ProgressReport.objects.select_related("assignment__item", "assignment__organisation")
    return rows.select_for_update(of=("self",)).get(pk=report.pk)


def leave_trace(report, kind, action, *, by, on, text=""):
    """Write the timeline's step and the audit entry of an act on a report."""
    TaskEvent.objects.create(
        item=report.assignment.item,
        kind=kind,
        on=on,
        by=by,
        organisation=report.assignment.organisation,
        report=report,
        period=report.period,
        text=text,
    )
    audit.record(
        by=by, action=action, target=report, after={"state": report.state, "period": report.period, "text": text}
    )


def _require(allowed: bool, sentence: str) -> None:
    if not allowed:
        raise UserError(sentence)


def _require_state(report, expected, step) -> None:
    if report.state != expected:
        raise UserError(f"这份填报现为“{report.get_state_display()}”，不能做{step}。")
    if is_locked(report.period):
        raise UserError(f"{periods.label(report.period)}已锁定，不能再审核。")
