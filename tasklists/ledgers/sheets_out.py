"""The month's form to fill in offline."""

from datetime import date
from io import BytesIO

import xlsxwriter

from common import periods
from common.ledgers.marked import SAFE
from tasklists.models import ProgressReport
from tasklists.reporting import EDITABLE, closed_reason

FILL_IN = (
    "填表说明：只填黄色各列；完成百分比填 0—100 的整数；没有变化的行可以不动，整行留空的不导入。列名和编号请勿改动。"
)
TEMPLATE_HEADER = (
    ("清单", 14),
    ("编号", 8),
    ("任务", 44),
    ("填报单位", 16),
    ("完成时限", 12),
    ("上期完成百分比", 10),
    ("上期进展", 36),
    ("状态", 10),
    ("完成百分比", 10),
    ("本期进展", 50),
    ("存在困难", 30),
    ("预计", 14),
)
GIVEN = 7  # the columns before are for reading, those from here on are filled in


def template(*, parts, period: str, who: str, on: date) -> bytes:
    """Return the form of the month with one row per part that takes a report, filled with what stands there."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, SAFE)
    out = book.add_worksheet("进展填报")
    head = book.add_format({"bold": True, "bg_color": "#EAF2FB", "border": 1, "text_wrap": True, "valign": "vcenter"})
    given = book.add_format({"font_color": "#5B6573", "text_wrap": True, "valign": "top", "border": 1})
    free = book.add_format({"text_wrap": True, "valign": "top", "border": 1, "bg_color": "#FFFDF2"})
    out.write_string(0, 0, f"{who}{periods.label(period)}进展填报表", book.add_format({"bold": True, "font_size": 14}))
    out.write_string(1, 0, FILL_IN)
    for column, (words, width) in enumerate(TEMPLATE_HEADER):
        out.set_column(column, column, width)
        out.write_string(2, column, words, head)
    last = 2
    for last, part in enumerate(_open_parts(parts, period, on), 3):
        for column, value in enumerate(_template_row(part, parts)):
            look = given if column < GIVEN else free
            if isinstance(value, int):
                out.write_number(last, column, value, look)
            else:
                out.write_string(last, column, value, look) if value else out.write_blank(last, column, None, look)
    if last > 2:
        lists = {GIVEN: ProgressReport.Status.labels, GIVEN + 4: ProgressReport.Outlook.labels}
        for column, options in lists.items():
            out.data_validation(3, column, last, column, {"validate": "list", "source": options})
        whole = {"validate": "integer", "criteria": "between", "minimum": 0, "maximum": 100}
        whole |= {"error_title": "完成百分比", "error_message": "请填 0—100 的整数。"}
        out.data_validation(3, GIVEN + 1, last, GIVEN + 1, whole)
    out.freeze_panes(3, 3)
    book.close()
    return buffer.getvalue()


def _open_parts(parts, period, on):
    for part in sorted(parts.parts, key=lambda p: (p.item.task_list.order, p.item.order, p.organisation.order)):
        report = parts.reports.get(part.pk)
        state = parts.states.get(part.item_id, "open")
        if report and report.state not in EDITABLE:
            continue
        if not closed_reason(assignment=part, period=period, on=on, locked=parts.locked, state=state):
            yield part


def _template_row(part, parts) -> list:
    item, report = part.item, parts.reports.get(part.pk)
    due = item.due_on.isoformat() if item.due_on else item.due_text or ("长期" if item.long_term else "")
    before = parts.previous_reports.get(part.pk)
    row = [item.task_list.short, item.code, item.title, part.organisation.short, due]
    row += [before.percent, before.text] if before else ["", ""]
    if report is None:
        return [*row, "", "", "", "", ""]
    return [
        *row,
        report.get_status_display(),
        report.percent,
        report.text,
        report.difficulty,
        report.get_outlook_display(),
    ]
