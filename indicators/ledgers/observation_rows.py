"""Checking a ledger of values: a row per value, a column per period, or a column per indicator."""

import copy
import re
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from common.amounts import trim
from common.errors import UserError
from common.ledgers.cells import place_of, text_of, year_of
from common.ledgers.checked import PREVIEW_ROWS, Checked, check_formulas, check_looks
from common.ledgers.kinds import Asked, organisation_of
from common.ledgers.spans import MONTH, QUARTER, RUNNING, TOTAL, YEAR, read_period
from common.ledgers.table import Row, Table
from common.ledgers.units import factor, is_unit, read_number, unit_in
from common.ledgers.words import is_empty, squeeze
from common.locking import Area, locked_months
from indicators import collecting
from indicators.entering import is_draft, state_word
from indicators.ledgers.fields import FIELDS, OBSERVATIONS, OWN_COLUMN
from indicators.ledgers.known import Indicators, Organisations, Standing, said
from indicators.members import members_of
from indicators.models import Indicator, Observation

SMALLEST = Decimal("0.0001")  # what the database keeps
FREQUENCIES = {MONTH: "month", QUARTER: "quarter", YEAR: "year"}
PARTS = ("value", "numerator", "denominator")
_QUARTER = re.compile(r"(20\d\d)年?(?:第?([一二三四1-4])季度|[Qq]([1-4]))")


@dataclass
class ValueRow:
    """One value as it is written; ``key`` is its column, ``standing`` the row of the site that it changes."""

    row: Row
    key: str
    indicator: Indicator
    organisation: object
    period: str
    member: str = ""
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    note: str = ""
    odd: str = ""
    standing: Observation | None = None


@dataclass
class _Cell:
    """A place in the sheet that holds a value: its column, whose, when."""

    key: str
    indicator: Indicator | None
    period: str | None


@dataclass
class _Ledger:
    """What all rows of one check share."""

    table: Table
    asked: Asked
    own: object
    indicators: Indicators
    organisations: Organisations
    title: Indicator | None
    period: str | None
    locked: frozenset
    corner: str
    seen: dict = field(default_factory=dict)


def check_observations(table: Table, asked: Asked, progress=None) -> Checked:
    """Return the checked ledger; ``ready`` holds the values that are new or change one that stands."""
    labels = {one.key: one.label for one in FIELDS}
    checked = Checked(OBSERVATIONS, table, labels, rows=len(table.rows))
    own = organisation_of(asked.by)
    ledger = _Ledger(
        table=table,
        asked=asked,
        own=own,
        indicators=Indicators(),
        organisations=Organisations(table, own),
        title=None,
        period=asked.wish.period or _period_of(table),
        locked=locked_months(Area.OBSERVATIONS),
        corner=_corner_unit(table),
    )
    ledger.title = ledger.indicators.in_title(table)
    _prepare(checked, ledger)
    read = []
    for place, row in enumerate(table.rows):
        check_formulas(checked, row)
        read.append((row, _read(checked, row, ledger)))
        if progress and place % 500 == 0:
            progress(place, len(table.rows))
    standing = Standing({value.indicator.pk for _, values in read for value in values})
    ready = [value for _, values in read for value in values if _apply(checked, value, ledger, standing)]
    changed = {value.row.index for value in ready}
    checked.unchanged = sum(1 for row, values in read if values and row.index not in changed | checked.bad_rows)
    checked.preview = [_shown(row, values) for row, values in read[:PREVIEW_ROWS]]
    check_looks(checked, ("name", "organisation"), "这一行")
    checked.ready = [] if checked.errors else ready
    return checked


def _period_of(table: Table) -> str | None:
    """Return the period that the title or the sheet's name speaks of: a quarter, a month, a year."""
    for text in (*table.above, squeeze(table.sheet.name)):
        if match := _QUARTER.search(text):
            return (
                f"{match[1]}-Q{'一二三四'.find(match[2]) + 1 or match[2]}" if match[2] else f"{match[1]}-Q{match[3]}"
            )
    return table.period or (str(table.year) if table.year else None)


