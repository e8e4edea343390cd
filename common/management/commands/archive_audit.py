"""Old audit entries to a file, by age."""

import json as json_module
import sys
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from common.audit_archive import LEAST_DAYS, archive_before
from common.commands import SiteCommand
from common.errors import UserError


class Command(SiteCommand):
    help = "把超过保存期的审计记录归档到数据目录的 audit-archive，链条仍可核对"

    def add_arguments(self, parser):
        parser.add_argument("--days", type=int, help=f"在库中保存多少天，至少 {LEAST_DAYS} 天；默认 AUDIT_KEEP_DAYS")
        parser.add_argument("--json", action="store_true", help="输出一份 JSON")

    def handle(self, *, days, json: bool, **options):
        days = settings.AUDIT_KEEP_DAYS if days is None else days
        try:
            if days < LEAST_DAYS:
                raise UserError(f"审计记录至少在库中保存 {LEAST_DAYS} 天，没有归档。")
            archive = archive_before(timezone.now() - timedelta(days=days))
        except UserError as refusal:
            self.stderr.write(refusal.message)
            sys.exit(2)
        if json:
            self.stdout.write(json_module.dumps(_document(archive), ensure_ascii=False))
        elif archive:
            self.stdout.write(f"已归档第 {archive} 条，文件 audit-archive/{archive.file_name}。")
        else:
            self.stdout.write(f"没有超过 {days} 天的审计记录。")


def _document(archive) -> dict:
    if archive is None:
        return {"archived": 0, "first": None, "last": None, "file": None, "sha256": None}
    return {
        "archived": archive.last_sequence - archive.first_sequence + 1,
        "first": archive.first_sequence,
        "last": archive.last_sequence,
        "file": archive.file_name,
        "sha256": archive.sha256,
    }
