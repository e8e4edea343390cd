"""On a memorandum's page: the tasks that its clauses have become, with their lights."""

from collections import defaultdict

from django import template

from tasklists import words
from tasklists.models import TaskItem

register = template.Library()


@register.simple_tag(takes_context=True)
def tasks_of_clauses(context, memorandum, as_of) -> dict:
    """Return, by the clause's key, the tasks that the user may see as they stood on the date."""
    rows = TaskItem.objects.visible_to(context["user"]).filter(clause__memorandum=memorandum)
    found = defaultdict(list)
    for item in rows.as_of(as_of).select_related("task_list").order_by("pk"):
        assigned = item.is_supervised and item.assigned_on <= as_of
        found[item.clause_id].append({"item": item, "light": words.light_of(item) if assigned else None})
    return dict(found)


@register.inclusion_tag("tasklists/_clause_tasks.html")
def clause_tasks(tasks, clause, may_plan) -> dict:
    """The tasks of one clause, and for the office the way to make one."""
    return {"tasks": tasks.get(clause.pk, []), "clause": clause, "may_plan": may_plan}
