"""Saving the lines of a county's month: each over the version its editor has seen, none at another's cost."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction

from common import audit, grids
from common.errors import UserError
from common.typed_amounts import read_typed_amount
from common.versions import StaleVersion
from projects.entries import NOTE_LIMIT, may_enter
from projects.entry_facts import books, place_of
from projects.entry_rules import Entry, questions, refusals
from projects.models import MonthLine, Project, ProjectFile
from projects.money_forms import VOUCHER_KINDS
from projects.month.standing import is_stated, month_of

COLUMNS = ("amount", "voucher_kind", "voucher_number", "note")
NOTHING_ADDED = ("无新增", "无")  # as the page and counties' own sheets write a month without money
SAVED = "保存资金月报"
NUMBER_LIMIT = 60


@dataclass(frozen=True)
class Answer:
    """What became of one row: "saved", "cleared", "submitted", "refused" (message, field), "ask" (an amount that
    looks like a slip in the unit is to be confirmed) or "stale" (line is the newer one)."""

    state: str
    line: MonthLine | None = None
    message: str = ""
    field: str = ""


class _Ask(Exception):
    """The amount is to be confirmed first."""


def save_rows(*, kind: str, period: str, rows: list[grids.SentRow], by, on: date) -> dict[int, Answer]:
    """Save what can be saved of ``rows`` (by project) in one transaction; an answer per project.

    The projects are the organisation's own. An emptied line is taken away; 0 says 无新增. A dozen queries and one
    more per row that changes an existing line.
    """
    try:
        with transaction.atomic():
            return _save_rows(kind, period, rows, by, on)
    except IntegrityError:  # a colleague was first with one of the new lines: it is seen this time
        with transaction.atomic():
            return _save_rows(kind, period, rows, by, on)


def _save_rows(kind, period, rows, by, on):
    month = month_of(
        organisation_id=by.organisation_id,
        kind=kind,
        period=period,
        today=on,
        only=[row.key for row in rows],
        hold=True,
    )
    vouchers = _Vouchers(month, rows, by)
    answers, fresh, traces, gone = {}, [], [], []
    for row in rows:
        line = month.lines.get(row.key)
        try:
            values = _check(month, row, line, vouchers, by)
            if values is None:
                if line is not None:
                    gone.append((line, values_of(line), None))
                answers[row.key] = Answer("cleared")
                continue
            vouchers.take(month.projects[row.key], values)
            if line is None:
                line = MonthLine(
                    kind=kind,
                    project=month.projects[row.key],
                    month=period,
                    saved_by=by,
                    **_stored(month, row.key, values),
                )
                fresh.append(line)
            elif not _holds(line, values):
                traces.append(_change(line, row.version, values, by))
            answers[row.key] = Answer("saved", line)
        except StaleVersion as stale:
            answers[row.key] = Answer("stale", stale.current, str(stale))
        except _Ask as question:
            answers[row.key] = Answer("ask", line, str(question), "amount")
        except UserError as refusal:
            field = refusal.field if refusal.field in COLUMNS else "amount"
            answers[row.key] = Answer("refused", line, refusal.message, field)
    MonthLine.objects.bulk_create(fresh)
    MonthLine.objects.filter(pk__in=[line.pk for line, *_ in gone]).delete()
    audit.record_many(by=by, action=SAVED, changes=[(line, None, values_of(line)) for line in fresh] + traces)
    audit.record_many(by=by, action="清空资金月报行", changes=gone)
    return answers


def _check(month, row, line, vouchers, by) -> dict | None:
    """Return the line's values, None when it was emptied. Raises UserError, StaleVersion or _Ask."""
    pk = row.key
    if pk not in month.projects:
        raise UserError("这个项目本月没有要申报的资金，请刷新页面。")
    if not may_enter(by, month.projects[pk]):
        raise UserError("只有项目落地县市区的填报员可以申报资金。")
    if reason := month.why_closed(pk):
        raise UserError(reason)
    if is_stated(line):
        raise UserError("本月已报无新增；确有新增的，请用“改报一笔”。")
    returned = month.returned(pk)
    if line is None and returned is None and month.claimed(pk):
        raise UserError("本月已经申报过；再有新增的，请用“再报一笔”。")
    values = read_cells(row.sent, month.kind, kept=_kept_kind(line, returned))
    if line is None:
        if row.version:
            raise UserError("这一行已被清空或提交，请刷新页面。")
    elif line.version != row.version and not (
        line.version == row.version + 1 and values is not None and _holds(line, values)
    ):
        raise StaleVersion(line)
    if values is None:
        if returned is not None:
            raise UserError("退回的申报不能清空；不再申报的，请打开这一笔撤回。")
        return None
    if values["amount"] == 0:
        if returned is not None:
            raise UserError("退回的申报不能改为无新增；不再申报的，请打开这一笔撤回。")
        return values
    _check_amount(month, row, line, values, vouchers, returned)
    return values


