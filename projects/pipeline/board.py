"""Projects by the stage they are in: number, amount and the newest cards of each column."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from django.urls import reverse
from django.utils.http import urlencode

from projects.pipeline.following import STALE_AFTER, with_last_contact
from projects.pipeline.log import with_stage
from projects.stages import BEFORE_SIGNING, OFF_PATH, PATH, PROMISES, Stage, rank

CARDS = 6


def stage_board(projects, day: date, *, county: str = "") -> dict:
    """Return the columns along the path, those off it, and how many projects have no stage by ``day``.

    ``projects`` is what the user may see; amounts in 万元, of projects whose total is known.
    """
    by_stage = defaultdict(list)
    without = 0
    rows = with_stage(projects, day).order_by().values_list("pk", "stage", "stage_on", "total_investment")
    for pk, stage, on, total in rows:
        if stage is None:
            without += 1
        else:
            by_stage[stage].append((on, pk, total))
    chosen = []
    for entries in by_stage.values():
        entries.sort(reverse=True)
        chosen += [pk for _, pk, _ in entries[:CARDS]]
    cards = with_last_contact(with_stage(projects.filter(pk__in=chosen), day), day).select_related("county")
    cards = {card.pk: card for card in cards}
    columns = [_column(stage, by_stage[stage], cards, day, county) for stage in (*PATH, *OFF_PATH)]
    return {"columns": [column for column in columns if column["count"] or column["on_path"]], "without": without}


def _column(stage, entries, cards, day, county):
    query = {"stage": stage.value, "as_of": day.isoformat()} | ({"county": county} if county else {})
    known = [total for _, _, total in entries if total is not None]
    return {
        "label": stage.label,
        "on_path": stage in PATH,
        "count": len(entries),
        "amount": sum(known, Decimal(0)) if known else None,
        "url": f"{reverse('projects:list')}?{urlencode(query)}",
        "cards": [_card(cards[pk], day) for _, pk, _ in entries[:CARDS]],
        "more": max(len(entries) - CARDS, 0),
    }


def _card(project, day):
    """The project with what is pressing: nobody has followed it up, or the next promised date is past."""
    silent = (day - project.contact_on).days
    project.stale_days = silent if project.stage in BEFORE_SIGNING and silent >= STALE_AFTER else None
    project.late = next(
        (
            f"约定{stage.label} {getattr(project, field):%Y-%m-%d}，已过"
            for stage, field in PROMISES.items()
            if project.stage in PATH
            and rank(stage) > rank(Stage(project.stage))
            and getattr(project, field)
            and getattr(project, field) < day
        ),
        "",
    )
    return project
