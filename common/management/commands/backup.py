"""One archive of database and attachments."""

import json
import sys
from pathlib import Path

from common.backup import make_backup
from common.commands import SiteCommand
from common.errors import UserError


class Command(SiteCommand):
    help = "把数据库和附件备份成一个文件；平台运行中即可，SQLite 与 PostgreSQL 通用"

    def add_arguments(self, parser):
        parser.add_argument("--out", required=True, help="备份文件，如 backup/2023-12-13.zip；已有的同名文件被替换")
        parser.add_argument("--json", action="store_true", help="输出一份 JSON")

    def handle(self, *, out, json: bool, **options):
        try:
            made = make_backup(Path(out))
        except UserError as refusal:
            self.stderr.write(refusal.message)
            sys.exit(2)
        self.stdout.write(as_text(made, json) or summary("已备份", made))


def as_text(document, wanted: bool) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1) if wanted else ""


def summary(done: str, document) -> str:
    return f"{done}：{sum(document['tables'].values())} 行数据、{document['files']} 个文件。"
