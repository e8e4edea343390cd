"""The round open on the business date: some approved, some waiting, some returned, many to be entered."""

from datetime import date

from django.conf import settings

from common.files import write_file
from reports.demo.calendar import THIS_PERIOD
from reports.demo.fates import GREEN, NEAR, NOT_STARTED, WAITING
from tasklists.evidence import path_of
from tasklists.models import Assignment, Evidence, ProgressReport

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
EVIDENCE_NAME = "办结情况说明（示例）.docx"


def add_december(writer, tasks):
    """Add the reports of the open round to ``writer``; return the claims of completion that await the office.

    ``tasks`` are (item, fate, parts) of every open task.
    """
    owing = [
        (item, fate, part)
        for item, fate, parts in tasks
        for part in parts
        if part.role != Assignment.Role.SUPPORTING
        and part.completed_on is None
        and not (part.decides and fate.kind in UNTOUCHED)
    ]
    at_accounts = {short: list(AT_ACCOUNTS) for short in writer.people}
    claims, returned = [], 0
    for item, fate, part in owing:
        short = part.organisation.short
        if short in at_accounts:
            queue = at_accounts[short]
            state = queue.pop(0) if queue else None
        elif len(claims) < CLAIMS and part.decides and fate.kind in (GREEN, NEAR) and fate.percent >= 88:
            claims.append(_add(writer, item, fate, part, State.ORGANISATION_APPROVED, claims=True))
            continue
        elif returned < RETURNED_ELSEWHERE and part.decides and writer.rng.random() < 0.1:
            returned, state = returned + 1, State.RETURNED
        else:
            state = writer.rng.choice(ELSEWHERE)
        if state:
            _add(writer, item, fate, part, state)
    return claims


def _add(writer, item, fate, part, state, claims=False):
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
        **writer.content(part, percent, claims),
    )
    if state == State.RETURNED:
        report.returned_on = rng.choice(RETURNED_ON)
        report.return_reason = rng.choice(writer.words["returns"])
    writer.sign(report, part)
    writer.reports.append(report)
    writer.steps(item, report, part)
    return report


def add_evidence(claims, office):
    """Put the shipped sample file to each claim, since no claim is verified without evidence."""
    content = (settings.SHIPPED_DATA / "demo" / "evidence.docx").read_bytes()
    for report in claims:
        stored = f"evidence/demo/{report.pk}.docx"
        digest = write_file(path_of(stored), content)
        Evidence.objects.create(
            report=report, name=EVIDENCE_NAME, path=stored, size=len(content), sha256=digest, uploaded_by=office
        )
