"""Claiming money (到位资金, 完成投资): the county enters a row, corrects one that was sent back, or reverses one.

Three persons stand behind every row that counts: who claimed it, who verified it for the county, and who for the
city (``projects.verification``). A verified row is never changed: a reversal (冲销) of the open month, with a
negative amount, takes the same way. All amounts in 万元.
"""

from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction

from accounts.permissions import may
from common import audit, periods
from common.errors import UserError
from common.versions import save_over
from projects.entry_facts import books, project_facts
from projects.entry_rules import Entry, Refusal, questions, refusals
from projects.models import FundEntry, InvestmentEntry, MoneyEntry, MonthLine, Project, ProjectFile

State = MoneyEntry.State
KINDS = {"funds": FundEntry, "investments": InvestmentEntry}
OPEN_TO_CLAIMER = (State.CLAIMED, State.RETURNED)
NOTE_LIMIT = 200


class Refused(UserError):
    """Why a row cannot be written: one or more refusals, each at its field."""

    def __init__(self, found: list[Refusal]):
        super().__init__(found[0].message, field=found[0].field)
        self.found = found


class Doubtful(UserError):
    """The row may be written once the amount has been confirmed; ``asked`` are the sentences to confirm."""

    def __init__(self, asked: list[str]):
        super().__init__(asked[0] if asked else "请核对金额。", field="amount")
        self.asked = asked


def kind_of(entry: MoneyEntry) -> str:
    return "funds" if isinstance(entry, FundEntry) else "investments"


def may_enter(user, project: Project) -> bool:
    """Return whether this user enters the project's money: a reporter of its own county."""
    return may(user, "report") and project.county_id is not None and user.organisation_id == project.county_id


@transaction.atomic
def claim_fund(
    *,
    project: Project,
    amount: Decimal,
    month: str,
    voucher_kind: str,
    voucher_number: str,
    file: ProjectFile | None,
    by,
    on: date,
    note: str = "",
    confirmed: bool = False,
) -> FundEntry:
    """Enter funds in place with their voucher and return the row; the same row sent again is one.

    Raises Refused, or Doubtful unless ``confirmed``.
    """
    values = {"amount": amount, "month": month, "note": _note(note)} | _voucher(voucher_kind, voucher_number, file)
    return _claim(FundEntry, project, values, by=by, on=on, confirmed=confirmed)


@transaction.atomic
def claim_investment(
    *, project: Project, amount: Decimal, month: str, by, on: date, note: str = "", confirmed: bool = False
) -> InvestmentEntry:
    """Enter investment completed and return the row; the same row of the same day sent again is one."""
    values = {"amount": amount, "month": month, "note": _note(note)}
    return _claim(InvestmentEntry, project, values, by=by, on=on, confirmed=confirmed)


def _claim(model, project, values, *, by, on, confirmed):
    project = _held(project, by)
    same = model.objects.filter(project=project, claimed_by=by, claimed_on=on, reverses__isnull=True, **values)
    if already := same.first():
        return already
    check(model, project, values, on=on, confirmed=confirmed)
    try:
        with transaction.atomic():
            entry = model.objects.create(project=project, claimed_by=by, claimed_on=on, **values)
    except IntegrityError:  # a voucher or the lock of a month came in between
        check(model, project, values, on=on, confirmed=True)
        raise
    audit.record(by=by, action=f"申报{model._meta.verbose_name}", target=entry, label=_label(entry), after=values)
    lapse(kind_of(entry), [(project.pk, entry.month)], by=by)
    return entry


def write_claims(model, rows: list[tuple[Project, dict]], *, by, on: date) -> list[MoneyEntry]:
    """Write rows (project, values) that were checked just now, in the queries of one; call it in a transaction."""
    made = [model(project=project, claimed_by=by, claimed_on=on, **values) for project, values in rows]
    model.objects.bulk_create(made)
    changes = [(entry, None, values) for entry, (_, values) in zip(made, rows, strict=True)]
    audit.record_many(by=by, action=f"申报{model._meta.verbose_name}", changes=changes)
    return made


