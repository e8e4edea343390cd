"""Locking months: the office locks one; it is opened again by two people and a reason."""

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Count, Min, Q

from accounts.permissions import may
from common import audit, periods
from common.errors import UserError
from tasklists.extending import checked_reason
from tasklists.models import PeriodLock, ProgressReport, UnlockRequest

SHOWN_MONTHS = 18


@transaction.atomic
def lock_month(*, period: str, by, on: date) -> PeriodLock:
    """Lock a month that has passed: its reports change no more. Locking twice is one act."""
    _require_office(by)
    label = _label(period)
    if locked := PeriodLock.objects.filter(period=period).first():
        return locked
    if period > periods.last_full_period(on):
        raise UserError(f"{label}还没有结束，不能锁定。")
    waiting = ProgressReport.objects.filter(period=period, state__in=("submitted", "org_approved")).count()
    if waiting:
        raise UserError(f"{label}还有 {waiting} 份填报待审核，审核后再锁定。")
    try:
        with transaction.atomic():
            lock = PeriodLock.objects.create(period=period, locked_on=on, by=by)
    except IntegrityError:  # a colleague was first
        return PeriodLock.objects.get(period=period)
    audit.record(by=by, action="锁定期间", target=lock, after={"period": period})
    return lock


@transaction.atomic
def ask_unlock(*, period: str, reason: str, by, on: date) -> UnlockRequest:
    """Ask that a locked month be opened again; another person of the office has to agree."""
    _require_office(by)
    label = _label(period)
    reason = checked_reason(reason, "解锁")
    waiting = UnlockRequest.objects.filter(period=period, agreed_by__isnull=True).first()
    if waiting:
        if (waiting.asked_by_id, waiting.reason) == (by.pk, reason):
            return waiting
        raise UserError(f"{label}已有解锁申请，等另一人同意。")
    if not PeriodLock.objects.filter(period=period).exists():
        raise UserError(f"{label}没有锁定，不用解锁。")
    try:
        with transaction.atomic():
            asked = UnlockRequest.objects.create(period=period, reason=reason, asked_by=by, asked_on=on)
    except IntegrityError:  # a colleague was first
        raise UserError(f"{label}刚有人申请解锁，等另一人同意。") from None
    audit.record(by=by, action="申请解锁", target=asked, after={"period": period, "reason": reason})
    return asked


@transaction.atomic
def agree_unlock(*, request_id: int, by, on: date) -> UnlockRequest:
    """Open the month again: the second person's part. Agreeing twice is one act."""
    _require_office(by)
    asked = _request(request_id)
    if asked.agreed_by_id == by.pk:
        return asked
    if asked.agreed_by_id:
        raise UserError("这项解锁申请已由他人同意。")
    if asked.asked_by_id == by.pk:
        raise UserError("解锁须由另一人同意，不能同意自己的申请。")
    UnlockRequest.objects.filter(pk=asked.pk).update(agreed_by=by, agreed_on=on)
    PeriodLock.objects.filter(period=asked.period).delete()
    asked.refresh_from_db()
    after = {"period": asked.period, "reason": asked.reason, "asked_by": asked.asked_by.get_username()}
    audit.record(by=by, action="同意解锁", target=asked, after=after)
    return asked


@transaction.atomic
def withdraw_unlock(*, request_id: int, by) -> None:
    """Take one's own request back before anybody has agreed."""
    _require_office(by)
    asked = _request(request_id)
    if asked.agreed_by_id:
        raise UserError("这项解锁申请已经同意，不能撤回。")
    if asked.asked_by_id != by.pk:
        raise UserError("只能撤回自己的解锁申请。")
    audit.record(by=by, action="撤回解锁申请", target=asked, before={"period": asked.period, "reason": asked.reason})
    asked.delete()


def months_to_show(on: date) -> list[dict]:
    """Return the months with reports or locks up to today, newest first: state, counts, open request."""
    first = ProgressReport.objects.aggregate(first=Min("period"))["first"] or periods.period_of(on)
    last = periods.period_of(on)
    first = max(first, periods.shift(last, 1 - SHOWN_MONTHS))
    counts = {
        row["period"]: row
        for row in ProgressReport.objects.filter(period__gte=first)
        .order_by()
        .values("period")
        .annotate(
            total=Count("pk"),
            approved=Count("pk", filter=Q(state="approved")),
            waiting=Count("pk", filter=Q(state__in=("submitted", "org_approved"))),
        )
    }
    locks = {lock.period: lock for lock in PeriodLock.objects.select_related("by")}
    requests = {r.period: r for r in UnlockRequest.objects.filter(agreed_by__isnull=True).select_related("asked_by")}
    agreed = set(UnlockRequest.objects.filter(agreed_by__isnull=False).values_list("period", flat=True))
    full = periods.last_full_period(on)
    return [
        {
            "period": period,
            "label": periods.label(period),
            "lock": locks.get(period),
            "request": requests.get(period),
            "reopened": period in agreed and period not in locks,
            "over": period <= full,
            **{key: counts.get(period, {}).get(key, 0) for key in ("total", "approved", "waiting")},
        }
        for period in reversed(periods.months_between(first, last))
    ]


def _require_office(by):
    if not may(by, "supervise"):
        raise UserError("只有协调办可以锁定和解锁期间。")


def _label(period: str) -> str:
    try:
        return periods.label(periods.parse_period(period))
    except ValueError as problem:
        raise UserError(str(problem)) from None


def _request(pk) -> UnlockRequest:
    asked = UnlockRequest.objects.select_for_update(of=("self",)).select_related("asked_by").filter(pk=pk).first()
    if asked is None:
        raise UserError("这项解锁申请已经撤回。")
    return asked