def _check_amount(month, row, line, values, vouchers, returned):
    pk = row.key
    file = line.voucher_file if line else returned.voucher_file if returned and month.kind == "funds" else None
    entry = Entry(
        amount=values["amount"],
        month=month.period,
        voucher_kind=values["voucher_kind"],
        voucher_number=values["voucher_number"],
        voucher_sha256=file.sha256 if file else "",
    )
    if found := refusals(entry, month.facts[pk], vouchers.books):
        raise UserError(found[0].message, field=found[0].field)
    vouchers.check(pk, values)
    seen = line.amount if line else returned.amount if returned else None
    confirmed = row.sent.get("confirmed") is True or seen == values["amount"]
    if not confirmed and (asked := questions(entry, month.facts[pk])):
        raise _Ask("".join(asked))


class _Vouchers:
    """Where the vouchers of a request are used already: in the ledger, and in the county's other lines."""

    def __init__(self, month, rows, by):
        numbers = [
            (str(row.sent.get("voucher_kind") or ""), " ".join(str(row.sent.get("voucher_number") or "").split()))
            for row in rows
            if month.kind == "funds"
        ]
        numbers = [pair for pair in numbers if grids.is_storable("".join(pair))]
        hashes = [line.voucher_file.sha256 for line in month.lines.values() if line.voucher_file]
        without = [entry.pk for pk in month.projects if (entry := month.returned(pk))]
        self.books = books(on=month.today, hashes=hashes, numbers=numbers, without=without)
        self.month = month
        lines = MonthLine.objects.filter(kind="funds", project__county=by.organisation_id).exclude(voucher_number="")
        self.used = {
            (line.voucher_kind, line.voucher_number): (line.project_id, line.month, line.project.name, line.amount)
            for line in lines.select_related("project")
            if month.kind == "funds"
        }

    def check(self, pk, values):
        key = values["voucher_kind"], values["voucher_number"]
        used = self.used.get(key) if values["voucher_number"] else None
        if used and used[:2] != (pk, self.month.period):
            where = place_of(used[2], used[1], used[3])
            raise UserError(f"{' '.join(key).strip()} 已填在{where}，一份凭证只能申报一次。", field="voucher_number")

    def take(self, project: Project, values):
        if values["voucher_number"]:
            key = values["voucher_kind"], values["voucher_number"]
            self.used[key] = (project.pk, self.month.period, project.name, values["amount"])


def _kept_kind(line, returned) -> str:
    """The voucher's kind as it stands: sheets may have brought one that the list does not offer."""
    row = line or returned
    return getattr(row, "voucher_kind", "") if row else ""


