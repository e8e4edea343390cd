"""Celery on a real Redis: a worker killed in the middle of a bulletin, and the job done once by the next."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import pytest

from tests.program import ROOT, Program
from tests.services import die_with_parent

pytestmark = pytest.mark.services

STATE = """
import json
from common.models import AuditEntry, Job
from reports.models import Bulletin
print(json.dumps({
    "jobs": list(Job.objects.values_list("state", "attempts")),
    "drafts": Bulletin.objects.filter(period="2023-11", kind="monthly").count(),
    "built": AuditEntry.objects.filter(action="生成通报草稿").count(),
}))
"""
ASK = """
from datetime import date
from django.db import transaction
from accounts.models import User
from reports.bulletins.building import request_building
from reports.bulletins.editions import Edition
with transaction.atomic():
    office = User.objects.get(username="xietiaoban")
    request_building(Edition("monthly", "2023-11"), by=office, today=date(2023, 12, 13))
"""
EXPIRE = """
from django.utils import timezone
from common import jobs
from common.models import Job
Job.objects.filter(state="running").update(lease_until=timezone.now())
jobs.requeue_stale()
"""


class Worker:
    """A Celery worker of the program's settings, which may be killed with all its children."""

    def __init__(self, program):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "dezhou_jjj", "worker", "--concurrency", "1", "-l", "warning"],
            cwd=ROOT,
            env=program.environment,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )

    def kill(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(20)


def shell(program, code):
    done = program.command("manage.py", "shell", "--verbosity", "0", "-c", code)
    assert done.returncode == 0, done.stderr
    return done.stdout


def state(program):
    return json.loads(shell(program, STATE))


def wait_for(program, reached, seconds=90):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = state(program)
        if reached(found):
            return found
        time.sleep(0.3)
    raise AssertionError(f"not reached: {state(program)}")


def wait_until_running(program, seconds=90):
    """Look into the database file itself: a command of its own takes as long as the job that is waited for."""
    deadline = time.monotonic() + seconds
    with closing(sqlite3.connect(f"file:{program.data_dir}/db.sqlite3?mode=ro", uri=True)) as database:
        while database.execute("SELECT state FROM common_job").fetchall() != [("running",)]:
            assert time.monotonic() < deadline, "the job was not begun"
            time.sleep(0.02)


def test_a_killed_workers_bulletin_is_built_once_by_the_next(tmp_path, redis_server):
    program = Program(tmp_path / "site", REDIS_URL=redis_server.url)
    prepared = program.command("-m", "dezhou_jjj.prepare", "--for-serving")
    assert prepared.returncode == 0, prepared.stderr
    worker = Worker(program)
    try:
        shell(program, ASK)
        wait_until_running(program)
        worker.kill()
        found = state(program)
        assert (found["jobs"], found["drafts"], found["built"]) == ([["running", 1]], 0, 0)
        worker = Worker(program)
        shell(program, EXPIRE)
        found = wait_for(program, lambda found: found["jobs"][0][0] == "done")
        assert (found["jobs"], found["drafts"], found["built"]) == ([["done", 2]], 1, 1)
    finally:
        if worker.process.poll() is None:
            worker.kill()


def test_asking_while_redis_is_frozen_returns_at_once_and_the_job_waits(tmp_path, redis_server):
    program = Program(tmp_path / "site", REDIS_URL=redis_server.url)
    assert program.command("-m", "dezhou_jjj.prepare", "--for-serving").returncode == 0
    redis_server.process.send_signal(signal.SIGSTOP)
    try:
        began = time.monotonic()
        shell(program, "import time\nbegan = time.monotonic()\n" + ASK + "assert time.monotonic() - began < 2\n")
        assert time.monotonic() - began < 30
    finally:
        redis_server.process.send_signal(signal.SIGCONT)
    assert state(program)["jobs"] == [["queued", 0]]
    worker = Worker(program)
    try:
        shell(program, "from common import jobs; jobs.requeue_stale()")
        assert wait_for(program, lambda found: found["jobs"][0][0] == "done")["drafts"] == 1
    finally:
        worker.kill()
