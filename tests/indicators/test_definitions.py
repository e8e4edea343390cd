"""Definitions and targets through the front door: made, changed over a version, retired, never lost."""

from datetime import date

import pytest
from django.core.cache import cache

from common.models import AuditEntry
from indicators.defining import RESERVED
from indicators.models import Indicator, Target
from indicators.urls import urlpatterns
from tests.indicators.make import make_city, make_indicator, make_observation, make_target
from tests.make import client_of, make_business_date, make_user
from tests.projects.make import make_county

pytestmark = pytest.mark.django_db
FORM = {
    "version": 0,
    "code": "visits",
    "name": "对接次数",
    "unit": "次",
    "scope": "一次行程计一次。",
    "category": "招引",
    "direction": "up",
    "frequency": "month",
    "over_time": "sum",
    "over_organisations": "sum",
    "decimals": 0,
    "rule": "",
    "reported_by": "counties",
    "owner": "",
    "is_required": "on",
    "due_days": 10,
    "numerator_name": "",
    "denominator_name": "",
    "split_by": "",
    "valid_from": "2023-01-01",
    "valid_to": "",
    "benchmark_of": "",
}


@pytest.fixture(autouse=True)
def business_date():
    cache.clear()
    make_business_date()


@pytest.fixture
def office():
    return client_of(make_user("coordinator"))


def test_the_office_defines_an_indicator(office):
    assert office.post("/indicators/new/", FORM).status_code == 302
    made = Indicator.objects.get(code="visits")
    assert (made.is_required, made.due_days, made.valid_from) == (True, 10, date(2023, 1, 1))
    assert AuditEntry.objects.get(action="新增指标").after["name"] == "对接次数"
    assert office.post("/indicators/new/", FORM).status_code == 302, "the same again is one act"
    assert Indicator.objects.count() == 1
    assert "各县市区填报，必报" in office.get("/indicators/visits/").content.decode()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"code": "wall"}, "本站网址用词"),
        ({"code": "带中文"}, "代码为 2—40 个字母"),
        ({"rule": "tasks.closed"}, "填报单位应选“不填报”"),
        ({"rule": "tasks.closed", "reported_by": "none"}, "计量单位应为“项”"),
        ({"reported_by": "owner"}, "请选择责任单位"),
        ({"frequency": "once"}, "须选月、季或年"),
        ({"numerator_name": "办结"}, "分子和分母要么都写"),
        ({"over_time": "ratio"}, "请写明分子和分母"),
        ({"over_organisations": "last"}, "只用于时间汇总"),
        ({"valid_to": "2022-01-01"}, "停用日期早于起用日期"),
        ({"decimals": 9}, "小数位数为 0—4"),
        ({"name": ""}, "这个字段是必填项"),
    ],
)
def test_what_cannot_stand_is_said_and_nothing_typed_is_lost(office, fields, words):
    page = office.post("/indicators/new/", FORM | fields).content.decode()
    assert words in page and "一次行程计一次。" in page
    assert not Indicator.objects.exists()


def test_a_code_in_use_is_refused(office):
    make_indicator("visits", name="另一项")
    assert "已用于“另一项”" in office.post("/indicators/new/", FORM).content.decode()


def test_every_address_of_the_section_is_no_code():
    assert {str(found.pattern).split("/")[0] for found in urlpatterns} - {"", "<str:code>"} <= RESERVED


def test_two_editors_of_a_definition_see_both(office):
    office.post("/indicators/new/", FORM)
    first = FORM | {"version": 1, "scope": "新的口径。"}
    assert office.post("/indicators/visits/edit/", first).status_code == 302
    answer = office.post("/indicators/visits/edit/", FORM | {"version": 1, "scope": "另一种口径。"})
    page = answer.content.decode()
    assert answer.status_code == 409 and "另一种口径。" in page and "新的口径。" in page
    assert Indicator.objects.get().scope == "新的口径。"


def test_what_values_were_entered_under_stands(office):
    office.post("/indicators/new/", FORM)
    make_observation(Indicator.objects.get(), "3", make_county("甲县"), published=False, period="2023-10")
    page = office.post("/indicators/visits/edit/", FORM | {"version": 1, "unit": "场"}).content.decode()
    assert "已有数值的指标不能改计量单位" in page
    assert office.post("/indicators/visits/edit/", FORM | {"version": 1, "name": "对接场次"}).status_code == 302


def test_an_indicator_in_use_is_retired_and_never_deleted(office):
    office.post("/indicators/new/", FORM)
    indicator = Indicator.objects.get()
    make_observation(indicator, "3", make_county("甲县"), published=False, period="2023-10")
    make_target(indicator)
    page = office.post("/indicators/visits/retire/", {"act": "delete"}, follow=True).content.decode()
    assert "已有1 个数值、1 个目标，不能删除，只能停用" in page and Indicator.objects.exists()
    office.post("/indicators/visits/retire/", {"act": "retire", "version": 1, "last": "2023-11-30"})
    assert Indicator.objects.get().valid_to == date(2023, 11, 30)
    unused = make_indicator("unused")
    office.post("/indicators/unused/retire/", {"act": "delete"})
    assert not Indicator.objects.filter(pk=unused.pk).exists()


def test_only_the_office_defines():
    make_indicator("visits")
    for role in ("leader", "county_reporter", "reviewer"):
        client = client_of(make_user(role))
        for address in ("new/", "visits/edit/", "visits/targets/"):
            assert client.get(f"/indicators/{address}").status_code == 403


def test_targets_are_set_changed_and_taken_away(office):
    city, county = make_city(), make_county("甲县")
    indicator = make_indicator("visits", frequency="month", reported_by="counties")
    address = "/indicators/visits/targets/"
    sent = {
        "period": "2023",
        f"value-{city.pk}": "１００",
        f"comparator-{city.pk}": ">=",
        f"version-{city.pk}": 0,
        f"value-{county.pk}": "",
    }
    assert office.post(address, sent).status_code == 302
    target = Target.objects.get()
    assert (target.organisation, target.value, target.comparator) == (city, 100, ">=")
    page = office.post(address, sent | {f"version-{city.pk}": 1, f"value-{county.pk}": "很多"})
    assert "不是数" in page.content.decode() and "很多" in page.content.decode()
    stale = office.post(address, sent | {f"value-{city.pk}": "90", f"version-{city.pk}": 7})
    assert stale.status_code == 409 and "刚被他人改为 100" in stale.content.decode()
    office.post(address, sent | {f"value-{city.pk}": "", f"version-{city.pk}": 1})
    assert not Target.objects.filter(indicator=indicator).exists()
    assert AuditEntry.objects.filter(action="删除指标目标").count() == 1
