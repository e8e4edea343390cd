"""Reminders of required indicators that were not handed in by their deadline; each organisation once per period."""

from collections import defaultdict
from datetime import date

from django.db.models import Q
from django.urls import reverse

from accounts import notices
from accounts.permissions import COORDINATOR, COUNTY_REPORTER, DEPARTMENT_REPORTER
from common import locking
from common import periods as calendar
from indicators import collecting
from indicators.models import Indicator, Observation

NAMED = 5  # indicators that a message names


def missing_required(on: date) -> dict[tuple, list[Indicator]]:
    """Return the required indicators that are past their deadline on ``on`` and not handed in, by (organisation,
    period): of the newest period that is over, unless it is locked already."""
    locked = locking.locked_months(collecting.AREA)
    found = defaultdict(list)
    required = Indicator.objects.valid_on(on).filter(is_required=True, rule="").exclude(frequency="once")
    for indicator in required.exclude(reported_by=Indicator.ReportedBy.NONE).select_related("owner").order_by("code"):
        period = collecting.newest_ended(indicator.frequency, on)
        first, last = calendar.span(period)
        begun = indicator.valid_from is None or indicator.valid_from <= last
        if not begun or collecting.due_on(indicator, period) >= on or collecting.closing_month(period) in locked:
            continue
        handed_in = Q(state__in=("reviewed", "locked")) | Q(state="reported", reported_on__isnull=False)
        there = Observation.objects.filter(handed_in, indicator=indicator, period=period, member="")
        done = set(there.values_list("organisation", flat=True))
        for organisation in collecting.reporting_organisations(indicator):
            if organisation.pk not in done:
                found[(organisation, period)].append(indicator)
    return dict(found)


def remind(*, on: date) -> int:
    """Tell the reporters (the office, of the city's own) what is missing; return how many messages were due.

    The message of one organisation and period is written once, however often this runs.
    """
    due = []
    for (organisation, period), indicators in missing_required(on).items():
        if organisation.kind == "city":
            people = notices.people_in(COORDINATOR)
        else:
            people = notices.people_of([organisation], (DEPARTMENT_REPORTER, COUNTY_REPORTER))
        names = "、".join(row.name for row in indicators[:NAMED])
        more = f"等 {len(indicators)} 项" if len(indicators) > NAMED else ""
        due += [
            notices.notice(
                recipient=person,
                key=f"indicators-missing:{organisation.pk}:{period}",
                title=f"{calendar.span_label(period)}有 {len(indicators)} 项必报指标未报",
                text=f"{organisation.short}未报：{names}{more}。",
                url=f"{reverse('indicators:grid')}?period={period}",
                on=on,
            )
            for person in people
        ]
    notices.send(due)
    return len(due)
