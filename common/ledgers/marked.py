"""A checked file on its way back: its cells with problems coloured, the reasons as comments."""

from datetime import date, datetime
from io import BytesIO

import xlsxwriter

from common.ledgers.checked import Checked
from common.ledgers.sheets import as_text, cell_name

MOST_COMMENTS = 2000
SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def marked_file(checked: Checked) -> bytes:
    """Return the sheet's values at their places, cells with problems coloured, the reasons as their comments."""
    buffer, sheet = BytesIO(), checked.table.sheet
    book = xlsxwriter.Workbook(buffer, SAFE)
    out = book.add_worksheet(sheet.name[:31])
    looks = _Looks(book)
    marks = {}
    for tone, problems in (("warning", checked.warnings), ("error", checked.errors)):
        for problem in problems:
            reasons = marks.get(problem.cell, (tone, []))[1]
            marks[problem.cell] = (tone, [*reasons, problem.message])
    covered = set()
    for r0, c0, r1, c1 in sheet.merged:
        if r1 > r0 or c1 > c0:
            out.merge_range(r0, c0, r1, c1, "", looks.of(None, marks.get(cell_name(r0, c0))))
            covered |= {(row, column) for row in range(r0, r1 + 1) for column in range(c0, c1 + 1)} - {(r0, c0)}
    for row, line in enumerate(sheet.rows):
        for column, value in enumerate(line):
            if value is None or (row, column) in covered:
                continue
            mark = marks.pop(cell_name(row, column), None)
            _put(out, row, column, value, looks, mark, (row, column) in sheet.percents)
    for place, mark in marks.items():  # empty cells that should not be
        out.write_blank(place, None, looks.of(None, mark))
    _comment(out, checked)
    for row in sheet.hidden:
        out.set_row(row, None, None, {"hidden": True})
    out.set_column(0, max((len(line) for line in sheet.rows), default=1), 16)
    out.freeze_panes(checked.table.header.last + 1, 0)
    book.close()
    return buffer.getvalue()


def _comment(out, checked) -> None:
    reasons = {}
    for problem in (*checked.errors, *checked.warnings):
        reasons.setdefault(problem.cell, []).append(problem.message)
    for place, messages in list(reasons.items())[:MOST_COMMENTS]:
        text = "\n".join(dict.fromkeys(messages))
        out.write_comment(place, text, {"x_scale": 2, "y_scale": 1 + len(text) // 80, "author": "导入检查"})


def _put(out, row, column, value, looks, mark, is_percent) -> None:
    if isinstance(value, date):
        out.write_datetime(row, column, datetime(value.year, value.month, value.day), looks.of("day", mark))
    elif isinstance(value, int | float) and not isinstance(value, bool):
        out.write_number(row, column, value, looks.of("percent" if is_percent else None, mark))
    else:
        out.write_string(row, column, as_text(value), looks.of(None, mark))


class _Looks:
    """Cell formats by number format and mark, each made once."""

    def __init__(self, book):
        self.book, self.made = book, {}

    def of(self, kind, mark):
        tone = mark[0] if mark else None
        if (kind, tone) not in self.made:
            look = {"text_wrap": True, "valign": "top"}
            look |= {"day": {"num_format": "yyyy-mm-dd"}, "percent": {"num_format": "0%"}}.get(kind, {})
            look |= {"error": {"bg_color": "#F9C5C0"}, "warning": {"bg_color": "#FBE8B0"}}.get(tone, {})
            self.made[kind, tone] = self.book.add_format(look)
        return self.made[kind, tone]
