"""Which columns of a wide ledger are its months, and what its running and total columns are held against."""

import re
from collections import defaultdict
from dataclasses import dataclass, field

from common import periods
from common.errors import UserError
from common.ledgers.checked import Checked
from common.ledgers.spans import MONTH, QUARTER, RUNNING, TOTAL, YEAR, Span


@dataclass
class Plan:
    """Columns of a wide sheet: months by column, totals, running totals, and months told by two running totals.

    ``steps``: by the later column, (the earlier column or None for the year's beginning, the month between).
    """

    months: dict[int, str] = field(default_factory=dict)
    totals: list[int] = field(default_factory=list)
    running: dict[int, Span] = field(default_factory=dict)
    steps: dict[int, tuple[int | None, str]] = field(default_factory=dict)

    def has_all(self, span: Span) -> bool:
        """Whether every month of a running total has a column of its own."""
        return set(periods.months_between(span.first, span.period)) <= set(self.months.values())


def invested_words(text: str) -> bool | None:
    """Tell whether words speak of investment completed (True), of funds in place (False), or of neither."""
    if re.search("到位|到账|资金", text):
        return False
    return True if re.search("完成投资|投资完成|完成固|固定资产投资|固投", text) else None


def month_plan(checked: Checked, measure: str) -> Plan | None:
    """Return the columns that tell this money month by month; None where no column does.

    Raises UserError where all that the sheet tells is one running total. What is left out is said at its header.
    """
    table = checked.table
    spans = _of_measure(checked, measure)
    plan, places = Plan(), defaultdict(list)
    for column, span in spans.items():
        if span.kind == MONTH:
            places[span.period].append(column)
        elif span.kind == RUNNING:
            plan.running[column] = span
        elif span.kind == TOTAL:
            plan.totals.append(column)
        elif span.kind in (QUARTER, YEAR):
            checked.warn_header(column, "这一列是季度或全年的数，不能按月记账，没有读取。")
    for month, columns in places.items():
        if len(columns) > 1:
            names = "、".join(table.header.words[column] for column in columns)
            raise UserError(
                f"{periods.label(month)}有几列（{names[:60]}），看不出应读哪一列，请删去多余的列。", field="file"
            )
        plan.months[columns[0]] = month
    if plan.months:
        _leave_totals_of_other_years(plan, table)
        for column, span in plan.running.items():
            if not plan.has_all(span):
                checked.warn_header(column, "这一列是累计数，不是一个月的数，没有按月读取。")
        return plan
    if not plan.running:
        return None
    _step(plan)
    if not plan.steps:
        only = table.header.words[next(iter(plan.running))]
        raise UserError(f"“{only[:30]}”是累计数，不能按月记账；请改为每月一列。", field="file")
    for column in plan.running:
        if column in plan.steps:
            month = plan.steps[column][1]
            checked.warn_header(column, f"这一列是累计数，{periods.label(month)}按与上一列的差导入，请核对。")
        else:
            checked.warn_header(column, "这一列是累计数，没有分月，没有读取。")
    return plan


def _of_measure(checked: Checked, measure: str) -> dict[int, Span]:
    """Return the columns of this money where the sheet has both kinds side by side; the others are said."""
    words, spans = checked.table.header.words, checked.table.spans
    said = {column: invested_words(words[column]) for column in spans}
    wanted = measure == "invested"
    if len(set(said.values()) - {None}) < 2:
        return spans
    kept = {column: span for column, span in spans.items() if said[column] in (wanted, None)}
    left = [column for column in spans if column not in kept]
    other = "到位资金" if wanted else "完成投资"
    checked.warn_header(left[0], f"{other}各列没有读取；请另选“{other}”再导入一次。")
    return kept


def _leave_totals_of_other_years(plan: Plan, table) -> None:
    years = {month[:4] for month in plan.months.values()}
    for column in list(plan.totals):
        named = re.findall(r"20\d\d(?=年)", table.header.words[column])
        if named and not set(named) <= years:
            plan.totals.remove(column)


def _step(plan: Plan) -> None:
    """Find the months between running totals of consecutive months that begin alike."""
    by_end = {(span.first, span.period): column for column, span in plan.running.items()}
    for column, span in plan.running.items():
        before = by_end.get((span.first, periods.shift(span.period, -1)))
        if before is not None:
            plan.steps[column] = (before, span.period)
