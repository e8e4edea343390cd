"""Written dates and periods (2020年年底, 十四五末, 6月底前) → the last day that they mean."""

import calendar
import datetime
import re
from dataclasses import dataclass

from .wording import chinese_number

_RELATIVE = ("今年", "本年", "当年", "明年", "来年")
_DIGITS = "〇零一二三四五六七八九"
_YEAR = rf"(?:(?P<y>(?:19|20)\d\d|二[〇零0][{_DIGITS}]{{2}})\s*年|(?P<rel>今年|本年度?|当年|明年|来年))"
_BEFORE = r"(?:之前|以前|前)?"
_END = r"(?:月?底|末)"

_FORMS = [
    ("day", rf"{_YEAR}\s*(?P<m>\d{{1,2}})\s*月\s*(?P<d>\d{{1,2}})\s*日{_BEFORE}"),
    ("third", rf"(?:{_YEAR}\s*)?(?P<m>1[0-2]|0?[1-9])\s*月份?(?P<third>上旬|中旬|下旬){_BEFORE}"),
    ("month_end", rf"{_YEAR}\s*(?P<m>1[0-2]|0?[1-9])\s*月份?(?:底|末|内)?{_BEFORE}"),
    ("half", rf"(?:{_YEAR}\s*)?(?P<half>上半年|下半年|年中){_BEFORE}"),
    ("quarter", rf"(?:{_YEAR}\s*)?第?(?P<q>[一二三四1-4])季度(?:末|底|内)?{_BEFORE}"),
    ("year_end", rf"{_YEAR}\s*(?:年)?(?:底|末|年内|内|收官){_BEFORE}"),
    ("year_before", rf"{_YEAR}(?:之前|以前|前)"),
    ("year", rf"{_YEAR}"),
    ("plan_end", r"[“\"]?(?P<plan>十[一二三四五六七八九]|二十)五[”\"]?(?:规划)?(?:期末|末|收官)"),
    ("plan", r"[“\"]?(?P<plan>十[一二三四五六七八九]|二十)五[”\"]?(?:规划)?(?:期间|时期)"),
    ("bare_day", rf"(?P<m>1[0-2]|0?[1-9])\s*月\s*(?P<d>\d{{1,2}})\s*日{_BEFORE}"),
    ("bare_month_end", rf"(?P<m>1[0-2]|0?[1-9])\s*月份?(?:{_END}|{_END}?(?:之前|以前|前)){_BEFORE}"),
    ("bare_month", r"(?P<m>1[0-2]|0?[1-9])\s*月份?(?=开工|完成|启动|建成|投产|竣工|投用|通车|动工|完工)"),
    ("bare_year_end", rf"(?:年底|年末|年内){_BEFORE}"),
    ("whole_year", r"全年"),
]
_RANGE = re.compile(
    rf"(?P<from>(?:19|20)\d\d)\s*年?(?:\s*(?P<fm>\d{{1,2}})\s*月)?\s*[—\-至到]+\s*(?={_YEAR}|\d{{1,2}}\s*月)"
)
_SHORT = re.compile(
    r"(?<![\d.])(?P<y>20\d\d)[.\-/年](?P<m>1[0-2]|0?[1-9])(?:[.\-/月](?P<d>3[01]|[12]\d|0?[1-9]))?日?(?![\d])"
)
_SOLID = re.compile(r"(?<!\d)(?P<y>20\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?!\d)")
_ANY = [(kind, re.compile(pattern)) for kind, pattern in _FORMS]

_MONTH = ("month_end", re.compile(r"(?P<m>1[0-2]|0?[1-9])\s*月份?"))


@dataclass(frozen=True)
class WrittenDate:
    """A date found in a text: its span, wording, form, last day, and whether the year was written there."""

    start: int
    end: int
    text: str
    kind: str
    date: datetime.date
    own_year: bool


def written_dates(folded, year=None):
    """Every date in a folded text, in order.

    A date without a year takes the one named before it in the same sentence (2024年6月底前开工,年底前完工),
    全年 the one named before it anywhere, else both take `year`. A form that needs a year when there is none,
    and a day that no calendar has, are left out.
    """
    found, position, named = [], 0, None
    while (hit := _next_date(folded, position, year, year)) is not None:
        end, dated = hit
        if named and not (dated and (dated.own_year or dated.text.startswith(_RELATIVE))):
            same_sentence = not re.search("[。!?\n]", folded[named.end : end])
            if same_sentence or (dated and dated.kind == "whole_year"):
                dated = _next_date(folded, position, named.date.year, year)[1]
        if dated:
            found.append(dated)
            named = dated if dated.own_year and not dated.kind.startswith("plan") else named
        position = end
    return found


