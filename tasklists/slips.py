"""Supervision slips (督办单): issued by the office, signed for and answered by the organisation, settled."""

from datetime import date

from django.db import transaction
from django.db.models import Max
from django.urls import reverse

from accounts import notices
from accounts.permissions import COORDINATOR, COUNTY_REPORTER, DEPARTMENT_REPORTER, LEADER, REVIEWER, may
from common import audit, periods
from common.errors import UserError
from common.models import SiteSettings
from common.versions import save_over
from tasklists.models import SupervisionSlip, TaskEvent

State = SupervisionSlip.State
ANSWER_WORKING_DAYS = 5  # a slip is answered within so many working days from the day after its issue
ORGANISATION_ROLES = (DEPARTMENT_REPORTER, COUNTY_REPORTER, REVIEWER)
ANSWER_LENGTH, REASON_LENGTH = 1000, 200


@transaction.atomic
def issue_slips(*, versions: dict[int, int], by, on: date) -> list[SupervisionSlip]:
    """Confirm proposals (primary key → version seen) and return them issued, in the order of their numbers.

    Numbers run per year and colour without gaps: whoever issues holds the site's row until the commit.
    One that is issued already stays as it is, so that a repeated click issues nothing twice.
    """
    _require_office(by)
    if not versions:
        raise UserError("请先勾选要发出的督办单。")
    SiteSettings.objects.get_or_create(pk=1)
    SiteSettings.objects.select_for_update().get(pk=1)
    rows = SupervisionSlip.objects.select_for_update(of=("self",)).select_related("item", "organisation")
    issued = []
    for slip in rows.filter(pk__in=versions).order_by("pk"):
        if slip.state == State.PROPOSED:
            slip = _issue(slip, versions[slip.pk], by, on)
        elif slip.state == State.DROPPED:
            raise UserError(f"“{slip.item.title}”的督办单已定为不予发出，不能再发出。")
        issued.append(slip)
    return issued


def _issue(slip, version, by, on):
    numbered = SupervisionSlip.objects.filter(year=on.year, colour=slip.colour)
    slip = save_over(
        slip,
        version=version,
        state=State.ISSUED,
        year=on.year,
        number=(numbered.aggregate(last=Max("number"))["last"] or 0) + 1,
        issued_on=on,
        issued_by=by,
        answer_due_on=periods.working_days_after(on, ANSWER_WORKING_DAYS),
    )
    leave_trace(slip, TaskEvent.Kind.SLIP_ISSUED, "发出督办单", by=by, on=on, text=slip.reason)
    notices.notify(
        recipients=notices.people_of([slip.organisation_id], ORGANISATION_ROLES),
        key=f"slip:{slip.pk}:issued",
        title=f"收到{slip.get_colour_display()}督办单 {slip.short_number}",
        text=f"{slip.item.title}：{slip.reason}请于 {slip.answer_due_on} 前签收并答复。",
        url=address_of(slip),
        on=on,
    )
    return slip


@transaction.atomic
def drop_slip(*, slip: SupervisionSlip, version: int, reason: str, by, on: date) -> SupervisionSlip:
    """Decide not to issue a proposal (不予发出); the same cause is not proposed again."""
    _require_office(by)
    reason = _needed(reason, "reason", "请写明不予发出的原因。", REASON_LENGTH)
    slip = locked(slip)
    if slip.state == State.DROPPED and slip.drop_reason == reason:
        return slip
    _require_state(slip, (State.PROPOSED,), "定为不予发出")
    slip = save_over(slip, version=version, state=State.DROPPED, drop_reason=reason)
    audit.record(by=by, action="督办单不予发出", target=slip, after={"reason": reason, "on": on})
    return slip


@transaction.atomic
def sign_slip(*, slip: SupervisionSlip, by, on: date) -> SupervisionSlip:
    """Sign for a slip (签收) in the name of its organisation; signing twice keeps the first day."""
    _require_addressee(slip, by)
    slip = locked(slip)
    if slip.signed_on:
        return slip
    _require_state(slip, (State.ISSUED,), "签收")
    slip = save_over(slip, version=slip.version, state=State.SIGNED, signed_on=on, signed_by=by)
    audit.record(by=by, action="签收督办单", target=slip, after={"signed_on": on})
    return slip


