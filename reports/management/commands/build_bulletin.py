"""Build the draft of a bulletin and write its .docx and .pdf."""

import json
import sys
from pathlib import Path

from django.core.management.base import BaseCommand

from common import clock
from common.errors import UserError
from common.files import write_file
from reports.bulletins.building import build_monthly, store_built
from reports.bulletins.content import figure_keys


class Command(BaseCommand):
    help = "生成某月情况通报的草稿，写出 .docx 和 .pdf"

    def add_arguments(self, parser):
        parser.add_argument("--period", required=True, help="期间，如 2023-11")
        parser.add_argument("--kind", default="monthly", choices=["monthly"], help="类别")
        parser.add_argument("--out", required=True, help="写出文件的目录")
        parser.add_argument("--json", action="store_true", help="输出一份 JSON")

    def handle(self, *, period, kind, out, json: bool, **options):
        try:
            built = build_monthly(period, today=clock.today())
            bulletin = store_built(built)
        except UserError as refusal:
            self.stderr.write(refusal.message)
            sys.exit(2)
        folder = Path(out)
        stem = f"情况通报第{bulletin.issue}期_{period}"
        paths = {ending: folder / f"{stem}.{ending}" for ending in ("docx", "pdf")}
        try:
            write_file(paths["docx"], built.docx)
            write_file(paths["pdf"], built.pdf)
        except OSError as error:
            self.stderr.write(f"无法写入目录“{out}”：{error.strerror}。")
            sys.exit(2)
        if json:
            self.stdout.write(as_json(bulletin, built, paths))
        else:
            self.stdout.write(f"{bulletin.title}（{bulletin.pages} 页）：{paths['docx']}、{paths['pdf']}")
        for note in built.notes:
            self.stderr.write(note)


def as_json(bulletin, built, paths) -> str:
    document = {
        "number": built.document.doc_no,
        "year": bulletin.year,
        "issue": bulletin.issue,
        "title": bulletin.title,
        "docx": str(paths["docx"]),
        "pdf": str(paths["pdf"]),
        "sha256": {"docx": bulletin.docx_sha256, "pdf": bulletin.pdf_sha256},
        "pages": bulletin.pages,
        "figures": figure_keys(built.document),
        "proofread": [],
    }
    return json.dumps(document, ensure_ascii=False, indent=1)
