"""Columns that stand for a time: a month, a quarter, a year, a running total up to a month, a total."""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from common.ledgers.words import chinese_number, squeeze

MONTH, QUARTER, YEAR, RUNNING, TOTAL = "month", "quarter", "year", "running", "total"
_YEAR = r"(?:(?P<year>20\d\d)(?:年度?|[-./])?)?"
_NUMBER = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_REST = r"(?:份|底|末)?(?:数|值|数据|金额|实际|实绩)?(?:\([^()]*\))?"
_WHAT = r"(?:新增|当月|本月)?(?:实际)?(?:到位|到账)?(?:资金|投资)?(?:完成)?(?:投资|情况|额|数|值)?(?:\([^()]*\))?"
_MONTH = re.compile(rf"{_YEAR}(?P<month>{_NUMBER})月{_REST}{_WHAT}")
_FIGURES = re.compile(r"(?P<year>20\d\d)(?:[-./](?P<month>1[0-2]|0?[1-9])|(?P<tight>0[1-9]|1[0-2]))(?:[-./]\d{1,2})?")
_BARE = re.compile(r"(?P<month>1[0-2]|0?[1-9])")
_RUNNING = re.compile(
    rf"{_YEAR}(?:(?P<from>{_NUMBER})月?[-—–~至到])(?P<month>{_NUMBER})月{_REST}(?:累计)?{_WHAT}(?:累计)?"
)
_UP_TO = re.compile(rf"(?:截至|截止|累计(?:至|到))(?:目前)?{_YEAR}(?P<month>{_NUMBER})月{_REST}.*")
_UP_TO_AFTER = re.compile(rf"{_YEAR}(?P<month>{_NUMBER})月{_REST}累计{_WHAT}")
RUNNING_WORDS = re.compile(rf"{_NUMBER}月?[-—–~至到]{_NUMBER}月|截[至止]|累计")
_QUARTER = re.compile(rf"{_YEAR}(?:第?(?P<quarter>[一二三四1-4])季度?|[Qq](?P<q>[1-4])){_REST}{_WHAT}")
_YEARS = re.compile(rf"(?P<year>20\d\d)(?:年度?)?{_REST}{_WHAT}")
_TOTAL = re.compile(
    r"(?:20\d\d年)?(?:全年|年度|本年|当年)?(?:合计|总计|共计|小计|总额|累计|全年累计|全年|合计数)(?:到位)?(?:资金|投资|数|额|金额)*(?:\([^()]*\))?"
)
_NO_VALUE = re.compile(
    r"同期|去年|上年|增幅|增速|增长|同比|环比|占比|比重|目标|计划|任务|排名|位次|完成率|率$|预计|说明|备注"
)


@dataclass(frozen=True)
class Span:
    """What a column stands for. ``period``: 2023-11, 2023-Q3 or 2023; a running total ends with that month.

    ``first`` is the first month of a running total; ``year_given`` tells whether the column itself names its year.
    """

    kind: str
    period: str = ""
    first: str = ""
    year_given: bool = True


@lru_cache(maxsize=4096)
def read_span(words: str, year: int | None) -> Span | None:
    """Return the time that a column's header words name (levels set apart by /), or None.

    ``year`` completes 1月; without any year such a column is no time.
    """
    *above, own = squeeze(words).split("/")
    if any(_NO_VALUE.search(text) for text in (own, *above)):
        return None
    above_year = next((int(m[1]) for text in reversed(above) if (m := re.search(r"(20\d\d)年?", text))), None)
    in_months = any("月" in text for text in above)
    for part in (own, own.split("(")[0]):
        if part and (span := _of(part, above_year or year, in_months)):
            return span
    return None


def _of(text: str, year: int | None, in_months: bool) -> Span | None:
    for pattern, kind in ((_RUNNING, RUNNING), (_UP_TO, RUNNING), (_UP_TO_AFTER, RUNNING), (_MONTH, MONTH)):
        if match := pattern.fullmatch(text):
            return _month(match, year, kind)
    if match := _FIGURES.fullmatch(text):
        return Span(MONTH, f"{match['year']}-{int(match['month'] or match['tight']):02d}")
    if in_months and (match := _BARE.fullmatch(text)):
        return _month(match, year, MONTH)
    if match := _QUARTER.fullmatch(text):
        own = match["year"] or year
        number = chinese_number(match["quarter"] or match["q"])
        return Span(QUARTER, f"{own}-Q{number}", year_given=bool(match["year"])) if own else None
    if _TOTAL.fullmatch(text):
        return Span(TOTAL)
    if match := _YEARS.fullmatch(text):
        return Span(YEAR, match["year"])
    return None


def _month(match, year, kind) -> Span | None:
    named = match.groupdict()
    own = named.get("year") or year
    number = chinese_number(named["month"].lstrip("0"))
    if not own or not 1 <= number <= 12:
        return None
    first = chinese_number(named["from"].lstrip("0")) if named.get("from") else 1
    if kind == RUNNING and not first < number:
        return None
    start = f"{own}-{first:02d}" if kind == RUNNING else ""
    return Span(kind, f"{own}-{number:02d}", start, year_given=bool(named.get("year")))


_PERIODS = (
    (re.compile(r"(?P<year>20\d\d)年?[-./]?(?P<month>1[0-2]|0?[1-9])月?(?:份|底|末)?"), MONTH),
    (re.compile(r"(?P<year>20\d\d)[-./](?P<month>1[0-2]|0?[1-9])[-./]\d{1,2}"), MONTH),
    (re.compile(r"(?P<year>20\d\d)年(?P<month>1[0-2]|0?[1-9])月\d{1,2}[日号]"), MONTH),
    (re.compile(r"(?P<year>20\d\d)年?度?-?(?:第?(?P<quarter>[一二三四1-4])季度|[Qq](?P<q>[1-4]))(?:末|底)?"), QUARTER),
    (re.compile(r"(?P<year>20\d\d)(?:年度?|年末|年底)?"), YEAR),
    (re.compile(r"(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月(?:份|底|末)?"), MONTH),
    (re.compile(r"第?(?P<quarter>[一二三四1-4])季度"), QUARTER),
)


def read_period(value, year: int | None = None) -> str:
    """Return the period of a cell: 2023-11, 2023-Q3 or 2023. Raises ValueError in one sentence.

    An Excel number 2023.1 is told from 2023.10 by nobody: it is refused.
    """
    if isinstance(value, date):
        return f"{value.year}-{value.month:02d}"
    if isinstance(value, float) and not value.is_integer():
        whole, _, rest = repr(value).partition(".")
        if rest == "1":
            raise ValueError(
                f"数字 {whole}.1 可能是 {whole} 年 1 月，也可能是 10 月，请写成 {whole}-01 或 {whole}-10。"
            )
        text = repr(value)
    else:
        text = squeeze(str(int(value)) if isinstance(value, int | float) else str(value))
    for pattern, kind in _PERIODS:
        if match := pattern.fullmatch(text):
            named = match.groupdict()
            own = named.get("year") or year
            if own is None:
                raise ValueError(f"“{text}”没有写明年份。")
            if kind == MONTH:
                return f"{own}-{chinese_number(named['month'].lstrip('0')):02d}"
            if kind == QUARTER:
                return f"{own}-Q{chinese_number(named.get('quarter') or named.get('q'))}"
            return str(own)
    raise ValueError(f"“{text[:20]}”不是期间，应写作 2023-11、2023年第三季度或 2023年。")
