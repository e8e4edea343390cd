"""A clause of a memorandum becomes a task of a list, so that it is supervised like any other."""

from datetime import date

from django.db import transaction
from django.db.models import Max

from accounts.permissions import may
from common import audit
from common.errors import UserError
from projects.models import MemorandumClause
from tasklists.assigning import assign_item
from tasklists.models import Assignment, PlanNode, TaskItem, TaskList

OPEN_LISTS = (TaskList.State.DRAFT, TaskList.State.IN_FORCE)


def aspects():
    """Return the aspects that may take the task: those of lists in draft or in force."""
    rows = PlanNode.objects.filter(level=PlanNode.Level.CHAPTER, task_list__state__in=OPEN_LISTS)
    return rows.select_related("task_list").order_by("task_list__order", "task_list", "order")


@transaction.atomic
def make_task(*, clause: MemorandumClause, aspect: PlanNode, title: str, due_on: date, by, on: date) -> TaskItem:
    """Return the new task of the clause: led by its owner, assigned at once in a list that is in force.

    The same clause makes one task per list; asked again it is that one.
    """
    if not may(by, "supervise"):
        raise UserError("只有协调办可以把协议事项转为任务。")
    task_list = TaskList.objects.select_for_update().get(pk=aspect.task_list_id)
    if found := TaskItem.objects.filter(clause=clause, task_list=task_list).first():
        return found
    if task_list.state not in OPEN_LISTS:
        raise UserError("资料清单不能增加任务。", field="aspect")
    if clause.owner is None:
        raise UserError("这一项还没有责任单位，请先在协议页填写。")
    title = title.strip()
    if not title:
        raise UserError("请填写任务。", field="title")
    if len(title) > 160:
        raise UserError(f"任务最多 160 字，现有 {len(title)} 字。", field="title")
    if due_on < on:
        raise UserError(f"完成时限不能早于今天（{on}）。", field="due_on")
    item = TaskItem.objects.create(
        task_list=task_list,
        node=aspect,
        aspect=aspect,
        code=_free_code(task_list),
        order=(task_list.items.aggregate(last=Max("order"))["last"] or 0) + 1,
        title=title,
        text=f"《{clause.memorandum.title}》协议事项：{clause.text}",
        due_on=due_on,
        clause=clause,
    )
    Assignment.objects.create(item=item, organisation=clause.owner, role=Assignment.Role.LEAD, decides=True)
    after = {"list": task_list.short, "owner": clause.owner.short, "due_on": due_on, "clause": clause.pk}
    audit.record(by=by, action="协议事项转为任务", target=item, after=after)
    if task_list.state == TaskList.State.IN_FORCE:
        item = assign_item(item=item, version=item.version, by=by, on=on)
    return item


def _free_code(task_list) -> str:
    taken = set(task_list.items.filter(code__startswith="协").values_list("code", flat=True))
    number = len(taken) + 1
    while f"协{number}" in taken:
        number += 1
    return f"协{number}"