def _corner_unit(table: Table) -> str:
    """Return the unit above the header (单位:亿元); that of several is of none."""
    for text in table.above:
        if match := re.search(r"单位:([^)]*)", text):
            words = re.split("[、,/和]", match[1].strip("()"))
            if len(words) == 1 and is_unit(words[0]):
                return words[0]
    return ""


def _prepare(checked: Checked, ledger: _Ledger) -> None:
    """Refuse a sheet whose values stand nowhere; say which columns are not read."""
    table = ledger.table
    own = any(key.startswith(OWN_COLUMN) for key in table.header.columns)
    periods_of = [column for column, span in table.spans.items() if span.kind in FREQUENCIES]
    if not own and not periods_of and not any(key in table.header.columns for key in PARTS):
        raise UserError("没有认出数值的列：应有“数值”列，或每期一列，或每个指标一列。", field="file")
    if own and any(key in table.header.columns for key in ("code", "name")):
        for key in [key for key in table.header.columns if key.startswith(OWN_COLUMN)]:
            del table.header.columns[key]
    for column, span in table.spans.items():
        if span.kind == RUNNING:
            checked.warn_header(column, "这一列是累计数，不是一期的数，没有读取。")


def _read(checked: Checked, row: Row, ledger: _Ledger) -> list[ValueRow]:
    organisation = ledger.organisations.of(checked, row)
    places = _places(checked, row, ledger)
    note = text_of(checked, row, "note", collecting.NOTE_LENGTH)
    found = []
    for place in places:
        if place.indicator is None:
            continue
        numbers = _numbers(checked, row, place, ledger)
        if numbers is None or all(number is None for number in numbers.values()):
            continue
        member = _member(checked, row, place.indicator)
        if organisation is None or place.period is None or member is None:
            continue
        found.append(
            ValueRow(row, place.key, place.indicator, organisation, place.period, member, note=note, **numbers)
        )
    return found


def _places(checked, row: Row, ledger: _Ledger) -> list[_Cell]:
    """Return the cells of the row that may hold values."""
    header, spans = ledger.table.header, ledger.table.spans
    own = [key for key in header.columns if key.startswith(OWN_COLUMN)]
    if own:
        period = _period(checked, row, ledger)
        by_pk = ledger.indicators.by_pk
        return [_Cell(key, by_pk[int(key.removeprefix(OWN_COLUMN))], period) for key in own if key in row.cells]
    indicator = ledger.indicators.of(checked, row, ledger.title)
    columns = {column: span for column, span in spans.items() if span.kind in FREQUENCIES}
    if columns and not any(key in header.columns for key in PARTS):
        fitting = {c: s for c, s in columns.items() if indicator and FREQUENCIES[s.kind] == indicator.frequency}
        if fitting:
            _check_total(checked, row, indicator, fitting, ledger)
        return [
            _Cell(f"span:{c}", indicator, s.period)
            for c, s in (fitting or columns).items()
            if f"span:{c}" in row.cells
        ]
    return [_Cell("value", indicator, _period(checked, row, ledger))]


def _period(checked, row: Row, ledger: _Ledger) -> str | None:
    cell = row.cells.get("period")
    if cell is None or (is_empty(cell.text) and not checked.table.is_broken(cell)):
        if ledger.period is None or "period" in ledger.table.header.columns:
            checked.error(row, "period", "没有写是哪一期的数据。")
            return None
        return ledger.period
    if checked.table.is_broken(cell):
        return None
    try:
        return read_period(cell.value, year_of(ledger.table, ledger.asked.on))
    except ValueError as reason:
        checked.error(row, "period", str(reason), cell)
        return None


def _numbers(checked, row: Row, place: _Cell, ledger: _Ledger) -> dict | None:
    """Return the numbers at a place in the indicator's unit; None after an error."""
    keys = {"value": place.key}
    if place.key == "value":
        keys |= {"numerator": "numerator", "denominator": "denominator"}
    numbers = dict.fromkeys(PARTS)
    for name, key in keys.items():
        cell = row.cells.get(key)
        if cell is None:
            continue
        if checked.table.is_broken(cell):
            return None
        try:
            numbers[name] = _number(checked, row, name, key, cell, place.indicator, ledger)
        except ValueError as reason:
            checked.error(row, key, str(reason), cell)
            return None
    return numbers


