"""The year's counts and sums of projects and money up to a date, for the city and by county: one look for all."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from common.remember import remembered
from common.spans import year_to
from projects.counting import COUNTED, MODELS, Part, is_amount, tally


@dataclass(frozen=True)
class ProjectSummary:
    """Counts and sums (万元) of the year up to a date, by (key, county code); "" is the city, "-" without county.

    A county's follow the split of credit: its counts may be fractions, its ``rows`` are the rows it shares in.
    """

    as_of: date
    counts: dict = field(repr=False)
    amounts: dict = field(repr=False)
    rows: dict = field(repr=False)
    demo_rows: dict = field(default_factory=dict, repr=False)
    funds_by_month: dict = field(default_factory=dict)
    is_demo: bool = False

    def value(self, key: str, county: str = ""):
        """Return a count, or an amount in 万元."""
        return self.amounts.get((key, county), Decimal(0)) if is_amount(key) else self.counts.get((key, county), 0)


class Counts(dict):
    """Counts by (key, county code); what is not there is 0."""

    def __missing__(self, key):
        return 0


def project_summary(as_of: date) -> ProjectSummary:
    """Return the year's counts and sums as of ``as_of``; computed once per state of the data."""
    return remembered(f"project-summary:{as_of}", lambda: _compute(as_of))


def _compute(as_of):
    span = year_to(as_of)
    counts, amounts, rows, demo_rows = Counts(), {}, Counts(), Counts()
    by_month = {}
    for family in MODELS:
        by = ("county", "month") if family == "funds" else ("county",)
        found = tally(family, first=span.first, last=span.last, as_of=as_of, by=by, whole=True)
        if family == "funds":
            found, by_month = _without_month(found)
        for key, (own, cut) in COUNTED.items():
            if own != family:
                continue
            for group, part in {("",): Part(), **found[cut]}.items():
                at = (key, group[0])
                rows[at], demo_rows[at] = part.rows, part.demo
                if is_amount(key):
                    amounts[at] = part.value(key)
                else:
                    counts[at] = part.value(key)
    return ProjectSummary(
        as_of=as_of,
        counts=counts,
        amounts=amounts,
        rows=rows,
        demo_rows=demo_rows,
        funds_by_month=by_month,
        is_demo=any(demo_rows.values()),
    )


def _without_month(found):
    """Return the parts by county alone, and the city's amounts by month."""
    parts, by_month = {}, {}
    for (code, month), part in found["all"].items():
        parts.setdefault((code,), Part()).join(part)
        if code == "":
            by_month[month] = part.amount
    return {"all": parts}, by_month
