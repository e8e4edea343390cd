"""`read_plan`: numbered lines of a work plan → Plan."""

import re

from .blocks import body_span, item_rank, make_blocks
from .damage import damage_in, open_brackets
from .head import find_doc_no, find_issued_on, find_title
from .marks import MarkReader
from .outline import Outline
from .paragraphs import paragraphs
from .plan import Doubt, Plan
from .tables import read_tables
from .unit_lists import UnitList


def read_plan(lines, directory, title=None):
    """The Plan in `lines`: what is understood, and a warning with its line for what is doubtful.

    `title` replaces the title found in the text. Nothing is guessed silently: a damaged date, an open
    bracket, an item without owner each leave a warning.
    """
    whole = paragraphs(lines)
    texts = [paragraph for paragraph in whole if paragraph.row is None]
    start, end = body_span(whole)
    head = [paragraph for paragraph in whole[:start] if paragraph.row is None]
    plan = Plan(title=find_title(head, title), doc_no=find_doc_no(head))
    warnings = _damage(lines, texts)
    issued = find_issued_on(head + [p for p in whole[end:] if p.row is None])
    if issued:
        plan.issued_on, line, label = issued
        if label and any("疑似丢失“年”“月”" in doubt.message for doubt in warnings):
            warnings.append(Doubt(line, f"落款日期残缺，成文日期暂取自“{label}”"))
    year = plan_year(plan)
    units = UnitList(directory)
    reader = MarkReader(units, year)
    blocks = make_blocks([p for p in whole[start:end] if p.row is None], reader)
    outline = Outline(plan, year)
    rank = item_rank(blocks)
    outline.read(blocks, rank)
    read_tables(whole, plan, reader, outline, year)
    plan.unmatched_units = units.unmatched
    plan.former_names = units.former
    warnings += [Doubt(line, message) for line, message in outline.doubts]
    if not plan.items:
        warnings.append(Doubt(1, "没有找到任务:文中没有带责任单位的编号段落或任务表格"))
    marked = {doubt.line for doubt in warnings if "缺少右括号" in doubt.message and "不成对" not in doubt.message}
    warnings = [d for d in warnings if not (d.line in marked and d.message == "括号不成对:缺少右括号")]
    plan.warnings = sorted(set(warnings), key=lambda doubt: (doubt.line, doubt.message))
    return plan


def plan_year(plan):
    """The year that 今年 and 年底前 mean: the title's single year, else the year of issue, else None."""
    title = plan.title or ""
    years = re.findall(r"(20\d\d)年(?!.{0,12}规划)", re.sub(r"20\d\d年?[—\-–~～至]20\d\d年", "", title))
    if len(set(years)) == 1:
        return int(years[0])
    return plan.issued_on.year if plan.issued_on else None


def _damage(lines, texts):
    found = []
    for line in lines:
        for message in damage_in(line.text):
            found.append(Doubt(line.number, message))
    for paragraph in texts:
        for message in open_brackets(paragraph.text):
            found.append(Doubt(_place(paragraph, message), message))
    return found


def _place(paragraph, message):
    """The line in which a joined paragraph's unmatched bracket most likely stands: the last with an opening one."""
    opening = {"书名号": "《", "引号": "“"}.get(message[:3].removesuffix("不"), "")
    if message.startswith("引号"):
        opening = "“"
    places = [
        position for position, char in enumerate(paragraph.text)
        if (char == opening if opening else char in "(（〔[【［")
    ]  # fmt: skip
    return paragraph.line_at(places[-1]) if places else paragraph.line
