"""The periods that are assessed: a year, a quarter or a month, written 2023, 2023-Q3, 2023-11."""

import re
from dataclasses import dataclass
from datetime import date

from common import periods

YEAR, QUARTER = re.compile(r"^(\d{4})\Z", re.ASCII), re.compile(r"^(\d{4})-Q([1-4])\Z", re.ASCII)
MONTHS_OF = {"year": 12, "quarter": 3, "month": 1}


@dataclass(frozen=True)
class Span:
    text: str
    kind: str  # year, quarter, month
    first_month: str
    last_month: str

    @property
    def first(self) -> date:
        return periods.first_day(self.first_month)

    @property
    def last(self) -> date:
        return periods.last_day(self.last_month)

    @property
    def months(self) -> list[str]:
        return periods.months_between(self.first_month, self.last_month)

    @property
    def label(self) -> str:
        """2023年, 2023年第3季度, 2023年11月."""
        year = int(self.text[:4])
        if self.kind == "year":
            return f"{year}年"
        return f"{year}年第{self.text[-1]}季度" if self.kind == "quarter" else periods.label(self.text)

    @property
    def before(self) -> "Span":
        """The period of the same kind that ends where this one begins."""
        return span_holding(periods.shift(self.first_month, -1), self.kind)

    def day(self, as_of: date) -> date:
        """The day on which states are looked at: the as-of date, within the period."""
        return min(as_of, self.last)


def parse_span(text: str) -> Span:
    """Return the period that ``text`` names; raise ValueError with a Chinese sentence otherwise."""
    text = (text or "").strip()
    if YEAR.match(text) and int(text) >= 1:
        return Span(text, "year", f"{text}-01", f"{text}-12")
    if found := QUARTER.match(text):
        year, quarter = found[1], int(found[2])
        if int(year) >= 1:
            return Span(text, "quarter", f"{year}-{quarter * 3 - 2:02d}", f"{year}-{quarter * 3:02d}")
    elif periods.PERIOD.match(text) and text.isascii() and int(text[:4]) >= 1:
        return Span(text, "month", text, text)
    raise ValueError(f"期间“{text[:20]}”无法识别，应写作 2023、2023-Q3 或 2023-11。")


def span_holding(month: str, kind: str) -> Span:
    """Return the year, quarter or month that ``month`` lies in."""
    if kind == "year":
        return parse_span(month[:4])
    return parse_span(f"{month[:4]}-Q{(int(month[5:]) + 2) // 3}" if kind == "quarter" else month)


def open_span(text: str, as_of: date) -> Span:
    """Return the period, which must have begun by ``as_of``; raise ValueError with a Chinese sentence otherwise."""
    span = parse_span(text)
    if span.first > as_of:
        raise ValueError(f"{span.label}尚未开始，不能考核；最近可考核的期间是 {periods.period_of(as_of)}。")
    return span
