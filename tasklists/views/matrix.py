"""Departments, counties or aspects against lights or stages, each number opening its rows."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.guards import requires
from common.asof import read_as_of
from tasklists import shown
from tasklists.matrix import BY, SHOW, matrix_of
from tasklists.views.shared import choices, chosen, page_context


@requires("view")
@require_GET
def matrix(request):
    day = read_as_of(request)
    by, show = chosen(request, "by", BY), chosen(request, "show", SHOW)
    rows = shown.rows_shown(request.user, day).filter(shown.tab_condition(request, day))
    found = matrix_of(user=request.user, data=request.GET, rows=rows, by=by, show=show, day=day)
    context = {
        "matrix": found,
        "head": BY[by],
        "total": found.everything.total.number,
        "by": choices(request, "by", BY, by),
        "show": choices(request, "show", SHOW, show),
    }
    return render(request, "tasklists/matrix.html", page_context(request, day, rows, "matrix") | context)
