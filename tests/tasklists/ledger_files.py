"""Ledgers made for tests, as bytes."""

import io

from openpyxl import Workbook


def xlsx(rows, *, merged=(), title="Sheet", formats=None) -> bytes:
    """Return an .xlsx of the rows; ``formats`` are number formats by cell name."""
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for place in merged:
        sheet.merge_cells(place)
    for cell, code in (formats or {}).items():
        sheet[cell].number_format = code
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


TASKS_HEADER = ["编号", "方面", "重点任务", "牵头单位", "配合单位", "完成时限"]


def tasks(*rows, head=TASKS_HEADER, above=(["2023年重点任务表"],)) -> bytes:
    """A ledger of tasks: title, header, rows; its first row is sheet row 3."""
    return xlsx([*above, head, *rows])


PROGRESS_HEADER = ["编号", "任务", "状态", "完成百分比", "本期进展", "存在困难"]


def progress(*rows, head=PROGRESS_HEADER, title="2023年12月进展情况表", formats=None) -> bytes:
    """A ledger of progress for 2023-12; its first row is sheet row 3."""
    return xlsx([[title], head, *rows], formats=formats)
