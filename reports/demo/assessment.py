"""Two example schemes, the goals that one of them needs, and a confirmed result of an earlier quarter."""

from decimal import Decimal

from accounts.models import Organisation
from common.loading import day, shipped
from indicators.assessment.results import confirm
from indicators.assessment.spans import parse_span
from indicators.models import Indicator, Scheme, SchemeGroup, SchemeTerm, SchemeVersion, Target
from reports.demo.calendar import TODAY
from tasklists.summary import task_summary

NUMBERS = ("weight", "cap", "floor", "points_each", "ceiling")


def load_assessment(organisations, office):
    """Create the schemes in force and confirm the quarter that came before."""
    shape = shipped("demo/schemes.json")
    _load_signed_targets(shape["signed_targets"], organisations)
    confirmed = shape["confirmed"]
    for row in shape["schemes"]:
        version = _load_scheme(row, office)
        confirm(
            version=version,
            span=parse_span(confirmed["period"]),
            as_of=day(confirmed["as_of"]),
            by=office,
            on=day(confirmed["on"]),
            is_demo=True,
        )


def _load_signed_targets(shape, organisations):
    indicator, _ = Indicator.objects.get_or_create(
        code=shape["indicator"]["code"], defaults=shape["indicator"] | {"is_demo": True}
    )
    Target.objects.bulk_create(
        Target(
            indicator=indicator,
            organisation=organisations[short],
            period=shape["period"],
            value=Decimal(value),
            is_demo=True,
        )
        for short, value in shape["values"].items()
    )


def _load_scheme(row, office):
    scheme = Scheme.objects.create(code=row["code"], name=row["name"], subject=row["subject"], is_example=True)
    version = SchemeVersion.objects.create(
        scheme=scheme,
        number=1,
        state=SchemeVersion.State.IN_FORCE,
        note=row["note"],
        made_by=office,
        made_on=day("2023-03-01"),
    )
    for order, (name, members) in enumerate(_members(row), start=1):
        group = SchemeGroup.objects.create(scheme_version=version, order=order, name=name)
        group.organisations.set(members)
    SchemeTerm.objects.bulk_create(
        SchemeTerm(
            scheme_version=version,
            order=order,
            **{name: Decimal(value) if name in NUMBERS else value for name, value in term.items()},
        )
        for order, term in enumerate(row["terms"], start=1)
    )
    return version


def _members(row):
    """Return (name, organisations) of each group: all counties, or the departments with tasks by category.

    A group of no named category takes the departments that are left.
    """
    if row["subject"] == Scheme.Subject.COUNTIES:
        return [(group["name"], list(Organisation.objects.counties_and_zones())) for group in row["groups"]]
    with_tasks = {found.code for found in task_summary(TODAY).organisations}
    departments = list(Organisation.objects.departments().filter(code__in=with_tasks))
    named = {category for group in row["groups"] for category in group["of"]}
    return [
        (
            group["name"],
            [d for d in departments if (d.category in group["of"] if group["of"] else d.category not in named)],
        )
        for group in row["groups"]
    ]
