"""Jobs: asked for once, done once, whoever dies or races."""

import socket
import threading
import time
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from common import jobs, tasks
from common.errors import UserError
from common.models import Job, Source
from tests.common.racing import race


@pytest.fixture(autouse=True)
def own_handlers(monkeypatch):
    monkeypatch.setattr(jobs, "_handlers", {})


def make_job(key="one", **fields):
    return Job.objects.create(**{"kind": "test", "key": key} | fields)


def writes_a_source(job, progress):
    """A handler that stores one row, named after the job."""
    progress(50, "半程")

    def store():
        Source.objects.create(key=f"job-{job.pk}", title="成果")
        return {"source": f"job-{job.pk}"}

    return store


def test_job_is_done_and_keeps_its_result(transactional_db):
    jobs.handler("test")(writes_a_source)
    job = jobs.enqueue(kind="test", key="one", payload={"a": 1})
    assert (job.state, job.payload) == (Job.State.QUEUED, {"a": 1})
    assert jobs.run(job.pk) is True
    job.refresh_from_db()
    assert (job.state, job.progress, job.result) == (Job.State.DONE, 100, {"source": f"job-{job.pk}"})
    assert job.finished_at and job.lease_until is None
    assert jobs.run(job.pk) is False
    assert Source.objects.count() == 1


def test_one_active_job_per_key_and_a_new_one_when_it_is_done(transactional_db):
    jobs.handler("test")(writes_a_source)
    first = jobs.enqueue(kind="test", key="one", payload={})
    for _ in range(20):
        assert jobs.enqueue(kind="test", key="one", payload={}).pk == first.pk
    assert jobs.enqueue(kind="test", key="two", payload={}).pk != first.pk
    jobs.run(first.pk)
    assert jobs.enqueue(kind="test", key="one", payload={}).pk != first.pk


def test_asking_at_once_makes_one_job(transactional_db):
    results = race(lambda number: jobs.enqueue(kind="test", key="one", payload={}).pk, 12)
    assert len(set(results)) == 1 and isinstance(results[0], int)
    assert Job.objects.count() == 1


def test_asking_is_undone_with_its_transaction(transactional_db):
    with pytest.raises(ValueError), transaction.atomic():
        jobs.enqueue(kind="test", key="one", payload={})
        raise ValueError
    assert not Job.objects.exists()


def test_forty_jobs_and_eight_claimers_make_forty_winners(transactional_db):
    ids = [make_job(key=str(number)).pk for number in range(40)]
    results = race(lambda number: [job.pk for job_id in ids if (job := jobs.claim(job_id))], 8)
    assert not [result for result in results if isinstance(result, Exception)]
    claimed = [job_id for result in results for job_id in result]
    assert sorted(claimed) == ids
    assert len(set(Job.objects.values_list("claim", flat=True))) == 40


def test_claim_with_a_live_lease_is_respected_and_an_expired_one_taken_over(db):
    job = make_job()
    assert jobs.claim(job.pk) and jobs.claim(job.pk) is None
    assert jobs.waiting_ids() == []
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert jobs.waiting_ids() == [job.pk]
    assert jobs.claim(job.pk).attempts == 2


def test_worker_that_lost_its_claim_writes_nothing(transactional_db):
    def slow(job, progress):
        Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        assert jobs.claim(job.pk)  # another worker takes it over
        return lambda: Source.objects.create(key="lost", title="不该有") and {}

    jobs.handler("test")(slow)
    job = make_job()
    assert jobs.run(job.pk) is False
    assert not Source.objects.exists()
    job.refresh_from_db()
    assert job.state == Job.State.RUNNING


def test_report_of_progress_ends_a_worker_that_lost_its_claim(transactional_db):
    reached = []

    def slow(job, progress):
        progress(10, "第一步")
        Job.objects.update(claim="another")
        progress(20, "第二步")
        reached.append("after")

    jobs.handler("test")(slow)
    assert jobs.run(make_job().pk) is False
    assert reached == [] and Job.objects.get().step == "第一步"