def _number(checked, row, name, key, cell, indicator, ledger) -> Decimal | None:
    percent = place_of(cell) in checked.table.sheet.percents
    if name != "value":  # a share's parts have units of their own
        read = read_number(cell.value, unit="", is_percent_cell=False)
    else:
        given = _given_unit(row, cell, indicator, ledger)
        if percent and indicator.unit not in ("%", "百分点", "‰"):
            percent = False
        read = read_number(cell.value, unit=indicator.unit, given=given, is_percent_cell=percent)
    if read.doubt:
        checked.warn(row, key, read.doubt, cell)
    if read.value is None:
        return None
    if abs(read.value) >= collecting.LARGEST:
        raise ValueError("数值太大，请核对单位。")
    return read.value.quantize(SMALLEST, ROUND_HALF_UP)


def _given_unit(row, cell, indicator, ledger) -> str:
    """Return the unit of a bare number: its row's, its column's, the sheet's. Raises ValueError for no unit."""
    if written := said(row, "unit"):
        if not is_unit(written) and squeeze(written) not in _units(ledger):
            raise ValueError(f"不认识的计量单位“{written[:12]}”。")
        return squeeze(written)
    header = ledger.table.header.words.get(cell.column, "")
    if unit := unit_in(header):
        return unit
    for words in re.findall(r"\(([^()]*)\)", header.rsplit("/", 1)[-1]):
        if squeeze(words) in _units(ledger):
            return squeeze(words)
    return ledger.corner if ledger.corner and factor(ledger.corner, indicator.unit) is not None else ""


def _units(ledger) -> set[str]:
    if "units" not in ledger.seen:
        ledger.seen["units"] = {squeeze(one.unit) for one in ledger.indicators.by_pk.values()}
    return ledger.seen["units"]


def _member(checked, row: Row, indicator: Indicator) -> str | None:
    text = said(row, "member")
    if not text or text in ("合计", "全部", "总计"):
        return ""
    known = members_of(indicator)
    found = next((one for one in known if squeeze(text) in (one, one.rstrip("省市"))), None)
    if found is None:
        words = f"应为{'、'.join(known)}或空着" if known else "这个指标不分组"
        checked.error(row, "member", f"不认识的分组“{text[:20]}”，{words}。")
    return found


def _check_total(checked, row, indicator, columns, ledger) -> None:
    """A total column of an indicator that adds up over time is held against its periods."""
    totals = [c for c, span in ledger.table.spans.items() if span.kind == TOTAL and f"span:{c}" in row.cells]
    if not totals or indicator.over_time != Indicator.Aggregation.SUM:
        return
    try:
        summed = sum(_plain(checked, row, c, indicator, ledger) for c in columns if f"span:{c}" in row.cells)
        for column in totals:
            total = _plain(checked, row, column, indicator, ledger)
            if abs(total - summed) > Decimal("0.06"):
                message = f"这一格 {trim(total)}，各期之和 {trim(summed)}，两者不符，请核对。"
                checked.warn(row, f"span:{column}", message)
    except ValueError:
        return  # said at the cell that is no number


def _plain(checked, row, column, indicator, ledger) -> Decimal:
    cell = row.cells[f"span:{column}"]
    given = _given_unit(row, cell, indicator, ledger)
    return read_number(cell.value, unit=indicator.unit, given=given).value or Decimal(0)


# --- rules -------------------------------------------------------------------------------------------


