"""Celery tasks of bulletins."""

from celery import shared_task
from django.db import transaction

from common import clock, periods
from common.errors import UserError
from reports.bulletins import building, editing, publishing, restating  # noqa: F401 - registers the job handlers
from reports.bulletins.editions import Edition, Kind


@shared_task
def draft_monthly_bulletin() -> None:
    """Ask for last month's draft, as the office would; an existing draft is made anew, an issued one is left."""
    today = clock.today()
    try:
        with transaction.atomic():
            last_month = periods.shift(periods.period_of(today), -1)
            building.request_building(Edition(Kind.MONTHLY, last_month), by=None, today=today)
    except UserError:
        return


@shared_task
def find_restatements() -> None:
    """Compare the issued bulletins' frozen figures with the rows as they stand."""
    restating.find_restatements(clock.today())
