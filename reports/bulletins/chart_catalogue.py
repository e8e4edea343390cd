"""The charts that an editor may put into any bulletin: the pages' own, as of the edition's day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from common.charts import ChartDescription, chart_sentence
from projects.models import ServiceCase
from projects.service.statistics import category_chart, year_statistics
from reports import charts
from reports.bulletins.content import Chart
from tasklists.summary import TaskSummary, task_summary


@dataclass(frozen=True)
class Entry:
    """``describe(summary, as_of)`` returns the chart, or None where it has nothing to show."""

    title: str
    describe: Callable[[TaskSummary, date], ChartDescription | None]


def _service(summary, as_of):
    return category_chart(year_statistics(ServiceCase.objects.as_of(as_of), as_of))


ENTRIES = {
    "closing": Entry("任务累计完成走势", lambda summary, as_of: charts.closing_chart(summary)),
    "county": Entry("县（市、区）任务进度", lambda summary, as_of: charts.county_chart(summary)),
    "department": Entry("部门任务进度（前后各五位）", lambda summary, as_of: charts.department_chart(summary)),
    "funds": Entry("到位资金与年度目标", lambda summary, as_of: charts.funds_chart(as_of)),
    "investment": Entry("各县投资与到位资金", lambda summary, as_of: charts.investment_chart(as_of)),
    "started-map": Entry("新开工项目分布图", lambda summary, as_of: charts.started_map(as_of)),
    "service-category": Entry("各类企业诉求办理", _service),
}
ASPECTS = "aspect-"


def entries(as_of: date) -> list[tuple[str, str]]:
    """Return key and title of every chart on offer: the standing ones, then one for each list's aspects."""
    lists = [(f"{ASPECTS}{found.slug}", f"{found.short}分方面进度") for found in task_summary(as_of).lists]
    return [(key, entry.title) for key, entry in ENTRIES.items()] + lists


def describe(key: str, as_of: date) -> ChartDescription | None:
    """Return the chart under this key as of the day, None when there is no such chart."""
    summary = task_summary(as_of)
    if key in ENTRIES:
        return ENTRIES[key].describe(summary, as_of)
    slug = key.removeprefix(ASPECTS)
    if slug != key and any(found.slug == slug for found in summary.lists):
        return charts.aspect_chart(summary, slug)
    return None


def place_of(description: ChartDescription) -> Chart:
    """Return the place of a chart's picture with its caption and words."""
    return Chart(description.key, f"{description.title}（{description.unit}）", chart_sentence(description))
