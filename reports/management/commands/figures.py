"""Every headline figure with its passport."""

import json
import sys
from datetime import date

from django.core.management.base import BaseCommand

from common import clock
from reports.figures import headline_figures


class Command(BaseCommand):
    help = "列出各项数字及其口径、期间、来源"

    def add_arguments(self, parser):
        parser.add_argument("--as-of", help="截至日期，如 2023-12-13；不写为今天")
        parser.add_argument("--json", action="store_true", help="输出一份 JSON")

    def handle(self, *, as_of, json: bool, **options):
        try:
            day = date.fromisoformat(as_of) if as_of else clock.today()
        except ValueError:
            self.stderr.write(f"截至日期“{as_of}”无法识别，应写作 2023-12-13。")
            sys.exit(2)
        figures = headline_figures(day)
        if json:
            self.stdout.write(as_json(day, figures))
            return
        for figure in figures:
            self.stdout.write(f"{figure.label}\t{figure.text}{figure.unit}\t{figure.scope}")


def as_json(day, figures) -> str:
    document = {"as_of": day.isoformat(), "figures": [figure.to_json() for figure in figures]}
    return json.dumps(document, ensure_ascii=False, indent=1)
