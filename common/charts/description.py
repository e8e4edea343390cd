"""What a chart says, apart from how it is drawn: one description makes figure, table and sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property

Number = int | float | Decimal

KINDS = (
    "progress",
    "stacked",
    "trend",
    "line",
    "bars_with_target",
    "grouped",
    "bars",
    "map",
    "timeline",
    "sankey",
    "heatmap",
    "funnel",
)


@dataclass(frozen=True)
class Point:
    """One value under its label; ``value`` None means not known and is drawn as a gap, never as zero."""

    label: str
    value: Number | None = None
    light: str | None = None  # blue, green, yellow, red, grey
    done: int | None = None
    total: int | None = None
    target: Number | None = None
    passport: str = ""  # address of the figure's passport
    code: str = ""  # adcode of a county, for the map
    starts_on: date | None = None  # timeline: the span; a point without both dates is in the table alone
    ends_on: date | None = None
    to: str = ""  # sankey: where it flows to, from the label


@dataclass(frozen=True)
class Series:
    """Points under one name. ``role``: "value", "pace" (expected, drawn dotted) or a light (stacked)."""

    name: str
    points: tuple[Point, ...]
    role: str = "value"


@dataclass(frozen=True)
class ChartDescription:
    """One chart. All series carry the same labels in the same order; the caller has sorted them."""

    kind: str
    key: str  # unique on its page; names the element and the file
    title: str
    unit: str
    series: tuple[Series, ...]
    as_of: date | None = None
    scope: str = ""  # short words beside the title
    note: str = ""
    category: str = "单位"  # head of the label column
    value_name: str = "完成率"
    done_name: str = "已销号"
    total_name: str = "总数"
    target_name: str = "目标"
    rate_name: str = "完成率"
    pace: Number | None = None
    pace_name: str = "序时"
    ends: int | None = None  # progress: draw this many from either end, the table keeps all
    ends_noun: str = "个单位"
    empty_text: str = "截至该日没有可画的数据"
    geojson: Mapping | None = field(default=None, compare=False, repr=False)
    demo: bool = False

    def __post_init__(self):
        if self.kind not in KINDS:
            raise ValueError(f"unknown chart kind: {self.kind}")
        if self.kind == "map" and self.geojson is None:
            raise ValueError("a map needs its geojson")
        labels = {tuple(point.label for point in series.points) for series in self.series}
        if len(labels) > 1:
            raise ValueError(f"series of {self.key} have different labels")

    @property
    def points(self) -> tuple[Point, ...]:
        """The first series' points; empty when there is none."""
        return self.series[0].points if self.series else ()

    @property
    def categories(self) -> tuple[str, ...]:
        return tuple(point.label for point in self.points)

    @property
    def is_empty(self) -> bool:
        """True when no point of any series has a value, in a timeline: both dates."""
        if self.kind == "timeline":
            return not any(point.starts_on and point.ends_on for point in self.points)
        return all(point.value is None for series in self.series for point in series.points)

    @cached_property  # asked for every number that is written
    def decimals(self) -> int:
        """Digits after the point for every value of this chart: as many as needed, at most 2."""
        if self.kind == "progress":
            return 1
        values = [Decimal(str(p.value)) for s in self.series for p in s.points if p.value is not None]
        needed = (-v.quantize(Decimal("0.01"), ROUND_HALF_UP).normalize().as_tuple().exponent for v in values)
        return min(max([0, *needed]), 2)


def drawn_points(desc: ChartDescription) -> tuple[list[Point], int | None, int]:
    """The points a progress chart draws, where its gap stands (or None) and how many are left out."""
    points = list(desc.points)
    if desc.ends is None or len(points) <= 2 * desc.ends + 1:
        return points, None, 0
    return points[: desc.ends] + points[-desc.ends :], desc.ends, len(points) - 2 * desc.ends


def rate(point: Point) -> Decimal | None:
    """Value as a share of target in percent, one decimal, half up; None without value or target."""
    if point.value is None or not point.target:
        return None
    exact = Decimal(str(point.value)) / Decimal(str(point.target)) * 100
    return exact.quantize(Decimal("0.1"), ROUND_HALF_UP)


def number_text(value: Number | None, decimals: int) -> str:
    """Digits with a fixed number of decimals, half up; – when missing."""
    if value is None:
        return "–"
    return f"{Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):f}"


def chinese_date(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
