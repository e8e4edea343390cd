"""Projects and their money as of a date."""

from datetime import date
from decimal import Decimal

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    DecimalField,
    Exists,
    F,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from accounts.permissions import SEES_OWN_ORGANISATION
from accounts.querysets import ScopedQuerySet

CAPITAL_REGION = ("北京市", "天津市", "河北省")
HUNDRED_MILLION = 10000  # 万元: what "过亿元" means
PERCENT = DecimalField(max_digits=5, decimal_places=2)


class SharedQuerySet(ScopedQuerySet):
    """Rows of which a county counts the part that it has credit for."""

    path_to_project = ""

    def with_share_of(self, code: str):
        """Annotate ``share``: the per cent of a row that counts for the county, 100 where nothing is split."""
        from projects.models import CreditShare

        own = CreditShare.objects.filter(project=OuterRef(f"{self.path_to_project}pk"), organisation__code=code)
        whole = Value(Decimal(100), output_field=PERCENT)
        return self.annotate(share=Coalesce(Subquery(own.values("percent")[:1]), whole, output_field=PERCENT))

    def shared_totals(self, field: str) -> tuple[Decimal, Decimal]:
        """Return how many rows count by their ``share``, and what of ``field`` does; exact sums."""
        count, total = Decimal(0), Decimal(0)
        grouped = self.order_by().values_list("share").annotate(rows=Count("pk"), total=Sum(field))
        for share, rows, amount in grouped.values_list("share", "rows", "total"):
            count += rows * share / 100
            total += (amount or Decimal(0)) * share / 100
        return count, total


class ProjectQuerySet(SharedQuerySet):
    """A project is seen by the county where it is, and by those that share its credit (首谈地)."""

    organisation_path = "county"

    def of_organisation(self, organisation_id):
        from projects.models import CreditShare

        shared = CreditShare.objects.filter(organisation=organisation_id).order_by().values("project")
        return self.filter(Q(county=organisation_id) | Q(pk__in=shared))

    def as_of(self, day: date):
        """Annotate the stage reached by ``day``, when it was reached, and verified money up to then (万元)."""
        from projects.models import FundEntry, InvestmentEntry, StageChange

        log = StageChange.objects.filter(project=OuterRef("pk"), on__lte=day).order_by("-on", "-id")
        return self.annotate(
            stage=Subquery(log.values("stage")[:1]),
            stage_on=Subquery(log.values("on")[:1]),
            signed_on=_first_reached("signed", day),
            started_on=_first_reached("started", day),
            funds_in_place=_verified_total(FundEntry, day),
            invested=_verified_total(InvestmentEntry, day),
        )

    def from_capital_region(self):
        return self.filter(origin_province__in=CAPITAL_REGION)

    def over_hundred_million(self):
        return self.filter(total_investment__gte=HUNDRED_MILLION)

    def known_by(self, day: date):
        """Return the projects whose stage log begins by ``day``, and those of which no stage is known at all."""
        from projects.models import StageChange

        later = StageChange.objects.filter(on__gt=day).values("project")
        begun = StageChange.objects.filter(on__lte=day, project=OuterRef("pk"))
        return self.filter(~Q(pk__in=later) | Exists(begun))

    def reached(self, stage: str, first: date, last: date):
        """Return projects that first reached ``stage`` from ``first`` to ``last``, both included."""
        from projects.models import StageChange

        earlier = StageChange.objects.filter(stage=stage, on__lt=first).values("project")
        within = StageChange.objects.filter(stage=stage, on__gte=first, on__lte=last).values("project")
        return self.filter(pk__in=within).exclude(pk__in=earlier)


def _first_reached(stage, day):
    from projects.models import StageChange

    log = StageChange.objects.filter(project=OuterRef("pk"), stage=stage, on__lte=day).order_by("on")
    return Subquery(log.values("on")[:1])


