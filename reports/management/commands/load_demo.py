"""Load the shipped data once and print the demonstration accounts."""

import json
import sys

from django.core.management.base import BaseCommand

from common.errors import UserError
from reports.demo.counts import loaded_counts
from reports.demo.issued import set_last_issues
from reports.demo.site import accounts_path, load_site


class Command(BaseCommand):
    help = "载入随程序提供的数据（只载入一次），并显示演示账号"

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="输出一个 JSON 文档")

    def handle(self, **options):
        try:
            loaded = load_site()
            set_last_issues()
        except UserError as error:
            self.stderr.write(error.message)
            sys.exit(2)
        path = accounts_path()
        counts = loaded_counts()
        if options["json"]:
            found = {"loaded": loaded, "counts": counts, "accounts_file": str(path) if path.exists() else None}
            self.stdout.write(json.dumps(found, ensure_ascii=False))
            return
        self.stdout.write("演示数据已载入。" if loaded else "演示数据此前已载入，没有改动。")
        self.stdout.write("、".join(f"{name} {count}" for name, count in counts.items()))
        if path.exists():
            self.stdout.write(f"演示账号（保存在 {path}）：\n{path.read_text(encoding='utf-8')}")
        else:
            self.stdout.write(f"演示账号文件 {path} 不在，请由系统管理员重置密码。")
