"""The as-of date of a page: every page that counts takes one, and says which."""

from datetime import date

from django.contrib import messages

from common import clock, periods


def read_as_of(request) -> date:
    """Return the date asked for by ``?as_of=``, today without one.

    A date that cannot be read, or lies ahead, is answered by today and one sentence.
    """
    today = clock.today()
    asked = request.GET.get("as_of", "").strip()
    if not asked:
        return today
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        messages.error(request, f"截至日期“{asked[:20]}”无法识别，应写作 2023-11-30；现按 {today} 显示。")
        return today
    if day > today:
        messages.error(request, f"截至日期 {day} 晚于今天，现按 {today} 显示。")
        return today
    return day


def as_of_context(request, as_of: date) -> dict:
    """Return what ``common/_asof.html`` needs: the date, its limit, month-ends to jump to, other parameters."""
    today = clock.today()
    this = periods.period_of(today)
    days = [("今天", today)]
    days += [(f"{int(p[5:])}月末", periods.last_day(p)) for p in (periods.shift(this, -1), periods.shift(this, -2))]
    days.append((f"{today.year - 1}年末", date(today.year - 1, 12, 31)))
    quick = []
    for label, day in days:
        query = request.GET.copy()
        query.pop("page", None)
        query["as_of"] = day.isoformat()
        quick.append({"label": label, "url": f"?{query.urlencode()}", "current": day == as_of})
    kept = [
        (name, value) for name in request.GET if name not in ("as_of", "page") for value in request.GET.getlist(name)
    ]
    return {"as_of": as_of, "as_of_max": today, "as_of_quick": quick, "kept": kept, "today": today}
