"""Checking a ledger of tasks: each row's units, deadline, number and targets."""

from dataclasses import dataclass, field
from datetime import date

from common.ledgers.checked import PREVIEW_ROWS, Checked, check_formulas, check_looks
from common.ledgers.dates import read_date
from common.ledgers.table import Row, Table
from common.ledgers.values import read_quantity
from common.ledgers.words import is_empty, squeeze, tidy
from tasklists.ledgers.fields import TASKS, labels
from tasklists.ledgers.owners import OwnersReader
from tasklists.plan_import import WHOLE_LIST, headline
from tasklists.plans.deadlines import dates_in_text
from tasklists.plans.plan import Owners, Target
from tasklists.plans.targets import targets_in_text

UNIT_FIELDS = ("lead", "responsible", "supporting")
CODE_LENGTH = 16


@dataclass
class TaskRow:
    """A row as it becomes a task. ``owners`` and ``targets`` have the shapes that plans have."""

    line: int
    code: str
    aspect: str
    title: str
    text: str
    owners: Owners
    due_on: date | None = None
    due_text: str = ""
    long_term: bool = False
    targets: list[Target] = field(default_factory=list)

    def to_json(self) -> dict:
        return {
            "row": self.line,
            "code": self.code,
            "aspect": self.aspect,
            "title": self.title,
            "text": self.text,
            "lead": self.owners.lead,
            "responsible": self.owners.responsible,
            "supporting": self.owners.supporting,
            "collectives": self.owners.collectives,
            "due_on": self.due_on.isoformat() if self.due_on else None,
            "due_text": self.due_text,
            "long_term": self.long_term,
            "targets": [target.to_json() for target in self.targets],
        }


def check_tasks(table: Table, *, directory, year: int, issued_on=None, taken=frozenset(), unassignable=None,
                progress=None) -> Checked:  # fmt: skip
    """Return the checked ledger. ``year`` completes dates; ``taken`` are numbers that the chosen list has.

    ``unassignable(name)`` tells a known group without fixed members. ``progress(done, total)`` is told now and then.
    """
    checked = Checked(TASKS, table, labels(TASKS), rows=len(table.rows))
    owners = OwnersReader(directory)
    codes = _Codes(table, taken)
    found = []
    default_unit = _unit_of_sheet(table, directory)
    for place, row in enumerate(table.rows):
        check_formulas(checked, row)
        read = _task(checked, row, owners, codes, year, issued_on, default_unit, unassignable)
        if read:
            found.append(read)
            if len(checked.preview) < PREVIEW_ROWS:
                checked.preview.append(read.to_json())
        if progress and place % 500 == 0:
            progress(place, len(table.rows))
    check_looks(checked, ("title", "measures"), "任务")
    checked.ready = [] if checked.errors else found
    return checked


def _task(checked, row: Row, reader, codes, year, issued_on, default_unit, unassignable) -> TaskRow | None:
    title = _text(row, "title")
    measures, target = _text(row, "measures"), _text(row, "target")
    if not title and not measures:
        checked.error(row, "title", "没有填写任务。")
        return None
    name = title or measures
    parts = dict.fromkeys(text for text in (title, measures, target) if text)
    aspect_cell = row.cells.get("aspect")
    aspect = squeeze(aspect_cell.text) if aspect_cell else row.chapter
    read = TaskRow(
        line=row.index + 1,
        code=codes.take(checked, row, aspect),
        aspect=(aspect or WHOLE_LIST)[:200],
        title=headline(name),
        text="\n".join(parts),
        owners=_owners(checked, row, reader, default_unit, unassignable),
    )
    _due(checked, row, read, year, issued_on)
    _targets(checked, row, read, year)
    return read


def _text(row: Row, key: str) -> str:
    cell = row.cells.get(key)
    return "" if cell is None or is_empty(cell.text) else tidy(cell.text)


def _owners(checked, row, reader, default_unit, unassignable) -> Owners:
    owners = Owners()
    for key in UNIT_FIELDS:
        cell = row.cells.get(key)
        if cell is None:
            continue
        read = reader.read(cell.text, key)
        for name in read.unknown:
            like = reader.suggestion(name)
            advice = f"是否为{like}？请写规范简称" if like else "请写规范简称"
            checked.error(row, key, f"不认识的单位“{name[:40]}”，{advice}，或请系统管理员添加别称。", cell)
        for written, today in read.renamed:
            checked.warn(row, key, f"“{written}”现为{today}，按{today}导入。", cell)
        if unassignable:
            for name in read.owners.collectives:
                if unassignable(name):
                    checked.warn(row, key, f"“{name}”没有固定的成员单位，不会分派。", cell)
        if key == "lead" and len(read.owners.lead) > 1:
            checked.warn(row, key, "牵头单位有几个，第一个记为牵头，其余记为责任单位。", cell)
        owners.merge(read.owners)
    if not owners and default_unit:
        owners.add("responsible", default_unit)
    if not owners and not any(_text(row, key) for key in UNIT_FIELDS):
        checked.warn(row, "lead", "没有牵头或责任单位，导入后无人承办。")
    return owners


