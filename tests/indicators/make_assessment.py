"""Plain helpers that make schemes, results and objections for tests."""

from datetime import date
from decimal import Decimal
from itertools import count

from indicators.assessment.results import confirm
from indicators.assessment.spans import parse_span
from indicators.models import Appeal, Scheme, SchemeGroup, SchemeTerm, SchemeVersion
from tests.make import TODAY, make_item, make_report, make_user

_numbers = count(1)
TIMELINESS = {"name": "填报及时率", "measure": "reports.timeliness", "formula": "share", "weight": "60"}
OVERDUE = {
    "name": "逾期任务扣分",
    "measure": "tasks.overdue.count",
    "formula": "deduction",
    "weight": "40",
    "points_each": "5",
}


def make_scheme(organisations, *, code=None, terms=(TIMELINESS, OVERDUE), state="in_force", groups=None, **fields):
    """A scheme with one version; without ``groups`` (name → organisations) all in one group. Returns the version."""
    code = code or f"scheme-{next(_numbers)}"
    kind = organisations[0].kind if organisations else "county"
    subject = "departments" if kind == "department" else "counties"
    scheme = Scheme.objects.create(**{"code": code, "name": f"方案{code}", "subject": subject} | fields)
    return make_version(scheme, organisations, terms=terms, state=state, groups=groups)


def make_version(scheme, organisations, *, terms=(TIMELINESS, OVERDUE), state="in_force", groups=None, number=1):
    version = SchemeVersion.objects.create(scheme=scheme, number=number, state=state)
    for order, (name, members) in enumerate((groups or {"一组": organisations}).items(), start=1):
        SchemeGroup.objects.create(scheme_version=version, order=order, name=name).organisations.set(members)
    numbers = ("weight", "cap", "floor", "points_each", "ceiling")
    for order, term in enumerate(terms, start=1):
        values = {name: Decimal(value) if name in numbers else value for name, value in term.items()}
        SchemeTerm.objects.create(scheme_version=version, order=order, **values)
    return version


def make_reporting(organisation, *, on_time=1, late=0):
    """A task of the organisation with reports of the year's first months, so many on time and so many late.

    It is assigned on January 1 and done when the months are over, so that no other month is asked for.
    """
    months = on_time + late
    item = make_item(responsible=[organisation], assigned_on=date(2023, 1, 1), due_on=date(2023, 12, 31))
    part = item.assignments.get()
    part.completed_on = date(2023, months, 28)
    part.save()
    for n in range(1, months + 1):
        day = 15 if n <= on_time else 25
        make_report(part, f"2023-{n:02d}", submitted_on=date(2023, n, day), approved_on=date(2023, n, 27))
    return part


def make_result(organisation, *, period="2023", as_of=TODAY, version=None):
    """A confirmed result in which the organisation has a score."""
    if version is None:
        make_reporting(organisation)
        version = make_scheme([organisation])
    return confirm(version=version, span=parse_span(period), as_of=as_of, by=None, on=TODAY)


def make_appeal(organisation, *, result=None, **fields):
    result = result or make_result(organisation)
    by = make_user("county_reporter" if organisation.kind == "county" else "dept_reporter", organisation)
    return Appeal.objects.create(
        **{"result": result, "organisation": organisation, "text": "请复核。", "asked_by": by, "asked_on": TODAY}
        | fields
    )
