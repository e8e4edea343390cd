"""Celery tasks of projects."""

from celery import shared_task
from django.utils import timezone

from common import clock
from projects.service import links, reminders


@shared_task
def check_service() -> None:
    """Remind the handlers of cases near or past their deadline; a second run on the same day tells nobody again."""
    reminders.remind(on=clock.today())
    links.forget_visits(timezone.now())
