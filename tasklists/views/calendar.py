"""The working calendar: which weekdays are off and which weekend days are worked; the office edits it."""

import calendar
from datetime import date

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.guards import requires
from accounts.permissions import may
from common import clock, workdays
from common.errors import UserError

KINDS = {"off": False, "working": True, "usual": None}


@requires("view")
@require_safe
def working_days(request):
    return _page(request, _year(request.GET.get("year", "")))


@requires("supervise")
@require_POST
def set_days(request):
    """Set one day or a run of days; a refusal shows the page again with what was typed."""
    typed = {name: request.POST.get(name, "").strip() for name in ("first", "last", "kind", "note")}
    try:
        first = _day(typed["first"], "first")
        last = _day(typed["last"], "last") if typed["last"] else first
        if typed["kind"] not in KINDS:
            raise UserError("请选择放假、上班或照常。", field="kind")
        changed = workdays.set_days(
            first=first, last=last, is_working=KINDS[typed["kind"]], note=typed["note"], by=request.user
        )
    except UserError as refusal:
        return _page(request, _year(typed["first"][:4]), problem=refusal, typed=typed)
    messages.success(request, f"已改 {changed} 天。" if changed else "这些日子本来就是这样，没有改动。")
    return redirect(f"{reverse('tasklists:calendar')}?year={first.year}")


def _year(text) -> int:
    return int(text) if text.isdecimal() and len(text) == 4 and 2000 <= int(text) <= 2100 else clock.today().year


def _day(text, field) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise UserError(f"日期“{text[:20]}”无法识别，应写作 2024-05-01。", field=field) from None
    if not 2000 <= day.year <= 2100:
        raise UserError("年份应在 2000 至 2100 之间。", field=field)
    return day


def _page(request, year, problem=None, typed=None):
    found = workdays.exceptions(year)
    return render(
        request,
        "tasklists/calendar.html",
        {
            "year": year,
            "months": [_month(year, month, found, clock.today()) for month in range(1, 13)],
            "exceptions": [
                {"day": day, "works": works, "note": note, "weekday": "一二三四五六日"[day.weekday()]}
                for day, (works, note) in found.items()
            ],
            "may_edit": may(request.user, "supervise"),
            "problem": problem,
            "typed": typed or {},
        },
    )


def _month(year, month, found, today) -> dict:
    """Return the month's weeks; days beyond it are None."""
    weeks, working = [], 0
    for week in calendar.Calendar().monthdatescalendar(year, month):
        row = []
        for day in week:
            if day.month != month:
                row.append(None)
                continue
            works = found[day][0] if day in found else day.weekday() < 5
            working += works
            mark = "" if day not in found else "班" if works else "休"
            row.append({"day": day, "works": works, "mark": mark, "today": day == today})
        weeks.append(row)
    return {"number": month, "weeks": weeks, "working": working}
