"""Milestones (节点): the office's steps inside a task; the expected pace runs by way of them."""

from datetime import date

from django.db import transaction

from accounts.permissions import may
from common import audit
from common.errors import UserError
from common.versions import save_over
from tasklists.extending import locked_item
from tasklists.models import Milestone, TaskItem, TaskList

LIMIT = 12  # more ticks than that cannot be told apart on the bar


@transaction.atomic
def add_milestone(*, item: TaskItem, title: str, due_on: date | None, percent: int | None, by) -> Milestone:
    """Add a step and return it. Adding the same one again is one act."""
    item = _editable(item, by)
    title = title.strip()
    if not title:
        raise UserError("请填写节点名称。", field="title")
    if len(title) > 80:
        raise UserError(f"节点名称最多 80 字，现有 {len(title)} 字。", field="title")
    if due_on is None:
        raise UserError("请填写节点时限，写作 2023-09-30。", field="due_on")
    if percent is None or not 1 <= percent <= 100:
        raise UserError("应完成百分比应为 1—100 的整数。", field="percent")
    others = list(item.milestones.all())
    for other in others:
        if other.due_on == due_on:
            if (other.title, other.percent) == (title, percent):
                return other
            raise UserError(f"{due_on} 已有节点“{other.title}”，一天只设一个节点。", field="due_on")
    if item.assigned_on and due_on <= item.assigned_on:
        raise UserError(f"节点时限应晚于交办日期 {item.assigned_on}。", field="due_on")
    if item.due_on and due_on > item.due_on:
        raise UserError(f"节点时限不能晚于任务的完成时限 {item.due_on}。", field="due_on")
    for other in others:
        if (other.due_on < due_on) != (other.percent <= percent) and other.percent != percent:
            raise UserError(
                f"应完成百分比应随时间增加：“{other.title}”{other.due_on} 为 {other.percent}%。", field="percent"
            )
    if len(others) >= LIMIT:
        raise UserError(f"一项任务最多 {LIMIT} 个节点。")
    milestone = Milestone.objects.create(item=item, title=title, due_on=due_on, percent=percent)
    audit.record(by=by, action="增加节点", target=item, after={"title": title, "due_on": due_on, "percent": percent})
    return milestone


@transaction.atomic
def remove_milestone(*, milestone: Milestone, version: int, by) -> None:
    """Take a step away, unless it has changed since it was seen."""
    item = _editable(milestone.item, by)
    current = _current(milestone)
    if current.version != version:
        raise UserError("这个节点刚被他人改过，请核对后再移除。")
    before = {"title": current.title, "due_on": current.due_on, "percent": current.percent}
    current.delete()
    audit.record(by=by, action="移除节点", target=item, before=before)


@transaction.atomic
def mark_milestone(*, milestone: Milestone, done_on: date | None, version: int, by, on: date) -> Milestone:
    """Say on which day the step was done, or with None that it is not, and return it."""
    item = _editable(milestone.item, by)
    current = _current(milestone)
    if done_on == current.done_on:
        return current
    if done_on and done_on > on:
        raise UserError(f"完成日期 {done_on} 还没有到。", field="done_on")
    if done_on and item.assigned_on and done_on < item.assigned_on:
        raise UserError(f"完成日期不能早于交办日期 {item.assigned_on}。", field="done_on")
    before = current.done_on
    saved = save_over(current, version=version, done_on=done_on)
    audit.record(
        by=by,
        action="节点完成" if done_on else "撤销节点完成",
        target=item,
        before={"done_on": before},
        after={"title": saved.title, "done_on": done_on},
    )
    return saved


def _editable(item, by) -> TaskItem:
    if not may(by, "supervise"):
        raise UserError("只有协调办可以编辑节点。")
    item = locked_item(item.pk)
    if item.task_list.state == TaskList.State.REFERENCE:
        raise UserError("资料清单的任务不设节点。")
    if item.due_on is None:
        raise UserError("任务没有完成时限，不能设节点。")
    return item


def _current(milestone) -> Milestone:
    current = Milestone.objects.select_for_update().filter(pk=milestone.pk).first()
    if current is None:
        raise UserError("这个节点已被他人移除。")
    return current
