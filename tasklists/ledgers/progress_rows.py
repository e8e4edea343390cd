"""Checking a ledger of progress: which task and part each row means, and what it would change."""

from dataclasses import dataclass
from datetime import date

from common import periods
from common.ledgers.checked import PREVIEW_ROWS, Checked, check_formulas, check_looks
from common.ledgers.table import Row, Table
from common.ledgers.values import read_percent, read_status, written_as_fractions
from common.ledgers.words import is_empty, squeeze, tidy
from tasklists.ledgers.fields import PROGRESS, labels
from tasklists.ledgers.parts import Parts
from tasklists.models import Assignment, ProgressReport
from tasklists.reporting import EDITABLE, FIELDS, closed_reason

Status = ProgressReport.Status
STATUS_WORD = 8  # a progress text of at most so many characters may be a status word
LENGTHS = {"text": 2000, "difficulty": 1000}
# What each status word means for a report; words of halted tasks are the office's to decide, not a report's.
STATUS_OF = {
    "done": Status.CLAIMED,
    "ahead": Status.UNDER_WAY,
    "on_track": Status.UNDER_WAY,
    "in_progress": Status.UNDER_WAY,
    "ongoing": Status.UNDER_WAY,
    "behind": Status.UNDER_WAY,
    "not_started": Status.NOT_STARTED,
}
OUTLOOKS = {label: value for value, label in ProgressReport.Outlook.choices}
OUTLOOKS |= {"能": "on_time", "是": "on_time", "按期完成": "on_time", "风险": "at_risk"}
OUTLOOKS |= {"不能": "late", "否": "late", "延期": "late"}


@dataclass
class ProgressRow:
    """A row that changes a part's report: the report as it stands (None for a month without), and its new values."""

    part: Assignment
    report: ProgressReport | None
    values: dict


def period_of_table(table: Table, day: date) -> str:
    """Return the month of the sheet: named in its title or name, else its last month's column, else today's."""
    if table.period:
        return table.period
    if table.header.months:
        year = table.year or day.year
        return max(month if month[0] != "-" else f"{year}{month}" for month in table.header.months)
    return periods.period_of(day)


def check_progress(table: Table, *, parts: Parts, period: str, on: date, progress=None) -> Checked:
    """Return the checked ledger for ``period``. ``parts`` are those that may be reported of."""
    checked = Checked(PROGRESS, table, labels(PROGRESS), rows=len(table.rows), period=period)
    _use_month(table, period)
    fractions = written_as_fractions(
        row.cells["percent"].value
        for row in table.rows
        if "percent" in row.cells and _place(row.cells["percent"]) not in table.sheet.percents
    )
    found, seen = [], {}
    for place, row in enumerate(table.rows):
        check_formulas(checked, row)
        part = parts.find(checked, row)
        if part is None:
            _given(checked, row, fractions)  # its other cells are checked all the same
        elif part.pk in seen:
            checked.error(row, parts.key_of(row), f"与第 {seen[part.pk]} 行是同一项任务，同一单位只能填一行。")
        else:
            seen[part.pk] = row.index + 1
            _row(checked, row, part, parts, period, on, fractions, found)
        if progress and place % 500 == 0:
            progress(place, len(table.rows))
    check_looks(checked, ("title", "measures"), "任务")
    checked.ready = [] if checked.errors else found
    return checked


def _use_month(table: Table, period: str) -> None:
    """In a sheet with a column per month, the period's column is the progress: its text, or its percent."""
    month = period[4:]
    key = period if period in table.header.months else month if month in table.header.months else None
    if key is None:
        return
    cells = [row.cells[f"month:{key}"] for row in table.rows if f"month:{key}" in row.cells]
    numbers = sum(squeeze(cell.text).rstrip("%").replace(".", "").isdigit() for cell in cells)
    field = "percent" if numbers * 2 > len(cells) else "text"
    table.header.columns[field] = table.header.months[key]
    for row in table.rows:
        row.cells.pop(field, None)
        if cell := row.cells.get(f"month:{key}"):
            row.cells[field] = cell


def _row(checked, row, part, parts, period, on, fractions, found) -> None:
    report = parts.reports.get(part.pk)
    given = _given(checked, row, fractions)
    values = _values(checked, row, given, report, parts.previous.get(part.pk)) if given else None
    if row.index not in checked.bad_rows and values is not None:
        if report and all(getattr(report, name) == values[name] for name in FIELDS):
            checked.unchanged += 1
        elif reason := _refusal(part, report, parts, period, on):
            checked.error(row, parts.key_of(row), reason)
        else:
            found.append(ProgressRow(part, report, values))
    elif not given:
        checked.unchanged += 1
    if len(checked.preview) < PREVIEW_ROWS:
        checked.preview.append(_shown(row, part, period, values))


def _refusal(part, report, parts, period, on) -> str:
    state = parts.states.get(part.item_id, "open")
    if reason := closed_reason(assignment=part, period=period, on=on, locked=parts.locked, state=state):
        return reason
    if report and report.state not in EDITABLE:
        return f"本期填报{report.get_state_display()}，不能修改；需要修改时请审核人退回。"
    return ""


