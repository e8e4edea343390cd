"""Writing checked ledgers of tasks and of progress, and taking them back."""

from itertools import chain

from django.db import IntegrityError, transaction

from common import bulk
from common.errors import UserError
from common.ledgers.checked import Checked
from common.ledgers.kinds import Asked
from common.ledgers.writing import CHANGED_SINCE, chunks
from tasklists.corrections import record_changes
from tasklists.ledgers.checking import list_title, target_list, year_of
from tasklists.models import Assignment, ItemTarget, PlanNode, ProgressReport, TaskItem, TaskList
from tasklists.plan_import import short_name, write_parts
from tasklists.reporting import EDITABLE, FIELDS, is_locked


def write_tasks(checked: Checked, asked: Asked, batch) -> dict:
    """Write a draft list, or add to one; return what was made."""
    by, on = asked.by, asked.on
    task_list, created = target_list(asked.wish), False
    if task_list is None:
        if existing := TaskList.objects.filter(source_digest=batch.digest).first():
            raise UserError(f"这份文件以前已导入为清单“{existing.title}”，没有重复建立。")
        year = year_of(checked.table, on, None)
        title = list_title(checked.table, batch.file_name)
        task_list = TaskList.objects.create(
            slug=f"ledger-{year}-{batch.digest[:8]}",
            title=title,
            short=short_name(title, year),
            year=year,
            source_digest=batch.digest,
            created_by=by,
        )
        created = True
    nodes = _aspects(task_list, checked)
    last = task_list.items.order_by("order").values_list("order", flat=True).last() or 0
    rows = [
        {
            "task_list_id": task_list.pk,
            "node_id": nodes[row.aspect].pk,
            "aspect_id": nodes[row.aspect].pk,
            "code": row.code,
            "order": last + place,
            "title": row.title,
            "text": row.text,
            "due_on": row.due_on,
            "due_text": row.due_text,
            "long_term": row.long_term,
        }
        for place, row in enumerate(checked.ready, 1)
    ]
    try:
        with transaction.atomic():
            items = bulk.insert(TaskItem, rows)
    except IntegrityError as error:
        raise UserError("检查以后清单又有改动，请重新检查后再导入。") from error
    write_parts(zip(items, checked.ready, strict=True))
    _write_targets(items, checked.ready)
    batch.rows, batch.accepted = checked.rows, checked.accepted
    new_nodes = [node.pk for node in nodes.values() if getattr(node, "is_new", False)]
    return {"list": task_list.pk, "created": created, "items": items, "nodes": new_nodes}


def _aspects(task_list, checked) -> dict[str, PlanNode]:
    """Return the list's chapter of each aspect; those that it lacks are made."""
    nodes = {node.title: node for node in task_list.nodes.filter(level="chapter")}
    order = task_list.nodes.order_by("order").values_list("order", flat=True).last() or 0
    for title in dict.fromkeys(row.aspect for row in checked.ready):
        if title not in nodes:
            order += 1
            nodes[title] = PlanNode.objects.create(task_list=task_list, level="chapter", title=title, order=order)
            nodes[title].is_new = True
    return nodes


def _write_targets(items: list[int], rows) -> None:
    bulk.insert(
        ItemTarget,
        (
            {
                "item_id": item,
                "name": target.name[:120],
                "comparator": target.comparator,
                "value": target.value,
                "value_to": target.value_to,
                "unit": target.unit[:16],
                "by": target.by,
                "cumulative": target.cumulative,
                "strength": target.strength or "",
                "order": order,
            }
            for item, row in zip(items, rows, strict=True)
            for order, target in enumerate(row.targets)
        ),
    )


def write_progress(checked: Checked, asked: Asked, batch) -> dict:
    """Write drafts: new ones at once, existing ones over the version that the check has seen."""
    by, on = asked.by, asked.on
    stale = "检查以后有人改过其中的填报，请重新检查后再导入。"
    if checked.ready and is_locked(checked.period):
        raise UserError("检查以后本期已锁定，没有导入任何数据。")
    fresh = [row for row in checked.ready if row.report is None]
    standing = [row for row in checked.ready if row.report is not None]
    try:
        with transaction.atomic():
            new = bulk.insert(
                ProgressReport,
                ({"assignment_id": row.part.pk, "period": checked.period} | row.values for row in fresh),
            )
            seen = [(row.report.pk, row.report.version, row.values) for row in standing]
            if bulk.change(ProgressReport, seen) < len(seen) or not _are_editable([pk for pk, *_ in seen]):
                raise UserError(stale)
    except IntegrityError as error:
        raise UserError(stale) from error
    undo = [[pk, None, 1] for pk in new]
    undo += [[row.report.pk, _before(row.report), row.report.version + 1] for row in standing]
    changes = chain(
        ((ProgressReport(pk=pk), None, row.values) for pk, row in zip(new, fresh, strict=True)),
        ((row.report, _before(row.report), row.values) for row in standing),
    )
    record_changes(changes, period=checked.period, by=by, on=on)
    return {"reports": undo, "period": checked.period}


def _before(report) -> dict:
    return {name: getattr(report, name) for name in FIELDS}


def _are_editable(ids: list[int]) -> bool:
    """Whether none of the reports, which this transaction has just changed, was handed in meanwhile."""
    return not any(
        ProgressReport.objects.filter(pk__in=some).exclude(state__in=EDITABLE).exists() for some in chunks(ids)
    )


def undo_tasks(undo: dict) -> None:
    task_list = TaskList.objects.select_for_update().filter(pk=undo["list"]).first()
    if task_list is None or task_list.state != TaskList.State.DRAFT:
        raise UserError("清单已经交办或不在，不能撤销导入。")
    items, found = undo["items"], 0
    for ids in chunks(items):
        rows = TaskItem.objects.filter(pk__in=ids, task_list=task_list, version=1, assigned_on=None)
        found += rows.count()
        if Assignment.objects.filter(item__in=ids).exclude(progress_reports=None).exists():
            raise UserError(CHANGED_SINCE)
    if found != len(items) or (undo["created"] and task_list.items.count() != len(items)):
        raise UserError(CHANGED_SINCE)
    if undo["created"]:
        task_list.delete()
        return
    for ids in chunks(items):
        TaskItem.objects.filter(pk__in=ids).delete()
    PlanNode.objects.filter(pk__in=undo["nodes"], aspect_items=None, items=None, children=None).delete()


def undo_progress(undo: dict) -> None:
    if undo["reports"] and is_locked(undo["period"]):
        raise UserError("本期已锁定，不能撤销导入。")
    for report_id, before, version in undo["reports"]:
        rows = ProgressReport.objects.filter(pk=report_id, version=version, state__in=EDITABLE)
        if before is None:
            if rows.filter(evidence__isnull=False).exists() or not rows.delete()[0]:
                raise UserError(CHANGED_SINCE)
        elif not rows.update(**before, version=version + 1):
            raise UserError(CHANGED_SINCE)
