"""The deadlines of the filtered tasks: as bars over time, and month by month as a table."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.guards import requires
from common.asof import read_as_of
from common.charts import chart_card
from tasklists import shown
from tasklists.charts import deadline_timeline
from tasklists.deadlines import drawn_items, months_of
from tasklists.filters import ItemFilter
from tasklists.matrix import LIGHT_WORDS
from tasklists.views.shared import page_context


@requires("view")
@require_GET
def timeline(request):
    day = read_as_of(request)
    rows = shown.rows_shown(request.user, day).filter(shown.tab_condition(request, day))
    found = ItemFilter(request.GET, queryset=rows, request=request).qs
    months, undated = months_of(found, data=request.GET, day=day)
    page = page_context(request, day, rows, "timeline")
    items, left_out = drawn_items(found)
    context = {
        "months": months,
        "undated": undated,
        "lights": LIGHT_WORDS.items(),
        "total": sum(month.total.number for month in months) + undated,
        "chart": chart_card(deadline_timeline(items, day, left_out=left_out, demo=page["demo"])),
    }
    return render(request, "tasklists/timeline.html", page | context)
