"""Measures the import of a ledger of 15,000 rows against reading the same file raw with python-calamine."""

import io
import resource
import time

import xlsxwriter
from django.db import transaction
from python_calamine import CalamineWorkbook

from bench.server import Measured

ROWS = 15_000
HEADER = ("编号", "方面", "重点任务", "具体措施", "目标", "牵头单位", "配合单位", "完成时限", "备注")


def ledger_of(rows: int) -> bytes:
    """Return a ledger of tasks as departments make them: a title line, a header, mixed ways to write dates."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"constant_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["2023年重点任务分解表"])
    sheet.write_row(1, 0, HEADER)
    dates = ("2023年12月底前", "2023.6.30", "长期坚持", "2023年第三季度")
    for number in range(1, rows + 1):
        words = [str(number), f"方面{number % 5}", f"第{number}项重点任务", f"完成第{number}项措施"]
        words += [f"不少于{number % 90 + 10}个", "市商务局", "市财政局", dates[number % 4], ""]
        sheet.write_row(number + 1, 0, words)
    book.close()
    return buffer.getvalue()


def measure_import(today) -> list[Measured]:
    """Return the time of reading raw, of checking, and of checking and writing; what is written is undone."""
    from common.ledgers.checking import check_file
    from common.ledgers.kinds import Wish
    from common.ledgers.writing import commit_batch, digest_of
    from common.models import ImportBatch

    content = ledger_of(ROWS)
    label = f"{ROWS:,} 行台账"

    def check():
        return check_file(kind="tasks", name="台账.xlsx", content=content, by=None, on=today, wish=Wish())

    def bring_in():
        checked = check()
        if checked.errors:
            raise RuntimeError(f"台账有错误：{checked.errors[0]}")
        with transaction.atomic():
            batch = ImportBatch.objects.create(kind="tasks", file_name="台账.xlsx", digest=digest_of(content))
            commit_batch(batch=batch, checked=checked, by=None, on=today, wish=Wish())
            transaction.set_rollback(True)

    raw = _timed(f"calamine 只读 {label}", lambda: _read_raw(content))
    found = [raw]
    for name, act in ((f"检查 {label}", check), (f"检查并导入 {label}", bring_in)):
        measured = _timed(name, act)
        measured.name += f"（{measured.wall / raw.wall:.1f} × 只读）"
        found.append(measured)
    return found


def _read_raw(content: bytes) -> list:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def _timed(name: str, act) -> Measured:
    """The CPU counts this process and the child that parses."""
    spent, started = _cpu(), time.perf_counter()
    act()
    return Measured(name, (time.perf_counter() - started) * 1000, _cpu() - spent, 1)


def _cpu() -> float:
    found = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in found) * 1000
