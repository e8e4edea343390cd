"""Reporting: an organisation writes, saves and hands in what it did in a month."""

from datetime import date

from django.db import IntegrityError, transaction

from accounts.permissions import may
from common import audit, periods
from common.errors import UserError
from common.versions import StaleVersion, save_over
from tasklists import corrections
from tasklists.locking import is_locked
from tasklists.models import Assignment, ProgressReport, TaskEvent, TaskList

FIELDS = ("status", "percent", "text", "difficulty", "outlook")
State = ProgressReport.State
EDITABLE = (State.DRAFT, State.RETURNED)
HALTED_WORDS = {"closed": "任务已销号", "suspended": "任务已中止", "cancelled": "任务已取消"}


def why_closed(*, assignment: Assignment, period: str, on: date) -> str:
    """Return one sentence why this part takes no report for ``period`` on that day; empty when it does."""
    change = assignment.item.state_changes.filter(on__lte=on).last()
    return closed_reason(
        assignment=assignment,
        period=period,
        on=on,
        locked=is_locked(period),
        state=change.state if change else "open",
    )


def closed_reason(*, assignment: Assignment, period: str, on: date, locked: bool, state: str) -> str:
    """Return what ``why_closed`` says of a part whose month's lock and item's state are known; asks no query."""
    item = assignment.item
    if assignment.role == Assignment.Role.SUPPORTING:
        return "配合单位不单独填报。"
    if item.task_list.state != TaskList.State.IN_FORCE or item.assigned_on is None or item.assigned_on > on:
        return "任务还没有交办，不用填报。"
    if period > periods.period_of(on):
        return f"{periods.label(period)}还没有到，不能提前填报。"
    if period < periods.period_of(item.assigned_on):
        return f"任务在{periods.label(periods.period_of(item.assigned_on))}交办，此前的月份不用填报。"
    if locked:
        return f"{periods.label(period)}已锁定，不能再填报或修改。"
    if assignment.completed_on:
        return "本单位承担的部分已经完成，不再填报。"
    if state in HALTED_WORDS:
        return f"{HALTED_WORDS[state]}，不再填报。"
    return ""


def check_open(*, assignment, period, on) -> None:
    if reason := why_closed(assignment=assignment, period=period, on=on):
        raise UserError(reason)


@transaction.atomic
def save_report(*, assignment: Assignment, period: str, values: dict, version: int, by, on: date) -> ProgressReport:
    """Write ``values`` (the names in FIELDS) into the part's report of the month and return it.

    ``version`` is what the editor has seen, 0 for a month without report. Raises StaleVersion when
    somebody else saved meanwhile, UserError when the month is closed to this part.
    """
    check_reporter(assignment, by)
    values = _checked(values)
    report = ProgressReport.objects.select_for_update().filter(assignment=assignment, period=period).first()
    if report and report.state == State.SUBMITTED and report.submitted_by_id == by.pk and _holds(report, values):
        return report  # the same act sent again
    check_open(assignment=assignment, period=period, on=on)
    if report is None:
        return _create(assignment, period, values, version, by, on)
    if report.state not in EDITABLE:
        raise UserError(f"本期填报{report.get_state_display()}，不能修改；需要修改时请审核人退回。")
    before = {name: getattr(report, name) for name in FIELDS}
    seen = report.version
    saved = save_over(report, version=version, **values)
    if saved.version != seen:
        corrections.record_changes([(saved, before, values)], period=period, by=by, on=on)
        audit.record(by=by, action="保存填报", target=saved, before=before, after=values)
    return saved


def _create(assignment, period, values, version, by, on):
    if version:
        raise UserError("这份填报已经不在，请重新打开页面。")
    try:
        with transaction.atomic():
            report = ProgressReport.objects.create(assignment=assignment, period=period, **values)
    except IntegrityError:  # a colleague was first
        report = ProgressReport.objects.get(assignment=assignment, period=period)
        if report.version == 1 and _holds(report, values):
            return report
        raise StaleVersion(report) from None
    corrections.record_changes([(report, None, values)], period=period, by=by, on=on)
    audit.record(by=by, action="保存填报", target=report, after={"period": period, **values})
    return report


@transaction.atomic
def submit_report(*, report: ProgressReport, by, on: date) -> ProgressReport:
    """Hand the report in to the organisation's reviewer; handing in twice is one act."""
    report = ProgressReport.objects.select_for_update().select_related("assignment__item__task_list").get(pk=report.pk)
    check_reporter(report.assignment, by)
    if report.state == State.SUBMITTED:
        return report
    if report.state not in EDITABLE:
        raise UserError(f"本期填报{report.get_state_display()}，不用再提交。")
    check_open(assignment=report.assignment, period=report.period, on=on)
    _check_complete(report)
    again = report.returned_on is not None
    report = save_over(
        report,
        version=report.version,
        state=State.SUBMITTED,
        submitted_on=on,
        submitted_by=by,
        organisation_reviewed_by=None,
    )
    TaskEvent.objects.create(
        item=report.assignment.item,
        kind=TaskEvent.Kind.SUBMITTED,
        on=on,
        by=by,
        organisation=report.assignment.organisation,
        report=report,
        period=report.period,
        text=f"{report.get_status_display()}，完成 {report.percent}%。{report.text}"[:400],
    )
    audit.record(by=by, action="重新提交填报" if again else "提交填报", target=report, after={"period": report.period})
    return report


def _holds(report, values) -> bool:
    return all(getattr(report, name) == value for name, value in values.items())


def check_reporter(assignment, by):
    if not may(by, "report") or by.organisation_id != assignment.organisation_id:
        raise UserError("只能填报本单位的任务。")


def _checked(values: dict) -> dict:
    """Return the fields of FIELDS alone, each a value that its column can hold."""
    values = {name: values[name] for name in FIELDS if name in values}
    percent = values.get("percent")
    if percent is None:
        raise UserError("请填写完成百分比（0—100）。", field="percent")
    if not 0 <= percent <= 100:
        raise UserError(f"完成百分比应为 0—100，现填 {percent}，未保存。", field="percent")
    for name, choices in (("status", ProgressReport.Status), ("outlook", ProgressReport.Outlook)):
        if name in values and values[name] not in choices.values:
            raise UserError("请从列出的选项中选择。", field=name)
    return values


def _check_complete(report):
    """What a report needs before it goes to review."""
    if not report.text.strip():
        raise UserError("请填写本期进展后再提交。", field="text")
    if report.status == ProgressReport.Status.NOT_STARTED and report.percent:
        raise UserError("状态为未启动时，完成百分比应为 0。", field="percent")
    if report.status == ProgressReport.Status.CLAIMED:
        if report.percent != 100:
            raise UserError("申请办结时，完成百分比应为 100。", field="percent")
        if not report.evidence.exists():
            raise UserError("申请办结须附佐证材料，请上传后再提交。", field="file")
