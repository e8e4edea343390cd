"""The year's goals for funds in place by county (亿元). They are kept by the indicators, which bring them in here."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from common.spans import Span

_sources: list[Callable[[date], dict[str, Decimal]]] = []


def bring_goals(source: Callable[[date], dict[str, Decimal]]):
    """Have the goals asked from ``source``: given the as-of date, it returns them by county code."""
    if source not in _sources:
        _sources.append(source)


def funds_goals(span: Span, as_of: date) -> dict[str, Decimal]:
    """Return the goals of the as-of date's year by county code, none for any other span than that year.

    Counties without a goal are absent.
    """
    if not span.is_whole_year or span.first.year != as_of.year:
        return {}
    return {code: goal for source in _sources for code, goal in source(as_of).items()}
