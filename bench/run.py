"""Measures the site and prints tables: ``python -m bench.run [--scale 1,100] [--database sqlite,postgres]``.

Ratios are to ``hello``, an empty view under the same server in the same run. It never passes or fails.
"""

import argparse
import json
import os
import subprocess
import sys
from contextlib import nullcontext
from types import SimpleNamespace

from bench.server import ROOT
from tests.services import postgres

LIMIT_SECONDS = 900  # for one database at one scale


def measured(database: str, scale: int, options: list[str]) -> dict:
    """Return the result of ``bench.measure`` on a database of its own."""
    server = postgres() if database == "postgres" else nullcontext(SimpleNamespace(url=""))
    with server as running:
        done = subprocess.run(
            [sys.executable, "-m", "bench.measure", "--scale", str(scale), *options],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": running.url, "ALLOWED_HOSTS": "", "HTTPS": "off", "DEBUG": "off"},
            stdout=subprocess.PIPE,
            text=True,
            timeout=LIMIT_SECONDS,
            check=True,
        )
    return json.loads(done.stdout.splitlines()[-1])


def table(database: str, result: dict) -> str:
    """Return the result as a Markdown table."""
    hello = result["measured"][0]
    lines = [
        f"\n{database}，{result['scale']}×（造数 {result['make_data']:.0f} 秒；"
        f"网页进程内存最高 {result['memory']:.0f} MB；"
        f"总览同样数字的手写 SQL {result['raw_sql']:.0f} 毫秒 = {result['raw_sql'] / hello['wall']:.1f} × hello）\n",
        "| 操作 | 次数 | 用时 毫秒 | × hello | CPU 毫秒 | × hello | 查询 | SQL 毫秒 | 字节 |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for found in result["measured"]:
        queries = "–" if found["queries"] is None else found["queries"]
        sql = "–" if found["sql"] is None else f"{found['sql']:.1f}"
        lines.append(
            f"| {found['name']} | {found['times']} | {found['wall']:.1f} | {found['wall'] / hello['wall']:.1f} "
            f"| {found['cpu']:.1f} | {found['cpu'] / hello['cpu']:.1f} | {queries} | {sql} | {found['size'] or '–'} |"
        )
    return "\n".join(lines)


def growth(small: dict, large: dict) -> str:
    """Return how the CPU of each operation grows from the smallest to the largest scale."""
    before = {found["name"]: found["cpu"] for found in small["measured"]}
    rows = [(f["name"], f["cpu"] / before[f["name"]]) for f in large["measured"] if before.get(f["name"])]
    heading = f"\nCPU {small['scale']}× → {large['scale']}×："
    return heading + "；".join(f"{name} {ratio:.1f} 倍" for name, ratio in rows)


def main(arguments=None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", default="1,100", help="1,10,100")
    parser.add_argument("--database", default="sqlite,postgres")
    parser.add_argument("--times", default="40", help="requests per page")
    parser.add_argument("--without-bulletin", action="store_true")
    chosen = parser.parse_args(arguments)
    options = ["--times", chosen.times] + ["--without-bulletin"] * chosen.without_bulletin
    for database in chosen.database.split(","):
        results = []
        for scale in sorted(int(scale) for scale in chosen.scale.split(",")):
            results.append(measured(database, scale, options))
            print(table(database, results[-1]), flush=True)
        if len(results) > 1:
            print(growth(results[0], results[-1]), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
