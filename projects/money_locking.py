"""Locking months of the ledgers of 到位资金 and 完成投资 together; the database refuses their rows from then on."""

from datetime import date

from django.db import connection, transaction
from django.db.models import Count, Q, Sum

from accounts.permissions import may
from common import locking, periods
from common.errors import UserError
from common.models import PeriodLock, UnlockRequest
from common.remember import remembered
from projects.models import FundEntry, InvestmentEntry, MoneyEntry

AREA = PeriodLock.Area.FUNDS
MODELS = {"funds": FundEntry, "investments": InvestmentEntry}
WAITING = (MoneyEntry.State.CLAIMED, MoneyEntry.State.COUNTY_VERIFIED)
SHOWN_MONTHS = 18


@transaction.atomic
def lock_month(*, period: str, by, on: date) -> PeriodLock:
    """Lock a month that has passed and whose rows are all verified or returned. Locking twice is one act."""
    _require_office(by)
    _hold_ledgers()
    waiting = sum(model.objects.filter(month=period, state__in=WAITING).count() for model in MODELS.values())
    return locking.lock(area=AREA, period=period, by=by, on=on, waiting=waiting, noun="笔申报")


def ask_unlock(*, period: str, reason: str, by, on: date) -> UnlockRequest:
    """Ask that a locked month be opened again; another person of the office has to agree."""
    _require_office(by)
    return locking.ask_unlock(area=AREA, period=period, reason=reason, by=by, on=on)


def agree_unlock(*, request_id: int, by, on: date) -> UnlockRequest:
    """Open the month again: the second person's part."""
    _require_office(by)
    return locking.agree_unlock(area=AREA, request_id=request_id, by=by, on=on)


def withdraw_unlock(*, request_id: int, by) -> None:
    """Take one's own request back before anybody has agreed."""
    _require_office(by)
    locking.withdraw_unlock(area=AREA, request_id=request_id, by=by)


def months_to_show(on: date) -> list[dict]:
    """Return the months with money up to today, newest first: verified sums (万元), rows waiting, lock, request."""
    now = periods.period_of(on)
    found = remembered(f"money-months:{now}", lambda: _count_by_month(periods.shift(now, 1 - SHOWN_MONTHS), now))
    first = min(found, default=now)
    nothing = {"funds": None, "investments": None, "waiting": 0, "returned": 0}
    counts = {period: nothing | found.get(period, {}) for period in periods.months_between(first, now)}
    return locking.months_with_locks(AREA, first=first, on=on, counts=counts)


def _count_by_month(first: str, last: str) -> dict[str, dict]:
    """Return what the ledgers hold from ``first`` to ``last``; ``first`` stands there too where older rows do."""
    counts = {}
    if any(model.objects.filter(month__lt=first).exists() for model in MODELS.values()):
        counts[first] = {"waiting": 0, "returned": 0}
    for name, model in MODELS.items():
        rows = model.objects.filter(month__gte=first, month__lte=last).order_by().values("month")
        for row in rows.annotate(
            verified=Sum("amount", filter=Q(state="city_verified")),
            waiting=Count("pk", filter=Q(state__in=WAITING)),
            returned=Count("pk", filter=Q(state="returned")),
        ):
            month = counts.setdefault(row["month"], {"waiting": 0, "returned": 0})
            month[name] = row["verified"]
            month["waiting"] += row["waiting"]
            month["returned"] += row["returned"]
    return counts


def _hold_ledgers():
    """Wait for whoever is writing a row and keep others from it until the commit, so that none slips in.

    SQLite has one writer at a time anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for model in MODELS.values():
                cursor.execute(f"LOCK TABLE {model._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")


def _require_office(by):
    if not may(by, "supervise"):
        raise UserError("只有协调办可以锁定和解锁期间。")
