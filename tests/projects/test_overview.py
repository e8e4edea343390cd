"""The overview of projects and a county's page: one count on page, chart, sheet, API function and list."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from projects import goals
from projects.counting import project_measure
from projects.figures import project_figure
from projects.models import CreditShare
from tests.make import client_of, make_business_date, make_user
from tests.projects.make import make_county, make_fund, make_investment, make_project

pytestmark = pytest.mark.django_db
DAY = date(2023, 12, 13)
PAGE = "/projects/overview/"


@pytest.fixture
def counties():
    cache.clear()
    make_business_date()
    one, two = make_county("甲县", "371401"), make_county("乙县", "371402")
    for n in range(12):
        project = make_project(
            (one, two)[n % 2],
            origin_province=("北京市", "天津市", "上海市")[n % 3],
            origin_district=("朝阳区", "武清区", "浦东新区")[n % 3],
            industry_code=("35", "")[n % 2],
            investor_kind=("private", "")[n % 2],
            chain="高端装备",
            stages=[("signed", date(2023, 1 + n % 6, 5)), ("started", date(2023, 3 + n % 6, 9))],
        )
        make_fund(project, "1000", f"2023-{4 + n % 6:02d}")
        make_investment(project, "500", "2023-10")
        if n < 4:
            for county, percent in ((one, 30), (two, 70)):
                CreditShare.objects.create(project=project, organisation=county, part="location", percent=percent)
    return one, two


def sheet_of(response):
    """The rows below the sheet's head: the first row without an empty cell is the head."""
    assert response.status_code == 200
    rows = [list(row) for row in openpyxl.load_workbook(BytesIO(response.content)).active.values]
    head = next(n for n, row in enumerate(rows) if len(row) > 1 and None not in row)
    return rows[head + 1 :]


def cells_of(page, name):
    lines = [*page["table"]["lines"], page["table"]["sum"]]
    return [cell["text"] for cell in next(line for line in lines if line["name"] == name)["cells"]]


@pytest.mark.parametrize("period", ["", "2023-Q2", "2023-05", "2023-02-01..2023-06-30", "2022"])
@pytest.mark.parametrize("shown", ["started", "funds"])
def test_table_chart_sheet_figure_and_measure_agree(counties, period, shown):
    client = client_of(make_user("leader"))
    query = f"?period={period}&show={shown}"
    page = client.get(PAGE + query).context
    key, place = ("projects.started.count", 2) if shown == "started" else ("funds.in_place", 4)
    rows = sheet_of(client.get(f"{PAGE}sheets/county-bars/{query}"))
    sheet = {row[0]: Decimal(str(row[1])) for row in rows}
    span = page["span"]
    for county in counties:
        text = cells_of(page, county.short)[place]
        figure = project_figure(key, DAY, county.code, period=period)
        raw = project_measure(key, county.code, first=span.first, last=span.last, as_of=DAY)
        assert Decimal(text) == figure.value == sheet[county.short]
        assert figure.value == (raw if shown == "started" else round(raw / 10000, 2))
        assert client.get(figure.rows_url).context["total"] == figure.rows
    assert Decimal(cells_of(page, "全市")[place]) == project_figure(key, DAY, period=period).value


def test_every_chart_adds_up_to_the_figure_it_splits(counties):
    client = client_of(make_user("leader"))
    total = project_figure("projects.started.count", DAY).value
    assert total == 8  # two thirds of the twelve come from the region
    for key in ("county-map", "county-bars", "flows", "origin-map", "chain", "industry", "kind", "size"):
        rows = sheet_of(client.get(f"{PAGE}sheets/{key}/"))
        assert sum(Decimal(str(row[-1])) for row in rows) == total, key
    rows = sheet_of(client.get(f"{PAGE}sheets/months/"))
    assert sum(row[1] or 0 for row in rows) == total


