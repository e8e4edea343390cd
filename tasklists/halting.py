"""Side paths of a task's life: suspended, cancelled, reopened by the office, each with a reason and a date."""

from datetime import date

from django.db import transaction

from accounts.permissions import may
from common import audit, periods
from common.errors import UserError
from tasklists.locking import is_locked
from tasklists.models import StateChange, TaskEvent, TaskItem, TaskList

State = StateChange.State
REASON_LIMIT = 300
# act → (the states it starts from, the state it leads to, the timeline's step, its word)
ACTS = {
    "suspend": ((State.OPEN,), State.SUSPENDED, TaskEvent.Kind.SUSPENDED, "中止"),
    "cancel": ((State.OPEN, State.SUSPENDED), State.CANCELLED, TaskEvent.Kind.CANCELLED, "取消"),
    "reopen": (
        (State.CLOSED, State.SUSPENDED, State.CANCELLED),
        State.OPEN,
        TaskEvent.Kind.REOPENED,
        "恢复推进",
    ),
}
STATE_WORDS = {
    State.OPEN: "正在推进",
    State.CLOSED: "已销号",
    State.SUSPENDED: "已中止",
    State.CANCELLED: "已取消",
}


def state_now(item: TaskItem, on: date) -> str:
    """Return the item's state on that day, from its log."""
    change = item.state_changes.filter(on__lte=on).last()
    return change.state if change else State.OPEN


def possible_acts(state: str) -> list[tuple[str, str]]:
    """Return (act, word) for everything the office may do with a task in this state."""
    return [(act, word) for act, (sources, _, _, word) in ACTS.items() if state in sources]


@transaction.atomic
def change_state(*, item: TaskItem, act: str, reason: str, since: date | None, by, on: date) -> StateChange:
    """Suspend, cancel or reopen the task from the day ``since`` on and return the entry of its log.

    Reopening a closed task takes its parts' completion away: they report again. The days before keep what
    they were, by the log and the approved claims. The same act sent again is one.
    """
    if not may(by, "supervise"):
        raise UserError("只有协调办可以中止、取消或恢复任务。")
    if act not in ACTS:
        raise UserError("请选择中止、取消或恢复推进。")
    sources, state, kind, word = ACTS[act]
    item = TaskItem.objects.select_for_update(of=("self",)).select_related("task_list").get(pk=item.pk)
    reason = reason.replace("\r\n", "\n").strip()
    last = item.state_changes.last()
    if last and (last.state, last.on, last.reason, last.by_id) == (state, since, reason, by.pk):
        return last
    if item.task_list.state != TaskList.State.IN_FORCE or item.assigned_on is None or item.assigned_on > on:
        raise UserError(f"任务还没有交办，不能{word}。")
    current = last.state if last else State.OPEN
    if current not in sources:
        raise UserError(f"任务{STATE_WORDS[current]}，不能{word}。")
    if not reason:
        raise UserError(f"{word}须写明原因。", field="reason")
    if len(reason) > REASON_LIMIT:
        raise UserError(f"原因最多 {REASON_LIMIT} 字，现有 {len(reason)} 字。", field="reason")
    _check_day(item, last, since, on)
    change = StateChange.objects.create(item=item, state=state, on=since, reason=reason, by=by)
    cleared = {}
    if current == State.CLOSED:
        done = item.assignments.filter(completed_on__isnull=False)
        cleared = {str(pk): day for pk, day in done.values_list("pk", "completed_on")}
        done.update(completed_on=None)
    TaskEvent.objects.create(item=item, kind=kind, on=since, by=by, text=reason)
    before = {"state": current} | ({"completed_on": cleared} if cleared else {})
    audit.record(by=by, action=word, target=item, before=before, after={"state": state, "on": since, "reason": reason})
    return change


def _check_day(item, last, since, on):
    if since is None:
        raise UserError("请填写生效日期，写作 2023-12-13。", field="since")
    if since > on:
        raise UserError(f"生效日期 {since} 还没有到，请填今天或以前的日期。", field="since")
    if since < item.assigned_on:
        raise UserError(f"生效日期不能早于交办日期 {item.assigned_on}。", field="since")
    if last and since < last.on:
        raise UserError(f"任务的状态在 {last.on} 变动过，生效日期不能更早。", field="since")
    month = periods.period_of(since)
    if is_locked(month):
        raise UserError(f"{periods.label(month)}已锁定，生效日期不能在该月。", field="since")
