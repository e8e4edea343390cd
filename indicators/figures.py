"""Figures taken from named sources: each observation with a source is a figure of basis ``published``."""

from datetime import date
from decimal import Decimal

from django.urls import reverse

from accounts.models import Organisation
from common.amounts import WAN_PER_YI, round_half_up
from common.figures import PUBLISHED, Figure
from indicators.models import Observation, Target
from projects.figures import project_summary

FUNDS_GOAL = "funds.goal"
FUNDS_INDICATOR = "funds-in-place"
# Indicators whose values this site computes from its own rows, by the figure that does it (亿元).
COMPUTED = {FUNDS_INDICATOR: "funds.in_place"}


def published_figure(key: str, as_of: date) -> Figure | None:
    """Return the figure of a ``published.<source key>`` key, or None when it is not known by ``as_of``."""
    prefix, _, source_key = key.partition(".")
    if prefix != "published" or not source_key:
        return None
    found = (
        Observation.objects.as_of(as_of)
        .filter(source_key=source_key, source__isnull=False)
        .select_related("indicator", "organisation", "source")
        .first()
    )
    return found and _figure(found, as_of)


def published_figures(as_of: date) -> list[Figure]:
    """Return every published figure known by ``as_of``, in the order of the sources."""
    rows = Observation.objects.as_of(as_of).filter(source__isnull=False).exclude(source_key="")
    rows = rows.select_related("indicator", "organisation", "source").order_by("source_key")
    return [_figure(row, as_of) for row in rows]


def _figure(observation: Observation, as_of: date) -> Figure:
    source = observation.source
    return Figure(
        key=f"published.{observation.source_key}",
        label=f"{observation.organisation.short}·{observation.indicator.name}",
        value=observation.value,
        unit=observation.indicator.unit,
        scope=observation.indicator.scope,
        period=observation.period_text or observation.period,
        as_of=as_of,
        basis=PUBLISHED,
        rows_url=reverse("indicators:detail", args=[observation.indicator.code]),
        source={
            "title": source.title,
            "date": source.published_on.isoformat() if source.published_on else None,
            "note": "；".join(part for part in (source.note, observation.note) if part),
        },
        demo=observation.is_demo,
    )


def funds_goal(as_of: date) -> Figure:
    """Return the year's goal for funds in place (亿元); its value is None where no goal is set."""
    target = (
        Target.objects.filter(indicator__code=FUNDS_INDICATOR, organisation__kind="city", period=str(as_of.year))
        .select_related("source", "indicator")
        .first()
    )
    return Figure(
        key=FUNDS_GOAL,
        label="到位资金年度目标",
        value=target.value if target else None,
        unit="亿元",
        scope="全市京津冀地区项目到位资金的年度目标。",
        period=str(as_of.year),
        as_of=as_of,
        basis=PUBLISHED,
        rows_url=reverse("indicators:detail", args=[FUNDS_INDICATOR]) if target else "",
        source={
            "title": target.source.title if target.source else "演示设定",
            "date": None,
            "note": "公开报道未给出年度目标数，此处为演示用的目标。" if target.is_demo else "",
        }
        if target
        else None,
        demo=bool(target and target.is_demo),
    )


def county_funds_targets(as_of: date) -> dict[str, Decimal]:
    """Return the year's goals for funds in place by county code (亿元); counties without a goal are absent."""
    rows = Target.objects.filter(
        indicator__code=FUNDS_INDICATOR, organisation__kind__in=("county", "zone"), period=str(as_of.year)
    )
    return dict(rows.values_list("organisation__code", "value"))


def computed_value(indicator_code: str, organisation: Organisation, as_of: date) -> Decimal | None:
    """Return the year's value up to the date in 亿元; None where nothing of this site computes it."""
    key = COMPUTED.get(indicator_code)
    if key is None or organisation.kind not in ("city", "county", "zone"):
        return None
    amount = project_summary(as_of).value(key, "" if organisation.kind == "city" else organisation.code)
    return round_half_up(amount / WAN_PER_YI, 2)
