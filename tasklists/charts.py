"""The charts of the task pages: descriptions only; common.charts draws them."""

from datetime import date

from accounts.models import Organisation
from common.charts import ChartDescription, Point, Series
from tasklists import rules
from tasklists.summary import TaskSummary


def organisation_trend(
    organisation: Organisation, done: dict, due: dict, as_of: date, summary: TaskSummary
) -> ChartDescription:
    """One organisation's finished parts month by month, beside those whose deadline has come."""

    def points(counts):
        return tuple(Point(f"{int(month[5:])}月", number) for month, number in counts.items())

    return ChartDescription(
        kind="trend",
        key="organisation-trend",
        title="完成走势",
        unit="项",
        series=(Series("已完成", points(done)), Series("应完成", points(due), "pace")),
        as_of=as_of,
        scope=f"{organisation.short}，{as_of.year}年各月末累计",
        note="应完成为完成时限已到的任务数",
        category="月份",
        empty_text="截至该日还没有完成的任务",
        demo=any(found.is_demo for found in summary.lists),
    )


def deadline_timeline(items, as_of: date, *, left_out: int, demo: bool) -> ChartDescription:
    """Open tasks from assignment to deadline, the earliest deadline first; ``items`` carry their light's facts."""
    points = tuple(
        Point(
            item.title,
            item.percent,
            light=rules.LIGHT_OF[item.light_reason],
            starts_on=item.assigned_on,
            ends_on=item.due_on,
        )
        for item in items
    )
    return ChartDescription(
        kind="timeline",
        key="deadlines",
        title="时限进度图",
        unit="%",
        series=(Series("任务", points),),
        as_of=as_of,
        scope="未完成的任务，从交办到时限，按时限先后",
        note=f"图中为时限最早的 {len(points)} 项，另有 {left_out} 项在列表里" if left_out else "",
        category="任务",
        value_name="完成",
        empty_text="没有未完成、有时限的任务",
        demo=demo,
    )
