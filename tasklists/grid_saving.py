"""Saving many rows of the month grid at once: each over the version its editor has seen, none at another's cost."""

import re
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction

from common import audit, bulk, grids
from common.errors import UserError
from common.versions import StaleVersion
from tasklists import corrections, reporting
from tasklists.models import Assignment, ProgressReport

COLUMNS = ("text", "percent", "status", "difficulty")
LABELS = {"text": "本期进展", "difficulty": "存在困难"}
LENGTHS = {"text": 2000, "difficulty": 1000}
SAVED = "保存填报"
_WHOLE = re.compile(r"^-?\d{1,6}\Z")


@dataclass(frozen=True)
class Row:
    """What an editor sends of one part: the version seen (0 for a month without report) and the columns.

    ``refusal`` holds why the columns cannot be stored; ``values`` is None then.
    """

    part_id: int
    version: int
    values: dict | None = None
    refusal: UserError | None = None


@dataclass(frozen=True)
class Answer:
    """What became of one row: "saved", "submitted", "refused" (message, field), "stale" (report is the newer one)."""

    state: str
    report: ProgressReport | None = None
    message: str = ""
    field: str = ""


def read_rows(sent: list[grids.SentRow]) -> list[Row]:
    """Return the rows of a request. Raises UserError when they are not what the grid sends.

    Only the part, its version and the grid's columns are read; what else was posted changes nothing.
    """
    if not all(type(row.key) is int for row in sent):
        raise UserError(grids.NOTHING)
    return [_read_row(row) for row in sent]


def _read_row(row: grids.SentRow) -> Row:
    try:
        return Row(row.key, row.version, values=_read_values(row.sent))
    except UserError as refusal:
        return Row(row.key, row.version, refusal=refusal)


def _read_values(sent: dict) -> dict:
    values = {"status": str(sent.get("status") or ""), "percent": _read_percent(sent.get("percent"))}
    if values["status"] not in ProgressReport.Status.values:
        raise UserError("请从列出的状态中选择。", field="status")
    for name, most in LENGTHS.items():
        text = str(sent.get(name) or "").replace("\r\n", "\n").strip()
        if len(text) > most:
            raise UserError(f"{LABELS[name]}最多 {most} 字，现有 {len(text)} 字，未保存。", field=name)
        if not grids.is_storable(text):
            raise UserError(f"{LABELS[name]}含有无法保存的字符，请删去后重试。", field=name)
        values[name] = text
    return values


def _read_percent(sent) -> int:
    text = str(sent if sent is not None else "").strip().rstrip("%％").strip()
    if not text:
        raise UserError("请填写完成百分比（0—100）。", field="percent")
    if not _WHOLE.match(text):
        raise UserError("完成百分比应为 0—100 的整数。", field="percent")
    percent = int(text)
    if not 0 <= percent <= 100:
        raise UserError(f"完成百分比应为 0—100，现填 {percent}，未保存。", field="percent")
    return percent


def save_rows(*, parts: dict[int, Assignment], period: str, rows: list[Row], by, on: date) -> dict[int, Answer]:
    """Save what can be saved of ``rows`` in one transaction and return an answer per part.

    ``parts`` are the organisation's own, by key, with item, list and ``item_state`` read. A dozen queries.
    """
    try:
        with transaction.atomic():
            return _save_rows(parts, period, rows, by, on)
    except IntegrityError:  # a colleague was first with one of the new reports: it is seen this time
        with transaction.atomic():
            return _save_rows(parts, period, rows, by, on)


