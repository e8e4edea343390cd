"""The Celery application and, in one dict, everything that runs by the clock.

The embedded runner (``manage.py run_jobs``) reads the same schedule, so a site without Redis does
the same things at the same times.
"""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dezhou_jjj.settings")

app = Celery("dezhou_jjj")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    "requeue-stale-jobs": {"task": "common.tasks.requeue_stale_jobs", "schedule": 30.0},
    "draft-monthly-bulletins": {
        "task": "reports.tasks.draft_monthly_bulletins",
        "schedule": crontab(minute=0, hour=6, day_of_month=2),
    },
    "find-restatements": {
        "task": "reports.tasks.find_restatements",
        "schedule": crontab(minute=30, hour=1),
    },
    "check-supervision": {
        "task": "tasklists.tasks.check_supervision",
        "schedule": crontab(minute=0, hour=1),
    },
    "check-service": {
        "task": "projects.tasks.check_service",
        "schedule": crontab(minute=15, hour=1),
    },
    "check-health": {
        "task": "projects.tasks.check_health",
        "schedule": crontab(minute=15, hour=1),
    },
    "check-pipeline": {
        "task": "projects.tasks.check_pipeline",
        "schedule": crontab(minute=20, hour=1),
    },
    "remind-of-missing-indicators": {
        "task": "indicators.tasks.remind_of_missing",
        "schedule": crontab(minute=20, hour=1),
    },
    "mail-digests": {
        "task": "accounts.tasks.mail_digests",
        "schedule": crontab(minute=30, hour=7),
    },
    "archive-audit": {
        "task": "common.tasks.archive_audit",
        "schedule": crontab(minute=45, hour=0, day_of_month=1),
    },
    "export-audit-head": {
        "task": "common.tasks.export_audit_head",
        "schedule": crontab(minute=30, hour=0),
    },
}
