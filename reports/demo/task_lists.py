"""The two demonstration lists of 2023: their tree, tasks and owners."""

from datetime import timedelta

from accounts.loading import COUNTY_TABLE
from accounts.models import Organisation
from common.loading import day, shipped
from reports.demo.calendar import working_day_from
from reports.demo.fates import CLOSED, Fate, draw_fates
from tasklists.loading import NodeWriter, expand
from tasklists.models import Assignment, ItemTarget, PlanNode, TaskItem, TaskList

LISTS = ("annual", "policy")


def load_task_lists(organisations: dict[str, Organisation], pace: dict, rng) -> list[tuple[TaskItem, Fate]]:
    """Create both lists in force; return each task with its fate. Parts of counties come in the stated numbers."""
    drawn, shapes = [], {}
    for name in LISTS:
        shape = shipped(f"demo/{name}.json")
        fates = draw_fates(shape, pace, rng)
        for item, item_shape in _load_list(shape, fates):
            drawn.append((item, fates[item.title]))
            shapes[item.pk] = item_shape
    parts = [part for item, _ in drawn for part in _parts(item, shapes[item.pk], organisations)]
    parts += _county_parts(drawn, shapes, parts, organisations, rng)
    _finish_parts(parts, {item.pk: fate for item, fate in drawn}, rng)
    Assignment.objects.bulk_create(parts)
    return drawn


def _load_list(shape, fates):
    task_list = TaskList.objects.create(
        slug=shape["slug"],
        title=shape["title"],
        short=shape["short"],
        issued_on=day(shape["issued_on"]),
        year=shape["year"],
        state=TaskList.State.IN_FORCE,
        order=shape["order"],
        is_demo=True,
    )
    nodes, pairs, number = NodeWriter(task_list), [], 0
    for chapter in shape["chapters"]:
        aspect = nodes.add(PlanNode.Level.CHAPTER, chapter)
        for point in chapter["points"]:
            number += 1
            node = nodes.add(PlanNode.Level.ITEM, point | {"number": str(number)}, aspect)
            for index, item_shape in enumerate(point["items"], 1):
                fate = fates[item_shape["title"]]
                item = TaskItem(
                    task_list=task_list,
                    node=node,
                    aspect=aspect,
                    code=f"{number}-{index}",
                    order=len(pairs) + 1,
                    title=item_shape["title"],
                    assigned_on=fate.assigned_on,
                    due_on=fate.due_on,
                    is_demo=True,
                )
                pairs.append((item, item_shape))
    nodes.save()
    TaskItem.objects.bulk_create(item for item, _ in pairs)
    ItemTarget.objects.bulk_create(
        ItemTarget(item=item, order=order, by=item.due_on, **target)
        for item, item_shape in pairs
        for order, target in enumerate(item_shape.get("targets", ()), 1)
    )
    return pairs


def _parts(item, shape, organisations):
    """Yield the parts that the list itself names: its lead, the responsible ones, and a collective's members."""
    lead = organisations[shape["lead"]]
    yield Assignment(item=item, organisation=lead, role=Assignment.Role.LEAD, decides=True)
    for short in shape["responsible"]:
        yield Assignment(item=item, organisation=organisations[short])
    for short in shape.get("supporting", ()):
        yield Assignment(item=item, organisation=organisations[short], role=Assignment.Role.SUPPORTING)
    if collective := shape.get("collective"):
        named = {shape["lead"], *shape["responsible"], *shape.get("supporting", ())}
        yield from expand(item, [collective], organisations, named, decides=False)


def _county_parts(drawn, shapes, parts, organisations, rng):
    """Give each county the remaining parts of its stated number, so many of them on closed tasks."""
    wanted = shipped("demo/counties.json")
    fates = {item.pk: fate for item, fate in drawn}
    taken = {(part.item_id, part.organisation_id) for part in parts}
    open_to_counties = [item for item, _ in drawn if shapes[item.pk].get("open_to_counties")]
    added = []
    for short, row in wanted.items():
        county = organisations[short]
        own = [part for part in parts if part.organisation_id == county.pk]
        done = sum(fates[part.item_id].kind == CLOSED for part in own)
        free = [item for item in open_to_counties if (item.pk, county.pk) not in taken]
        closed = [item for item in free if fates[item.pk].kind == CLOSED]
        others = [item for item in free if fates[item.pk].kind != CLOSED]
        more_done, more_open = row["done"] - done, row["parts"] - row["done"] - (len(own) - done)
        chosen = rng.sample(closed, more_done) + rng.sample(others, more_open)
        added += [Assignment(item=item, organisation=county) for item in chosen]
    return added


def _finish_parts(parts, fates, rng):
    """Date the signing for, and the end of the responsible parts: some are done before the task is closed."""
    for part in parts:
        fate = fates[part.item_id]
        part.acknowledged_on = fate.assigned_on
        if part.decides:
            part.completed_on = fate.closed_on
        elif fate.kind == CLOSED:
            early = (fate.closed_on - fate.assigned_on).days * rng.choice((35, 50, 65, 80)) // 100
            part.completed_on = min(fate.closed_on, working_day_from(fate.assigned_on + timedelta(days=early)))
        elif part.organisation.category != COUNTY_TABLE and rng.random() < 0.3:
            part.completed_on = working_day_from(fate.assigned_on + timedelta(days=rng.randrange(60, 120)))
