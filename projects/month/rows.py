"""The rows of a county's month of money, with what stood before, and the sums at the foot."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from common import periods
from common.amounts import grouped, in_yi
from common.remember import remembered
from projects.models import MoneyEntry, MonthLine, Project
from projects.money_forms import VOUCHER_KINDS
from projects.money_page import sums_by_project
from projects.month.standing import Month, is_nothing, is_stated, lacks, months_of

SHOWN_MONTHS = 3
HEADINGS = {"open": "", "handed_in": "已申报", "closed": "本月不能申报"}
STATES = ("empty", "saved", "partial", "returned", "corrected", "handed_in", "closed")


@dataclass
class MonthRow:
    """One project's row. ``state`` opens it: one of STATES; ``closed`` says why nothing can be filled in.

    Amounts in 万元; ``before`` is last month's, None where nothing was reported, 0 where 无新增 was.
    """

    project: Project
    state: str
    closed: str
    line: MonthLine | None
    entries: list[MoneyEntry]
    returned: MoneyEntry | None
    verified: Decimal
    waiting: Decimal
    before: Decimal | None

    @property
    def claimed(self) -> Decimal | None:
        """What was claimed for the month; 0 where 无新增 was handed in, None where nothing was."""
        rows = [row for row in self.entries if row.state != "returned"]
        if rows:
            return sum((row.amount for row in rows), Decimal(0))
        return Decimal(0) if is_stated(self.line) else None

    @property
    def lacks(self) -> str:
        return lacks(self.line) if self.line else ""

    @property
    def cells(self) -> dict:
        """What stands in the cells."""
        return cells_of(self.line or self.returned)

    @property
    def voucher_kinds(self) -> list[str]:
        """What can be chosen: the usual kinds, and the one that stands there."""
        own = self.cells["voucher_kind"]
        return [*VOUCHER_KINDS, *([own] if own and own not in VOUCHER_KINDS else [])]

    @property
    def shown(self) -> str:
        return shown(self.line or self.returned)

    @property
    def files(self) -> int:
        return files_of(self.line or self.returned)


def cells_of(row: MonthLine | MoneyEntry | None) -> dict:
    """Return the cells of a line, or of a returned claim; amounts with thousands set apart."""
    names = ("voucher_kind", "voucher_number", "note")
    if row is None:
        return dict.fromkeys(("amount", *names), "")
    return {"amount": grouped(row.amount)} | {name: getattr(row, name, "") for name in names}


def shown(row: MonthLine | MoneyEntry | None) -> str:
    """Return how the amount was understood, in the larger unit; 无新增 for 0."""
    if row is None:
        return ""
    return "无新增" if row.amount == 0 else f"= {in_yi(row.amount, 6)} 亿元"


def files_of(row) -> int:
    return 1 if getattr(row, "voucher_file_id", None) else 0


def rows_of(month: Month) -> list[MonthRow]:
    """Return the month's rows, to be filled in first, then by code; two queries beyond the month's own."""
    last = periods.shift(month.period, -1)
    sums = sums_by_project(month.model, month.projects)
    stated = set(
        MonthLine.objects.filter(
            kind=month.kind, month=last, stated_on__isnull=False, project__in=month.projects
        ).values_list("project_id", flat=True)
    )
    rows = [_row(month, pk, sums[pk], last, stated) for pk in month.projects]
    order = list(HEADINGS)
    return sorted(rows, key=lambda row: order.index(section_of(row)))


def section_of(row: MonthRow) -> str:
    return row.state if row.state in HEADINGS else "open"


def _row(month, pk, sums, last, stated) -> MonthRow:
    return MonthRow(
        project=month.projects[pk],
        state=state_of(month, pk),
        closed=month.why_closed(pk),
        line=month.lines.get(pk),
        entries=month.entries.get(pk, []),
        returned=month.returned(pk),
        verified=sums["verified"],
        waiting=sums["waiting"],
        before=sums["months"].get(last, Decimal(0) if pk in stated else None),
    )


def state_of(month: Month, pk: int) -> str:
    """Return one of STATES for a project of the month."""
    line, returned, closed = month.lines.get(pk), month.returned(pk), month.why_closed(pk)
    claimed = month.claimed(pk)
    if is_stated(line) or (claimed and line is None):
        return "handed_in"
    if closed:
        return "closed"
    if line is None:
        return "returned" if returned else "empty"
    if lacks(line):
        return "partial"
    return "corrected" if returned else "saved"


def totals(rows: list[MonthRow]) -> dict:
    """Return the sums of all rows; ``claimed`` is the month's without what still stands in lines."""
    return {
        "agreed": sum((row.project.total_investment or Decimal(0) for row in rows), Decimal(0)),
        "verified": sum((row.verified for row in rows), Decimal(0)),
        "waiting": sum((row.waiting for row in rows), Decimal(0)),
        "before": sum((row.before or Decimal(0) for row in rows), Decimal(0)),
        "claimed": sum((row.claimed or Decimal(0) for row in rows), Decimal(0)),
        "drafts": sum((row.line.amount for row in rows if row.line and section_of(row) == "open"), Decimal(0)),
        "nothing": sum(is_nothing(row.line) for row in rows),
    }


def unreported(rows: list[MonthRow]) -> int:
    """Return how many projects' month was not handed in yet."""
    return sum(section_of(row) == "open" for row in rows)


def waiting_months(organisation_id: int, today: date) -> list[dict]:
    """Return what the county still has to hand in of the last month and this, per kind of money where something is;
    counted once per state of the data."""
    return remembered(f"months-of-money:{organisation_id}:{today}", lambda: _waiting_months(organisation_id, today))


def _waiting_months(organisation_id, today):
    this = periods.period_of(today)
    found = []
    for kind, label in MonthLine.Kind.choices:
        for month in months_of(
            organisation_id=organisation_id, kind=kind, months=[periods.shift(this, -1), this], today=today
        ):
            left = sum(state_of(month, pk) not in ("handed_in", "closed") for pk in month.projects)
            if left:
                number = f"{int(month.period[5:])}月"
                found.append({"kind": kind, "label": label, "period": month.period, "month": number, "left": left})
    return found
