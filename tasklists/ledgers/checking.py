"""Which list or month a ledger is for, and the check of its rows."""

import re
from datetime import date

from django.db import DatabaseError

from accounts.models import Organisation
from common import periods
from common.errors import UserError
from common.ledgers.checked import Checked
from common.ledgers.kinds import Asked, Wish, organisation_of
from common.ledgers.table import Table
from tasklists.ledgers.parts import Parts
from tasklists.ledgers.progress_rows import check_progress, period_of_table
from tasklists.ledgers.task_rows import check_tasks
from tasklists.models import TaskList
from tasklists.plan_import import unit_directory


def target_list(wish: Wish) -> TaskList | None:
    """Return the chosen draft list, or None for a new one."""
    if not wish.task_list:
        return None
    task_list = TaskList.objects.filter(slug=wish.task_list).first()
    if task_list is None:
        raise UserError("选择的清单不存在。", field="task_list")
    if task_list.state != TaskList.State.DRAFT:
        raise UserError("只能往草稿清单里添加任务；已交办的清单不能用台账改动。", field="task_list")
    return task_list


def year_of(table: Table, on: date, task_list: TaskList | None) -> int:
    return task_list.year if task_list else table.year or on.year


def check_task_ledger(table: Table, asked: Asked, progress) -> Checked:
    """Check a ledger of tasks for the list that was chosen, or for a new one."""
    on, task_list = asked.on, target_list(asked.wish)
    return check_tasks(
        table,
        directory=unit_directory(),
        year=year_of(table, on, task_list),
        issued_on=task_list.issued_on if task_list else None,
        taken=frozenset(task_list.items.values_list("code", flat=True)) if task_list else frozenset(),
        unassignable=_groups_without_members(),
        progress=progress,
    )


def _groups_without_members():
    """Return a test of names: known groups that stand for no fixed organisations."""
    try:
        rows = Organisation.objects.filter(kind="collective").prefetch_related("members")
        groups = {row.short: bool(row.members.all()) for row in rows}
    except DatabaseError:
        groups = {}
    return (lambda name: not groups.get(name, False)) if groups else None


def check_progress_ledger(table: Table, asked: Asked, progress) -> Checked:
    """Check a ledger of progress for the month that was chosen, or that the sheet names."""
    on = asked.on
    period = asked.wish.period or period_of_table(table, on)
    try:
        periods.parse_period(period)
    except ValueError as reason:
        raise UserError(str(reason), field="period") from reason
    if period > periods.period_of(on):
        raise UserError(f"{periods.label(period)}还没有到，不能提前填报。", field="period")
    parts = Parts(organisation=organisation_of(asked.by), period=period, on=on, directory=unit_directory())
    return check_progress(table, parts=parts, period=period, on=on, progress=progress)


def list_title(table: Table, file_name: str) -> str:
    """Return the name of the list that a task ledger makes: its title line, else the file's name."""
    stem = file_name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return (re.sub(r"^附件\d*[:.]?", "", table.title) or stem)[:160]
