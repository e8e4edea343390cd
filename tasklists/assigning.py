"""Assigning a list (交办) and signing for a task (签收)."""

from datetime import date

from django.db import transaction

from accounts.permissions import may
from common import audit
from common.errors import UserError
from common.versions import save_over
from tasklists.models import Assignment, TaskEvent, TaskList


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
    items = list(task_list.items.filter(assigned_on__isnull=True))
    if not items:
        raise UserError("清单里没有任务，不能交办。")
    task_list = save_over(task_list, version=version, state=TaskList.State.IN_FORCE)
    task_list.items.filter(assigned_on__isnull=True).update(assigned_on=on)
    source = " ".join(filter(None, (task_list.title, task_list.doc_no)))
    TaskEvent.objects.bulk_create(
        TaskEvent(item=item, kind=TaskEvent.Kind.ASSIGNED, on=on, by=by, text=f"{source} {item.code}"[:400])
        for item in items
    )
    audit.record(by=by, action="交办清单", target=task_list, after={"items": len(items), "assigned_on": on})
    return task_list


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
