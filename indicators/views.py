"""Indicators: the list with the newest value of each, and one indicator with all its values and sources."""

from functools import partial

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, render

from accounts.guards import requires
from common.amounts import share
from common.asof import as_of_context, read_as_of
from common.lists import list_page
from indicators.figures import COMPUTED, computed_value
from indicators.filters import IndicatorFilter
from indicators.models import Indicator, Observation, Target
from indicators.scopes import other_scopes
from indicators.tables import IndicatorTable
from indicators.wording import period_text, target_text, value_text
from projects.figures import project_figure


@requires("view")
def indicator_list(request):
    as_of = read_as_of(request)
    observations = Observation.objects.visible_to(request.user).as_of(as_of)
    targets = _targets(request.user, as_of)
    return list_page(
        request,
        rows=Indicator.objects.order_by("code").prefetch_related(
            Prefetch("targets", queryset=targets, to_attr="shown_targets")
        ),
        filters=partial(IndicatorFilter, observations=observations),
        table=partial(IndicatorTable, as_of=as_of),
        title="指标",
        noun="项",
        as_of=as_of,
        template="indicators/list.html",
        search_placeholder="搜指标、口径、代码",
        empty_text="这里还没有指标。",
    )


def _targets(user, as_of):
    """Targets set for periods that have begun by ``as_of``, newest first."""
    rows = Target.objects.visible_to(user).filter(period__lte=as_of.isoformat())
    return rows.select_related("organisation", "source", "indicator").order_by("-period", "organisation__order")


def _attained(target, as_of):
    """How far this site's own rows have reached the year's target; empty where they do not compute it."""
    if target.period != str(as_of.year):
        return {}
    value = computed_value(target.indicator.code, target.organisation, as_of)
    if value is None:
        return {}
    return {"attained": value_text(value, "=", target.indicator.unit), "rate": share(value, target.value)}


@requires("view")
def indicator_detail(request, code):
    as_of = read_as_of(request)
    indicator = get_object_or_404(Indicator.objects.select_related("owner"), code=code)
    observations = Observation.objects.visible_to(request.user).as_of(as_of)
    rows = observations.filter(indicator=indicator).select_related("organisation", "source")
    rows = list(rows.order_by("-period", "organisation__order", "-pk"))
    targets = list(_targets(request.user, as_of).filter(indicator=indicator))
    return render(
        request,
        "indicators/detail.html",
        {
            "indicator": indicator,
            "observations": [
                {
                    "row": row,
                    "value": value_text(row.value, row.comparator, indicator.unit, row.value_text),
                    "period": period_text(row.period, row.period_text),
                }
                for row in rows
            ],
            "targets": [
                {
                    "row": row,
                    "value": target_text(row.value, row.comparator, indicator.unit),
                    "period": period_text(row.period),
                }
                | _attained(row, as_of)
                for row in targets
            ],
            "computed": COMPUTED.get(indicator.code) and project_figure(COMPUTED[indicator.code], as_of),
            "other_scopes": [
                {
                    "indicator": other,
                    "row": row,
                    "value": value_text(row.value, row.comparator, other.unit, row.value_text) if row else "–",
                    "period": period_text(row.period, row.period_text) if row else "",
                }
                for other, row in other_scopes(indicator, observations)
            ],
            "demo": any(row.is_demo for row in [*rows, *targets]),
            "as_of": as_of,
            "asof": as_of_context(request, as_of),
        },
    )
