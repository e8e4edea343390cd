"""Saving and handing in an organisation's values of a period: each over the version its editor has seen."""

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction

from accounts.models import Organisation
from common import audit, grids
from common.errors import UserError
from common.versions import StaleVersion
from indicators import collecting
from indicators.members import members_of
from indicators.models import Indicator, Observation

State = Observation.State
COLUMNS = ("value", "numerator", "denominator", "note")
SAVED = "保存指标填报"


@dataclass(frozen=True)
class Row:
    """What an editor sends of one row: its key, the version seen (0 for none yet), the cells as typed."""

    key: str
    version: int
    cells: dict
    confirmed: bool = False


@dataclass(frozen=True)
class Answer:
    """What became of one row: "saved", "cleared", "submitted", "refused" (message, field), "ask" (a value that
    departs from its history is to be confirmed) or "stale" (observation is the newer one)."""

    state: str
    observation: Observation | None = None
    message: str = ""
    field: str = ""


def row_key(indicator: Indicator, member: str = "") -> str:
    return f"{indicator.pk}:{member}" if member else str(indicator.pk)


def rows_to_fill(organisation: Organisation, period: str) -> dict[str, tuple[Indicator, str]]:
    """Return (indicator, member) of every row that the organisation fills in for the period, by key, in order."""
    found = {}
    for indicator in collecting.to_report(organisation, period):
        for member in ("", *members_of(indicator)):
            found[row_key(indicator, member)] = (indicator, member)
    return found


def read_rows(sent: list[grids.SentRow]) -> list[Row]:
    """Return the rows of a request, of which only the grid's columns are read."""
    rows = []
    for row in sent:
        cells = {name: row.sent.get(name) for name in COLUMNS}
        cells = {name: cell for name, cell in cells.items() if isinstance(cell, str | int | float | None)}
        rows.append(Row(str(row.key), row.version, cells, row.sent.get("confirmed") is True))
    return rows


def save_rows(*, organisation: Organisation, period: str, rows: list[Row], by, on: date) -> dict[str, Answer]:
    """Save what can be saved of ``rows`` in one transaction and return an answer per key.

    Rows that are not the organisation's to fill in are refused; an emptied draft is taken away.
    """
    try:
        with transaction.atomic():
            return _save_rows(organisation, period, rows, by, on)
    except IntegrityError:  # a colleague was first with one of the new values: it is seen this time
        with transaction.atomic():
            return _save_rows(organisation, period, rows, by, on)


def _save_rows(organisation, period, rows, by, on):
    known = rows_to_fill(organisation, period)
    stored = _stored(organisation, period)
    locked = collecting.is_locked(period)
    histories = collecting.histories({known[row.key][0] for row in rows if row.key in known}, organisation, period)
    answers, fresh, traces, gone = {}, [], [], []
    for row in rows:
        if row.key not in known:
            answers[row.key] = Answer("refused", message="这一行不在本单位本期的填报范围内，请刷新页面。")
            continue
        indicator, member = known[row.key]
        observation = stored.get((indicator.pk, member))
        try:
            entry, departure_note = _check(indicator, member, observation, row, period, on, locked, histories)
        except StaleVersion as stale:
            answers[row.key] = Answer("stale", stale.current, str(stale))
            continue
        except _Ask as question:
            answers[row.key] = Answer("ask", observation, str(question), "value")
            continue
        except UserError as refusal:
            answers[row.key] = Answer("refused", observation, refusal.message, refusal.field or "")
            continue
        if entry.is_empty:
            if observation is not None:
                gone.append((observation, values_of(observation), None))
            answers[row.key] = Answer("cleared")
            continue
        wanted = {
            "value": entry.value,
            "numerator": entry.numerator,
            "denominator": entry.denominator,
            "note": entry.note,
            "departure_note": departure_note,
        }
        if observation is None:
            observation = Observation(
                indicator=indicator, organisation=organisation, period=period, member=member, reported_by=by, **wanted
            )
            fresh.append(observation)
        elif not _holds(observation, wanted):
            traces.append(_change(observation, row, wanted, by))
        answers[row.key] = Answer("saved", observation)
    Observation.objects.bulk_create(fresh)
    Observation.objects.filter(pk__in=[observation.pk for observation, *_ in gone]).delete()
    traces = [(observation, None, values_of(observation)) for observation in fresh] + traces
    audit.record_many(by=by, action=SAVED, changes=traces)
    audit.record_many(by=by, action="清空指标填报", changes=gone)
    return answers


class _Ask(Exception):
    """The value departs from its history and is not confirmed yet."""


def _stored(organisation, period):
    rows = Observation.objects.select_for_update().filter(organisation=organisation, period=period)
    return {(row.indicator_id, row.member): row for row in rows}


def is_draft(observation: Observation) -> bool:
    """Whether the value can still be changed by its organisation."""
    return observation.state == State.RETURNED or (
        observation.state == State.REPORTED and observation.reported_on is None and observation.source_id is None
    )


