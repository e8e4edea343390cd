"""The official language of bulletins: numbers with their units, shares, changes, lists of names."""

from datetime import date
from decimal import Decimal

from common.amounts import round_half_up, trim
from common.figures import Figure
from reports.bulletins.content import FigureRef


def cite(figure: Figure, unit: bool = True) -> FigureRef:
    """Return the figure as it stands in a sentence, bound to its key: 49项, 432.3亿元."""
    return FigureRef(f"{figure.text}{figure.unit if unit else ''}", figure.reference)


def day(value: date) -> str:
    return f"{value.year}年{value.month}月{value.day}日"


def short_day(value: date) -> str:
    return f"{value.month}月{value.day}日"


def deadline(value: date | None, long_term: bool) -> str:
    """Return a deadline as tables have it: 2023-11-30, 长期坚持 or a dash."""
    return value.isoformat() if value else "长期坚持" if long_term else "–"


def names(values: list[str]) -> str:
    return "、".join(values)


def change(now, before, unit: str) -> str:
    """Return a change as 增加12项, 减少2项, 持平; empty when one side is not known."""
    if now is None or before is None:
        return ""
    difference = Decimal(now) - Decimal(before)
    if not difference:
        return "持平"
    return f"{'增加' if difference > 0 else '减少'}{trim(abs(difference))}{unit}"


def growth(now, before) -> str:
    """Return growth as 增长8.92%, 下降8.92%, 持平; empty where there is nothing to grow from."""
    if now is None or before is None or before <= 0:
        return ""
    percent = round_half_up((Decimal(now) - Decimal(before)) * 100 / Decimal(before), 2)
    if not percent:
        return "持平"
    return f"{'增长' if percent > 0 else '下降'}{trim(abs(percent))}%"


def change_of_share(now, before) -> str:
    """Return a difference of two shares in 个百分点; empty when one side is not known."""
    if now is None or before is None:
        return ""
    difference = round_half_up(Decimal(now) - Decimal(before), 1)
    if not difference:
        return "持平"
    return f"{'提高' if difference > 0 else '下降'}{trim(abs(difference))}个百分点"


def first_and_last(progress: list, count: int = 3) -> tuple[list, list]:
    """Return the first and the last ``count`` of a list sorted by rate, without overlap and without splitting ties.

    Who ties with the last of the ``count`` is of them too. Both are empty when all stand at the same rate.
    """
    if len(progress) < 2 * count or progress[0].rate == progress[-1].rate:
        return [], []
    high, low = progress[count - 1].rate, progress[-count].rate
    if high == low:  # most stand level: only who stands out is named
        return [p for p in progress if p.rate > high], [p for p in progress if p.rate < low]
    return [p for p in progress if p.rate >= high], [p for p in progress if p.rate <= low]
