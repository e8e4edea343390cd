"""The annexes: every task of a list, every organisation."""

from collections import defaultdict

from reports.bulletins import wording
from reports.bulletins.content import Annex, Column, Table
from reports.bulletins.sections import organisation
from tasklists import rules
from tasklists.figures import county_progress, department_progress
from tasklists.models import Assignment, TaskItem


def task_tables(material):
    """Return one landscape annex per list."""
    return [_task_annex(material, found) for found in material.lists]


def list_tasks(material):
    """Return the annex of the one list that the bulletin is about."""
    return [_task_annex(material, found) for found in material.lists if found.slug == material.task_list.slug]


def _task_annex(material, found):
    return Annex(f"{found.title}进展情况", [_task_table(material, found)], landscape=True)


def own_tasks(material):
    """Return the annex of the organisation's tasks, none where it has none."""
    annex = organisation.task_annex(material)
    return [annex] if annex else []


def progress_tables(material):
    """Return the tables of departments and counties."""
    annexes = []
    for title, progress in (
        ("市直部门单位任务完成情况", department_progress(material.summary)),
        ("县（市、区）任务完成情况", county_progress(material.summary)),
    ):
        if progress:
            annexes.append(Annex(title, [_progress_table(material, title, progress)]))
    return annexes


def _task_table(material, found):
    items = (
        TaskItem.objects.filter(task_list__slug=found.slug)
        .supervised(material.as_of)
        .as_of(material.as_of)
        .order_by("order")
        .values_list(
            "pk", "code", "aspect__title", "title", "deadline", "long_term", "state", "percent", "light_reason"
        )
    )
    owners = defaultdict(list)
    deciding = Assignment.objects.filter(item__task_list__slug=found.slug, decides=True)
    for item, name in deciding.values_list("item_id", "organisation__short"):
        owners[item].append(name)
    rows = [
        [
            code,
            aspect,
            title,
            wording.names(owners[pk][:2]) + ("等" if len(owners[pk]) > 2 else ""),
            wording.deadline(deadline, long_term),
            "100" if state == "closed" else str(percent),
            rules.REASON_WORDS[reason],
        ]
        for pk, code, aspect, title, deadline, long_term, state, percent, reason in items
    ]
    return Table(
        f"{found.short}（截至{wording.day(material.as_of)}）",
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


def _progress_table(material, title, progress):
    return Table(
        f"{title}（截至{wording.day(material.as_of)}）",
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
