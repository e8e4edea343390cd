"""The members that an indicator is broken down by: where projects come from, or the three sectors of industry."""

from indicators.models import Indicator
from projects.querysets import CAPITAL_REGION

INDUSTRIES = ("第一产业", "第二产业", "第三产业")


def members_of(indicator: Indicator) -> tuple[str, ...]:
    """Return the members whose values are entered beside the whole, in order; none for a computed indicator,
    whose rule tells them from the rows."""
    if indicator.rule or not indicator.split_by:
        return ()
    return CAPITAL_REGION if indicator.split_by == Indicator.SplitBy.ORIGIN else INDUSTRIES
