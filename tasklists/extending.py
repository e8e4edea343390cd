"""Extension (延期): the reporter of a deciding part asks for a later deadline, the office grants or refuses it.

The old and the new date are kept, so that a light as of an earlier day still knows the deadline that stood.
"""

from datetime import date

from django.db import IntegrityError, transaction

from accounts.permissions import may
from common import audit
from common.errors import UserError
from common.versions import save_over
from tasklists.halting import state_now
from tasklists.models import Assignment, Extension, StateChange, TaskEvent, TaskItem, TaskList

REASON_LIMIT = 300
State = Extension.State


def why_not_extendable(*, item: TaskItem, part: Assignment | None, on: date) -> str:
    """Return one sentence why no later deadline can be asked for this part; empty when it can."""
    if part is None or not part.decides:
        return "只有牵头单位（没有牵头单位时为责任单位）可以申请延期。"
    if item.task_list.state != TaskList.State.IN_FORCE or item.assigned_on is None or item.assigned_on > on:
        return "任务还没有交办，不用申请延期。"
    if item.due_on is None:
        return "任务没有完成时限，不用申请延期。"
    if state_now(item, on) != StateChange.State.OPEN:
        return "任务不在推进中，不能申请延期。"
    return ""


@transaction.atomic
def ask_extension(*, part: Assignment, new_due_on: date | None, reason: str, by, on: date) -> Extension:
    """Ask the office for a later deadline and return the request. The same request sent again is one."""
    item = locked_item(part.item_id)
    if not may(by, "report") or by.organisation_id != part.organisation_id:
        raise UserError("只能为本单位牵头或负责的任务申请延期。")
    reason = checked_reason(reason, "延期")
    if new_due_on is None:
        raise UserError("请填写申请延到哪一天，写作 2024-03-31。", field="new_due_on")
    waiting = item.extensions.filter(state=State.ASKED).first()
    if waiting:
        if (waiting.asked_by_id, waiting.new_due_on, waiting.reason) == (by.pk, new_due_on, reason):
            return waiting
        raise UserError(f"{waiting.asked_on} 已申请延到 {waiting.new_due_on}，等协调办审批后再申请。")
    if refusal := why_not_extendable(item=item, part=part, on=on):
        raise UserError(refusal)
    check_later(item, new_due_on, on)
    try:
        with transaction.atomic():
            asked = Extension.objects.create(
                item=item,
                assignment=part,
                old_due_on=item.due_on,
                new_due_on=new_due_on,
                reason=reason,
                asked_by=by,
                asked_on=on,
            )
    except IntegrityError:  # another deciding part was first
        raise UserError("刚有单位提出了延期申请，等协调办审批后再申请。") from None
    _leave_trace(asked, TaskEvent.Kind.EXTENSION_ASKED, "申请延期", by=by, on=on, text=_dates(asked, reason))
    return asked


@transaction.atomic
def decide_extension(*, extension: Extension, grant: bool, reason: str, by, on: date) -> Extension:
    """Grant or refuse the request with a reason; granting moves the task's deadline. Repeating is one act."""
    item = locked_item(extension.item_id)
    asked = Extension.objects.select_for_update().select_related("assignment__organisation").get(pk=extension.pk)
    asked.item = item
    if not may(by, "supervise"):
        raise UserError("只有协调办可以审批延期。")
    if by.pk == asked.asked_by_id:
        raise UserError("不能审批自己提出的延期申请。")
    decision = State.GRANTED if grant else State.REFUSED
    if asked.state == decision and asked.decided_by_id == by.pk:
        return asked
    if asked.state != State.ASKED:
        raise UserError(f"这项延期申请{asked.get_state_display()}，不用再审批。")
    reason = checked_reason(reason, "审批")
    if grant:
        if state_now(item, on) != StateChange.State.OPEN:
            raise UserError("任务不在推进中，不能批准延期。")
        if item.due_on != asked.old_due_on:
            raise UserError("任务的时限在申请后已经调整，请退回这项申请，由单位重新提出。")
        save_over(item, version=item.version, due_on=asked.new_due_on)
    Extension.objects.filter(pk=asked.pk).update(state=decision, decided_by=by, decided_on=on, decision_reason=reason)
    asked.refresh_from_db(fields=["state", "decided_by", "decided_on", "decision_reason"])
    kind = TaskEvent.Kind.EXTENDED if grant else TaskEvent.Kind.EXTENSION_REFUSED
    _leave_trace(asked, kind, "批准延期" if grant else "延期未批准", by=by, on=on, text=_dates(asked, reason))
    return asked


