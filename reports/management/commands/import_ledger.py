"""Read a ledger and print what was found; with --commit also write it, all or nothing."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

from django.db import DatabaseError, transaction

from common import clock, periods
from common.commands import SiteCommand
from common.errors import UserError
from common.ledgers.checking import check_file
from common.ledgers.kinds import Wish, all_kinds, kind_of
from common.ledgers.writing import commit_batch, digest_of
from common.models import ImportBatch


class Command(SiteCommand):
    help = "读取台账（.xlsx、.csv），加 --commit 时导入；有一处错误就什么也不写"

    def add_arguments(self, parser):
        names = "、".join(f"{kind.key}（{kind.name}）" for kind in all_kinds())
        parser.add_argument("kind", help=f"种类：{names}")
        parser.add_argument("file", help="文件路径")
        parser.add_argument("--list", dest="task_list", default="", help="tasks：添加到这份草稿清单；不写则新建")
        parser.add_argument("--period", default="", help="progress：填报月份，如 2023-11；不写则取表中所写")
        parser.add_argument(
            "--measure", default="", help="funds：funds（到位资金）或 invested（完成投资）；不写则按表中所写"
        )
        parser.add_argument("--sheet", default="", help="工作表名；不写则取列名最齐的一张")
        parser.add_argument("--header-row", type=int, default=None, help="表头最后一行的行号；不写则自动辨认")
        parser.add_argument("--commit", action="store_true", help="导入；不写则只检查，不写入")
        parser.add_argument("--json", action="store_true", help="输出一份 JSON")

    def handle(self, *, kind, file, commit, **options):
        try:
            kind_of(kind)
            content = self._content(file)
            wish = Wish(**{name: options[name] for name in ("task_list", "period", "measure", "sheet", "header_row")})
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
            options=asdict(wish) | {"period": checked.period or wish.period},
        )
        return commit_batch(batch=batch, checked=checked, by=None, on=on, wish=wish).pk

    def _summary(self, checked) -> str:
        sheet = checked.table.sheet.name
        lines = [f"{kind_of(checked.kind).name}：工作表“{sheet}”，{checked.rows} 行，可导入 {checked.accepted} 行"]
        if checked.period:
            lines.append(f"填报月份 {periods.label(checked.period)}，与现有填报相同或未填 {checked.unchanged} 行")
        lines += [f"错误 {problem.cell}：{problem.message}" for problem in checked.errors]
        lines += [f"请核对 {problem.cell}：{problem.message}" for problem in checked.warnings]
        return "\n".join(lines)
