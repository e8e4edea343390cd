"""The embedded runner: does waiting jobs and keeps the schedule where no Redis is configured."""

import fcntl
import signal
import sys
import threading

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import close_old_connections

from common import jobs, schedule

POLL_SECONDS = 0.2
SCHEDULE_SECONDS = 10


class Command(BaseCommand):
    help = "做后台任务并按时启动定时任务（未配置 Redis 时使用）"

    def handle(self, **options):
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        lock = open(settings.DATA_DIR / "run_jobs.lock", "w")  # noqa: SIM115 - held until the process ends
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.stderr.write("后台任务进程已在运行，不再启动第二个。")
            sys.exit(2)
        rounds = 0
        while not stop.is_set():
            if rounds % int(SCHEDULE_SECONDS / POLL_SECONDS) == 0:
                schedule.run_due_entries()
            for job_id in jobs.waiting_ids():
                if stop.is_set():
                    break
                jobs.run(job_id)
            close_old_connections()
            rounds += 1
            stop.wait(POLL_SECONDS)
