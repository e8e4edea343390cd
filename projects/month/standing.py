"""What is known of a county's month of one kind of money, for all its projects in a constant number of queries."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from common import periods
from projects.entries import KINDS
from projects.entry_facts import books, project_facts
from projects.entry_rules import Books, ProjectFacts, month_refusal, stage_refusal
from projects.models import MoneyEntry, MonthLine, Project

State = MoneyEntry.State


@dataclass(frozen=True)
class Month:
    """A county's month. ``entries`` are its claimed rows by project, ``lines`` what is being filled in."""

    kind: str
    period: str
    today: date
    projects: dict[int, Project]
    facts: dict[int, ProjectFacts]
    entries: dict[int, list[MoneyEntry]]
    lines: dict[int, MonthLine]
    books: Books

    @property
    def model(self):
        return KINDS[self.kind]

    def returned(self, pk: int) -> MoneyEntry | None:
        """Return the month's only claim of the project when it was sent back: it is corrected in the grid."""
        rows = self.entries.get(pk, [])
        only = rows[0] if len(rows) == 1 else None
        return only if only and only.state == State.RETURNED and not only.reverses_id else None

    def claimed(self, pk: int) -> list[MoneyEntry]:
        return [row for row in self.entries.get(pk, []) if row.state != State.RETURNED]

    def why_closed(self, pk: int) -> str:
        """Return why nothing can be filled in for the project; empty when something can."""
        facts, rows = self.facts[pk], self.entries.get(pk, [])
        refusal = month_refusal(self.period, facts, self.books) or stage_refusal(facts)
        if refusal:
            return refusal.message
        if any(row.state == State.RETURNED for row in rows) and self.returned(pk) is None:
            return f"本月有 {len(rows)} 笔申报，其中有退回的，请逐笔处理。"
        total = facts.total_investment
        if total is not None and facts.entered >= total:
            return "已申报的金额已达到签约总投资。"
        return ""


def month_of(*, organisation_id, kind: str, period: str, today: date, only=None, hold: bool = False) -> Month:
    """Return the month of a county's projects that were signed by then and are not lost; of ``only`` where given.

    With ``hold`` its lines are held until the commit.
    """
    (month,) = months_of(
        organisation_id=organisation_id, kind=kind, months=[period], today=today, only=only, hold=hold
    )
    return month


def months_of(*, organisation_id, kind: str, months: list[str], today: date, only=None, hold=False) -> list[Month]:
    """Return several months in the queries of one."""
    model = KINDS[kind]
    rows = Project.objects.filter(county=organisation_id).order_by("code", "pk")
    if only is not None:
        rows = rows.filter(pk__in=only)
    projects = {project.pk: project for project in rows}
    facts = project_facts(model, projects, on=today)
    own = {"project__county": organisation_id, "month__in": months}
    entries, lines = defaultdict(lambda: defaultdict(list)), defaultdict(dict)
    for entry in model.objects.filter(**own).order_by("pk"):
        entries[entry.month][entry.project_id].append(entry)
    held = MonthLine.objects.select_for_update(of=("self",)) if hold else MonthLine.objects
    for line in held.filter(kind=kind, **own).select_related("voucher_file"):
        lines[line.month][line.project_id] = line
    shared = books(on=today)
    return [
        Month(
            kind=kind,
            period=period,
            today=today,
            projects={pk: project for pk, project in projects.items() if _is_live(facts[pk], period)},
            facts=facts,
            entries=entries[period],
            lines=lines[period],
            books=shared,
        )
        for period in months
    ]


def _is_live(facts: ProjectFacts, period: str) -> bool:
    """A project lost or not signed by the end of the month has no money to report in it."""
    return stage_refusal(facts) is None and facts.signed_on <= periods.last_day(period)


def is_nothing(line: MonthLine | None) -> bool:
    return line is not None and line.amount == Decimal(0)


def is_stated(line: MonthLine | None) -> bool:
    """Whether 无新增 was handed in."""
    return line is not None and line.stated_on is not None


def lacking(line: MonthLine) -> list[tuple[str, str]]:
    """Return the (field, word) that a line still lacks before it can be handed in."""
    if line.kind != MonthLine.Kind.FUNDS or is_nothing(line):
        return []
    known = {
        "voucher_kind": ("凭证种类", line.voucher_kind),
        "voucher_number": ("凭证号", line.voucher_number),
        "voucher_file": ("凭证文件", line.voucher_file_id),
    }
    return [(field, word) for field, (word, value) in known.items() if not value]


def lacks(line: MonthLine) -> str:
    """Return what the line still lacks as a sentence; empty when nothing."""
    words = "、".join(word for _, word in lacking(line))
    return f"还缺{words}，补齐后才能提交。" if words else ""
