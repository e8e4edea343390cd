"""Which dates of a text are deadlines.

In a mark or a table column every date is one. In running text a date is a deadline when it says when
the work is done; a year that belongs to a name, a citation, a baseline or the past is none.
"""

import re

from .dates import numeric_dates, written_dates
from .plan import Deadline
from .wording import blank_out, bracket_spans, fold, protected_spans

_NO_YEAR = 4  # a leap year that no plan is of: marks dates that name no year and have none to take
_LONG_TERM = re.compile(
    r"长期(?:坚持|推进|执行|实施|任务|持续|有效)?|常态化(?:推进|开展|实施|坚持|落实)?|持续(?:推进|实施|开展|坚持|用力)|常年(?:坚持|推进)?|长效坚持"
)
_RECURRING = re.compile(r"每(?:年|月|季度|半年|周|旬|两年)[^,;。]{0,8}")
_NOT_BEFORE = re.compile(
    r"(?:自|从|较|比|与|同|在|以|历|近|每|每[年月周]|每季度|每半年|到位的|超|按|据|对照|根据|按照|相比|是|由)$"
)
_OBJECT_BEFORE = re.compile(
    r"(?:完成|落实|实施|举办|办好|参加|编制|制定|执行|做好|开展|组织|筹办|召开|迎接|列入|纳入|按照|根据|修订|印发|抓好|用好|争创|申报|发布"
    r"|实现|通过|深化|推进|加快|申请|承办|筹备|达到|的|和|、|及|“|”|\()$"
)
_NOT_AFTER = re.compile(
    r"^(?:\(?含\)?)?(?:以来|起|始|开始|建成的|出台的|印发的|相比|同期|水平|基础上|的基础|为基期|为基数|的[^,;。]|版|度?的|数据)"
)
_NAME_END = (
    "大会|峰会|论坛|博览会|洽谈会|招待会|交流会|运动会|推介会|展览会|交易会|对接会|年会|锦标赛|联赛|大赛|马拉松|文化节|旅游节|艺术节|奖|杯"
    "|规划|计划|方案|清单|要点|名单|目录|白皮书|年鉴|预算|报告|工作会议|专项行动|试点"
)
_NAME_AFTER = re.compile(rf"^(?:年?度)?(?P<inner>[^,;。、:()]{{0,18}}?)(?:{_NAME_END})")
_DOING = re.compile(
    "完成|建成|新建|新增|召开|举办|实施|启动|出台|编制|制定|印发|开展|推进|实现|争取|力争|确保|达到|举行|组织|发布|形成|开工|竣工|投产|建设|打造"
    "|培育|引进|落地|全面|基本|力求|改造|做好|参加|申报|创建|建立|完善|提高|提升|新开工|要|将|累计|不少于|不低于|覆盖|取得|纳入"
)
_CITED_DAY_AFTER = re.compile(r"^(?:前|之前|以前|完成|建成|开工|竣工|投产|通车|到位|起?正式|办结)")
_BRACKET_DEADLINE = re.compile(r"(?:底|末|前|完成|建成|时限|办结|内)\)?$")


def deadlines_in_cell(text, year=None):
    """Deadlines of a mark's or column's wording, and whether something in it could not be turned into a date.

    Returns (deadlines, unread) where `unread` is True for words like 每月25日前 or 尽快 that give no date.
    """
    folded = fold(text)
    recurring = [match.span() for match in _RECURRING.finditer(folded)]
    folded_dates = blank_out(folded, recurring)
    found = written_dates(folded_dates, year)
    taken = [(date.start, date.end) for date in found]
    found += [
        date for date in numeric_dates(folded_dates)
        if not any(start < date.end and date.start < end for start, end in taken)
    ]  # fmt: skip
    deadlines = [Deadline(text[date.start : date.end], date.date) for date in sorted(found, key=lambda d: d.start)]
    if match := _LONG_TERM.search(folded):
        deadlines.append(Deadline(match.group(), None, long_term=True))
    return deadlines, not deadlines


def is_deadline_cell(text):
    """True when a part of a mark is a deadline and no unit (6月底完成, 长期坚持)."""
    folded = fold(text).strip(" 。.")
    if _LONG_TERM.fullmatch(folded):
        return True
    rest = _RECURRING.sub("", folded)
    for date in reversed(written_dates(rest, 2000) + numeric_dates(rest)):
        rest = rest[: date.start] + rest[date.end :]
    rest = re.sub(
        r"底|前|之|完成|建成|办结|到位|于|全部|基本|力争|确保|并|长期坚持|持续推进|落实|[—\-至到 ]", "", rest
    )
    return rest == "" and rest != folded


def dates_in_text(text, year=None):
    """(dates, doubts): the written dates of running text that are deadlines, and sentences on doubtful ones.

    `year` is the year of the plan's own date: it resolves 今年 and 年底前, and an earlier year is history.
    """
    folded = fold(text)
    hidden = protected_spans(folded)
    for start, end in bracket_spans(folded):
        if not _BRACKET_DEADLINE.search(folded[start:end]):
            hidden.append((start, end))
    visible = blank_out(folded, hidden)
    kept, doubts = [], []
    for date in written_dates(visible, year or _NO_YEAR):
        if date.date.year <= _NO_YEAR + 1:
            doubts.append(f"“{date.text}”没有年份，无法确定是哪一天")
            continue
        before = visible[: date.start]
        after = visible[date.end :]
        verdict = _verdict(date, before, after, year)
        if verdict == "deadline":
            kept.append(date)
        elif verdict == "doubtful":
            doubts.append(f"“{folded[max(0, date.start - 6) : date.end + 8]}”中的日期疑似时限，未计入")
    return kept, doubts


def _verdict(date, before, after, year):
    if year and date.date.year < year and date.own_year:
        return "history"
    before = before.rstrip(" ")
    if _NOT_AFTER.match(after) or _NOT_BEFORE.search(before):
        return "baseline"
    if date.kind == "day":
        said = date.text.endswith("前") or _CITED_DAY_AFTER.match(after) or re.search(r"(?:到|于|在)$", before)
        return "deadline" if said else "cited"
    if date.kind == "bare_day":
        return "deadline" if date.text.endswith("前") else "cited"
    if date.kind == "plan":
        return (
            "name"
            if _OBJECT_BEFORE.search(before) or re.match(r"的|[^,;。]{0,8}(?:指标|目标|任务)", after)
            else "deadline"
        )
    if date.kind not in ("year", "whole_year"):
        return "deadline"
    name = _NAME_AFTER.match(after)
    if name and not _DOING.search(name["inner"]):
        return "name"
    if after.startswith("度") and not re.match(r"度[,;]", after) and not _DOING.match(after[1:]):
        return "name"
    if _OBJECT_BEFORE.search(before):
        return "doubtful" if not re.search(r"[、和及的“”(]$", before) else "name"
    return "deadline"
