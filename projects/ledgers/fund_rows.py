"""Checking a ledger of money: long (a row per entry) or wide (a column per month); rules are those of the pages."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from common import periods
from common.amounts import trim
from common.errors import UserError
from common.ledgers.cells import amount_of, ask_of_unlike, day_of, text_of, unit_of, year_of
from common.ledgers.checked import PREVIEW_ROWS, Checked, check_formulas, check_looks
from common.ledgers.kinds import Asked, organisation_of
from common.ledgers.spans import RUNNING_WORDS, read_period
from common.ledgers.table import Row, Table
from common.ledgers.words import is_empty
from projects.entry_facts import books, project_facts
from projects.entry_rules import Entry, questions, refusals
from projects.ledgers.fields import FUNDS, labels
from projects.ledgers.known import Counties, KnownProjects
from projects.ledgers.months import Plan, invested_words, month_plan
from projects.models import FundEntry, InvestmentEntry, Project

MODELS = {"funds": FundEntry, "invested": InvestmentEntry}
MEASURE_NAMES = {"funds": "到位资金", "invested": "完成投资"}
COLUMN = {"funds": "amount", "invested": "invested"}
ROUNDING = Decimal("0.06")  # what rounding of a dozen months to two decimals may differ by


@dataclass
class FundRow:
    """One amount as it is written; ``key`` is the column of its amount in the sheet's row."""

    row: Row
    key: str
    project: Project
    month: str
    amount: Decimal
    voucher_kind: str = ""
    voucher_number: str = ""
    note: str = ""
    verified_on: date | None = None


@dataclass
class FundsChecked(Checked):
    """A checked ledger of money: which money it is, and the newest entry that the check has seen."""

    measure: str = "funds"
    newest: int = 0


@dataclass
class _Read:
    """A sheet's row: its project, and its amounts."""

    row: Row
    project: Project
    county: object = None
    entries: list[FundRow] = field(default_factory=list)


def check_funds(table: Table, asked: Asked, progress=None) -> Checked:
    """Return the checked ledger; ``ready`` holds the amounts that are not in the ledger of the site yet."""
    measure = _measure(table, asked)
    checked = FundsChecked(FUNDS, table, labels(FUNDS), rows=len(table.rows), measure=measure)
    own = organisation_of(asked.by)
    counties, known = Counties(table, own), KnownProjects(own, brief=True)
    plan = month_plan(checked, measure) if table.spans else None
    if plan is None and COLUMN[measure] not in table.header.columns:
        raise UserError(_no_amounts(table, measure), field="file")
    reader = _wide_reader(checked, plan) if plan else _long_reader(checked, measure, asked)
    found = []
    for place, row in enumerate(table.rows):
        check_formulas(checked, row)
        before = len(checked.errors)
        county = counties.of(checked, row)
        refused = len(checked.errors) > before  # whose project it is cannot be asked of another county's row
        project = None if refused else known.find(checked, row, county)
        entries = reader(row, project)
        if project is not None:
            found.append(_Read(row, project, county, entries))
        if progress and place % 500 == 0:
            progress(place, len(table.rows))
    ready = _apply_rules(checked, found, asked, wide=plan is not None)
    ask_of_unlike(checked, [(entry.row, entry.key, entry.amount) for read in found for entry in read.entries])
    check_looks(checked, ("name",), "项目")
    checked.preview = [_shown(read, wide=plan is not None) for read in found[:PREVIEW_ROWS]]
    checked.unchanged = sum(1 for read in found if read.entries) - len({entry.row.index for entry in ready})
    checked.ready = [] if checked.errors else ready
    checked.at_once = sum(entry.verified_on is not None for entry in checked.ready)
    return checked


