"""Who occupies a platform on a day, how much of it, and the share from 北京 and 天津. Unknown is not zero.

A resident is counted from its first day up to the day before it left.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from common import periods
from common.amounts import share
from common.charts import ChartDescription, Point, Series
from projects.models import Platform, PlatformResident

BEIJING_TIANJIN = ("北京市", "天津市")
POINTS = 24  # of the chart, at most


@dataclass(frozen=True)
class Occupancy:
    """Numbers of one platform on one day; areas in m². None where nothing is known."""

    count: int
    area: Decimal | None
    usable: Decimal | None
    without_area: int
    with_origin: int
    from_capitals: int
    area_with_origin: Decimal
    area_from_capitals: Decimal
    is_demo: bool

    @property
    def rate(self) -> Decimal | None:
        """The known area in per cent of the usable one."""
        return None if self.area is None else share(self.area, self.usable)

    @property
    def share_by_count(self) -> Decimal | None:
        """Residents from 北京 and 天津 in per cent of those whose origin is known."""
        return share(self.from_capitals, self.with_origin)

    @property
    def share_by_area(self) -> Decimal | None:
        """Their area in per cent of the area whose occupant's origin is known."""
        return share(self.area_from_capitals, self.area_with_origin)


def is_there(resident: PlatformResident, day: date) -> bool:
    return resident.entered_on <= day and (resident.left_on is None or resident.left_on > day)


def occupancy(platform: Platform, residents, day: date) -> Occupancy:
    """Return the platform's numbers on ``day`` from all its residents, those of before and after included."""
    present = [resident for resident in residents if is_there(resident, day)]
    areas = [resident.area_m2 for resident in present if resident.area_m2 is not None]
    known = [resident for resident in present if resident.origin_province]
    capitals = [resident for resident in known if resident.origin_province in BEIJING_TIANJIN]
    return Occupancy(
        count=len(present),
        area=sum(areas) if areas else None,
        usable=platform.usable_area_m2,
        without_area=len(present) - len(areas),
        with_origin=len(known),
        from_capitals=len(capitals),
        area_with_origin=_area(known),
        area_from_capitals=_area(capitals),
        is_demo=any(resident.is_demo for resident in present),
    )


def _area(residents) -> Decimal:
    return sum((resident.area_m2 for resident in residents if resident.area_m2 is not None), Decimal(0))


def occupancies(platforms, day: date) -> dict[int, Occupancy]:
    """Return the numbers of each platform by its key, in one query."""
    found = defaultdict(list)
    for resident in PlatformResident.objects.filter(platform__in=platforms, entered_on__lte=day):
        found[resident.platform_id].append(resident)
    return {platform.pk: occupancy(platform, found[platform.pk], day) for platform in platforms}


def fullest(residents, first: date) -> Decimal:
    """Return the largest area occupied at once on any day from ``first`` on."""
    days = {first} | {resident.entered_on for resident in residents if resident.entered_on > first}
    return max(_area(resident for resident in residents if is_there(resident, day)) for day in days)


def occupancy_chart(platform: Platform, residents, as_of: date) -> ChartDescription:
    """The share of the usable area month by month, or the number of residents where that area is not known."""
    by_area = platform.usable_area_m2 is not None
    began = [resident.entered_on for resident in residents if resident.entered_on <= as_of]
    months = periods.months_between(periods.period_of(min(began)), periods.period_of(as_of)) if began else []
    months = months[-POINTS:]
    points = []
    for month in months:
        found = occupancy(platform, residents, min(periods.last_day(month), as_of))
        points.append(Point(label=periods.label(month), value=found.rate if by_area else found.count))
    name = "面积占用率" if by_area else "入驻单位"
    return ChartDescription(
        kind="line",
        key="occupancy",
        title="入驻情况",
        unit="%" if by_area else "家",
        series=(Series(name, tuple(points)),),
        as_of=as_of,
        scope="各月末面积占用率，%" if by_area else "各月末入驻单位，家",
        category="月份",
        value_name=name,
        empty_text="截至该日没有入驻单位",
        demo=any(resident.is_demo for resident in residents),
    )
