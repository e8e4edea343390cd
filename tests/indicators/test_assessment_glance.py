"""The page of the schemes shows who leads and who trails, the same as each scheme's ranking, at a constant cost."""

import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from indicators.assessment.evaluation import assess, assess_together
from indicators.assessment.results import confirm
from indicators.assessment.spans import parse_span
from indicators.models import SchemeVersion
from tests.indicators.make_assessment import make_reporting, make_scheme
from tests.make import TODAY, client_of, make_business_date, make_organisation, make_report, make_user

pytestmark = pytest.mark.django_db
PAGE = "/indicators/assessment/"
YEAR = parse_span("2023")


@pytest.fixture(autouse=True)
def business_date():
    cache.clear()
    make_business_date()


@pytest.fixture
def leader():
    return client_of(make_user("leader"))


def counties(number):
    """So many counties, each with one report late more than the one before."""
    made = [make_organisation(f"县{n}", kind="county", order=n) for n in range(number)]
    for late, county in enumerate(made):
        make_reporting(county, on_time=number - late, late=late)
    return made


def shown(client, query=""):
    (row,) = client.get(PAGE + query).context["schemes"]
    (group,) = row["standing"]["groups"]
    return row, group


def test_the_first_three_and_the_last_three_stand_with_their_scores(leader):
    make_scheme(counties(8), code="demo")
    _, group = shown(leader)
    assert [(row["rank"], row["short"]) for row in group["first"]] == [(1, "县0"), (2, "县1"), (3, "县2")]
    assert [(row["rank"], row["short"]) for row in group["last"]] == [(6, "县5"), (7, "县6"), (8, "县7")]
    assert (group["left_out"], group["of"]) == (2, 8)
    page = leader.get(PAGE).content.decode()
    assert "中间 2 个单位略" in page and reverse("indicators:assessment_ranking", args=["demo"]) in page
    ranking = leader.get("/indicators/assessment/demo/").context["groups"][0]["rows"]
    scores = {row["organisation"].short: row["score"] for row in ranking}
    assert all(scores[row["short"]] == row["score"] for row in (*group["first"], *group["last"]))


def test_six_are_shown_whole_and_one_in_the_middle_sees_its_own(leader):
    version = make_scheme(counties(6), code="demo")
    _, group = shown(leader)
    assert len(group["first"]) == 6 and not group["last"] and not group["left_out"]
    for name in ("甲", "乙"):
        late = make_organisation(name, kind="county", order=20)
        make_reporting(late, on_time=0, late=1)
        version.groups.get().organisations.add(late)
    cache.clear()
    own = version.groups.get().organisations.get(short="县3")
    _, group = shown(client_of(make_user("county_reporter", own)))
    assert [(row["short"], row["own"]) for row in group["own"]] == [("县3", True)] and group["left_out"] == 1


def test_change_is_held_against_the_last_confirmed_result(leader):
    one, other = counties(2)
    version = make_scheme([one, other], code="demo")
    confirm(version=version, span=parse_span("2023-Q1"), as_of=TODAY, by=None, on=TODAY)
    late = make_reporting(one, on_time=0, late=6)
    make_report(late, "2023-07", submitted_on=TODAY, approved_on=TODAY)
    cache.clear()
    row, group = shown(leader)
    assert row["standing"]["previous"] == "2023年第1季度"
    assert [(r["short"], r["moved"]) for r in group["first"]] == [
        ("县1", {"up": True, "steps": 1}),
        ("县0", {"up": False, "steps": 1}),
    ]
    text = re.sub(r"<[^>]+>", " ", leader.get(PAGE).content.decode())
    assert "↑1" in text and "↓1" in text and "名次变化较2023年第1季度确认的结果" in text


def test_without_data_there_is_no_ranking_and_the_page_says_so(leader):
    make_scheme([make_organisation("甲县", kind="county")], code="demo")
    assert "各单位都没有数据，没有排名" in leader.get(PAGE).content.decode()


def test_several_assessed_together_are_what_each_is_alone():
    some = counties(4)
    make_scheme(some, code="demo")
    make_scheme([], code="two", groups={"甲组": some[:2], "乙组": some[2:]})
    versions = list(SchemeVersion.objects.select_related("scheme").order_by("pk"))
    together = assess_together(versions, YEAR, TODAY)
    assert [row.groups for row in together] == [assess(version, YEAR, TODAY).groups for version in versions]


def test_the_page_asks_the_same_whatever_the_schemes_and_organisations(leader):
    def asked():
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            assert leader.get(PAGE).status_code == 200
        return len(queries)

    make_scheme(counties(2), code="demo")
    asked()
    few = asked()
    for n in range(3):
        some = [make_organisation(f"新{n}{m}", kind="county") for m in range(4)]
        for county in some:
            make_reporting(county)
        make_scheme(some, code=f"more-{n}")
    assert asked() == few <= 30
