"""Celery tasks of bulletins."""

from celery import shared_task

from common import clock, periods
from reports.bulletins import batches, building, editing, publishing, restating  # noqa: F401 - job handlers
from reports.bulletins.editions import Kind


@shared_task
def draft_monthly_bulletins() -> None:
    """Order last month's drafts for the city, every county and every department, as the office would.

    Drafts that nobody edited are made anew; edited, waiting and issued ones are left.
    """
    today = clock.today()
    last_month = periods.shift(periods.period_of(today), -1)
    batches.order(kind=Kind.MONTHLY, period=last_month, groups=list(batches.GROUPS), by=None, today=today)


@shared_task
def find_restatements() -> None:
    """Compare the issued bulletins' frozen figures with the rows as they stand."""
    restating.find_restatements(clock.today())
