"""Celery tasks of supervision."""

from celery import shared_task

from common import clock
from tasklists import supervision


@shared_task
def check_supervision() -> None:
    """Do the day's check; a second run on the same day changes nothing."""
    supervision.run_checks(on=clock.today())
