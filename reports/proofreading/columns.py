"""Relations inside tables: totals of columns and rows, and columns that follow from others (rate, share, change).

Which columns follow from which is read from the headers, or from what holds in most rows.
"""

import re
from decimal import Decimal
from itertools import combinations

from reports.proofreading.balance import accept_balanced
from reports.proofreading.grid import RATE, RELATIVE, SHARE, UNIT, WHOLE_COLUMN, Grid
from reports.proofreading.numbers import MONEY, PERCENT, POINTS
from reports.proofreading.quotients import growth_relation, quotient_relation, ratio_relation, share_of_parts
from reports.proofreading.relations import (
    Relation,
    difference_relation,
    fixed_relation,
    hundred_relation,
    sum_relation,
)

SUBTOTAL = re.compile(r"小\s*计")
OF_WHICH = re.compile(r"^\s*(?:其中|#|＃)")
CHANGE = re.compile(r"增减|变化|净增|增量|差额|差值|增加|减少|较上|比上|较去年|比去年|剩余|未完成|缺口|结余")
GROWTH = re.compile(r"同比|环比|增长|增幅|增速|增减(?:率|幅)")
AVERAGE = re.compile(r"平均|人均|户均|亩均|场均|[县村企]均|单体")
AGREE = 0.6  # of the rows that a relation between columns must hold in to be taken as meant
MAX_COLUMNS = 14


def find_in_tables(grids: list[Grid]) -> list[Relation]:
    """Every relation inside the tables."""
    relations = []
    for grid in grids:
        if not grid.columns or len(grid.columns) > MAX_COLUMNS:
            continue
        relations += _column_sums(grid)
        used = set()
        for index in grid.columns:
            found = _follows(grid, index)
            relations += found
            if found:
                used.add(index)
        relations += _row_sums(grid, used)
    return relations


def _slack(parts):
    """How many last digits a sum of separately rounded amounts may be off; none for exact ones."""
    if parts[0].unit != MONEY or max(n.digits for n in parts) < 2:
        return 0
    return max(1, round(len(parts) ** 0.5 / 2))


def _is_additive(grid, index):
    numbers = [n for _, n in grid.column(index)]
    return (
        bool(numbers)
        and not RELATIVE.search(UNIT.sub("", grid.headers[index]))
        and all(n.unit not in (PERCENT, POINTS) for n in numbers)
    )


def _column_sums(grid):
    relations = []
    for index in grid.columns:
        if (
            not _is_additive(grid, index)
            or CHANGE.search(grid.headers[index])
            and any(n.before for _, n in grid.column(index))
        ):
            continue
        relations += _sums_of(grid, index)
    return relations


def _sums_of(grid, index):
    found, group, everything, nested = [], [], [], False
    first_total = None
    for row, label in enumerate(grid.labels):
        number = grid.cells[row][index]
        if OF_WHICH.match(label):
            nested = True
            continue
        if number is None or number.hedge:
            continue
        if not grid.is_total(row):
            group.append(number)
            everything.append(number)
        elif SUBTOTAL.search(label):
            if len(group) > 1:
                found.append(sum_relation(number, group, slack=_slack(group)))
            group = []
        elif everything and len(everything) > 1:
            found.append(sum_relation(number, everything, slack=_slack(everything)))
        elif not everything and first_total is None:
            first_total = number
    if first_total is not None and len(everything) > 1:
        relation = sum_relation(first_total, everything, slack=_slack(everything))
        short = first_total.amount - sum(n.amount for n in everything)
        if relation.holds or abs(short) <= first_total.amount / 10:
            found.append(relation)
    return [] if nested and not all(r.holds for r in found) else found


def _row_sums(grid, used):
    """A column that is the sum of others in most rows: 合计, or 任务数 = 已完成 + 正在推进."""
    relations = []
    columns = [i for i in grid.columns if _is_additive(grid, i) and i not in used]
    for whole in columns:
        if not WHOLE_COLUMN.search(grid.headers[whole]):
            continue
        others = [
            i for i in columns if i != whole and not OF_WHICH.match(grid.headers[i]) and "其中" not in grid.headers[i]
        ]
        if len(others) < 2 or len(others) > 8:
            continue
        best = None
        sizes = [len(others)] + [size for size in (3, 2) if size < len(others)]
        for size in sizes:
            for chosen in combinations(others, size):
                rows = _row_relations(grid, whole, chosen)
                good = sum(r.holds for r in rows)
                if (
                    len(rows) >= 2
                    and good >= AGREE * len(rows)
                    and _is_telling(rows)
                    and (best is None or good > best[0])
                ):
                    best = (good, rows)
            if best:
                break
        if best is None and re.search(r"合计|总计|小计", grid.headers[whole]) and _same_unit(grid, [whole, *others]):
            rows = _row_relations(grid, whole, tuple(others))
            best = (0, rows) if rows and len(rows) <= 2 and any(r.holds for r in rows) else None
        if best:
            relations += best[1]
    return relations


def _is_telling(rows):
    """Whether at least two rows add up without a zero that would make any sum right."""
    return sum(r.holds and all(n.amount for n in r.numbers) for r in rows) >= 2


def _same_unit(grid, columns):
    return len({n.unit for i in columns for _, n in grid.column(i)}) == 1


def _row_relations(grid, whole, parts):
    rows = []
    for row in grid.cells:
        total, members = row[whole], [row[i] for i in parts]
        if total is None or any(m is None or m.unit != total.unit or m.hedge for m in members) or total.hedge:
            continue
        rows.append(sum_relation(total, members, slack=_slack(members) if len(members) > 2 else 0))
    return rows


