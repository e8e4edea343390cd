"""Jobs: asked for inside a request's transaction, done outside it, exactly once.

The row decides. A worker owns a job while it holds an unexpired lease, taken by one conditional
UPDATE; a worker that dies stops renewing, the sweeper queues the job again, and the next claim wins.
A handler does its slow work first, outside any transaction, and returns a function that stores the
result; that function runs in one transaction with the job's own completion. So a killed worker
leaves nothing half-made, and nobody's saving waits for a long job.
"""

import logging
import threading
import uuid
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from common.errors import UserError
from common.models import Job

log = logging.getLogger("dezhou.jobs")

LEASE = timedelta(seconds=30)
HEARTBEAT_SECONDS = 8
MAX_ATTEMPTS = 5

_handlers: dict[str, Callable] = {}


class LostClaim(Exception):
    """Another worker has taken the job over; this one must not write its result."""


def handler(kind: str):
    """Register ``function(job, progress)`` as the one that does jobs of this kind.

    ``progress(percent, step)`` shows how far it is. It returns a function without arguments that
    stores what was made and returns the job's result (plain JSON values).
    """

    def register(function):
        _handlers[kind] = function
        return function

    return register


def enqueue(*, kind: str, key: str, payload: dict, by=None) -> Job:
    """Return the active job of this kind and key, or a new one, and have it started on commit.

    Asking twice makes one job.
    """
    try:
        with transaction.atomic():
            job = Job.objects.create(kind=kind, key=key, payload=payload, created_by=by)
    except IntegrityError:
        job = Job.objects.get(kind=kind, key=key, state__in=[Job.State.QUEUED, Job.State.RUNNING])
    transaction.on_commit(lambda: _announce(job.pk))
    return job


def _announce(job_id: int) -> None:
    """Tell the broker, where there is one. Its absence costs time, not the job: the sweeper tells it again."""
    if not settings.REDIS_URL:
        return
    from common.tasks import run_job

    try:
        run_job.delay(job_id)
    except Exception as error:  # any broker fault: kombu wraps some, redis raises others
        log.warning("broker unreachable, job waits in the database", extra={"job": job_id, "error": str(error)})


def claim(job_id: int) -> Job | None:
    """Take the job when it is free and return it, or None when somebody else has it or it is finished."""
    now, token = timezone.now(), uuid.uuid4().hex
    free = Q(state=Job.State.QUEUED) | Q(state=Job.State.RUNNING, lease_until__lt=now)
    taken = Job.objects.filter(free, pk=job_id).update(
        state=Job.State.RUNNING,
        claim=token,
        lease_until=now + LEASE,
        attempts=F("attempts") + 1,
        step="",
        progress=0,
    )
    return Job.objects.get(pk=job_id) if taken else None


def run(job_id: int) -> bool:
    """Do the job if it can be claimed; return whether this call did it."""
    job = claim(job_id)
    if job is None:
        return False
    if job.attempts > MAX_ATTEMPTS:
        _finish(job, state=Job.State.FAILED, error="多次重试仍未完成，请联系系统管理员。")
        return False
    with _heartbeat(job):
        try:
            store = _handlers[job.kind](job, lambda percent, step: report(job, percent, step))
            with transaction.atomic():
                _finish(job, state=Job.State.DONE, result=store(), progress=100, step="已完成")
        except LostClaim:
            log.warning("job taken over by another worker", extra={"job": job.pk})
            return False
        except UserError as refusal:
            _finish(job, state=Job.State.FAILED, error=refusal.message[:300])
        except Exception:
            log.exception("job failed", extra={"job": job.pk, "kind": job.kind})
            _finish(job, state=Job.State.FAILED, error=f"处理时出错，请联系系统管理员（编号 {job.pk}）。")
    return True


def _finish(job: Job, **values) -> None:
    owned = Job.objects.filter(pk=job.pk, claim=job.claim, state=Job.State.RUNNING)
    if not owned.update(finished_at=timezone.now(), lease_until=None, **values):
        raise LostClaim


def report(job: Job, percent: int, step: str) -> None:
    """Show progress to whoever watches and renew the lease; raises LostClaim when the job was taken over."""
    if not _renew(job, progress=percent, step=step):
        raise LostClaim


def _renew(job: Job, **values) -> bool:
    owned = Job.objects.filter(pk=job.pk, claim=job.claim, state=Job.State.RUNNING)
    return bool(owned.update(lease_until=timezone.now() + LEASE, **values))


class _heartbeat:
    """Renew the job's lease while its handler works."""

    def __init__(self, job):
        self.job = job
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self):
        self.thread.start()

    def __exit__(self, *_):
        self.stop.set()
        self.thread.join(timeout=5)

    def _beat(self):
        while not self.stop.wait(HEARTBEAT_SECONDS):
            try:
                if not _renew(self.job):
                    return
            except Exception as error:
                log.warning("lease not renewed", extra={"job": self.job.pk, "error": str(error)})
            finally:
                connection.close()


def waiting_ids() -> list[int]:
    """Return the ids of jobs that nobody works on, oldest first."""
    free = Q(state=Job.State.QUEUED) | Q(state=Job.State.RUNNING, lease_until__lt=timezone.now())
    return list(Job.objects.filter(free).order_by("id").values_list("pk", flat=True))


def requeue_stale() -> int:
    """Send every waiting job to the broker again; claims make repeats harmless. Return how many."""
    ids = waiting_ids()
    for job_id in ids:
        _announce(job_id)
    return len(ids)


def shown(job: Job) -> dict:
    """Return the job as ``common/_job.html`` and its script read it."""
    states = {Job.State.QUEUED: "waiting", Job.State.RUNNING: "running", Job.State.DONE: "done"}
    return {
        "status_url": reverse("job", args=[job.pk]),
        "state": states.get(job.state, "failed"),
        "step": job.step,
        "done": job.progress,
        "total": 100,
        "error": job.error,
        "links": [],
    }
