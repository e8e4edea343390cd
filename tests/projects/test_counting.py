"""Counting by any dimension and period, with the credit of a project split between counties."""

import random
from datetime import date
from decimal import Decimal

import pytest
from django.core.cache import cache
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Organisation
from projects.counting import COUNTED, family_rows, plain, project_measure, tally
from projects.dimensions import FIELDS, SIZES, UNKNOWN, condition, size_of
from projects.models import CreditShare, FundEntry, InvestmentEntry, Project
from tests.make import make_organisation
from tests.projects.make import make_county, make_fund, make_investment, make_project

pytestmark = pytest.mark.django_db
DAY = date(2023, 12, 13)
YEAR = {"first": date(2023, 1, 1), "last": date(2023, 12, 31), "as_of": DAY}


@pytest.fixture(autouse=True)
def fresh_cache():
    cache.clear()


def make_split(project, **percents):
    """Split a project's credit; the keys are counties' short names."""
    for n, (short, percent) in enumerate(percents.items()):
        CreditShare.objects.create(
            project=project,
            organisation=Organisation.objects.get(short=short),
            part="location" if n else "first_talks",
            percent=Decimal(percent),
        )


def measure(key, code="", **span):
    return project_measure(key, code, **YEAR | span)


def test_two_counties_share_a_project_and_its_money():
    one, two = make_county("甲县"), make_county("乙县")
    project = make_project(two, stages=[("signed", date(2023, 2, 1)), ("started", date(2023, 5, 1))])
    make_split(project, 甲县="60", 乙县="40")
    make_fund(project, "1000.01", "2023-06")
    assert measure("projects.started.count") == 1
    assert [measure("projects.started.count", c.code) for c in (one, two)] == [Decimal("0.6"), Decimal("0.4")]
    assert measure("projects.started.investment", one.code) == 12000
    assert measure("projects.signed.started", two.code) == Decimal("0.4")
    assert measure("funds.in_place", one.code) == Decimal("600.006")  # nothing is rounded before the end
    assert sum(measure("funds.in_place", c.code) for c in (one, two)) == Decimal("1000.01")


def test_a_project_that_is_producing_has_started_though_nobody_logged_that_day():
    make_project(make_county("甲县"), stages=[("signed", date(2023, 2, 1)), ("producing", date(2023, 9, 1))])
    assert measure("projects.signed.registered") == measure("projects.signed.started") == 1
    assert measure("projects.signed.started", as_of=date(2023, 8, 31)) == 0
    assert measure("projects.started.count") == 0  # in which period it started is not known


def test_the_city_by_its_code_counts_the_whole():
    city = make_organisation("某市", kind="city", code="370000")
    make_project(make_county("甲县"), stages=[("signed", date(2023, 2, 1))])
    assert measure("projects.signed.count", city.code) == 1


def test_unknown_keys_and_others_than_counties_have_no_value():
    assert measure("projects.nothing") is None
    assert measure("funds.in_place", make_organisation("市某局").code) is None
    assert measure("funds.in_place", "999999") is None
    assert measure("funds.in_place", first=date(2024, 1, 1), last=date(2024, 12, 31)) is None


@pytest.mark.parametrize(
    ("first", "last", "count", "amount"),
    [
        (date(2023, 1, 1), date(2023, 12, 31), 2, 300),
        (date(2023, 4, 1), date(2023, 6, 30), 1, 200),
        (date(2023, 2, 1), date(2023, 2, 28), 1, 100),
        (date(2023, 2, 2), date(2023, 5, 8), 0, 300),
        (date(2023, 7, 1), date(2023, 9, 30), 0, 0),
    ],
)
def test_any_span_counts_what_happened_in_it(first, last, count, amount):
    project = make_project(make_county("甲县"), stages=[("started", date(2023, 2, 1))])
    make_project(make_county("乙县"), stages=[("started", date(2023, 5, 9))])
    make_fund(project, "100", "2023-02")
    make_fund(project, "200", "2023-05")
    assert measure("projects.started.count", first=first, last=last) == count
    assert measure("funds.in_place", first=first, last=last) == amount


def test_a_later_day_of_counting_knows_what_was_verified_later():
    project = make_project(make_county("甲县"))
    make_fund(project, "100", "2023-02", city_verified_on=date(2023, 6, 5))
    spring = {"first": date(2023, 1, 1), "last": date(2023, 3, 31)}
    assert measure("funds.in_place", **spring, as_of=date(2023, 5, 1)) == 0
    assert measure("funds.in_place", **spring, as_of=date(2023, 6, 5)) == 100