def _follows(grid, index):
    """The relations of a column that follows from others in its row; empty when it does not."""
    name = grid.headers[index]
    numbers = [n for _, n in grid.column(index)]
    is_percent = all(n.unit == PERCENT for n in numbers)
    if is_percent and SHARE.search(name):
        return _shares(grid, index)
    if AVERAGE.search(name) and not is_percent:
        return _pairs(grid, index, _average_row, AVERAGE_SIDES)
    if is_percent and GROWTH.search(name):
        return _pairs(grid, index, _growth_row, CHANGE_SIDES)
    if is_percent:
        return _pairs(grid, index, _rate_row, RATE_SIDES)
    if CHANGE.search(name):
        return _pairs(grid, index, _change_row, CHANGE_SIDES)
    return []


RATE_SIDES = (
    re.compile(r"完成|办结|到位|开工|销号|投产|实绩|实际|落地|采用|合格|签约|支出"),
    re.compile(r"任务|目标|计划|总|应|收到|受理|签约|报送|预算|数"),
)
AVERAGE_SIDES = (re.compile("."), re.compile("数|家|人|户|个"))
CHANGE_SIDES = (
    re.compile(r"本|今年|当前|现|\d{4}年|完成|实际|累计"),
    re.compile(r"上|去年|同期|上年|年初|目标|计划|原"),
)


def _pairs(grid, index, rule, sides):
    """The pair of columns from which the rule makes this one in most rows."""
    others = [i for i in grid.columns if i != index and _may_feed(grid, i, index)]
    best = None
    for first in others:
        for second in others:
            if first == second:
                continue
            rows = [r for row in grid.cells if (r := rule(row, first, second, index))]
            if not rows:
                continue
            hinted = bool(sides[0].search(grid.headers[first])) and bool(sides[1].search(grid.headers[second]))
            good = sum(r.holds for r in rows)
            telling = sum(r.holds and all(n.amount for n in r.numbers) for r in rows)
            sure = telling >= 2 and good >= AGREE * len(rows) or hinted and len(rows) <= 2 and _only_pair(grid, others)
            if sure and (best is None or (good, hinted) > best[0]):
                best = ((good, hinted), rows)
    return best[1] if best else []


def _only_pair(grid, others):
    return len(others) == 2


def _may_feed(grid, candidate, index):
    if (
        CHANGE.search(grid.headers[candidate])
        or SHARE.search(grid.headers[candidate])
        or GROWTH.search(grid.headers[candidate])
    ):
        return False
    numbers = [n for _, n in grid.column(index)]
    levels_are_rates = all(n.unit == POINTS for n in numbers)
    return (
        levels_are_rates
        or not RATE.search(UNIT.sub("", grid.headers[candidate]))
        or not all(n.unit == PERCENT for n in numbers)
    )


def _row_of(row, first, second, index):
    a, b, c = row[first], row[second], row[index]
    return (a, b, c) if a and b and c and not (a.hedge or b.hedge or c.hedge) else None


def _rate_row(row, first, second, index):
    found = _row_of(row, first, second, index)
    if not found or found[0].unit != found[1].unit or not found[1].amount:
        return None
    return ratio_relation("rate", *found)


def _average_row(row, first, second, index):
    found = _row_of(row, first, second, index)
    return quotient_relation(*found) if found and found[1].amount and found[1].unit not in (MONEY, PERCENT) else None


def _growth_row(row, first, second, index):
    found = _row_of(row, first, second, index)
    if not found or found[0].unit != found[1].unit or not found[1].amount:
        return None
    now, before, percent = found
    return growth_relation(before, now, percent, sign=-1 if percent.is_negative else 0)


def _change_row(row, first, second, index):
    found = _row_of(row, first, second, index)
    if not found:
        return None
    now, before, change = found
    level = PERCENT if change.unit == POINTS else change.unit
    if now.unit != level or before.unit != level:
        return None
    return difference_relation(now, before, change)


def _hundred_below(grid, index, total_row):
    """The share in the total row, which is 100."""
    number = grid.cells[total_row][index] if total_row is not None else None
    return [fixed_relation("share", number, Decimal(100), "各项占比合计")] if number and not number.hedge else []


def _shares(grid, index):
    """A column of shares: of the column's total, for the additive column from which most of them follow."""
    best = None
    for base in grid.columns:
        if base == index or not _is_additive(grid, base):
            continue
        rows = [r for r, label in enumerate(grid.labels) if not grid.is_total(r) and not OF_WHICH.match(label)]
        rows = [r for r in rows if grid.cells[r][base] and grid.cells[r][index] and not grid.cells[r][index].hedge]
        total_row = next(
            (r for r in range(len(grid.labels)) if grid.is_total(r) and not SUBTOTAL.search(grid.labels[r])), None
        )
        whole = grid.cells[total_row][base] if total_row is not None else None
        parts = [grid.cells[r][base] for r in rows]
        if len(parts) < 2 or not sum(n.amount for n in parts):
            continue
        percents = [grid.cells[r][index] for r in rows]
        if whole is not None and whole.amount:
            found = [ratio_relation("share", p, whole, c) for p, c in zip(parts, percents, strict=True)]
        else:
            found = [share_of_parts(p, parts, c) for p, c in zip(parts, percents, strict=True)]
        accept_balanced(found, parts, percents, whole)
        good = sum(r.holds for r in found)
        if (good >= AGREE * len(found) or len(found) <= 2) and (best is None or good > best[0]):
            best = (good, found + _hundred_below(grid, index, total_row))
    if best:
        return best[1]
    percents = [n for r, n in grid.column(index) if not grid.is_total(r)]
    total = sum(n.amount for n in percents)
    return [hundred_relation(percents)] if len(percents) > 2 and 97 <= total <= 103 else []
