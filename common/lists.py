"""A list page: filter, search, sort, page, and export exactly what is shown. Everything lives in the URL."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.shortcuts import render
from django.utils.http import urlencode
from django_filters import ChoiceFilter, ModelChoiceFilter, MultipleChoiceFilter

from common import audit, exports
from common.asof import as_of_context

PAGE_SIZE = 25
PAGE_SIZE_LIMIT = 100
PRESENTATION = ("as_of", "tab", "sort", "cols", "group", "by", "show")  # how rows are shown, not which


def list_page(
    request,
    *,
    rows,
    filters,
    table,
    title,
    noun="项",
    as_of=None,
    template="common/list_page.html",
    search_placeholder="搜索",
    empty_text="这里还没有内容。",
    empty=None,
    context=None,
):
    """Render one list, or its sheet for ``?_export=xlsx``.

    ``rows`` is the queryset the user may see; ``filters`` a django-filter class whose search field,
    if any, is called ``q``; ``table`` a ``common.tables.Table`` class. ``empty`` says what stands here without any
    row: {text, url, link}, the way on where there is one; ``empty_text`` is its text alone.
    """
    filterset = filters(request.GET, queryset=rows, request=request)
    found = filterset.qs
    for name in filterset.form.errors:
        label = filterset.form.fields[name].label or name
        messages.error(request, f"筛选条件“{label}”的值无法识别，已略过。")
    shown = table(found)
    shown.request = request  # given to the table itself it would make the library page once more, by its own size
    if wanted := request.GET.getlist(shown.prefixed_order_by_field):
        shown.order_by = wanted
    size = request.GET.get("per_page", "")
    size = min(max(int(size), 5), PAGE_SIZE_LIMIT) if size.isdecimal() and len(size) < 6 else PAGE_SIZE
    shown.paginator = Paginator(shown.rows, size)
    if request.GET.get("_export") == "xlsx":
        return _sheet(request, shown, filterset, title, as_of)
    shown.page = shown.paginator.get_page(request.GET.get("page"))
    chips, clear_url = filter_chips(request, filterset)
    page = {
        "title": title,
        "noun": noun,
        "table": shown,
        "page": shown.page,
        "total": shown.page.paginator.count,
        "chips": chips,
        "clear_url": clear_url,
        "search": {"value": request.GET.get("q", ""), "placeholder": search_placeholder}
        if "q" in filterset.filters
        else None,
        "empty": empty or {"text": empty_text},
        "export_url": _query(request, _export="xlsx", page=None),
        "kept": [(n, v) for n in request.GET if n not in ("q", "page") for v in request.GET.getlist(n)],
    }
    if as_of:
        page["asof"] = as_of_context(request, as_of)
        page["as_of"] = as_of
    return render(request, template, page | (context or {}))


def filter_chips(request, filterset) -> tuple[list[dict], str]:
    """Return one chip per choice filter, set ones with their value, and the address without any filter."""
    chips, any_set = [], bool(request.GET.get("q"))
    for name, kind in filterset.filters.items():
        if not isinstance(kind, ChoiceFilter | MultipleChoiceFilter | ModelChoiceFilter) or name == "as_of":
            continue
        chosen = [value for value in request.GET.getlist(name) if value]
        options, words = [], []
        others = _query(request, **{name: None, "page": None})
        start = f"{others}&" if len(others) > 1 else others
        for value, label in kind.field.choices:
            value = str(value)
            if not value:
                continue
            current = value in chosen
            if current:
                words.append(str(label))
            options.append(
                {
                    "label": label,
                    "url": start + urlencode({name: value}),
                    "current": current,
                    "count": None,
                }
            )
        any_set = any_set or bool(words)
        chips.append(
            {
                "label": kind.label,
                "name": name,
                "value": "、".join(words),
                "clear_url": others if words else "",
                "options": options,
            }
        )
    for name, kind in filterset.filters.items():
        if isinstance(kind, ChoiceFilter | MultipleChoiceFilter | ModelChoiceFilter) or name == "q":
            continue
        if value := request.GET.get(name):
            any_set = True
            chips.append(
                {"label": kind.label, "value": value, "clear_url": _query(request, **{name: None, "page": None})}
            )
    clear = request.GET.copy()
    for name in list(clear):
        if name not in PRESENTATION or not clear[name]:
            del clear[name]
    return chips, f"?{clear.urlencode()}" if any_set else ""


def _query(request, **changes) -> str:
    query = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = value
    return f"?{query.urlencode()}"


def _sheet(request, table, filterset, title, as_of):
    chips, _ = filter_chips(request, filterset)
    set_ones = [f"{chip['label']}：{chip['value']}" for chip in chips if chip["value"]]
    if text := request.GET.get("q"):
        set_ones.append(f"搜索：{text}")
    notes = [f"截至 {as_of}"] if as_of else []
    notes.append("筛选：" + "；".join(set_ones) if set_ones else "筛选：无")
    count = table.paginator.count
    notes.append(f"共 {count} 行")
    content = exports.workbook(
        title=title,
        notes=notes,
        headers=[str(column.header) for column in table.sheet_columns()],
        rows=table.sheet_rows(),
    )
    with transaction.atomic():
        audit.record(by=request.user, action="导出", label=title, after={"rows": count, "notes": notes})
    name = f"{title}_{as_of}.xlsx" if as_of else f"{title}.xlsx"
    return exports.attachment(content, name=name, content_type=exports.XLSX)
