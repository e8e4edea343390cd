"""The head and filter row of the pages beside the list: board, timeline, matrix."""

from common.asof import as_of_context
from common.lists import filter_chips
from tasklists import shown
from tasklists.filters import ItemFilter


def page_context(request, day, rows, current: str) -> dict:
    """Return what templates/tasklists/shown.html needs: chips of the same filters as the list, the page switch."""
    filterset = ItemFilter(request.GET, queryset=rows, request=request)
    chips, clear_url = filter_chips(request, filterset)
    tab = request.GET.get("tab", "")
    views = shown.built_in_views(request.user, day)
    if tab and tab in views:
        chips.insert(0, {"label": "视图", "value": views[tab][0], "clear_url": address(request, tab=None)})
    return {
        "chips": chips,
        "clear_url": clear_url,
        "search": {"value": request.GET.get("q", ""), "placeholder": "搜任务、单位、编号"},
        "kept": [(n, v) for n in request.GET if n not in ("q", "page") for v in request.GET.getlist(n)],
        "switch": shown.page_switch(request, current),
        "asof": as_of_context(request, day),
        "as_of": day,
        "demo": rows.filter(is_demo=True).exists(),
    }


def chosen(request, name: str, choices: dict) -> str:
    """Return the key that the address names, the first where it names none of them."""
    asked = request.GET.get(name, "")
    return asked if asked in choices else next(iter(choices))


def choices(request, name: str, options: dict, current: str) -> list[dict]:
    """Return the links of a choice between a few ways to show the same rows."""
    return [
        {"label": label, "url": address(request, **{name: key or None}), "current": key == current}
        for key, label in options.items()
    ]


def address(request, **changes) -> str:
    """Return this page's address with parameters set or, for None, dropped; the page number goes too."""
    query = request.GET.copy()
    for name, value in (changes | {"page": None}).items():
        query.pop(name, None)
        if value is not None:
            query[name] = value
    return f"?{query.urlencode()}"