def test_killed_worker_leaves_nothing_and_the_job_is_done_once(transactional_db):
    """Being killed between work and storing is an exception that nothing handles."""
    dies = [True]

    def handler(job, progress):
        store = writes_a_source(job, progress)

        def stored():
            result = store()
            if dies:
                dies.clear()
                raise SystemExit
            return result

        return stored

    jobs.handler("test")(handler)
    job = make_job()
    with pytest.raises(SystemExit):
        jobs.run(job.pk)
    assert not Source.objects.exists() and jobs.waiting_ids() == []
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert jobs.run(job.pk) is True
    assert Source.objects.count() == 1


@pytest.mark.parametrize(
    ("error", "words"), [(UserError("本期没有可写的内容。"), "本期没有可写的内容。"), (KeyError("x"), "处理时出错")]
)
def test_failure_says_why_and_keeps_nothing(transactional_db, error, words):
    def failing(job, progress):
        def store():
            Source.objects.create(key="half", title="半成品")
            raise error

        return store

    jobs.handler("test")(failing)
    job = make_job()
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.FAILED and words in job.error
    assert not Source.objects.exists()


def test_job_that_keeps_dying_is_given_up(transactional_db):
    jobs.handler("test")(writes_a_source)
    job = make_job(attempts=jobs.MAX_ATTEMPTS)
    assert jobs.run(job.pk) is False
    job.refresh_from_db()
    assert (job.state, job.error) == (Job.State.FAILED, "多次重试仍未完成，请联系系统管理员。")
    assert not Source.objects.exists()


def test_lease_is_renewed_while_the_handler_works(transactional_db, monkeypatch):
    monkeypatch.setattr(jobs, "HEARTBEAT_SECONDS", 0.05)
    renewed = threading.Event()

    def slow(job, progress):
        before = Job.objects.get(pk=job.pk).lease_until
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and not renewed.is_set():
            if Job.objects.get(pk=job.pk).lease_until > before:
                renewed.set()
            time.sleep(0.02)
        return dict

    jobs.handler("test")(slow)
    jobs.run(make_job().pk)
    assert renewed.is_set()


def test_sweeper_sends_waiting_jobs_again(db, settings, monkeypatch):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    sent = []
    monkeypatch.setattr(tasks.run_job, "delay", sent.append)
    waiting = make_job("waiting")
    make_job("mine", state=Job.State.RUNNING, lease_until=timezone.now() + timedelta(seconds=20))
    dead = make_job("dead", state=Job.State.RUNNING, lease_until=timezone.now() - timedelta(seconds=1))
    make_job("done", state=Job.State.DONE)
    assert jobs.requeue_stale() == 2
    assert sent == [waiting.pk, dead.pk]


@pytest.mark.parametrize("answers", [False, True], ids=["refused", "frozen"])
def test_broker_that_is_down_costs_less_than_two_seconds(transactional_db, settings, answers):
    """Refused: nothing listens. Frozen: it takes the connection and says nothing."""
    from celery import Celery

    from dezhou_jjj.celery import app as ours

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        if answers:
            listener.listen(8)
        url = f"redis://127.0.0.1:{listener.getsockname()[1]}/0"
        other = Celery("down", broker=url, set_as_current=False)
        other.conf.update(
            {
                name: ours.conf[name]
                for name in (
                    "task_publish_retry",
                    "broker_connection_timeout",
                    "broker_transport_options",
                    "task_ignore_result",
                )
            }
        )
        settings.REDIS_URL = url
        task = other.task(name="common.tasks.run_job")(lambda job_id: None)
        original, tasks.run_job = tasks.run_job, task
        began = time.monotonic()
        try:
            job = jobs.enqueue(kind="test", key="one", payload={})
        finally:
            tasks.run_job = original
    assert time.monotonic() - began < 2
    assert Job.objects.get(pk=job.pk).state == Job.State.QUEUED
