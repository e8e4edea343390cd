"""The board: the filtered tasks in columns by stage, the most pressing first, each column capped."""

from dataclasses import dataclass
from datetime import date

from tasklists import rules, shown, stages, words
from tasklists.shown import list_address

CARDS = 8  # per column; the rest stands behind the column's link
RARE = ("suspended", "cancelled")  # columns that stand only where they hold something


@dataclass(frozen=True)
class Column:
    stage: str
    word: str
    count: int
    cards: tuple
    url: str  # the list of all its tasks

    @property
    def more(self):
        return self.count - len(self.cards)


def board_of(items, *, data, day: date) -> list[Column]:
    """Return the columns over ``items`` (annotated by ``as_of``); ``data`` is the address's filters.

    Two passes whatever the number of tasks: the keys by stage, then the cards that are shown.
    """
    items = stages.with_stage(items, day)
    keys = {stage: [] for stage in stages.STAGE_WORDS}
    in_order = items.order_by(rules.light_order(), "due_on", "pk")
    for pk, stage in in_order.values_list("pk", "stage"):
        keys[stage].append(pk)
    wanted = [pk for members in keys.values() for pk in members[:CARDS]]
    cards = {item.pk: _dressed(item, day) for item in shown.with_owners(items.filter(pk__in=wanted))}
    return [
        Column(
            stage=stage,
            word=word,
            count=len(keys[stage]),
            cards=tuple(cards[pk] for pk in keys[stage][:CARDS]),
            url=list_address(data, stage=stage),
        )
        for stage, word in stages.STAGE_WORDS.items()
        if keys[stage] or stage not in RARE
    ]


def _dressed(item, day):
    item.colour = rules.LIGHT_OF[item.light_reason]
    facts = {"days_left": item.days_left, "lag": item.lag}
    item.word = words.light_with_days(item.light_reason, facts, day)
    item.owners = words.owners_of(item.deciding)
    return item
