"""Memoranda: whose each clause is, how far it was on a day, what comes next.

A clause without any report is neither done nor not started: its progress is not known. What was published only
as a number of fields or aspects, without their text, is not known either.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from accounts.models import Organisation
from accounts.permissions import COORDINATOR, may
from common import audit
from common.errors import UserError
from common.versions import save_over
from projects.models import ClauseProgress, Memorandum, MemorandumClause

State = ClauseProgress.State
UNREPORTED = "unreported"
WORDS = {State.DONE: "已落实", State.UNDER_WAY: "推进中", State.NOT_STARTED: "未启动", UNREPORTED: "未报进展"}
TONES = {State.DONE: "g", State.UNDER_WAY: "b", State.NOT_STARTED: "y", UNREPORTED: ""}
TEXT = 300


@dataclass(frozen=True)
class ClauseNow:
    """A clause as it was on a day; ``newest`` is None where nothing had been reported."""

    clause: MemorandumClause
    newest: ClauseProgress | None
    as_of: date

    @property
    def state(self) -> str:
        return self.newest.state if self.newest else UNREPORTED

    @property
    def word(self) -> str:
        return WORDS[self.state]

    @property
    def tone(self) -> str:
        return TONES[self.state]

    @property
    def is_late(self) -> bool:
        return bool(self.clause.due_on and self.clause.due_on < self.as_of and self.state != State.DONE)


def clauses_now(clauses, as_of: date) -> list[ClauseNow]:
    """Return the clauses with their newest report by the date; two queries at most."""
    clauses = list(clauses)
    newest = {}
    rows = ClauseProgress.objects.filter(clause__in=clauses, on__lte=as_of).select_related("by").order_by("on", "pk")
    for row in rows:
        newest[row.clause_id] = row
    return [ClauseNow(clause, newest.get(clause.pk), as_of) for clause in clauses]


def counted(found: list[ClauseNow]) -> list[tuple[str, int]]:
    """Return how many clauses stand in each state, in the order of WORDS."""
    counts = Counter(now.state for now in found)
    return [(word, counts[state]) for state, word in WORDS.items()]


def published_words(memorandum: Memorandum, listed: int) -> str:
    """Return how the clauses listed here stand to the numbers that were published."""
    numbers = [
        f"{count} 个{word}"
        for count, word in ((memorandum.field_count, "领域"), (memorandum.aspect_count, "方面"))
        if count is not None
    ]
    if not numbers:
        return (
            f"公开资料没有公布事项数，台账列出 {listed} 项。"
            if listed
            else "公开资料没有公布事项数，也未列出具体事项。"
        )
    total = max(count for count in (memorandum.field_count, memorandum.aspect_count) if count is not None)
    if listed >= total:
        return f"公布 {'、'.join(numbers)}，台账列出 {listed} 项。"
    rest = "其余事项公开资料未列出，进展不详" if listed else "具体事项公开资料未列出，进展不详"
    return f"公布 {'、'.join(numbers)}，台账列出 {listed} 项；{rest}。"


def may_report(user, clause: MemorandumClause) -> bool:
    """The owning organisation reports on its clause; the office may for those without one."""
    own = may(user, "report") and clause.owner_id is not None and user.organisation_id == clause.owner_id
    return own or (user.is_active and user.role == COORDINATOR)


@transaction.atomic
def plan_clause(
    *, clause: MemorandumClause, owner: Organisation | None, due_on: date | None, next_step: str, version: int, by
) -> MemorandumClause:
    """Set whose a clause is, until when and what comes next. Raises StaleVersion over a newer one."""
    if not may(by, "supervise"):
        raise UserError("责任单位、时限和下一步由协调办填写。")
    next_step = _checked(next_step, "next_step")
    signed = clause.memorandum.signed_on
    if due_on and signed and due_on < signed:
        raise UserError(f"完成时限不能早于协议签署日期（{signed}）。", field="due_on")
    before = {"owner": str(clause.owner or ""), "due_on": clause.due_on, "next_step": clause.next_step}
    after = {"owner": str(owner or ""), "due_on": due_on, "next_step": next_step}
    if before == after:
        return clause
    clause = save_over(clause, version=version, owner=owner, due_on=due_on, next_step=next_step)
    audit.record(by=by, action="安排协议事项", target=clause, before=before, after=after)
    return clause


@transaction.atomic
def report_progress(*, clause: MemorandumClause, state: str, text: str, by, on: date) -> ClauseProgress:
    """Write how far the clause is today; the same report posted again is the same row."""
    if not may_report(by, clause):
        raise UserError("进展由责任单位填报员填写。")
    if state not in State.values:
        raise UserError("请选择状态。", field="state")
    text = _checked(text, "text")
    if not text:
        raise UserError("请写进展。", field="text")
    MemorandumClause.objects.select_for_update().get(pk=clause.pk)
    last = clause.progress.order_by("-on", "-pk").first()
    if last and (last.on, last.state, last.text, last.by_id) == (on, state, text, by.pk):
        return last
    row = ClauseProgress.objects.create(clause=clause, on=on, state=state, text=text, by=by)
    audit.record(by=by, action="填写协议事项进展", target=clause, after={"on": on, "state": state, "text": text})
    return row


def _checked(text, field) -> str:
    text = text.replace("\r\n", "\n").strip()
    if len(text) > TEXT:
        raise UserError(f"最多 {TEXT} 字，现有 {len(text)} 字。", field=field)
    return text
