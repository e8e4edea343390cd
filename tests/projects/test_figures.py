"""Every figure of projects and money: a plain recount, the figure, and the list behind its link agree."""

import random
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db.models import Q
from django.urls import reverse

from common.amounts import WAN_PER_YI, in_yi, round_half_up
from projects.figures import MEASURES, counted_rows, project_figure, project_summary, rows_behind
from projects.models import CreditShare, FundEntry, InvestmentEntry, Project
from tests.make import client_of, make_business_date, make_user
from tests.projects.make import make_county, make_fund, make_investment, make_project

pytestmark = pytest.mark.django_db
DATES = (date(2022, 12, 31), date(2023, 3, 31), date(2023, 10, 31), date(2023, 12, 13))
PATH = ("lead", "negotiating", "signed", "registered", "started", "producing", "at_capacity")
ORIGINS = ("北京市", "北京市", "天津市", "河北省", "上海市", "")


@pytest.fixture(autouse=True)
def fresh_cache():
    cache.clear()


@pytest.fixture
def ledger():
    """Ninety projects with uneven logs and money; returns the county codes."""
    make_business_date()
    draw = random.Random(20231213)
    counties = [make_county(name) for name in ("甲县", "乙县", "丙区")]
    for n in range(90):
        county = draw.choice([*counties, None])
        amount = draw.choice([None, Decimal("9999.99"), Decimal(10000), Decimal(draw.randint(500, 400000))])
        day, stages = date(2022, 6, 1) + timedelta(days=draw.randint(0, 400)), []
        for stage in PATH[: draw.randint(0, len(PATH))]:
            if draw.random() < 0.85:
                stages.append((stage, day))
            day += timedelta(days=draw.randint(5, 120))
        if draw.random() < 0.3:
            stages += [("paused", day), ("started", day + timedelta(days=60))]
        project = make_project(
            county,
            stages=dict.fromkeys(stages),
            origin_province=draw.choice(ORIGINS),
            total_investment=amount,
            is_demo=n % 3 == 0,
        )
        for make_entry in (make_fund, make_investment):
            for _ in range(draw.randint(0, 3)):
                month = f"{draw.choice((2022, 2023, 2023))}-{draw.randint(1, 12):02d}"
                state = draw.choice(["city_verified", "city_verified", "county_verified", "claimed"])
                dates = {} if state == "city_verified" else {"city_verified_on": None}
                entry = make_entry(project, f"{draw.randint(1, 99999)}.{n % 100:02d}", month, state=state, **dates)
                if make_entry is make_fund and state == "city_verified" and draw.random() < 0.2:
                    later = entry.city_verified_on + timedelta(days=40)
                    make_fund(project, -entry.amount, month, reverses=entry, city_verified_on=later)
        if n % 5 == 0:
            first, second = draw.sample(counties, 2)
            percent = draw.choice([Decimal(60), Decimal("33.33")])
            for owner, part in ((first, percent), (second, 100 - percent)):
                CreditShare.objects.create(project=project, organisation=owner, part="location", percent=part)
    return [county.code for county in counties]


def part_of(project, county):
    """The part of a project that counts for the city (all of it) or for a county; None where it does not count."""
    if not county:
        return Decimal(1)
    shares = {share.organisation.code: share.percent / 100 for share in project.credits.all()}
    if shares:
        return shares.get(county)
    located = project.county.code if project.county else "-"
    return Decimal(1) if located == county else None


def recount(key, day, county):
    """Count in plain Python what the figure's scope says: (rows, value)."""
    if key in ("funds.in_place", "investments.completed"):
        model = FundEntry if key == "funds.in_place" else InvestmentEntry
        rows = [
            entry.amount * part_of(entry.project, county)
            for entry in model.objects.select_related("project__county").prefetch_related(
                "project__credits__organisation"
            )
            if entry.project.origin_province in ("北京市", "天津市", "河北省")
            and entry.state == "city_verified"
            and entry.city_verified_on <= day
            and f"{day.year}-01" <= entry.month <= f"{day:%Y-%m}"
            and part_of(entry.project, county) is not None
        ]
        return len(rows), round_half_up(sum(rows, Decimal(0)) / WAN_PER_YI, 2)
    rows = []
    for project in Project.objects.select_related("county").prefetch_related("stages", "credits__organisation"):
        if key.startswith("projects.started") and project.origin_province not in ("北京市", "天津市", "河北省"):
            continue
        part = part_of(project, county)
        if part is None:
            continue
        first = defaultdict(lambda: date.max)
        for change in project.stages.all():
            first[change.stage] = min(first[change.stage], change.on)
        begun = first["started" if key.startswith("projects.started") else "signed"]
        if not date(day.year, 1, 1) <= begun <= day:
            continue
        if key.startswith("projects.started.") and (project.total_investment or 0) < 10000:
            continue
        if key.endswith(".registered") and min(first[stage] for stage in PATH[3:]) > day:
            continue
        if key == "projects.signed.started" and min(first[stage] for stage in PATH[4:]) > day:
            continue
        rows.append((part, (project.total_investment or Decimal(0)) * part))
    if key.endswith(".investment"):
        return len(rows), round_half_up(sum((amount for _, amount in rows), Decimal(0)) / WAN_PER_YI, 2)
    return len(rows), sum(part for part, _ in rows)


