"""Which counties have not handed in a month's money, for the office: counted by the database for all at once."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Count, DecimalField, Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts import notices
from accounts.models import Organisation
from accounts.permissions import COUNTY_REPORTER, may
from common import audit, periods
from common.errors import UserError
from common.locking import Area, is_locked
from common.remember import remembered
from projects.entries import KINDS
from projects.entry_facts import entered
from projects.entry_rules import OFF_PATH
from projects.models import MonthLine, Project

AMOUNT = DecimalField(max_digits=18, decimal_places=2)


@dataclass(frozen=True)
class Missing:
    """A county and how many of its projects lack the month, by kind of money."""

    county: Organisation
    funds: int
    investments: int


def month_due(today: date) -> str:
    """Return the month that counties should have handed in by now: the last one that is over."""
    return periods.shift(periods.period_of(today), -1)


def counties_missing(today: date) -> list[Missing]:
    """Return the counties whose last month is not complete, in their usual order; counted once per state of the data.

    A project lacks the month by the rule of ``projects.month.rows.state_of``.
    """
    return remembered(f"counties-missing-money:{today}", lambda: _counties_missing(today))


def _counties_missing(today):
    month = month_due(today)
    if is_locked(Area.FUNDS, month):
        return []
    counts = {kind: dict(_open_by_county(kind, month, today)) for kind in KINDS}
    owing = Organisation.objects.filter(pk__in={pk for found in counts.values() for pk in found})
    return [
        Missing(county, *(counts[kind].get(county.pk, 0) for kind in ("funds", "investments"))) for county in owing
    ]


def _open_by_county(kind, month, today):
    """Return pairs of county id and how many of its projects are neither handed in nor closed for the month."""
    model = KINDS[kind]
    rows = model.objects.filter(project=OuterRef("pk"), month=month)
    lines = MonthLine.objects.filter(kind=kind, project=OuterRef("pk"), month=month)
    known = entered(model).filter(project=OuterRef("pk")).order_by().values("project").annotate(total=Sum("amount"))
    live = Project.objects.filter(county__isnull=False).as_of(today).order_by()
    live = live.exclude(stage__in=list(OFF_PATH)).filter(signed_on__lte=periods.last_day(month))
    live = live.exclude(Exists(lines.filter(stated_on__isnull=False)))
    live = live.exclude(Exists(rows.exclude(state="returned")) & ~Exists(lines))
    # several rows of which one was returned, or a reversal that was: corrected one by one, not in the month
    many = rows.order_by().values("project").annotate(n=Count("pk")).filter(n__gt=1)
    apart = Exists(rows.filter(state="returned", reverses__isnull=False)) | Exists(many)
    live = live.exclude(Exists(rows.filter(state="returned")) & apart)
    sum_known = Coalesce(Subquery(known.values("total")), Decimal(0), output_field=AMOUNT)
    live = live.annotate(known=sum_known)
    live = live.exclude(Q(total_investment__isnull=False) & Q(known__gte=F("total_investment")))
    return live.values_list("county").annotate(n=Count("pk"))


@transaction.atomic
def remind(*, by, on: date) -> tuple[int, list[str]]:
    """Tell the reporters of the counties whose last month is not complete, once a day each.

    Return how many counties were told, and the names of those without a reporter's account.
    """
    if not may(by, "supervise"):
        raise UserError("只有协调办可以提醒县市区。")
    month, owing = month_due(on), counties_missing(on)
    if not owing:
        raise UserError(f"{periods.label(month)}的资金月报各县市区都已报齐，不用提醒。")
    people = {}
    for user in notices.people_of([one.county.pk for one in owing], [COUNTY_REPORTER]):
        people.setdefault(user.organisation_id, []).append(user)
    for one in owing:
        notices.notify(
            recipients=people.get(one.county.pk, []),
            key=f"month-due:{month}:{one.county.pk}:{on}",
            title=f"请报{periods.label(month)}资金月报：{said(one)}",
            text="没有新增的项目也要报“无新增”。",
            url=f"{reverse('projects:month', args=['funds' if one.funds else 'investments'])}?period={month}",
            on=on,
        )
    told = [one.county.short for one in owing if one.county.pk in people]
    audit.record(by=by, action="提醒报资金月报", target=by, label=month, after={"县市区": told})
    return len(told), [one.county.short for one in owing if one.county.pk not in people]


def said(one: Missing) -> str:
    """Return what is missing in words: 到位资金差 3 个项目、完成投资差 1 个项目."""
    parts = (("到位资金", one.funds), ("完成投资", one.investments))
    return "、".join(f"{name}差 {count} 个项目" for name, count in parts if count)