def lapse(kind: str, months: list[tuple[int, str]], *, by) -> None:
    """Take back 无新增 of the (project id, month) in which money is claimed after all, in the claim's transaction."""
    wanted = set(months)
    stated = MonthLine.objects.filter(kind=kind, stated_on__isnull=False, month__in={month for _, month in wanted})
    gone = [line for line in stated if (line.project_id, line.month) in wanted]
    if gone:
        audit.record_many(
            by=by, action="撤回无新增", changes=[(line, {"stated_on": line.stated_on}, None) for line in gone]
        )
        MonthLine.objects.filter(pk__in=[line.pk for line in gone]).delete()


@transaction.atomic
def correct_entry(
    *, entry: MoneyEntry, version: int, by, on: date, confirmed: bool = False, note: str = "", **values
) -> MoneyEntry:
    """Write ``values`` over a row that was returned or nobody has verified yet; it is claimed (again) by this.

    Of a reversal only the reason may be changed. Raises StaleVersion when somebody else was first.
    """
    model = type(entry)
    project = _held(entry.project, by)
    entry = model.objects.select_for_update().get(pk=entry.pk)
    values["note"] = _note(note)
    if entry.reverses_id:
        if not values["note"]:
            raise UserError("冲销须写明原因。", field="note")
        values = {"note": values["note"], "month": periods.period_of(on)}
    elif model is FundEntry:
        values |= _voucher(values.pop("voucher_kind"), values.pop("voucher_number"), values.pop("file"))
    before = {name: getattr(entry, name) for name in values}
    claim = {"state": State.CLAIMED, "claimed_by": by, "claimed_on": on, "return_reason": "", "returned_on": None}
    if entry.version == version + 1 and entry.state == State.CLAIMED and before == values:
        return entry  # the same click again
    if entry.state not in OPEN_TO_CLAIMER:
        raise UserError(f"这笔已经{entry.get_state_display()}，不能再改；需要更正时由核实人退回，或在市级核实后冲销。")
    if entry.version == version:
        check(model, project, values, on=on, confirmed=confirmed, entry=entry)
    try:
        with transaction.atomic():
            saved = save_over(entry, version=version, **values, **claim)
    except IntegrityError:  # a voucher or the lock of a month came in between
        check(model, project, values, on=on, confirmed=True, entry=entry)
        raise
    audit.record(
        by=by,
        action=f"修改{model._meta.verbose_name}申报",
        target=saved,
        label=_label(saved),
        before=before,
        after=values,
    )
    return saved


@transaction.atomic
def withdraw_entry(*, entry: MoneyEntry, version: int, by) -> None:
    """Take back a row that counts nowhere: returned, or not verified by anybody yet. Its voucher is free again."""
    project = _held(entry.project, by)
    found = type(entry).objects.select_for_update().filter(pk=entry.pk).first()
    if found is None:
        return
    if found.state not in OPEN_TO_CLAIMER:
        raise UserError(f"这笔已经{found.get_state_display()}，不能撤回。")
    if found.version != version:
        raise UserError("这笔刚被他人处理或改过，请按最新内容再定。")
    before = {"amount": found.amount, "month": found.month, "state": found.state}
    action = f"撤回{found._meta.verbose_name}申报"
    audit.record(by=by, action=action, target=found, label=f"{project.name} {_label(found)}", before=before)
    found.delete()


