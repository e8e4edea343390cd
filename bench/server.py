"""The site under gunicorn with one worker, and requests to it with their wall and CPU time."""

import http.client
import os
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.program import descendants
from tests.services import die_with_parent, free_port

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")
START_SECONDS = 60
SERIES_SECONDS = 20  # a series of requests ends early after this


@dataclass
class Measured:
    """Medians of a series: wall and CPU in milliseconds per request, and what one answer holds."""

    name: str
    wall: float
    cpu: float
    times: int
    size: int = 0
    queries: int | None = None
    sql: float | None = None


class Server:
    """A running site: ``get`` and ``post`` as one browser, ``cpu`` and ``memory`` of its worker."""

    def __init__(self, port, worker):
        self.worker = worker
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.cookies = {}

    def ask(self, path, method="GET", body=None, **headers):
        """Return the answer with its whole body read (``.content``)."""
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        answer.content = answer.read()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def cpu(self) -> float:
        """CPU milliseconds that the worker has used so far, in steps of 10."""
        fields = Path(f"/proc/{self.worker}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * 1000 / TICKS

    def memory(self) -> float:
        """The worker's resident memory at its highest, in MB."""
        lines = Path(f"/proc/{self.worker}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024

    def measure(self, name, ask, *, times, before=lambda: None, expect=200) -> Measured:
        """Repeat ``ask(**headers)`` up to ``times`` times, each after ``before``, which is not measured.

        RuntimeError when an answer has another status than ``expect``: a fast error is no measurement.
        """
        before()
        first = ask(**{"X-Bench-Count": "1"})
        if first.status != expect:
            raise RuntimeError(f"{name}: status {first.status}, expected {expect}: {first.content[:300]!r}")
        walls, cpu, deadline = [], 0.0, time.monotonic() + SERIES_SECONDS
        while len(walls) < times and (len(walls) < 3 or time.monotonic() < deadline):
            before()
            spent, started = self.cpu(), time.perf_counter()
            answer = ask()
            walls.append((time.perf_counter() - started) * 1000)
            cpu += self.cpu() - spent
            if answer.status != expect:
                raise RuntimeError(f"{name}: status {answer.status}, expected {expect}")
        return Measured(
            name,
            statistics.median(walls),
            cpu / len(walls),
            len(walls),
            len(first.content),
            int(first.headers.get("X-Bench-Queries", 0)),
            float(first.headers.get("X-Bench-Sql-Ms", 0)),
        )


@contextmanager
def serving(log: Path):
    """The site on a free port, with the environment's DATA_DIR and DATABASE_URL, stopped on leaving."""
    port = free_port()
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "WEB_WORKERS": "1",
        "WEB_THREADS": "1",
    }
    command = [sys.executable, "-m", "gunicorn", "-c", "python:dezhou_jjj.gunicorn_conf", "dezhou_jjj.wsgi"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=output, preexec_fn=die_with_parent
        )
    try:
        yield Server(port, _worker_of(process, port, log))
    finally:
        process.terminate()
        process.wait(30)


def _worker_of(process, port, log) -> int:
    """Return the worker's process id as soon as it answers."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            probe = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            probe.request("GET", "/livez")
            if probe.getresponse().status == 200 and len(below := descendants(process.pid)) == 1:
                return below.pop()
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the server did not start:\n{log.read_text(errors='replace')[-2000:]}")
