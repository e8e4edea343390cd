"""Task items and reports as of a date: the same facts as ``rules.facts_of``, computed by the database."""

from datetime import date
from functools import lru_cache

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Exists,
    F,
    Func,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from accounts.permissions import SEES_EVERY_ORGANISATION, SEES_OWN_ORGANISATION
from accounts.querysets import ScopedQuerySet
from common import context
from tasklists import rules


class DaysBetween(Func):
    """Whole days from the second date to the first, on either database."""

    arity = 2
    output_field = IntegerField()

    def as_sqlite(self, compiler, connection, **context):
        template = "CAST(julianday(%(expressions)s) AS INTEGER)"
        return super().as_sql(compiler, connection, template=template, arg_joiner=") - julianday(", **context)

    def as_postgresql(self, compiler, connection, **context):
        template = "(%(expressions)s)"
        return super().as_sql(compiler, connection, template=template, arg_joiner="::date - ", **context)


class TaskListQuerySet(QuerySet):
    def visible_to(self, user):
        """Drafts are the office's own; lists in force and reference lists are known to all who log in."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.role in SEES_EVERY_ORGANISATION:
            return self
        if user.role in SEES_OWN_ORGANISATION:
            return self.exclude(state="draft")
        return self.none()

    def in_force(self):
        return self.filter(state="in_force")


class TaskItemQuerySet(ScopedQuerySet):
    def of_organisation(self, organisation_id):
        from tasklists.models import Assignment

        mine = Assignment.objects.filter(organisation=organisation_id).values("item")
        return self.filter(pk__in=mine).exclude(task_list__state="draft")

    def supervised(self, day: date):
        """Return the items that count on ``day``: of a list in force, assigned by then."""
        return self.filter(task_list__state="in_force", assigned_on__lte=day)

    def as_of(self, day: date):
        """Annotate each item's facts on ``day`` and what the rules make of them.

        Adds state, state_on, deadline (the one that stood then), days_left, percent, expected, lag, last_period
        (newest approved month, "" when none), light_reason and count_state. What only the rules read (moving,
        unanswered, missed_period …) is there to filter and order by, but not fetched. One cheap question is asked
        first, so that the usual day pays nothing for extensions, milestones and reopened tasks.
        """
        return self._with_facts(rules.Day.of(day), unusual(day))

    def _with_facts(self, the, kinds):
        day = the.date
        return (
            self._with_state(day)
            ._with_progress(day)
            ._with_deadline(day, kinds)
            ._with_pace(day, kinds)
            ._with_answers(the, kinds)
            .annotate(light_reason=rules.LIGHT_REASON.expression(), count_state=rules.COUNT_STATE.expression())
        )

    def overdue(self, day: date):
        """Return the items whose light says overdue on ``day``, with their facts; only those past their
        deadline need be looked at."""
        return self.as_of(day).filter(deadline__lt=day, light_reason=rules.OVERDUE)

    def with_light(self, light: str):
        return self.filter(light_reason__in=rules.REASONS_OF[light])

    def _with_state(self, day):
        from tasklists.models import StateChange

        log = StateChange.objects.filter(item=OuterRef("pk"), on__lte=day).order_by("-on", "-id")
        return self.annotate(
            state=Coalesce(Subquery(log.values("state")[:1]), Value("open"), output_field=CharField()),
            state_on=Subquery(log.values("on")[:1]),
        )

    def _with_progress(self, day):
        from tasklists.models import Assignment, ProgressReport

        approved = ProgressReport.objects.approved(day).order_by("-period")
        latest = approved.filter(assignment=OuterRef("pk"))
        deciding = Assignment.objects.filter(item=OuterRef("pk"), decides=True).order_by()
        percents = deciding.values("item").annotate(
            least=Min(Coalesce(Subquery(latest.values("percent")[:1]), 0, output_field=IntegerField()))
        )
        moving = deciding.annotate(status=Subquery(latest.values("status")[:1])).filter(
            status__in=("under_way", "claimed")
        )
        newest = approved.filter(assignment__item=OuterRef("pk"), assignment__decides=True)
        return self.annotate(
            percent=Coalesce(Subquery(percents.values("least")), 0, output_field=IntegerField()),
            last_period=Coalesce(Subquery(newest.values("period")[:1]), Value(""), output_field=CharField()),
        ).alias(moving=_true_when(Exists(moving)), reported=_true_when(Q(last_period__gt="")))

    def _with_deadline(self, day, kinds):
        from tasklists.models import Extension

        if "extended" not in kinds:
            return self.annotate(deadline=F("due_on"))
        later = Extension.objects.filter(state="granted", decided_on__gt=day)
        replaced = later.filter(item=OuterRef("pk")).order_by("decided_on", "pk").values("old_due_on")[:1]
        return self.annotate(deadline=Coalesce(Subquery(replaced), F("due_on")))

    def _with_pace(self, day, kinds):
        from tasklists.models import Milestone

        today = Value(day)
        elapsed = DaysBetween(today, F("assigned_on"))
        linear = F("elapsed_days") * 100 / F("span_days")
        pace = linear
        if "milestones" in kinds:
            pace = Case(
                When(pk__in=Milestone.objects.order_by().values("item"), then=_pace_by_milestones(day)),
                default=linear,
                output_field=IntegerField(),
            )
        return (
            self.annotate(days_left=DaysBetween(F("deadline"), today))
            .alias(elapsed_days=elapsed, span_days=DaysBetween(F("deadline"), F("assigned_on")))
            .annotate(
                expected=Case(
                    When(Q(deadline__isnull=True) | Q(assigned_on__isnull=True), then=None),
                    When(elapsed_days__lte=0, then=0),
                    When(elapsed_days__gte=F("span_days"), then=100),
                    default=pace,
                    output_field=IntegerField(),
                ),
            )
            .alias(
                near_days=F("task_list__near_days"),
                lag_points=F("task_list__lag_points"),
                started=_true_when(Q(starts_on__lt=day) | Q(starts_on__isnull=True, assigned_on__lt=day)),
            )
            .annotate(lag=F("expected") - F("percent"))
        )

    def _with_answers(self, the, kinds):
        from tasklists.models import Assignment, ProgressReport

        not_done = not_completed(the.date, reopened="reopened" in kinds)
        still_open = Assignment.objects.filter(not_done, item=OuterRef("pk"), decides=True).order_by()
        return_stands = ProgressReport.objects.filter(
            Q(submitted_on__isnull=True)
            | Q(submitted_on__lt=F("returned_on"))
            | Q(submitted_on__gt=the.date)
            | Q(submitted_on=F("returned_on"), state="returned"),
            assignment=OuterRef("pk"),
            returned_on__lt=the.answer_cutoff,
        )
        handed_in = ProgressReport.objects.filter(
            assignment=OuterRef("pk"), period__gte=the.overdue_period, submitted_on__lte=the.date
        )
        latest = ProgressReport.objects.approved(the.date).filter(assignment=OuterRef("pk")).order_by("-period")
        months = still_open.values("item").annotate(
            least=Min(Coalesce(Subquery(latest.values("period")[:1]), Value(""), output_field=CharField()))
        )
        return self.alias(
            unanswered=_true_when(
                Exists(still_open.filter(Exists(return_stands)))
                | (_owed(rules.due_date(the.overdue_period), the.date) & Exists(still_open.filter(~Exists(handed_in))))
            ),
            reported_through=Coalesce(
                Subquery(months.values("least")), Value(the.last_full_period), output_field=CharField()
            ),
        ).alias(
            missed_period=_true_when(
                Q(reported_through__lt=the.last_full_period) & _owed(the.last_period_due_on, the.date)
            )
        )


def _owed(due: date, day: date) -> Q:
    """Items that owed the report due on ``due``: assigned by then, and not at rest until later."""
    from tasklists.models import StateChange

    reopened = StateChange.objects.filter(state="open", on__gt=due, on__lte=day).order_by().values("item")
    return Q(assigned_on__lte=due) & ~Q(pk__in=reopened)


def not_completed(day: date, *, reopened: bool) -> Q:
    """Parts that were not done on ``day``; the twin of ``rules.is_completed``. ``reopened``: see ``completed``."""
    return ~completed(day, reopened=True) if reopened else Q(completed_on__isnull=True) | Q(completed_on__gt=day)


def completed(day: date, *, reopened: bool) -> Q:
    """Parts that were done on ``day``. Before a task was reopened its approved claims still tell.

    ``reopened`` tells whether there is a task that was reopened after ``day``.
    """
    from tasklists.models import ProgressReport, StateChange

    done = Q(completed_on__isnull=False, completed_on__lte=day)
    if not reopened:
        return done
    reopenings = StateChange.objects.filter(state="open")
    between = reopenings.filter(item=OuterRef("assignment__item"), on__gte=OuterRef("approved_on"), on__lte=day)
    claims = ProgressReport.objects.approved(day).filter(~Exists(between), assignment=OuterRef("pk"), status="claimed")
    return done | Q(Exists(reopenings.filter(item=OuterRef("item"), on__gt=day)) & Exists(claims))


def with_facts(day: date) -> "TaskItemQuerySet":
    """Return all items, ``as_of(day)``, to be narrowed by ``visible_to`` and other filters.

    Putting its expressions together takes longer than many an answer: what one request built serves the next.
    """
    return _all_with_facts(rules.Day.of(day), frozenset(unusual(day)))


@lru_cache(maxsize=16)
def _all_with_facts(the, kinds):
    from tasklists.models import TaskItem

    return TaskItem.objects.get_queryset()._with_facts(the, kinds)


def unusual(day: date) -> set[str]:
    """Return which of these there are: deadlines "extended" after ``day``, "milestones", tasks "reopened" after it.

    One query, and once within a request: most days a query about tasks need not ask every row about them.
    """
    from tasklists.models import Extension, Milestone, StateChange

    memory, key = context.current.get().memory, f"unusual:{day}"
    if memory is not None and key in memory:
        return memory[key]
    extended = Extension.objects.filter(state="granted", decided_on__gt=day).order_by()
    reopened = StateChange.objects.filter(state="open", on__gt=day).order_by()
    kinds = [
        rows.values_list(Value(kind), flat=True)
        for kind, rows in (
            ("extended", extended),
            ("milestones", Milestone.objects.order_by()),
            ("reopened", reopened),
        )
    ]
    found = set(kinds[0].union(*kinds[1:]))
    if memory is not None:
        memory[key] = found
    return found


def _pace_by_milestones(day):
    """The expected pace between the milestones before and after ``day``, for items that have any."""
    from tasklists.models import Milestone

    inside = Milestone.objects.filter(
        item=OuterRef("pk"), due_on__gt=OuterRef("assigned_on"), due_on__lt=OuterRef("deadline")
    )
    before = inside.filter(due_on__lte=day).order_by("-due_on")
    after = inside.filter(due_on__gt=day).order_by("due_on")

    def nearest(rows, field, otherwise):
        return Coalesce(Subquery(rows.values(field)[:1]), otherwise)

    gone = DaysBetween(Value(day), nearest(before, "due_on", F("assigned_on")))
    left = DaysBetween(nearest(after, "due_on", F("deadline")), Value(day))
    done = nearest(before, "percent", Value(0)) * left + nearest(after, "percent", Value(100)) * gone
    return done / (gone + left)


def _true_when(condition) -> Case:
    """A boolean that is never null, so that it reads the same in SQL and in Python."""
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


class AssignmentQuerySet(ScopedQuerySet):
    def answering(self):
        """Return the parts that report: lead and responsible ones."""
        return self.filter(role__in=("lead", "responsible"))

    def counted(self, day: date):
        """Return the parts that count in an organisation's progress on ``day``, cancelled items left out."""
        return (
            self.answering()
            .filter(item__task_list__state="in_force", item__assigned_on__lte=day)
            .as_of(day)
            .exclude(item_state="cancelled")
        )

    def as_of(self, day: date):
        """Annotate item_state and whether this organisation's own part is done by ``day``."""
        from tasklists.models import StateChange

        log = StateChange.objects.filter(item=OuterRef("item"), on__lte=day).order_by("-on", "-id")
        return self.annotate(
            item_state=Coalesce(Subquery(log.values("state")[:1]), Value("open"), output_field=CharField())
        ).annotate(done=_true_when(Q(item_state="closed") | completed(day, reopened="reopened" in unusual(day))))

    def to_report(self, period: str, day: date):
        """Return the parts whose organisation still owes a report for ``period`` (nothing handed in, or returned)."""
        from tasklists.models import ProgressReport

        handed_in = ProgressReport.objects.filter(
            assignment=OuterRef("pk"), period=period, state__in=("submitted", "org_approved", "approved")
        )
        return self.counted(day).filter(item_state="open", completed_on__isnull=True).exclude(Exists(handed_in))


class ReportQuerySet(ScopedQuerySet):
    organisation_path = "assignment__organisation"

    def approved(self, day: date):
        """Return the reports that count on ``day``: approved by the office by then."""
        return self.filter(state="approved", approved_on__lte=day)


class SlipQuerySet(ScopedQuerySet):
    def visible_to(self, user):
        """An organisation sees the slips that were issued to it; proposals are the office's own."""
        rows = super().visible_to(user)
        return rows.exclude(state__in=("proposed", "dropped")) if user.role in SEES_OWN_ORGANISATION else rows

    def unanswered(self):
        return self.filter(state__in=("issued", "signed"))


class InstructionQuerySet(ScopedQuerySet):
    def unanswered(self):
        return self.filter(state="open")
