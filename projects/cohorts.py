"""The projects signed at one event: how many had come how far after so many days, and against their promises.

A project counts at a milestone from the first day on which it had reached it, or a later one; a pause or an
abandonment afterwards takes nothing back, and the project stays in the whole. Days are counted from the event.
What has not come due by the as-of date is None, which is not zero.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q

from common.amounts import share
from common.remember import remembered
from projects.models import FundEntry, Project, StageChange

DAYS = (30, 90, 180, 365)
REGISTERED, STARTED, FUNDED, PRODUCING = "registered", "started", "funded", "producing"
MILESTONES = {REGISTERED: "注册落地", STARTED: "开工", FUNDED: "到位资金", PRODUCING: "投产"}
PROMISED = (REGISTERED, STARTED, PRODUCING)
# The milestones that a project has reached with each stage.
REACHED_WITH = {
    "registered": (REGISTERED,),
    "started": (REGISTERED, STARTED),
    "producing": (REGISTERED, STARTED, PRODUCING),
    "at_capacity": (REGISTERED, STARTED, PRODUCING),
}
IN_TIME, LATE, NOT_YET = "in_time", "late", "not_yet"


@dataclass
class Member:
    """One project of a cohort; ``reached`` and ``promised`` hold days by milestone, as far as there are any."""

    pk: int
    investment: Decimal | None = None
    is_demo: bool = False
    has_log: bool = True  # without a single stage known its progress is not known either
    promised: dict[str, date | None] = field(default_factory=dict)
    reached: dict[str, date] = field(default_factory=dict)

    def reach(self, milestone: str, on: date) -> None:
        """Note that the milestone was reached on that day; the first day stays."""
        self.reached[milestone] = min(on, self.reached.get(milestone, on))


@dataclass(frozen=True)
class Promises:
    """Of the promises of one milestone that were due by the date: kept in time, kept late, not kept yet."""

    due: int
    in_time: int
    late: int
    not_yet: int
    ahead: int  # promised for a later day
    without: int  # nothing promised


@dataclass(frozen=True)
class Cohort:
    """The members of one event as of a date."""

    held_on: date | None
    as_of: date
    members: tuple[Member, ...] = ()

    @property
    def total(self) -> int:
        return len(self.members)

    @property
    def without_log(self) -> int:
        return sum(not member.has_log for member in self.members)

    @property
    def is_known(self) -> bool:
        """Tell whether the stages of any member are known."""
        return self.without_log < self.total

    @property
    def is_demo(self) -> bool:
        return any(member.is_demo for member in self.members)

    @property
    def investment(self) -> Decimal | None:
        """The members' total investment in 万元; None when none is known."""
        known = [member.investment for member in self.members if member.investment is not None]
        return sum(known) if known else None

    def last_day(self, days: int | None) -> date | None:
        """Return the day on which ``days`` had passed, None while they have not; without ``days`` the as-of date."""
        if days is None:
            return self.as_of
        if self.held_on is None:
            return None
        day = self.held_on + timedelta(days=days)
        return day if day <= self.as_of else None

    def reached(self, milestone: str, days: int | None = None) -> list[Member] | None:
        """Return who had reached the milestone after so many days (or by the as-of date); None before that day."""
        last = self.last_day(days)
        if last is None:
            return None
        return [member for member in self.members if milestone in member.reached and member.reached[milestone] <= last]

    def count(self, milestone: str, days: int | None = None) -> int | None:
        found = self.reached(milestone, days)
        return None if found is None else len(found)

    def share(self, milestone: str, days: int | None = None) -> Decimal | None:
        """Return the count in per cent of all members; None where there is none, or the days have not passed."""
        count = self.count(milestone, days)
        return None if count is None else share(count, self.total)

    def kept(self, milestone: str, outcome: str) -> list[Member]:
        """Return the members whose promise was due by the as-of date and ended so."""
        return [member for member in self.members if outcome_of(member, milestone, self.as_of) == outcome]

    def promises(self, milestone: str) -> Promises:
        counts = {outcome: len(self.kept(milestone, outcome)) for outcome in (IN_TIME, LATE, NOT_YET)}
        without = sum(member.promised.get(milestone) is None for member in self.members)
        due = sum(counts.values())
        return Promises(due=due, **counts, ahead=self.total - due - without, without=without)


def outcome_of(member: Member, milestone: str, as_of: date) -> str:
    """Return what had become of a promise by the date, empty while it is not due or nothing was promised."""
    promised, reached = member.promised.get(milestone), member.reached.get(milestone)
    if promised is None or promised > as_of:
        return ""
    if reached is None or reached > as_of:
        return NOT_YET
    return IN_TIME if reached <= promised else LATE


def cohorts(as_of: date) -> dict[int, tuple[Member, ...]]:
    """Return the members of every event by its key, over the whole city; asked once per state of the data."""
    return remembered(f"cohorts:{as_of}", lambda: _read(as_of))


def cohort_of(event, as_of: date) -> Cohort:
    return Cohort(event.held_on, as_of, cohorts(as_of).get(event.pk, ()))


def _read(as_of):
    events, members = defaultdict(list), {}
    fields = ("pk", "event", "total_investment", "is_demo", *(f"promised_{name}_on" for name in PROMISED))
    rows = Project.objects.known_by(as_of).filter(event__isnull=False).order_by("pk")
    logged = StageChange.objects.filter(project__event__isnull=False, on__lte=as_of)
    with_log = set(logged.order_by().values_list("project", flat=True).distinct())
    for pk, event, investment, is_demo, *promises in rows.values_list(*fields):
        member = Member(pk, investment, is_demo, pk in with_log, dict(zip(PROMISED, promises, strict=True)))
        members[pk] = member
        events[event].append(member)
    log = StageChange.objects.filter(project__event__isnull=False, stage__in=REACHED_WITH, on__lte=as_of)
    for project, stage, on in log.values_list("project", "stage", "on"):
        for milestone in REACHED_WITH[stage]:
            if project in members:
                members[project].reach(milestone, on)
    for project, on in _counted_funds(as_of):
        if project in members:
            members[project].reach(FUNDED, on)
    return {event: tuple(found) for event, found in events.items()}


def _counted_funds(as_of):
    """The days on which money of the cohorts' projects was verified by the city and not reversed since."""
    reversals = FundEntry.objects.verified(as_of).filter(reverses__isnull=False)
    rows = FundEntry.objects.verified(as_of).filter(project__event__isnull=False, reverses__isnull=True)
    rows = rows.filter(~Q(pk__in=reversals.values("reverses")))
    return rows.values_list("project", "city_verified_on")
