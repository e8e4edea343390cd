"""The grid of one organisation and period: its rows with what stood before, and the periods one can turn to."""

from dataclasses import dataclass
from datetime import date

from accounts.models import Organisation
from common import periods as calendar
from common.amounts import trim
from indicators import collecting, entering, values
from indicators.models import Indicator, Observation

SHOWN_PERIODS = {"month": 3, "quarter": 2, "year": 2}


@dataclass
class GridRow:
    """One row. ``state`` opens it: empty, saved, returned, corrected, handed_in or closed (``closed`` says why)."""

    key: str
    indicator: Indicator
    member: str
    current: Observation | None
    before: Observation | None
    last_year: Observation | None
    state: str
    closed: str
    due_on: date

    @property
    def is_ratio(self) -> bool:
        return collecting.is_ratio(self.indicator)

    @property
    def cells(self) -> dict:
        """What stands in the cells, numbers without trailing zeros."""
        return cells_of(self.current)

    @property
    def shown(self) -> str:
        """The value as it counts; – where there is none."""
        return shown(self.indicator, self.current and self.current.value)

    @property
    def shown_before(self) -> str:
        return shown(self.indicator, self.before and self.before.value)

    @property
    def shown_last_year(self) -> str:
        return shown(self.indicator, self.last_year and self.last_year.value)

    @property
    def state_word(self) -> str:
        return entering.state_word(self.current) if self.current else ""


def cells_of(observation: Observation | None) -> dict:
    if observation is None:
        return dict.fromkeys(entering.COLUMNS, "")
    numbers = {name: getattr(observation, name) for name in ("value", "numerator", "denominator")}
    return {name: "" if n is None else trim(n) for name, n in numbers.items()} | {"note": observation.note}


def shown(indicator: Indicator, value) -> str:
    return "–" if value is None else trim(values.rounded(value, indicator.decimals))


def grid_rows(organisation: Organisation, period: str, day: date) -> list[GridRow]:
    """Return the organisation's rows of the period, in order; three queries whatever the rows."""
    known = entering.rows_to_fill(organisation, period)
    before, year_ago = calendar.shift_span(period, -1), calendar.shift_span(period, -_periods_a_year(period))
    stored = Observation.objects.filter(organisation=organisation, period__in=[period, before, year_ago])
    found = {(row.indicator_id, row.member, row.period): row for row in stored}
    locked = collecting.is_locked(period)
    rows = []
    for key, (indicator, member) in known.items():
        current, last, earlier = (found.get((indicator.pk, member, p)) for p in (period, before, year_ago))
        why = collecting.why_closed(indicator=indicator, period=period, on=day, locked=locked)
        rows.append(
            GridRow(
                key=key,
                indicator=indicator,
                member=member,
                current=current,
                before=last,
                last_year=earlier,
                state=_state_of(current, why),
                closed=why,
                due_on=collecting.due_on(indicator, period),
            )
        )
    return rows


def _periods_a_year(period: str) -> int:
    return 1 if len(period) == 4 else 4 if "Q" in period else 12


def _state_of(current: Observation | None, why: str) -> str:
    if current is not None and not entering.is_draft(current):
        return "handed_in"
    if why:
        return "closed"
    if current is None:
        return "empty"
    if current.state == Observation.State.RETURNED:
        return "returned"
    return "corrected" if current.return_reason else "saved"


def open_periods(organisation: Organisation, day: date) -> list[dict]:
    """Return the periods that the organisation can turn to, newest first within months, quarters, years.

    Each has ``period``, ``label`` and ``frequency``; only frequencies of which something is to be reported.
    """
    frequencies = set(
        Indicator.objects.valid_on(day)
        .filter(collecting.reporting_kinds(organisation), rule="")
        .order_by()
        .values_list("frequency", flat=True)
    )
    found = []
    for frequency, count in SHOWN_PERIODS.items():
        if frequency in frequencies:
            newest = collecting.newest_open(frequency, day)
            for back in range(count):
                period = calendar.shift_span(newest, -back)
                found.append({"period": period, "label": _short(period, day), "frequency": frequency})
    return found


def _short(period: str, day: date) -> str:
    label = calendar.span_label(period)
    within = label.partition("年")[2]
    return within if within and period[:4] == str(day.year) else label


def usual_period(choices: list[dict], day: date) -> str:
    """Return the period that the grid opens with: the newest that is over, months before quarters and years."""
    for choice in choices:
        if calendar.span(choice["period"])[1] <= day:
            return choice["period"]
    return choices[0]["period"] if choices else calendar.period_of(day)
