"""The city among its peers: published figures beside each other, divided only where that is fair."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.cache import cache

from tests.indicators.make import make_city, make_indicator, make_observation, make_source
from tests.make import client_of, make_business_date, make_organisation, make_user

pytestmark = pytest.mark.django_db
PEERS = "/indicators/peers/"


@pytest.fixture(autouse=True)
def business_date():
    cache.clear()
    make_business_date()


@pytest.fixture
def leader():
    return client_of(make_user("leader"))


@pytest.fixture
def peer():
    return make_organisation("某对标市", kind="peer", order=900)


def publish(name, value, organisation, unit="个", period="2023", **fields):
    indicator = make_indicator(name=name, unit=unit, scope=f"{organisation.short}：{name}的口径", **fields)
    make_observation(indicator, value, organisation, period=period)
    return indicator


def groups(client):
    return [[(row.organisation.short, row.text) for row in g.rows] for g in client.get(PEERS).context["groups"]]


def test_like_figures_stand_together_each_with_its_scope(leader, peer):
    publish("京津合作签约项目", "42", make_city())
    publish("京津合作签约项目数", "80", peer)
    publish("人口", "700", peer, unit="万人")
    assert groups(leader) == [[("某市", "42 个"), ("某对标市", "80 个")]]
    page = leader.get(PEERS).content.decode()
    assert "某对标市：京津合作签约项目数的口径" in page and "各按自己公布的口径" in page
    assert [row.indicator.name for row in leader.get(PEERS).context["others"]] == ["人口"]


def test_the_definition_says_what_a_peers_figure_is_a_benchmark_of(leader, peer):
    own = publish("到位资金", "109", make_city(), unit="亿元")
    publish("外来投资", "500", peer, unit="亿元", benchmark_of=own)
    assert groups(leader) == [[("某市", "109 亿元"), ("某对标市", "500 亿元")]]


def test_other_periods_are_not_ranked(leader, peer):
    publish("签约项目", "42", make_city())
    publish("签约项目", "80", peer, period="2022")
    assert "期间或口径不同，只供参考" in leader.get(PEERS).content.decode()


def test_per_project_needs_the_count_of_the_same_projects_and_period(leader, peer):
    city = make_city()
    publish("专场签约总投资", "432.3", city, unit="亿元")
    publish("专场签约项目", "42", city)
    publish("合作项目总投资", "2611.6", peer, unit="亿元", period="2022")
    publish("合作项目", "374", peer, period="2023")
    (row,) = leader.get(PEERS).context["divided"]
    assert (row.organisation.short, row.value, row.formula) == (
        "某市",
        Decimal("10.29"),
        "432.3 亿元 ÷ 42 个（2023年）",
    )
    assert leader.get(f"{PEERS}?_export=xlsx").status_code == 200


def test_what_was_not_published_yet_is_not_there(leader, peer):
    indicator = make_indicator(name="签约项目")
    make_observation(indicator, "80", peer, source=make_source("late"), published_on=date(2023, 12, 1))
    assert leader.get(f"{PEERS}?as_of=2023-11-30").context["others"] == []
    assert len(leader.get(PEERS).context["others"]) == 1