def numeric_dates(folded):
    """Dates in figures alone (2023.6.30, 2023/12, 20230630), as they stand in table cells and marks."""
    dates = []
    for pattern in (_SHORT, _SOLID):
        for match in pattern.finditer(folded):
            year, month = int(match["y"]), int(match["m"])
            day = int(match["d"]) if match["d"] else calendar.monthrange(year, month)[1]
            if date := _day(year, month, day):
                dates.append(WrittenDate(*match.span(), match.group(), "day", date, True))
    return dates


def _next_date(folded, position, year, this_year):
    """(end, WrittenDate or None) of the first date from `position`; a range counts as its last day."""
    first = _first_form(folded, position)
    if first is None:
        return None
    kind, match = first
    start, base = match.start(), year
    opening = _opening(folded, position, start)
    if opening:
        start, base = opening.start(), int(opening["from"])
        later = _first_form(folded, opening.end(), [*_ANY, _MONTH])
        if later and later[1].start() == opening.end():
            kind, match = later
    own, last_year = _year(match, base, this_year)
    if kind in ("plan", "plan_end"):
        own, last_year = True, _plan_end(match["plan"])
    own = own or opening is not None
    date = _last_day(kind, match, last_year) if last_year else None
    dated = WrittenDate(start, match.end(), folded[start : match.end()], kind, date, own) if date else None
    return match.end(), dated


def _first_form(folded, position, forms=None):
    """(kind, match) of the written form that begins first, the longest one where several do."""
    best = None
    for kind, pattern in forms or _ANY:
        match = pattern.search(folded, position)
        while match and _glued(folded, match):
            match = pattern.search(folded, match.start() + 1)
        if match and (best is None or (match.start(), -match.end()) < (best[1].start(), -best[1].end())):
            best = (kind, match)
    return best


def _opening(folded, position, start):
    """The first half of a range (2018—, 2023年6月至) that the date at `start` closes or opens, or None."""
    for opening in _RANGE.finditer(folded, position):
        if opening.start() > start:
            return None
        if opening.end() >= start and not _glued(folded, opening):
            return opening
    return None


def _glued(folded, match):
    """True when digits run into the match from the left (20182020年, 353德…, 1.6月)."""
    before = folded[match.start() - 1] if match.start() else ""
    return before.isdigit() or before == "." or (before == "每") or (before == "个")


def _year(match, year, this_year):
    """(written out, year) of a match: its own year, 今年 and 明年 by `this_year`, else `year`."""
    groups = match.groupdict()
    if groups.get("y"):
        return True, chinese_number(groups["y"]) or chinese_number(groups["y"].replace("0", "〇"))
    if groups.get("rel") in ("明年", "来年"):
        return False, this_year + 1 if this_year else None
    return False, this_year if groups.get("rel") else year


def _plan_end(name):
    """The last year of a five-year period: 十三五 → 2020."""
    return 2020 + (chinese_number(name) - 13) * 5


def _last_day(kind, match, year):
    groups = match.groupdict()
    if kind in ("day", "bare_day"):
        return _day(year, int(groups["m"]), int(groups["d"]))
    if kind == "third":
        month = int(groups["m"])
        last = {"上旬": 10, "中旬": 20}.get(groups["third"])
        return _day(year, month, last or calendar.monthrange(year, month)[1])
    if kind in ("month_end", "bare_month_end", "bare_month"):
        month = int(groups["m"])
        return _day(year, month, calendar.monthrange(year, month)[1])
    if kind == "half":
        return _day(year, 12, 31) if groups["half"] == "下半年" else _day(year, 6, 30)
    if kind == "quarter":
        month = chinese_number(groups["q"]) * 3
        return _day(year, month, calendar.monthrange(year, month)[1])
    if kind == "year_before":
        return _day(year, 12, 31)
    return _day(year, 12, 31)


def _day(year, month, day):
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None
