"""Months as reporting periods, and working days.

A period is written ``YYYY-MM``: it sorts as text and reads the same in files and addresses.
"""

import calendar
import json
import os
import re
from datetime import date, timedelta
from functools import lru_cache

from django.conf import settings

CALENDAR_STAMP = "calendar.stamp"
PERIOD = re.compile(r"^(\d{4})-(0[1-9]|1[0-2])\Z")
SPAN = re.compile(r"^(\d{4})(?:-(0[1-9]|1[0-2])|-Q([1-4]))?\Z")


def period_of(day: date) -> str:
    """Return the month that ``day`` lies in, as ``YYYY-MM``."""
    return f"{day:%Y-%m}"


def parse_period(text: str) -> str:
    """Return ``text`` when it names a month; raise ValueError with a Chinese sentence otherwise."""
    if not PERIOD.match(text or ""):
        raise ValueError(f"期间应写作 2023-11 这样的年月，现为“{text}”。")
    return text


def first_day(period: str) -> date:
    return date(int(period[:4]), int(period[5:]), 1)


def last_day(period: str) -> date:
    year, month = int(period[:4]), int(period[5:])
    return date(year, month, calendar.monthrange(year, month)[1])


def shift(period: str, months: int) -> str:
    """Return the period ``months`` later (earlier when negative)."""
    index = int(period[:4]) * 12 + int(period[5:]) - 1 + months
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def last_full_period(as_of: date) -> str:
    """Return the last month that had wholly passed by the end of ``as_of``."""
    this = period_of(as_of)
    return this if as_of == last_day(this) else shift(this, -1)


def months_between(first: str, last: str) -> list[str]:
    """Return every period from ``first`` to ``last``, both included."""
    months = []
    while first <= last:
        months.append(first)
        first = shift(first, 1)
    return months


def label(period: str) -> str:
    """Return the period as it is read: 2023年11月."""
    return f"{int(period[:4])}年{int(period[5:])}月"


def span(text: str) -> tuple[date, date]:
    """Return the first and last day of a year, quarter or month (2023, 2023-Q3, 2023-11).

    Raises ValueError with a Chinese sentence for anything else.
    """
    found = SPAN.match(text or "")
    if not found or found[1] == "0000":
        raise ValueError(f"期间应写作 2023、2023-Q3 或 2023-11，现为“{text}”。")
    year, month, quarter = int(found[1]), found[2], found[3]
    if month:
        return first_day(text), last_day(text)
    first, last = (int(quarter) * 3 - 2, int(quarter) * 3) if quarter else (1, 12)
    return date(year, first, 1), last_day(f"{year:04d}-{last:02d}")


def span_label(text: str) -> str:
    """Return a year, quarter or month as it is read: 2023年, 2023年第三季度, 2023年11月."""
    year, _, part = text.partition("-")
    if part.startswith("Q"):
        return f"{int(year)}年第{'一二三四'[int(part[1]) - 1]}季度"
    return label(text) if part else f"{int(year)}年"


def shift_span(text: str, count: int) -> str:
    """Return the year, quarter or month ``count`` of its own kind later (earlier when negative)."""
    year, _, part = text.partition("-")
    if part.startswith("Q"):
        index = int(year) * 4 + int(part[1]) - 1 + count
        return f"{index // 4:04d}-Q{index % 4 + 1}"
    return shift(text, count) if part else f"{int(year) + count:04d}"


def _calendar():
    """The days off on weekdays and the working weekend days, as the office keeps them, else as announced.

    The office's edits are told by a stamp file, which every process looks at: no query, nothing stale.
    """
    try:
        stamp = os.stat(settings.DATA_DIR / CALENDAR_STAMP)
    except FileNotFoundError:
        return shipped_calendar()
    return _kept_calendar((str(settings.DATA_DIR), stamp.st_mtime_ns, stamp.st_ino))


@lru_cache
def shipped_calendar() -> tuple[set[date], set[date]]:
    """Return the State Council's holiday arrangements: days off on weekdays and working weekend days."""
    data = json.loads((settings.SHIPPED_DATA / "workdays.json").read_text(encoding="utf-8"))
    return (
        {date.fromisoformat(day) for day in data["holidays"]},
        {date.fromisoformat(day) for day in data["working_weekends"]},
    )


@lru_cache(maxsize=2)
def _kept_calendar(stamp):
    from common.models import CalendarDay

    rows = dict(CalendarDay.objects.values_list("day", "is_working"))
    if not rows:
        return shipped_calendar()
    return {day for day, works in rows.items() if not works}, {day for day, works in rows.items() if works}


def is_working_day(day: date) -> bool:
    holidays, working_weekends = _calendar()
    return day in working_weekends or (day.weekday() < 5 and day not in holidays)


def working_days_before(day: date, count: int) -> date:
    """Return the day that lies ``count`` working days before ``day``."""
    while count:
        day -= timedelta(days=1)
        count -= is_working_day(day)
    return day


def working_days_after(day: date, count: int) -> date:
    """Return the day that lies ``count`` working days after ``day``."""
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def working_days_between(start: date, end: date) -> int:
    """Return how many working days lie after ``start`` up to and including ``end``; 0 when end is earlier."""
    return sum(is_working_day(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))