def _verified_total(model, day):
    """The sum of verified rows; NULL where there is none, which is not zero."""
    rows = model.objects.verified(day).filter(project=OuterRef("pk")).order_by().values("project")
    total = rows.annotate(total=Sum("amount")).values("total")
    return Subquery(total, output_field=DecimalField(max_digits=18, decimal_places=2))


def _verified_by_city(day):
    return Q(state="city_verified", city_verified_on__lte=day)


def _verified_by_county(day):
    return Q(state__in=("county_verified", "city_verified"), county_verified_on__lte=day)


class EntryQuerySet(SharedQuerySet):
    organisation_path = "project__county"
    path_to_project = "project__"

    def as_of(self, day: date):
        """Return the rows claimed by ``day``, annotated with ``state_then``: how far each was verified by then."""
        return self.known_by(day).with_state_as_of(day)

    def known_by(self, day: date):
        """Return the rows claimed or verified by ``day``."""
        return self.filter(_verified_by_city(day) | _verified_by_county(day) | Q(claimed_on__lte=day))

    def with_state_as_of(self, day: date):
        """Annotate ``state_then``, and leave out nothing."""
        state = Case(
            When(_verified_by_city(day), then=Value("city_verified")),
            When(_verified_by_county(day), then=Value("county_verified")),
            When(state="returned", returned_on__lte=day, then=Value("returned")),
            default=Value("claimed"),
            output_field=CharField(),
        )
        return self.annotate(state_then=state)

    def from_capital_region(self):
        return self.filter(project__origin_province__in=CAPITAL_REGION)

    def verified(self, as_of: date):
        """Return the rows that count in published figures: verified by the city on or before ``as_of``."""
        return self.filter(state="city_verified", city_verified_on__lte=as_of)

    def in_months(self, first: str, last: str):
        return self.filter(month__gte=first, month__lte=last)


class MonthLineQuerySet(ScopedQuerySet):
    organisation_path = "project__county"


class ServiceCaseQuerySet(ScopedQuerySet):
    """A case is seen by the county it comes from and by the organisation that handles it."""

    organisation_path = "county"

    def visible_to(self, user):
        own = super().visible_to(user)
        if user.is_authenticated and user.is_active and user.role in SEES_OWN_ORGANISATION:
            return self.filter(Q(county=user.organisation_id) | Q(handler=user.organisation_id))
        return own

    def as_of(self, day: date):
        """Return the cases received by ``day`` with their state, rating and lateness as they stood then."""
        finished = Q(state__in=("done", "refused"), done_on__lte=day)
        state = Case(
            When(finished, then=F("state")),
            When(accepted_on__lte=day, then=Value("accepted")),
            default=Value("received"),
            output_field=CharField(),
        )
        late = Case(
            When(~finished & Q(due_on__lt=day), then=Value(True)), default=Value(False), output_field=BooleanField()
        )
        rating = Case(When(rated_on__lte=day, then=F("satisfaction")), default=Value(""), output_field=CharField())
        return self.filter(received_on__lte=day).annotate(state_then=state, is_overdue=late, satisfaction_then=rating)

    def unfinished(self):
        """Return, of rows annotated by ``as_of``, those without a result."""
        return self.filter(state_then__in=("received", "accepted"))

    def late(self):
        """Return, of the finished, those that took longer than their deadline allowed."""
        return self.filter(done_on__gt=F("due_on"))

    def in_time(self):
        return self.filter(done_on__lte=F("due_on"))

    def overdue(self):
        """Return, of rows annotated by ``as_of``, those without a result whose deadline had passed."""
        return self.filter(is_overdue=True)


class FindingQuerySet(ScopedQuerySet):
    organisation_path = "owner"

    def as_of(self, day: date):
        """Return the slips found by ``day``, annotated with ``state_then``: what was done about them by then."""
        state = Case(
            When(closed_on__lte=day, then=Value("closed")),
            When(Q(answered_on__lte=day) & ~Q(state="open"), then=Value("answered")),
            default=Value("open"),
            output_field=CharField(),
        )
        return self.filter(found_on__lte=day).annotate(state_then=state)
