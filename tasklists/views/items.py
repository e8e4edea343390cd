"""The list of tasks and one task."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.guards import requires
from accounts.permissions import may
from common import clock
from common.asof import as_of_context, read_as_of
from common.errors import UserError
from common.lists import list_page
from tasklists import assigning, grouping, shown, stages
from tasklists.filters import ItemFilter
from tasklists.item_page import item_page
from tasklists.models import Assignment, TaskItem
from tasklists.pick_table import PickTable
from tasklists.tables import ALL_COLUMNS, ItemTable, chosen_columns, column_names, with_columns
from tasklists.views.shared import choices


@requires("view")
@require_GET
def item_list(request):
    day = read_as_of(request)
    task_list = shown.asked_list(request)
    rows = shown.rows_shown(request.user, day, task_list)
    tabs, demo = shown.tabs(request, rows, day, task_list)
    group = request.GET.get("group", "")
    group = group if group in grouping.NAMES else ""
    columns = chosen_columns(request.GET.getlist("cols"))
    needed = columns if "_export" in request.GET else {*columns, "outlook"}  # it stands beside the light
    full = stages.with_stage(shown.with_owners(with_columns(rows, needed, day)), day)

    picks = may(request.user, "supervise") and day == clock.today()

    def table(found):
        groups = grouping.grouping_of(found, group) if group else None
        kind = PickTable if picks else ItemTable
        return kind(found, grouping=groups, exclude=[name for name in ALL_COLUMNS if name not in columns])

    return list_page(
        request,
        rows=(grouping.annotated(full, group) if group else full).filter(shown.tab_condition(request, day)),
        filters=ItemFilter,
        table=table,
        title="任务",
        as_of=day,
        template="tasklists/list.html",
        search_placeholder="搜任务、单位、编号",
        empty_text="还没有交办的任务。",
        context={
            "tabs": tabs,
            "sub": task_list.title if task_list else "执行中的清单",
            "demo": demo,
            "task_list": task_list,
            "switch": shown.page_switch(request, "list"),
            "picks": picks,
        }
        | _display(request, group, columns),
    )


def _display(request, group, columns):
    """What the tools above the table offer: saving the view, grouping, the choice of columns."""
    others = [name for name in request.GET if name not in ("cols", "page")]
    return {
        "save_url": shown.save_address(request),
        "group_name": grouping.NAMES.get(group, ""),
        "groups": choices(request, "group", {"": "不分组"} | grouping.NAMES, group),
        "columns": [(name, heading, name in columns) for name, heading in column_names()],
        "kept_for_columns": [(name, value) for name in others for value in request.GET.getlist(name)],
    }


@requires("view")
@require_GET
def detail(request, pk):
    item = get_object_or_404(TaskItem.objects.visible_to(request.user).select_related("task_list", "aspect"), pk=pk)
    day = read_as_of(request)
    today = clock.today()
    page = item_page(item, user=request.user, day=day, today=today)
    return render(request, "tasklists/detail.html", page | {"asof": as_of_context(request, day), "as_of": day})


@requires("report")
@require_POST
def acknowledge(request, pk):
    item = get_object_or_404(TaskItem.objects.visible_to(request.user), pk=pk)
    part = get_object_or_404(
        Assignment.objects.select_related("item__task_list", "organisation"),
        item=item,
        organisation=request.user.organisation_id,
    )
    try:
        assigning.acknowledge(assignment=part, by=request.user, on=clock.today())
        messages.success(request, "已签收。")
    except UserError as refusal:
        messages.error(request, refusal.message)
    return redirect(reverse("tasklists:detail", args=[pk]))
