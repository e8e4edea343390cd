"""Handing in a county's month: lines become claimed entries, a line of 0 the statement that nothing was added."""

from datetime import date

from django.db import IntegrityError, transaction

from common import audit, grids
from common.errors import UserError
from common.versions import StaleVersion
from projects import entries
from projects.entry_facts import books
from projects.entry_rules import Entry, refusals
from projects.models import FundEntry, MonthLine, Project
from projects.month.saving import COLUMNS, Answer
from projects.month.standing import is_stated, lacking, lacks, month_of

STATED = "报无新增"


def submit_rows(*, kind: str, period: str, rows: list[grids.SentRow], by, on: date) -> dict[int, Answer]:
    """Hand in, in one transaction, every line that can go in the version its editor has seen; an answer per project.

    Every rule is applied again: since a line was saved its voucher may have been used elsewhere.
    """
    try:
        with transaction.atomic():
            return _submit_rows(kind, period, rows, by, on)
    except IntegrityError:  # a voucher was used or the month locked meanwhile: it is seen this time
        with transaction.atomic():
            return _submit_rows(kind, period, rows, by, on)


def _submit_rows(kind, period, rows, by, on):
    keys = [row.key for row in rows]
    held = Project.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    list(held)  # the sums of their rows do not change until the commit
    month = month_of(organisation_id=by.organisation_id, kind=kind, period=period, today=on, only=keys, hold=True)
    lines = [line for line in month.lines.values() if line.project_id in month.projects]
    shared = books(
        on=on,
        hashes=[line.voucher_file.sha256 for line in lines if line.voucher_file],
        numbers=[(line.voucher_kind, line.voucher_number) for line in lines if line.voucher_number],
        without=[entry.pk for pk in month.projects if (entry := month.returned(pk))],
    )
    answers, new, stated, done = {}, [], [], []
    for row in rows:
        line = month.lines.get(row.key)
        try:
            if already := _already(month, row, line, by, on):
                answers[row.key] = already
                continue
            _check(month, row, line, shared, by)
            if line.amount == 0:
                stated.append(line)
            else:
                _claim(month, line, new, by, on)
                done.append(line)
            answers[row.key] = Answer("submitted", line)
        except StaleVersion as stale:
            answers[row.key] = Answer("stale", stale.current, str(stale))
        except UserError as refusal:
            field = refusal.field if refusal.field in COLUMNS else "voucher_number" if refusal.field else ""
            answers[row.key] = Answer("refused", line, refusal.message, field)
    entries.write_claims(month.model, new, by=by, on=on)
    MonthLine.objects.filter(pk__in=[line.pk for line in done]).delete()
    MonthLine.objects.filter(pk__in=[line.pk for line in stated]).update(stated_on=on, saved_by=by)
    audit.record_many(
        by=by, action=STATED, changes=[(line, None, {"kind": kind, "month": period, "amount": 0}) for line in stated]
    )
    return answers


def _already(month, row, line, by, on) -> Answer | None:
    """The same act sent again: the line went by it."""
    if is_stated(line) and line.saved_by_id == by.pk:
        return Answer("submitted", line)
    if line is None and any(
        entry.claimed_by_id == by.pk and entry.claimed_on == on for entry in month.claimed(row.key)
    ):
        return Answer("submitted")
    return None


def _check(month, row, line, shared, by):
    if row.key not in month.projects or not entries.may_enter(by, month.projects[row.key]):
        raise UserError("这个项目本月没有要申报的资金，请刷新页面。")
    if line is None:
        raise UserError("本月还没有填报，填好并保存后再提交。")
    if line.version != row.version:
        raise StaleVersion(line)
    if reason := month.why_closed(row.key):
        raise UserError(reason)
    if line.amount == 0:
        if month.entries.get(row.key):
            raise UserError("本月已有申报，不能再报无新增；请清空这一行。", field="amount")
        return
    if missing := lacking(line):
        raise UserError(lacks(line), field=missing[0][0])
    entry = Entry(
        amount=line.amount,
        month=line.month,
        voucher_kind=line.voucher_kind,
        voucher_number=line.voucher_number,
        voucher_sha256=line.voucher_file.sha256 if line.voucher_file else "",
    )
    if found := refusals(entry, month.facts[row.key], shared):
        raise UserError(found[0].message, field=found[0].field)


def _claim(month, line, new, by, on):
    """Correct the returned claim with the line, or put it among the new ones."""
    values = {"amount": line.amount, "month": line.month, "note": line.note}
    returned = month.returned(line.project_id)
    if month.model is FundEntry:
        voucher = {"voucher_kind": line.voucher_kind, "voucher_number": line.voucher_number}
        if returned is not None:
            voucher["file"] = line.voucher_file
        else:
            voucher |= {"voucher_file": line.voucher_file, "voucher_sha256": line.voucher_file.sha256}
        values |= voucher
    if returned is not None:
        entries.correct_entry(entry=returned, version=returned.version, by=by, on=on, confirmed=True, **values)
    else:
        new.append((month.projects[line.project_id], values))
