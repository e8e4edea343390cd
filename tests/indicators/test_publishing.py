"""Figures published by others: registered with scope and source, conflicts shown, per head with a population."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.cache import cache

from common.models import AuditEntry, Source
from indicators.models import Indicator, Observation
from reports.figures import find_figure
from tests.indicators.make import make_city, make_indicator, make_observation
from tests.make import TODAY, client_of, make_business_date, make_organisation, make_user

pytestmark = pytest.mark.django_db
NEW, PUBLISHED, PEERS = "/indicators/published/new/", "/indicators/published/", "/indicators/peers/"


@pytest.fixture(autouse=True)
def business_date():
    cache.clear()
    make_business_date()


@pytest.fixture
def office():
    return client_of(make_user("coordinator"))


@pytest.fixture
def city():
    return make_city()


def post(client, city, query="", **fields):
    sent = {
        "name": "引进京津人才",
        "unit": "人",
        "scope": "当年从北京、天津引进并签订合同的人数。",
        "organisation": city.code,
        "period": "2023",
        "comparator": "=",
        "value": "1200",
        "title": "全市人才工作会议",
        "publisher": "市委人才办",
        "published_on": "2023-12-01",
    }
    return client.post(NEW + query, sent | fields)


def test_a_new_figure_stands_in_list_page_and_passport_with_its_source(office, city):
    assert "登记公开数字" in office.get(PUBLISHED).content.decode()
    answer = post(office, city)
    made = Observation.objects.get()
    assert answer.status_code == 302 and answer.url == f"/indicators/{made.indicator.code}/"
    assert (made.value, made.state, made.published_on) == (Decimal(1200), "locked", date(2023, 12, 1))
    listed = office.get(PUBLISHED).content.decode()
    assert "引进京津人才" in listed and "1200 人" in listed and "全市人才工作会议" in listed
    figure = find_figure(f"published.{made.source_key}", TODAY)
    assert (figure.value, figure.unit, figure.source["title"]) == (1200, "人", "全市人才工作会议")
    assert find_figure(f"published.{made.source_key}", date(2023, 11, 30)) is None
    assert AuditEntry.objects.filter(action="登记公开数字").count() == 1


def test_sent_twice_it_is_one_figure(office, city):
    post(office, city)
    assert post(office, city).status_code == 302
    assert (Observation.objects.count(), Indicator.objects.count(), Source.objects.count()) == (1, 1, 1)


def test_full_width_digits_and_the_unit_are_taken(office, city):
    post(office, city, value="１，２００人")
    assert Observation.objects.get().value == 1200


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"name": ""}, "name", "请填写指标名称"),
        ({"scope": ""}, "scope", "没有口径的数字不能比较"),
        ({"value": "很多"}, "value", "不是数"),
        ({"value": "NaN"}, "value", "不是数"),
        ({"value": ""}, "value", "请填写公布的数值"),
        ({"title": " "}, "title", "请填写来源标题"),
        ({"published_on": "去年"}, "published_on", "2023-12-31"),
        ({"published_on": "2024-01-05"}, "published_on", "还没有到"),
        ({"period": "23年"}, "period", "无法识别"),
        ({"period": "2023-02-30"}, "period", "无法识别"),
        ({"period": "2023-12"}, None, None),
        ({"period": "2023-12", "published_on": "2023-11-01"}, "period", "之后"),
        ({"organisation": "000"}, "organisation", "选"),
        ({"comparator": "!"}, "comparator", ""),
    ],
)
def test_a_fault_is_said_at_its_field_and_nothing_typed_is_lost(office, city, fields, field, words):
    answer = post(office, city, **fields)
    if field is None:
        assert answer.status_code == 302
        return
    form = answer.context["form"]
    assert answer.status_code == 200 and words in form.errors[field][0]
    assert form["publisher"].value() == "市委人才办"
    assert not Observation.objects.exists() and not Indicator.objects.exists()


def test_the_same_period_published_again_is_led_to_where_both_stay(office, city):
    post(office, city)
    answer = post(office, city, value="1300", title="另一次会议")
    assert "另有公布" in answer.context["form"].errors["value"][0]
    assert Observation.objects.get().value == 1200


def test_another_scope_under_the_same_name_is_another_indicator_and_both_say_so(office, city):
    post(office, city)
    post(office, city, scope="含柔性引进的人数。", value="2000")
    one, other = Indicator.objects.order_by("code")
    assert one.code != other.code
    assert "口径不同：另见" in office.get(PUBLISHED).content.decode()
    assert "注意口径" in office.get(f"/indicators/{one.code}/").content.decode()


def test_another_period_joins_the_indicator_from_its_page(office, city):
    post(office, city)
    indicator = Indicator.objects.get()
    page = office.get(f"/indicators/{indicator.code}/").content.decode()
    assert f"/indicators/published/new/?indicator={indicator.code}" in page
    form = office.get(f"{NEW}?indicator={indicator.code}")
    assert "name" not in form.context["form"].fields
    answer = post(office, city, f"?indicator={indicator.code}", period="2022", published_on="2023-01-10", value="900")
    assert answer.status_code == 302 and indicator.observations.count() == 2


def test_a_day_is_read_in_words(office, city):
    post(office, city, period="2023-11-30")
    assert Observation.objects.get().period_text == "2023年11月30日"


def test_what_is_reported_here_takes_no_published_figure(office, city):
    reported = make_indicator("visits", frequency="month", reported_by="counties", unit="次")
    assert "登记公布值" not in office.get("/indicators/visits/").content.decode()
    answer = post(office, city, "?indicator=visits")
    assert "由本站填报或计算" in answer.content.decode() and not reported.observations.exists()
    assert office.get(f"{NEW}?indicator=nothing").status_code == 404


def test_per_head_once_the_population_of_the_year_is_registered(office, city):
    peer = make_organisation("某对标市", kind="peer", order=900)
    own = make_indicator(name="合作项目", unit="个", scope="甲")
    make_observation(own, "150", city, period="2023")
    other = make_indicator(name="京津合作项目", unit="个", scope="乙", benchmark_of=own)
    make_observation(other, "374", peer, period="2022")
    page = office.get(PEERS).content.decode()
    assert "缺 2023 年常住人口数" in page and "缺 2022 年常住人口数" in page
    (lines,) = office.get(PEERS).context["heads"]
    for line, value, year in ((lines[0], "550.5", "2023"), (lines[1], "770", "2022")):
        assert office.get(line["fill"]).context["form"].initial["period"] == year
        code = line["row"].organisation.code
        query = line["fill"].partition("?")[2]
        assert post(office, city, f"?{query}", organisation=code, period=year, value=value).status_code == 302
    (lines,) = office.get(PEERS).context["heads"]
    assert [(line["row"].value, line["row"].unit) for line in lines] == [
        (Decimal("0.2725"), "个/万人"),
        (Decimal("0.4857"), "个/万人"),
    ]
    assert lines[0]["row"].formula == "150 个 ÷ 550.5 万人（2023年）"
    assert office.get(f"{PEERS}?_export=per-head-1").status_code == 200
    leader = client_of(make_user("leader"))
    assert "登记</a>" not in leader.get(PEERS).content.decode()
    assert leader.get(f"{PEERS}?_export=xlsx").status_code == 200
