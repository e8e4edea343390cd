"""The embedded runner's schedule: every entry names a task that the process which keeps it knows."""

import os
import subprocess
import sys

PROGRAM = """
import django
django.setup()
from unittest import mock
from celery import current_app
from common import schedule
with mock.patch.object(schedule.ScheduleRun, "objects") as rows:
    rows.get_or_create.return_value = (None, True)
    schedule.run_due_entries()
print([e["task"] for e in current_app.conf.beat_schedule.values() if e["task"] not in current_app.tasks])
"""


def test_a_fresh_process_knows_every_task_of_its_schedule():
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "dezhou_jjj.settings"}
    told = subprocess.run([sys.executable, "-c", PROGRAM], env=env, capture_output=True, text=True, timeout=60)
    assert told.stdout.strip().splitlines()[-1] == "[]", told.stdout + told.stderr
