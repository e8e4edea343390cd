"""A person's saved views of the task list: keep the address, rename, delete."""

from types import SimpleNamespace

from django.contrib import messages
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.guards import requires
from common.errors import UserError
from common.lists import filter_chips
from tasklists import grouping, saved_views, shown
from tasklists.filters import ItemFilter
from tasklists.models import SavedView, TaskItem


@requires("view")
@require_http_methods(["GET", "POST"])
def views(request):
    """The person's views; with conditions in the address, also the form that keeps them."""
    if request.method == "POST":
        return _act(request)
    query = saved_views.clean_query(request.META.get("QUERY_STRING", ""))
    return _page(request, query)


def _page(request, query, name="", refusal=None, status=200):
    own = SavedView.objects.filter(owner=request.user)
    context = {
        "query": query,
        "words": words_of(request, query),
        "name": name,
        "refusal": refusal,
        "views": [(view, words_of(request, view.query)) for view in own],
    }
    return render(request, "tasklists/views.html", context, status=status)


def _act(request):
    act = request.POST.get("act")
    name = request.POST.get("name", "")
    if act == "save":
        query = saved_views.clean_query(request.POST.get("query", ""))
        try:
            view = saved_views.save_view(owner=request.user, name=name, query=query)
        except UserError as refusal:
            return _page(request, query, name, refusal.message, status=400)
        messages.success(request, f"已存为视图“{view.name}”。")
        return redirect(f"{reverse('tasklists:list')}?{view.query}")
    pk = request.POST.get("view", "")
    own = SavedView.objects.filter(owner=request.user)
    view = get_object_or_404(own, pk=int(pk) if pk.isdecimal() and len(pk) < 12 else 0)
    try:
        if act == "rename":
            saved_views.rename_view(view=view, name=name)
            messages.success(request, "已改名。")
        elif act == "delete":
            saved_views.delete_view(view=view)
            messages.success(request, f"已删除视图“{view.name}”。")
    except UserError as refusal:
        messages.error(request, refusal.message)
    return redirect("tasklists:views")


def words_of(request, query: str) -> str:
    """Return what the address asks for, in words."""
    data = QueryDict(query)
    asking = SimpleNamespace(GET=data, user=request.user)
    filters = ItemFilter(data, queryset=TaskItem.objects.none(), request=asking)
    parts = [f"{chip['label']}：{chip['value']}" for chip in filter_chips(asking, filters)[0] if chip["value"]]
    if data.get("q"):
        parts.insert(0, f"搜索：{data['q']}")
    if tab := data.get("tab"):
        parts.insert(0, shown.TAB_WORDS.get(tab, tab))
    if group := grouping.NAMES.get(data.get("group", "")):
        parts.append(f"按{group}分组")
    if data.get("sort"):
        parts.append("自定排序")
    if data.get("cols"):
        parts.append("自选列")
    return "；".join(parts)
