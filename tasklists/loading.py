"""Loading shipped task lists: the tree of a plan with its task items, owners and targets."""

from accounts.models import Organisation
from common.loading import day, shipped
from common.models import Source
from tasklists.models import Assignment, ItemTarget, PlanNode, TaskItem, TaskList


def load_reference_plan(organisations: dict[str, Organisation], sources: dict[str, Source]) -> TaskList:
    """Create the 2020 work plan as a reference list, with its true owners, deadlines and targets."""
    plan = shipped("plan_2020.json")
    task_list = TaskList.objects.create(
        slug=plan["slug"],
        title=plan["title"],
        short=plan["short"],
        issued_on=day(plan["issued_on"]),
        year=plan["year"],
        state=TaskList.State.REFERENCE,
        order=plan["order"],
        source=sources[plan["source"]],
    )
    nodes = NodeWriter(task_list)
    items, parts, targets = [], [], []
    for chapter in plan["chapters"]:
        aspect = nodes.add(PlanNode.Level.CHAPTER, chapter)
        for section in chapter["sections"]:
            parent = nodes.add(PlanNode.Level.SECTION, section, aspect)
            for point in section["items"]:
                node = nodes.add(PlanNode.Level.ITEM, point, parent)
                for index, clause in enumerate(point["clauses"], 1):
                    item = _item_of_clause(task_list, node, aspect, point, clause, index, len(items) + 1)
                    items.append(item)
                    parts += [(item, clause)]
                    targets += _targets(item, clause["targets"])
    nodes.save()
    TaskItem.objects.bulk_create(items)
    ItemTarget.objects.bulk_create(targets)
    Assignment.objects.bulk_create(
        assignment for item, clause in parts for assignment in _assignments(item, clause, organisations)
    )
    return task_list


class NodeWriter:
    """Collects the nodes of one list in document order and writes them level by level, parents first."""

    def __init__(self, task_list):
        self.task_list = task_list
        self.nodes = []

    def add(self, level, shape, parent=None) -> PlanNode:
        node = PlanNode(
            task_list=self.task_list,
            parent=parent,
            level=level,
            number=shape.get("number", ""),
            title=shape["title"],
            order=len(self.nodes) + 1,
        )
        self.nodes.append(node)
        return node

    def save(self):
        for level in PlanNode.Level:
            PlanNode.objects.bulk_create(node for node in self.nodes if node.level == level)


def _item_of_clause(task_list, node, aspect, point, clause, index, order):
    several = len(point["clauses"]) > 1
    return TaskItem(
        task_list=task_list,
        node=node,
        aspect=aspect,
        code=f"{point['number']}-{index}" if several else point["number"],
        order=order,
        title=clause["title"],
        text=clause["text"],
        due_on=day(clause["due_on"]),
        due_text=clause["due_text"],
    )


def _targets(item, shapes):
    return [
        ItemTarget(item=item, order=order, **shape | {"by": day(shape["by"])}) for order, shape in enumerate(shapes, 1)
    ]


def _assignments(item, clause, organisations):
    """Yield one part per organisation; a collective gives one to each member not named already."""
    named = set()
    for short in clause["responsible"]:
        named.add(short)
        yield Assignment(item=item, organisation=organisations[short], decides=True, written_as=short)
    yield from expand(item, clause["collectives"], organisations, named, decides=True)


def expand(item, collectives, organisations, named: set[str], *, decides: bool):
    """Yield one responsible part for each member of the collectives that has no part of its own yet."""
    for text in collectives:
        collective = organisations[text]
        for member in collective.members.all():
            if member.short not in named:
                named.add(member.short)
                yield Assignment(item=item, organisation=member, via=collective, written_as=text, decides=decides)
