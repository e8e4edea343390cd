"""How far a period's projects have come: numbers per stage, conversion, and the days between stages."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median

from django.urls import reverse
from django.utils.http import urlencode

from common.amounts import round_half_up, share
from common.charts import ChartDescription, Point, Series
from projects.models import StageChange
from projects.pipeline.log import entered
from projects.stages import OFF_PATH, PATH, Stage, rank


@dataclass(frozen=True)
class Step:
    """One stage of the funnel. ``days``: median from the stage before, over the ``measured`` that have both dates."""

    stage: Stage
    count: int
    of_entered: Decimal | None
    of_before: Decimal | None
    days: Decimal | None
    measured: int
    url: str

    @property
    def label(self) -> str:
        return self.stage.label


@dataclass(frozen=True)
class Funnel:
    """The projects that entered from ``first`` to ``last``, as they stood on ``as_of``."""

    first: date
    last: date
    as_of: date
    steps: tuple[Step, ...]
    off_path: tuple[tuple[str, int, str], ...]  # words, number, address of the rows

    @property
    def entered(self) -> int:
        return self.steps[0].count


def stage_funnel(projects, *, first: date, last: date, as_of: date, county: str = "") -> Funnel:
    """Count the cohort along the path; a project counts for every stage up to the furthest it has reached.

    One that entered at a later stage counts for the earlier ones too, without days between them.
    """
    cohort = entered(projects, first, min(last, as_of))
    log = StageChange.objects.filter(project__in=cohort.order_by().values("pk"), on__lte=as_of)
    reached, days, current = defaultdict(int), defaultdict(list), {}
    first_days = defaultdict(dict)
    for pk, stage, on in log.order_by("project", "on", "pk").values_list("project", "stage", "on"):
        current[pk] = stage
        first_days[pk].setdefault(stage, on)
    for dates in first_days.values():
        furthest = max((rank(stage) for stage in dates), default=-1)
        for place in range(max(furthest, 0) + 1):
            reached[place] += 1
        for place in range(1, len(PATH)):
            if PATH[place] in dates and PATH[place - 1] in dates:
                days[place].append((dates[PATH[place]] - dates[PATH[place - 1]]).days)
    query = {"entered_from": first.isoformat(), "entered_to": min(last, as_of).isoformat(), "as_of": as_of.isoformat()}
    query |= {"county": county} if county else {}
    steps = tuple(
        Step(
            stage=stage,
            count=reached[place],
            of_entered=share(reached[place], reached[0]),
            of_before=share(reached[place], reached[place - 1]) if place else None,
            days=round_half_up(Decimal(str(median(days[place]))), 1) if days[place] else None,
            measured=len(days[place]),
            url=_rows(query | ({"went_to": stage.value} if place else {})),
        )
        for place, stage in enumerate(PATH)
    )
    now = list(current.values())
    off_path = tuple((stage.label, now.count(stage), _rows(query | {"stage": stage.value})) for stage in OFF_PATH)
    return Funnel(first=first, last=last, as_of=as_of, steps=steps, off_path=off_path)


def funnel_chart(funnel: Funnel, *, demo: bool) -> ChartDescription:
    """Describe the funnel as a chart."""
    points = tuple(Point(step.label, step.count) for step in funnel.steps) if funnel.entered else ()
    return ChartDescription(
        kind="funnel",
        key="stages",
        title="项目漏斗",
        unit="个",
        series=(Series("项目", points),),
        as_of=funnel.as_of,
        scope=f"{funnel.first} 至 {funnel.last} 新进入的项目",
        note="走到后面阶段的项目计入之前各阶段；以签约等阶段录入的，也计入之前各阶段",
        category="阶段",
        value_name="项目",
        empty_text="这段时间没有新进入的项目",
        demo=demo,
    )


def _rows(query) -> str:
    return f"{reverse('projects:list')}?{urlencode(query)}"
