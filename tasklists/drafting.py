"""Before the assignment: a task of a draft is corrected, and a list's thresholds are set."""

from datetime import date

from django.db import transaction

from accounts.models import Organisation
from accounts.permissions import may
from common import audit
from common.errors import UserError
from common.versions import save_over
from tasklists.extending import locked_item
from tasklists.models import Assignment, TaskItem, TaskList

Role = Assignment.Role
NEAR_DAYS, LAG_POINTS = range(1, 91), range(1, 51)


def why_not_editable(item: TaskItem) -> str:
    """Return one sentence why this task cannot be edited any more; empty when it can."""
    if item.task_list.state == TaskList.State.REFERENCE:
        return "资料清单的任务不能修改。"
    if item.assigned_on is not None:
        return f"任务在 {item.assigned_on} 已经交办，不能直接修改；时限请用延期或调整时限。"
    return ""


@transaction.atomic
def edit_item(
    *,
    item: TaskItem,
    title: str,
    text: str,
    due_on: date | None,
    long_term: bool,
    owners: dict[str, list[Organisation]],
    version: int,
    by,
    on: date,
) -> TaskItem:
    """Write a task that is not assigned yet and return it; ``owners`` are organisations by role.

    Raises StaleVersion when somebody else saved meanwhile, UserError when the task would make no sense.
    """
    if not may(by, "supervise"):
        raise UserError("只有协调办可以修改清单草稿。")
    item = locked_item(item.pk)
    if refusal := why_not_editable(item):
        raise UserError(refusal)
    title = title.strip()
    if not title:
        raise UserError("请填写任务。", field="title")
    if len(title) > 160:
        raise UserError(f"任务最多 160 字，现有 {len(title)} 字。", field="title")
    if due_on and long_term:
        raise UserError("长期坚持的任务不填完成时限。", field="due_on")
    if due_on and due_on < on:
        raise UserError(f"完成时限 {due_on} 早于交办日期（最早为今天 {on}）。", field="due_on")
    wanted = _roles(owners)
    before = {"title": item.title, "due_on": item.due_on, "owners": _owner_words(item)}
    item = save_over(item, version=version, title=title, text=text, due_on=due_on, long_term=long_term)
    _set_owners(item, wanted)
    after = {"title": title, "due_on": due_on, "owners": _owner_words(item)}
    audit.record(by=by, action="修改清单草稿", target=item, before=before, after=after)
    return item


def _roles(owners) -> dict[int, str]:
    """Return each organisation's role by its key. Raises UserError when one is named twice."""
    if len(owners.get(Role.LEAD, [])) > 1:
        raise UserError("一项任务只有一个牵头单位。", field="lead")
    wanted = {}
    for role in (Role.LEAD, Role.RESPONSIBLE, Role.SUPPORTING):
        for organisation in owners.get(role, []):
            if organisation.pk in wanted:
                other = Role(wanted[organisation.pk]).label
                raise UserError(f"{organisation.short}同时列为{other}和{role.label}，请保留一项。", field=role.value)
            wanted[organisation.pk] = role
    return wanted


def _set_owners(item, wanted):
    """Keep the parts that stay as they were, with how the document wrote them; make the others anew."""
    kept = {}
    for part in item.assignments.all():
        if wanted.get(part.organisation_id) == part.role:
            kept[part.organisation_id] = part
        else:
            part.delete()
    decider = Role.LEAD if Role.LEAD in wanted.values() else Role.RESPONSIBLE
    Assignment.objects.bulk_create(
        Assignment(item=item, organisation_id=pk, role=role, decides=role == decider)
        for pk, role in wanted.items()
        if pk not in kept
    )
    item.assignments.filter(role=decider).update(decides=True)
    item.assignments.exclude(role=decider).update(decides=False)


def _owner_words(item) -> list[str]:
    parts = item.assignments.select_related("organisation").order_by("pk")
    return [f"{part.get_role_display()} {part.organisation.short}" for part in parts]


@transaction.atomic
def set_thresholds(*, task_list: TaskList, near_days, lag_points, version: int, by) -> TaskList:
    """Set from when a task of this list is 临期 (days) and 滞后 (percentage points); return the list."""
    if not may(by, "supervise"):
        raise UserError("只有协调办可以设定亮灯标准。")
    if task_list.state == TaskList.State.REFERENCE:
        raise UserError("资料清单不亮灯，不用设定。")
    for field, value, allowed, word in (
        ("near_days", near_days, NEAR_DAYS, "临期天数"),
        ("lag_points", lag_points, LAG_POINTS, "滞后百分点"),
    ):
        if value not in allowed:
            shown = "未填" if value is None else f"现填 {value}"
            raise UserError(f"{word}应为 {allowed.start}—{allowed.stop - 1} 的整数，{shown}。", field=field)
    before = {"near_days": task_list.near_days, "lag_points": task_list.lag_points}
    after = {"near_days": near_days, "lag_points": lag_points}
    if before == after:
        return task_list
    task_list = save_over(task_list, version=version, **after)
    audit.record(by=by, action="设定亮灯标准", target=task_list, before=before, after=after)
    return task_list
