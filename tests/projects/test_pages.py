"""The pages of projects and money through the front door: who sees what, filters, sheets, speed."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.urls import reverse

from common.models import Source
from projects.models import Memorandum, Platform
from tests.make import client_of, make_business_date, make_organisation, make_user
from tests.projects.make import make_county, make_event, make_fund, make_investment, make_project, make_stage, sheet_of

pytestmark = pytest.mark.django_db
PAGES = ("list", "funds", "investments", "events", "platforms", "memoranda")
LIST = "/projects/"


@pytest.fixture(autouse=True)
def business_date():
    cache.clear()
    make_business_date()


@pytest.fixture
def counties():
    return make_county("甲县", "371001"), make_county("乙县", "371002")


def names(response):
    return {row.record.name for row in response.context["table"].rows}


# --- who sees what ---------------------------------------------------------------------------------


def test_office_and_leader_see_every_county_a_county_only_its_own(counties):
    ours, theirs = (make_project(county) for county in counties)
    for role in ("leader", "coordinator"):
        assert names(client_of(make_user(role)).get(LIST)) == {ours.name, theirs.name}
    for role in ("county_reporter", "reviewer"):
        assert names(client_of(make_user(role, counties[0])).get(LIST)) == {ours.name}


def test_another_countys_project_is_not_found(counties):
    ours, theirs = (make_project(county) for county in counties)
    client = client_of(make_user("county_reporter", counties[0]))
    assert client.get(reverse("projects:detail", args=[ours.pk])).status_code == 200
    assert client.get(reverse("projects:detail", args=[theirs.pk])).status_code == 404
    assert theirs.name not in client.get(f"{LIST}?county={counties[1].code}").content.decode()


def test_another_countys_money_stands_in_no_ledger_and_no_sheet(counties):
    for county in counties:
        project = make_project(county)
        make_fund(project, voucher_number=f"凭证{county.short}")
        make_investment(project)
    client = client_of(make_user("county_reporter", counties[0]))
    for name in ("funds", "investments"):
        assert client.get(reverse(f"projects:{name}")).context["total"] == 1
    _, _, rows = sheet_of(client.get(f"{reverse('projects:funds')}?_export=xlsx"))
    text = str([[cell.value for cell in row] for row in rows])
    assert "凭证甲县" in text and "凭证乙县" not in text


def test_a_department_sees_the_citys_totals_and_no_row(counties):
    project = make_project(counties[0], stages=[("signed", date(2023, 3, 1))])
    client = client_of(make_user("dept_reporter"))
    for address in (LIST, f"{LIST}?capital=1"):
        page = client.get(address).content.decode()
        assert "市直部门看全市合计" in page
        assert project.name not in page
        assert "全市本年签约项目" in page
    assert client.get(reverse("projects:detail", args=[project.pk])).status_code == 404
    assert "市直部门看全市合计" not in client_of(make_user("leader")).get(LIST).content.decode()


@pytest.mark.parametrize("role", ["sysadmin", "secadmin", "auditor"])
def test_officers_are_refused(role, counties):
    client = client_of(make_user(role))
    project = make_project(counties[0])
    addresses = [reverse(f"projects:{name}") for name in PAGES] + [reverse("projects:detail", args=[project.pk])]
    for address in addresses:
        assert client.get(address).status_code in (302, 403)
        assert project.name not in client.get(address).content.decode()


def test_strangers_are_sent_to_sign_in(client):
    for name in PAGES:
        assert client.get(reverse(f"projects:{name}"))["Location"].startswith(reverse("accounts:login"))


@pytest.mark.parametrize("role", ["leader", "coordinator", "dept_reporter", "county_reporter"])
def test_events_platforms_and_memoranda_are_public_knowledge(role, counties):
    source = Source.objects.create(key="s", title="新闻发布会")
    event = make_event(published_count=42, published_investment=Decimal(4323000), source=source)
    make_project(counties[0], event=event, is_demo=True, stages=[("signed", date(2023, 9, 22))])
    Platform.objects.create(key="park", name="协同产业园", residents=73)
    memorandum = Memorandum.objects.create(key="x", title="合作备忘录", partner="某新区", aspect_count=29)
    memorandum.clauses.create(order=1, text="产业协作")
    client = client_of(make_user(role, counties[1] if role == "county_reporter" else None))
    assert "432.3" in client.get(reverse("projects:events")).content.decode()
    detail = client.get(reverse("projects:event", args=["autumn"]))
    assert "432.3" in detail.content.decode() and "新闻发布会" in detail.content.decode()
    assert detail.context["cohort"].total == 1
    assert detail.context["total"] == (1 if role in ("leader", "coordinator") else 0)
    assert "协同产业园" in client.get(reverse("projects:platforms")).content.decode()
    page = client.get(reverse("projects:memoranda")).content.decode()
    assert "产业协作" in page and "29" in page
    assert client.get(reverse("projects:event", args=["none"])).status_code == 404


# --- filters, sorting, dates -----------------------------------------------------------------------


def test_each_filter_keeps_what_it_names(counties):
    event = make_event()
    park = Platform.objects.create(key="park", name="产业园")
    wanted = make_project(
        counties[0],
        name="特种玻璃项目",
        investor="燕山集团",
        investor_kind="central_soe",
        event=event,
        platform=park,
        is_demo=True,
        stages=[("signed", date(2023, 3, 1)), ("registered", date(2023, 4, 1)), ("started", date(2023, 6, 1))],
    )
    make_project(
        counties[1],
        origin_province="山东省",
        investor_kind="private",
        total_investment=Decimal("9999.99"),
        stages=[("signed", date(2022, 3, 1))],
    )
    client = client_of(make_user("leader"))
    for query in (
        f"county={counties[0].code}",
        "stage=started",
        "origin=北京市",
        "event=autumn",
        "platform=park",
        "kind=central_soe",
        "capital=1",
        "over=1",
        "since_signed=registered",
        "since_signed=started",
        "demo=1",
        "signed_from=2023-01-01",
        "signed_from=2023-03-01&signed_to=2023-03-01",
        "started_from=2023-06-01",
        "started_to=2023-06-01",
        "q=玻璃",
        "q=燕山",
        f"q={wanted.code}",
    ):
        response = client.get(f"{LIST}?{query}")
        assert names(response) == {wanted.name}, query
        assert not list(response.context["messages"])
    for query in ("origin=other", "signed_to=2022-12-31", "demo=0", "stage=signed"):
        assert wanted.name not in names(client.get(f"{LIST}?{query}")), query
    assert client.get(f"{LIST}?started_from=2023-06-02").context["total"] == 0


def test_projects_without_a_county_can_be_asked_for(counties):
    make_project(counties[0])
    unplaced = make_project(None)
    assert names(client_of(make_user("leader")).get(f"{LIST}?county=-")) == {unplaced.name}


def test_a_filter_value_that_cannot_be_read_is_said_and_passed_over(counties):
    make_project(counties[0])
    client = client_of(make_user("leader"))
    for address in (
        f"{LIST}?county=999999",
        f"{LIST}?stage=flying",
        f"{LIST}?signed_from=yesterday",
        f"{LIST}?capital=2",
        f"{LIST}?event=nowhere",
    ):
        response = client.get(address)
        assert response.context["total"] == 1, address
        assert "无法识别" in response.content.decode(), address
    response = client.get(f"{reverse('projects:funds')}?month_from=2023-13")
    assert response.status_code == 200 and "无法识别" in response.content.decode()


def test_a_date_that_cannot_be_read_or_lies_ahead_is_answered_by_today(counties):
    make_project(counties[0])
    client = client_of(make_user("leader"))
    for name in PAGES:
        for asked in ("2023-02-30", "2024-01-01", "<script>"):
            response = client.get(reverse(f"projects:{name}"), {"as_of": asked})
            assert response.status_code == 200
            assert response.context["as_of"] == date(2023, 12, 13)
            assert "2023-12-13 显示" in response.content.decode()
            assert "<script>" not in response.content.decode().split("</head>")[1].split("<script defer")[0]


def test_the_list_looks_back_to_what_was_known(counties):
    project = make_project(counties[0], stages=[("signed", date(2023, 3, 1)), ("started", date(2023, 9, 1))])
    make_fund(project, "500", "2023-09")
    client = client_of(make_user("leader"))
    row = client.get(f"{LIST}?as_of=2023-08-31").context["table"].rows[0].record
    assert (row.stage, row.started_on, row.funds_in_place) == ("signed", None, None)
    row = client.get(LIST).context["table"].rows[0].record
    assert (row.stage, row.started_on, row.funds_in_place) == ("started", date(2023, 9, 1), Decimal(500))
    assert client.get(f"{LIST}?as_of=2023-02-28").context["total"] == 0
    detail = client.get(f"{reverse('projects:detail', args=[project.pk])}?as_of=2023-08-31").content.decode()
    assert "2023-09" not in detail.split("全过程")[1].split("</section>")[0]


def test_sorting_puts_unknown_values_last_both_ways(counties):
    for amount in (None, Decimal(300), Decimal(100)):
        make_project(counties[0], total_investment=amount)
    client = client_of(make_user("leader"))
    for sort, expected in (("total_investment", [100, 300, None]), ("-total_investment", [300, 100, None])):
        table = client.get(f"{LIST}?sort={sort}").context["table"]
        assert [row.record.total_investment for row in table.rows] == expected
    for column in ("code", "name", "investor", "origin", "county", "stage", "funds_in_place", "signed_on"):
        assert client.get(f"{LIST}?sort={column}").status_code == 200
        assert client.get(f"{LIST}?sort=-{column}").status_code == 200


def test_stages_sort_along_the_path(counties):
    for stage in ("started", "lead", "signed"):
        make_project(counties[0], stages=[(stage, date(2023, 5, 1))])
    table = client_of(make_user("leader")).get(f"{LIST}?sort=stage").context["table"]
    assert [row.record.stage for row in table.rows] == ["lead", "signed", "started"]


def test_ledgers_show_the_counted_rows_unless_a_state_is_asked_for(counties):
    project = make_project(counties[0])
    make_fund(project, "100")
    make_fund(project, "40", state="county_verified", city_verified_on=None)
    make_fund(project, "7", state="claimed", city_verified_on=None, county_verified_on=None)
    client, address = client_of(make_user("leader")), reverse("projects:funds")
    for query, total in (
        ("", "100.00"),
        ("state=city_verified", "100.00"),
        ("state=county_verified", "40.00"),
        ("state=claimed", "7.00"),
        ("state=all", "147.00"),
        # on 2023-07-06 the first row too was verified by the county only
        ("state=county_verified&as_of=2023-07-06", "140.00"),
        ("as_of=2023-07-06", None),
    ):
        response = client.get(f"{address}?{query}")
        if total is None:
            assert response.context["total"] == 0
        else:
            assert f'data-label="金额（万元）">{total}</td></tr></tfoot>' not in response.content.decode()
            assert f">{total}</td>" in response.content.decode().split("<tfoot>")[1], query


# --- what the pages say ----------------------------------------------------------------------------


def test_missing_values_are_dashes_and_demonstration_rows_are_marked(counties):
    real = make_project(counties[0], name="真实项目", total_investment=None)
    shown = make_project(counties[1], name="演示项目", is_demo=True)
    client = client_of(make_user("leader"))
    page = client.get(f"{LIST}?county={counties[0].code}").content.decode()
    assert "含示例数据" not in page
    assert '<td class="none r" data-label="签约总投资（亿元）">–</td>' in page
    assert '<td class="none r" data-label="到位资金（万元）">–</td>' in page
    page = client.get(LIST).content.decode()
    assert "含示例数据" in page
    assert page.count('<span class="tag demo mini">示例</span>') == 1
    assert "示例数据，不是真实项目" in client.get(reverse("projects:detail", args=[shown.pk])).content.decode()
    assert "示例数据，不是" not in client.get(reverse("projects:detail", args=[real.pk])).content.decode()


def test_the_page_of_a_project_shows_its_log_vouchers_and_sums(counties):
    project = make_project(counties[0], stages=[("signed", date(2023, 3, 1))], total_investment=Decimal(32100))
    make_stage(project, "paused", date(2023, 10, 1), reason="投资方资金紧张")
    entry = make_fund(project, "1234.5", voucher_kind="验资报告", voucher_number="YZ-01")
    make_fund(project, "-1234.5", reverses=entry, voucher_kind="验资报告", voucher_number="CX-01")
    page = client_of(make_user("leader")).get(reverse("projects:detail", args=[project.pk])).content.decode()
    for text in ("3.21", "1,234.50", "-1,234.50", "YZ-01", "冲销 YZ-01", "市级核实", "投资方资金紧张", "暂停"):
        assert text in page, text


def test_user_text_is_text(counties):
    project = make_project(counties[0], name="<b>粗</b>", investor="<script>x</script>")
    client = client_of(make_user("leader"))
    for address in (LIST, reverse("projects:detail", args=[project.pk])):
        page = client.get(address).content.decode()
        assert "<b>粗</b>" not in page and "<script>x" not in page


def test_a_department_of_another_kind_of_organisation_sees_nothing():
    zone = make_organisation("某集合", kind="collective")
    make_project(make_county("丙县"))
    assert client_of(make_user("reviewer", zone)).get(LIST).context["total"] == 0


# --- ways on ---------------------------------------------------------------------------------------


def test_who_may_enter_or_bring_a_ledger_is_led_there_from_the_lists(counties):
    new, ledgers = f'href="{reverse("projects:new")}"', f'href="{reverse("tasklists:ledgers")}?kind='
    people = {
        "coordinator": (True, True),
        "county_reporter": (True, True),
        "reviewer": (False, False),
        "leader": (False, False),
        "dept_reporter": (False, False),
    }
    for role, (enters, brings) in people.items():
        own = counties[0] if role in ("county_reporter", "reviewer") else None
        client = client_of(make_user(role, own))
        page, money = (client.get(address).content.decode() for address in (LIST, reverse("projects:funds")))
        led = (new in page, f"{ledgers}projects" in page, f"{ledgers}funds" in money)
        assert led == (enters, brings, brings), role


def test_a_department_is_told_why_it_sees_no_board_instead_of_zeros(counties):
    make_project(counties[0], stages=[("signed", date(2023, 3, 1))])
    client = client_of(make_user("dept_reporter"))
    for name in ("board", "funnel"):
        page = client.get(reverse(f"projects:{name}")).content.decode()
        assert "市直部门看全市合计，不列示单个项目。" in page and "没有项目" not in page and "<b>0</b>" not in page
        assert reverse("projects:overview") in page