@transaction.atomic
def move_deadline(*, item: TaskItem, new_due_on: date, reason: str, version: int, by, on: date) -> TaskItem:
    """Give the task a later deadline by the office's own decision; kept like a granted extension."""
    if not may(by, "supervise"):
        raise UserError("只有协调办可以调整完成时限。")
    reason = checked_reason(reason, "调整时限")
    item = locked_item(item.pk)
    part = item.assignments.filter(decides=True).order_by("pk").first()
    last = item.extensions.filter(state=State.GRANTED, decided_on=on, asked_by=by, reason=reason).first()
    if last and last.new_due_on == new_due_on == item.due_on:
        return item
    if refusal := why_not_movable(item, part, on):
        raise UserError(refusal)
    check_later(item, new_due_on, on)
    old = item.due_on
    item = save_over(item, version=version, due_on=new_due_on)
    moved = Extension.objects.create(
        item=item,
        assignment=part,
        old_due_on=old,
        new_due_on=new_due_on,
        reason=reason,
        state=State.GRANTED,
        asked_by=by,
        asked_on=on,
        decided_on=on,
    )
    _leave_trace(moved, TaskEvent.Kind.EXTENDED, "调整时限", by=by, on=on, text=_dates(moved, reason))
    return item


def why_not_movable(item: TaskItem, part: Assignment | None, on: date) -> str:
    """Return one sentence why the office cannot give this task a later deadline now; empty when it can."""
    if part is None:
        return "任务没有责任单位，不能调整时限。"
    if refusal := why_not_extendable(item=item, part=part, on=on):
        return refusal.replace("申请延期", "调整时限")
    if item.extensions.filter(state=State.ASKED).exists():
        return "有延期申请待审批，请先审批。"
    return ""


def check_later(item, new_due_on, on) -> None:
    if new_due_on <= item.due_on:
        raise UserError(f"新时限应晚于原时限 {item.due_on}，现填 {new_due_on}。", field="new_due_on")
    if new_due_on < on:
        raise UserError(f"新时限 {new_due_on} 已经过去，请填今天或以后的日期。", field="new_due_on")


def checked_reason(reason: str, act: str) -> str:
    """Return the reason without its margins. Raises UserError when there is none, or too much of it."""
    reason = reason.replace("\r\n", "\n").strip()
    if not reason:
        raise UserError(f"{act}须写明原因。", field="reason")
    if len(reason) > REASON_LIMIT:
        raise UserError(f"原因最多 {REASON_LIMIT} 字，现有 {len(reason)} 字。", field="reason")
    return reason


def locked_item(pk) -> TaskItem:
    """Return the task as it stands now, held until the transaction ends."""
    return TaskItem.objects.select_for_update(of=("self",)).select_related("task_list").get(pk=pk)


def _dates(extension, reason) -> str:
    return f"原时限 {extension.old_due_on}，延到 {extension.new_due_on}。{reason}"[:400]


def _leave_trace(extension, kind, action, *, by, on, text):
    """A granted extension concerns every owner; asking and refusing stay with the organisation that asked."""
    everyone = kind == TaskEvent.Kind.EXTENDED
    organisation = None if everyone else extension.assignment.organisation
    TaskEvent.objects.create(item=extension.item, kind=kind, on=on, by=by, organisation=organisation, text=text)
    dates = {"due_on": extension.old_due_on}, {"due_on": extension.new_due_on, "text": text}
    audit.record(by=by, action=action, target=extension.item, before=dates[0], after=dates[1])
