"""The overview of projects, the sheets of its charts, and the page of one county."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accounts.guards import requires
from accounts.models import Organisation
from common import audit, exports, spans
from common.asof import as_of_context, read_as_of
from common.charts import chart_table
from projects import charts
from projects.county import county_page
from projects.overview import by_county, overview
from projects.sections import sections
from projects.shown import SHOWN, View

KEPT = ("as_of", "period", "show")


def read_view(request) -> View:
    """Return what the address asks for; what cannot be read is answered by the default and one sentence."""
    as_of = read_as_of(request)
    text = request.GET.get("period", "").strip()
    if request.GET.get("from") and request.GET.get("to"):
        text = f"{request.GET['from']}{spans.BETWEEN}{request.GET['to']}"
    try:
        span = spans.read_span(text, as_of)
    except ValueError as problem:
        span = spans.year_to(as_of)
        messages.error(request, f"{problem}现按{span.label}显示。")
    shown = request.GET.get("show", "")
    return View(span, as_of, shown if shown in SHOWN else "started")


def _query(request, view, **changes) -> str:
    known = {"period": view.span.text, "show": request.GET.get("show", ""), "as_of": request.GET.get("as_of", "")}
    return "?" + urlencode({name: value for name, value in (known | changes).items() if value})


def _controls(request, view):
    """Return what the head of the page needs: as-of control, periods, measures, links between pages."""
    asof = as_of_context(request, view.as_of)
    asof["kept"] = [(name, value) for name, value in (("period", view.span.text), ("show", view.shown)) if value]
    return {
        "as_of": view.as_of,
        "asof": asof,
        "span": view.span,
        "span_kept": [(n, v) for n, v in (("as_of", request.GET.get("as_of")), ("show", view.shown)) if v],
        "span_quick": [
            {
                "label": label,
                "url": _query(request, view, period=text),
                "current": text == (view.span.text or str(view.as_of.year)),
            }
            for text, label in spans.choices(view.as_of)
        ],
        "query": _query(request, view),
    }


@requires("view")
@require_safe
def overview_page(request):
    view = read_view(request)
    page = overview(view)
    measures = [
        {"label": label, "url": _query(request, view, show=name), "current": name == view.shown}
        for name, (_, label) in SHOWN.items()
    ]
    found = {  # templates take no hyphen in a name
        key.replace("-", "_"): card | {"xlsx_url": f"sheets/{key}/{_query(request, view)}"}
        for key, card in page["charts"].items()
    }
    controls = _controls(request, view) | {"sections": sections(request), "measures": measures}
    return render(request, "projects/overview.html", page | {"charts": found} | controls)


@requires("view")
@require_safe
def chart_sheet(request, key):
    """The table under one chart of the overview, as a sheet."""
    view = read_view(request)
    counties = list(Organisation.objects.counties_and_zones())
    descriptions = charts.describe(view, by_county(view), counties)
    if key not in descriptions:
        raise Http404
    description = descriptions[key]
    headers, rows = chart_table(description)
    notes = [f"截至 {view.as_of}", f"期间：{view.span.label}", f"单位：{description.unit}", description.note]
    content = exports.workbook(title=description.title, notes=[n for n in notes if n], headers=headers, rows=rows)
    with transaction.atomic():
        audit.record(by=request.user, action="导出", label=description.title, after={"rows": len(rows)})
    return exports.attachment(content, name=f"{description.title}_{view.as_of}.xlsx", content_type=exports.XLSX)


@requires("view")
@require_safe
def county_detail(request, code):
    view = read_view(request)
    county = get_object_or_404(Organisation.objects.counties_and_zones(), code=code)
    page = county_page(view, county, request.user)
    return render(
        request,
        "projects/county.html",
        page | _controls(request, view) | {"county": county, "sections": sections(request, "projects:overview")},
    )
