"""A backup brought back into an empty site."""

import sys
from pathlib import Path

from common.backup import restore_backup
from common.commands import SiteCommand
from common.errors import UserError
from common.management.commands.backup import as_text, summary


class Command(SiteCommand):
    help = "把备份恢复到一个空站点（已迁移、没有账号）；备份不完整或被改动则什么也不写"

    def add_arguments(self, parser):
        parser.add_argument("file", help="backup 命令做的备份文件")
        parser.add_argument("--json", action="store_true", help="输出一份 JSON")

    def handle(self, *, file, json: bool, **options):
        try:
            restored = restore_backup(Path(file))
        except UserError as refusal:
            self.stderr.write(refusal.message)
            sys.exit(2)
        self.stdout.write(as_text(restored, json) or summary("已恢复", restored))