@transaction.atomic
def answer_slip(*, slip: SupervisionSlip, version: int, answer: str, by, on: date) -> SupervisionSlip:
    """Answer a slip (答复), which signs for it as well; the office is told."""
    _require_addressee(slip, by)
    answer = _needed(answer.replace("\r\n", "\n"), "answer", "请写明原因、措施和完成时间。", ANSWER_LENGTH)
    slip = locked(slip)
    if slip.state == State.ANSWERED and slip.answer == answer:
        return slip
    _require_state(slip, (State.ISSUED, State.SIGNED), "答复")
    values = {"state": State.ANSWERED, "answer": answer, "answered_on": on, "answered_by": by}
    if slip.signed_on is None:
        values |= {"signed_on": on, "signed_by": by}
    slip = save_over(slip, version=version, **values)
    leave_trace(slip, TaskEvent.Kind.SLIP_ANSWERED, "答复督办单", by=by, on=on, text=answer)
    told = notices.people_in(COORDINATOR) + (notices.people_in(LEADER) if slip.escalated_on else [])
    notices.notify(
        recipients=told,
        key=f"slip:{slip.pk}:answered",
        title=f"{slip.organisation.short}答复了督办单 {slip.short_number}",
        text=answer,
        url=address_of(slip),
        on=on,
    )
    return slip


@transaction.atomic
def settle_slip(*, slip: SupervisionSlip, version: int, by, on: date) -> SupervisionSlip:
    """Settle an answered slip (办结); the organisation is told."""
    _require_office(by)
    slip = locked(slip)
    if slip.state == State.SETTLED:
        return slip
    _require_state(slip, (State.ANSWERED,), "办结")
    slip = save_over(slip, version=version, state=State.SETTLED, settled_on=on)
    leave_trace(slip, TaskEvent.Kind.SLIP_ISSUED, "办结督办单", by=by, on=on, text="答复已核，督办单办结。")
    notices.notify(
        recipients=notices.people_of([slip.organisation_id], ORGANISATION_ROLES),
        key=f"slip:{slip.pk}:settled",
        title=f"督办单 {slip.short_number} 已办结",
        text=slip.item.title,
        url=address_of(slip),
        on=on,
    )
    return slip


def escalate(slip: SupervisionSlip, *, to: list, on: date) -> SupervisionSlip:
    """Report an unanswered slip to the leaders ``to``; the caller holds the row and the transaction."""
    slip = save_over(slip, version=slip.version, escalated_on=on)
    text = f"应于 {slip.answer_due_on} 前答复，至 {on} 未答复，已上报领导。"
    leave_trace(slip, TaskEvent.Kind.SLIP_ISSUED, "督办单上报领导", by=None, on=on, text=text)
    notices.notify(
        recipients=to,
        key=f"slip:{slip.pk}:escalated",
        title=f"{slip.organisation.short}未按期答复督办单 {slip.short_number}",
        text=f"{slip.item.title}：{text}",
        url=address_of(slip),
        on=on,
    )
    return slip


def locked(slip) -> SupervisionSlip:
    """Return the slip as it stands now, held until the transaction ends."""
    rows = SupervisionSlip.objects.select_related("item", "organisation")
    return rows.select_for_update(of=("self",)).get(pk=slip.pk)


def address_of(slip) -> str:
    return reverse("tasklists:slip", args=[slip.pk])


def leave_trace(slip, kind, action, *, by, on, text) -> None:
    """Write the step on the task's timeline, where the addressed organisation sees it, and the audit entry."""
    TaskEvent.objects.create(
        item=slip.item,
        kind=kind,
        on=on,
        by=by,
        organisation=slip.organisation,
        text=f"{slip.get_colour_display()}督办单 {slip.short_number}：{text}"[:400],
    )
    audit.record(by=by, action=action, target=slip, label=slip.full_number, after={"state": slip.state, "on": on})


def _require_office(by) -> None:
    if not may(by, "supervise"):
        raise UserError("督办单由协调办发出和办结。")


def _require_addressee(slip, by) -> None:
    if not may(by, "report") or by.organisation_id != slip.organisation_id:
        raise UserError("督办单只能由被督办单位的填报员签收和答复。")


def _require_state(slip, states, act) -> None:
    if slip.state not in states:
        raise UserError(f"这份督办单现为“{slip.get_state_display()}”，不能{act}。")


def _needed(text, field, sentence, limit) -> str:
    text = text.strip()
    if not text:
        raise UserError(sentence, field=field)
    if len(text) > limit:
        raise UserError(f"最多 {limit} 字，现有 {len(text)} 字。", field=field)
    return text
