"""Corrections (更正): what changes in a month that had been locked once is kept as old value, new value and why."""

from datetime import date

from django.db import transaction

from accounts.permissions import may
from common import audit, locking, periods
from common.errors import UserError
from common.versions import save_over
from tasklists.extending import checked_reason
from tasklists.locking import AREA, is_locked
from tasklists.models import ProgressReport, ReportRevision

FIELDS = ("status", "percent", "text", "difficulty", "outlook")
CLAIMED = ProgressReport.Status.CLAIMED


def reopened_because(period: str) -> str:
    """Return why the month was opened again after having been locked; empty when it never was locked."""
    return locking.unlock_reason(AREA, period)


def open_again(among) -> set[str]:
    """Return the months of ``among`` that were locked once and are open now."""
    return locking.open_again(AREA, among)


def record_changes(changes, *, period: str, by, on: date, reason: str = "") -> int:
    """Keep what changed in reports of a month that had been locked once; return how many fields did.

    ``changes`` are (report, before, after), both with the fields by name, ``before`` empty or None for a new
    report. Without a reason of its own a change carries the one for which the month was opened again.
    """
    opened = reopened_because(period)
    if not opened:
        return 0
    rows = [
        ReportRevision(
            report=report,
            field=name,
            old=str((before or {}).get(name, "")),
            new=str(after[name]),
            reason=reason or opened,
            by=by,
            on=on,
        )
        for report, before, after in changes
        for name in FIELDS
        if name in after and (before or {}).get(name, "") != after[name]
    ]
    return len(ReportRevision.objects.bulk_create(rows))


def why_not_correctable(report: ProgressReport) -> str:
    """Return one sentence why this report cannot be corrected now; empty when it can."""
    if report.state != ProgressReport.State.APPROVED:
        return "只有审核通过的填报需要更正；其他的由单位修改后提交。"
    label = periods.label(report.period)
    if is_locked(report.period):
        return f"{label}已锁定，请先申请解锁，由另一人同意后再更正。"
    if not reopened_because(report.period):
        return f"{label}没有锁定过，不用更正。"
    return ""


@transaction.atomic
def correct_report(*, report: ProgressReport, values: dict, reason: str, version: int, by, on: date) -> ProgressReport:
    """Write ``values`` over an approved report of a month opened again and keep the old ones as a correction.

    The report stays approved, with its day. Raises StaleVersion when somebody else saved meanwhile.
    """
    if not may(by, "supervise"):
        raise UserError("只有协调办可以更正已通过的填报。")
    report = ProgressReport.objects.select_for_update().get(pk=report.pk)
    if by.pk == report.submitted_by_id:
        raise UserError("不能更正自己提交的填报。")
    if refusal := why_not_correctable(report):
        raise UserError(refusal)
    reason = checked_reason(reason, "更正")
    values = {name: values[name] for name in FIELDS if name in values}
    before = {name: getattr(report, name) for name in FIELDS}
    if not 0 <= values.get("percent", 0) <= 100:
        raise UserError(f"完成百分比应为 0—100，现填 {values['percent']}，未保存。", field="percent")
    if not values.get("text", before["text"]).strip():
        raise UserError("请填写本期进展。", field="text")
    status = values.get("status", before["status"])
    if status != before["status"] and CLAIMED in (status, before["status"]):
        raise UserError("办结不能用更正改动；需要时请在任务页恢复推进。", field="status")
    if all(before[name] == value for name, value in values.items()):
        raise UserError("没有改动，不用更正。")
    saved = save_over(report, version=version, **values)
    record_changes([(saved, before, values)], period=saved.period, by=by, on=on, reason=reason)
    audit.record(by=by, action="更正填报", target=saved, before=before, after=values | {"reason": reason})
    return saved
