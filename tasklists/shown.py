"""What list, board, timeline and matrix share: the rows, the saved views as tabs, the switch between them."""

from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.urls import reverse
from django.utils.http import urlencode

from accounts.permissions import COORDINATOR, REVIEWER
from common import periods
from common.remember import remembered
from tasklists import rules
from tasklists.models import Assignment, ProgressReport, SavedView, TaskList
from tasklists.querysets import with_facts

ATTENTION = rules.REASONS_OF["red"] + rules.REASONS_OF["yellow"]
WAITING_FOR = {COORDINATOR: "org_approved", REVIEWER: "submitted"}
TAB_WORDS = {"": "全部", "attention": "需要过问", "due": "本月到期", "review": "待我审核"}
PAGES = (
    ("list", "tasklists:list", "列表", "list"),
    ("board", "tasklists:board", "看板", "layout-kanban"),
    ("timeline", "tasklists:timeline", "日程", "calendar"),
    ("matrix", "tasklists:matrix", "矩阵", "grid-dots"),
)
OF_ONE_PAGE = ("page", "per_page", "sort", "_export")  # what means nothing on another of the pages


def asked_list(request) -> TaskList | None:
    """Return the list that the address names, when this person may see it."""
    slug = request.GET.get("list", "")[:40]
    return TaskList.objects.visible_to(request.user).filter(slug=slug).first() if slug else None


def rows_shown(user, day, task_list=None):
    """Return the items that the person may see, with their facts on ``day``.

    A reference list that is asked for shows its own items, otherwise all that are supervised.
    """
    items = with_facts(day).visible_to(user)
    if task_list and task_list.state == TaskList.State.REFERENCE:
        items = items.filter(task_list=task_list)
    else:
        items = items.supervised(day)
    return items.select_related("task_list")


def with_owners(rows):
    """Load who answers for each item, as ``deciding``."""
    deciding = Assignment.objects.filter(decides=True).select_related("organisation")
    return rows.prefetch_related(Prefetch("assignments", deciding, to_attr="deciding"))


def built_in_views(user, day) -> dict:
    """Return the tabs that everyone has: key → (label, condition over ``rows_shown``)."""
    month = periods.period_of(day)
    due = Q(deadline__gte=periods.first_day(month), deadline__lte=periods.last_day(month))
    views = {
        "": (TAB_WORDS[""], Q()),
        "attention": (TAB_WORDS["attention"], Q(light_reason__in=ATTENTION)),
        "due": (TAB_WORDS["due"], due & ~Q(count_state__in=("closed", "cancelled"))),
    }
    if state := WAITING_FOR.get(user.role):
        waiting = ProgressReport.objects.visible_to(user).filter(assignment__item=OuterRef("pk"), state=state)
        views["review"] = (TAB_WORDS["review"], Q(Exists(waiting)))
    return views


def tab_condition(request, day) -> Q:
    """Return the condition of the tab that the address names."""
    views = built_in_views(request.user, day)
    return views.get(request.GET.get("tab", ""), views[""])[1]


def tabs(request, rows, day, task_list) -> tuple[list[dict], bool]:
    """Return the built-in views with their counts, kept until the next write, and the person's own ones.

    The second value says whether demonstration rows are among them.
    """
    views = built_in_views(request.user, day)
    if task_list:
        rows = rows.filter(task_list=task_list)
    listed = task_list.slug if task_list else ""
    user = request.user
    numbers = {f"n_{key}": Count("pk", filter=where) for key, (_, where) in views.items()}
    counts = remembered(
        f"task-tabs:{day}:{listed}:{user.role}:{user.organisation_id}",
        lambda: rows.aggregate(**numbers, demo=Count("pk", filter=Q(is_demo=True))),
    )
    saved = list(SavedView.objects.filter(owner=user))
    asked = view_query(request)
    own = next((view for view in saved if view.query == asked), None)
    chosen = request.GET.get("tab", "")
    chosen = chosen if chosen in views else ""
    kept = {name: request.GET[name] for name in ("as_of", "list") if request.GET.get(name)}
    found = [
        {
            "label": label,
            "url": "?" + urlencode(kept | ({"tab": key} if key else {})),
            "count": counts[f"n_{key}"],
            "current": own is None and key == chosen,
        }
        for key, (label, _) in views.items()
    ]
    day_kept = {"as_of": kept["as_of"]} if "as_of" in kept else {}
    for view in saved:
        address = view.query + (f"&{urlencode(day_kept)}" if day_kept else "")
        found.append({"label": view.name, "url": f"?{address}", "count": None, "current": view == own})
    return found, bool(counts["demo"])


def view_query(request) -> str:
    """Return what a saved view keeps of the address: filters, order, columns, grouping; neither page nor date."""
    query = request.GET.copy()
    for name in ("page", "_export", "as_of"):
        query.pop(name, None)
    for name in list(query):
        if not any(query.getlist(name)):
            del query[name]
    return query.urlencode()


def save_address(request) -> str:
    """Return where the address can be saved as a view; empty while it narrows or changes nothing."""
    query = view_query(request)
    return f"{reverse('tasklists:views')}?{query}" if query else ""


def page_switch(request, current: str) -> list[dict]:
    """Return the links list, board, timeline, matrix, each with the filters of this address."""
    query = request.GET.copy()
    for name in OF_ONE_PAGE:
        query.pop(name, None)
    text = query.urlencode()
    return [
        {
            "label": label,
            "icon": icon,
            "url": reverse(name) + (f"?{text}" if text else ""),
            "current": key == current,
        }
        for key, name, label, icon in PAGES
    ]


def list_address(data, **changes) -> str:
    """Return the task list's address with the filters of ``data`` (a QueryDict) and the given changes; None drops."""
    query = data.copy()
    for name in (*OF_ONE_PAGE, "by", "show", "cols", "group", "year"):
        query.pop(name, None)
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = value
    text = query.urlencode()
    return reverse("tasklists:list") + (f"?{text}" if text else "")
