"""The rows of a ledger that count: titles, totals, notes and repeated headers are told apart from them."""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from common.errors import UserError
from common.ledgers.columns import Field, Header, find_header
from common.ledgers.money import MoneyUnit, money_unit
from common.ledgers.reading import MAX_ROWS, TOO_MANY
from common.ledgers.sheets import Sheet, as_text, cell_name
from common.ledgers.spans import Span, read_span
from common.ledgers.words import is_empty, squeeze

_TOTAL = re.compile(r"^(?:合计|总计|小计|共计|累计|本页小计|总数)(?:[:(]|$)|^(?:合计|总计|小计)\S{0,6}$")
_PART_TOTAL = re.compile(r"^(?:\S{1,10}[县市区局委办园]|全市|本页|本表|20\d\d年)(?:合计|小计|总计)$|^共计?\d+[个项家]")
_STEMS = set("甲乙丙丁戊己庚辛ABCDEFGH")
_UNIT = re.compile(r"单位[::](.*)")
_NOTE = re.compile(
    r"^(?:备?注|说明|填表说明|填报说明|填表人|填报人|制表人?|审核人?|联系人|联系电话|电话|单位负责人"
    r"|分管领导签字|负责人签字|填报单位|填报日期|填表日期|填报时间|数据来源|资料来源)"
    r"(?:\d+|\([^()]*\))?[:.、]"
)
_NUMERAL = "[一二三四五六七八九十]+"
_CHAPTER = re.compile(rf"^(?:{_NUMERAL}[、.]|\({_NUMERAL}\)|第{_NUMERAL}(?:部分|方面|章|篇))")
_COUNT_NOTE = re.compile(r"\((?:共)?\d+[项条个件]\)$")
_YEAR = re.compile(r"(?<!\d)(20\d\d)年?(?!\d)")
_PERIOD = re.compile(r"(?<!\d)(20\d\d)[年./-](?:1[-—–至~到])?(1[0-2]|0?[1-9])(?:月|(?![\d.]))")


class Cell(NamedTuple):
    """A value with the place it stands at: of merged cells the upper left one."""

    value: object
    row: int
    column: int
    own: bool = True  # False where it was filled down from merged cells

    @property
    def name(self) -> str:
        return cell_name(self.row, self.column)

    @property
    def text(self) -> str:
        return as_text(self.value)


@dataclass
class Row:
    """One counting row: its place in the sheet (from 0), its cells by field, the chapter line above it."""

    index: int
    cells: dict[str, Cell]
    chapter: str = ""
    hidden: bool = False

    def said(self, key: str) -> str:
        """Return what stands in the cell of a field, without its margins; "" where there is none."""
        cell = self.cells.get(key)
        return "" if cell is None or is_empty(cell.text) else cell.text.strip()


@dataclass
class Table:
    """A sheet that was understood."""

    sheet: Sheet
    header: Header
    rows: list[Row]
    title: str
    year: int | None
    period: str | None
    money: MoneyUnit | None = None
    spans: dict[int, Span] = field(default_factory=dict)
    above: tuple[str, ...] = ()
    other_sheets: list[str] = field(default_factory=list)

    def is_broken(self, cell: Cell) -> bool:
        return (cell.row, cell.column) in self.sheet.broken


class NeededColumnMissing(UserError):
    """A header was found, but not the column without which no row can be read; ``headers`` are its words."""

    def __init__(self, labels: str, header: Header, sheet: Sheet):
        super().__init__(f"表头在第 {header.last + 1} 行，但没有认出“{labels}”列，请在下面指定。", field="file")
        self.headers = list(dict.fromkeys(header.words.values()))
        self.found = {key: header.words[column] for key, column in header.columns.items()}
        self.sheet = sheet.name


def read_table(sheets: list[Sheet], fields: tuple[Field, ...], *, needed: set[str], file_name="", sheet_name=None,
               mapping=None, last_row=None, over=None, year=None) -> Table:  # fmt: skip
    """Return the ledger of the sheet that names most fields (or of ``sheet_name``).

    ``needed``: keys of which one must be there. ``last_row`` (from 0): the header's last row, pointed at by hand.
    ``over``: not None where columns may stand for months; they are read before the fields of these keys.
    ``year`` is theirs where the sheet names none. Raises UserError when no sheet has such a header, or no row.
    """
    found, nearly = [], []
    for sheet in sheets:
        if sheet_name is not None and sheet.name != sheet_name:
            continue
        header = find_header(sheet, fields, mapping, last_row)
        if header and needed & set(header.columns):
            found.append((sheet.visible, header.count(), sheet, header))
        elif header:
            nearly.append((sheet.visible, header.count(), sheet, header))
    if not found:
        labels = "、".join(f.label for f in fields if f.key in needed)
        if nearly:
            _, _, sheet, header = max(nearly, key=lambda entry: entry[:2])
            raise NeededColumnMissing(labels, header, sheet)
        raise UserError(f"没有找到表头：表中应有一行列名，其中要有“{labels}”之一。", field="file")
    best = max(found, key=lambda entry: entry[:2])
    _, _, sheet, header = best
    table = _table(sheet, header, file_name, needed, over, year)
    table.other_sheets = [other.name for _, _, other, _ in found if other is not sheet]
    if not table.rows:
        raise UserError("表头下面没有数据行。", field="file")
    if len(table.rows) > MAX_ROWS:
        raise UserError(TOO_MANY, field="file")
    return table


