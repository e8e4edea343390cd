"""Reading a row's cells: texts, amounts, dates; what is wrong or doubtful is noted at the cell."""

import re
from datetime import date
from decimal import Decimal
from statistics import median

from common.amounts import in_wan, trim
from common.ledgers.checked import Checked
from common.ledgers.dates import read_date
from common.ledgers.money import WAN, MoneyUnit, money_unit, read_amount
from common.ledgers.table import Cell, Row, Table
from common.ledgers.words import is_empty, tidy

UNLIKE = 1_000  # with the usual spread of rows a slip of 10,000 between 元, 万元 and 亿元 shows as at least this
FEWEST = 4  # amounts that a usual value is taken of
_OWN_UNIT = re.compile("[亿万元億萬]")


def text_of(checked: Checked, row: Row, key: str, most: int) -> str:
    """Return the cell's text on one line, "" where it is empty; an error where it is longer than ``most``."""
    cell = row.cells.get(key)
    if cell is None or checked.table.is_broken(cell) or is_empty(written := cell.text):
        return ""
    text = tidy(written).replace("\n", "")
    if len(text) > most:
        checked.error(row, key, f"超过 {most} 字，现有 {len(text)} 字。", cell)
        return text[:most]
    return text


def unit_of(checked: Checked, column: int | None) -> MoneyUnit:
    """Return the unit of a column's bare numbers: its header's, else the sheet's, else 万元, which is said."""
    table = checked.table
    if column is None:
        return WAN
    unit = money_unit(table.header.words.get(column, "")) or table.money
    if unit:
        return unit
    if any(_is_bare(table.sheet.value(row.index, column)) for row in table.rows):
        checked.warn_header(column, "列名没有写单位，数字按万元读取，请核对。")
    return WAN


def _is_bare(value) -> bool:
    if isinstance(value, int | float):
        return not isinstance(value, bool)
    return isinstance(value, str) and bool(re.search(r"\d", value)) and not _OWN_UNIT.search(value)


def amount_of(checked: Checked, row: Row, key: str, unit: MoneyUnit, *, signed=False) -> Decimal | None:
    """Return the cell's amount in 万元 as it is stored; None where it holds none, or none that can be taken.

    A negative one is an error unless ``signed``.
    """
    cell = row.cells.get(key)
    if cell is None or checked.table.is_broken(cell):
        return None
    try:
        read = read_amount(cell.value, unit)
    except ValueError as reason:
        checked.error(row, key, str(reason), cell)
        return None
    shown = tidy(cell.text)[:20]
    if read.text:
        checked.warn(row, key, f"“{shown}”不是数，这一格按空着导入。", cell)
        return None
    if read.wan is None:
        return None
    reason = ""
    if read.percent is not None:
        reason = f"“{shown}”是目标的完成比例，不是金额，请填金额。"
    elif read.currency != "CNY":
        reason = f"“{shown}”是外币，本站不自动折算，请填折合人民币的金额。"
    elif read.comparator == "range":
        reason = f"“{shown}”是一个范围，请填一个数。"
    elif read.wan < 0 and not signed:
        reason = f"金额应大于0，现填 {in_wan(read.wan)} 万元；更正已有的金额请在项目页冲销。"
    elif read.wan >= Decimal(10) ** 14:
        reason = "金额过大，请核对单位。"
    elif read.wan and not read.rounded():
        reason = f"“{shown}”不到 0.01 万元，请核对单位。"
    if reason:
        checked.error(row, key, reason, cell)
        return None
    if read.comparator != "=":
        checked.warn(row, key, f"“{shown}”按 {trim(read.rounded())} 万元导入，请核对。", cell)
    return read.rounded()


def ask_of_unlike(checked: Checked, found: list[tuple[Row, str, Decimal]]) -> None:
    """Warn of amounts that are thousands of times the column's median, or a thousandth: a slip in the unit."""
    amounts = [amount for *_, amount in found if amount > 0]
    if len(amounts) < FEWEST:
        return
    usual = Decimal(median(amounts))
    for row, key, amount in found:
        if amount <= 0 or usual / UNLIKE < amount < usual * UNLIKE:
            continue
        times = amount / usual if amount > usual else usual / amount
        which = "多" if amount > usual else "少"
        checked.warn(
            row,
            key,
            f"读作 {in_wan(amount)} 万元，比本列中位数 {in_wan(usual)} 万元{which} "
            f"{trim(times.quantize(Decimal(1)))} 倍，请确认单位。",
        )


def day_of(checked: Checked, row: Row, key: str, *, year: int | None, on: date, planned=False) -> date | None:
    """Return the day that a cell names for something that happened by ``on``, or for a plan.

    A month or a year alone means its last day, not later than ``on``.
    """
    cell = row.cells.get(key)
    if cell is None or checked.table.is_broken(cell):
        return None
    try:
        read = read_date(cell.value, year=year)
    except ValueError as reason:
        checked.error(row, key, str(reason), cell)
        return None
    if read.day is None:
        if read.precision != "empty":
            checked.warn(row, key, f"“{tidy(cell.text)[:20]}”没有具体日期，按空着导入。", cell)
        return None
    if read.doubt:
        checked.warn(row, key, read.doubt, cell)
    if planned:
        return read.day
    if read.precision != "day":
        start = read.day.replace(day=1) if read.precision.startswith("month") else read.day.replace(month=1, day=1)
        if start <= on:
            day = min(read.day, on)
            checked.warn(row, key, f"“{tidy(cell.text)[:20]}”没有写到日，按 {day} 导入，请核对。", cell)
            return day
    if read.day > on:
        checked.error(row, key, f"日期 {read.day} 还没有到，不能登记为已发生。", cell)
        return None
    return read.day


def place_of(cell: Cell) -> tuple[int, int]:
    return cell.row, cell.column


def year_of(table: Table, on: date) -> int:
    """Return the year that completes dates without one."""
    return table.year or on.year
