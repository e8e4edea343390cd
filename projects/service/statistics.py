"""How the year's cases were handled: by category, by county and in all.

Counted are the cases received from 1 January to the as-of date. Rates without a case to divide by are None.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from statistics import median

from django.urls import reverse
from django.utils.http import urlencode

from common import periods
from common.amounts import round_half_up, share
from common.charts import ChartDescription, Point, Series
from projects.models import ServiceCase

GOOD = {"very", "satisfied"}
SCOPE = (
    "按时办结率＝按时办结 ÷（已办结＋逾期未办结）；办理天数为收到到办结的工作日，取中位数；"
    "满意率＝（非常满意＋满意）÷ 已评价；不予受理的不计入各率。"
)


@dataclass
class Handling:
    """The cases of one category, one county or all of them."""

    code: str
    label: str
    received: int = 0
    done: int = 0
    in_time: int = 0
    overdue: int = 0
    refused: int = 0
    rated: int = 0
    good: int = 0
    is_demo: bool = False
    days: list[int] = field(default_factory=list, repr=False)

    @property
    def waiting(self) -> int:
        """Those without a result."""
        return self.received - self.done - self.refused

    @property
    def due(self) -> int:
        """Those that the rate of timely results is taken of."""
        return self.done + self.overdue

    @property
    def on_time_rate(self) -> Decimal | None:
        return share(self.in_time, self.due)

    @property
    def median_days(self) -> Decimal | None:
        """Working days from receipt to result; the middle one of an even number lies between two."""
        return round_half_up(Decimal(str(median(self.days))), 1) if self.days else None

    @property
    def good_rate(self) -> Decimal | None:
        return share(self.good, self.rated)

    def add(self, case) -> None:
        self.received += 1
        self.is_demo = self.is_demo or case.is_demo
        self.overdue += case.is_overdue
        if case.state_then == "done":
            self.done += 1
            self.in_time += case.done_on <= case.due_on
            self.days.append(periods.working_days_between(case.received_on, case.done_on))
        self.refused += case.state_then == "refused"
        if case.satisfaction_then:
            self.rated += 1
            self.good += case.satisfaction_then in GOOD


@dataclass(frozen=True)
class Statistics:
    as_of: date
    total: Handling
    categories: list[Handling]
    counties: list[Handling]


def year_statistics(rows, as_of: date) -> Statistics:
    """Return the figures over ``rows``, the cases that the reader may see, annotated by ``as_of``."""
    total = Handling("", "合计")
    categories = {code: Handling(code, label) for code, label in ServiceCase.Category.choices}
    counties = defaultdict(lambda: Handling("", ""))
    for case in rows.filter(received_on__gte=date(as_of.year, 1, 1)).select_related("county"):
        county = counties[case.county.order, case.county.code]
        county.code, county.label = case.county.code, case.county.short
        for handling in (total, categories[case.category], county):
            handling.add(case)
    by_count = sorted((h for h in categories.values() if h.received), key=lambda h: -h.received)
    return Statistics(as_of, total, by_count, [counties[key] for key in sorted(counties)])


def rows_url(as_of: date, **query) -> str:
    """Return the list of the cases that a number of the page counts."""
    span = {"received_from": date(as_of.year, 1, 1).isoformat(), "as_of": as_of.isoformat()}
    return f"{reverse('projects:cases')}?{urlencode({k: v for k, v in query.items() if v} | span)}"


def category_chart(found: Statistics) -> ChartDescription:
    """How many cases of each category were received, done and overdue."""

    def series(name, value):
        return Series(name, tuple(Point(label=handling.label, value=value(handling)) for handling in found.categories))

    return ChartDescription(
        kind="grouped",
        key="service-category",
        title="各类诉求",
        unit="件",
        series=(
            series("收到", lambda handling: handling.received),
            series("办结", lambda handling: handling.done),
            series("逾期未办结", lambda handling: handling.overdue),
        ),
        as_of=found.as_of,
        scope="本年收到，件",
        category="类别",
        value_name="件数",
        empty_text="截至该日本年没有收到诉求",
        demo=found.total.is_demo,
    )