def _table(sheet: Sheet, header: Header, file_name: str, needed: set[str], over, default_year) -> Table:
    above = tuple(squeeze(as_text(v)) for row in sheet.rows[: header.first] for v in row if v is not None)
    title = next((text for text in above if len(text) > 3 and not _NOTE.match(text)), "")
    named = (*(text for text in above if not _NOTE.match(text)), squeeze(sheet.name), squeeze(file_name))
    period = next((f"{m[1]}-{int(m[2]):02d}" for text in named if (m := _PERIOD.search(text))), None)
    year = next((int(m[1]) for text in named if (m := _YEAR.search(text))), None)
    spans = {} if over is None else _spans(header, frozenset(over), year or default_year)
    main = frozenset(header.columns[key] for key in needed if key in header.columns)
    rows, chapter = [], ""
    filled = _filled_down(sheet, header)
    wide = {}
    for r0, c0, _, c1 in sheet.merged:
        if c1 - c0 >= 1 and r0 > header.last:
            wide[r0, c0] = c1 - c0 + 1
    wanted = {**header.columns, **{f"month:{month}": column for month, column in header.months.items()}}
    wanted |= {f"span:{column}": column for column in spans}
    by_row = {}
    for row, column in sheet.broken:
        by_row.setdefault(row, set()).add(column)
    for index in range(header.last + 1, len(sheet.rows)):
        values = [(column, value) for column, value in enumerate(sheet.rows[index]) if not _blank(value)]
        broken = by_row.get(index, ())
        if not values and not broken and not any((index, column) in filled for column in wanted.values()):
            continue
        texts = [squeeze(as_text(value)) for _, value in values[:3]]
        if _is_total(texts) or (not broken and _is_no_row(values, texts, header, main)):
            continue
        if not broken and (line := _chapter(values, wide.get((index, values[0][0]), 1) if values else 1, header)):
            chapter = line
            continue
        cells = _cells(sheet, index, wanted, filled, broken)
        if not any(cell.own for cell in cells.values()):
            continue
        rows.append(Row(index, cells, chapter, index in sheet.hidden))
    money = next((unit for text in above if (at := _UNIT.search(text)) and (unit := money_unit(at[1]))), None)
    return Table(sheet, header, rows, title, year, period, money, spans, above)


def _spans(header: Header, over: frozenset[str], year: int | None) -> dict[int, Span]:
    """Return what columns stand for a time; fields that such a column was taken for lose it."""
    taken = {column: key for key, column in header.columns.items()}
    spans = {}
    for column, text in header.words.items():
        if column in taken and taken[column] not in over:
            continue
        if span := read_span(text, year):
            spans[column] = span
            header.columns.pop(taken.get(column), None)
    return spans


def _cells(sheet, index, wanted, filled, broken) -> dict[str, Cell]:
    cells = {}
    line = sheet.rows[index]
    for key, column in wanted.items():
        value = line[column] if column < len(line) else None
        if not _blank(value) or column in broken:
            cells[key] = Cell(value, index, column)
        elif (index, column) in filled:
            row, anchor = filled[index, column]
            cells[key] = Cell(sheet.value(row, anchor), row, anchor, own=False)
    return cells


def _filled_down(sheet: Sheet, header: Header) -> dict[tuple[int, int], tuple[int, int]]:
    """Return the upper left cell of every further cell of merged ranges that go down in the body."""
    filled = {}
    for r0, c0, r1, _ in sheet.merged:
        if r0 > header.last and r1 > r0 and not _blank(sheet.value(r0, c0)):
            filled |= {(row, c0): (r0, c0) for row in range(r0 + 1, min(r1, len(sheet.rows) - 1) + 1)}
    return filled


def _is_total(texts: list[str]) -> bool:
    return any(_TOTAL.match(text) for text in texts) or bool(texts and _PART_TOTAL.match(texts[0]))


def _is_no_row(values, texts: list[str], header: Header, main: frozenset[int]) -> bool:
    """Blank rows, notes, column numbers, the header printed again, lone words beside the ``main`` columns.

    ``texts`` are those of the first three ``values``.
    """
    if not values:
        return True
    if len(values) == 1 and isinstance(values[0][1], str) and values[0][0] not in main and len(texts[0]) > 12:
        return not _CHAPTER.match(texts[0])
    if texts[0] in ("甲", "A") and _counts_on([squeeze(as_text(value)) for _, value in values]):
        return True
    is_note = _NOTE.match(texts[0])
    repeats = squeeze(header.words.get(values[0][0], "")).endswith(texts[0])
    if not is_note and not repeats and texts[0] not in ("1", "栏次"):
        return False
    texts = [squeeze(as_text(value)) for _, value in values]
    if is_note and (len(texts) <= 2 or sum(bool(_NOTE.match(text)) for text in texts) > 1):
        return True
    if len(texts) >= 3 and texts in ([str(n) for n in range(1, len(texts) + 1)], ["栏次", *texts[1:]]):
        return True
    repeated = sum(
        squeeze(header.words.get(column, "")).endswith(text) for (column, _), text in zip(values, texts, strict=True)
    )
    return repeated >= 3 and repeated >= len(texts) - 1


def _counts_on(texts: list[str]) -> bool:
    """Whether a row numbers its columns as statistical tables do: 甲 乙 1 2 3."""
    figures = [text for text in texts if text not in _STEMS]
    return len(texts) >= 3 and figures == [str(n) for n in range(1, len(figures) + 1)]


def _chapter(values, width: int, header: Header) -> str:
    """Return the chapter that a line across the table names (一、承接产业转移(12项)), or nothing."""
    if len(values) != 1 or len(header.words) < 3:
        return ""
    column, value = values[0]
    text = squeeze(as_text(value))
    across = width >= max(3, len(header.words) // 2)
    left = column <= min(header.words) + 2
    if isinstance(value, str) and len(text) <= 60 and left and (across or _CHAPTER.match(text)):
        return _COUNT_NOTE.sub("", text)
    return ""


def _blank(value) -> bool:
    return value is None or (isinstance(value, str) and (not value or value.isspace()))
