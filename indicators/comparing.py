"""Two days or two organisations side by side: the same indicators, read by the same rules."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounts.models import Organisation
from indicators import values
from indicators.models import Indicator
from indicators.reading import read_values
from indicators.standings import change_text, followed, number, periods_read, standing


@dataclass(frozen=True)
class Line:
    """One indicator on both sides; ``difference`` (right minus left) only where both are of the same period."""

    indicator: Indicator
    left: str
    right: str
    left_label: str
    right_label: str
    left_value: Decimal | None
    right_value: Decimal | None
    difference: str
    change: str
    demo: bool


def compare_days(one: date, other: date, organisation: Organisation | None = None) -> list[Line]:
    """Return every indicator followed on either day as it stood on both; for the city, or one organisation."""
    sides, demo = [], set()
    rows = {row.pk: row for day in (one, other) for row in followed(day)}
    for day in (one, other):
        found = read_values(list(rows.values()), periods_read(day), day)
        place = organisation or found.city
        demo |= found.demo
        sides.append({key: standing(found, row, place) for key, row in rows.items()} if place else {})
    return _lines(rows.values(), *sides, demo) if all(sides) else []


def compare_organisations(one: Organisation, other: Organisation, day: date) -> list[Line]:
    """Return every indicator followed on the day for both organisations, where at least one has a value."""
    rows = {row.pk: row for row in followed(day)}
    found = read_values(list(rows.values()), periods_read(day), day)
    sides = [{key: standing(found, row, place) for key, row in rows.items()} for place in (one, other)]
    return _lines(rows.values(), *sides, found.demo)


def _lines(rows, left, right, demo) -> list[Line]:
    lines = []
    for row in sorted(rows, key=lambda row: (row.category, row.code)):
        a, b = left[row.pk], right[row.pk]
        one, other = (values.rounded(s.total.value, row.decimals) for s in (a, b))
        if one is None and other is None:
            continue
        gap = None if one is None or other is None else other - one
        lines.append(
            Line(
                indicator=row,
                left=number(row, one),
                right=number(row, other),
                left_label=a.label if one is not None else a.since,
                right_label=b.label if other is not None else b.since,
                left_value=one,
                right_value=other,
                difference=_signed(row, gap),
                change=change_text(values.change(other, one, row.unit)) if row.unit not in values.RATES else "",
                demo=row.is_demo or row.pk in demo,
            )
        )
    return lines


def _signed(indicator, gap) -> str:
    if gap is None:
        return "–"
    unit = "个百分点" if indicator.unit == "%" else indicator.unit
    sign = "+" if gap > 0 else "−" if gap < 0 else ""
    return f"{sign}{number(indicator, abs(gap))} {unit}"
