"""The program started as its users start it, in a DATA_DIR of the test's own."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from tests.services import die_with_parent, free_port

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 120
SETTINGS = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "EMAIL_URL")


class Program:
    """``scripts/run`` without its installing part, on a free port; ``environment`` adds to the settings."""

    def __init__(self, data_dir, **environment):
        self.data_dir = Path(data_dir)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None
        # Empty values hide what the developer's own .env may hold.
        plain = dict.fromkeys(SETTINGS, "") | {"DEBUG": "off", "HTTPS": "off", "LOG_LEVEL": "WARNING"}
        own = {"DATA_DIR": str(self.data_dir), "HOST": "127.0.0.1", "PORT": str(self.port)}
        self.environment = os.environ | plain | own | environment
        for name in ("DJANGO_SETTINGS_MODULE", "TEST_DATABASE"):
            self.environment.pop(name, None)

    def command(self, *words, timeout=300):
        """Runs ``python words…`` with the program's settings; the CompletedProcess with its output."""
        return subprocess.run(
            [sys.executable, *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=timeout,
        )

    def start(self):
        """Prepares the database, loads the shipped data the first time, serves in the background."""
        prepared = self.command("-m", "dezhou_jjj.prepare", "--for-serving")
        assert prepared.returncode == 0, prepared.stdout + prepared.stderr
        self.data_dir.mkdir(exist_ok=True)
        with (self.data_dir / "output.txt").open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "dezhou_jjj.serve"],
                cwd=ROOT,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )
        self.wait_until_ready()

    def wait_until_ready(self):
        """Returns when /readyz answers; AssertionError with the output when it does not."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise AssertionError(f"the program did not start:\n{self.output()}")

    def output(self):
        """Everything the serving program has printed."""
        return (self.data_dir / "output.txt").read_text(encoding="utf-8", errors="replace")

    def stop(self, ask=signal.SIGTERM, patience=40):
        """Asks the program to end; returns its exit status."""
        self.process.send_signal(ask)
        try:
            return self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise

    @contextmanager
    def running(self):
        """Started on entry, stopped on leaving."""
        self.start()
        try:
            yield self
        finally:
            if self.process.poll() is None:
                self.stop()

    @property
    def accounts(self):
        """The demonstration accounts, user name → password, from DATA_DIR/demo_accounts.txt.

        Under one line of headings each line holds role, user name and password, apart by spaces.
        """
        lines = (self.data_dir / "demo_accounts.txt").read_text(encoding="utf-8").splitlines()[1:]
        return dict(line.split()[1:3] for line in lines if line.strip())


def descendants(pid):
    """Process ids of all live processes below ``pid``."""
    children = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text(errors="replace").rpartition(")")[2].split()[1])
        except OSError:
            continue
        children.setdefault(parent, set()).add(int(stat.parent.name))
    found, waiting = set(), [pid]
    while waiting:
        below = children.get(waiting.pop(), set())
        found |= below
        waiting += below
    return found
