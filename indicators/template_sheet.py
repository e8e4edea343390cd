"""The period's rows as a sheet to fill in offline; brought back through the import of observations."""

from io import BytesIO

import xlsxwriter

from accounts.models import Organisation
from common import periods as calendar

SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
FILL_IN = (
    "填表说明：只填黄色各列；没有数据的留空，不要填 0；有分子、分母的指标填分子、分母，数值自动算出。"
    "列名、代码、单位和期间请勿改动。"
)
HEADER = (
    ("指标代码", 16),
    ("指标", 34),
    ("分组", 12),
    ("单位", 16),
    ("期间", 12),
    ("计量单位", 10),
    ("上期", 12),
    ("去年同期", 12),
    ("数值", 14),
    ("分子", 14),
    ("分母", 14),
    ("说明", 36),
)
GIVEN = 8  # the columns before are for reading, those from here on are filled in


def template_sheet(organisation: Organisation, period: str, rows) -> bytes:
    """Return an .xlsx of the grid's rows, what is entered already prefilled."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, SAFE)
    sheet = book.add_worksheet("指标填报")
    heading = book.add_format({"bold": True, "font_size": 14})
    head = book.add_format({"bold": True, "bg_color": "#EAF2FB", "border": 1, "valign": "vcenter"})
    fill = book.add_format({"bg_color": "#FFF8DC", "border": 1})
    given = book.add_format({"border": 1, "font_color": "#465264"})
    sheet.write_string(0, 0, f"{organisation.short}{calendar.span_label(period)}指标填报表", heading)
    sheet.write_string(1, 0, FILL_IN)
    for column, (text, width) in enumerate(HEADER):
        sheet.set_column(column, column, width)
        sheet.write_string(2, column, text, head)
    for line, row in enumerate(rows, start=3):
        indicator, current = row.indicator, row.current
        lead = (indicator.code, indicator.name, row.member, organisation.short, period, indicator.unit)
        numbers = (
            row.before and row.before.value,
            row.last_year and row.last_year.value,
            None if row.is_ratio else current and current.value,
            current and current.numerator,
            current and current.denominator,
        )
        for column, value in enumerate((*lead, *numbers, current.note if current else "")):
            look = fill if column >= GIVEN else given
            if value in (None, ""):
                sheet.write_blank(line, column, None, look)
            elif isinstance(value, str):
                sheet.write_string(line, column, value, look)
            else:
                sheet.write_number(line, column, float(value), look)
    sheet.freeze_panes(3, 2)
    book.close()
    return buffer.getvalue()
