"""The demonstration's task lists with everything that was reported on them through 2023."""

from collections import defaultdict

from common.loading import shipped
from reports.demo.december import add_december, add_evidence
from reports.demo.fates import CLOSED, SUSPENDED
from reports.demo.progress import Writer, lock_months
from reports.demo.task_lists import load_task_lists
from tasklists.models import Assignment


def load_tasks(organisations, people, office, rng):
    """Create both lists, their reports, steps and locked months."""
    words = shipped("demo/progress.json")
    drawn = load_task_lists(organisations, words["pace"], rng)
    parts = defaultdict(list)
    known = {organisation.pk: organisation for organisation in organisations.values()}
    for part in Assignment.objects.filter(item__in=[item for item, _ in drawn]).order_by("pk"):
        part.organisation = known[part.organisation_id]
        parts[part.item_id].append(part)
    writer = Writer(words, people, office, rng)
    for item, fate in drawn:
        writer.add_task(item, fate, parts[item.pk])
    still_open = [(item, fate, parts[item.pk]) for item, fate in drawn if fate.kind not in (CLOSED, SUSPENDED)]
    claims = add_december(writer, still_open)
    writer.save()
    add_evidence(claims, office)
    lock_months()
