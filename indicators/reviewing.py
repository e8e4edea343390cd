"""From the organisation's reviewer to the office: a value is approved, locked, or returned with a reason."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Count, Q

from accounts import notices
from accounts.permissions import COORDINATOR, REVIEWER
from common import audit, locking, periods
from common.errors import UserError
from common.versions import StaleVersion, save_over
from indicators import collecting
from indicators.entering import state_word, values_of
from indicators.models import Observation
from indicators.wording import period_text

State = Observation.State
REASON_LIMIT = 200
HANDED_IN = Q(state=State.REPORTED, reported_on__isnull=False)


def waiting_for(user):
    """Return the values that wait for this user: of the reviewer's organisation, or for the office.

    Nobody is asked about what they reported themselves. The city's own values go to the office at once, to
    another than the one who entered them.
    """
    rows = Observation.objects.visible_to(user).filter(source__isnull=True).exclude(reported_by=user.pk)
    if user.role == COORDINATOR:
        return rows.filter(Q(state=State.REVIEWED) | HANDED_IN & Q(organisation__kind="city"))
    if user.role == REVIEWER:
        return rows.filter(HANDED_IN, organisation=user.organisation_id)
    return rows.none()


@transaction.atomic
def approve(*, observation: Observation, version: int, by, on: date) -> Observation:
    """Pass the value on: the reviewer's approval, then the office's, which locks it. Doing so twice is one act."""
    if by.role == COORDINATOR:
        if observation.state == State.LOCKED and observation.locked_by_id == by.pk:
            return observation
        _check(observation, by)
        wanted = {"state": State.LOCKED, "locked_by": by, "locked_on": on, "return_reason": ""}
        if observation.state == State.REPORTED:
            wanted |= {"reviewed_by": by, "reviewed_on": on}
        action = "锁定指标值"
    else:
        if observation.state == State.REVIEWED and observation.reviewed_by_id == by.pk:
            return observation
        _check(observation, by)
        wanted = {"state": State.REVIEWED, "reviewed_by": by, "reviewed_on": on, "return_reason": ""}
        action = "单位审核指标值"
    return _decide(observation, version, wanted, by, action)


@transaction.atomic
def return_value(*, observation: Observation, version: int, reason: str, by, on: date) -> Observation:
    """Send the value back to its reporter, who is told why. Doing so twice with the same reason is one act."""
    reason = " ".join((reason or "").split())
    if not reason:
        raise UserError("退回须写明原因。", field="reason")
    if len(reason) > REASON_LIMIT:
        raise UserError(f"退回原因最多 {REASON_LIMIT} 字，现有 {len(reason)} 字。", field="reason")
    if observation.state == State.RETURNED and observation.return_reason == reason:
        return observation
    _check(observation, by)
    wanted = {"state": State.RETURNED, "return_reason": reason, "reviewed_by": None, "reviewed_on": None}
    done = _decide(observation, version, wanted, by, "退回指标填报")
    if done.reported_by:
        notices.notify(
            recipients=[done.reported_by],
            key=f"indicator-returned:{done.pk}:{done.version}",
            title=f"指标填报被退回：{done.indicator.name}（{period_text(done.period)}）",
            text=reason,
            url=f"/indicators/grid/?period={done.period}",
            on=on,
        )
    return done


def _check(observation, by):
    """Raise UserError when this person cannot decide about the value now."""
    if observation.reported_by_id == by.pk:
        raise UserError("填报人不能审核自己填报的数值，请由他人审核。")
    for_office = observation.state == State.REVIEWED or (
        observation.state == State.REPORTED and observation.reported_on and observation.organisation.kind == "city"
    )
    for_unit = observation.state == State.REPORTED and observation.reported_on
    if not (for_office if by.role == COORDINATOR else for_unit):
        raise UserError(f"这个数值现在是“{state_word(observation)}”，不用审核。")
    if by.role != COORDINATOR and observation.organisation_id != by.organisation_id:
        raise UserError("只能审核本单位的填报。")
    if collecting.is_locked(observation.period):
        raise UserError(f"{period_text(observation.period)}已锁定，不能再审核。")


def _decide(observation, version, wanted, by, action):
    before = values_of(observation)
    if observation.version != version:
        raise StaleVersion(observation)
    done = save_over(observation, version=version, **wanted)
    audit.record(
        by=by, action=action, target=done, before=before, after=values_of(done) | {"reason": done.return_reason}
    )
    return done


@dataclass(frozen=True)
class Decided:
    """How many of the chosen values were decided, and why the others were not (name, sentence)."""

    done: int
    refused: list[tuple[str, str]]


def decide_many(*, chosen: dict[int, int], decision: str, reason: str, by, on: date) -> Decided:
    """Approve or return each of the chosen values (key → version seen), each for itself.

    Raises UserError when nothing is chosen, or a return has no reason.
    """
    if not chosen:
        raise UserError("请先勾选要审核的数值。")
    if decision not in ("approve", "return"):
        raise UserError("请选择通过或退回。")
    if decision == "return" and not (reason or "").strip():
        raise UserError("退回须写明原因。", field="reason")
    rows = Observation.objects.visible_to(by).filter(pk__in=chosen, source__isnull=True)
    rows = rows.select_related("indicator", "organisation", "reported_by").order_by("pk")
    done, refused = 0, []
    for row in rows:
        name = f"{row.organisation.short} {row.indicator.name}"
        try:
            if decision == "approve":
                approve(observation=row, version=chosen[row.pk], by=by, on=on)
            else:
                return_value(observation=row, version=chosen[row.pk], reason=reason, by=by, on=on)
            done += 1
        except StaleVersion:
            refused.append((name, "刚被他人改过，请刷新后再审核。"))
        except UserError as refusal:
            refused.append((name, refusal.message))
    return Decided(done, refused)


# --- months ------------------------------------------------------------------------------------------


def periods_closing_in(month: str) -> list[str]:
    """Return the periods that end with the month: itself, its quarter, its year."""
    found, number = [month], int(month[5:])
    if number % 3 == 0:
        found.append(f"{month[:4]}-Q{number // 3}")
    if number == 12:
        found.append(month[:4])
    return found


def lock_month(*, period: str, by, on: date):
    """Lock the month and the periods that end with it; refused while values wait for review."""
    try:
        periods.parse_period(period)
    except ValueError as wrong:
        raise UserError(str(wrong)) from None
    waiting = Observation.objects.filter(HANDED_IN | Q(state=State.REVIEWED), source__isnull=True)
    waiting = waiting.filter(period__in=periods_closing_in(period)).count()
    return locking.lock(area=collecting.AREA, period=period, by=by, on=on, waiting=waiting, noun="个指标值")


def months_to_show(on: date) -> list[dict]:
    """Return the last twelve months, newest first: lock, open request, values handed in, waiting and locked."""
    first = periods.shift(periods.period_of(on), -11)
    counts = {}
    entered = Observation.objects.filter(source__isnull=True, period__gte=first[:4]).exclude(state=State.RETURNED)
    entered = entered.exclude(state=State.REPORTED, reported_on__isnull=True).order_by()
    for period, state, number in entered.values_list("period", "state").annotate(n=Count("pk")):
        if not periods.SPAN.match(period):
            continue
        kept = counts.setdefault(collecting.closing_month(period), {"total": 0, "waiting": 0, "locked": 0})
        kept["total"] += number
        kept["locked" if state == State.LOCKED else "waiting"] += number
    return locking.months_with_locks(collecting.AREA, first=first, on=on, counts=counts)
