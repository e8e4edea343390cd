"""The overview, the passport of a figure, the sheet behind a chart."""

import hashlib
from datetime import date

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.guards import requires, requires_login
from accounts.notices import unread_count
from accounts.permissions import SEES_EVERY_ORGANISATION, may
from common import audit, clock, exports, periods
from common.asof import as_of_context, read_as_of
from common.charts import chart_table
from common.remember import remembered
from reports import charts
from reports.bulletins import wording
from reports.figures import NARROWED_BY, agreement, find_figure, other_scopes, rows_behind, verified_by
from reports.lateness import late_matters
from reports.models import Bulletin
from reports.overview import overview
from reports.todo import bulletins_waiting, waiting_for
from tasklists.models import TaskItem
from tasklists.summary import task_summary


def _fingerprint(request, *args, **kwargs):
    """Same data, same person, same day, nothing to say: the browser's copy still stands."""
    if list(messages.get_messages(request)._loaded_messages or []) or not request.user.is_authenticated:
        return None
    parts = [
        request.session.session_key,
        request.user.pk,
        request.get_full_path(),
        audit.data_stamp(),
        bulletins_waiting(request.user),  # drafts leave the stamp alone
        unread_count(request.user),
        clock.today(),
    ]
    return '"' + hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:32] + '"'


@requires_login
@require_safe
@cache_control(private=True, no_cache=True)
@condition(etag_func=_fingerprint)
def home(request):
    """The overview for those who may see business figures; the others' own first page."""
    from accounts.landing import home_url

    if not may(request.user, "view"):
        return redirect(home_url(request.user))
    as_of = read_as_of(request)
    user = request.user
    page = {
        **overview(as_of),
        "asof": as_of_context(request, as_of),
        "as_of": as_of,
        "overdue": remembered(
            f"overdue:{as_of}:{user.role}:{user.organisation_id}", lambda: _overdue_lines(user, as_of)
        ),
        "late": late_matters(user, as_of),
        "bulletins": Bulletin.objects.visible_to(user).issued(as_of)[:4],
        "todo": waiting_for(user, clock.today()),
    }
    return render(request, "reports/overview.html", page)


def _overdue_lines(user, as_of):
    """The five longest overdue tasks that the user may see."""
    visible = TaskItem.objects.visible_to(user).supervised(as_of).overdue(as_of)
    lines = []
    for item in visible.prefetch_related("assignments__organisation").order_by("due_on", "pk")[:5]:
        owners = [a.organisation.short for a in item.assignments.all() if a.decides]
        lines.append({"item": item, "owner": "、".join(owners[:2]), "days": -item.days_left})
    return lines


@requires("view")
@require_safe
@vary_on_headers("X-Requested-Drawer")
def passport(request, key):
    """A figure opened: how it is counted, as of when, from where, and the first rows behind it."""
    as_of = read_as_of(request)
    narrow = {name: request.GET[name] for name in ("aspect", *NARROWED_BY) if request.GET.get(name)}
    figure = find_figure(key, as_of, **narrow)
    if figure is None:
        raise Http404
    before = periods.last_day(periods.shift(periods.period_of(as_of), -1))
    previous = find_figure(key, before, **figure.parameters) if figure.basis == "rows" else None
    rows = rows_behind(figure, request.user)
    page = {
        "figure": figure,
        "agreement": agreement(figure),
        "previous": previous,
        "change": _change(figure, previous),
        "other_scopes": other_scopes(figure),
        "rows": rows,
        "verified": verified_by(figure),
        "sees_all": request.user.role in SEES_EVERY_ORGANISATION,
        "as_of": as_of,
    }
    fragment = request.headers.get("X-Requested-Drawer") == "1"
    return render(request, "reports/_passport.html" if fragment else "reports/passport.html", page)


@requires("view")
@require_safe
def chart_sheet(request, key):
    """The table under a chart as a sheet."""
    as_of = read_as_of(request)
    description = _description(key, as_of)
    headers, rows = chart_table(description)
    content = exports.workbook(
        title=description.title,
        notes=[f"截至 {as_of}", f"单位：{description.unit}", description.note],
        headers=headers,
        rows=rows,
    )
    with transaction.atomic():
        audit.record(
            by=request.user, action="导出", label=description.title, after={"as_of": as_of, "rows": len(rows)}
        )
    return exports.attachment(content, name=f"{description.title}_{as_of}.xlsx", content_type=exports.XLSX)


def _description(key: str, as_of: date):
    summary = task_summary(as_of)
    makers = {
        "county": lambda: charts.county_chart(summary),
        "department": lambda: charts.department_chart(summary),
        "closing": lambda: charts.closing_chart(summary),
        "funds": lambda: charts.funds_chart(as_of),
        "investment": lambda: charts.investment_chart(as_of),
        "started-map": lambda: charts.started_map(as_of),
    }
    makers |= {f"aspect-{f.slug}": lambda slug=f.slug: charts.aspect_chart(summary, slug) for f in summary.lists}
    if key not in makers:
        raise Http404
    return makers[key]()


def _change(figure, previous) -> str:
    """How the figure moved since the end of last month, in words; empty where one side is not known."""
    before = previous and previous.value
    if figure.unit == "%":
        return wording.change_of_share(figure.value, before)
    return wording.change(figure.value, before, figure.unit)
