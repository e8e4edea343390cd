"""Measures the import of a ledger of 15,000 rows against reading the same file raw with python-calamine."""

import io
import resource
import time
from datetime import date

import xlsxwriter
from django.db import connection, transaction
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


PROJECT_HEADER = (
    "序号", "项目名称", "投资方", "投资方类型", "来源地", "县(市、区)", "产业", "总投资(亿元)",
    "签约时间", "开工时间", "进展", "联系人",
)  # fmt: skip
COUNTIES = ("齐河县", "禹城市", "乐陵市", "德城区", "宁津县")


def project_ledger_of(rows: int) -> bytes:
    """Return a ledger of projects with amounts and days in several ways to write them."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"constant_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["2023年项目台账"])
    sheet.write_row(1, 0, PROJECT_HEADER)
    for number in range(1, rows + 1):
        amounts = (1 + number % 90 / 10, f"{1 + number % 9}.5亿元", f"{10 + number % 90},000万元")
        words = [
            number,
            f"台账项目{number:05d}",
            f"北京第{number % 400}公司",
            "民企",
            "北京市朝阳区",
            COUNTIES[number % 5],
        ]
        words += ["高端装备", amounts[number % 3], "2023-03-12", "2023.6.1", "已开工", "联系人"]
        sheet.write_row(number + 1, 0, words)
    book.close()
    return buffer.getvalue()


def funds_ledger_of(rows: int) -> bytes:
    """Return a ledger of money in place, an amount and its voucher a row, over the larger projects signed in time."""
    from projects.models import Project

    signed = Project.objects.filter(stages__stage="signed", stages__on__lt=date(2023, 10, 1))
    codes = list(signed.filter(total_investment__gte=40_000).order_by("code").values_list("code", "name"))
    header = ("序号", "项目编号", "项目名称", "月份", "到位资金(万元)", "凭证种类", "凭证号")

    def line(number: int) -> list:
        code, name = codes[number % len(codes)]
        return [number, code, name, f"2023-{10 + number % 2}", 40 + number % 7, "银行回单", f"导入{number:06d}"]

    return _workbook("2023年到位资金台账", header, (line(number) for number in range(1, rows + 1)))


def progress_ledger_of(rows: int) -> bytes:
    """Return the month's progress of the tasks that are reported of by one organisation, as many as there are."""
    from tasklists.models import TaskItem

    items = TaskItem.objects.filter(state_changes=None, assignments__role="lead").order_by("task_list", "order")
    found = items.values_list("task_list__short", "code", "title")[:rows]
    header = ("清单", "编号", "任务", "完成百分比", "本期进展")
    lines = ([*item, 30 + place % 60, f"第{place}项本月按计划推进"] for place, item in enumerate(found))
    return _workbook("2023年12月重点任务进展", header, lines)


def _workbook(title: str, header: tuple, lines) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"constant_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, [title])
    sheet.write_row(1, 0, header)
    for place, line in enumerate(lines, 2):
        sheet.write_row(place, 0, line)
    book.close()
    return buffer.getvalue()


def measure_import_over_raw(kind: str, noun: str, content: bytes, raw, today) -> list[Measured]:
    """Return the time of ``raw(content)``, the least that any import must do, and of checking and writing."""
    from common.ledgers.checking import check_file
    from common.ledgers.kinds import Wish
    from common.ledgers.writing import commit_batch, digest_of
    from common.models import ImportBatch

    def bring_in():
        checked = check_file(kind=kind, name="台账.xlsx", content=content, by=None, on=today, wish=Wish())
        if checked.errors:
            raise RuntimeError(f"台账有错误：{checked.errors[0]}")
        with transaction.atomic():
            batch = ImportBatch.objects.create(kind=kind, file_name="台账.xlsx", digest=digest_of(content))
            commit_batch(batch=batch, checked=checked, by=None, on=today, wish=Wish())
            transaction.set_rollback(True)

    rows = len(_read_raw(content)) - 2
    least = _timed(f"calamine 加直接写入 {rows:,} {noun}", lambda: raw(content))
    found = _timed(f"检查并导入 {rows:,} {noun}", bring_in)
    found.name += f"（{found.wall / least.wall:.1f} × 直接写入）"
    return [least, found]


