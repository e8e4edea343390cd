"""Loading the published figures: each is an observation with its source, under an indicator of its own.

The same name under two scopes is two indicators; a figure that one document states twice stays twice,
the second naming the first.
"""

from decimal import Decimal

from common.amounts import WAN_PER_YI
from common.loading import shipped
from indicators.models import Indicator, Observation, Target

# Which of the city's figures a peer's is a benchmark of; scopes differ and stand beside each value.
BENCHMARKS = {
    "003-01": "000-14",  # projects with Beijing and Tianjin over 亿元
    "003-04": "000-12",  # projects signed at one event
    "003-05": "000-13",  # their total investment
    "003-07": "000-26",  # technology taken over
}


def indicator_code(fact_id: str) -> str:
    return f"F-{fact_id}"


def load_published_figures(organisations, sources):
    """Create an indicator and a locked observation for every published figure."""
    facts = shipped("facts.json")
    indicators = {indicator_code(fact["id"]): _indicator(fact) for fact in facts}
    Indicator.objects.bulk_create(indicators.values())
    for peer, own in BENCHMARKS.items():
        Indicator.objects.filter(code=indicator_code(peer)).update(benchmark_of=indicators[indicator_code(own)])
    Observation.objects.bulk_create(
        _observation(fact, indicators[indicator_code(fact["id"])], organisations, sources) for fact in facts
    )


def _indicator(fact):
    """The name carries the subject where the subject is no organisation (a park, two parties, a company)."""
    of_organisation = fact["subject"] in (fact["organisation"], fact["organisation"].removesuffix("区"))
    name = fact["indicator_name"] if of_organisation else f"{fact['subject']}：{fact['indicator_name']}"
    return Indicator(
        code=indicator_code(fact["id"]),
        name=name,
        unit=fact["unit"],
        scope=fact["scope"],
        category=fact["category"],
    )


def _observation(fact, indicator, organisations, sources):
    source = sources[fact["source"]]
    again = f"与{indicator_code(fact['duplicate_of'])}为同一事实，原文两处写到。" if fact["duplicate_of"] else ""
    return Observation(
        indicator=indicator,
        organisation=organisations[fact["organisation"]],
        period=fact["period"],
        period_text=fact["period_text"],
        comparator=fact["comparator"],
        value=Decimal(fact["value"]),
        value_text=_as_read(fact),
        state=Observation.State.LOCKED,
        published_on=source.published_on,
        source=source,
        source_key=fact["id"],
        note=again,
    )


def _as_read(fact):
    """Say 超过30家, 80%以上 where the source gives a bound; empty where the number says it all."""
    number = f"{fact['value']}{fact['unit']}"
    return {">": f"超过{number}", ">=": f"{number}以上"}.get(fact["comparator"], "")


def load_demo_targets(organisations):
    """Set the year's goal for funds in place, which no source states: demonstration, for the city and each county."""
    shape = shipped("demo/targets.json")
    indicator = Indicator.objects.create(**shape["indicator"])
    goals = {shape["organisation"]: Decimal(shape["value"])}
    for short, row in shipped("demo/counties.json").items():
        goals[short] = Decimal(row["goal"]) / WAN_PER_YI
    Target.objects.bulk_create(
        Target(
            indicator=indicator,
            organisation=organisations[short],
            period=shape["period"],
            comparator=shape["comparator"],
            value=value,
            is_demo=True,
        )
        for short, value in goals.items()
    )
