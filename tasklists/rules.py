"""The rules of supervision: expected pace, lights, counting. Declared once, used in Python and in SQL.

The facts that the rules read are computed twice, by ``facts_of`` from loaded rows and by
``TaskItemQuerySet.as_of`` in the database; a parity test holds both together.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, F, IntegerField, Q, When

from common import lights, periods
from common.rules import OrderedRule

REPORT_DUE_DAY = 20  # a month's report is due on this day of the month
ANSWER_WORKING_DAYS = 5

CLOSED, HALTED, OVERDUE, UNANSWERED = "closed", "halted", "overdue", "unanswered"
NEAR, BEHIND, UNREPORTED, NORMAL = "near", "behind", "unreported", "normal"

# First rule that fits; thresholds near_days and lag_points belong to the list.
LIGHT_REASON = OrderedRule(
    conditions=(
        (CLOSED, Q(state="closed")),
        (HALTED, Q(state__in=("cancelled", "suspended"))),
        (OVERDUE, Q(days_left__lt=0)),
        (UNANSWERED, Q(unanswered=True)),
        (NEAR, Q(days_left__lte=F("near_days"))),
        (BEHIND, Q(lag__gte=F("lag_points"))),
        (UNREPORTED, Q(missed_period=True)),
    ),
    default=NORMAL,
)

LIGHT_OF = {
    CLOSED: lights.BLUE,
    HALTED: lights.GREY,
    OVERDUE: lights.RED,
    UNANSWERED: lights.RED,
    NEAR: lights.YELLOW,
    BEHIND: lights.YELLOW,
    UNREPORTED: lights.YELLOW,
    NORMAL: lights.GREEN,
}
REASON_WORDS = {
    CLOSED: "已销号",
    HALTED: "中止",
    OVERDUE: "逾期",
    UNANSWERED: "逾期未报",
    NEAR: "临期",
    BEHIND: "滞后",
    UNREPORTED: "未报",
    NORMAL: "正常",
}
REASONS_OF = {light: tuple(reason for reason, shown in LIGHT_OF.items() if shown == light) for light in lights.WORDS}

# 正在推进 is every assigned item neither closed nor cancelled; 未启动 is a part of it.
COUNT_STATE = OrderedRule(
    conditions=(
        ("closed", Q(state="closed")),
        ("cancelled", Q(state="cancelled")),
        ("not_started", Q(reported=True, moving=False)),
        ("not_started", Q(reported=False, started=True)),
    ),
    default="under_way",
)
COUNT_WORDS = {"closed": "已完成", "cancelled": "已取消", "not_started": "未启动", "under_way": "正在推进"}


@dataclass(frozen=True)
class Day:
    """What a rule needs to know of the as-of date, worked out once.

    What was asked for before ``answer_cutoff`` has had its five working days; ``overdue_period`` is the
    last month whose report was due before it.
    """

    date: date
    last_full_period: str
    last_period_due_on: date
    answer_cutoff: date
    overdue_period: str

    @classmethod
    def of(cls, day: date) -> "Day":
        last_full = periods.last_full_period(day)
        cutoff = periods.working_days_before(day, ANSWER_WORKING_DAYS)
        this = periods.period_of(cutoff)
        overdue = this if due_date(this) < cutoff else periods.shift(this, -1)
        return cls(day, last_full, due_date(last_full), cutoff, overdue)


def light_order() -> Case:
    """Return the sort key of ``light_reason``: the more pressing, the smaller."""
    ranks = enumerate(reversed(lights.SEVERITY))
    return Case(
        *(When(light_reason__in=REASONS_OF[light], then=rank) for rank, light in ranks), output_field=IntegerField()
    )


def due_date(period: str) -> date:
    """Return the day on which the month's report is due."""
    return periods.first_day(period) + timedelta(days=REPORT_DUE_DAY - 1)


def expected_percent(assigned_on: date | None, due_on: date | None, day: date, milestones=()) -> int | None:
    """Return the expected pace (序时进度) in whole percent, rounded down.

    It runs straight from assignment (0) to deadline (100), by way of the milestones that lie between. None
    without a deadline. Whole percents lose nothing: reports and thresholds are whole too.
    """
    if assigned_on is None or due_on is None:
        return None
    if day <= assigned_on:
        return 0
    if day >= due_on:
        return 100
    between = sorted((m.due_on, m.percent) for m in milestones if assigned_on < m.due_on < due_on)
    points = [(assigned_on, 0), *between, (due_on, 100)]
    start, start_percent = max(point for point in points if point[0] <= day)
    end, end_percent = min(point for point in points if point[0] > day)
    gone, left = (day - start).days, (end - day).days
    return (start_percent * left + end_percent * gone) // (gone + left)


def deadline_on(item, extensions, day: date) -> date | None:
    """Return the deadline that stood on ``day``: what the first extension granted after it replaced."""
    later = [e for e in extensions if e.state == "granted" and e.decided_on > day]
    return min(later, key=lambda e: (e.decided_on, e.pk)).old_due_on if later else item.due_on


