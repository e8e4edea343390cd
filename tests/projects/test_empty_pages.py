"""Empty lists: why nothing stands there and what comes next, with the way there for who may act alone."""

import pytest
from django.urls import reverse

from tests import make
from tests.make import client_of, make_user
from tests.projects.make import make_county

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def demo_day():
    make.make_business_date()


@pytest.fixture
def users():
    county = make_county("齐河县")
    return {
        "county": make_user("county_reporter", county),
        "reviewer": make_user("reviewer", county),
        "office": make_user("coordinator"),
        "leader": make_user("leader"),
        "department": make_user("dept_reporter"),
    }


@pytest.mark.parametrize(
    ("page", "user", "way"),
    [
        ("list", "county", "new"),
        ("list", "office", "new"),
        ("list", "leader", ""),
        ("list", "department", "overview"),
        ("funds", "county", "month"),
        ("funds", "reviewer", "verify"),
        ("funds", "leader", ""),
        ("investments", "department", "overview"),
        ("verify", "reviewer", "funds"),
        ("verify", "office", "money_months"),
        ("events", "office", "event_new"),
        ("events", "county", ""),
        ("platforms", "office", "platform_new"),
        ("platforms", "leader", ""),
        ("cases", "county", "case_new"),
        ("cases", "department", ""),
        ("health", "office", ""),
        ("memoranda", "office", "memorandum_new"),
        ("memoranda", "leader", "events"),
    ],
)
def test_empty_list_leads_on_where_the_user_may_act(users, page, user, way):
    client = client_of(users[user])
    empty = client.get(reverse(f"projects:{page}")).context["empty"]
    kind = ["funds"] if way == "month" else []
    assert empty["url"] == (reverse(f"projects:{way}", args=kind) if way else "")
    assert empty["text"].endswith("。") and bool(empty["url"]) == bool(empty["link"])
    if way:
        assert client.get(empty["url"]).status_code == 200


def test_filters_that_find_nothing_offer_to_clear_them(users):
    page = client_of(users["county"]).get(reverse("projects:list"), {"q": "没有这个项目"}).content.decode()
    assert "清除筛选" in page and "录起" not in page
