"""The calendar of deadlines: per month how many tasks are due, by light, each number opening its rows."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from common import periods
from tasklists import rules
from tasklists.matrix import LIGHT_WORDS, Cell
from tasklists.shown import list_address

DRAWN = 40  # bars that a reader can still tell apart


@dataclass(frozen=True)
class Month:
    period: str
    label: str
    is_now: bool
    cells: tuple[Cell, ...]
    total: Cell


def months_of(items, *, data, day: date) -> tuple[list[Month], int]:
    """Return the months in which ``items`` (annotated by ``as_of``) are due, and how many have no deadline."""
    counts, undated = Counter(), 0
    for due_on, reason in items.order_by().values_list("due_on", "light_reason"):
        if due_on is None:
            undated += 1
            continue
        period = periods.period_of(due_on)
        counts[period, rules.LIGHT_OF[reason]] += 1
        counts[period, ""] += 1
    months = [
        Month(
            period=period,
            label=periods.label(period),
            is_now=period == periods.period_of(day),
            cells=tuple(_cell(counts[period, light], data, due_month=period, light=light) for light in LIGHT_WORDS),
            total=_cell(counts[period, ""], data, due_month=period),
        )
        for period in sorted({period for period, _ in counts})
    ]
    return months, undated


def _cell(number, data, **changes):
    return Cell(number, list_address(data, **changes) if number else "")


def drawn_items(items) -> tuple[list, int]:
    """Return the open, dated items with the earliest deadlines, and how many more there are."""
    dated = items.filter(due_on__isnull=False, count_state__in=("under_way", "not_started"))
    dated = dated.filter(assigned_on__isnull=False)
    return list(dated.order_by("due_on", "pk")[:DRAWN]), max(0, dated.count() - DRAWN)
