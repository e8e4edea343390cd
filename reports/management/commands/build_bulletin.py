"""Build the draft of a bulletin and write its .docx and .pdf."""

import json
import sys
from pathlib import Path

from django.core.management.base import BaseCommand

from common import clock
from common.errors import UserError
from common.files import write_file
from reports.bulletins.building import build, store_built
from reports.bulletins.content import figure_keys
from reports.bulletins.editions import Kind, edition_of

FINDING = ("kind", "quote", "written", "expected", "because")


class Command(BaseCommand):
    help = "生成一期情况通报的草稿，写出 .docx 和 .pdf"

    def add_arguments(self, parser):
        parser.add_argument("--period", required=True, help="期间：月度、专题如 2023-11，年度如 2023")
        parser.add_argument("--kind", default=Kind.MONTHLY, help="类别：monthly 月度，special 专题，annual 年度")
        parser.add_argument("--org", default="", help="单位代码或名称；不写则为全市")
        parser.add_argument("--list", default="", help="专题针对的清单标识")
        parser.add_argument("--out", required=True, help="写出文件的目录")
        parser.add_argument("--json", action="store_true", help="输出一份 JSON")

    def handle(self, *, period, kind, org, list, out, json: bool, **options):  # noqa: A002 - the option's name
        try:
            built = build(edition_of(kind=kind, period=period, org=org, list=list), today=clock.today())
            bulletin = store_built(built)
        except UserError as refusal:
            self.stderr.write(refusal.message)
            sys.exit(2)
        folder = Path(out)
        stem = f"{file_stem(built)}_{period}"
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
        "issue": built.issue,
        "title": bulletin.title,
        "docx": str(paths["docx"]),
        "pdf": str(paths["pdf"]),
        "sha256": {"docx": bulletin.docx_sha256, "pdf": bulletin.pdf_sha256},
        "pages": bulletin.pages,
        "figures": figure_keys(built.document),
        "proofread": [{name: finding[name] for name in FINDING} for finding in built.proof["findings"]],
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def file_stem(built) -> str:
    """Return a name that tells editions of one period apart: 情况通报第44期, 情况通报（专题 policy）第44期."""
    edition = built.edition
    about = [Kind(edition.kind).label] if edition.kind != Kind.MONTHLY else []
    about += [edition.organisation.short] if edition.organisation else []
    about += [edition.task_list.slug] if edition.task_list else []
    return f"情况通报{'（' + ' '.join(about) + '）' if about else ''}第{built.issue}期"
