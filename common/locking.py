"""Locking a month of one area (任务填报, 资金台账, 指标填报); two people and a reason open it again.

Who may lock and what still waits in the month is the caller's to say; here stand the rules that all areas share.
"""

from datetime import date

from django.db import IntegrityError, transaction

from common import audit, periods
from common.errors import UserError
from common.models import PeriodLock, UnlockRequest

REASON_LIMIT = 300
Area = PeriodLock.Area


def is_locked(area: str, period: str) -> bool:
    return PeriodLock.objects.filter(area=area, period=period).exists()


def locked_months(area: str) -> frozenset[str]:
    """Return the locked months of the area, for checks of many rows."""
    return frozenset(PeriodLock.objects.filter(area=area).values_list("period", flat=True))


@transaction.atomic
def lock(*, area: str, period: str, by, on: date, waiting: int = 0, noun: str = "份填报") -> PeriodLock:
    """Lock a month that has passed: its rows change no more. Locking twice is one act.

    ``waiting`` is how many of its rows (``noun``) are still to be checked; with any the month stays open.
    """
    label = _label(period)
    if locked := PeriodLock.objects.filter(area=area, period=period).first():
        return locked
    if period > periods.last_full_period(on):
        raise UserError(f"{label}还没有结束，不能锁定。")
    if waiting:
        raise UserError(f"{label}还有 {waiting} {noun}待审核，审核后再锁定。")
    try:
        with transaction.atomic():
            locked = PeriodLock.objects.create(area=area, period=period, locked_on=on, by=by)
    except IntegrityError:  # a colleague was first
        return PeriodLock.objects.get(area=area, period=period)
    audit.record(by=by, action="锁定期间", target=locked, after={"area": area, "period": period})
    return locked


@transaction.atomic
def ask_unlock(*, area: str, period: str, reason: str, by, on: date) -> UnlockRequest:
    """Ask that a locked month be opened again; another person has to agree. Asking again the same is one act."""
    label = _label(period)
    reason = " ".join((reason or "").split())
    if not reason:
        raise UserError("解锁须写明原因。", field="reason")
    if len(reason) > REASON_LIMIT:
        raise UserError(f"原因不超过 {REASON_LIMIT} 字，现有 {len(reason)} 字。", field="reason")
    waiting = UnlockRequest.objects.filter(area=area, period=period, agreed_by__isnull=True).first()
    if waiting:
        if (waiting.asked_by_id, waiting.reason) == (by.pk, reason):
            return waiting
        raise UserError(f"{label}已有解锁申请，等另一人同意。")
    if not is_locked(area, period):
        raise UserError(f"{label}没有锁定，不用解锁。")
    try:
        with transaction.atomic():
            asked = UnlockRequest.objects.create(area=area, period=period, reason=reason, asked_by=by, asked_on=on)
    except IntegrityError:  # a colleague was first
        raise UserError(f"{label}刚有人申请解锁，等另一人同意。") from None
    after = {"area": area, "period": period, "reason": reason}
    audit.record(by=by, action="申请解锁", target=asked, after=after)
    return asked


@transaction.atomic
def agree_unlock(*, area: str, request_id: int, by, on: date) -> UnlockRequest:
    """Open the month again: the second person's part. Agreeing twice is one act."""
    asked = _request(area, request_id)
    if asked.agreed_by_id == by.pk:
        return asked
    if asked.agreed_by_id:
        raise UserError("这项解锁申请已由他人同意。")
    if asked.asked_by_id == by.pk:
        raise UserError("解锁须由另一人同意，不能同意自己的申请。")
    UnlockRequest.objects.filter(pk=asked.pk).update(agreed_by=by, agreed_on=on)
    PeriodLock.objects.filter(area=area, period=asked.period).delete()
    asked.refresh_from_db()
    after = {"area": area, "period": asked.period, "reason": asked.reason, "asked_by": asked.asked_by.get_username()}
    audit.record(by=by, action="同意解锁", target=asked, after=after)
    return asked


@transaction.atomic
def withdraw_unlock(*, area: str, request_id: int, by) -> None:
    """Take one's own request back before anybody has agreed."""
    asked = _request(area, request_id)
    if asked.agreed_by_id:
        raise UserError("这项解锁申请已经同意，不能撤回。")
    if asked.asked_by_id != by.pk:
        raise UserError("只能撤回自己的解锁申请。")
    before = {"area": area, "period": asked.period, "reason": asked.reason}
    audit.record(by=by, action="撤回解锁申请", target=asked, before=before)
    asked.delete()


def unlock_reason(area: str, period: str) -> str:
    """Return why the month was last opened again after having been locked; empty when it never was."""
    agreed = UnlockRequest.objects.filter(area=area, period=period, agreed_by__isnull=False).first()
    return agreed.reason if agreed else ""


def open_again(area: str, among) -> set[str]:
    """Return the months of ``among`` that were locked once and are open now."""
    agreed = UnlockRequest.objects.filter(area=area, period__in=among, agreed_by__isnull=False)
    locked = PeriodLock.objects.filter(area=area, period__in=among)
    return set(agreed.values_list("period", flat=True)) - set(locked.values_list("period", flat=True))


def agreed_requests(area: str, limit: int = 20) -> list[UnlockRequest]:
    """Return the last unlockings, newest first, with who asked and who agreed."""
    agreed = UnlockRequest.objects.filter(area=area, agreed_by__isnull=False)
    return list(agreed.select_related("asked_by", "agreed_by")[:limit])


def months_with_locks(area: str, *, first: str, on: date, counts: dict[str, dict]) -> list[dict]:
    """Return the months from ``first`` to ``on``, newest first: lock, open request, and their ``counts``.

    Each has ``period, label, lock, request, reopened, over`` and whatever stands in ``counts`` for it.
    """
    locks = {row.period: row for row in PeriodLock.objects.filter(area=area).select_related("by")}
    requests = UnlockRequest.objects.filter(area=area)
    waiting = {row.period: row for row in requests.filter(agreed_by__isnull=True).select_related("asked_by")}
    agreed = set(requests.filter(agreed_by__isnull=False).values_list("period", flat=True))
    full = periods.last_full_period(on)
    return [
        {
            "period": period,
            "label": periods.label(period),
            "lock": locks.get(period),
            "request": waiting.get(period),
            "reopened": period in agreed and period not in locks,
            "over": period <= full,
        }
        | counts.get(period, {})
        for period in reversed(periods.months_between(first, periods.period_of(on)))
    ]


def _label(period: str) -> str:
    try:
        return periods.label(periods.parse_period(period))
    except ValueError as problem:
        raise UserError(str(problem)) from None


def _request(area, pk) -> UnlockRequest:
    requests = UnlockRequest.objects.select_for_update(of=("self",)).select_related("asked_by")
    asked = requests.filter(area=area, pk=pk).first()
    if asked is None:
        raise UserError("这项解锁申请已经撤回。")
    return asked
