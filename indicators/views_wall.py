"""The wall of indicators, and comparison of two days or two organisations."""

from datetime import date

from django.contrib import messages
from django.db import transaction
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accounts.guards import requires
from accounts.models import Organisation
from common import audit, exports
from common.asof import as_of_context, read_as_of
from common.remember import remembered
from indicators import comparing
from indicators.indicator_page import headline
from indicators.sections import sections
from indicators.standings import CityCard, city_cards

LIGHTS = (("red", "未达标"), ("yellow", "滞后"), ("green", "正常"), ("blue", "达标"))


@requires("view")
@require_safe
def wall(request):
    """A card per followed indicator: the city's value, its course, how it stands against its target."""
    as_of = read_as_of(request)
    cards = city_cards(as_of)
    category, light = request.GET.get("category", ""), request.GET.get("light", "")
    categories = list(dict.fromkeys(card.indicator.category for card in cards))
    shown = [card for card in cards if not category or card.indicator.category == category]
    shown = [card for card in shown if not light or (card.standing.target and card.standing.light == light)]
    if request.GET.get("_export") == "xlsx":
        return _wall_sheet(request, shown, as_of)
    return render(
        request,
        "indicators/wall.html",
        {
            "groups": [
                {
                    "name": name or "未分类",
                    "cards": [_shown(card, as_of) for card in shown if card.indicator.category == name],
                }
                for name in categories
                if any(card.indicator.category == name for card in shown)
            ],
            "total": len(shown),
            "known": sum(card.standing.total.value is not None for card in shown),
            "categories": [
                {"label": name or "未分类", "url": _with(request, category=name), "current": category == name}
                for name in categories
            ],
            "all_url": _with(request, category=None),
            "category": category,
            "lights": [
                {
                    "light": colour,
                    "word": word,
                    "count": sum(bool(c.standing.target) and c.standing.light == colour for c in cards),
                    "url": _with(request, light=None if light == colour else colour),
                    "current": light == colour,
                }
                for colour, word in LIGHTS
            ],
            "export_url": _with(request, _export="xlsx"),
            "demo": any(card.demo for card in shown),
            "as_of": as_of,
            "asof": as_of_context(request, as_of),
            "sections": sections(request),
        },
    )


def _with(request, **changes) -> str:
    query = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = value
    return f"?{query.urlencode()}"


def _shown(card: CityCard, as_of: date) -> dict:
    query = f"?{urlencode({'as_of': as_of.isoformat()})}"
    return headline(card.indicator, card.standing, as_of) | {
        "name": card.indicator.name,
        "url": reverse("indicators:detail", args=[card.indicator.code]) + query,
        "spark": card.spark,
        "demo": card.demo,
        "computed": bool(card.indicator.rule),
        "scope": card.indicator.scope,
    }


def _wall_sheet(request, cards, as_of):
    rows = []
    for card in cards:
        line = headline(card.indicator, card.standing, as_of)
        rows.append(
            [
                card.indicator.category,
                card.indicator.name + ("（示例）" if card.demo else ""),
                card.indicator.unit,
                line["label"] if line["value"] != "–" else None,
                None
                if line["value"] == "–"
                else card.standing.total.value.quantize(
                    card.standing.total.value.__class__(1).scaleb(-card.indicator.decimals), "ROUND_HALF_UP"
                ),
                line["target"],
                line["attained"],
                line["pace"],
                line["word"] if line["judged"] else None,
                line["yoy"],
                line["mom"],
                line["gaps"],
            ]
        )
    content = exports.workbook(
        title="指标墙",
        notes=[f"截至 {as_of}", f"共 {len(rows)} 行"],
        headers=[
            "类别",
            "指标",
            "计量单位",
            "期间",
            "数值",
            "目标",
            "完成率（%）",
            "序时（%）",
            "评判",
            "同比",
            "环比",
            "缺报",
        ],
        rows=rows,
    )
    with transaction.atomic():
        audit.record(by=request.user, action="导出", label="指标墙", after={"as_of": as_of, "rows": len(rows)})
    return exports.attachment(content, name=f"指标墙_{as_of}.xlsx", content_type=exports.XLSX)


# --- comparison ----------------------------------------------------------------------------------------


@requires("view")
@require_safe
def compare(request):
    """Two days of the city (or one organisation), or two organisations on one day, side by side."""
    as_of = read_as_of(request)
    places = {row.code: row for row in _places()}
    one, other = (places.get(request.GET.get(name, "")) for name in ("one", "other"))
    by_organisation = request.GET.get("by") == "organisations"
    before = _day(request, as_of)
    if by_organisation:
        counties = [row for row in places.values() if row.kind != "city"]
        one = one or (counties[0] if counties else None)
        other = other or (counties[1] if len(counties) > 1 else None)
        lines = _compared(one, other, as_of) if one and other else []
        heads = (one.short if one else "–", other.short if other else "–")
    else:
        lines = remembered(
            f"indicator-days:{before}:{as_of}:{one.pk if one else 0}",
            lambda: comparing.compare_days(before, as_of, one),
        )
        heads = (f"截至 {before}", f"截至 {as_of}")
    if request.GET.get("_export") == "xlsx":
        return _compare_sheet(request, lines, heads, as_of)
    return render(
        request,
        "indicators/compare.html",
        {
            "lines": lines,
            "heads": heads,
            "by_organisation": by_organisation,
            "places": list(places.values()),
            "one": one,
            "other": other,
            "before": before,
            "demo": any(line.demo for line in lines),
            "export_url": _with(request, _export="xlsx"),
            "as_of": as_of,
            "asof": as_of_context(request, as_of),
            "sections": sections(request),
        },
    )


def _places() -> list[Organisation]:
    city = list(Organisation.objects.filter(kind="city"))
    return city + list(Organisation.objects.counties_and_zones().order_by("order", "code"))


def _compared(one, other, as_of):
    name = f"indicator-places:{as_of}:{one.pk}:{other.pk}"
    return remembered(name, lambda: comparing.compare_organisations(one, other, as_of))


def _day(request, as_of: date) -> date:
    """The earlier day: as asked, else the end of the year before."""
    usual = date(as_of.year - 1, 12, 31)
    asked = request.GET.get("before", "").strip()
    if not asked:
        return usual
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        messages.error(request, f"日期“{asked[:20]}”无法识别，应写作 2022-12-31；现按 {usual} 比较。")
        return usual
    if day > as_of:
        messages.error(request, f"日期 {day} 晚于截至日 {as_of}，现按 {usual} 比较。")
        return usual
    return day


def _compare_sheet(request, lines, heads, as_of):
    rows = [
        [
            line.indicator.category,
            line.indicator.name + ("（示例）" if line.demo else ""),
            line.indicator.unit,
            line.left_value,
            line.left_label,
            line.right_value,
            line.right_label,
            None if line.difference == "–" else line.difference,
            line.change,
        ]
        for line in lines
    ]
    content = exports.workbook(
        title="指标比较",
        notes=[f"截至 {as_of}", f"{heads[0]} 与 {heads[1]}", f"共 {len(rows)} 行"],
        headers=["类别", "指标", "计量单位", heads[0], "期间", heads[1], "期间", "相差", "变化"],
        rows=rows,
    )
    with transaction.atomic():
        audit.record(by=request.user, action="导出", label="指标比较", after={"as_of": as_of, "rows": len(rows)})
    return exports.attachment(content, name=f"指标比较_{as_of}.xlsx", content_type=exports.XLSX)
