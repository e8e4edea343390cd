"""What the pages of money show beside the rows: a project's sums, its progress, what each row still allows."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, Sum

from common import locking, periods
from common.amounts import share
from projects import entries
from projects.models import FundEntry, MoneyEntry, MonthLine, Project

State = MoneyEntry.State


@dataclass(frozen=True)
class Standing:
    """One kind of money against the total investment agreed; amounts in 万元, None where nothing is known."""

    label: str
    kind: str
    verified: Decimal | None
    waiting: Decimal
    total: Decimal | None

    @property
    def percent(self) -> Decimal | None:
        if self.verified is None or not self.total:
            return None
        return share(self.verified, self.total)


def standing_of(project: Project, kind: str, rows) -> Standing:
    """Return the sums of the rows as they stood (``state_then``): verified by the city, and on the way there."""
    verified = [row.amount for row in rows if row.state_then == State.CITY_VERIFIED]
    waiting = [row.amount for row in rows if row.state_then in (State.CLAIMED, State.COUNTY_VERIFIED)]
    return Standing(
        label=entries.KINDS[kind]._meta.verbose_name,
        kind=kind,
        verified=sum(verified, Decimal(0)) if verified else None,
        waiting=sum(waiting, Decimal(0)),
        total=project.total_investment,
    )


def money_section(project: Project, *, user, as_of, today) -> dict:
    """Return the context of ``projects/_money.html``: ledgers and site progress as of a day, what this user may do.

    Acts are offered on today's page only.
    """
    mine = entries.may_enter(user, project)
    now = as_of >= today
    locked = locking.locked_months(locking.Area.FUNDS)
    ledgers = []
    stated = stated_months(project, as_of=as_of)
    for kind, model in entries.KINDS.items():
        rows = model.objects.filter(project=project).as_of(as_of)
        related = ("reverses", "reversed_by", "claimed_by")
        if model is FundEntry:
            related += ("voucher_file",)
        rows = list(rows.select_related(*related).order_by("-month", "-pk"))
        for row in rows:
            row.kind = kind
            row.is_locked = row.month in locked
            row.reversal = getattr(row, "reversed_by", None)
            row.may_correct = mine and now and row.state in entries.OPEN_TO_CLAIMER
            row.may_reverse = (
                mine and now and row.state == State.CITY_VERIFIED and not row.reverses_id and row.reversal is None
            )
            row.acts = row.may_correct or row.may_reverse
        ledgers.append(
            {"standing": standing_of(project, kind, rows), "rows": rows, "kind": kind, "nothing": stated[kind]}
        )
    seen = list(project.site_progress.filter(on__lte=as_of).order_by("-on")[:7])
    progress = {"rows": seen, "newest": seen[0] if seen else None, "may_enter": mine and now, "today": today}
    return {"ledgers": ledgers, "may_enter": mine and now, "progress": progress}


def stated_months(project: Project, *, as_of: date) -> dict[str, list[str]]:
    """Return by kind of money the months of which 无新增 stands, newest first, as written."""
    found = {kind: [] for kind in entries.KINDS}
    rows = MonthLine.objects.filter(project=project, stated_on__lte=as_of).order_by("-month")
    for kind, month in rows.values_list("kind", "month"):
        found[kind].append(periods.label(month))
    return found


def sums_by_project(model, project_ids) -> dict[int, dict]:
    """Return per project the months' sums (万元), returned rows left out: ``verified`` and ``waiting`` by month."""
    found = {pk: {"verified": Decimal(0), "waiting": Decimal(0), "months": {}} for pk in project_ids}
    rows = model.objects.filter(project__in=found).exclude(state=State.RETURNED).order_by("month")
    for pk, month, verified, waiting in rows.values_list("project_id", "month").annotate(
        verified=Sum("amount", filter=Q(state=State.CITY_VERIFIED), default=Decimal(0)),
        waiting=Sum("amount", filter=~Q(state=State.CITY_VERIFIED), default=Decimal(0)),
    ):
        sums = found[pk]
        sums["verified"] += verified
        sums["waiting"] += waiting
        sums["months"][month] = verified + waiting
    return found
