"""Measures one database at one scale and prints the result as JSON; ``bench.run`` starts it."""

import argparse
import io
import json
import os
import resource
import shutil
import statistics
import sys
import tempfile
import time
from contextlib import redirect_stdout
from dataclasses import asdict
from pathlib import Path
from urllib.parse import urlencode

from bench.ledgers import measure_funds_import, measure_import, measure_progress_import, measure_project_import
from bench.make_data import TODAY, make_all
from bench.raw_sql import raw_sql_ms
from bench.scorecard import make_scorecard
from bench.server import Measured, serving

PAGES = (
    ("任务列表 25 行", "/tasks/"),
    ("任务列表 50 行", "/tasks/?per_page=50"),
    ("任务列表 100 行", "/tasks/?per_page=100"),
    ("任务列表 50 行，按灯筛选", "/tasks/?per_page=50&light=red"),
    ("任务列表 50 行，按进度排序", "/tasks/?per_page=50&sort=-percent"),
    ("项目列表 50 行", "/projects/?per_page=50"),
    ("任务看板", "/tasks/board/"),
    ("清单结构", "/tasks/lists/annual/"),
    ("项目看板", "/projects/board/"),
    ("到位资金列表 50 行", "/projects/funds/?per_page=50"),
    ("完成投资列表 50 行", "/projects/investments/?per_page=50"),
    ("资金月份与锁定", "/projects/money/months/"),
    ("指标列表", "/indicators/?per_page=50"),
    ("一项指标，三年、各县", "/indicators/bench-1/"),
    ("指标墙", "/indicators/wall/"),
    ("通报列表", "/reports/"),
)
FIRST_VIEWS = (("一项指标，三年、各县", "/indicators/bench-1/"), ("指标墙", "/indicators/wall/"))  # after a write

LEDGERS = (measure_import, measure_project_import, measure_funds_import, measure_progress_import)


def sign_in(server, username):
    """Make a session as the sign-in page would and keep its cookie."""
    from django.test import Client

    from accounts.models import User

    client = Client()
    client.force_login(User.objects.get(username=username), backend="accounts.backends.AccountBackend")
    server.cookies = {name: morsel.value for name, morsel in client.cookies.items()}


def measure_pages(server, times) -> list[Measured]:
    """Return what each page takes; one that cannot be measured is named on stderr and left out."""
    found = []

    def measure(name, ask, **options):
        try:
            found.append(server.measure(name, ask, **{"times": times} | options))
        except (RuntimeError, OSError) as problem:
            print(problem, file=sys.stderr)

    def page(path):
        return lambda **headers: server.ask(path, **headers)

    def forget():
        server.ask("/bench/forget")

    measure("hello", page("/bench/hello"), times=300)
    sign_in(server, "bench-coordinator")
    measure("hello，已登录", page("/bench/hello"), times=300)
    measure("总览，初次", page("/"), times=10, before=forget)
    measure("总览，再次", page("/"))
    measure("项目概览，初次", page("/projects/overview/"), times=5, before=forget)
    measure("项目概览，再次", page("/projects/overview/"))
    measure("县项目页", page(f"/projects/counties/{_any_county()}/"), times=10)
    tag = server.ask("/").headers.get("ETag", "")
    measure("总览，未变（304）", lambda **more: server.ask("/", **more | {"If-None-Match": tag}), expect=304)
    for name, path in PAGES:
        measure(name, page(path))
    for name, path in FIRST_VIEWS:
        measure(f"{name}，初次", page(path), times=5, before=forget)
    measure("任务详情", page(f"/tasks/{_any_item()}/"))
    make_scorecard()
    server.connection.close()  # the server has given it up meanwhile; the next request opens another
    scorecard, path = "部门记分卡 40 指标 × 80 单位 × 36 月", "/indicators/assessment/scorecards/departments/"
    measure(f"{scorecard}，初次", page(path), times=5, before=forget)
    measure(scorecard, page(path), times=5)
    measure("考核排名 80 单位", page("/indicators/assessment/bench/"), times=5)
    measure("任务清单导出 xlsx", page("/tasks/?_export=xlsx"), times=3)
    sign_in(server, "bench-reporter")
    measure("我的任务", page("/tasks/mine/"))
    measure("保存一份填报（POST）", _saving(server), expect=302)
    for most in (1, 30):
        rows, save = _saving_grid(server, most)
        measure(f"填报表存 {rows} 行（POST）", save)
    return found


def _any_county():
    from accounts.models import Organisation

    return Organisation.objects.counties_and_zones().values_list("code", flat=True)[0]


def _any_item():
    from tasklists.models import TaskItem

    return TaskItem.objects.order_by("pk").values_list("pk", flat=True)[7]


