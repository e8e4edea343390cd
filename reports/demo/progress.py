"""Monthly reports of the demonstration's tasks, and the steps of each task's timeline."""

from datetime import timedelta

from common import periods
from common.models import PeriodLock
from reports.demo.calendar import LAST_LOCKED, LAST_ROUND, THIS_PERIOD, TODAY, month_days, working_day_from
from reports.demo.fates import CLOSED, NOT_STARTED, SUSPENDED, SUSPENDED_ON, WAITING
from tasklists.models import Assignment, ProgressReport, StateChange, TaskEvent
from tasklists.rules import REPORT_DUE_DAY

AHEAD_DAYS = 20  # a report tells where the task stands some weeks before the next one is due
State, Status, Outlook, Kind = (
    ProgressReport.State,
    ProgressReport.Status,
    ProgressReport.Outlook,
    TaskEvent.Kind,
)


class Writer:
    """Collects reports and timeline steps of every task, then writes them in bulk.

    ``people`` maps an organisation's short name to its (reporter, reviewer) accounts, where it has some.
    """

    def __init__(self, words, people, office, rng):
        self.words, self.people, self.office, self.rng = words, people, office, rng
        self.reports, self.events, self.changes = [], [], []
        self.last_text = {}  # by part: nobody writes the same sentence two months running

    def add_task(self, item, fate, parts):
        self.event(item, Kind.ASSIGNED, fate.assigned_on, by=self.office)
        for part in parts:
            if part.role == Assignment.Role.SUPPORTING:
                continue
            reporter, _ = self.people.get(part.organisation.short, (None, None))
            self.event(item, Kind.ACKNOWLEDGED, part.acknowledged_on, part.organisation, by=reporter)
            self.add_history(item, fate, part)
        if fate.kind == CLOSED:
            self.change(item, StateChange.State.CLOSED, fate.closed_on)
            self.event(item, Kind.CLOSED, fate.closed_on, by=self.office)
        elif fate.kind == SUSPENDED:
            self.change(item, StateChange.State.SUSPENDED, SUSPENDED_ON, self.words["suspended"])

    def add_history(self, item, fate, part):
        """Write one report per month from assignment to the part's end, the current month left out if still open."""
        ends_on = part.completed_on or fate.ends_on
        course = _course(fate, part, self.rng)
        last = min(periods.period_of(ends_on), THIS_PERIOD if part.completed_on else LAST_ROUND)
        first = periods.period_of(fate.assigned_on)
        if fate.assigned_on.day > REPORT_DUE_DAY:
            first = periods.shift(first, 1)
        previous = 0
        for period in periods.months_between(first, last):
            closing = part.completed_on is not None and period == last
            previous = 100 if closing else max(previous, course(period))
            self.add_report(item, fate, part, period, previous, closing)
            if closing and not part.decides:
                self.event(item, Kind.PART_COMPLETED, part.completed_on, part.organisation)

    def add_report(self, item, fate, part, period, percent, closing):
        submitted_on, approved_on = self.dates(period, part.completed_on if closing else None, part.acknowledged_on)
        report = ProgressReport(
            assignment=part,
            period=period,
            percent=percent,
            state=State.APPROVED,
            submitted_on=submitted_on,
            approved_on=approved_on,
            is_demo=True,
            **self.content(part, percent, closing),
        )
        if fate.kind == WAITING and period == LAST_ROUND and part.decides:
            report.state, report.approved_on = State.ORGANISATION_APPROVED, None
        self.sign(report, part)
        self.reports.append(report)
        self.steps(item, report, part)

    def dates(self, period, completed_on, assigned_on):
        """Return when a report was handed in and when the office approved it."""
        if completed_on is not None:
            earlier = month_days(period, last=completed_on.day)[-5:] or [completed_on]
            return max(assigned_on, earlier[0]), completed_on
        handed_in = self.rng.choice(month_days(period, 13, REPORT_DUE_DAY)[-5:])
        later = [day for day in month_days(period) if day > handed_in]
        return max(assigned_on, handed_in), max(assigned_on, self.rng.choice(later[2:6]))

    def content(self, part, percent, closing=False):
        """Return status, text, difficulty and outlook that go with a percentage."""
        rng, words = self.rng, self.words
        difficult = not closing and percent < 90 and rng.random() < 0.22
        if percent == 0:
            status, texts = Status.NOT_STARTED, words["not_started"]
        else:
            status = Status.CLAIMED if closing else Status.UNDER_WAY
            texts = words["texts"][next(band for band in words["texts"] if percent <= int(band))]
        text = rng.choice([text for text in texts if text != self.last_text.get(part)])
        self.last_text[part] = text
        return {
            "status": status,
            "text": text,
            "difficulty": rng.choice(words["difficulties"]) if difficult else "",
            "outlook": Outlook.AT_RISK if difficult else Outlook.ON_TIME,
        }

    def sign(self, report, part):
        """Put the demonstration accounts' names under the reports of their own organisations."""
        reporter, reviewer = self.people.get(part.organisation.short, (None, None))
        report.submitted_by = reporter if report.submitted_on else None
        if report.state in (State.ORGANISATION_APPROVED, State.APPROVED):
            report.organisation_reviewed_by = reviewer
        if report.state == State.APPROVED:
            report.approved_by = self.office

    def steps(self, item, report, part):
        """Write the timeline of one report as far as it has come."""
        add = lambda kind, on, by, text="": self.event(  # noqa: E731
            item, kind, on, part.organisation, by=by, report=report, text=text
        )
        if report.submitted_on:
            add(Kind.SUBMITTED, report.submitted_on, report.submitted_by, report.text)
        if report.state in (State.ORGANISATION_APPROVED, State.APPROVED):
            next_day = working_day_from(report.submitted_on + timedelta(days=1))
            reviewed_on = min(next_day, report.approved_on or TODAY)
            add(Kind.ORGANISATION_APPROVED, reviewed_on, report.organisation_reviewed_by)
        if report.state == State.APPROVED:
            add(Kind.APPROVED, report.approved_on, self.office)
        if report.state == State.RETURNED:
            add(Kind.RETURNED, report.returned_on, self.office, report.return_reason)

    def event(self, item, kind, on, organisation=None, *, by=None, report=None, text=""):
        self.events.append(
            TaskEvent(
                item=item,
                kind=kind,
                on=on,
                organisation=organisation,
                by=by,
                report=report,
                period=report.period if report else "",
                text=text,
                is_demo=True,
            )
        )

    def change(self, item, state, on, reason=""):
        self.changes.append(StateChange(item=item, state=state, on=on, reason=reason, by=self.office))

    def save(self):
        ProgressReport.objects.bulk_create(self.reports, batch_size=2000)
        StateChange.objects.bulk_create(self.changes)
        self.events.sort(key=lambda event: event.on)
        TaskEvent.objects.bulk_create(self.events, batch_size=2000)


def _course(fate, part, rng):
    """Return a function from a period to the percentage its report states: near the linear pace, never falling."""
    ends_on = part.completed_on or fate.ends_on
    if fate.kind == NOT_STARTED:
        return lambda period: 0
    reached = 100 if part.completed_on else fate.percent if part.decides else max(3, fate.percent - rng.randrange(9))
    days = max(1, (ends_on - fate.assigned_on).days)
    bend = rng.uniform(0.9, 1.05)

    def percent(period):
        told_of = periods.first_day(period) + timedelta(days=REPORT_DUE_DAY + AHEAD_DAYS)
        share = min(1, max(0.02, (told_of - fate.assigned_on).days / days))
        return min(95 if part.completed_on else reached, round(reached * share**bend))

    return percent


def lock_months():
    """Lock every month whose round is over."""
    months = periods.months_between("2023-01", LAST_LOCKED)
    PeriodLock.objects.bulk_create(
        PeriodLock(
            area="tasks", period=month, locked_on=periods.first_day(periods.shift(month, 1)) + timedelta(days=4)
        )
        for month in months
    )
