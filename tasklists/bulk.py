"""Acts of the office on many tasks at once: what would change, row by row, then all of it or nothing."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from accounts.permissions import may
from common import periods
from common.errors import UserError
from common.locking import locked_months
from common.versions import StaleVersion
from tasklists import assigning, extending, reviewing
from tasklists.locking import AREA
from tasklists.models import Assignment, ProgressReport, TaskItem

LIMIT = 300
ACTS = {"approve": "通过", "return": "退回", "date": "调整时限", "assign": "交办"}
OF_REPORTS = ("approve", "return")
NEEDS_REASON = ("return", "date")
REASON_WORDS = {"return": "退回", "date": "调整时限"}


@dataclass(frozen=True)
class Line:
    """One row of the preview: what would change, or one sentence why not. ``key`` is the report's or task's."""

    key: int
    item: TaskItem
    owner: str
    before: str
    after: str
    version: int = 0
    refusal: str = ""


class BulkRefused(Exception):
    """One row was refused, so nothing was changed; ``message`` names the row and says why."""

    def __init__(self, message):
        super().__init__(message)
        self.message = message


def preview(act: str, items, *, by, on: date, new_due_on: date | None = None) -> list[Line]:
    """Return a line per report (approving, returning) or task; ``items`` is what the person may see."""
    check_act(act, by)
    items = list(items.select_related("task_list").order_by("task_list__order", "order")[: LIMIT + 1])
    if len(items) > LIMIT:
        raise UserError(f"一次最多 {LIMIT} 项，请分批办理。")
    parts = {}
    for part in Assignment.objects.filter(item__in=items).select_related("organisation"):
        parts.setdefault(part.item_id, []).append(part)
    if act in OF_REPORTS:
        return _report_lines(act, items, by)
    line = _date_line if act == "date" else _assign_line
    return [line(item, parts.get(item.pk, []), on, new_due_on) for item in items]


def check_act(act: str, by) -> None:
    if not may(by, "supervise"):
        raise UserError("只有协调办可以批量办理。")
    if act not in ACTS:
        raise UserError("请选择要批量办理的事项。")


def _report_lines(act, items, by):
    waiting = {}
    found = ProgressReport.objects.filter(assignment__item__in=items, state=ProgressReport.State.ORGANISATION_APPROVED)
    for report in found.select_related("assignment__organisation").order_by("period", "pk"):
        waiting.setdefault(report.assignment.item_id, []).append(report)
    locked = locked_months(AREA)
    lines = []
    for item in items:
        if item.pk not in waiting:
            lines.append(Line(0, item, "", "", "", refusal="没有等协调办审核的填报。"))
        for report in waiting.get(item.pk, []):
            before = f"{periods.label(report.period)}：{report.get_status_display()}，完成 {report.percent}%"
            after = "已通过" if act == "approve" else "退回待改"
            refusal = _why_not_decided(act, report, by, locked)
            owner = report.assignment.organisation.short
            lines.append(Line(report.pk, item, owner, before, after, report.version, refusal))
    return lines


def _why_not_decided(act, report, by, locked) -> str:
    if not reviewing.may_review_for_office(by, report):
        return "你经手过这份填报，须由他人审核。"
    if report.period in locked:
        return f"{periods.label(report.period)}已锁定，不能再审核。"
    if act == "approve" and report.status == ProgressReport.Status.CLAIMED:
        return "办结申请须逐份核验佐证材料，不能批量通过。"
    return ""


def _date_line(item, parts, on, new_due_on):
    deciding = [part for part in parts if part.decides]
    refusal = extending.why_not_movable(item, deciding[0] if deciding else None, on)
    if new_due_on and not refusal:
        try:
            extending.check_later(item, new_due_on, on)
        except UserError as problem:
            refusal = problem.message
    before = f"{item.due_on}" if item.due_on else "长期坚持" if item.long_term else "未定"
    return Line(item.pk, item, _owner(deciding), before, f"{new_due_on or ''}", item.version, refusal)


def _assign_line(item, parts, on, _new_due_on):
    refusal = assigning.why_not_assignable(item, bool(parts), on)
    owners = [part for part in parts if part.decides] or parts
    before = f"{item.assigned_on} 已交办" if item.assigned_on else "未交办"
    return Line(item.pk, item, _owner(owners), before, f"{on} 交办", item.version, refusal)


def _owner(parts) -> str:
    names = [part.organisation.short for part in parts]
    return f"{names[0]}等 {len(names)} 家" if len(names) > 2 else "、".join(names)


@transaction.atomic
def apply(act: str, rows: dict[int, int], *, visible, by, on: date, reason: str = "", new_due_on=None) -> int:
    """Do the act on every row (key → version that was previewed) and return how many there were.

    All in one transaction: a row that is refused, or has changed since, undoes the others and raises
    BulkRefused. ``visible`` are the items the person may see. The same rows sent again are one act.
    """
    check_act(act, by)
    if not rows:
        raise UserError("没有可以办理的行。")
    if len(rows) > LIMIT:
        raise UserError(f"一次最多 {LIMIT} 项，请分批办理。")
    if act in NEEDS_REASON:
        reason = extending.checked_reason(reason, REASON_WORDS[act])
    if act == "date" and new_due_on is None:
        raise UserError("请填写新时限，写作 2024-03-31。", field="new_due_on")
    targets = _targets(act, rows, visible)
    for key in sorted(rows):
        target = targets.get(key)
        if target is None:
            raise BulkRefused("有一行已经不在或看不到，全部没有改动，请核对后再办理。")
        item = target.assignment.item if act in OF_REPORTS else target
        try:
            _do(act, target, version=rows[key], reason=reason, new_due_on=new_due_on, by=by, on=on)
        except UserError as refusal:
            raise BulkRefused(f"{item.code} {item.title}：{refusal.message}全部没有改动。") from None
        except StaleVersion:
            raise BulkRefused(f"{item.code} {item.title}：刚被他人改过。全部没有改动，请核对后再办理。") from None
    return len(rows)


def _targets(act, rows, visible):
    if act in OF_REPORTS:
        reports = ProgressReport.objects.filter(pk__in=rows, assignment__item__in=visible)
        return {report.pk: report for report in reports.select_related("assignment__item")}
    return {item.pk: item for item in visible.filter(pk__in=rows).select_related("task_list")}


def _do(act, target, *, version, reason, new_due_on, by, on):
    if act == "approve":
        reviewing.office_approve(report=target, version=version, by=by, on=on)
    elif act == "return":
        reviewing.office_return(report=target, version=version, reason=reason, by=by, on=on)
    elif act == "date":
        extending.move_deadline(item=target, new_due_on=new_due_on, reason=reason, version=version, by=by, on=on)
    else:
        assigning.assign_item(item=target, version=version, by=by, on=on)
