"""Locked values restated and figures published anew: the old value stays, the past reads as it stood."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.cache import cache

from common.models import Source
from indicators.models import Observation, ObservationRevision
from reports.figures import find_figure
from tests.indicators.make import make_city, make_indicator, make_observation
from tests.make import TODAY, client_of, make_business_date, make_user
from tests.projects.make import make_county

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def business_date():
    cache.clear()
    make_business_date()


@pytest.fixture
def office():
    return client_of(make_user("coordinator"))


@pytest.fixture
def locked():
    """A county's value of October, locked on 10 November."""
    make_city()
    indicator = make_indicator(
        "visits", unit="次", frequency="month", reported_by="counties", over_time="sum", over_organisations="sum"
    )
    return make_observation(
        indicator,
        "12",
        make_county("甲县"),
        published=False,
        period="2023-10",
        state="locked",
        reported_on=date(2023, 11, 5),
        locked_on=date(2023, 11, 10),
    )


def restate(office, row, **fields):
    sent = {"version": row.version, "value": "10", "reason": "重复计了两次"} | fields
    return office.post(f"/indicators/values/{row.pk}/restate/", sent)


def city_value(day):
    cache.clear()
    return find_figure("indicators.visits", day).value


def test_a_restated_value_counts_from_its_day_and_the_old_one_before(office, locked):
    assert restate(office, locked).status_code == 302
    locked.refresh_from_db()
    assert locked.value == 10
    kept = ObservationRevision.objects.get()
    assert (kept.value, kept.new_value, kept.reason, kept.on) == (12, 10, "重复计了两次", TODAY)
    assert city_value(date(2023, 11, 9)) is None
    assert city_value(date(2023, 12, 12)) == 12
    assert city_value(TODAY) == 10
    page = office.get("/indicators/visits/").content.decode()
    assert "重复计了两次" in page and ">12<" in page
    assert "重复计了两次" not in office.get("/indicators/visits/?as_of=2023-12-12").content.decode()


def test_the_same_restatement_twice_is_one(office, locked):
    for _ in range(3):
        assert restate(office, locked).status_code == 302
    assert ObservationRevision.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"reason": " "}, "请写明更正原因"),
        ({"value": "十"}, "不是数"),
        ({"value": ""}, "请填写更正后的数值"),
        ({"value": "12"}, "不用更正"),
        ({"version": 9}, "刚被他人改过"),
    ],
)
def test_a_restatement_that_cannot_stand_loses_nothing(office, locked, fields, words):
    answer = restate(office, locked, **fields)
    page = answer.content.decode()
    assert answer.status_code in (200, 409) and words in page
    assert (fields.get("reason") or "重复计了两次").strip() in page
    assert not ObservationRevision.objects.exists()


def test_only_locked_values_are_restated_and_only_by_the_office(office, locked):
    Observation.objects.update(state="reviewed")
    assert "只有已锁定" in restate(office, locked).content.decode()
    own = client_of(make_user("county_reporter", locked.organisation))
    assert own.get(f"/indicators/values/{locked.pk}/restate/").status_code == 403


def test_a_ratio_is_restated_by_its_parts_and_its_past_adds_up(office):
    make_city()
    rate = make_indicator(
        "rate",
        unit="%",
        decimals=1,
        frequency="quarter",
        reported_by="counties",
        over_time="ratio",
        over_organisations="ratio",
        numerator_name="办结",
        denominator_name="受理",
    )
    rows = [
        make_observation(
            rate,
            value,
            make_county(name),
            published=False,
            period="2023-Q3",
            numerator=Decimal(top),
            denominator=Decimal(bottom),
            state="locked",
            locked_on=date(2023, 10, 12),
            reported_on=date(2023, 10, 8),
        )
        for name, value, top, bottom in (("甲县", "50", 1, 2), ("乙县", "10", 10, 100))
    ]
    office.post(
        f"/indicators/values/{rows[1].pk}/restate/",
        {"version": 1, "numerator": "20", "denominator": "100", "reason": "漏计"},
    )
    assert find_figure("indicators.rate", date(2023, 12, 1)).value == Decimal("10.8")
    assert find_figure("indicators.rate", TODAY).value == Decimal("20.6")


def republish(office, row, **fields):
    sent = {"version": row.version, "value": "151", "title": "年度公报", "published_on": "2023-12-13"}
    return office.post(f"/indicators/values/{row.pk}/republish/", sent | fields)


@pytest.fixture
def published():
    return make_observation(
        make_indicator("F-000-14"),
        "150",
        source_key="000-14",
        published_on=date(2023, 11, 1),
        organisation=make_city(),
    )


def test_a_figure_published_anew_keeps_both_in_their_order(office, published):
    assert republish(office, published).status_code == 302
    published.refresh_from_db()
    assert (published.value, published.published_on, published.source.title) == (151, TODAY, "年度公报")
    kept = ObservationRevision.objects.get()
    assert (kept.value, kept.published_on, kept.source.title) == (150, date(2023, 11, 1), "新闻发布会")
    assert find_figure("published.000-14", date(2023, 11, 30)).value == 150
    now = find_figure("published.000-14", TODAY)
    assert now.value == 151 and "2023-11-01 公布为 150 个" in now.source["note"]
    assert find_figure("published.000-14", date(2023, 10, 31)) is None
    listed = office.get("/indicators/published/").content.decode()
    assert "151 个" in listed and "2023-11-01 曾公布为 150 个" in listed
    assert "150 个" in office.get("/indicators/published/?as_of=2023-11-30").content.decode()


def test_an_earlier_publication_is_refused(office, published):
    answer = republish(office, published, published_on="2023-10-01")
    assert "早于现有的 2023-11-01" in answer.content.decode() and not ObservationRevision.objects.exists()
    assert "请填写来源标题" in republish(office, published, title="").content.decode()


def test_the_same_publication_twice_is_one(office, published):
    republish(office, published)
    republish(office, published)
    assert ObservationRevision.objects.count() == 1 and Source.objects.filter(title="年度公报").count() == 1