def split_of(numbers):
    """Percents with two decimals that total 100, in the proportion of the numbers."""
    whole = sum(numbers)
    parts = [Decimal(n * 10000 // whole) / 100 for n in numbers]
    parts[0] += 100 - sum(parts)
    return parts


splits = st.lists(st.lists(st.integers(200, 999), min_size=1, max_size=4), min_size=1, max_size=8)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(splits=splits, seed=st.integers(0, 10**6))
def test_the_parts_of_the_counties_make_the_city_for_any_split(splits, seed):
    _clear()  # one example's rows would stay for the next
    counties = list(Organisation.objects.filter(kind="county")) or [make_county(f"{n}县") for n in "甲乙丙丁"]
    draw = random.Random(seed)
    for numbers in splits:
        owners = draw.sample(counties, len(numbers))
        project = make_project(
            owners[0],
            stages=[("signed", date(2023, 3, 1)), ("started", date(2023, 4, 1))],
            total_investment=Decimal(draw.randint(1_000_000, 99_999_999)) / 100,
        )
        if draw.random() < 0.8:
            for owner, percent in zip(owners, split_of(numbers), strict=True):
                CreditShare.objects.create(project=project, organisation=owner, part="location", percent=percent)
        make_fund(project, f"{draw.randint(1, 999999)}.{draw.randint(0, 99):02d}", "2023-06")
        make_investment(project, f"{draw.randint(1, 999999)}.{draw.randint(0, 99):02d}", "2023-07")
    for key, (family, cut) in COUNTED.items():
        parts = tally(family, **YEAR, by=("county",))[cut]
        assert sum(part.value(key) for part in parts.values()) == measure(key), key
        for county in counties:
            assert measure(key, county.code) == parts[(county.code,)].value(key)


def _clear():
    FundEntry.objects.all().delete()
    InvestmentEntry.objects.all().delete()
    Project.objects.all().delete()


def make_varied(counties, count=60):
    draw = random.Random(7)
    for n in range(count):
        project = make_project(
            draw.choice([*counties, None]),
            stages=[(stage, date(2023, draw.randint(1, 9), 5)) for stage in ("signed", "started")],
            origin_province=draw.choice(("北京市", "天津市", "河北省", "")),
            origin_district=draw.choice(("朝阳区", "海淀区", "")),
            industry_code=draw.choice(("35", "13", "")),
            chain=draw.choice(("高端装备", "")),
            investor_kind=draw.choice(("private", "central_soe", "")),
            total_investment=draw.choice([None, *(Decimal(draw.randint(100, 900000)) for _ in range(5))]),
            is_demo=n % 4 == 0,
        )
        make_fund(project, str(draw.randint(10, 900)), f"2023-{draw.randint(1, 11):02d}")
        if n % 3 == 0:
            make_split(project, 甲县="33.33", 乙县="66.67")


def test_every_dimension_splits_a_family_without_loss_and_equals_a_plain_recount():
    counties = [make_county("甲县"), make_county("乙县")]
    make_varied(counties)
    for family in ("signed", "started", "funds"):
        rows = list(family_rows(family, **YEAR).select_related(*(["project"] if family == "funds" else [])))
        whole = tally(family, **YEAR)["all"][()]
        assert whole.rows == len(rows) > 20
        for name in (*FIELDS, "size"):
            recount = {}
            for row in rows:
                project = row if family != "funds" else row.project
                value = size_of(project.total_investment) if name == "size" else getattr(project, FIELDS[name])
                recount[(value or UNKNOWN,)] = recount.get((value or UNKNOWN,), 0) + 1
            parts = tally(family, **YEAR, by=(name,))["all"]
            assert {group: part.rows for group, part in parts.items()} == recount, (family, name)
            for (value,), part in parts.items():
                alone = tally(family, **YEAR, narrow={name: value})["all"][()]
                assert (alone.rows, alone.count, alone.amount) == (part.rows, part.count, part.amount)


def test_county_and_another_dimension_together_give_the_flows():
    counties = [make_county("甲县"), make_county("乙县")]
    make_varied(counties)
    flows = tally("started", **YEAR, by=("origin", "district", "county"))["large"]
    for county in (*(c.code for c in counties), UNKNOWN):
        narrowed = tally("started", **YEAR, narrow={"county": county})["large"][()]
        assert sum(part.count for (*_, code), part in flows.items() if code == county) == narrowed.count
    total = tally("started", **YEAR)["large"][()]
    assert sum(part.count for part in flows.values()) == total.count == total.rows


def test_money_by_month_and_county():
    counties = [make_county("甲县"), make_county("乙县")]
    make_varied(counties)
    by_month = tally("funds", **YEAR, by=("month",))["all"]
    both = tally("funds", **YEAR, by=("county", "month"))["all"]
    for (month,), part in by_month.items():
        assert sum(p.amount for (_, m), p in both.items() if m == month) == part.amount


def test_the_condition_of_a_county_finds_projects_with_any_share():
    one, two = make_county("甲县"), make_county("乙县")
    shared, own, nowhere = make_project(two), make_project(one), make_project(None)
    make_split(shared, 甲县="30", 乙县="70")
    moved = make_project(one)
    make_split(moved, 乙县="100")
    found = {code: set(Project.objects.filter(condition("county", code))) for code in (one.code, two.code, "-")}
    assert found == {one.code: {shared, own}, two.code: {shared, moved}, "-": {nowhere}}


def test_size_bands_meet_without_gap():
    assert [size_of(first) for _, _, first, _ in SIZES[1:]] == [code for code, *_ in SIZES[1:]]
    assert size_of(Decimal("9999.99")) == "lt1"
    assert size_of(None) == UNKNOWN


def test_whole_counts_are_whole_numbers():
    assert repr(plain(Decimal("2.00"))) == "2"
    assert plain(Decimal("0.6000")) == Decimal("0.6")