def _measure(table: Table, asked: Asked) -> str:
    """Return which money the ledger tells of: as chosen, else as its columns, else as its title says."""
    if asked.wish.measure in MODELS:
        return asked.wish.measure
    if asked.wish.measure:
        raise UserError("资金种类应为到位资金（funds）或完成投资（invested）。", field="measure")
    if "amount" in table.header.columns:
        return "funds"
    if "invested" in table.header.columns:
        return "invested"
    said = [table.header.words[column] for column in table.spans]
    said = said if any(invested_words(text) is not None for text in said) else [table.title, table.sheet.name]
    meant = {invested_words(text) for text in said} - {None}
    return "invested" if meant == {True} else "funds"


def _no_amounts(table: Table, measure: str) -> str:
    other = next((name for key, name in MEASURE_NAMES.items() if COLUMN[key] in table.header.columns), "")
    hint = f"表中是{other}，请按{other}导入。" if other else "表中应有一列金额，或每月一列。"
    return f"没有认出“{MEASURE_NAMES[measure]}”列：{hint}"


# --- reading rows ------------------------------------------------------------------------------------


def _wide_reader(checked: Checked, plan: Plan):
    units = {column: unit_of(checked, column) for column in (*plan.months, *plan.totals, *plan.running)}

    def read(row: Row, project) -> list[FundRow]:
        entries, amounts = [], {}
        for column, month in plan.months.items():
            amount = amount_of(checked, row, f"span:{column}", units[column])
            if amount is not None:
                amounts[month] = amount
                if amount and project is not None:
                    entries.append(FundRow(row, f"span:{column}", project, month, amount))
        for column in plan.totals:
            total = amount_of(checked, row, f"span:{column}", units[column])
            _compare(checked, row, column, total, amounts, "各月之和")
        running = {c: amount_of(checked, row, f"span:{c}", units[c], signed=True) for c in plan.running}
        for column, span in plan.running.items():
            within = {month: amount for month, amount in amounts.items() if span.first <= month <= span.period}
            if plan.has_all(span):
                _compare(checked, row, column, running[column], within, "所含各月之和")
        entries += _differences(checked, row, project, plan, running)
        return entries

    return read


def _differences(checked, row, project, plan, running) -> list[FundRow]:
    """Return months told by two running totals alone: the later one less the earlier."""
    entries = []
    for column, (before, month) in plan.steps.items():
        later, earlier = running.get(column), running.get(before) if before is not None else Decimal(0)
        if later is None or earlier is None:
            continue
        amount = later - earlier
        if amount < 0:
            checked.error(
                row, f"span:{column}", f"累计数 {trim(later)} 万元小于上一列的 {trim(earlier)} 万元，请核对。"
            )
        elif amount and project is not None:
            entries.append(FundRow(row, f"span:{column}", project, month, amount))
    return entries


def _compare(checked, row, column, total, amounts, what) -> None:
    if total is None or (not amounts and not total):
        return
    summed = sum(amounts.values(), Decimal(0))
    if abs(total - summed) > ROUNDING:
        checked.warn(
            row, f"span:{column}", f"这一格 {trim(total)} 万元，{what} {trim(summed)} 万元，两者不符，请核对。"
        )


def _long_reader(checked: Checked, measure: str, asked: Asked):
    table, key = checked.table, COLUMN[measure]
    unit = unit_of(checked, table.header.columns[key])
    year, office = year_of(table, asked.on), organisation_of(asked.by) is None
    month_of_sheet = asked.wish.period or table.period
    if "month" not in table.header.columns:
        if month_of_sheet is None:
            raise UserError("没有“月份”列，标题里也没有写是哪个月；请加一列月份，或每月一列。", field="file")
        if any(_is_running(text) for text in (table.title, table.header.label(key))):
            raise UserError("表中是累计数，不能按月记账；请改为每月一列或加一列月份。", field="file")
    other = next((name for name in COLUMN.values() if name != key and name in table.header.columns), None)
    if other:
        name = "完成投资" if other == "invested" else "到位资金"
        checked.warn_header(table.header.columns[other], f"这一列没有读取；{name}请另选“{name}”再导入一次。")
    if "verified" in table.header.columns and not office:
        checked.warn_header(
            table.header.columns["verified"], "核实日期由市级填写，这一列没有读取，各行按县级申报导入。"
        )

    def read(row: Row, project) -> list[FundRow]:
        amount = amount_of(checked, row, key, unit)
        month = _month(checked, row, year, month_of_sheet)
        kind, number = text_of(checked, row, "voucher_kind", 24), text_of(checked, row, "voucher_number", 60)
        note = text_of(checked, row, "note", 200)
        verified = day_of(checked, row, "verified", year=year, on=asked.on) if office else None
        if amount is None:
            if key not in row.cells or (is_empty(row.cells[key].text) and not table.is_broken(row.cells[key])):
                checked.warn(row, key, "没有填写金额，这一行不导入。")
            return []
        if not amount:
            checked.warn(row, key, "金额为 0，这一行不导入。")
            return []
        if project is None or month is None:
            return []
        return [FundRow(row, key, project, month, amount, kind, number, note, verified)]

    return read