def decide_light(facts) -> tuple[str, str]:
    """Return (light, reason) for one item's facts."""
    reason = LIGHT_REASON.decide(facts)
    return LIGHT_OF[reason], reason


def facts_of(item, *, assignments, reports, changes, day: date, milestones=(), extensions=()) -> dict:
    """Return the facts of one item as of ``day`` from its loaded rows.

    ``assignments``, ``reports`` (of those assignments), ``changes`` (state log), ``milestones`` and
    ``extensions`` are plain lists of all the item's rows; this is the twin of ``TaskItemQuerySet.as_of``.
    """
    the = Day.of(day)
    deciding = [a for a in assignments if a.decides]
    still_open = [a for a in deciding if not is_completed(a, reports, changes, day)]
    deadline = deadline_on(item, extensions, day)
    log = sorted((c for c in changes if c.on <= day), key=lambda c: (c.on, c.pk))
    latest = {}
    for report in sorted(reports, key=lambda r: r.period):
        if report.state == "approved" and report.approved_on <= day:
            latest[report.assignment_id] = report
    of_deciding = [latest.get(a.pk) for a in deciding]
    known = [r for r in of_deciding if r]
    reported_through = min(
        (latest[a.pk].period if a.pk in latest else "" for a in still_open), default=the.last_full_period
    )
    expected = expected_percent(item.assigned_on, deadline, day, milestones)
    percent = min((r.percent if r else 0 for r in of_deciding), default=0)
    start = item.starts_on or item.assigned_on
    return {
        "state": log[-1].state if log else "open",
        "state_on": log[-1].on if log else None,
        "deadline": deadline,
        "days_left": (deadline - day).days if deadline else None,
        "percent": percent,
        "expected": expected,
        "lag": None if expected is None else expected - percent,
        "last_period": max((r.period for r in known), default=""),
        "reported": bool(known),
        "moving": any(r.status != "not_started" for r in known),
        "started": start is not None and start < day,
        "missed_period": reported_through < the.last_full_period and _owed(item, changes, the.last_period_due_on, day),
        "unanswered": _unanswered(item, still_open, reports, changes, the),
        "near_days": item.task_list.near_days,
        "lag_points": item.task_list.lag_points,
    }


SAME_TEXT_PERIODS = 3


def report_hints(report, *, earlier, deadline: date | None) -> list[str]:
    """Return what the office should look at twice in a report, each in one sentence; no judgement.

    ``earlier`` are the part's approved reports of earlier months, newest first. Looked for: all done on the very
    day of the deadline, progress that goes backward, the same text for three periods running.
    """
    hints = []
    before = earlier[0] if earlier else None
    if report.percent == 100 and report.submitted_on == deadline and (before is None or before.percent < 100):
        was = f"，上期 {before.percent}%" if before else ""
        hints.append(f"到期当天报完成 100%{was}。")
    if before and report.percent < before.percent:
        hints.append(f"进度后退：本期 {report.percent}%，{before.period} 为 {before.percent}%。")
    texts = ["".join(r.text.split()) for r in (report, *earlier[: SAME_TEXT_PERIODS - 1])]
    if len(texts) == SAME_TEXT_PERIODS and texts[0] and len(set(texts)) == 1:
        hints.append(f"连续 {SAME_TEXT_PERIODS} 期文字相同。")
    return hints


def is_completed(assignment, reports, changes, day: date) -> bool:
    """Tell whether the part was done on ``day``.

    Reopening a task takes its parts' completion away; on the days before it, the approved claim still tells.
    """
    if assignment.completed_on is not None and assignment.completed_on <= day:
        return True
    reopenings = [c.on for c in changes if c.state == "open"]
    if not any(on > day for on in reopenings):
        return False
    claims = (
        r.approved_on
        for r in reports
        if r.assignment_id == assignment.pk and r.state == "approved" and r.status == "claimed"
    )
    return any(approved <= day and not any(approved <= on <= day for on in reopenings) for approved in claims)


def _owed(item, changes, due: date, day: date) -> bool:
    """Whether the item owed the report due on ``due``: assigned by then, and not at rest until later."""
    if item.assigned_on is None or item.assigned_on > due:
        return False
    return not any(c.state == "open" and due < c.on <= day for c in changes)


def _unanswered(item, still_open, reports, changes, the: Day) -> bool:
    """A report returned, or due, more than five working days ago and not handed in since."""
    owing = {a.pk for a in still_open}
    mine = [r for r in reports if r.assignment_id in owing]
    if any(_return_stands(r, the) for r in mine):
        return True
    if not _owed(item, changes, due_date(the.overdue_period), the.date):
        return False
    handed_in = {
        r.assignment_id
        for r in mine
        if r.period >= the.overdue_period and r.submitted_on is not None and r.submitted_on <= the.date
    }
    return bool(owing - handed_in)


def _return_stands(report, the: Day) -> bool:
    if report.returned_on is None or report.returned_on >= the.answer_cutoff:
        return False
    if report.submitted_on is None or report.submitted_on < report.returned_on:
        return True
    if report.submitted_on > the.date:
        return True
    return report.submitted_on == report.returned_on and report.state == "returned"
