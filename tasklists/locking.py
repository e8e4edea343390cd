"""Locking months of reports: the office locks one; it is opened again by two people and a reason."""

from datetime import date

from django.db.models import Count, Min, Q

from accounts.permissions import may
from common import locking, periods
from common.errors import UserError
from common.models import PeriodLock, UnlockRequest
from tasklists.models import ProgressReport

AREA = PeriodLock.Area.TASKS
SHOWN_MONTHS = 18
WAITING = ("submitted", "org_approved")


def is_locked(period: str) -> bool:
    return locking.is_locked(AREA, period)


def lock_month(*, period: str, by, on: date) -> PeriodLock:
    """Lock a month that has passed and is reviewed: its reports change no more. Locking twice is one act."""
    _require_office(by)
    waiting = ProgressReport.objects.filter(period=period, state__in=WAITING).count()
    return locking.lock(area=AREA, period=period, by=by, on=on, waiting=waiting)


def ask_unlock(*, period: str, reason: str, by, on: date) -> UnlockRequest:
    """Ask that a locked month be opened again; another person of the office has to agree."""
    _require_office(by)
    return locking.ask_unlock(area=AREA, period=period, reason=reason, by=by, on=on)


def agree_unlock(*, request_id: int, by, on: date) -> UnlockRequest:
    """Open the month again: the second person's part. Agreeing twice is one act."""
    _require_office(by)
    return locking.agree_unlock(area=AREA, request_id=request_id, by=by, on=on)


def withdraw_unlock(*, request_id: int, by) -> None:
    """Take one's own request back before anybody has agreed."""
    _require_office(by)
    locking.withdraw_unlock(area=AREA, request_id=request_id, by=by)


def months_to_show(on: date) -> list[dict]:
    """Return the months with reports or locks up to today, newest first: state, counts, open request."""
    first = ProgressReport.objects.aggregate(first=Min("period"))["first"] or periods.period_of(on)
    first = max(first, periods.shift(periods.period_of(on), 1 - SHOWN_MONTHS))
    rows = ProgressReport.objects.filter(period__gte=first).order_by().values("period")
    rows = rows.annotate(
        total=Count("pk"),
        approved=Count("pk", filter=Q(state="approved")),
        waiting=Count("pk", filter=Q(state__in=WAITING)),
    )
    nothing = dict.fromkeys(("total", "approved", "waiting"), 0)
    counts = dict.fromkeys(periods.months_between(first, periods.period_of(on)), nothing)
    counts |= {row.pop("period"): row for row in rows}
    return locking.months_with_locks(AREA, first=first, on=on, counts=counts)


def _require_office(by):
    if not may(by, "supervise"):
        raise UserError("只有协调办可以锁定和解锁期间。")
