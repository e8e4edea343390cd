"""One task list as the tree of its document, and its assigning (交办)."""

from collections import Counter

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.guards import requires
from accounts.permissions import may
from common import clock
from common.asof import as_of_context, read_as_of
from common.errors import UserError
from common.remember import remembered
from common.versions import StaleVersion
from tasklists import assigning, drafting, words
from tasklists.models import Assignment, PlanNode, TaskItem, TaskList

PAGE_SIZE = 200  # tasks; nearly every list stands on one page


@requires("view")
@require_GET
def list_detail(request, slug):
    task_list = get_object_or_404(TaskList.objects.visible_to(request.user).select_related("source"), slug=slug)
    return _show(request, task_list)


def _show(request, task_list, refused=None, status=200):
    day = read_as_of(request)
    seen = TaskItem.objects.visible_to(request.user).filter(task_list=task_list)
    page = Paginator(seen.order_by("order").values_list("pk", flat=True), PAGE_SIZE).get_page(request.GET.get("page"))
    items = _shown_items(page.object_list, day)
    figures = _figures(request.user, task_list, seen, day)
    draft = task_list.state == TaskList.State.DRAFT
    ownerless = seen.filter(assignments=None).order_by("order").values_list("code", flat=True) if draft else []
    return render(
        request,
        "tasklists/list_detail.html",
        {
            "task_list": task_list,
            "tree": _tree(task_list, items, figures),
            "page": page,
            "counts": _counts(task_list, page.paginator.count, figures),
            "supervised": task_list.state == TaskList.State.IN_FORCE,
            "draft": draft,
            "has_lights": task_list.state != TaskList.State.REFERENCE,
            "can_set_thresholds": may(request.user, "supervise"),
            "refused": refused,
            "can_assign": draft and bool(page.paginator.count) and may(request.user, "supervise"),
            "ownerless": ownerless,
            "today": clock.today(),
            "asof": as_of_context(request, day),
            "as_of": day,
        },
        status=status,
    )


def _shown_items(keys, day) -> list[TaskItem]:
    """Return a page's tasks with their facts, in its order."""
    parts = Assignment.objects.select_related("organisation", "via")
    rows = TaskItem.objects.filter(pk__in=list(keys)).as_of(day).select_related("task_list")
    return list(rows.prefetch_related(Prefetch("assignments", parts, to_attr="parts"), "targets").order_by("order"))


def _figures(user, task_list, seen, day) -> dict:
    """Return what the page counts over all tasks of the list that the person sees; kept until the next write."""

    def count():
        parts = Assignment.objects.filter(item__in=seen.order_by().values("pk"))
        states = seen.as_of(day).order_by().values_list("count_state", flat=True)
        return {
            "organisations": parts.aggregate(number=Count("organisation", distinct=True))["number"],
            "nodes": dict(seen.order_by().values_list("node").annotate(number=Count("pk"))),
            "states": Counter(states) if task_list.state == TaskList.State.IN_FORCE else Counter(),
        }

    return remembered(f"list-figures:{task_list.pk}:{day}:{user.role}:{user.organisation_id}", count)


def _counts(task_list, number, figures):
    counts = [(number, "项任务"), (figures["organisations"], "个单位")]
    if task_list.state == TaskList.State.IN_FORCE:
        states = figures["states"]
        counts += [
            (states["closed"], "项已完成"),
            (states["under_way"] + states["not_started"], "项正在推进"),
        ]
    return counts


def _tree(task_list, items, figures):
    """Chapters → sections and items → the page's tasks, in the order of the document; empty branches left out.

    A node's total counts all of the tasks that the person sees below it, on whatever page.
    """
    nodes = {node.pk: node for node in task_list.nodes.all()}
    for node in nodes.values():
        node.branches, node.leaves, node.total, node.is_shown = [], [], 0, False
    for pk, number in figures["nodes"].items():
        for node in _upwards(nodes, pk):
            node.total += number
    for item in items:
        item.shown_parts = _shown_parts(item)
        item.colour, item.word = words.light_of(item)
        nodes[item.node_id].leaves.append(item)
        for node in _upwards(nodes, item.node_id):
            node.is_shown = True
    roots = []
    for node in nodes.values():
        node.shows_title = node.level == PlanNode.Level.ITEM and all(leaf.title != node.title for leaf in node.leaves)
        if node.is_shown:
            (nodes[node.parent_id].branches if node.parent_id else roots).append(node)
    return roots


def _upwards(nodes, pk):
    """Yield the node and those above it."""
    while node := nodes.get(pk):
        yield node
        pk = node.parent_id


def _shown_parts(item):
    """Owners by role; the members of a collective stand as the collective with their number."""
    shown, collectives = [], {}
    for part in item.parts:
        if part.via_id:
            collectives.setdefault(part.via_id, []).append(part)
        else:
            shown.append((part.get_role_display(), part.organisation.short, part.role == "lead"))
    order = {"牵头": 0, "责任": 1, "配合": 2}
    shown.sort(key=lambda row: order[row[0]])
    for parts in collectives.values():
        shown.append((parts[0].get_role_display(), f"{parts[0].via.short}（{len(parts)} 个）", False))
    return shown


@requires("supervise")
@require_POST
def assign(request, slug):
    task_list = get_object_or_404(TaskList.objects.visible_to(request.user), slug=slug)
    version = request.POST.get("version", "")
    try:
        assigning.assign_list(
            task_list=task_list,
            version=int(version) if version.isdecimal() and len(version) < 9 else 0,
            by=request.user,
            on=clock.today(),
        )
        messages.success(request, f"“{task_list.title}”已交办。")
    except UserError as refusal:
        messages.error(request, refusal.message)
    except StaleVersion:
        messages.error(request, "清单刚被他人改过，请核对后再交办。")
    return redirect(reverse("tasklists:list_detail", args=[slug]))


@requires("supervise")
@require_POST
def thresholds(request, slug):
    """Set from when the list's tasks turn yellow; a refusal keeps what was typed."""
    lists = TaskList.objects.visible_to(request.user).select_related("source")
    task_list = get_object_or_404(lists, slug=slug)
    try:
        drafting.set_thresholds(
            task_list=task_list,
            near_days=_whole(request, "near_days"),
            lag_points=_whole(request, "lag_points"),
            version=_whole(request, "version") or 0,
            by=request.user,
        )
    except (UserError, StaleVersion) as problem:
        message = getattr(problem, "message", "清单刚被他人改过，请核对后再保存。")
        field = getattr(problem, "field", None)
        refused = {"act": "thresholds", "field": field, "message": message, "typed": request.POST}
        return _show(request, lists.get(pk=task_list.pk), refused=refused, status=400)
    messages.success(request, "亮灯标准已保存。")
    return redirect(reverse("tasklists:list_detail", args=[slug]))


def _whole(request, name) -> int | None:
    text = request.POST.get(name, "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None
