"""Dates of the demonstration's year."""

from datetime import date, timedelta

from common import periods

TODAY = date(2023, 12, 13)
THIS_PERIOD = periods.period_of(TODAY)
LAST_ROUND = periods.shift(THIS_PERIOD, -1)
LAST_LOCKED = periods.shift(THIS_PERIOD, -2)  # some reports of the last round still await the office


def working_days(first: date, last: date) -> list[date]:
    """Return every working day from ``first`` to ``last``, both included."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in days if periods.is_working_day(day)]


def working_day_from(day: date) -> date:
    """Return ``day`` itself when it is a working day, else the next one."""
    while not periods.is_working_day(day):
        day += timedelta(days=1)
    return day


def month_days(period: str, first: int = 1, last: int = 31) -> list[date]:
    """Return the working days of a month between two days of the month, none after the business date."""
    start, end = periods.first_day(period), periods.last_day(period)
    return working_days(start.replace(day=first), min(end.replace(day=min(last, end.day)), TODAY))


def month_end(period: str, later: int = 0) -> date:
    return periods.last_day(periods.shift(period, later))
