"""Deadlines as ledgers write them → the last day that they mean.

A month or a year means its last day; what a person should look at again is flagged, never guessed silently.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from common.ledgers.sheets import as_text
from common.ledgers.words import chinese_number, is_empty, squeeze

_SERIAL_START = date(1899, 12, 30)
_YEAR = r"(?:(?P<y>(?:19|20)\d\d)年?|(?P<rel>今年|本年度?|当年|明年|来年))?"
_WRITTEN = re.compile(
    rf"{_YEAR}(?:"
    r"(?P<half>上半年|下半年)|第?(?P<q>[一二三四1-4])季度|"
    r"(?P<m>\d{1,2})月份?(?:(?P<third>[上中下]旬)|(?P<d>\d{1,2})[日号]?|(?P<end>底|末|内))?|"
    r"(?P<year_end>年?[底末]|年内)|(?P<whole>全年)|(?P<only>))"
    r"[底末内]?(?P<before>之前|以前|前)?"
)
_FIGURES = re.compile(r"(?P<y>(?:19|20)\d\d)[./-](?P<m>\d{1,2})(?:[./-](?P<d>\d{1,2}))?(?!\d)")
_CLOCK = re.compile(r"(?<=\d)[\sT]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?$")
_PLAN = re.compile(r"[“”\"']*(?P<plan>二?十[一二三四五六七八九]?)五[“”\"']*(?:规划)?(?:期?末|期间|时期|收官)")
_RANGE = re.compile(r"^(?P<from>(?:19|20)\d\d[年./-]?(?:\d{1,2}月?)?)[—–~至到-]+(?P<to>.+)$")
_LOST_DASH = re.compile(r"^((?:19|20)\d\d)((?:19|20)\d\d)年$")
_RELATIVE = re.compile(r"(?P<y>(?:19|20)\d\d)年?起(?P<n>\d{1,2}|[一二三四五六七八九十])年内")
_LONG = re.compile(r"长期|常态化|常年|持续(?:推进|实施|开展|坚持)|长效坚持")
_VAGUE = re.compile(r"尽快|尽早|适时|视情|待定|按.{0,8}(?:要求|时限|部署|安排|进度)|另行")
_AT_ONCE = re.compile(r"立行立改|立即|立查立改|即知即改|随时")
_EVERY_YEAR = re.compile(r"每年(?P<m>\d{1,2})月(?:(?P<d>\d{1,2})日|底|末|份)?")
_EVERY_MONTH = re.compile(r"每月(?P<d>\d{1,2})[日号]")


@dataclass(frozen=True)
class ReadDate:
    """What a deadline cell means. ``day`` is None for 长期坚持, 尽快, 每月25日 and an empty cell."""

    day: date | None
    precision: str
    start: date | None = None
    before: bool = False
    year_given: bool = True
    ambiguous: bool = False
    repaired: bool = False
    milestone: str = ""
    doubt: str = ""

    @property
    def long_term(self) -> bool:
        return self.precision == "ongoing"


@lru_cache(maxsize=4096, typed=True)  # ledgers repeat their deadlines
def read_date(value, *, year: int | None = None) -> ReadDate:
    """Return what the cell says; ``year`` (of the sheet) completes 6月底前. Raises ValueError in one sentence."""
    if isinstance(value, date):
        return ReadDate(value, "day")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_number(value)
    text = squeeze(_CLOCK.sub("", as_text(value)))
    if is_empty(text):
        return ReadDate(None, "empty")
    if text.isdigit():
        return _from_digits(text)
    if _FIGURES.fullmatch(text):  # 2023-07-01 is a day, no span from 2023-07 to 01
        return _written(text, year)
    return _open_ended(text) or _spans(text, year) or _written(text, year)


def _from_number(value) -> ReadDate:
    if float(value).is_integer():
        whole = int(value)
        if 20000 <= whole <= 80000:
            day = _SERIAL_START + timedelta(days=whole)
            return ReadDate(day, "day", doubt=f"数字 {whole} 按 Excel 日期读作 {day}，请核对。")
        return _from_digits(str(whole))
    year, _, month = repr(value).partition(".")
    if re.fullmatch("(19|20)[0-9]{2}", year) and re.fullmatch("0[1-9]|1[0-2]|[1-9]", month):
        if month == "1":  # 2023.1 and 2023.10 are the same number
            day = _last(int(year), 10)
            doubt = f"数字 {year}.1 可能是 {year} 年 10 月，也可能是 1 月，现按 10 月读取，请核对。"
            return ReadDate(day, "month", ambiguous=True, doubt=doubt)
        return ReadDate(_last(int(year), int(month)), "month")
    raise ValueError(f"“{as_text(value)}”不是日期。")


def _from_digits(text: str) -> ReadDate:
    """20230630, 202312, 2023, and figures whose 年月日 got lost (2020920)."""
    year, rest = int(text[:4]), text[4:]
    if re.match("19|20", text):
        if len(text) == 8:
            return ReadDate(_day(year, int(rest[:2]), int(rest[2:]), text), "day")
        if len(text) == 4:
            return ReadDate(date(year, 12, 31), "year")
        if len(text) == 6 and 1 <= int(rest) <= 12:
            return ReadDate(_last(year, int(rest)), "month")
        if len(text) in (6, 7):
            for cut in (1, 2):
                try:
                    day = date(year, int(rest[:cut]), int(rest[cut:]))
                except ValueError:
                    continue
                doubt = f"“{text}”缺少年月日的分隔，现读作 {day}，请核对。"
                return ReadDate(day, "day", ambiguous=True, repaired=True, doubt=doubt)
    raise ValueError(f"“{text}”不是日期。")


def _open_ended(text: str) -> ReadDate | None:
    """Wording without a day of its own."""
    no_day = f"“{text}”没有具体日期，按无时限导入。"
    if _EVERY_YEAR.search(text):
        return ReadDate(None, "recurring_yearly", doubt=no_day)
    if _EVERY_MONTH.search(text):
        return ReadDate(None, "recurring_monthly", doubt=no_day)
    if text.startswith("每"):
        return ReadDate(None, "recurring", doubt=no_day)
    has_date = any(match.group() for match in _WRITTEN.finditer(text)) or _FIGURES.search(text)
    if has_date:
        return None
    if _LONG.search(text) and not _PLAN.search(text):
        return ReadDate(None, "ongoing")
    if _AT_ONCE.search(text):
        return ReadDate(None, "immediate", doubt=no_day)
    if _VAGUE.search(text):
        return ReadDate(None, "vague", doubt=no_day)
    return None


def _spans(text: str, year) -> ReadDate | None:
    """Periods: 2018—2021年, 十四五末, 2012年起5年内; they end on their last day."""
    if match := _LOST_DASH.match(text):
        first, last = int(match[1]), int(match[2])
        if first < last:
            doubt = f"“{text}”疑似“{first}—{last}年”，现按 {last} 年底读取，请核对。"
            return ReadDate(date(last, 12, 31), "range", start=date(first, 1, 1), repaired=True, doubt=doubt)
    if match := _RELATIVE.search(text):
        first, count = int(match["y"]), chinese_number(match["n"])
        last = date(first + count - 1, 12, 31)
        doubt = f"“{text}”现读作 {last}，也可能是下一年，请核对。"
        return ReadDate(last, "relative", start=date(first, 1, 1), doubt=doubt)
    if (match := _PLAN.search(text)) and (number := chinese_number(match["plan"])):
        return ReadDate(date(2020 + (number - 13) * 5, 12, 31), "plan_period")
    if match := _RANGE.match(text):
        parts = re.findall(r"\d+", match["from"])
        start = date(int(parts[0]), int(parts[1]) if len(parts) > 1 and 1 <= int(parts[1]) <= 12 else 1, 1)
        end = read_date(match["to"], year=start.year)
        if end.day:
            return ReadDate(end.day, "range", start=start)
    return None


def _written(text: str, year) -> ReadDate:
    found, unknown_year = [], False
    for match in (*_FIGURES.finditer(text), *_WRITTEN.finditer(text)):
        named = match.groupdict()
        if not match.group() or not any(named.get(k) for k in ("y", "rel", "half", "q", "m", "year_end", "whole")):
            continue
        if match.re is _WRITTEN and named["y"] and _FIGURES.match(text, match.start()):
            continue
        own = named["y"] or (year + (named["rel"] in ("明年", "来年")) if named.get("rel") and year else None)
        if own is None and year is None:
            unknown_year = True
            continue
        found.append((match, _meant(match.group(), named, int(own or year))))
    if not found:
        reason = "没有写明年份，无法确定是哪一天" if unknown_year else "看不出是哪一天"
        raise ValueError(f"“{text}”{reason}。")
    match, (day, precision) = max(found, key=lambda pair: pair[1][0])
    several = len({meant[0] for _, meant in found}) > 1
    rest = text[match.end() :].strip("。,;，；") if match.start() <= 1 and not several else ""
    return ReadDate(
        day,
        precision,
        before=text.rstrip("。").endswith("前"),
        year_given=bool(match.groupdict()["y"]),
        ambiguous=several,
        milestone="" if rest in ("完成", "前", "办结") else rest,
        doubt=f"“{text}”里有几个日期，现取最后一个 {day}，请核对。" if several else "",
    )


def _meant(words: str, named: dict, year: int) -> tuple[date, str]:
    """Return (last day, precision) of one date's parts."""
    if named.get("half"):
        return (date(year, 6, 30) if named["half"] == "上半年" else date(year, 12, 31)), "half"
    if named.get("q"):
        return _last(year, chinese_number(named["q"]) * 3), "quarter"
    if named.get("m"):
        month = int(named["m"])
        if not 1 <= month <= 12:
            raise ValueError(f"“{words}”不是有效日期。")
        if named.get("third"):
            day = {"上旬": 10, "中旬": 20}.get(named["third"])
            return (date(year, month, day) if day else _last(year, month)), "ten_days"
        if named.get("d"):
            return _day(year, month, int(named["d"]), words), "day"
        return _last(year, month), "month_end" if named.get("end") else "month"
    return date(year, 12, 31), "year_end" if named.get("year_end") else "year"


def _last(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _day(year, month, day, words) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise ValueError(f"“{words}”不是有效日期。") from error
