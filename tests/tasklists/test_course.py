"""Progress on many days at once: what the querysets of one day say, on made rows, reopened tasks among them."""

import random
from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.models import Count, Q
from django.test.utils import CaptureQueriesContext

from tasklists.course import WHOLE, course
from tasklists.models import Assignment, TaskItem
from tests import make

pytestmark = pytest.mark.django_db
DAYS = [date(2023, month, 28) for month in range(2, 13)]


def of_one_day(day):
    """Total and done by organisation, as the page of that day counts them."""
    items = TaskItem.objects.supervised(day).as_of(day).order_by()
    whole = items.aggregate(
        total=Count("pk", filter=~Q(state="cancelled")), done=Count("pk", filter=Q(state="closed"))
    )
    found = {WHOLE: (whole["total"], whole["done"])}
    parts = Assignment.objects.counted(day).order_by().values_list("organisation__code")
    found |= {code: (n, done) for code, n, done in parts.annotate(n=Count("pk"), d=Count("pk", filter=Q(done=True)))}
    return {code: numbers for code, numbers in found.items() if numbers[0]}


def of_course(days):
    return {
        day: {code: (p.total, p.done) for code, p in found.items() if p.total} for day, found in course(days).items()
    }


def make_items(rng, count):
    organisations = [make.make_organisation() for _ in range(4)]
    drafted = make.make_list(state="drafted")
    in_force = make.make_list()

    def some_day():
        return date(2023, 1, 1) + timedelta(rng.randrange(360))

    for _ in range(count):
        first, *others = rng.sample(organisations, rng.randint(1, 3))
        task_list = drafted if rng.random() < 0.1 else in_force
        item = make.make_item(task_list, lead=first, responsible=others, assigned_on=some_day())
        for part in item.assignments.all():
            if rng.random() < 0.3:
                part.completed_on = some_day()
                part.save()
        for day in sorted(some_day() for _ in range(rng.choice((0, 0, 1, 1, 2, 3)))):
            make.make_state_change(item, rng.choice(("closed", "closed", "cancelled", "suspended", "open")), on=day)


@pytest.mark.parametrize("seed", range(3))
def test_every_day_counts_as_on_its_own(seed):
    make_items(random.Random(seed), 60)
    assert of_course(DAYS) == {day: of_one_day(day) for day in DAYS}


def test_a_claim_tells_of_a_part_done_before_its_task_was_reopened():
    item = make.make_item(lead=make.make_organisation("甲局"))
    make.make_report(item.assignments.get(), "2023-05", status="claimed", percent=100)
    make.make_state_change(item, "closed", on=date(2023, 6, 1))
    make.make_state_change(item, "open", on=date(2023, 9, 1))
    days = [date(2023, 5, 31), date(2023, 7, 31), date(2023, 10, 31)]
    code = item.assignments.get().organisation.code
    assert [of_course(days)[day][code] for day in days] == [(1, 1), (1, 1), (1, 0)]
    assert [of_course(days)[day][WHOLE] for day in days] == [(1, 0), (1, 1), (1, 0)]


def test_no_days_and_no_tasks_count_nothing():
    assert course([]) == {}
    assert of_course(DAYS[:1]) == {DAYS[0]: {}}


def test_more_days_and_tasks_ask_no_more():
    make_items(random.Random(9), 10)
    TaskItem.objects.filter(state_changes__state="open").delete()

    def queries(days):
        with CaptureQueriesContext(connection) as found:
            course(days)
        return len(found)

    few = queries(DAYS[:1])
    make_items(random.Random(10), 10)
    TaskItem.objects.filter(state_changes__state="open").delete()
    assert queries(DAYS) == few <= 8
