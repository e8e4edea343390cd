"""From a ledger file to its check: who may bring it in, which list or month it is for, what is in it."""

import re
from dataclasses import dataclass, field
from datetime import date

from django.db import DatabaseError

from accounts.models import Organisation
from accounts.permissions import may
from common import periods
from common.errors import UserError
from common.ledgers.reading import read_sheets
from common.ledgers.table import Table, read_table
from common.models import ColumnMapping
from tasklists.ledgers.checked import Checked
from tasklists.ledgers.fields import FIELDS, KIND_NAMES, NEEDED, PROGRESS, TASKS
from tasklists.ledgers.parts import Parts
from tasklists.ledgers.progress_rows import check_progress, period_of_table
from tasklists.ledgers.task_rows import check_tasks
from tasklists.models import TaskList
from tasklists.plan_import import unit_directory


@dataclass
class Wish:
    """What the bringer chose: the list to add to (slug), the month, the sheet, headers by field. All may be empty."""

    task_list: str = ""
    period: str = ""
    sheet: str = ""
    mapping: dict[str, str] = field(default_factory=dict)


def kinds_of(user) -> list[str]:
    """Return the kinds of ledgers that this user may bring in; None is the command line, which may all."""
    if user is None or may(user, "supervise"):
        return [TASKS, PROGRESS]
    return [PROGRESS] if may(user, "report") else []


def organisation_of(user) -> Organisation | None:
    """Return the organisation to whose rows this user's ledgers are bound; None for the office."""
    return user.organisation if user is not None and not may(user, "supervise") else None


def check_file(*, kind: str, name: str, content: bytes, by, on: date, wish: Wish, progress=None) -> Checked:
    """Read and check the file; writes nothing. Raises UserError when it cannot be read as a ledger of this kind.

    ``progress(percent, step)`` is told how far it is.
    """
    if kind not in kinds_of(by):
        raise UserError(f"没有导入{KIND_NAMES[kind]}的权限。")
    tell = progress or (lambda percent, step: None)
    tell(2, "读取文件")
    sheets = read_sheets(name, content)
    tell(30, "查找表头")
    table = read_table(
        sheets,
        FIELDS[kind],
        needed=NEEDED[kind],
        file_name=name,
        sheet_name=wish.sheet or None,
        mapping=wish.mapping or remembered(kind, by),
    )

    def rows_done(done, total):
        tell(35 + 50 * done // max(total, 1), f"检查第 {done:,} / {total:,} 行")

    if kind == TASKS:
        return _tasks(table, by, on, wish, rows_done)
    return _progress(table, by, on, wish, rows_done)


def remembered(kind: str, by) -> dict[str, str]:
    """Return the headers by field that this organisation last chose by hand."""
    code = code_of(by)
    try:
        found = ColumnMapping.objects.filter(kind=kind, organisation_code=code).first()
    except DatabaseError:  # not migrated yet: a check without writing needs no database
        return {}
    return found.mapping if found else {}


def code_of(by) -> str:
    """Return the code under which a bringer's choices are remembered; the office's is empty."""
    organisation = organisation_of(by)
    return organisation.code if organisation else ""


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


def _tasks(table, by, on, wish, progress) -> Checked:
    task_list = target_list(wish)
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


def _progress(table, by, on, wish, progress) -> Checked:
    period = wish.period or period_of_table(table, on)
    try:
        periods.parse_period(period)
    except ValueError as reason:
        raise UserError(str(reason), field="period") from reason
    if period > periods.period_of(on):
        raise UserError(f"{periods.label(period)}还没有到，不能提前填报。", field="period")
    parts = Parts(organisation=organisation_of(by), period=period, on=on, directory=unit_directory())
    return check_progress(table, parts=parts, period=period, on=on, progress=progress)


def list_title(table: Table, file_name: str) -> str:
    """Return the name of the list that a task ledger makes: its title line, else the file's name."""
    stem = file_name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return (re.sub(r"^附件\d*[:.]?", "", table.title) or stem)[:160]
