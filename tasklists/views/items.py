"""The list of tasks and one task."""

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from accounts.guards import requires
from accounts.permissions import COORDINATOR, REVIEWER
from common import clock, periods
from common.asof import as_of_context, read_as_of
from common.errors import UserError
from common.lists import list_page
from common.remember import remembered
from tasklists import assigning, rules
from tasklists.filters import ItemFilter
from tasklists.item_page import item_page
from tasklists.models import Assignment, ProgressReport, TaskItem, TaskList
from tasklists.tables import ItemTable

ATTENTION = rules.REASONS_OF["red"] + rules.REASONS_OF["yellow"]
WAITING_FOR = {COORDINATOR: "org_approved", REVIEWER: "submitted"}


@requires("view")
@require_GET
def item_list(request):
    day = read_as_of(request)
    rows, task_list = _rows(request, day)
    tabs, condition = _tabs(request, rows, day, task_list)
    return list_page(
        request,
        rows=rows.filter(condition),
        filters=ItemFilter,
        table=ItemTable,
        title="任务",
        as_of=day,
        template="tasklists/list.html",
        search_placeholder="搜任务、单位、编号",
        empty_text="还没有交办的任务。",
        context={
            "tabs": tabs,
            "sub": task_list.title if task_list else "执行中的清单",
            "demo": task_list.is_demo if task_list else rows.filter(is_demo=True).exists(),
            "task_list": task_list,
        },
    )


def _rows(request, day):
    """The items that the user may see, with their facts, and the list that was asked for, if one was."""
    items = TaskItem.objects.visible_to(request.user)
    slug = request.GET.get("list", "")[:40]
    task_list = TaskList.objects.visible_to(request.user).filter(slug=slug).first() if slug else None
    if task_list and task_list.state == TaskList.State.REFERENCE:
        items = items.filter(task_list=task_list)
    else:
        items = items.supervised(day)
    deciding = Assignment.objects.filter(decides=True).select_related("organisation")
    waiting = ProgressReport.objects.filter(assignment__item=OuterRef("pk"), state__in=("submitted", "org_approved"))
    items = items.as_of(day).annotate(in_review=Exists(waiting.filter(submitted_on__lte=day)))
    return (
        items.select_related("task_list").prefetch_related(Prefetch("assignments", deciding, to_attr="deciding")),
        task_list,
    )


def _tabs(request, rows, day, task_list):
    """The saved views with their counts, kept until the next write, and the condition of the one that is open."""
    month = periods.period_of(day)
    due = Q(due_on__gte=periods.first_day(month), due_on__lte=periods.last_day(month))
    views = {
        "": ("全部", Q()),
        "attention": ("需要过问", Q(light_reason__in=ATTENTION)),
        "due": ("本月到期", due & ~Q(count_state__in=("closed", "cancelled"))),
    }
    if state := WAITING_FOR.get(request.user.role):
        waiting = ProgressReport.objects.visible_to(request.user).filter(assignment__item=OuterRef("pk"), state=state)
        views["review"] = ("待我审核", Q(Exists(waiting)))
    if task_list:
        rows = rows.filter(task_list=task_list)
    listed = task_list.slug if task_list else ""
    user = request.user
    counts = remembered(
        f"task-tabs:{day}:{listed}:{user.role}:{user.organisation_id}",
        lambda: rows.aggregate(**{f"n_{key}": Count("pk", filter=where) for key, (_, where) in views.items()}),
    )
    chosen = request.GET.get("tab", "")
    chosen = chosen if chosen in views else ""
    kept = {name: request.GET[name] for name in ("as_of", "list") if request.GET.get(name)}
    tabs = [
        {
            "label": label,
            "url": "?" + urlencode(kept | ({"tab": key} if key else {})),
            "count": counts[f"n_{key}"],
            "current": key == chosen,
        }
        for key, (label, _) in views.items()
    ]
    return tabs, views[chosen][1]


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
