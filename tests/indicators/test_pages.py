"""The pages of indicators through the front door: newest values, sources, scopes, who sees what."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.indicators.make import make_city, make_indicator, make_observation, make_source, make_target
from tests.make import client_of, make_business_date, make_organisation, make_user
from tests.projects.make import make_county, make_fund, make_project

pytestmark = pytest.mark.django_db
LIST = "/indicators/"


@pytest.fixture(autouse=True)
def business_date():
    cache.clear()
    make_business_date()


@pytest.fixture
def leader():
    return client_of(make_user("leader"))


def detail(code):
    return reverse("indicators:detail", args=[code])


def codes(response):
    return {row.record.code for row in response.context["table"].rows}


def cells(response):
    """The list's rows as they stand in the sheet: one dictionary per row by heading."""
    sheet = openpyxl.load_workbook(BytesIO(response.content)).active
    rows = list(sheet.iter_rows(values_only=True))
    top = next(n for n, row in enumerate(rows) if row[0] == "指标" and row[1] == "类别")
    return [dict(zip(rows[top], row, strict=True)) for row in rows[top + 1 :]]


# --- the list --------------------------------------------------------------------------------------


def test_each_indicator_stands_once_with_its_newest_value_of_the_city(leader):
    indicator = make_indicator("F-000-14")
    make_observation(indicator, "120", period="2022")
    make_observation(indicator, "150", period="2023", period_text="2023年（至12月13日）")
    make_observation(indicator, "9", make_county("甲县"), period="2023")
    (row,) = cells(leader.get(f"{LIST}?_export=xlsx"))
    assert (row["数值"], row["单位"], row["期间"]) == ("150 个", "某市", "2023年（至12月13日）")
    assert row["来源"] == "新闻发布会" and row["发布日期"].date() == date(2023, 12, 13)
    page = leader.get(LIST).content.decode()
    assert detail("F-000-14") in page and "150 个" in page


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"comparator": "="}, "150 个"),
        ({"comparator": ">"}, "150余个"),
        ({"comparator": ">="}, "150 个以上"),
        ({"comparator": "~"}, "约 150 个"),
        ({"comparator": "<="}, "不超过 150 个"),
        ({"comparator": ">", "value_text": "超过150个"}, "超过150个"),
    ],
)
def test_a_value_is_read_with_its_unit_and_its_bound(leader, fields, text):
    make_observation(make_indicator("F-1"), "150.0000", **fields)
    assert f">{text}</td>" in leader.get(LIST).content.decode()
    assert f">{text}</td>" in leader.get(detail("F-1")).content.decode()


def test_an_indicator_without_a_value_shows_a_dash_and_never_a_nought(leader):
    make_indicator("F-2", name="尚无数值")
    page = leader.get(LIST).content.decode()
    assert 'data-label="数值">–</td>' in page
    (row,) = cells(leader.get(f"{LIST}?_export=xlsx"))
    assert row["数值"] is None
    assert "截至当日没有可列示的数值" in leader.get(detail("F-2")).content.decode()


def test_filters_keep_what_they_name(leader):
    county = make_county("甲县", "371001")
    wanted = make_indicator("F-3", name="人才对接会", category="科创人才", scope="全年举办的场次")
    make_observation(wanted, "12", county, source=make_source("paper", "县报"), is_demo=True)
    make_observation(make_indicator("F-4", name="签约项目"), "42")
    for query in ("category=科创人才", "organisation=371001", "source=paper", "demo=1", "q=人才", "q=场次", "q=F-3"):
        response = leader.get(f"{LIST}?{query}")
        assert codes(response) == {"F-3"}, query
        assert not list(response.context["messages"])
    assert codes(leader.get(f"{LIST}?demo=0")) == {"F-4"}
    assert codes(leader.get(f"{LIST}?organisation=371001&demo=0")) == set()


def test_filtering_by_organisation_shows_that_organisations_value(leader):
    indicator, county = make_indicator(), make_county("甲县", "371001")
    make_observation(indicator, "150")
    make_observation(indicator, "9", county)
    (row,) = cells(leader.get(f"{LIST}?organisation=371001&_export=xlsx"))
    assert (row["单位"], row["数值"]) == ("甲县", "9 个")