def _unit_of_sheet(table: Table, directory) -> str | None:
    """A sheet without unit columns that is named after a unit is that unit's."""
    if any(key in table.header.columns for key in UNIT_FIELDS):
        return None
    found = directory.find(table.sheet.name)
    return found.name if found.known and not found.collective else None


def _due(checked, row, read: TaskRow, year, issued_on) -> None:
    cell = row.cells.get("due")
    if cell is None or checked.table.is_broken(cell):
        return
    try:
        due = read_date(cell.value, year=year)
    except ValueError as reason:
        checked.error(row, "due", str(reason), cell)
        return
    if due.doubt:
        checked.warn(row, "due", due.doubt, cell)
    read.due_on, read.long_term = due.day, due.long_term
    read.due_text = "" if due.precision in ("empty", "day") else tidy(cell.text).replace("\n", "")[:80]
    assigned = _assigned(checked, row, year)
    if due.day and assigned and due.day < assigned:
        checked.error(row, "due", f"完成时限 {due.day} 早于交办日期 {assigned}。", cell)
    elif due.day and issued_on and due.day < issued_on:
        checked.error(row, "due", f"完成时限 {due.day} 早于清单印发日期 {issued_on}。", cell)
    elif due.day and due.day.year < year:
        checked.warn(row, "due", f"完成时限 {due.day} 早于 {year} 年，请核对。", cell)


def _assigned(checked, row, year) -> date | None:
    cell = row.cells.get("assigned")
    if cell is None or checked.table.is_broken(cell):
        return None
    try:
        return read_date(cell.value, year=year).day
    except ValueError as reason:
        checked.error(row, "assigned", str(reason), cell)
        return None


def _targets(checked, row, read: TaskRow, year) -> None:
    """The target column's one quantity, else what its sentence promises."""
    cell = row.cells.get("target")
    if cell is None or checked.table.is_broken(cell):
        return
    one = read_quantity(cell.value, is_percent_cell=(cell.row, cell.column) in checked.table.sheet.percents)
    if one and one.unit:
        name = read.title[:120]
        read.targets = [Target(name, one.comparator, one.value, one.unit, read.due_on, value_to=one.value_to)]
    elif text := _text(row, "target"):
        dates, _ = dates_in_text(text, year)
        read.targets = targets_in_text(text, dates, read.due_on)


class _Codes:
    """Numbers of the tasks, once each: 编号, else 序号, else the row's place."""

    def __init__(self, table: Table, taken):
        self.taken = dict.fromkeys(taken, "清单里")
        self.key = "code" if "code" in table.header.columns else "serial"
        self.aspects, self.parts, self.next = {}, {}, 0

    def take(self, checked, row: Row, aspect: str) -> str:
        cell = row.cells.get(self.key)
        written = _number(checked, row, self.key, cell) if cell else ""
        self.next += 1
        place = self.aspects.setdefault(aspect, len(self.aspects) + 1)
        if not written:
            return self._free(str(self.next), cell)
        if len(written) > CODE_LENGTH:
            checked.error(row, self.key, f"编号超过 {CODE_LENGTH} 个字。", cell)
            return written[:CODE_LENGTH]
        if not cell.own or (cell.row, cell.column) in self.parts:  # one number merged over several rows
            part = self.parts[cell.row, cell.column] = self.parts.get((cell.row, cell.column), 1) + 1
            return self._free(f"{written}-{part}", cell)
        self.parts[cell.row, cell.column] = 1
        if self.key == "serial" and written in self.taken:  # 序号 begins anew in each chapter
            written = f"{place}.{written}"
        if written in self.taken:
            where = self.taken[written]
            checked.error(row, self.key, f"编号“{written}”重复，{where}已有。", cell)
            return written
        self.taken[written] = f"{cell.name} 单元格"
        return written

    def _free(self, wanted: str, cell) -> str:
        code, again = wanted[:CODE_LENGTH], 1
        while code in self.taken:
            again += 1
            code = f"{wanted}_{again}"
        self.taken[code] = f"{cell.name} 单元格" if cell else "表中"
        return code


def _number(checked, row, key, cell) -> str:
    if isinstance(cell.value, date):
        text = f"{cell.value.month}-{cell.value.day}"
        checked.warn(row, key, f"编号被表格软件变成了日期，现读作“{text}”，请核对。", cell)
        return text
    return squeeze(cell.text).rstrip("、.。") if not is_empty(cell.text) else ""
