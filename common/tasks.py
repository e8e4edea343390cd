"""Celery tasks of the ground floor: doing jobs, sweeping stale ones, keeping the audit chain's head."""

import json
from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from common import audit_archive, jobs
from common.files import write_file
from common.models import AuditHead


@shared_task
def run_job(job_id: int) -> None:
    jobs.run(job_id)


@shared_task
def requeue_stale_jobs() -> None:
    jobs.requeue_stale()


@shared_task
def export_audit_head() -> None:
    """Write the audit chain's head to a dated file, so that a rewritten chain can be told from the true one."""
    head = AuditHead.objects.filter(pk=1).first()
    if head is None:
        return
    now = timezone.localtime()
    content = {"at": now.isoformat(), "sequence": head.sequence, "digest": head.digest}
    write_file(
        settings.DATA_DIR / "audit-heads" / f"{now:%Y-%m-%d}.json",
        json.dumps(content, ensure_ascii=False).encode(),
    )


@shared_task
def archive_audit() -> None:
    """Move what is past its keeping time (never under 180 days) to a file."""
    days = max(settings.AUDIT_KEEP_DAYS, audit_archive.LEAST_DAYS)
    audit_archive.archive_before(timezone.now() - timedelta(days=days))