def read_cells(sent: dict, kind: str, *, kept: str = "") -> dict | None:
    """Return a line's values from its cells as typed; None when they are all empty. Raises UserError at a column.

    ``kept`` is a kind of voucher that may stay though it is not in the list.
    """
    cells = {name: str(sent.get(name) if sent.get(name) is not None else "") for name in COLUMNS}
    cells = {name: " ".join(text.split()) for name, text in cells.items()}
    if kind != MonthLine.Kind.FUNDS:
        cells |= {"voucher_kind": "", "voucher_number": ""}
    for name, text in cells.items():
        if not grids.is_storable(text):
            raise UserError("含有无法保存的字符，请删去后重试。", field=name)
    if not any(cells.values()):
        return None
    if len(cells["note"]) > NOTE_LIMIT:
        raise UserError(f"说明最多 {NOTE_LIMIT} 字，现有 {len(cells['note'])} 字。", field="note")
    if len(cells["voucher_number"]) > NUMBER_LIMIT:
        raise UserError(f"凭证号最多 {NUMBER_LIMIT} 个字。", field="voucher_number")
    if cells["voucher_kind"] and cells["voucher_kind"] not in (*VOUCHER_KINDS, kept):
        raise UserError("请从列出的凭证种类中选择。", field="voucher_kind")
    if not cells["amount"]:
        raise UserError("请填写金额；没有新增的填 0。", field="amount")
    if cells["amount"] in NOTHING_ADDED:
        cells["amount"] = "0"
    amount, cells["understood"] = read_typed_amount(cells["amount"][:40], field="amount")
    if amount == Decimal(0) and not _says_zero(cells["amount"]):
        raise UserError(f"“{cells['amount'][:30]}”不足 0.01 万元，请核对单位；没有新增的填 0。", field="amount")
    if amount == 0 and (cells["voucher_kind"] or cells["voucher_number"]):
        field = "voucher_number" if cells["voucher_number"] else "voucher_kind"
        raise UserError("无新增（0）不用凭证，请清空凭证，或填写金额。", field=field)
    del cells["understood"]
    return cells | {"amount": amount}


def _says_zero(text: str) -> bool:
    return not any(char in "123456789一二三四五六七八九十百千两" for char in text)


def _stored(month, pk, values) -> dict:
    """The values of a new line; one that corrects a returned claim begins with its voucher's file."""
    returned = month.returned(pk)
    file = returned.voucher_file if returned is not None and month.kind == "funds" else None
    return values | {"voucher_file": file}


def values_of(line: MonthLine) -> dict:
    """Return what the trail keeps of a line."""
    names = ("kind", "project_id", "month", *COLUMNS, "voucher_file_id", "stated_on")
    return {name: getattr(line, name) for name in names}


def _holds(line, values) -> bool:
    return all(getattr(line, name) == value for name, value in values.items())


def _change(line, version, values, by) -> tuple:
    """Write the values over the line's version; return (line, before, after) for the trail."""
    before = values_of(line)
    changes = values | {"saved_by": by, "version": version + 1}
    if values["amount"] == 0:
        changes["voucher_file"] = None
    if not MonthLine.objects.filter(pk=line.pk, version=version).update(**changes):
        raise StaleVersion(MonthLine.objects.get(pk=line.pk))
    for name, value in changes.items():
        setattr(line, name, value)
    return line, before, values_of(line)


@transaction.atomic
def attach_voucher(*, kind: str, period: str, project: Project, file: ProjectFile, by, on: date) -> MonthLine:
    """Put the voucher's file beside the line and return it; of a returned claim a line is begun with what it said.

    Raises UserError when the file was used already, or nothing was saved yet.
    """
    month = month_of(
        organisation_id=by.organisation_id, kind=kind, period=period, today=on, only=[project.pk], hold=True
    )
    line, returned = month.lines.get(project.pk), None
    if project.pk not in month.projects or not may_enter(by, project):
        raise UserError("这个项目本月没有要申报的资金，请刷新页面。")
    if reason := month.why_closed(project.pk):
        raise UserError(reason)
    if line is None and (returned := month.returned(project.pk)) is None:
        raise UserError("请先填写并保存这一行，再上传凭证。")
    if line is not None and line.amount == 0:
        raise UserError("无新增（0）不用凭证。")
    without = [returned.pk] if returned else []
    if used := books(on=on, hashes=[file.sha256], without=without).hashes.get(file.sha256):
        raise UserError(f"这份凭证文件已用于{used}，一份凭证只能申报一次。")
    other = MonthLine.objects.filter(voucher_file__sha256=file.sha256).exclude(pk=line.pk if line else None)
    if found := other.filter(project__county=by.organisation_id).select_related("project").first():
        where = place_of(found.project.name, found.month, found.amount)
        raise UserError(f"这份凭证文件已填在{where}，一份凭证只能申报一次。")
    if line is None:
        values = {name: getattr(returned, name) for name in COLUMNS}
        line = MonthLine(kind=kind, project=project, month=period, saved_by=by, **values)
    line.voucher_file = file
    line.save()
    audit.record(by=by, action="附上资金凭证", target=line, after={"sha256": file.sha256})
    return line