def _save_rows(parts, period, rows, by, on):
    locked = reporting.is_locked(period)
    found = ProgressReport.objects.select_for_update().filter(assignment__in=list(parts), period=period)
    reports = {report.assignment_id: report for report in found}
    answers, fresh, traces = {}, [], []
    for row in rows:
        part, report = parts[row.part_id], reports.get(row.part_id)
        try:
            _check(part, report, row, period, by, on, locked)
            if report is None:
                report = ProgressReport(assignment=part, period=period, **row.values)
                fresh.append(report)
            elif not _holds(report, row.values):
                traces.append(_change(report, row))
            answers[row.part_id] = Answer("saved", report)
        except StaleVersion as stale:
            answers[row.part_id] = Answer("stale", stale.current, str(stale))
        except UserError as refusal:
            answers[row.part_id] = Answer("refused", report, refusal.message, refusal.field or "")
    _write([report for report, *_ in traces])
    _create(fresh, period, on)
    new = [(report, None, {"period": period} | _values_of(report)) for report in fresh]
    corrections.record_changes(new + traces, period=period, by=by, on=on)
    audit.record_many(by=by, action=SAVED, changes=new + traces)
    return answers


def _check(part, report, row, period, by, on, locked):
    """Raise UserError or StaleVersion when the row cannot be stored."""
    reporting.check_reporter(part, by)
    if reason := reporting.closed_reason(assignment=part, period=period, on=on, locked=locked, state=part.item_state):
        raise UserError(reason)
    if report is not None and report.state not in reporting.EDITABLE:
        raise UserError(f"本期填报{report.get_state_display()}，不能修改；需要修改时请审核人退回。")
    if row.refusal:
        raise row.refusal
    if report is None:
        if row.version:
            raise UserError("这份填报已经不在，请刷新页面。")
    elif report.version != row.version and not (report.version == row.version + 1 and _holds(report, row.values)):
        raise StaleVersion(report)


def _holds(report, values) -> bool:
    return all(getattr(report, name) == value for name, value in values.items())


def _values_of(report) -> dict:
    return {name: getattr(report, name) for name in reporting.FIELDS}


def _change(report, row) -> tuple:
    """Set the row's values; return (report, before, after) for the trail."""
    before = _values_of(report)
    for name, value in row.values.items():
        setattr(report, name, value)
    return report, before, _values_of(report)


def _write(reports: list[ProgressReport]) -> None:
    """Write the changed reports, each over the version it was locked in."""
    changes = ((r.pk, r.version, {name: getattr(r, name) for name in COLUMNS}) for r in reports)
    if bulk.change(ProgressReport, changes) < len(reports):
        raise IntegrityError("a locked report was changed")
    for report in reports:
        report.version += 1


def _create(fresh: list[ProgressReport], period: str, on: date) -> None:
    """Create the new reports; the grid has no column for the outlook, so the last approved one stands on."""
    if not fresh:
        return
    earlier = ProgressReport.objects.approved(on).filter(
        assignment__in=[report.assignment_id for report in fresh], period__lt=period
    )
    last = dict(earlier.order_by("period").values_list("assignment_id", "outlook"))
    for report in fresh:
        report.outlook = last.get(report.assignment_id, ProgressReport.Outlook.ON_TIME)
    ProgressReport.objects.bulk_create(fresh)


def submit_rows(*, parts: dict[int, Assignment], period: str, rows: list[Row], by, on: date) -> dict[int, Answer]:
    """Hand in, in one transaction, every row that can go in the version its editor has seen; an answer per part."""
    with transaction.atomic():
        found = ProgressReport.objects.select_for_update().filter(assignment__in=list(parts), period=period)
        reports = {report.assignment_id: report for report in found}
        return {row.part_id: _submit(reports.get(row.part_id), row, by, on) for row in rows}


def _submit(report, row, by, on) -> Answer:
    if report is None:
        return Answer("refused", None, "本期还没有填报，填好并保存后再提交。")
    if report.state == reporting.State.SUBMITTED and report.submitted_by_id == by.pk:
        return Answer("submitted", report)  # the same act sent again
    if report.version != row.version:
        return Answer("stale", report, "这一行刚被他人改过，请对照后再提交。")
    try:
        return Answer("submitted", reporting.submit_report(report=report, by=by, on=on))
    except UserError as refusal:
        return Answer("refused", report, refusal.message, refusal.field or "")