def _is_running(text: str) -> bool:
    return bool(RUNNING_WORDS.search(text))


def _month(checked, row, year, month_of_sheet) -> str | None:
    cell = row.cells.get("month")
    if cell is None or (is_empty(cell.text) and not checked.table.is_broken(cell)):
        if "month" in checked.table.header.columns:
            checked.error(row, "month", "没有填写月份。")
            return None
        return month_of_sheet
    if checked.table.is_broken(cell):
        return None
    try:
        value = cell.value
        if (
            isinstance(value, int | float)
            and not isinstance(value, bool)
            and 1 <= value <= 12
            and float(value).is_integer()
        ):
            value = f"{int(value)}月"
        return periods.parse_period(read_period(value, year))
    except ValueError as reason:
        said = str(reason) if "年份" in str(reason) or "数字" in str(reason) else ""
        message = said or f"“{cell.text.strip()[:20]}”不是月份，应写作 2023-11 或 2023年11月。"
        checked.error(row, "month", message, cell)
    return None


# --- rules -------------------------------------------------------------------------------------------


def _apply_rules(checked: FundsChecked, found: list[_Read], asked: Asked, *, wide: bool) -> list[FundRow]:
    """Return the amounts to write; what the ledger of the site holds already is left, refusals are noted."""
    model = MODELS[checked.measure]
    ids = {read.project.pk for read in found}
    facts = project_facts(model, ids, on=asked.on)
    vouchers = [(e.voucher_kind, e.voucher_number) for read in found for e in read.entries if e.voucher_number]
    shared = books(on=asked.on, numbers=vouchers)
    shared = replace(shared, numbers=dict(shared.numbers))
    checked.newest = model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    standing = _standing(model, found)
    ready, seen, twice = [], {}, {}
    for read in found:
        if wide and seen.setdefault(read.project.pk, read.row.index) != read.row.index:
            checked.error(read.row, "name", f"与第 {seen[read.project.pk] + 1} 行是同一个项目，一个项目只能写一行。")
            continue
        for entry in read.entries:
            if wide and _is_known(checked, entry, facts):
                continue
            if not wide and _is_entered(entry, standing):
                continue
            if _refused(checked, entry, facts, shared):
                continue
            _take(checked, entry, facts, shared, twice, wide)
            ready.append(entry)
    return ready


def _standing(model, found: list[_Read]) -> dict:
    """Return how many rows of the site have the project, month and amount of an entry, by their voucher."""
    wanted = {(entry.project.pk, entry.month, entry.amount) for read in found for entry in read.entries}
    ids = {read.project.pk for read in found}
    rows = model.objects.exclude(state="returned").order_by()
    if len(ids) <= 500:
        rows = rows.filter(project__in=ids)
    names = ["project_id", "month", "amount"]
    if model is FundEntry:
        names += ["voucher_kind", "voucher_number"]
    counted = defaultdict(Counter)
    for project, month, amount, *voucher in rows.values_list(*names).iterator(chunk_size=2000):
        if (project, month, amount) in wanted:
            counted[project, month, amount][tuple(voucher) or ("", "")] += 1
    return counted


