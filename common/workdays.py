"""The working calendar as the office keeps it: rows of exceptions to Monday to Friday.

A site that has never edited it lives by the shipped file. ``common.periods`` keeps the calendar per process;
the stamp file that is written after each edit tells every process to read it anew.
"""

import uuid
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction

from common import audit, periods
from common.errors import UserError
from common.files import write_file
from common.models import CalendarDay

LONGEST = 31  # days set at once


@transaction.atomic
def set_days(*, first: date, last: date, is_working: bool | None, note: str, by) -> int:
    """Make the days working or off, or with None what their weekday says, and return how many rows changed.

    Only what differs from the weekday is kept, so that the calendar stays a list of exceptions.
    """
    if last < first:
        raise UserError("结束日期不能早于开始日期。", field="last")
    if (last - first).days >= LONGEST:
        raise UserError(f"一次最多设置 {LONGEST} 天。", field="last")
    note = note.strip()[:60]
    load_shipped_days()
    before = {row.day: row for row in CalendarDay.objects.filter(day__range=(first, last))}
    wanted = {}
    for day in (first + timedelta(days=n) for n in range((last - first).days + 1)):
        if is_working is not None and is_working != (day.weekday() < 5):
            wanted[day] = CalendarDay(day=day, is_working=is_working, note=note)
    same = {
        d for d, row in wanted.items() if d in before and (before[d].is_working, before[d].note) == (is_working, note)
    }
    changed = (set(before) | set(wanted)) - same
    if changed:
        CalendarDay.objects.filter(day__in=changed).delete()
        CalendarDay.objects.bulk_create(wanted[day] for day in sorted(changed) if day in wanted)
        what = {True: "上班", False: "放假", None: "照常"}[is_working]
        audit.record(
            by=by, action="设置工作日历", label=f"{first} 至 {last} {what}", after={"days": len(changed), "note": note}
        )
        transaction.on_commit(write_stamp)
    return len(changed)


def load_shipped_days() -> None:
    """Write the shipped calendar's rows where there are none yet; the calendar stays the same."""
    if CalendarDay.objects.exists():
        return
    holidays, working_weekends = periods.shipped_calendar()
    rows = [CalendarDay(day=day, is_working=False) for day in holidays]
    rows += [CalendarDay(day=day, is_working=True) for day in working_weekends]
    CalendarDay.objects.bulk_create(sorted(rows, key=lambda row: row.day), ignore_conflicts=True)


def exceptions(year: int) -> dict[date, tuple[bool, str]]:
    """Return the year's exceptions: day → (is working, note), in the order of the days."""
    rows = CalendarDay.objects.filter(day__year=year).order_by("day")
    if found := {row.day: (row.is_working, row.note) for row in rows}:
        return found
    if CalendarDay.objects.exists():
        return {}
    holidays, working_weekends = periods.shipped_calendar()
    return {day: (day in working_weekends, "") for day in sorted(holidays | working_weekends) if day.year == year}


def write_stamp() -> None:
    """Tell every process that the calendar has changed."""
    write_file(settings.DATA_DIR / periods.CALENDAR_STAMP, uuid.uuid4().hex.encode())


def stamp_if_edited() -> None:
    """Write a missing stamp of a site that has rows, for one whose data folder was set up anew."""
    if not (settings.DATA_DIR / periods.CALENDAR_STAMP).exists() and CalendarDay.objects.exists():
        write_stamp()
