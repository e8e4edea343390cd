"""What checking a ledger found: rows that may be written, errors and warnings by cell."""

from dataclasses import dataclass, field

from common.ledgers.sheets import cell_name
from common.ledgers.table import Cell, Row, Table

PREVIEW_ROWS = 20


@dataclass(frozen=True)
class Problem:
    """An error or a warning at a cell; ``column`` is its header's field, ``value`` what stands there."""

    cell: str
    column: str
    value: str
    message: str

    def as_error(self) -> dict:
        return {"cell": self.cell, "column": self.column, "value": self.value, "message": self.message}

    def as_warning(self) -> dict:
        return {"cell": self.cell, "message": self.message}


@dataclass
class Checked:
    """One ledger, checked. ``ready`` are the rows to write in the kind's own shape; empty while there are errors."""

    kind: str
    table: Table
    labels: dict[str, str] = field(default_factory=dict)
    rows: int = 0
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    preview: list[dict] = field(default_factory=list)
    ready: list = field(default_factory=list)
    bad_rows: set[int] = field(default_factory=set)
    unchanged: int = 0
    at_once: int = 0  # of ``ready``, the rows that count without being reviewed first
    period: str | None = None

    def error(self, row: Row, key: str, message: str, cell: Cell | None = None) -> None:
        """Note an error of the row at its cell ``key``; at the row's first cell where it has none there."""
        self.errors.append(self._problem(row, key, message, cell))
        self.bad_rows.add(row.index)

    def warn(self, row: Row, key: str, message: str, cell: Cell | None = None) -> None:
        problem = self._problem(row, key, message, cell)
        if problem not in self.warnings[-50:]:  # merged cells say the same for each of their rows
            self.warnings.append(problem)

    def warn_header(self, column: int, message: str) -> None:
        """Note what holds for a whole column, at its header."""
        place = cell_name(self.table.header.last, column)
        self.warnings.append(Problem(place, self.table.header.words.get(column, ""), "", message))

    def _problem(self, row, key, message, cell) -> Problem:
        cell = cell or row.cells.get(key)
        if cell is None and key in self.table.header.columns:
            place = cell_name(row.index, self.table.header.columns[key])
        elif cell is None:
            place = min(row.cells.values(), key=lambda c: c.column).name
        else:
            place = cell.name
        return Problem(place, self.label(key, cell), (cell.text if cell else "")[:200], message)

    def label(self, key: str, cell: Cell | None = None) -> str:
        """Return a column's label: its field's, else what its header says."""
        if key in self.labels:
            return self.labels[key]
        if key.startswith("month:"):
            return f"{int(key[-2:])}月"
        column = cell.column if cell else int(key.partition(":")[2]) if key.startswith("span:") else -1
        return self.table.header.words.get(column, key)

    def sort(self) -> None:
        """Put the problems in the order of the sheet, row by row."""
        self.errors.sort(key=lambda problem: _position(problem.cell))
        self.warnings.sort(key=lambda problem: _position(problem.cell))

    @property
    def accepted(self) -> int:
        return self.rows - len(self.bad_rows)

    def to_json(self, batch: int | None = None) -> dict:
        """Return the form of the command and of the stored check."""
        return {
            "kind": self.kind,
            "sheet": self.table.sheet.name,
            "header_row": self.table.header.last + 1,
            "rows": self.rows,
            "accepted": self.accepted,
            "errors": [problem.as_error() for problem in self.errors],
            "warnings": [problem.as_warning() for problem in self.warnings],
            "preview": self.preview,
            "batch": batch,
        }


def _position(cell: str) -> tuple[int, int, str]:
    """F17 → row 17, then the column: letters compare by their number first."""
    letters = cell.rstrip("0123456789")
    return int(cell[len(letters) :]), len(letters), letters


def check_formulas(checked: Checked, row: Row) -> None:
    """A cell whose value is missing is an error, never a blank: a formula never computed, or #DIV/0! and such."""
    if not checked.table.sheet.broken:
        return
    for key, cell in row.cells.items():
        if cell.own and checked.table.is_broken(cell):
            error = checked.table.sheet.broken[cell.row, cell.column]
            if error:
                checked.error(row, key, f"单元格是错误值 {error}，请改正后再导入。", cell)
            else:
                checked.error(row, key, "公式没有保存计算结果，请在表格软件中打开、保存后再导入，或改填数值。", cell)


def check_looks(checked: Checked, main: tuple[str, ...], what: str) -> None:
    """Warn of hidden rows, which count, of struck-out text in the ``main`` columns, and of sheets not read."""
    table = checked.table
    hidden = [row for row in table.rows if row.hidden]
    if hidden:
        first = min(hidden[0].cells.values(), key=lambda cell: cell.column)
        checked.warnings.append(Problem(first.name, "", "", f"表中有 {len(hidden)} 个隐藏的行，也已读入。"))
    for row in table.rows if table.sheet.struck else ():
        cell = next((row.cells[key] for key in main if key in row.cells), None)
        if cell and (cell.row, cell.column) in table.sheet.struck:
            checked.warn(row, main[0], f"{what}加了删除线，疑似已取消，请核对。", cell)
    if table.other_sheets:
        names = "、".join(table.other_sheets[:5])
        corner = cell_name(table.header.last, 0)
        checked.warnings.append(
            Problem(corner, "", "", f"只读取了工作表“{table.sheet.name}”，另有“{names}”没有读取。")
        )
