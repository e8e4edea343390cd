"""The annexes of the monthly bulletin: every task, every organisation."""

from reports.bulletins import wording
from reports.bulletins.content import Annex, Column, Table
from tasklists import rules
from tasklists.figures import county_progress, department_progress
from tasklists.models import TaskItem


def annexes(month):
    """Return one landscape annex per list, then the tables of departments and counties."""
    annexes = [
        Annex(f"{found.title}进展情况", [_task_table(month, found)], landscape=True) for found in month.summary.lists
    ]
    for title, progress in (
        ("市直部门单位任务完成情况", department_progress(month.summary)),
        ("县（市、区）任务完成情况", county_progress(month.summary)),
    ):
        if progress:
            annexes.append(Annex(title, [_progress_table(month, title, progress)]))
    return annexes


def _task_table(month, found):
    items = (
        TaskItem.objects.filter(task_list__slug=found.slug)
        .supervised(month.as_of)
        .as_of(month.as_of)
        .select_related("aspect")
        .prefetch_related("assignments__organisation")
        .order_by("order")
    )
    rows = []
    for item in items:
        owners = [a.organisation.short for a in item.assignments.all() if a.decides]
        shown = wording.names(owners[:2]) + ("等" if len(owners) > 2 else "")
        rows.append(
            [
                item.code,
                item.aspect.title,
                item.title,
                shown,
                item.due_on.isoformat() if item.due_on else "长期坚持" if item.long_term else "–",
                "100" if item.state == "closed" else str(item.percent),
                rules.REASON_WORDS[item.light_reason],
            ]
        )
    return Table(
        f"{found.short}（截至{wording.day(month.as_of)}）",
        [
            Column("编号", "center", 0.9),
            Column("方面", "left", 2.2),
            Column("任务", "left", 4.2),
            Column("牵头（责任）单位", "left", 2.2),
            Column("完成时限", "center", 1.4),
            Column("进度（%）", "center", 1),
            Column("状态", "center", 1.1),
        ],
        rows,
    )


def _progress_table(month, title, progress):
    return Table(
        f"{title}（截至{wording.day(month.as_of)}）",
        [
            Column("序号", "center", 0.7),
            Column("单位", "left", 2.6),
            Column("任务数（项）", "center", 1.4),
            Column("已完成（项）", "center", 1.4),
            Column("逾期（项）", "center", 1.3),
            Column("完成率（%）", "center", 1.4),
        ],
        [
            [str(number), o.short, str(o.total), str(o.done), str(o.overdue), f"{o.rate}"]
            for number, o in enumerate(progress, start=1)
        ],
    )
