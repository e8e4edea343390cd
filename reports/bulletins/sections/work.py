"""Sections 五、工作动态, 六、存在问题 and 七、下步要求 of the monthly bulletin."""

from common import periods
from reports.bulletins import wording
from reports.bulletins.content import Paragraph
from reports.models import NewsItem
from tasklists import rules
from tasklists.models import TaskItem
from tasklists.summary import ALL


def news(month):
    """Return the month's adopted work news, the first five by name; empty when there was none."""
    span = (periods.first_day(month.period), month.as_of)
    items = list(
        NewsItem.objects.adopted(month.as_of)
        .filter(adopted_on__range=span)
        .select_related("organisation")
        .order_by("adopted_on", "pk")
    )
    if not items:
        return []
    blocks = [Paragraph([f"本月采用工作动态{len(items)}条，累计", month.cite("news.adopted"), "。部分单位动态如下。"])]
    for number, item in enumerate(items[:5], start=1):
        blocks.append(
            Paragraph(
                [f"{item.organisation.short}（{wording.short_day(item.occurred_on)}）。"],
                lead=f"{number}.{item.title}。",
            )
        )
    return blocks


def _overdue_items(month):
    items = TaskItem.objects.supervised(month.as_of).overdue(month.as_of).prefetch_related("assignments__organisation")
    return list(items.order_by("due_on", "pk"))


def problems(month):
    """Return overdue tasks with their owners, and how many lag behind; empty when there is nothing to name."""
    items = _overdue_items(month)
    behind = month.summary.count(f"reason.{rules.BEHIND}")
    blocks = []
    if items:
        blocks.append(
            Paragraph([f"截至{wording.short_day(month.as_of)}，", month.cite(f"tasks.{ALL}.overdue"), "任务逾期："])
        )
        for number, item in enumerate(items, start=1):
            owners = [a.organisation.short for a in item.assignments.all() if a.decides]
            blocks.append(
                Paragraph(
                    [
                        f"{wording.names(owners[:3])}承担，时限{wording.day(item.due_on)}，"
                        f"已逾期{-item.days_left}天，填报进度{item.percent}%。"
                    ],
                    lead=f"{number}.{item.title}。",
                )
            )
    if behind:
        blocks.append(Paragraph([f"另有{behind}项任务进度落后序时10个百分点以上。"]))
    return blocks


def next_steps(month):
    """Return what is asked of the organisations, by what the figures show."""
    following = periods.shift(month.period, 1)
    due = (
        TaskItem.objects.supervised(month.as_of)
        .as_of(month.as_of)
        .filter(state="open", due_on__gt=month.as_of, due_on__lte=periods.last_day(following))
        .count()
    )
    requests = []
    if month.summary.count(f"reason.{rules.OVERDUE}"):
        requests.append(
            (
                "逾期任务限期销号。",
                "有关责任单位逐项说明原因，明确补救措施和完成日期，5个工作日内报领导小组办公室。",
            )
        )
    if due:
        requests.append(
            (
                f"{int(following[5:])}月到期任务抓紧收尾。",
                f"{int(following[5:])}月底前到期的{due}项任务，要提前备齐佐证材料，按期申请办结。",
            )
        )
    requests.append(
        ("按月如实填报。", f"各单位于每月{rules.REPORT_DUE_DAY}日前完成填报，进度、困难、佐证要与实际一致。")
    )
    return [Paragraph([text], lead=f"{number}.{lead}") for number, (lead, text) in enumerate(requests, start=1)]