def _saving(server):
    """Return a function that saves one report, each time with other words and the version seen last."""
    from tasklists.models import ProgressReport

    reports = ProgressReport.objects.filter(state="draft", assignment__organisation__users__username="bench-reporter")
    report = reports.filter(assignment__item__state_changes=None).select_related("assignment").first()
    path = f"/tasks/{report.assignment.item_id}/report/?period={report.period}"
    server.ask(path)
    version = report.version

    def save(**headers):
        nonlocal version
        form = {"version": version, "status": "under_way", "percent": 50, "outlook": "on_time", "difficulty": ""}
        body = urlencode(form | {"text": f"第{version}次保存", "act": "save"})
        version += 1
        headers |= {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": server.cookies["csrftoken"]}
        return server.ask(path, "POST", body, **headers)

    return save


def _saving_grid(server, most: int):
    """Return (rows, save): how many rows of the month grid, at most ``most``, ``save`` saves with other words."""
    from tasklists.models import Assignment, ProgressReport

    period = TODAY.strftime("%Y-%m")
    shut = ProgressReport.objects.filter(period=period).exclude(state__in=("draft", "returned")).values("assignment")
    own = Assignment.objects.filter(organisation__users__username="bench-reporter").answering().exclude(pk__in=shut)
    parts = list(own.counted(TODAY).filter(item_state="open", completed_on=None).order_by("pk")[:most])
    found = ProgressReport.objects.filter(assignment__in=parts, period=period)
    versions = dict(found.values_list("assignment", "version"))

    def save(**headers):
        rows = [
            {
                "part": part.pk,
                "version": versions.get(part.pk, 0),
                "text": f"第{versions.get(part.pk, 0)}次保存",
                "percent": 50,
                "status": "under_way",
                "difficulty": "",
            }
            for part in parts
        ]
        for part in parts:
            versions[part.pk] = versions.get(part.pk, 0) + 1
        headers |= {"Content-Type": "application/json", "X-CSRFToken": server.cookies["csrftoken"]}
        return server.ask("/tasks/grid/", "POST", json.dumps({"period": period, "rows": rows}).encode(), **headers)

    return len(parts), save


def measure_bulletin(data_dir: Path) -> list[Measured]:
    """Build the month's bulletin here: with a browser still to start, without pictures, with cached pictures."""
    from django.core.cache import cache

    from common.chart_pictures import ChartsUnavailable, require_browser
    from reports.bulletins.building import build
    from reports.bulletins.editions import Edition

    try:
        require_browser()
    except ChartsUnavailable as reason:
        print(reason, file=sys.stderr)
        return []

    def timed(name, times, forget):
        walls, spent = [], _own_cpu()
        for _ in range(times):
            cache.clear()
            forget()
            started = time.perf_counter()
            build(Edition("monthly", "2023-11"), today=TODAY)
            walls.append((time.perf_counter() - started) * 1000)
        return Measured(name, statistics.median(walls), (_own_cpu() - spent) / times, times)

    def forget_pictures():
        for picture in (data_dir / "chart-cache").glob("*.png"):
            picture.unlink()

    return [
        timed("通报 docx+pdf，浏览器未启动", 1, forget_pictures),
        timed("通报 docx+pdf，图未缓存", 3, forget_pictures),
        timed("通报 docx+pdf，图已缓存", 3, lambda: None),
    ]


def _own_cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return (usage.ru_utime + usage.ru_stime) * 1000


def main(arguments=None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=int, required=True)
    parser.add_argument("--times", type=int, default=40)
    parser.add_argument("--without-bulletin", action="store_true")
    chosen = parser.parse_args(arguments)
    data_dir = Path(tempfile.mkdtemp(prefix="dezhou-bench-"))
    os.environ.update(DATA_DIR=str(data_dir), DJANGO_SETTINGS_MODULE="bench.settings", REDIS_URL="", SECRET_KEY="")
    try:
        import django

        django.setup()
        from django.core.management import call_command

        with redirect_stdout(io.StringIO()):
            call_command("migrate", interactive=False, verbosity=0)
        seconds = make_all(chosen.scale)
        with serving(data_dir / "log") as server:
            pages = measure_pages(server, chosen.times)
            memory = server.memory()
        ledgers = [row for measure in LEDGERS for row in measure(TODAY)]
        # A bulletin names every task in its annexes: it is measured at the size that a city has.
        wanted = chosen.scale == 1 and not chosen.without_bulletin
        bulletin = measure_bulletin(data_dir) if wanted else []
        result = {
            "scale": chosen.scale,
            "make_data": seconds,
            "raw_sql": raw_sql_ms(TODAY),
            "memory": memory,
            "measured": [asdict(found) for found in pages + ledgers + bulletin],
        }
    finally:
        shutil.rmtree(data_dir, ignore_errors=True)
    print(json.dumps(result, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
