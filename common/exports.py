"""Sheets: exactly what a list shows, with its filters and as-of date written above it.

Text that starts like a formula stays text; numbers and dates stay numbers and dates.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from urllib.parse import quote

import xlsxwriter
from django.http import HttpResponse
from django.utils import timezone

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

LIT = {"blue": ("#E9F1FA", ""), "green": ("#E8F5EE", ""), "yellow": ("#FFF5D9", " △"), "red": ("#FDECEE", " ▼")}


@dataclass(frozen=True)
class Lit:
    """A number with its light: ground and mark as on the page; it stays a number."""

    value: Decimal | int | None
    light: str = ""


def workbook(*, title: str, notes: list[str], headers: list[str], rows) -> bytes:
    """Return an .xlsx with the title, one note per line (scope, filters, as-of), the header row and the rows."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet(title[:31].translate(str.maketrans("[]:*?/\\", "       ")))
    heading = book.add_format({"bold": True, "font_size": 14})
    head = book.add_format({"bold": True, "bg_color": "#EAF2FB", "border": 1, "text_wrap": True, "valign": "vcenter"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    money = book.add_format({"num_format": "#,##0.00"})
    lit = _lit_formats(book)
    for column, text in enumerate(headers):
        sheet.set_column(column, column, max(10, min(48, 2 * len(text) + 4)))
    sheet.write_string(0, 0, title, heading)
    for line, note in enumerate(notes, start=1):
        sheet.write_string(line, 0, note)
    top = len(notes) + 2
    for column, text in enumerate(headers):
        sheet.write_string(top, column, text, head)
    for line, row in enumerate(rows, start=top + 1):
        for column, value in enumerate(row):
            _write(sheet, line, column, value, day, money, lit)
    sheet.freeze_panes(top + 1, 0)
    book.close()
    return buffer.getvalue()


def _lit_formats(book):
    """Return the formats by (light, whole number)."""
    return {
        (light, whole): book.add_format({"bg_color": ground, "num_format": f'{digits}"{mark}"'})
        for light, (ground, mark) in LIT.items()
        for whole, digits in ((True, "#,##0"), (False, "#,##0.00"))
    }


def _write(sheet, line, column, value, day, money, lit):
    whole = None
    if isinstance(value, Lit):
        whole = lit.get((value.light, isinstance(value.value, int)))
        value, money = value.value, whole or money
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_string(line, column, "是" if value else "否")
    elif isinstance(value, Decimal):
        sheet.write_number(line, column, float(value), money)
    elif isinstance(value, int | float):
        sheet.write_number(line, column, value, whole)
    elif isinstance(value, datetime):
        sheet.write_string(line, column, f"{timezone.localtime(value):%Y-%m-%d %H:%M}")
    elif isinstance(value, date):
        sheet.write_datetime(line, column, datetime(value.year, value.month, value.day), day)
    else:
        sheet.write_string(line, column, str(value))


def attachment(content: bytes, *, name: str, content_type: str) -> HttpResponse:
    """Return a download under a Chinese file name."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["Cache-Control"] = "no-store"
    return response
