"""Computed indicators before the first row of the site: unknown, not zero; pages say from when there are rows."""

from datetime import date

import pytest
from django.core.cache import cache

from indicators.comparing import compare_days
from reports.figures import find_figure
from tests.indicators.make import make_city, make_indicator
from tests.make import TODAY, client_of, make_business_date, make_user
from tests.projects.make import make_county, make_fund, make_project

pytestmark = pytest.mark.django_db
LAST_YEAR = date(2022, 12, 31)


@pytest.fixture(autouse=True)
def funds():
    """30000 万元 in place in October 2023, in one of two counties: the first row of the ledger."""
    cache.clear()
    make_business_date()
    make_city()
    county, _ = make_county("甲县", "371001"), make_county("乙县", "371002")
    make_indicator("auto", rule="funds.in_place", unit="亿元", frequency="month", over_time="sum", reported_by="none")
    return make_fund(make_project(county), "30000", "2023-10")


@pytest.fixture
def leader():
    return client_of(make_user("leader"))


def test_what_ended_before_the_first_row_has_no_value_and_says_since_when(leader):
    head = leader.get("/indicators/auto/?as_of=2022-12-31").context["head"]
    assert (head["value"], head["since"]) == ("–", "台账自2023年10月起")
    assert "台账自2023年10月起" in leader.get("/indicators/wall/?as_of=2022-12-31").content.decode()
    figure = find_figure("indicators.auto", LAST_YEAR)
    assert (figure.value, figure.formula) == (None, ("台账自2023年10月起",))
    assert find_figure("indicators.auto", LAST_YEAR, county="371002").value is None


def test_nothing_grows_over_what_is_not_known(leader):
    (line,) = compare_days(LAST_YEAR, TODAY)
    assert (line.left, line.left_label, line.right) == ("–", "台账自2023年10月起", "3")
    assert (line.difference, line.change) == ("–", "")
    assert "台账自2023年10月起" in leader.get("/indicators/compare/").content.decode()


def test_a_year_that_the_ledger_covers_in_part_counts_its_rows_and_says_so(leader):
    page = leader.get("/indicators/auto/")
    assert (page.context["head"]["value"], page.context["head"]["gaps"]) == ("3", "台账自2023年10月起")
    assert [(row["value"], row["rank"], row["gaps"]) for row in page.context["parts"]] == [("3", 1, ""), ("0", 2, "")]
    assert "台账自2023年10月起，此前没有数值" in find_figure("indicators.auto", TODAY).formula


def test_within_the_ledger_a_month_without_a_row_is_zero(leader, funds):
    make_fund(funds.project, "100", "2021-06")
    cache.clear()
    head = leader.get("/indicators/auto/?as_of=2022-12-31").context["head"]
    assert (head["value"], head["since"]) == ("0", "")


def test_a_site_without_rows_says_that_there_are_none(leader, funds):
    type(funds).objects.all().delete()
    cache.clear()
    head = leader.get("/indicators/auto/").context["head"]
    assert (head["value"], head["since"]) == ("–", "台账还没有记录")
