"""What is late beside the tasks: companies' cases without a result, projects not put right in time."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from common.remember import remembered
from projects.health.checking import overdue_findings
from projects.service.deadlines import overdue_cases

SHOWN = 3


@dataclass(frozen=True)
class Late:
    """One kind of late matter: how many there are, the longest overdue of them, the list that shows all."""

    label: str
    unit: str
    count: int
    url: str
    rows: tuple[dict, ...]


def late_matters(user, as_of: date) -> list[Late]:
    """Return the kinds of which this user may see late ones on that day; each asks two queries, then none."""
    name = f"late-matters:{as_of}:{user.role}:{user.organisation_id}"
    return remembered(name, lambda: [found for found in (_cases(user, as_of), _findings(user, as_of)) if found.count])


def _cases(user, as_of):
    rows = overdue_cases(as_of).visible_to(user)
    return Late(
        label="企业诉求、监督热线逾期未办结",
        unit="件",
        count=rows.count(),
        url=_address("projects:cases", as_of, late="open"),
        rows=tuple(
            {
                "title": case.company,
                "meta": f"{case.get_category_display()} · {(case.handler or case.county).short}",
                "due_on": case.due_on,
                "url": reverse("projects:case", args=[case.pk]),
                "days": (as_of - case.due_on).days,
            }
            for case in rows[:SHOWN]
        ),
    )


def _findings(user, as_of):
    rows = overdue_findings(as_of).visible_to(user)
    return Late(
        label="项目体检逾期未整改",
        unit="项",
        count=rows.count(),
        url=_address("projects:health", as_of, late="1"),
        rows=tuple(
            {
                "title": finding.project.name,
                "meta": f"{finding.get_rule_display()} · {finding.owner.short}",
                "due_on": finding.due_on,
                "url": reverse("projects:finding", args=[finding.pk]),
                "days": (as_of - finding.due_on).days,
            }
            for finding in rows[:SHOWN]
        ),
    )


def _address(name, as_of, **filters):
    return f"{reverse(name)}?{urlencode({**filters, 'as_of': as_of.isoformat()})}"
