"""Runs every check and test, one after the other, and sums up: ``python scripts/check.py``.

Goes on after a failure, so that one run shows all of them. Exit status 0 when everything passed.
"""

import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
MANAGE = [PYTHON, "manage.py"]
PYTEST = [PYTHON, "-m", "pytest", "-n", "2", "--dist", "loadgroup"]
ON_POSTGRES = [PYTHON, "-m", "tests.services", "postgres", "--", *PYTEST]
WITHOUT_SERVICES = ["-m", "not browser and not services"]
# As a real site behind HTTPS is set up: only so does the deployment check have something to find.
DEPLOYED = {"HTTPS": "on", "DEBUG": "off", "ALLOWED_HOSTS": "example.cn", "DATABASE_URL": "", "REDIS_URL": ""}


def steps(scratch):
    """(name, command, additions to the environment), in the order in which they run."""
    clean = {"DATABASE_URL": "", "REDIS_URL": "", "DATA_DIR": str(scratch)}
    return [
        ("代码检查", [PYTHON, "-m", "ruff", "check", "."], {}),
        ("代码格式", [PYTHON, "-m", "ruff", "format", "--check", "."], {}),
        ("迁移完整", [*MANAGE, "makemigrations", "--check", "--dry-run"], clean),
        ("部署检查", [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"], clean | DEPLOYED),
        ("SQLite 与浏览器测试", [*PYTEST, f"--junitxml={scratch}/sqlite.xml"], {}),
        ("PostgreSQL 测试", [*ON_POSTGRES, *WITHOUT_SERVICES, f"--junitxml={scratch}/postgres.xml"], {}),
    ]


def counted(scratch):
    """(passed, failed, skipped) over the test reports in ``scratch``; an error counts as failed."""
    total = failed = skipped = 0
    for report in scratch.glob("*.xml"):
        for suite in ElementTree.parse(report).getroot().iter("testsuite"):
            total += int(suite.get("tests"))
            failed += int(suite.get("failures")) + int(suite.get("errors"))
            skipped += int(suite.get("skipped"))
    return total - failed - skipped, failed, skipped


def main():
    """Returns the exit status."""
    with tempfile.TemporaryDirectory(prefix="dezhou-check-") as directory:
        results = []
        for name, command, additions in steps(Path(directory)):
            print(f"== {name}", flush=True)
            began = time.monotonic()
            status = subprocess.run(command, cwd=ROOT, env=os.environ | additions).returncode
            results.append((name, status, time.monotonic() - began))
        passed, failed, skipped = counted(Path(directory))
    print("== 汇总")
    for name, status, seconds in results:
        print(f"{'通过' if status == 0 else '失败'}  {seconds:6.1f} 秒  {name}")
    print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return 1 if any(status for _, status, _ in results) or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
