"""Tells Docker whether a container works: ``python deploy/healthcheck.py web|worker|beat`` exits 0 or 1."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

BEAT_SECONDS = 600  # beat writes its schedule every three minutes


def web():
    """The web server answers /livez, asked by a name that it accepts and as if through the HTTPS proxy."""
    name = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip().lstrip(".") or "127.0.0.1"
    headers = {"Host": "127.0.0.1" if name == "*" else name, "X-Forwarded-Proto": "https"}
    request = urllib.request.Request(f"http://127.0.0.1:{os.environ.get('PORT') or 8000}/livez", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def worker():
    """The Celery worker of this container answers a ping."""
    ping = [sys.executable, "-m", "celery", "-A", "dezhou_jjj", "inspect", "ping", "--timeout", "8"]
    ping += ["--destination", f"celery@{socket.gethostname()}"]
    return subprocess.run(ping, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def beat():
    """Beat has written its schedule within the last minutes."""
    schedules = Path(os.environ.get("DATA_DIR") or "var").glob("celerybeat-schedule*")
    return any(time.time() - path.stat().st_mtime < BEAT_SECONDS for path in schedules)


if __name__ == "__main__":
    sys.exit(0 if {"web": web, "worker": worker, "beat": beat}[sys.argv[1]]() else 1)