def is_handed_in(observation: Observation) -> bool:
    """Whether the value waits for its organisation's review."""
    return observation.state == State.REPORTED and observation.reported_on is not None


def _check(indicator, member, observation, row, period, on, locked, histories):
    """Return (entry, departure note); raise UserError, StaleVersion or _Ask when the row cannot be stored."""
    if reason := collecting.why_closed(indicator=indicator, period=period, on=on, locked=locked):
        raise UserError(reason)
    if observation is not None and not is_draft(observation):
        raise UserError(f"本期{state_word(observation)}，不能修改；需要修改时请审核人退回。")
    entry = collecting.check_entry(indicator, **row.cells)
    if entry.is_empty and observation is not None and observation.state == State.RETURNED:
        raise UserError("退回的数值不能清空，请修改后再提交。", field="value")
    if entry.is_empty and entry.note and observation is None:
        raise UserError("请填写数值；没有数据的，数值和说明都留空。", field="value")
    if observation is None:
        if row.version:
            raise UserError("这一行已被清空，请刷新页面。")
    elif observation.version != row.version:
        same = observation.version == row.version + 1 and _same_entry(observation, entry)
        if not same:
            raise StaleVersion(observation)
    odd = collecting.departure_text(indicator, entry.value, histories.get((indicator.pk, member), []))
    if not odd or (observation is not None and observation.departure_note and observation.value == entry.value):
        return entry, observation.departure_note if odd else ""
    if not row.confirmed:
        raise _Ask(f"{odd}核对无误的，在“说明”中写明原因，再点“核对无误，保存”。")
    if not entry.note:
        raise UserError(f"{odd}请在“说明”中写明原因。", field="note")
    return entry, entry.note


def _same_entry(observation, entry) -> bool:
    return not entry.is_empty and all(getattr(observation, name) == getattr(entry, name) for name in COLUMNS)


def _holds(observation, wanted) -> bool:
    return observation.state != State.RETURNED and all(
        getattr(observation, name) == value for name, value in wanted.items()
    )


def values_of(observation) -> dict:
    """Return what the trail keeps of a value."""
    names = ("indicator_id", "organisation_id", "period", "member", *COLUMNS, "departure_note", "state")
    return {name: getattr(observation, name) for name in names}


def _change(observation, row, wanted, by):
    before = values_of(observation)
    changes = wanted | {"state": State.REPORTED, "reported_by": by, "reported_on": None, "version": row.version + 1}
    written = Observation.objects.filter(pk=observation.pk, version=row.version).update(**changes)
    if not written:
        raise StaleVersion(Observation.objects.get(pk=observation.pk))
    for name, value in changes.items():
        setattr(observation, name, value)
    return observation, before, values_of(observation)


def submit_rows(*, organisation: Organisation, period: str, rows: list[Row], by, on: date) -> dict[str, Answer]:
    """Hand in, in one transaction, every row that can go in the version its editor has seen; an answer per key."""
    with transaction.atomic():
        known = rows_to_fill(organisation, period)
        stored = _stored(organisation, period)
        locked = collecting.is_locked(period)
        answers, traces = {}, []
        for row in rows:
            indicator, member = known.get(row.key, (None, ""))
            observation = stored.get((indicator.pk, member)) if indicator else None
            answers[row.key] = _submit(indicator, observation, row, period, by, on, locked, traces)
        audit.record_many(by=by, action="提交指标填报", changes=traces)
    return answers


def _submit(indicator, observation, row, period, by, on, locked, traces) -> Answer:
    if observation is None:
        return Answer("refused", None, "本期还没有填报，填好并保存后再提交。")
    if is_handed_in(observation) and observation.reported_by_id == by.pk:
        return Answer("submitted", observation)  # the same act sent again
    if observation.version != row.version:
        return Answer("stale", observation, "这一行刚被他人改过，请对照后再提交。")
    if reason := collecting.why_closed(indicator=indicator, period=period, on=on, locked=locked):
        return Answer("refused", observation, reason)
    if observation.state == State.RETURNED:
        return Answer("refused", observation, "退回的数值要先修改再提交。", "value")
    if not is_draft(observation):
        return Answer("refused", observation, f"本期{state_word(observation)}，不用再提交。")
    before = values_of(observation)
    changes = {"reported_by": by, "reported_on": on, "return_reason": "", "version": observation.version + 1}
    Observation.objects.filter(pk=observation.pk).update(**changes)
    for name, value in changes.items():
        setattr(observation, name, value)
    traces.append((observation, before, values_of(observation) | {"reported_on": on}))
    return Answer("submitted", observation)


def state_word(observation: Observation) -> str:
    """Return how far the value has come, in words."""
    if observation.source_id:
        return "已公布"
    if observation.state == State.REPORTED:
        return "已提交，待单位审核" if observation.reported_on else "未提交"
    return {State.REVIEWED: "单位已审，待协调办审核", State.LOCKED: "已锁定", State.RETURNED: "已退回"}[
        observation.state
    ]
