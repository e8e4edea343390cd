"""Tables that people type or paste in the editor: how large they may be, how their columns are set."""

import re

from common.errors import UserError
from reports.bulletins.content import Column, Table, run_text
from reports.bulletins.titles import width

MOST_COLUMNS, MOST_ROWS, CELL_LENGTH = 12, 200, 200
SHORT = 6  # characters up to which the texts of a column stand centred
WIDEST, NARROWEST = 16, 2  # characters that count for a column's share of the width
_NUMBER = re.compile(r"[-+−–—]?[\d,，.．%％]*(?:个百分点|亿元|万元|[个项件家户人元年月日期条分位次])?")


def check_size(header: list, rows: list, where: str) -> None:
    """Raise UserError for a table that has no columns or more than fit a page, or rows of different lengths."""
    if not header:
        raise UserError(f"{where}没有列，请删去后重新插入。")
    if len(header) > MOST_COLUMNS:
        raise UserError(f"{where}有{len(header)}列，一页最多排{MOST_COLUMNS}列，请删减或拆成两张。")
    if len(rows) > MOST_ROWS:
        raise UserError(f"{where}有{len(rows)}行，最多{MOST_ROWS}行，请拆成几张或放进附件。")
    for number, row in enumerate(rows, start=1):
        if len(row) != len(header):
            raise UserError(f"{where}第{number}行有{len(row)}格，表头有{len(header)}格，请补齐。")


def made(caption: str, header: list[str], rows: list[list], notes: str, where: str) -> Table:
    """Return the table without its empty rows; numbers and short texts stand centred. Raises UserError."""
    kept = [row for row in rows if any(cell != "" for cell in row)]
    if not kept:
        raise UserError(f"{where}还没有内容，请填写或删去。")
    columns = [_column(name, [run_text(row[n]) for row in kept]) for n, name in enumerate(header)]
    return Table(caption, columns, kept, notes, own=True)


def _column(name: str, texts: list[str]) -> Column:
    told = [text for text in texts if text]
    centred = all(_NUMBER.fullmatch(text) or width(text) <= SHORT for text in told)
    widest = max([width(name), *(width(text) for text in texts)])
    return Column(name, "center" if centred else "left", float(min(WIDEST, max(NARROWEST, widest))))