def listed(figure, user):
    """What the figure's list holds: (rows, value)."""
    found = [(getattr(row, "share", Decimal(100)) / 100, row) for row in counted_rows(figure, user)]
    if figure.unit == "个":
        return len(found), sum(part for part, _ in found)
    amounts = [part * ((row.total_investment if isinstance(row, Project) else row.amount) or 0) for part, row in found]
    return len(found), round_half_up(sum(amounts, Decimal(0)) / WAN_PER_YI, 2)


@pytest.mark.parametrize("day", DATES, ids=str)
def test_figure_recount_and_list_agree_for_the_city_and_every_county(ledger, day):
    leader = make_user("leader")
    for key in MEASURES:
        for county in ("", "-", *ledger):
            figure = project_figure(key, day, county)
            expected = recount(key, day, county)
            assert (figure.rows, figure.value) == expected, (key, county)
            assert listed(figure, leader) == expected, (key, county)
            assert figure.unit == MEASURES[key][1]
        if day >= date(2023, 10, 31):
            assert project_figure(key, day).rows > 0  # the made rows do reach this figure


def test_the_link_of_each_figure_opens_a_page_with_as_many_rows(ledger):
    client = client_of(make_user("coordinator"))
    for key in MEASURES:
        for county in ("", ledger[0]):
            figure = project_figure(key, DATES[-1], county)
            response = client.get(figure.rows_url)
            assert response.status_code == 200
            assert response.context["total"] == figure.rows
            assert not list(response.context["messages"])


def test_the_parts_of_counties_and_of_projects_without_one_make_the_city(ledger):
    summary = project_summary(DATES[-1])
    for key in MEASURES:
        parts = [summary.value(key, county) for county in (*ledger, "-")]
        assert sum(parts) == summary.value(key)


def test_a_project_that_started_before_the_year_is_not_new_when_it_starts_again():
    county = make_county("甲县")
    stages = [("started", date(2022, 5, 1)), ("paused", date(2022, 9, 1)), ("started", date(2023, 4, 1))]
    make_project(county, stages=stages)
    assert project_figure("projects.started.count", DATES[-1]).value == 0
    assert project_figure("projects.started.count", date(2022, 12, 31)).value == 1


def test_a_reversing_row_takes_its_amount_back_from_its_own_day_on():
    project = make_project(make_county("甲县"))
    entry = make_fund(project, "30000", "2023-06", city_verified_on=date(2023, 7, 5))
    make_fund(project, "-30000", "2023-06", reverses=entry, city_verified_on=date(2023, 9, 1))
    assert project_figure("funds.in_place", date(2023, 8, 31)).value == 3
    later = project_figure("funds.in_place", date(2023, 9, 1))
    assert (later.value, later.rows) == (0, 2)


def test_a_figure_is_marked_as_demonstration_only_when_it_counts_such_rows():
    real, shown = make_county("甲县"), make_county("乙县")
    make_project(real, stages=[("signed", date(2023, 2, 1))])
    make_project(shown, stages=[("signed", date(2023, 2, 1))], is_demo=True)
    key = "projects.signed.count"
    assert not project_figure(key, DATES[-1], real.code).demo
    assert project_figure(key, DATES[-1], shown.code).demo
    assert project_figure(key, DATES[-1]).demo


def test_lines_of_a_passport_are_the_largest_rows_that_the_user_may_see(ledger):
    key, day = "projects.signed.investment", DATES[-1]
    figure = project_figure(key, day)
    lines = rows_behind(figure, make_user("leader"), limit=5)
    largest = sorted((p.total_investment or 0 for p in counted_rows(figure, make_user("leader"))), reverse=True)
    assert len(lines) == 5
    assert [line["right"] for line in lines] == [f"{in_yi(amount)} 亿元" for amount in largest[:5]]
    own = Project.objects.filter(county__code=ledger[0]).first().county
    own_or_shared = Project.objects.filter(Q(county=own) | Q(credits__organisation=own))
    names = set(own_or_shared.values_list("name", flat=True))
    seen = rows_behind(figure, make_user("county_reporter", own), limit=50)
    assert seen and {line["title"] for line in seen} <= names
    assert rows_behind(figure, make_user("dept_reporter"), limit=50) == []


def test_no_figure_for_an_unknown_key_or_county():
    assert project_figure("projects.unknown", DATES[-1]) is None
    assert project_figure("projects.signed.count", DATES[-1], "999999") is None


def test_links_name_their_list_and_the_date():
    assert project_figure("funds.in_place", DATES[-1]).rows_url.startswith(reverse("projects:funds"))
    assert "as_of=2023-12-13" in project_figure("projects.started.count", DATES[-1]).rows_url