def test_a_filter_value_or_date_that_cannot_be_read_is_said_and_passed_over(leader):
    make_observation(make_indicator("F-5"))
    for query in ("category=none", "organisation=none", "source=none", "demo=7"):
        response = leader.get(f"{LIST}?{query}")
        assert response.context["total"] == 1 and "无法识别" in response.content.decode(), query
    for address in (LIST, detail("F-5")):
        for asked in ("2023-13-01", "2030-01-01"):
            response = leader.get(f"{address}?as_of={asked}")
            assert response.status_code == 200 and "现按 2023-12-13 显示" in response.content.decode()


def test_a_value_is_not_known_before_it_is_published(leader):
    make_observation(make_indicator("F-6"), "150")
    assert "150 个" not in leader.get(f"{LIST}?as_of=2023-12-12").content.decode()
    assert "150 个" not in leader.get(f"{detail('F-6')}?as_of=2023-12-12").content.decode()
    assert "150 个" in leader.get(f"{detail('F-6')}?as_of=2023-12-13").content.decode()


def test_every_sortable_column_sorts(leader):
    make_observation(make_indicator(name="乙"), published_on=date(2023, 1, 1))
    make_observation(make_indicator(name="甲"), published_on=date(2023, 2, 1))
    for column in ("name", "category", "period", "published_on"):
        assert leader.get(f"{LIST}?sort={column}").status_code == 200
    rows = leader.get(f"{LIST}?sort=-published_on").context["table"].rows
    assert [row.record.name for row in rows] == ["甲", "乙"]


def test_text_like_a_formula_stays_text_in_the_sheet(leader):
    make_observation(make_indicator(name="=1+1"), source=make_source("bad", "@cmd"))
    response = leader.get(f"{LIST}?_export=xlsx")
    sheet = openpyxl.load_workbook(BytesIO(response.content)).active
    found = [cell for row in sheet.iter_rows() for cell in row if cell.value in ("=1+1", "@cmd")]
    assert len(found) == 2 and all(cell.data_type == "s" for cell in found)


def test_the_number_of_queries_does_not_grow_with_the_rows(leader):
    def add(count):
        for _ in range(count):
            indicator = make_indicator()
            make_observation(indicator, "150")
            make_target(indicator)

    def queries():
        leader.get(LIST)
        with CaptureQueriesContext(connection) as captured:
            assert leader.get(f"{LIST}?per_page=100").status_code == 200
        return len(captured)

    add(5)
    few = queries()
    add(55)
    assert queries() == few <= 12


# --- one indicator ---------------------------------------------------------------------------------


def test_the_page_of_an_indicator_names_scope_direction_and_every_source(leader):
    indicator = make_indicator("F-000-15", unit="亿元", scope="全年到位的资金之和。", direction="up")
    make_observation(indicator, "109.1", source_key="000-15", note="原文写到月末")
    make_observation(indicator, "80.5", period="2022", published=False)
    page = leader.get(detail("F-000-15")).content.decode()
    for text in (
        "全年到位的资金之和。",
        "越高越好",
        "109.1 亿元",
        "80.5 亿元",
        "新闻发布会",
        "000-15",
        "2023-12-13",
        "原文写到月末",
    ):
        assert text in page, text
    assert leader.get(detail("F-unknown")).status_code == 404


def test_the_same_number_under_two_scopes_is_pointed_out_on_both_pages(leader):
    large = make_indicator("F-000-14", name="新开工京津冀地区过亿元投资项目", scope="总投资1亿元及以上")
    every = make_indicator("F-000-38", name="新开工京津冀区域项目", scope="不限投资额")
    other = make_indicator("F-000-12", name="签约项目")
    for indicator in (large, every, other):
        make_observation(indicator, "150")
    for page, named in ((large, every), (every, large)):
        text = leader.get(detail(page.code)).content.decode()
        assert "注意口径" in text and named.scope in text and detail(named.code) in text
        assert detail(other.code) not in text
    assert "注意口径" not in leader.get(detail(other.code)).content.decode()


def test_the_same_name_under_another_scope_is_pointed_out_whatever_the_number(leader):
    make_observation(make_indicator("F-7", name="到位资金", scope="按公布"), "109.1")
    make_observation(make_indicator("F-8", name="到位资金", scope="按台账"), "98")
    assert "按台账" in leader.get(detail("F-7")).content.decode()


