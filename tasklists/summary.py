"""Every count of tasks as of a date, from one pass over the items: cards, charts and bulletins read it.

The rules' outcome comes from the database (``TaskItemQuerySet.as_of``); here it is only counted.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q

from accounts.models import Organisation
from common import lights, periods
from common.amounts import share
from common.remember import remembered
from tasklists import rules
from tasklists.models import Assignment, PlanNode, TaskItem, TaskList

ALL = "all"


@dataclass(frozen=True)
class ListFacts:
    """What is known of a list apart from its items."""

    slug: str
    short: str
    title: str
    is_demo: bool
    chapters: int
    points: int
    organisations: int


@dataclass(frozen=True)
class OrganisationProgress:
    """One organisation's parts: how many it answers for, how many of them are done or overdue."""

    code: str
    short: str
    kind: str
    total: int
    done: int
    overdue: int
    light: str

    @property
    def rate(self):
        """Done parts in percent, one decimal; None when it has none."""
        return share(self.done, self.total)


@dataclass(frozen=True)
class TaskSummary:
    as_of: date
    lists: tuple[ListFacts, ...]
    counts: Counter = field(repr=False)
    organisations: tuple[OrganisationProgress, ...] = ()
    closed_by_month: dict = field(default_factory=dict)
    due_by_month: dict = field(default_factory=dict)
    expected_rate: int | None = None
    aspects: dict = field(default_factory=dict)

    def count(self, measure: str, slug: str = ALL, aspect: str = "") -> int:
        """Return how many items of a list (and aspect) the measure counts; see ``measures_of``."""
        return self.counts[(slug, aspect, measure)]


def measures_of(*, state: str, count_state: str, reason: str) -> list[str]:
    """Return every measure that counts an item with these facts."""
    measures = ["total", f"light.{rules.LIGHT_OF[reason]}", f"reason.{reason}"]
    if state == "closed":
        measures.append("closed")
    elif state == "cancelled":
        measures.append("cancelled")
    else:
        measures.append("under_way")
        if count_state == "not_started":
            measures.append("not_started")
    return measures


def task_summary(as_of: date) -> TaskSummary:
    """Return the counts as of ``as_of``; computed once per state of the data."""
    return remembered(f"task-summary:{as_of}", lambda: _compute(as_of))


def _compute(as_of: date) -> TaskSummary:
    counts, closings, deadlines, alike = Counter(), Counter(), Counter(), Counter()
    overdue_items = set()
    first_month = f"{as_of.year}-01"
    months = periods.months_between(first_month, periods.period_of(as_of))
    items = (
        TaskItem.objects.supervised(as_of)
        .as_of(as_of)
        .values_list(
            "pk", "task_list__slug", "aspect__title", "state", "state_on", "count_state", "light_reason",
            "deadline",
        )
        .order_by()
    )  # fmt: skip
    aspects: dict[str, dict] = {}
    for pk, slug, aspect, state, state_on, count_state, reason, deadline in items:
        alike[(slug, aspect, state, count_state, reason)] += 1
        aspects.setdefault(slug, {}).setdefault(aspect, None)
        if state == "closed":
            for scope in (ALL, slug):
                closings[(scope, periods.period_of(state_on))] += 1
        if reason == rules.OVERDUE:
            overdue_items.add(pk)
        if state != "cancelled" and deadline is not None:
            deadlines[deadline] += 1
    for (slug, aspect, state, count_state, reason), number in alike.items():
        for measure in measures_of(state=state, count_state=count_state, reason=reason):
            for scope in ((ALL, ""), (slug, ""), (slug, aspect)):
                counts[(*scope, measure)] += number
    return TaskSummary(
        as_of=as_of,
        lists=_lists(),
        counts=counts,
        organisations=_organisations(as_of, overdue_items),
        closed_by_month={scope: _running_total(closings, scope, months) for scope in (ALL, *aspects)},
        due_by_month={m: _due_by(deadlines, min(periods.last_day(m), as_of)) for m in months},
        expected_rate=_year_gone(as_of),
        aspects={slug: list(found) for slug, found in aspects.items()},
    )


def _lists():
    lists = (
        TaskList.objects.in_force()
        .annotate(
            chapters=Count("nodes", filter=Q(nodes__level=PlanNode.Level.CHAPTER)),
            points=Count("nodes", filter=Q(nodes__level=PlanNode.Level.ITEM)),
        )
        .order_by("order", "slug")
    )
    departments = dict(
        Assignment.objects.answering()
        .filter(organisation__kind=Organisation.Kind.DEPARTMENT, item__task_list__state="in_force")
        .order_by()
        .values_list("item__task_list__slug")
        .annotate(n=Count("organisation", distinct=True))
    )
    return tuple(
        ListFacts(t.slug, t.short, t.title, t.is_demo, t.chapters, t.points, departments.get(t.slug, 0)) for t in lists
    )


def list_progress(slug: str, as_of: date) -> tuple[OrganisationProgress, ...]:
    """Return the organisations that answer for tasks of one list, counted within it, best first."""
    return remembered(f"list-progress:{slug}:{as_of}", lambda: _list_progress(slug, as_of))


def _list_progress(slug, as_of):
    overdue = TaskItem.objects.supervised(as_of).filter(task_list__slug=slug).overdue(as_of)
    return _organisations(as_of, set(overdue.order_by().values_list("pk", flat=True)), slug)


def _organisations(as_of, overdue_items, slug=""):
    totals, done, overdue = Counter(), Counter(), Counter()
    known = {o.pk: o for o in Organisation.objects.all()}
    rows = Assignment.objects.counted(as_of).order_by().values_list("organisation_id", "item_id", "done")
    if slug:
        rows = rows.filter(item__task_list__slug=slug)
    for organisation, item, is_done in rows:
        totals[organisation] += 1
        done[organisation] += is_done
        overdue[organisation] += item in overdue_items and not is_done
    return tuple(
        OrganisationProgress(
            code=known[pk].code,
            short=known[pk].short,
            kind=known[pk].kind,
            total=totals[pk],
            done=done[pk],
            overdue=overdue[pk],
            light=_progress_light(done[pk], totals[pk], overdue[pk], as_of),
        )
        for pk in sorted(totals, key=lambda pk: (-done[pk] / totals[pk], known[pk].order, known[pk].code))
    )


def _progress_light(done, total, overdue, as_of):
    """Return the colour of an organisation's bar, after the rules of items.

    All done is blue, any part overdue red, a share 10 points or more behind the year yellow.
    """
    if done == total:
        return lights.BLUE
    if overdue:
        return lights.RED
    behind = _year_gone(as_of) * total - done * 100 >= 10 * total
    return lights.YELLOW if behind else lights.GREEN


def _year_gone(as_of: date) -> int:
    """Return how much of the year has passed by the end of ``as_of``, in whole percent, rounded down."""
    start, end = date(as_of.year, 1, 1), date(as_of.year, 12, 31)
    return ((as_of - start).days + 1) * 100 // ((end - start).days + 1)


def _running_total(closings, scope, months):
    """Return the list's closed items up to the end of each month of the year, earlier years included."""
    running = sum(n for (slug, month), n in closings.items() if slug == scope and month < months[0])
    totals = {}
    for month in months:
        running += closings[(scope, month)]
        totals[month] = running
    return totals


def _due_by(deadlines, day):
    """Return how many of the counted deadlines lie on or before ``day``."""
    return sum(number for due, number in deadlines.items() if due <= day)
