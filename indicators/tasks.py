"""Celery tasks of indicators."""

from celery import shared_task

from common import clock
from indicators import reminding


@shared_task
def remind_of_missing() -> None:
    """Do the day's reminders; a second run on the same day changes nothing."""
    reminding.remind(on=clock.today())
