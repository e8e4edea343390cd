"""What projects are sorted by: industry, chain, size and where they come from; the lists are shipped files."""

from decimal import Decimal
from functools import cache

from common.amounts import WAN_PER_YI
from common.loading import shipped

# From (included) and to (excluded), in 万元: 1—5亿 begins at one 亿 and ends below five.
SIZE_BANDS = (
    ("under_1", "1亿元以下", None, WAN_PER_YI),
    ("1_to_5", "1—5亿元", WAN_PER_YI, WAN_PER_YI * 5),
    ("5_to_10", "5—10亿元", WAN_PER_YI * 5, WAN_PER_YI * 10),
    ("over_10", "10亿元及以上", WAN_PER_YI * 10, None),
)


def size_band(total: Decimal | None) -> str:
    """Return the words of the band that a total investment in 万元 falls in; empty where it is not known."""
    if total is None:
        return ""
    return next(label for _, label, low, high in SIZE_BANDS if (low is None or total >= low) and _below(total, high))


def _below(total, high) -> bool:
    return high is None or total < high


@cache
def industry_sections() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Return the sections of GB/T 4754 with their divisions: (section, ((two digits, name), …))."""
    return tuple(
        (f"{row['code']} {row['name']}", tuple((code, name) for code, name in row["divisions"]))
        for row in shipped("industries.json")["sections"]
    )


@cache
def industry_names() -> dict[str, str]:
    """Return the name of each two-digit division."""
    return {code: name for _, divisions in industry_sections() for code, name in divisions}


@cache
def chains() -> tuple[str, ...]:
    """Return the city's own industrial chains."""
    return tuple(shipped("industries.json")["chains"])


@cache
def origins() -> dict[str, tuple[str, ...]]:
    """Return the districts and prefectures of 北京, 天津 and 河北."""
    return {province: tuple(names) for province, names in shipped("origins.json").items()}
