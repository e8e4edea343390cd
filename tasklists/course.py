"""How far the tasks were on many days at once: how many counted, how many of them were done.

The same counts as ``TaskItem.objects.supervised(day).as_of(day)`` and ``Assignment.objects.counted(day)`` give for
one day; the queries do not grow with the days. A day before the latest reopening, where an approved claim may tell
that a part had been done, is asked of those querysets themselves.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Q

from tasklists.models import Assignment, StateChange, TaskItem

WHOLE = ""  # all tasks, among the codes of organisations


@dataclass
class Progress:
    """Tasks (or an organisation's parts of them) that count on a day, cancelled ones left out, and those done."""

    total: int = 0
    done: int = 0

    def add(self, number: int, done: bool) -> None:
        self.total += number
        self.done += number if done else 0


def course(days: Iterable[date]) -> dict[date, dict[str, Progress]]:
    """Return by day the progress of all tasks (``WHOLE``, each once) and of each organisation's parts, by its code."""
    days = sorted(set(days))
    if not days:
        return {}
    found = {day: defaultdict(Progress) for day in days}
    states = _states(days)
    _count_items(found, states)
    reopened = StateChange.objects.filter(state="open").aggregate(latest=Max("on"))["latest"]
    plain = [day for day in days if reopened is None or reopened <= day]
    _count_parts({day: found[day] for day in plain}, states, days)
    for day in days:
        if day not in plain:
            _count_parts_of(day, found[day])
    return found


def made_up(day: date) -> bool:
    """Whether any task that counts on ``day`` is demonstration."""
    return TaskItem.objects.supervised(day).filter(Q(is_demo=True) | Q(task_list__is_demo=True)).exists()


def _states(days) -> dict[int, tuple[str, ...]]:
    """Return the state of each task that has a log, on each of the days."""
    log = StateChange.objects.filter(on__lte=days[-1]).order_by("item", "on", "id")
    changes = defaultdict(list)
    for item, on, state in log.values_list("item", "on", "state"):
        changes[item].append((on, state))
    alike, found = {}, {}
    for item, steps in changes.items():
        key = tuple(steps)
        if key not in alike:
            alike[key] = tuple(_state_on(steps, day) for day in days)
        found[item] = alike[key]
    return found


def _state_on(steps, day) -> str:
    state = "open"
    for on, then in steps:
        if on > day:
            break
        state = then
    return state


def _count_items(found, states):
    last = max(found)
    items = TaskItem.objects.supervised(last).order_by()
    logged = StateChange.objects.filter(on__lte=last).values("item")
    quiet = items.exclude(pk__in=logged).values_list("assigned_on").annotate(number=Count("pk"))
    for assigned, number in quiet:
        for day, progress in found.items():
            if assigned <= day:
                progress[WHOLE].add(number, False)
    alike = Counter(
        (assigned, states[pk]) for pk, assigned in items.filter(pk__in=logged).values_list("pk", "assigned_on")
    )
    for (assigned, course_), number in alike.items():
        for (day, progress), state in zip(found.items(), course_, strict=True):
            if assigned <= day and state != "cancelled":
                progress[WHOLE].add(number, state == "closed")


def _count_parts(found, states, days):
    """Count the organisations' parts on days after which no task was reopened."""
    if not found:
        return
    last = max(found)
    parts = Assignment.objects.answering().filter(item__task_list__state="in_force", item__assigned_on__lte=last)
    logged = StateChange.objects.filter(on__lte=last).values("item")
    names = ("organisation__code", "item__assigned_on", "completed_on")
    quiet = parts.exclude(item__in=logged).order_by().values_list(*names).annotate(number=Count("pk"))
    alike = Counter()
    for code, assigned, completed, number in quiet:
        alike[(code, assigned, completed, None)] += number
    for item, *key in parts.filter(item__in=logged).order_by().values_list("item", *names):
        alike[(*key, states[item])] += 1
    places = {day: place for place, day in enumerate(days)}
    for (code, assigned, completed, course_), number in alike.items():
        for day, progress in found.items():
            state = course_[places[day]] if course_ else "open"
            if assigned <= day and state != "cancelled":
                progress[code].add(number, state == "closed" or (completed is not None and completed <= day))


def _count_parts_of(day, progress):
    lines = Assignment.objects.counted(day).order_by().values_list("organisation__code")
    for code, total, done in lines.annotate(total=Count("pk"), made=Count("pk", filter=Q(done=True))):
        progress[code] = Progress(total, done)
