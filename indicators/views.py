"""Indicators: the list with the newest value of each, one indicator with all that is known of it."""

from functools import partial

from django.db import transaction
from django.db.models import Case, Prefetch, When
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.guards import requires
from accounts.permissions import may
from common import audit, exports
from common.asof import as_of_context, read_as_of
from common.charts import chart_table
from common.lists import list_page
from indicators import indicator_page
from indicators.computing import RULES
from indicators.entering import state_word
from indicators.filters import IndicatorFilter
from indicators.models import Indicator, Observation, Target
from indicators.publishing import takes_publications
from indicators.scopes import other_scopes
from indicators.sections import sections
from indicators.standings import city_cards
from indicators.tables import IndicatorTable
from indicators.wording import period_text, target_text, value_text

SHOWN_VALUES = 30
# What is followed period by period, then what was published once.
FOLLOWED_FIRST = (Case(When(frequency="once", then=1), default=0), "code")
NARROWED = ("organisation", "source", "demo")


@requires("view")
def indicator_list(request):
    as_of = read_as_of(request)
    observations = Observation.objects.visible_to(request.user).as_of(as_of)
    targets = _targets(request.user, as_of)
    narrowed = any(request.GET.get(name) for name in NARROWED)
    return list_page(
        request,
        rows=Indicator.objects.order_by(*FOLLOWED_FIRST).prefetch_related(
            Prefetch("targets", queryset=targets, to_attr="shown_targets")
        ),
        filters=partial(IndicatorFilter, observations=observations),
        table=partial(IndicatorTable, as_of=as_of, cards=() if narrowed else city_cards(as_of)),
        title="指标目录",
        noun="项",
        as_of=as_of,
        template="indicators/list.html",
        search_placeholder="搜指标、口径、代码",
        empty_text="这里还没有指标。",
        context={"sections": sections(request), "may_define": may(request.user, "supervise")},
    )


def _targets(user, as_of):
    """Targets set for periods that have begun by ``as_of``, newest first."""
    rows = Target.objects.visible_to(user).filter(period__lte=as_of.isoformat())
    return rows.select_related("organisation", "source", "indicator").order_by("-period", "organisation__order")


@requires("view")
def indicator_detail(request, code):
    as_of = read_as_of(request)
    indicator = get_object_or_404(Indicator.objects.select_related("owner", "benchmark_of"), code=code)
    observations = Observation.objects.visible_to(request.user).as_of(as_of)
    rows = observations.filter(indicator=indicator).select_related("organisation", "source")
    rows = list(rows.order_by("-period", "organisation__order", "-pk")[: SHOWN_VALUES + 1])
    targets = list(_targets(request.user, as_of).filter(indicator=indicator)[: SHOWN_VALUES * 2])
    followed = indicator_page.followed_context(indicator, as_of) if indicator_page.is_followed(indicator) else {}
    revisions = indicator_page.revisions_of(indicator, observations, as_of)
    anew = {entry["row"].observation_id: entry["row"].by_id for entry in reversed(revisions)}
    return render(
        request,
        "indicators/detail.html",
        {
            "indicator": indicator,
            "observations": [
                {
                    "row": row,
                    "value": value_text(
                        row.known, row.comparator, indicator.unit, row.value_text if row.known == row.value else ""
                    ),
                    "period": period_text(row.period, row.period_text),
                    "state": "" if row.source_id else state_word(row),
                    "by_office": bool(row.source_id and anew.get(row.pk, row.reported_by_id)),
                }
                for row in rows[:SHOWN_VALUES]
            ],
            "more_values": len(rows) > SHOWN_VALUES,
            "targets": [
                {
                    "row": row,
                    "value": target_text(row.value, row.comparator, indicator.unit),
                    "period": period_text(row.period),
                }
                for row in targets
            ],
            "revisions": revisions,
            "other_scopes": [
                {
                    "indicator": other,
                    "row": row,
                    "value": value_text(row.known, row.comparator, other.unit, row.value_text) if row else "–",
                    "period": period_text(row.period, row.period_text) if row else "",
                }
                for other, row in other_scopes(indicator, observations)
            ],
            "demo": indicator.is_demo or any(row.is_demo for row in [*rows, *targets]),
            "as_of": as_of,
            "asof": as_of_context(request, as_of),
            "sections": sections(request, "indicators:list"),
            "may_define": may(request.user, "supervise"),
            "takes_publications": takes_publications(indicator),
            "rule_label": RULES[indicator.rule].label if indicator.rule else "",
        }
        | followed,
    )


@requires("view")
@require_safe
def chart_sheet(request, code, key):
    """The table under one of an indicator's charts as a sheet."""
    as_of = read_as_of(request)
    indicator = get_object_or_404(Indicator, code=code)
    made = indicator_page.page_charts(indicator, as_of)[0] if indicator_page.is_followed(indicator) else {}
    if key not in made:
        raise Http404
    return sheet_of(request, made[key], as_of)


def sheet_of(request, description, as_of):
    """Return a chart's table as a download, and leave the export in the trail."""
    headers, rows = chart_table(description)
    content = exports.workbook(
        title=description.title,
        notes=[f"截至 {as_of}", f"单位：{description.unit}", *([description.scope] if description.scope else [])],
        headers=headers,
        rows=rows,
    )
    with transaction.atomic():
        audit.record(
            by=request.user, action="导出", label=description.title, after={"as_of": as_of, "rows": len(rows)}
        )
    return exports.attachment(content, name=f"{description.title}_{as_of}.xlsx", content_type=exports.XLSX)
