"""The round open on the business date: some approved, some waiting, some returned, many to be entered."""

from datetime import date

from reports.demo.calendar import THIS_PERIOD
from reports.demo.fates import GREEN, NEAR, NOT_STARTED, WAITING
from tasklists.models import Assignment, ProgressReport

State, Status = ProgressReport.State, ProgressReport.Status
HANDED_IN = (date(2023, 12, 5), date(2023, 12, 6), date(2023, 12, 7), date(2023, 12, 8))
APPROVED_ON = (date(2023, 12, 11), date(2023, 12, 12), date(2023, 12, 13))
RETURNED_ON = (date(2023, 12, 11), date(2023, 12, 12))
CLAIMS = 5
UNTOUCHED = (NOT_STARTED, WAITING)  # no December report yet
# The course of the round elsewhere, drawn at random, and at the organisations of the demonstration accounts.
ELSEWHERE = (
    [None] * 8 + [State.APPROVED] * 6 + [State.SUBMITTED] * 3 + [State.ORGANISATION_APPROVED] * 2 + [State.DRAFT]
)
AT_ACCOUNTS = (
    [None] * 3
    + [State.SUBMITTED] * 3
    + [State.RETURNED, None, State.ORGANISATION_APPROVED, State.APPROVED, State.DRAFT, None]
)
RETURNED_ELSEWHERE = 4


def add_december(writer, tasks):
    """Add the reports of the open round to ``writer``. ``tasks`` are (item, fate, parts) of every open task."""
    owing = [
        (item, fate, part)
        for item, fate, parts in tasks
        for part in parts
        if part.role != Assignment.Role.SUPPORTING
        and part.completed_on is None
        and not (part.decides and fate.kind in UNTOUCHED)
    ]
    at_accounts = {short: list(AT_ACCOUNTS) for short in writer.people}
    claimed = returned = 0
    for item, fate, part in owing:
        short = part.organisation.short
        if short in at_accounts:
            queue = at_accounts[short]
            state, claims = (queue.pop(0) if queue else None), False
        elif claimed < CLAIMS and part.decides and fate.kind in (GREEN, NEAR) and fate.percent >= 88:
            claimed, state, claims = claimed + 1, State.ORGANISATION_APPROVED, True
        elif returned < RETURNED_ELSEWHERE and part.decides and writer.rng.random() < 0.1:
            returned, state, claims = returned + 1, State.RETURNED, False
        else:
            state, claims = writer.rng.choice(ELSEWHERE), False
        if state:
            _add(writer, item, fate, part, state, claims)


def _add(writer, item, fate, part, state, claims):
    rng = writer.rng
    percent = 100 if claims else fate.percent
    report = ProgressReport(
        assignment=part,
        period=THIS_PERIOD,
        percent=percent,
        state=state,
        submitted_on=None if state == State.DRAFT else rng.choice(HANDED_IN),
        approved_on=rng.choice(APPROVED_ON) if state == State.APPROVED else None,
        is_demo=True,
        **writer.content(percent, claims),
    )
    if state == State.RETURNED:
        report.returned_on = rng.choice(RETURNED_ON)
        report.return_reason = rng.choice(writer.words["returns"])
    writer.sign(report, part)
    writer.reports.append(report)
    writer.steps(item, report, part)
