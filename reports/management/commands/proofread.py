"""Check the figures written in a text against each other and against this site's rows."""

import json
import sys
from datetime import date
from pathlib import Path

from common import clock
from common.commands import SiteCommand
from common.errors import UserError
from reports.proofreading.proofread import proofread_text
from reports.proofreading.sources import read_source


class Command(SiteCommand):
    help = "校核文稿中的数字（.docx、.txt，- 为标准输入）：合计、占比、比率、增减、列举、前后一致、与本站数据是否相符"

    def add_arguments(self, parser):
        parser.add_argument("file", help="文件路径，- 为标准输入")
        parser.add_argument("--as-of", help="截至日期，如 2023-11-30；不写则取文中写明的日期，没有写明为今天")
        parser.add_argument("--json", action="store_true", help="输出一份 JSON")

    def handle(self, *, file, as_of, **options):
        try:
            day = _day(as_of)
            text = read_source(Path(file).name if file != "-" else "-", _content(file))
            report = proofread_text(text, day, today=clock.today())
        except UserError as refusal:
            self.stderr.write(refusal.message)
            sys.exit(2)
        if options["json"]:
            self.stdout.write(json.dumps(report.to_json(), ensure_ascii=False, indent=1))
        else:
            self.stdout.write(_words(report))


def _day(as_of):
    try:
        return date.fromisoformat(as_of) if as_of else None
    except ValueError as error:
        raise UserError(f"截至日期“{as_of}”无法识别，应写作 2023-11-30。") from error


def _content(file) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        words = {FileNotFoundError: "没有这个文件", IsADirectoryError: "这是一个目录", PermissionError: "没有读取权限"}
        raise UserError(f"无法读取文件“{file}”：{words.get(type(error), '读取时出错')}。") from error


def _words(report) -> str:
    lines = [
        f"第 {finding.line} 行〔{finding.kind_name}〕“{finding.quote}”："
        f"写作 {finding.written}，应为 {finding.expected}（{finding.because}）"
        for finding in report.findings
    ]
    kinds = "、".join(f"{name}{number}处" for name, number in report.kinds_checked)
    lines.append(
        f"共核对关系 {report.checked} 处{f'（{kinds}）' if kinds else ''}，发现问题 {len(report.findings)} 处；"
        f"读到数字 {report.numbers} 个，其中 {len(report.unchecked)} 个没有可以核对的依据。"
    )
    return "\n".join(lines)
