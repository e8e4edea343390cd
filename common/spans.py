"""The period that a count covers: a year, a quarter, a month, or any two days (2023-03-15..2023-06-30)."""

from dataclasses import dataclass
from datetime import date

from common import periods

BETWEEN = ".."


@dataclass(frozen=True)
class Span:
    """First and last day, both included. ``text`` is how addresses write it, "" for the year up to the as-of date."""

    first: date
    last: date
    text: str = ""

    @property
    def label(self) -> str:
        """The period as it is read: 2023年, 2023年第三季度, 2023-03-15 至 2023-06-30."""
        if BETWEEN in self.text:
            return f"{self.first} 至 {self.last}"
        return periods.span_label(self.text or str(self.first.year))

    @property
    def is_whole_year(self) -> bool:
        return not self.text or len(self.text) == 4

    def up_to(self, as_of: date) -> date:
        """Return the last day that counts: nothing after ``as_of``."""
        return min(self.last, as_of)


def year_to(as_of: date) -> Span:
    return Span(date(as_of.year, 1, 1), date(as_of.year, 12, 31))


def read_span(text: str, as_of: date) -> Span:
    """Return the period that ``text`` names; the as-of date's year for an empty one.

    Raises ValueError with a Chinese sentence for what is none, or begins after ``as_of``.
    """
    if not text:
        return year_to(as_of)
    first, between, last = text.partition(BETWEEN)
    if between:
        try:
            span = Span(date.fromisoformat(first), date.fromisoformat(last), text)
        except ValueError as problem:
            raise ValueError(f"起止日期应写作 2023-03-15..2023-06-30，现为“{text[:30]}”。") from problem
        if span.last < span.first:
            raise ValueError(f"截止日期 {span.last} 早于起始日期 {span.first}。")
    else:
        span = Span(*periods.span(text), text)
    if span.first > as_of:
        raise ValueError(f"期间“{text[:30]}”在截至日期 {as_of} 之后。")
    return span


def span_before(span: Span) -> Span:
    """Return the same span a year earlier, for comparison."""
    earlier = tuple(year_before(day) for day in (span.first, span.last))
    if not span.text:
        return Span(*earlier)
    if BETWEEN in span.text:
        return Span(*earlier, f"{earlier[0]}{BETWEEN}{earlier[1]}")
    return Span(*periods.span(text := f"{int(span.text[:4]) - 1:04d}{span.text[4:]}"), text)


def year_before(day: date) -> date:
    """Return the same day a year earlier, 28 February for the 29th."""
    return date(day.year - 1, day.month, 28 if (day.month, day.day) == (2, 29) else day.day)


def choices(as_of: date) -> list[tuple[str, str]]:
    """Return the periods that a picker offers: this year and the last, the year's quarters and months so far."""
    year = as_of.year
    quarters = [f"{year}-Q{n}" for n in range(1, (as_of.month - 1) // 3 + 2)]
    months = [f"{year}-{n:02d}" for n in range(1, as_of.month + 1)]
    return [(text, periods.span_label(text)) for text in (str(year), str(year - 1), *quarters, *months)]
