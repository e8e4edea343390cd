"""Measures bulletins on the shipped data: ``python -m bench.bulletins``. It prints a table and never fails.

* one issue (.docx + .pdf), charts drawn and charts cached, beside LibreOffice turning the same .docx into a PDF;
* the drafts of the city, every county and every department by one worker process and by two.
"""

import io
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import redirect_stdout
from datetime import date
from pathlib import Path

from bench.server import ROOT

TODAY = date(2023, 12, 13)
WORKER = """
import django
django.setup()
from common import jobs
while waiting := jobs.waiting_ids():
    for pk in waiting:
        jobs.run(pk)
"""


def timed(work, times: int = 1) -> float:
    """Return the median seconds of doing the work."""
    walls = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        walls.append(time.perf_counter() - started)
    return statistics.median(walls)


def measure_one(folder: Path) -> list[tuple[str, float]]:
    """Return the seconds of one issue and of LibreOffice's conversion, where it is installed."""
    from django.core.cache import cache

    from reports.bulletins.building import build
    from reports.bulletins.editions import Edition

    made = []

    def build_anew():
        cache.clear()
        made.append(build(Edition("monthly", "2023-11"), today=TODAY))

    lines = [("一期 docx+pdf，图未缓存", timed(build_anew)), ("一期 docx+pdf，图已缓存", timed(build_anew, 3))]
    office = shutil.which("soffice")
    if office is None:
        print("没有 LibreOffice，略去与它的比较。", file=sys.stderr)
        return lines
    (folder / "issue.docx").write_bytes(made[-1].docx)
    command = [office, "--headless", f"-env:UserInstallation=file://{folder}/office", "--convert-to", "pdf",
               "--outdir", str(folder), str(folder / "issue.docx")]  # fmt: skip

    def convert():
        subprocess.run(command, check=True, capture_output=True, timeout=300)

    convert()  # its first start makes a profile
    return [*lines, ("LibreOffice 转同一 docx 为 pdf", timed(convert, 3))]


def measure_batch(workers: int) -> tuple[int, float]:
    """Return how many drafts were built and the seconds that so many worker processes took."""
    from accounts.models import User
    from common.models import Job
    from reports.bulletins import batches
    from reports.models import Bulletin

    Bulletin.objects.filter(state="draft").delete()
    Job.objects.all().delete()
    office = User.objects.get(username="xietiaoban")
    batch = batches.order(kind="monthly", period="2023-11", groups=list(batches.GROUPS), by=office, today=TODAY)
    started = time.perf_counter()
    running = [subprocess.Popen([sys.executable, "-c", WORKER], cwd=ROOT) for _ in range(workers)]
    for process in running:
        process.wait(timeout=900)
    seconds = time.perf_counter() - started
    built = Bulletin.objects.filter(state="draft").count()
    if built != len(batch.jobs):
        raise RuntimeError(f"{built} drafts of {len(batch.jobs)} were built")
    return built, seconds


def main() -> int:
    folder = Path(tempfile.mkdtemp(prefix="dezhou-bench-"))
    os.environ.update(DATA_DIR=str(folder), DJANGO_SETTINGS_MODULE="dezhou_jjj.settings", REDIS_URL="", SECRET_KEY="")
    os.environ.setdefault("DATABASE_URL", "")
    try:
        import django

        django.setup()
        from django.core.management import call_command

        with redirect_stdout(io.StringIO()):
            call_command("migrate", interactive=False, verbosity=0)
            call_command("load_demo")
        print("| 操作 | 秒 |\n|---|--:|")
        for name, seconds in measure_one(folder):
            print(f"| {name} | {seconds:.2f} |", flush=True)
        (count, one), (_, two) = measure_batch(1), measure_batch(2)
        print(
            f"| {count} 份，1 个工作进程 | {one:.1f} |\n| {count} 份，2 个工作进程 | {two:.1f}（{one / two:.2f} 倍） |"
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
