"""A rule reads the same in Python and in SQL."""

import random
from datetime import date, timedelta

import pytest
from django.db.models import Q

from common.models import Job
from common.rules import OrderedRule, holds

RULE = OrderedRule(
    conditions=(
        ("late", Q(finished_at__isnull=True, progress__lt=50) | Q(attempts__gte=4)),
        ("near", Q(progress__gt=80) & Q(step__in=["a", "b"])),
        ("exact", Q(step="c", progress__lte=60)),
    ),
    default="other",
)


def test_first_condition_that_fits_decides():
    facts = {"finished_at": None, "progress": 90, "attempts": 4, "step": "a"}
    assert RULE.decide(facts) == "late"
    assert RULE.decide(facts | {"attempts": 3}) == "near"
    assert RULE.decide(facts | {"attempts": 0, "progress": 60, "step": "c"}) == "exact"
    assert RULE.decide(facts | {"attempts": 0, "progress": 60}) == "other"


@pytest.mark.parametrize("lookup", ["exact", "lt", "lte", "gt", "gte"])
def test_null_fact_satisfies_no_comparison(lookup):
    assert not holds(Q(**{f"day__{lookup}": date(2023, 1, 1)}), {"day": None})
    assert not holds(Q(day__in=[None]), {"day": None})
    assert holds(Q(day__isnull=True), {"day": None}) and not holds(Q(day__isnull=False), {"day": None})


def test_unknown_facts_and_lookups_are_refused():
    with pytest.raises(KeyError):
        holds(Q(absent=1), {"day": None})
    with pytest.raises(KeyError):
        holds(Q(name__startswith="x"), {"name": "xyz"})


@pytest.mark.parametrize("condition", [~Q(day=1), Q(day=1) & ~Q(day=2), Q(day=1) | Q(Q(day=2) & ~Q(day=3))])
def test_negation_is_refused_where_the_rule_is_declared(condition):
    with pytest.raises(ValueError):
        OrderedRule(conditions=(("x", condition),), default="other")


def test_python_and_sql_agree_on_made_rows(db):
    choose = random.Random(20231213)
    start = date(2023, 1, 1)
    rows = [
        Job(
            kind="made",
            key=str(number),
            progress=choose.randrange(0, 101),
            attempts=choose.randrange(0, 6),
            step=choose.choice(["", "a", "b", "c"]),
            finished_at=choose.choice([None, f"{start + timedelta(days=number % 300)}T00:00:00+08:00"]),
        )
        for number in range(2000)
    ]
    Job.objects.bulk_create(rows)
    found = Job.objects.annotate(outcome=RULE.expression())
    outcomes = {job.outcome for job in found}
    assert outcomes == {"late", "near", "exact", "other"}
    for job in found:
        assert RULE.decide(vars(job)) == job.outcome
