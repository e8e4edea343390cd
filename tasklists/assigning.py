"""Assigning a list or one of its tasks (交办) and signing for a task (签收)."""

from datetime import date

from django.db import transaction

from accounts.permissions import may
from common import audit
from common.errors import UserError
from common.versions import save_over
from tasklists.models import Assignment, TaskEvent, TaskItem, TaskList


@transaction.atomic
def assign_list(*, task_list: TaskList, version: int, by, on: date) -> TaskList:
    """Put a draft list in force: its tasks are assigned from ``on`` and supervised. Twice is one act."""
    if not may(by, "supervise"):
        raise UserError("只有协调办可以交办任务清单。")
    task_list = TaskList.objects.select_for_update().get(pk=task_list.pk)
    if task_list.state == TaskList.State.IN_FORCE:
        return task_list
    if task_list.state != TaskList.State.DRAFT:
        raise UserError("资料清单不交办。")
    items = list(task_list.items.filter(assigned_on__isnull=True).order_by("order"))
    if not items:
        raise UserError("清单里没有任务，不能交办。")
    _refuse_unassignable(items, on)
    task_list = save_over(task_list, version=version, state=TaskList.State.IN_FORCE)
    task_list.items.filter(assigned_on__isnull=True).update(assigned_on=on)
    source = " ".join(filter(None, (task_list.title, task_list.doc_no)))
    TaskEvent.objects.bulk_create(
        TaskEvent(item=item, kind=TaskEvent.Kind.ASSIGNED, on=on, by=by, text=f"{source} {item.code}"[:400])
        for item in items
    )
    audit.record(by=by, action="交办清单", target=task_list, after={"items": len(items), "assigned_on": on})
    return task_list


def _refuse_unassignable(items, on) -> None:
    """Refuse the whole list in one sentence that names the first of the tasks in the way."""
    owned = set(Assignment.objects.filter(item__in=items).values_list("item_id", flat=True))
    stand_in_the_way = [(item, why_not_assignable(item, item.pk in owned, on)) for item in items]
    stand_in_the_way = [(item, reason) for item, reason in stand_in_the_way if reason]
    if stand_in_the_way:
        item, reason = stand_in_the_way[0]
        more = f"另有 {len(stand_in_the_way) - 1} 项也不能交办；" if len(stand_in_the_way) > 1 else ""
        raise UserError(f"任务 {item.code}：{reason}{more}也可以“逐项核对后交办”其余任务。")


def why_not_assignable(item: TaskItem, has_owners: bool, on: date) -> str:
    """Return one sentence why this task cannot be assigned now; empty when it can."""
    if item.task_list.state == TaskList.State.REFERENCE:
        return "资料清单不交办。"
    if item.assigned_on is not None:
        return f"任务在 {item.assigned_on} 已经交办。"
    if not has_owners:
        return "任务没有责任单位，请先补上。"
    if item.due_on and item.due_on < on:
        return f"完成时限 {item.due_on} 早于交办日期 {on}，请先修改时限。"
    return ""


@transaction.atomic
def assign_item(*, item: TaskItem, version: int, by, on: date) -> TaskItem:
    """Assign one task; the first one puts its draft list in force. Twice on a day is one act."""
    if not may(by, "supervise"):
        raise UserError("只有协调办可以交办任务。")
    task_list = TaskList.objects.select_for_update().get(pk=item.task_list_id)
    item = TaskItem.objects.select_for_update(of=("self",)).select_related("task_list").get(pk=item.pk)
    if item.assigned_on == on and task_list.state == TaskList.State.IN_FORCE:
        return item
    if refusal := why_not_assignable(item, item.assignments.exists(), on):
        raise UserError(refusal)
    if task_list.state == TaskList.State.DRAFT:
        save_over(task_list, version=task_list.version, state=TaskList.State.IN_FORCE)
        audit.record(by=by, action="清单开始执行", target=task_list, after={"state": task_list.state})
    item = save_over(item, version=version, assigned_on=on)
    source = " ".join(filter(None, (task_list.title, task_list.doc_no)))
    TaskEvent.objects.create(item=item, kind=TaskEvent.Kind.ASSIGNED, on=on, by=by, text=f"{source} {item.code}"[:400])
    audit.record(by=by, action="交办任务", target=item, after={"assigned_on": on})
    return item


@transaction.atomic
def acknowledge(*, assignment: Assignment, by, on: date) -> Assignment:
    """Sign for the organisation's part of a task; signing twice keeps the first day."""
    if not may(by, "report") or by.organisation_id != assignment.organisation_id:
        raise UserError("只能签收本单位的任务。")
    item = assignment.item
    if item.task_list.state != TaskList.State.IN_FORCE or item.assigned_on is None or item.assigned_on > on:
        raise UserError("任务还没有交办，不用签收。")
    if Assignment.objects.filter(pk=assignment.pk, acknowledged_on__isnull=True).update(acknowledged_on=on):
        TaskEvent.objects.create(
            item=item, kind=TaskEvent.Kind.ACKNOWLEDGED, on=on, by=by, organisation=assignment.organisation
        )
        audit.record(by=by, action="签收", target=assignment, after={"acknowledged_on": on})
    assignment.refresh_from_db()
    return assignment