def _is_entered(entry: FundRow, standing: dict) -> bool:
    """Whether a row of the site is this very one; each stands for one row of the sheet.

    A row without a voucher is also the one that got its voucher later.
    """
    counted = standing.get((entry.project.pk, entry.month, entry.amount))
    voucher = (entry.voucher_kind, entry.voucher_number)
    if counted and not entry.voucher_number and not counted[voucher]:
        voucher = next((other for other, count in counted.items() if count), voucher)
    if not counted or not counted[voucher]:
        return False
    counted[voucher] -= 1
    return True


def _is_known(checked, entry: FundRow, facts) -> bool:
    """A wide sheet tells each month's sum: equal to the site's it says nothing new, unlike it is an error."""
    entered = facts[entry.project.pk].months.get(entry.month)
    if not entered:
        return False
    if abs(entered - entry.amount) > Decimal("0.01"):
        checked.error(
            entry.row,
            entry.key,
            f"{periods.label(entry.month)}已有 {trim(entered)} 万元，与所填 {trim(entry.amount)} 万元不同；"
            "更正请在项目页冲销后重新申报。",
        )
    return True


def _refused(checked, entry: FundRow, facts, shared) -> bool:
    asked = Entry(
        amount=entry.amount,
        month=entry.month,
        voucher_kind=entry.voucher_kind,
        voucher_number=entry.voucher_number,
    )
    places = {"amount": entry.key, "month": "month" if "month" in entry.row.cells else entry.key, "project": "name"}
    found = refusals(asked, facts[entry.project.pk], shared)
    for refusal in found:
        key = places.get(refusal.field, refusal.field)
        if key == "name" and "name" not in entry.row.cells:
            key = "code"
        problem = (entry.row.index, key, refusal.message)
        if not any(p.message == refusal.message for p in checked.errors[-14:]) or key != "name":
            checked.error(entry.row, key, problem[2])
    if found:
        return True
    for question in questions(asked, facts[entry.project.pk]):
        if "没有登记签约总投资" not in question or not _asked(checked, entry):
            checked.warn(entry.row, entry.key, question)
    return False


def _asked(checked, entry) -> bool:
    """Whether the row has been asked of already: one question a project is enough."""
    done = checked.__dict__.setdefault("asked_of", set())
    known = entry.project.pk in done
    done.add(entry.project.pk)
    return known


def _take(checked, entry: FundRow, facts, shared, twice, wide) -> None:
    """Let the rows after this one know of it: the project's sum, its voucher, its likeness."""
    now = facts[entry.project.pk]
    months = dict(now.months)
    if wide:
        months = now.months
    else:
        months[entry.month] = months.get(entry.month, Decimal(0)) + entry.amount
    facts[entry.project.pk] = replace(now, entered=now.entered + entry.amount, months=months)
    line = entry.row.index + 1
    if entry.voucher_number:
        shared.numbers[entry.voucher_kind, entry.voucher_number] = f"本表第 {line} 行"
        return
    key = (entry.project.pk, entry.month, entry.amount)
    if not wide and key in twice:
        checked.warn(entry.row, entry.key, f"与第 {twice[key]} 行的项目、月份、金额都相同，请确认不是重复。")
    twice.setdefault(key, line)


def _shown(read: _Read, *, wide: bool) -> dict:
    project = read.project
    shown = {
        "row": read.row.index + 1,
        "code": project.code,
        "project": project.name,
        "county": project.county.short if project.county else "",
    }
    if wide:
        months = {entry.month: trim(entry.amount) for entry in read.entries}
        total = sum((entry.amount for entry in read.entries), Decimal(0))
        return shown | {"months": months, "amount_wan": trim(total) if months else None}
    entry = read.entries[0] if read.entries else None
    return shown | {
        "month": entry.month if entry else None,
        "amount_wan": trim(entry.amount) if entry else None,
        "voucher_kind": entry.voucher_kind if entry else "",
        "voucher_number": entry.voucher_number if entry else "",
        "verified_on": entry.verified_on.isoformat() if entry and entry.verified_on else None,
    }
