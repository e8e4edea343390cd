"""Values and targets as they are read: number, unit, and the word of the comparator."""

from common import periods
from common.amounts import trim

BEFORE = {"~": "约 ", "<=": "不超过 ", "<": "不足 "}
AFTER = {">": "余", ">=": "以上"}
GOAL = {"=": "", ">=": "不少于 ", ">": "超过 ", "<=": "不超过 ", "<": "低于 ", "~": "约 "}


def value_text(value, comparator: str, unit: str, written: str = "") -> str:
    """Return a value with its unit as the source wrote it, else in words: 150 个, 30余家, 80 %以上."""
    if written:
        return written
    number = f"{BEFORE.get(comparator, '')}{trim(value)}"
    if comparator == ">":
        return f"{number}{AFTER['>']}{unit}"
    return f"{number} {unit}{AFTER.get(comparator, '')}"


def target_text(value, comparator: str, unit: str) -> str:
    return f"{GOAL[comparator]}{trim(value)} {unit}"


def period_text(period: str, written: str = "") -> str:
    """Return the period as the source wrote it, else in words."""
    if written:
        return written
    return periods.span_label(period) if periods.SPAN.match(period) else period
