"""Rows of the scorecard page: 40 indicators of 80 organisations over 36 months, with targets and a scheme."""

import random
from datetime import date
from decimal import Decimal

from bench.make_data import THREE_YEARS, write

INDICATORS, ORGANISATIONS = 40, 80


def make_scorecard() -> None:
    """Add the rows to the measured database; what stands there already is left as it is."""
    from accounts.models import Organisation
    from indicators.models import Indicator, Observation, Scheme, SchemeGroup, SchemeTerm, SchemeVersion, Target

    rng = random.Random(40)
    known = list(Organisation.objects.departments().current())
    write(
        Organisation,
        (
            Organisation(code=f"B{n:03d}", short=f"第{n}单位", name=f"第{n}单位", kind="department", order=900 + n)
            for n in range(ORGANISATIONS - len(known))
        ),
    )
    organisations = list(Organisation.objects.departments().current())
    write(
        Indicator,
        (
            Indicator(
                code=f"heat-{n}", name=f"记分卡指标{n}", unit="项", scope="按月统计", frequency="month",
                over_time="sum", direction="up", reported_by="departments",
            )
            for n in range(INDICATORS)
        ),
    )  # fmt: skip
    indicators = list(Indicator.objects.filter(code__startswith="heat-"))
    write(
        Target,
        (
            Target(indicator=indicator, organisation=organisation, period="2023", value=Decimal(6000))
            for indicator in indicators
            for organisation in organisations
        ),
    )
    write(
        Observation,
        (
            Observation(
                indicator=indicator, organisation=organisation, period=month, value=rng.randrange(1000),
                state="locked", locked_on=date(2023, 12, 5),
            )
            for indicator in indicators
            for organisation in organisations
            for month in THREE_YEARS
        ),
    )  # fmt: skip
    scheme = Scheme.objects.create(code="bench", name="部门考核", subject="departments")
    version = SchemeVersion.objects.create(scheme=scheme, number=1, state="in_force")
    SchemeGroup.objects.create(scheme_version=version, order=1, name="部门").organisations.set(organisations)
    for order, (measure, formula, weight) in enumerate(
        (("tasks.on_time_rate", "share", 60), ("reports.timeliness", "share", 40)), start=1
    ):
        SchemeTerm.objects.create(
            scheme_version=version, order=order, name=measure, measure=measure, formula=formula, weight=weight
        )
