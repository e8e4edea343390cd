"""What the page of one signing event shows of its cohort: numbers with links to their rows, and the chart."""

from datetime import date, timedelta

from django.urls import reverse
from django.utils.http import urlencode

from common.charts import ChartDescription, Point, Series
from projects.cohorts import DAYS, IN_TIME, LATE, MILESTONES, NOT_YET, PROMISED, Cohort

STEPS = 18  # points of the chart, at most


def rows_url(event, as_of: date, **query) -> str:
    """Return the event's own list narrowed to what a number counts."""
    given = {name: value for name, value in query.items() if value}
    return f"{reverse('projects:event', args=[event.key])}?{urlencode(given | {'as_of': as_of.isoformat()})}#rows"


def progress_rows(event, cohort: Cohort) -> list[dict]:
    """Return one row per milestone: the count and share now and after 30, 90, 180, 365 days."""
    rows = []
    for milestone, label in MILESTONES.items():
        cells = []
        for days in (None, *DAYS):
            count = cohort.count(milestone, days)
            cells.append(
                {
                    "head": f"{days}天" if days else "截至日",
                    "count": count,
                    "share": cohort.share(milestone, days),
                    "url": rows_url(event, cohort.as_of, reached=milestone, within_days=days),
                }
            )
        rows.append({"label": label, "cells": cells})
    return rows


def promise_rows(event, cohort: Cohort) -> list[dict]:
    """Return one row per milestone with a promise: due by now, kept in time, late, not yet."""
    rows = []
    for milestone in PROMISED:
        found = cohort.promises(milestone)
        cells = [
            {"head": "应实现", "count": found.due, "url": rows_url(event, cohort.as_of, promise=f"{milestone}-due")}
        ]
        for outcome, head in ((IN_TIME, "按期"), (LATE, "逾期实现"), (NOT_YET, "逾期未实现")):
            cells.append(
                {
                    "head": head,
                    "count": getattr(found, outcome),
                    "url": rows_url(event, cohort.as_of, promise=f"{milestone}-{outcome}"),
                    "red": outcome == NOT_YET and found.not_yet,
                }
            )
        rows.append({"label": MILESTONES[milestone], "cells": cells, "ahead": found.ahead, "without": found.without})
    return rows


def progress_chart(event, cohort: Cohort) -> ChartDescription:
    """The projects that had reached each milestone, day by day since the event."""
    passed = (cohort.as_of - cohort.held_on).days if cohort.held_on else -1
    step = next(days for days in (7, 14, 30, 60, 90, 180, 365, 3650) if passed <= days * STEPS or days == 3650)
    marks = sorted({*range(0, passed + 1, step), passed}) if passed >= 0 else []
    labels = [f"{days}天" for days in marks]

    def points(milestone):
        return tuple(
            Point(label=label, value=cohort.count(milestone, days)) for label, days in zip(labels, marks, strict=True)
        )

    return ChartDescription(
        kind="line",
        key="cohort",
        title="签约后的进展",
        unit="个",
        series=tuple(Series(label, points(milestone)) for milestone, label in MILESTONES.items()),
        as_of=cohort.as_of,
        scope="从活动当天起，累计个数",
        category="签约后",
        value_name="项目数",
        empty_text="活动日期不详，不能按天数计算" if cohort.held_on is None else "台账中没有这场活动的项目",
        demo=cohort.is_demo,
    )


def day_after(cohort: Cohort, days: int) -> str:
    """Return the day on which so many days will have passed, for those that have not."""
    return (cohort.held_on + timedelta(days=days)).isoformat() if cohort.held_on else ""
