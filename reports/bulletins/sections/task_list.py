"""Sections about one task list: how far it is as a whole, by aspect, by organisation."""

from reports.bulletins import wording
from reports.bulletins.content import Column, Paragraph, Table
from reports.bulletins.sections.tasks import aspect_sentence, aspect_table, list_paragraph
from tasklists.summary import list_progress


def _facts(material):
    return next((found for found in material.summary.lists if found.slug == material.task_list.slug), None)


def overall(material):
    """Return the list's counts; a sentence that nothing was assigned where that is so."""
    found = _facts(material)
    key = f"tasks.{material.task_list.slug}"
    if found is None or not material.figure(f"{key}.total").value:
        return [Paragraph([f"截至{wording.day(material.as_of)}，{material.task_list.title}尚无交办的任务。"])]
    overdue = material.figure(f"{key}.overdue")
    more = ["，其中逾期", wording.cite(overdue)] if overdue.value else ["，没有逾期任务"]
    return [list_paragraph(material, found, more)]


def aspects(material):
    """Return the sentence and the table by aspect; empty where the list has one aspect only."""
    found = _facts(material)
    if found is None or len(material.summary.aspects.get(found.slug, [])) < 2:
        return []
    return [aspect_sentence(material, found), aspect_table(material, found)]


def organisations(material):
    """Return the table of the organisations that answer for its tasks, best first."""
    progress = list_progress(material.task_list.slug, material.as_of)
    if not progress:
        return []
    return [
        Table(
            "责任单位完成情况",
            [
                Column("序号", "center", 0.8),
                Column("单位", "left", 2.6),
                Column("任务数（项）", "center", 1.5),
                Column("已完成（项）", "center", 1.5),
                Column("逾期（项）", "center", 1.4),
                Column("完成率（%）", "center", 1.5),
            ],
            [
                [str(number), o.short, str(o.total), str(o.done), str(o.overdue), f"{o.rate}"]
                for number, o in enumerate(progress, start=1)
            ],
        )
    ]