def _apply(checked: Checked, value: ValueRow, ledger: _Ledger, standing: Standing) -> bool:
    """Hold a value against the rules and what stands; return whether it is to be written."""
    indicator, organisation = value.indicator, value.organisation
    if reason := _closed(value, ledger):
        key = "period" if "期间" in reason or "开放" in reason or "锁定" in reason else value.key
        checked.error(value.row, key if key in value.row.cells else value.key, reason)
        return False
    if ledger.own is not None and not _reports(indicator, organisation):
        key = next((key for key in ("name", "code", value.key) if key in value.row.cells), "name")
        checked.error(value.row, key, f"“{indicator.name}”不由{organisation.short}填报。")
        return False
    mark = (indicator.pk, organisation.pk, value.member, value.period)
    if mark in ledger.seen:
        checked.error(value.row, value.key, f"与第 {ledger.seen[mark]} 行是同一指标、单位和期间，只能写一次。")
        return False
    ledger.seen[mark] = value.row.index + 1
    try:
        numbers = {name: None if getattr(value, name) is None else f"{getattr(value, name):f}" for name in PARTS}
        entry = collecting.check_entry(indicator, **numbers, note=value.note)
    except UserError as refusal:
        key = (
            refusal.field if refusal.field in value.row.cells or refusal.field in ledger.table.header.columns else None
        )
        checked.error(value.row, key or value.key, refusal.message)
        return False
    value.value, value.numerator, value.denominator = entry.value, entry.numerator, entry.denominator
    value.odd = collecting.departure_text(
        indicator, entry.value, standing.history(indicator, organisation, value.member, value.period)
    )
    standing.learn(indicator, organisation, value.member, value.period, entry.value)
    return _differs(checked, value, standing.rows.get((*mark[:3], value.period)))


def _closed(value: ValueRow, ledger: _Ledger) -> str:
    """Return why nothing can be entered. The office also enters what nobody has to report: published figures."""
    indicator = value.indicator
    if ledger.own is None and not indicator.rule and indicator.reported_by == Indicator.ReportedBy.NONE:
        indicator = copy.copy(indicator)
        indicator.reported_by = Indicator.ReportedBy.CITY
        if indicator.frequency == Indicator.Frequency.ONCE:
            indicator.frequency = collecting.frequency_of(value.period)
    locked = collecting.closing_month(value.period) in ledger.locked
    return collecting.why_closed(indicator=indicator, period=value.period, on=ledger.asked.on, locked=locked)


def _reports(indicator: Indicator, organisation) -> bool:
    """Whether the organisation is one of those that report the indicator."""
    by, kind = Indicator.ReportedBy, organisation.kind
    if indicator.reported_by == by.COUNTIES:
        return kind == "county" or (kind == "zone" and organisation.category == "县市区考核")
    if indicator.reported_by == by.DEPARTMENTS:
        return kind == "department"
    if indicator.reported_by == by.CITY:
        return kind == "city"
    return indicator.reported_by == by.OWNER and indicator.owner_id == organisation.pk


def _differs(checked, value: ValueRow, now: Observation | None) -> bool:
    if now is not None:
        if all(getattr(now, name) == getattr(value, name) for name in PARTS) and value.note in ("", now.note):
            return False
        if not is_draft(now):
            message = f"这一期{state_word(now)}，为 {trim(now.value)}，不能用台账改动；需要修改的，请退回或更正。"
            checked.error(value.row, value.key, message)
            return False
        value.standing = now
    if value.odd:
        checked.warn(value.row, value.key, value.odd)
    return True


def _shown(row: Row, values: list[ValueRow]) -> dict:
    first = values[0] if values else None
    shown = {
        "row": row.index + 1,
        "organisation": first.organisation.short if first else said(row, "organisation"),
        "indicator": first.indicator.code if first else said(row, "code"),
        "name": first.indicator.name if first else said(row, "name"),
        "unit": first.indicator.unit if first else "",
    }
    if len(values) > 1:
        one = len({value.indicator.pk for value in values}) == 1
        cells = {value.period if one else value.indicator.code: _plain_text(value.value) for value in values}
        if not one:
            shown |= {"indicator": "", "name": "", "unit": "", "period": first.period}
        return shown | {"values": cells}
    return shown | {
        "period": first.period if first else None,
        "member": first.member if first else "",
        "value": _plain_text(first.value) if first else None,
        "numerator": _plain_text(first.numerator) if first else None,
        "denominator": _plain_text(first.denominator) if first else None,
    }


def _plain_text(number: Decimal | None) -> str | None:
    return None if number is None else trim(number)
