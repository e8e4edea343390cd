"""The filtered tasks as a board by stage."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.guards import requires
from common.asof import read_as_of
from tasklists import shown
from tasklists.board import board_of
from tasklists.filters import ItemFilter
from tasklists.views.shared import page_context


@requires("view")
@require_GET
def board(request):
    day = read_as_of(request)
    rows = shown.rows_shown(request.user, day).filter(shown.tab_condition(request, day))
    found = ItemFilter(request.GET, queryset=rows, request=request).qs
    columns = board_of(found, data=request.GET, day=day)
    context = {"columns": columns, "total": sum(column.count for column in columns)}
    return render(request, "tasklists/board.html", page_context(request, day, rows, "board") | context)