def test_the_page_asks_the_same_whatever_the_like_named_indicators(leader):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert leader.get(detail("F-7")).status_code == 200
        return len(queries)

    make_observation(make_indicator("F-7", name="到位资金", scope="按公布"), "109.1")
    make_observation(make_indicator("F-8", name="到位资金", scope="按台账"), "98")
    asked()
    few = asked()
    for number in range(6):
        make_observation(make_indicator(f"G-{number}", name=f"到位资金（{number}）", scope="另一口径"), "109.1")
    assert asked() == few
    assert len(leader.get(detail("F-7")).context["other_scopes"]) == 7


def test_the_funds_indicator_is_computed_from_the_ledger_beside_its_targets(leader):
    city, county = make_city(), make_county("甲县", "371001")
    indicator = make_indicator(
        "funds-in-place",
        unit="亿元",
        name="到位资金（按台账）",
        rule="funds.in_place",
        frequency="month",
        over_time="sum",
    )
    make_target(indicator, "2", city, is_demo=True)
    make_target(indicator, "4", county, is_demo=True)
    make_county("乙县", "371002")
    make_fund(make_project(county), "30000", "2023-10")
    page = leader.get(detail("funds-in-place"))
    head, (part, other) = page.context["head"], page.context["parts"]
    assert (head["value"], head["attained"], head["light"]) == ("3", Decimal("150.0"), "blue")
    assert (part["value"], part["attained"], part["rank"]) == ("3", Decimal("75.0"), 1)
    assert (other["value"], other["rank"]) == ("0", 2), "a county without a row has none in place"
    assert "不少于 2 亿元" in page.content.decode() and "/projects/funds/?" in page.context["rows_url"]
    (row,) = cells(leader.get(f"{LIST}?_export=xlsx"))
    assert (row["数值"], row["目标"], row["来源"]) == ("3 亿元", "不少于 2 亿元", "本站台账")


def test_demonstration_is_said_only_where_such_rows_show(leader):
    make_observation(make_indicator("F-9"))
    make_observation(make_indicator("F-10", category="示范"), is_demo=True)
    assert "含示例数据" in leader.get(LIST).content.decode()
    assert "含示例数据" not in leader.get(f"{LIST}?demo=0").content.decode()
    assert "含示例数据" not in leader.get(detail("F-9")).content.decode()
    assert "含示例数据" in leader.get(detail("F-10")).content.decode()


# --- who sees what ---------------------------------------------------------------------------------


def test_entered_values_are_seen_by_their_organisation_and_the_office_only(leader):
    ours, theirs = make_county("甲县"), make_organisation("市某局")
    indicator = make_indicator("F-11")
    make_observation(indicator, "777", ours, published=False)
    make_target(indicator, "888", ours)
    own = client_of(make_user("county_reporter", ours))
    other = client_of(make_user("dept_reporter", theirs))
    for address in (LIST, detail("F-11"), f"{LIST}?organisation={ours.code}"):
        assert "777" in leader.get(address).content.decode()
        assert "777" in own.get(address).content.decode()
        assert "777" not in other.get(address).content.decode()
        assert "888" not in other.get(address).content.decode()
    assert cells(other.get(f"{LIST}?_export=xlsx"))[0]["数值"] is None


@pytest.mark.parametrize("role", ["leader", "coordinator", "dept_reporter", "county_reporter", "reviewer"])
def test_published_values_are_seen_by_every_business_role(role):
    make_observation(make_indicator("F-12"), "150")
    client = client_of(make_user(role))
    assert "150 个" in client.get(LIST).content.decode()
    assert "150 个" in client.get(detail("F-12")).content.decode()


@pytest.mark.parametrize("role", ["sysadmin", "secadmin", "auditor"])
def test_officers_are_refused(role):
    make_observation(make_indicator("F-13"), "150")
    client = client_of(make_user(role))
    for address in (LIST, detail("F-13")):
        response = client.get(address)
        assert response.status_code in (302, 403)
        assert "150 个" not in response.content.decode()


def test_strangers_are_sent_to_sign_in(client):
    make_indicator("F-14")
    for address in (LIST, detail("F-14")):
        assert client.get(address)["Location"].startswith(reverse("accounts:login"))
