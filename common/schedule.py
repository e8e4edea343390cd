"""Celery's schedule, kept by the embedded runner: the same entries, due by the same rules."""

import logging

from celery import current_app
from celery.schedules import maybe_schedule
from django.utils import timezone

from common.models import ScheduleRun

log = logging.getLogger("dezhou.schedule")


def run_due_entries() -> list[str]:
    """Start every entry that is due and return their names. An entry first seen waits for its next time."""
    current_app.loader.import_default_modules()  # a worker does this by itself; here nobody has asked for tasks yet
    started = []
    for name, entry in current_app.conf.beat_schedule.items():
        seen, created = ScheduleRun.objects.get_or_create(name=name, defaults={"last_run_at": timezone.now()})
        if created or not maybe_schedule(entry["schedule"], app=current_app).is_due(seen.last_run_at).is_due:
            continue
        mine = ScheduleRun.objects.filter(pk=seen.pk, last_run_at=seen.last_run_at)
        if not mine.update(last_run_at=timezone.now()):
            continue
        try:
            current_app.tasks[entry["task"]].apply(throw=True)
        except Exception:
            log.exception("scheduled task failed", extra={"task": entry["task"]})
        started.append(name)
    return started
