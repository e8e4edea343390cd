"""Scorecards: organisations against terms and indicators, each cell in its light and opening what is behind it."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from indicators.models import Indicator, Observation, Target
from tests.indicators.make import make_city
from tests.indicators.make_assessment import make_reporting, make_scheme
from tests.make import client_of, make_business_date, make_organisation, make_user

pytestmark = pytest.mark.django_db


def make_indicator(code, **fields):
    return Indicator.objects.create(
        **{
            "code": code,
            "name": f"指标{code}",
            "unit": "亿元",
            "scope": "口径",
            "frequency": "month",
            "over_time": "sum",
            "over_organisations": "sum",
            "direction": "up",
            "reported_by": "counties",
        }
        | fields
    )


def observe(indicator, organisation, period, value):
    return Observation.objects.create(
        indicator=indicator, organisation=organisation, period=period, value=Decimal(value), state="locked",
        locked_on=date(2023, 12, 5),
    )  # fmt: skip


@pytest.fixture
def counties():
    make_business_date()
    return [make_organisation(name, kind="county", category="县市区考核") for name in ("甲县", "乙县", "丙县", "丁县")]


def scorecard(client, subject="counties", **query):
    return client.get(reverse("indicators:scorecard", args=[subject]), query)


def row_of(answer, name):
    """Return (light, text, link) of each heat cell in the row of an organisation."""
    body = answer.content.decode()
    row = next(r for r in re.findall(r"<tr.*?</tr>", body, re.DOTALL) if re.search(rf">{name}(</a>)?</th>", r))
    cells = re.findall(r'<td class="r hc (\w+)"[^>]*>(.*?)</td>', row, re.DOTALL)
    return [
        (light, re.sub(r"<[^>]+>", "", inside), (re.findall(r'href="([^"]+)"', inside) or [""])[0])
        for light, inside in cells
    ]


def test_a_value_is_held_against_its_target_and_the_years_pace(counties):
    indicator = make_indicator("sum")
    for county, value in zip(counties, ("10", "9.4", "8"), strict=False):
        observe(indicator, county, "2023-10", value)
        Target.objects.create(indicator=indicator, organisation=county, period="2023", value=10)
    office = client_of(make_user("coordinator"))
    # November is to be there: 334 of 365 days, 91.5 %. Reached 100 %, 94 %, 80 % (ten points behind); 丁县 has none.
    found = [row_of(scorecard(office), county.short)[0][:2] for county in counties]
    assert found == [("blue", "10"), ("green", "9.4"), ("yellow", "8"), ("none", "–")]


def test_months_of_the_year_add_up_and_a_level_takes_the_newest(counties):
    added, level = make_indicator("a-sum"), make_indicator("b-last", over_time="last", unit="家")
    for month, value in (("2022-12", 100), ("2023-01", 1), ("2023-02", 2)):
        observe(added, counties[0], month, value)
        observe(level, counties[0], month, value)
    office = client_of(make_user("coordinator"))
    assert [cell[1] for cell in row_of(scorecard(office), "甲县")] == ["3", "2"]


def test_an_indicators_cell_opens_the_passport_of_the_same_value(counties):
    make_city()
    added, level = make_indicator("a-sum"), make_indicator("b-last", over_time="last", unit="家")
    for month, value in (("2022-12", 100), ("2023-01", 1), ("2023-02", 2)):
        observe(added, counties[0], month, value)
        observe(level, counties[0], month, value)
    office = client_of(make_user("coordinator"))
    for day in ("2023-12-13", "2023-12-06"):
        for _, text, link in row_of(scorecard(office, as_of=day), "甲县"):
            passport = office.get(link.replace("&amp;", "&"))
            assert passport.context["figure"].text == text and passport.context["figure"].as_of.isoformat() == day
    assert [link for _, text, link in row_of(scorecard(office), "乙县") if text == "–" and link] == []


def test_terms_carry_the_light_of_their_score_and_open_the_sheet(counties):
    for n, county in enumerate(counties[:3]):
        make_reporting(county, on_time=3 - n, late=n)
    make_scheme(counties, code="demo")
    office = client_of(make_user("coordinator"))
    shown = scorecard(office)
    lights = [row_of(shown, county.short)[0][:2] for county in counties]
    assert lights == [("green", "60.00"), ("yellow", "40.00"), ("red", "20.00"), ("none", "–")]
    for _, _, link in row_of(shown, "乙县"):
        assert office.get(link.partition("#")[0].replace("&amp;", "&")).status_code == 200
    assert shown.context["chart"]["rows"][0][0]["text"] == "甲县"


def test_others_see_the_scores_but_open_only_their_own_sheet(counties):
    for county in counties:
        make_reporting(county)
    make_scheme(counties, code="demo")
    shown = scorecard(client_of(make_user("county_reporter", counties[0])))
    assert row_of(shown, "甲县")[0][2] and not row_of(shown, "乙县")[0][2]
    assert row_of(shown, "乙县")[0][1] == "60.00"


def test_departments_have_a_scorecard_and_nothing_else_has(counties):
    office = client_of(make_user("coordinator"))
    make_organisation("市甲局")
    assert "部门记分卡" in scorecard(office, "departments").content.decode()
    assert scorecard(office, "peers").status_code == 404


def test_no_style_attribute_in_the_page(counties):
    make_scheme(counties, code="demo")
    assert "style=" not in scorecard(client_of(make_user("coordinator"))).content.decode()


def test_queries_do_not_grow_with_indicators_and_organisations(counties):
    make_scheme(counties, code="demo")
    office = client_of(make_user("coordinator"))
    observe(make_indicator("first"), counties[0], "2023-10", 1)

    def asked():
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            assert scorecard(office).status_code == 200
        return len(queries)

    asked()
    few = asked()
    for n in range(15):
        indicator = make_indicator(f"more-{n:02d}")
        for county in counties:
            observe(indicator, county, "2023-10", n)
    assert asked() == few


def test_a_light_is_the_one_of_the_indicators_own_page(counties):
    """In December a quarter's value is held against the pace of the third quarter, everywhere."""
    make_organisation("德州市", kind="city")
    indicator = make_indicator("quarterly", frequency="quarter", due_days=10)
    for county, value in zip(counties, ("8", "6"), strict=False):
        observe(indicator, county, "2023-Q3", value)
        Target.objects.create(indicator=indicator, organisation=county, period="2023", value=10)
    office = client_of(make_user("coordinator"))
    own = office.get(reverse("indicators:detail", args=["quarterly"])).context["parts"]
    lights = {row["organisation"].short: row["light"] for row in own}
    # 273 of 365 days, 74.8 %: 80 % is on pace, 60 % is not
    assert [lights["甲县"], lights["乙县"]] == ["green", "yellow"]
    assert [row_of(scorecard(office), name)[0][0] for name in ("甲县", "乙县")] == ["green", "yellow"]
