"""Whether anything was altered: audit chain, issues, attachments, confirmed results, vouchers, figures."""

import json
import sys

from common import clock
from common.commands import SiteCommand
from reports.integrity import check_integrity
from reports.integrity.findings import KINDS


class Command(SiteCommand):
    help = (
        "核对审计链条、已印发的通报、附件、已确认的考核结果、资金凭证和各项数字是否被改动。"
        "退出码：0 完好，1 发现问题（逐条列出），2 参数有误"
    )

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="输出一份 JSON")

    def handle(self, **options):
        document = check_integrity(clock.today()).to_json()
        if options["json"]:
            self.stdout.write(json.dumps(document, ensure_ascii=False, indent=1))
        else:
            for fault in document["faults"]:
                self.stdout.write(f"{fault['target']}\t{fault['message']}")
            read = "、".join(f"{KINDS[name]} {count}" for name, count in document["checked"].items())
            self.stdout.write(f"已核对：{read}；发现问题 {len(document['faults'])} 处。")
        if document["faults"]:
            sys.exit(1)