def test_a_flow_opens_exactly_the_projects_it_counts(counties):
    client = client_of(make_user("leader"))
    narrow = {"origin": "北京市", "district": "朝阳区", "county": counties[0].code}
    figure = project_figure("projects.started.count", DAY, **narrow)
    shown = client.get(figure.rows_url).context
    assert shown["total"] == figure.rows > 0
    assert shown["table"].totals[0] == figure.value
    assert figure.value != figure.rows  # a part of it is shared
    assert "本县分成" in client.get(figure.rows_url).content.decode()


def test_a_period_that_cannot_be_read_is_said_and_the_year_shows(counties):
    client = client_of(make_user("leader"))
    for period in ("2023-13", "soon", "2024", "2023-05-09..2023-01-01"):
        response = client.get(f"{PAGE}?period={period}")
        assert response.status_code == 200
        assert response.context["span"].label == "2023年"
        assert len(list(response.context["messages"])) == 1
    picked = client.get(f"{PAGE}?from=2023-04-01&to=2023-06-30").context["span"]
    assert (picked.first, picked.last) == (date(2023, 4, 1), date(2023, 6, 30))


def test_the_two_scopes_stand_beside_each_other(counties):
    page = client_of(make_user("leader")).get(PAGE).content.decode()
    assert "注意口径" in page
    for key in ("projects.started.count", "projects.started_any.count"):
        assert project_figure(key, DAY).scope in page


def test_the_county_page_states_figures_ranks_and_the_year_before(counties):
    one, two = counties
    earlier = make_project(one, stages=[("signed", date(2022, 3, 1)), ("started", date(2022, 5, 1))])
    make_fund(earlier, "10000", "2022-06")
    response = client_of(make_user("leader")).get(reverse("projects:county", args=[one.code]))
    lines = {line["key"]: line for line in response.context["lines"]}
    for key, line in lines.items():
        assert line["figure"].value == project_figure(key, DAY, one.code).value
    assert lines["funds.in_place"]["before"] == "1"
    assert lines["projects.started.count"]["before"] == "1"
    values = {county.code: project_figure("projects.started.count", DAY, county.code).value for county in counties}
    assert lines["projects.started.count"]["rank"] == sorted(values.values(), reverse=True).index(values[one.code]) + 1
    for stage in response.context["stages"]:
        shown = client_of(make_user("leader")).get(stage["url"])
        assert shown.context["total"] == stage["count"]


def test_totals_are_open_to_all_who_see_business_single_projects_only_to_the_county(counties):
    address = reverse("projects:county", args=[counties[0].code])
    own = client_of(make_user("county_reporter", counties[0])).get(address).context
    department = client_of(make_user("dept_reporter")).get(address).context
    assert own["projects"] and own["attention"]
    assert department["projects"] == [] and department["attention"] == []
    assert [line["figure"].value for line in own["lines"]] == [line["figure"].value for line in department["lines"]]
    client = client_of(make_user("leader"))
    assert client.get(reverse("projects:county", args=["nowhere"])).status_code == 404
    assert client.get(f"{PAGE}sheets/nothing/").status_code == 404


def test_the_overview_again_asks_few_queries(counties):
    client = client_of(make_user("leader"))
    client.get(PAGE)
    with CaptureQueriesContext(connection) as queries:
        client.get(PAGE)
    assert len(queries) <= 12


def test_goals_are_those_of_their_year_and_measured_by_the_exact_sum(counties, monkeypatch):
    county = make_county("丙县", "371403")
    make_fund(make_project(county), "50.04", "2023-05")  # 0.005004 亿元 of 0.01
    monkeypatch.setattr(goals, "_sources", [lambda day: {"371403": Decimal("0.01")} if day.year == 2023 else {}])
    page = client_of(make_user("leader")).get("/projects/counties/371403/")
    assert page.context["rate"] == Decimal("50.0")
    rates = {line["name"]: line["rate"] for line in client_of(make_user("leader")).get(PAGE).context["table"]["lines"]}
    assert rates["丙县"] == Decimal("50.0")
    for other in ("2022", "2023-Q2"):
        page = client_of(make_user("leader")).get("/projects/counties/371403/", {"period": other})
        assert page.context["goal"] == "" and page.context["rate"] is None