def _given(checked, row: Row, fractions) -> dict:
    """Return the fields that the row fills in, read; problems are noted at their cells."""
    given = {}
    table = checked.table
    if (cell := row.cells.get("percent")) and not table.is_broken(cell):
        try:
            percent = read_percent(
                cell.value, is_percent_cell=_place(cell) in table.sheet.percents, fractions=fractions
            )
        except ValueError as reason:
            checked.error(row, "percent", str(reason), cell)
        else:
            if percent is not None:
                given["percent"] = percent
    if (cell := row.cells.get("status")) and not table.is_broken(cell):
        _read_status(checked, row, cell, given)
    if (cell := row.cells.get("outlook")) and not is_empty(cell.text):
        outlook = OUTLOOKS.get(squeeze(cell.text))
        if outlook is None:
            checked.error(row, "outlook", "预计应为能按期完成、有风险或预计延期。", cell)
        else:
            given["outlook"] = outlook
    for key, most in LENGTHS.items():
        cell = row.cells.get(key)
        if cell is None or table.is_broken(cell) or is_empty(cell.text):
            continue
        text = tidy(cell.text)
        if len(text) > most:
            checked.error(row, key, f"超过 {most} 字，现有 {len(text)} 字。", cell)
        given[key] = text
        if key == "text" and "status" not in table.header.columns and len(text) <= STATUS_WORD:
            _status_in_text(text, given)
    return given


def _status_in_text(text: str, given: dict) -> None:
    """A sheet without a status column often writes 已完成 or 完成60% as the progress itself."""
    try:
        read = read_status(text)
    except ValueError:
        return
    if read.status in STATUS_OF:
        given["status"] = STATUS_OF[read.status]
        if read.percent is not None:
            given.setdefault("percent", int(read.percent))


def _read_status(checked, row, cell, given) -> None:
    header = checked.table.header.label("status")
    in_percents = _place(cell) in checked.table.sheet.percents
    if in_percents or (isinstance(cell.value, int | float) and not isinstance(cell.value, bool)):
        try:  # a column 进度 that holds numbers
            given.setdefault("percent", read_percent(cell.value, is_percent_cell=in_percents))
        except ValueError as reason:
            checked.error(row, "status", str(reason), cell)
        return
    labels = {label: value for value, label in Status.choices}
    if squeeze(cell.text) in labels:
        given["status"] = labels[squeeze(cell.text)]
        return
    try:
        read = read_status(cell.value, header=header)
    except ValueError as reason:
        checked.error(row, "status", str(reason), cell)
        return
    if read.status == "empty":
        return
    if read.status in STATUS_OF:
        given["status"] = STATUS_OF[read.status]
    elif read.status == "ambiguous":
        checked.error(row, "status", f"“{cell.text}”的意思不清楚：列名应写明是否完成还是是否达序。", cell)
        return
    else:
        checked.error(row, "status", "中止、取消须由协调办办理，不能用填报导入。", cell)
        return
    if read.status == "behind":
        given.setdefault("outlook", "at_risk")
        checked.warn(row, "status", f"“{cell.text}”记为推进中，预计为有风险，请核对。", cell)
    if read.percent is not None:
        given.setdefault("percent", int(read.percent))


def _values(checked, row, given, report, previous) -> dict | None:
    """Return the report's full values: what the row gives over what stands there."""
    values = {"status": None, "percent": None, "text": "", "difficulty": "", "outlook": "on_time"}
    if report:
        values = {name: getattr(report, name) for name in FIELDS}
        kept = {key for key in LENGTHS if key in given and given[key] == tidy(values[key])}
        given = {key: value for key, value in given.items() if key not in kept}
    values |= given
    if "percent" not in given:
        if given.get("status") == Status.CLAIMED:
            values["percent"] = 100
        elif given.get("status") == Status.NOT_STARTED:
            values["percent"] = 0
        elif values["percent"] is None and previous is not None:
            values["percent"] = previous
            checked.warn(row, "percent", f"没有填写完成百分比，沿用上期的 {previous}%，请核对。")
    if values["percent"] is None and row.index not in checked.bad_rows:
        checked.error(row, "percent", "没有填写完成百分比（0—100）。")
    values["status"] = values["status"] or Status.UNDER_WAY
    if values["status"] == Status.CLAIMED and values["percent"] not in (None, 100):
        cell = row.cells.get("percent") or row.cells.get("status")
        checked.error(row, "percent", f"状态为完成，完成百分比却是 {values['percent']}，两处应一致。", cell)
    if values["status"] == Status.NOT_STARTED and values["percent"]:
        cell = row.cells.get("percent") or row.cells.get("status")
        checked.error(row, "percent", f"状态为未启动，完成百分比却是 {values['percent']}，两处应一致。", cell)
    return None if row.index in checked.bad_rows else values


def _shown(row, part, period, values) -> dict:
    shown = {"row": row.index + 1, "organisation": part.organisation.short, "list": part.item.task_list.short}
    shown |= {"code": part.item.code, "title": part.item.title, "period": period}
    return shown | ({name: values[name] for name in FIELDS} if values else dict.fromkeys(FIELDS))


def _place(cell) -> tuple[int, int]:
    return cell.row, cell.column
