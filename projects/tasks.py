"""Celery tasks of projects."""

from celery import shared_task
from django.utils import timezone

from common import clock
from projects.health import checking
from projects.pipeline import reminders as pipeline_reminders
from projects.service import links, reminders


@shared_task
def check_service() -> None:
    """Remind the handlers of cases near or past their deadline; a second run on the same day tells nobody again."""
    reminders.remind(on=clock.today())
    links.forget_visits(timezone.now())


@shared_task
def check_health() -> None:
    """Examine all projects and remind of slips; a second run on the same day changes nothing."""
    checking.run_check(on=clock.today())


@shared_task
def check_pipeline() -> None:
    """Remind of stale leads and promised dates; a second run on the same day tells nobody again."""
    pipeline_reminders.remind(on=clock.today())