def measure_project_import(today) -> list[Measured]:
    return measure_import_over_raw("projects", "个项目", project_ledger_of(ROWS), _upsert_projects, today)


def measure_funds_import(today) -> list[Measured]:
    return measure_import_over_raw("funds", "笔到位资金", funds_ledger_of(ROWS), _write_funds, today)


def measure_progress_import(today) -> list[Measured]:
    return measure_import_over_raw("progress", "份进展", progress_ledger_of(ROWS), _update_reports, today)


def _upsert_projects(content: bytes) -> None:
    """Read, write each project and its two stages, over what is there."""
    columns = "code, name, investor, investor_kind, origin_province, origin_district, industry, total_investment"
    empty = ["summary", "contract_number", "officer", "officer_post", "helper", "helper_phone"]
    empty += ["industry_code", "chain"]
    columns = [*columns.split(", "), *empty, "version", "is_demo"]
    projects = [
        (f"X-{number:06d}", row[1], row[2], "private", "北京市", "朝阳区", row[6], 10000, *[""] * len(empty), 1, False)
        for number, row in enumerate(_read_raw(content)[2:])
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE incoming AS SELECT {', '.join(columns)} FROM projects_project LIMIT 0")
        _copy(cursor, "incoming", columns, projects)
        cursor.execute(
            f"INSERT INTO projects_project ({', '.join(columns)}) SELECT * FROM incoming WHERE true"
            " ON CONFLICT (code) DO UPDATE SET name = excluded.name, total_investment = excluded.total_investment"
        )
        cursor.execute("SELECT id FROM projects_project WHERE code LIKE 'X-%%' ORDER BY code")
        keys = [key for (key,) in cursor.fetchall()]
        stages = [
            (key, stage, day, "", "", "")
            for key in keys
            for stage, day in (("signed", "2023-03-12"), ("started", "2023-06-01"))
        ]
        named = ["project_id", "stage", '"on"', "evidence", "reason", "certificate"]
        _copy(cursor, "projects_stagechange", named, stages)
        transaction.set_rollback(True)


def _write_funds(content: bytes) -> None:
    columns = ["project_id", "month", "amount", "voucher_kind", "voucher_number"]
    columns += ["state", "claimed_on", "return_reason", "note", "version", "is_demo", "voucher_freed"]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT code, id FROM projects_project")
        keys = dict(cursor.fetchall())
        rows = [
            (keys[code], month, amount, kind, number, "claimed", "2023-12-13", "", "", 1, False, False)
            for _, code, _, month, amount, kind, number in _read_raw(content)[2:]
        ]
        _copy(cursor, "projects_fundentry", columns, rows)
        transaction.set_rollback(True)


def _update_reports(content: bytes) -> None:
    """Find each row's report by its list and number and write over it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.short, i.code, r.id FROM tasklists_progressreport r JOIN tasklists_assignment a"
            " ON a.id = r.assignment_id JOIN tasklists_taskitem i ON i.id = a.item_id JOIN tasklists_tasklist l"
            " ON l.id = i.task_list_id WHERE r.period = '2023-12' AND a.role = 'lead'"
        )
        keys = {(short, code): key for short, code, key in cursor.fetchall()}
        rows = [(int(percent), text, keys[short, code]) for short, code, _, percent, text in _read_raw(content)[2:]]
        cursor.execute("CREATE TEMPORARY TABLE incoming (percent integer, text text, id bigint)")
        _copy(cursor, "incoming", ["percent", "text", "id"], rows)
        cursor.execute(
            "UPDATE tasklists_progressreport SET percent = i.percent, text = i.text FROM incoming i"
            " WHERE tasklists_progressreport.id = i.id"
        )
        transaction.set_rollback(True)


def _copy(cursor, table: str, columns: list[str], rows: list[tuple]) -> None:
    """Write plain rows by the database's fastest way; none of them holds a tab or a line break."""
    names = ", ".join(columns)
    if connection.vendor == "postgresql":
        lines = "".join("\t".join(map(str, row)) + "\n" for row in rows)
        cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN", io.StringIO(lines))
    else:
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({', '.join(['%s'] * len(columns))})", rows)


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
