"""Read a work plan and print what was understood; with --commit also make it a draft task list."""

import json
import sys
from pathlib import Path

from common import clock
from common.commands import SiteCommand
from common.errors import UserError
from tasklists.plan_import import commit_plan, read_source, short_name
from tasklists.plans.reading import plan_year


class Command(SiteCommand):
    help = "读取工作要点或工作方案（.docx、.txt，- 为标准输入），加 --commit 时建立任务清单草稿"

    def add_arguments(self, parser):
        parser.add_argument("file", help="文件路径，- 为标准输入")
        parser.add_argument("--title", help="清单名称；不写则取文中标题")
        parser.add_argument("--commit", action="store_true", help="建立任务清单草稿；不写则只读取，不写入")
        parser.add_argument("--json", action="store_true", help="输出一份 JSON")

    def handle(self, *, file, title, commit, **options):
        try:
            read = read_source(Path(file).name if file != "-" else "-", self._content(file), title=title)
            committed = self._commit(read) if commit else None
        except UserError as refusal:
            self.stderr.write(refusal.message)
            sys.exit(2)
        if options["json"]:
            self.stdout.write(json.dumps(read.plan.to_json(), ensure_ascii=False, indent=1))
        else:
            self.stdout.write(self._summary(read.plan))
        if committed:
            word = "已建立清单草稿" if committed.created else "这份文件以前已导入，清单为"
            self.stderr.write(f"{word}“{committed.task_list.title}”（{committed.task_list.slug}）。")
            if committed.unassigned:
                self.stderr.write(f"未能分派的单位：{'、'.join(committed.unassigned)}。")

    def _content(self, file) -> bytes:
        try:
            return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        except OSError as error:
            raise UserError(f"无法读取文件“{file}”：{_reason(error)}。") from error

    def _commit(self, read):
        title = (read.plan.title or "未命名清单")[:160]
        year = plan_year(read.plan) or clock.today().year
        return commit_plan(read=read, title=title, short=short_name(title, year), year=year, by=None)

    def _summary(self, plan) -> str:
        lines = [
            plan.title or "（没有找到标题）",
            f"{len(plan.chapters)} 部分，{len(plan.sections)} 节，{len(plan.items)} 条，"
            f"{len(plan.clauses())} 项任务，{plan.unit_links()} 处责任单位",
        ]
        lines += [f"第 {doubt.line} 行：{doubt.message}" for doubt in plan.warnings]
        if plan.unmatched_units:
            lines.append(f"不认识的单位：{'、'.join(plan.unmatched_units)}")
        return "\n".join(lines)


def _reason(error: OSError) -> str:
    words = {FileNotFoundError: "没有这个文件", IsADirectoryError: "这是一个目录", PermissionError: "没有读取权限"}
    return words.get(type(error), "读取时出错")
