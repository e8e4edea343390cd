"""Scores and ranks of a scheme for a period, each term with its inputs."""

import json
import sys
from datetime import date

from common import clock
from common.commands import SiteCommand
from indicators.assessment.documents import document_of
from indicators.assessment.evaluation import assess, version_in_force
from indicators.assessment.spans import open_span
from indicators.models import Scheme


class Command(SiteCommand):
    help = "按考核方案计算得分和排名，列出每个考核项的取数"

    def add_arguments(self, parser):
        parser.add_argument("scheme", metavar="SCHEME", help="考核方案代码")
        parser.add_argument("--period", required=True, metavar="P", help="期间，如 2023、2023-Q3、2023-11")
        parser.add_argument("--as-of", metavar="DATE", help="截至日期，如 2023-12-13；不写为今天")
        parser.add_argument("--json", action="store_true", help="输出一份 JSON")

    def handle(self, *, scheme, period, as_of, json: bool, **options):
        today = clock.today()
        try:
            day = min(date.fromisoformat(as_of), today) if as_of else today
        except ValueError:
            self._refuse(f"截至日期“{as_of}”无法识别，应写作 2023-12-13。")
        try:
            span = open_span(period, day)
        except ValueError as wrong:
            self._refuse(str(wrong))
        found = Scheme.objects.filter(code=scheme).first()
        if found is None:
            known = "、".join(Scheme.objects.values_list("code", flat=True))
            self._refuse(
                f"没有代码为“{scheme}”的考核方案" + (f"，现有：{known}。" if known else "，本站还没有考核方案。")
            )
        version = version_in_force(found)
        if version is None:
            self._refuse(f"考核方案“{found.name}”没有施行的版本，请先在考核方案页施行一个版本。")
        document = document_of(assess(version, span, day))
        self.stdout.write(as_json(document) if json else as_lines(document))

    def _refuse(self, sentence):
        self.stderr.write(sentence)
        sys.exit(2)


def as_json(document) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1)


def as_lines(document) -> str:
    lines = [f"{document['name']}（第{document['version']}版） {document['period']}，截至 {document['as_of']}"]
    for group in document["groups"]:
        lines.append(group["name"])
        for row in group["rows"]:
            rank = "–" if row["rank"] is None else row["rank"]
            mark = "\t（缺数据：" + "、".join(row["missing"]) + "）" if row["missing"] else ""
            lines.append(f"{rank}\t{row['org']}\t{row['score'] or '–'}{mark}")
    return "\n".join(lines)
