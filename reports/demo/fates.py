"""What becomes of each demonstration task by the business date: closed, in time, in need of attention, late.

The numbers per aspect and per month stand in the shipped file; which task meets which fate is drawn
from the seed, with some organisations quicker than others.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import cycle, islice

from common import periods
from reports.demo.calendar import TODAY, month_days, month_end
from tasklists.rules import expected_percent

CLOSED, GREEN, NEAR, BEHIND, WAITING = "closed", "green", "near", "behind", "waiting"
OVERDUE, SUSPENDED, NOT_STARTED = "overdue", "suspended", "not_started"
YELLOW = (NEAR, BEHIND, WAITING, NEAR, BEHIND)
SUSPENDED_ON = date(2023, 10, 24)
LATE_SHARE = 0.08


@dataclass
class Fate:
    """One task's course: ``percent`` is what its reports have reached by the business date."""

    kind: str
    assigned_on: date
    due_on: date
    closed_on: date | None = None
    percent: int = 100

    @property
    def ends_on(self) -> date:
        """The day up to which the task is worked on."""
        return self.closed_on or (SUSPENDED_ON if self.kind == SUSPENDED else TODAY)


def draw_fates(shape, pace, rng) -> dict[str, Fate]:
    """Return the fate of every task of a shipped list, by title."""
    kinds, attention = {}, cycle(YELLOW)
    for chapter in shape["chapters"]:
        kinds |= _kinds_of_aspect(chapter, shape["outcomes"][chapter["title"]], attention, pace, rng)
    closing_days = [
        rng.choice(month_days(period)) for period, count in shape["closings"].items() for _ in range(count)
    ]
    rng.shuffle(closing_days)
    items = {item["title"]: item for c in shape["chapters"] for p in c["points"] for item in p["items"]}
    issued_on = date.fromisoformat(shape["issued_on"])
    return {
        title: _fate(kind, items[title], issued_on, closing_days.pop() if kind == CLOSED else None, rng)
        for title, kind in kinds.items()
    }


def _kinds_of_aspect(chapter, outcomes, attention, pace, rng):
    """Draw the kinds so that the aspect's numbers come out; the quicker a lead, the likelier it has closed."""
    items = [item for point in chapter["points"] for item in point["items"]]
    kinds = {item["title"]: item["fate"] for item in items if "fate" in item}
    free = [item for item in items if "fate" not in item]
    free.sort(key=lambda item: rng.random() + pace.get(item["lead"], 0))
    drawn = [CLOSED] * outcomes["closed"]
    still_open = list(islice(attention, outcomes["yellow"])) + [GREEN] * outcomes["green"]
    drawn += rng.sample(still_open, len(still_open))
    return kinds | {item["title"]: kind for item, kind in zip(free, drawn, strict=True)}


def _fate(kind, item, issued_on, closed_on, rng):
    assigned_on = issued_on + timedelta(days=rng.choice((0, 0, 1, 2, 4)))
    if kind == CLOSED:
        return Fate(kind, assigned_on, _due_of_closed(assigned_on, closed_on, rng), closed_on)
    if kind == OVERDUE:
        return Fate(kind, assigned_on, date.fromisoformat(item["due_on"]), percent=rng.randrange(58, 93))
    due_on = _due_of_open(kind, issued_on, rng)
    expected = expected_percent(assigned_on, due_on, TODAY)
    return Fate(kind, assigned_on, due_on, percent=_percent(kind, expected, rng))


def _due_of_closed(assigned_on, closed_on, rng):
    """Mostly closed in time, a few some days after their deadline."""
    period = periods.period_of(closed_on)
    due_on = month_end(period, -1 if rng.random() < LATE_SHARE else rng.choice((0, 0, 1, 1, 2)))
    return due_on if due_on > assigned_on + timedelta(days=20) else month_end(period)


def _due_of_open(kind, issued_on, rng):
    if kind == NEAR:
        return date(2023, 12, rng.choice((20, 22, 25, 28)))
    if kind in (WAITING, NOT_STARTED):
        return rng.choice((date(2024, 9, 30), date(2024, 12, 31)))
    if kind == BEHIND:
        return rng.choice((date(2023, 12, 31), date(2024, 3, 31), date(2024, 6, 30)))
    if issued_on.month < 6 and kind == GREEN:
        return rng.choice((date(2023, 12, 31), date(2023, 12, 31), date(2024, 3, 31)))
    return rng.choice((date(2024, 3, 31), date(2024, 6, 30), date(2024, 12, 31)))


def _percent(kind, expected, rng):
    """What is reached by now: only BEHIND lags by the threshold of 10 points or more."""
    if kind == BEHIND:
        return max(0, expected - rng.randrange(11, 24))
    if kind == SUSPENDED:
        return 20
    if kind == NOT_STARTED:
        return 0
    return max(3, min(98, expected + rng.randrange(-4, 4)))
