"""Read a ledger and print what was found; with --commit also write it, all or nothing."""

import json
import sys
from pathlib import Path

from django.db import DatabaseError, transaction

from common import clock, periods
from common.commands import SiteCommand
from common.errors import UserError
from common.models import ImportBatch
from tasklists.ledgers.checking import Wish, check_file
from tasklists.ledgers.fields import KIND_NAMES, PROGRESS, TASKS
from tasklists.ledgers.writing import commit_batch, digest_of

KINDS = {TASKS, PROGRESS}


class Command(SiteCommand):
    help = "读取台账（.xlsx、.csv），加 --commit 时导入；有一处错误就什么也不写"

    def add_arguments(self, parser):
        parser.add_argument("kind", help="种类：tasks（任务清单）、progress（进展填报）")
        parser.add_argument("file", help="文件路径")
        parser.add_argument("--list", dest="task_list", default="", help="tasks：添加到这份草稿清单；不写则新建")
        parser.add_argument("--period", default="", help="progress：填报月份，如 2023-11；不写则取表中所写")
        parser.add_argument("--commit", action="store_true", help="导入；不写则只检查，不写入")
        parser.add_argument("--json", action="store_true", help="输出一份 JSON")

    def handle(self, *, kind, file, task_list, period, commit, **options):
        try:
            if kind not in KINDS:
                raise UserError(f"台账种类只有 tasks（任务清单）和 progress（进展填报），没有“{kind[:20]}”。")
            content = self._content(file)
            wish = Wish(task_list=task_list, period=period)
            on = clock.today()
            checked = check_file(kind=kind, name=Path(file).name, content=content, by=None, on=on, wish=wish)
            batch = None
            if commit and not checked.errors:
                batch = self._commit(kind, Path(file).name, content, checked, wish, on)
        except (UserError, DatabaseError) as refusal:
            self.stderr.write(getattr(refusal, "message", "数据库还没有建立或不能使用，请先运行 scripts/setup。"))
            sys.exit(2)
        if options["json"]:
            self.stdout.write(json.dumps(checked.to_json(batch), ensure_ascii=False, indent=1))
        else:
            self.stdout.write(self._summary(checked))
        if commit and checked.errors:
            self.stderr.write(f"台账有 {len(checked.errors)} 处错误，没有导入任何数据。")
            sys.exit(2)

    def _content(self, file) -> bytes:
        try:
            return Path(file).read_bytes()
        except FileNotFoundError as error:
            raise UserError(f"没有这个文件：“{file}”。") from error
        except OSError as error:
            raise UserError(f"无法读取文件“{file}”。") from error

    @transaction.atomic
    def _commit(self, kind, name, content, checked, wish, on) -> int:
        batch = ImportBatch.objects.create(
            kind=kind,
            file_name=name[:160],
            digest=digest_of(content),
            rows=checked.rows,
            accepted=checked.accepted,
            report=checked.to_json(),
            options={"period": checked.period or "", "task_list": wish.task_list},
        )
        return commit_batch(batch=batch, checked=checked, by=None, on=on, wish=wish).pk

    def _summary(self, checked) -> str:
        sheet = checked.table.sheet.name
        lines = [f"{KIND_NAMES[checked.kind]}：工作表“{sheet}”，{checked.rows} 行，可导入 {checked.accepted} 行"]
        if checked.period:
            lines.append(f"填报月份 {periods.label(checked.period)}，与现有填报相同或未填 {checked.unchanged} 行")
        lines += [f"错误 {problem.cell}：{problem.message}" for problem in checked.errors]
        lines += [f"请核对 {problem.cell}：{problem.message}" for problem in checked.warnings]
        return "\n".join(lines)