@transaction.atomic
def reverse_entry(*, entry: MoneyEntry, reason: str, by, on: date) -> MoneyEntry:
    """Enter the row that takes a city-verified one back (冲销), in the month of ``on``; a row is reversed once.

    It counts once county and city have verified it like any other row.
    """
    model = type(entry)
    project = _held(entry.project, by)
    entry = model.objects.select_for_update().get(pk=entry.pk)
    reason = _note(reason, field="reason")
    if not reason:
        raise UserError("冲销须写明原因。", field="reason")
    if already := model.objects.filter(reverses=entry).first():
        if (already.claimed_by_id, already.note) == (by.pk, reason):
            return already
        raise UserError("这笔已有冲销记录，不能再冲销。")
    if entry.reverses_id:
        raise UserError("冲销行不能再冲销；需要时重新申报。")
    if entry.state != State.CITY_VERIFIED:
        raise UserError("只有市级核实的才用冲销；还没有核实的可直接修改或撤回。")
    values = {"amount": -entry.amount, "month": periods.period_of(on), "note": reason, "reverses": entry}
    if model is FundEntry:
        values |= {"voucher_kind": entry.voucher_kind, "voucher_number": entry.voucher_number}
    check(model, project, values, on=on, confirmed=True)
    made = model.objects.create(project=project, claimed_by=by, claimed_on=on, **values)
    after = {"reverses": entry.pk, "amount": made.amount, "month": made.month, "note": reason}
    audit.record(by=by, action=f"冲销{model._meta.verbose_name}", target=made, label=_label(made), after=after)
    return made


def check_typed(model, project: Project, values: dict, *, on: date, entry=None) -> None:
    """Raise Refused or Doubtful when a claim of these typed values could not be written as it stands."""
    values = dict(values)
    if model is FundEntry:
        values |= _voucher(values.pop("voucher_kind"), values.pop("voucher_number"), values.pop("file"))
    check(model, project, values, on=on, confirmed=False, entry=entry)


def check(model, project: Project, values: dict, *, on: date, confirmed: bool, entry=None) -> None:
    """Raise Refused or Doubtful when the row of ``values`` may not be written; ``entry`` is the row it replaces."""
    without = [entry.pk] if entry else []
    reverses = bool(values.get("reverses") or (entry and entry.reverses_id))
    row = Entry(
        amount=values.get("amount", entry.amount if entry else None),
        month=values["month"],
        voucher_kind=values.get("voucher_kind", ""),
        voucher_number=values.get("voucher_number", ""),
        voucher_sha256=values.get("voucher_sha256") or "",
        reverses=reverses,
    )
    facts = project_facts(model, [project.pk], on=on, without=without)[project.pk]
    number = [(row.voucher_kind, row.voucher_number)] if row.voucher_number else []
    shared = books(on=on, hashes=[row.voucher_sha256], numbers=number, without=without)
    if found := refusals(row, facts, shared):
        raise Refused(found)
    if not confirmed and (asked := questions(row, facts)):
        raise Doubtful(asked)


def _voucher(kind, number, file) -> dict:
    found = []
    number = " ".join((number or "").split())
    if not kind:
        found.append(Refusal("voucher_kind", "请选择凭证种类。"))
    if not number:
        found.append(Refusal("voucher_number", "请填写凭证号。"))
    if file is None:
        found.append(Refusal("voucher_file", "请上传凭证文件（验资报告、进账单等的扫描件或照片）。"))
    if found:
        raise Refused(found)
    return {
        "voucher_kind": kind,
        "voucher_number": number,
        "voucher_file": file,
        "voucher_sha256": file.sha256,
    }


def _note(text, field="note") -> str:
    text = " ".join((text or "").split())
    if len(text) > NOTE_LIMIT:
        raise UserError(f"最多 {NOTE_LIMIT} 字，现有 {len(text)} 字。", field=field)
    return text


def _held(project, by) -> Project:
    """The project as it stands, held until the commit, so that the sum of its rows does not change meanwhile."""
    project = Project.objects.select_for_update(of=("self",)).get(pk=project.pk)
    if not may_enter(by, project):
        raise UserError("只有项目落地县市区的填报员可以申报资金。")
    return project


def _label(entry) -> str:
    return f"{entry.project.name} {entry.month} {entry.amount} 万元"
