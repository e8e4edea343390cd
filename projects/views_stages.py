"""Projects by stage: the board as of a date, and the funnel of those that entered in a period."""

from datetime import date

from django.contrib import messages
from django.db import transaction
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.guards import requires
from accounts.models import Organisation
from accounts.permissions import SEES_EVERY_ORGANISATION
from common import audit, exports
from common.asof import as_of_context, read_as_of
from common.charts import chart_card
from projects.dimensions import condition
from projects.models import Project
from projects.pipeline.board import stage_board
from projects.pipeline.funnel import funnel_chart, stage_funnel
from projects.pipeline.rights import sees_totals_only
from projects.sections import sections


@requires("view")
@require_GET
def board(request):
    as_of = read_as_of(request)
    rows, county = _rows(request)
    shown = stage_board(rows.known_by(as_of), as_of, county=county)
    context = shown | {"demo": rows.filter(is_demo=True).exists(), **_common(request, as_of, county)}
    return render(request, "projects/board.html", context)


@requires("view")
@require_GET
def funnel(request):
    as_of = read_as_of(request)
    rows, county = _rows(request)
    first = _day(request, "from", date(as_of.year, 1, 1))
    last = _day(request, "to", as_of)
    if first > last:
        messages.error(request, f"起始日期 {first} 晚于截止日期 {last}，现按本年显示。")
        first, last = date(as_of.year, 1, 1), as_of
    found = stage_funnel(rows, first=first, last=last, as_of=as_of, county=county)
    chart = funnel_chart(found, demo=rows.filter(is_demo=True).exists())
    if request.GET.get("_export") == "xlsx":
        return _sheet(request, found)
    query = request.GET.copy()
    query["_export"] = "xlsx"
    card = chart_card(chart, xlsx_url=f"?{query.urlencode()}")
    context = {"funnel": found, "chart": card, **_common(request, as_of, county)}
    return render(request, "projects/funnel.html", context)


def _sheet(request, found):
    headers = ["阶段", "项目（个）", "占进入（%）", "较上一阶段（%）", "用时中位数（天）", "有用时的项目（个）"]
    rows = [[s.label, s.count, s.of_entered, s.of_before, s.days, s.measured] for s in found.steps]
    rows += [[word, number, None, None, None, None] for word, number, _ in found.off_path]
    notes = [f"截至 {found.as_of}", f"进入日期：{found.first} 至 {found.last}"]
    if code := request.GET.get("county"):
        notes.append(f"县市区：{Organisation.objects.filter(code=code).first() or code}")
    content = exports.workbook(title="项目漏斗", notes=notes, headers=headers, rows=rows)
    with transaction.atomic():
        audit.record(by=request.user, action="导出", label="项目漏斗", after={"rows": len(rows), "notes": notes})
    return exports.attachment(content, name=f"项目漏斗_{found.as_of}.xlsx", content_type=exports.XLSX)


def _rows(request):
    """What the user may see, narrowed to the county asked for; its code, empty without one."""
    rows = Project.objects.visible_to(request.user)
    code = request.GET.get("county", "")
    known = code and Organisation.objects.counties_and_zones().filter(code=code).exists()
    return (rows.filter(condition("county", code)), code) if known else (rows, "")


def _common(request, as_of, county):
    sees_all = request.user.role in SEES_EVERY_ORGANISATION
    return {
        "counties": list(Organisation.objects.counties_and_zones().order_by("order")) if sees_all else [],
        "county": county,
        "totals_only": sees_totals_only(request.user),
        "as_of": as_of,
        "asof": as_of_context(request, as_of),
        "sections": sections(request),
    }


def _day(request, name, default):
    """The date asked for; one that cannot be read is answered by the default and one sentence."""
    text = request.GET.get(name, "").strip()
    if not text:
        return default
    try:
        return date.fromisoformat(text)
    except ValueError:
        messages.error(request, f"日期“{text[:20]}”无法识别，应写作 2023-11-30；现按 {default} 显示。")
        return default
