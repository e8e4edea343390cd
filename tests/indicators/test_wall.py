"""The wall, one indicator's page, comparison, figures: one value everywhere, as it stood on the day."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports.figures import find_figure, headline_figures, passport_url
from tests.indicators.make import make_city, make_indicator, make_observation, make_target
from tests.make import TODAY, client_of, make_business_date, make_item, make_organisation, make_state_change, make_user
from tests.projects.make import make_county, make_fund, make_project

pytestmark = pytest.mark.django_db
WALL, COMPARE = "/indicators/wall/", "/indicators/compare/"


@pytest.fixture(autouse=True)
def business_date():
    cache.clear()
    make_business_date()


@pytest.fixture
def leader():
    return client_of(make_user("leader"))


class Visits:
    """Two counties' values of ten months and the same of last year; 100 a year is the city's goal."""

    def __init__(self):
        self.city, self.one, self.other = make_city(), make_county("甲县", "371001"), make_county("乙县", "371002")
        self.indicator = make_indicator(
            "visits",
            name="对接次数",
            unit="次",
            decimals=0,
            direction="up",
            frequency="month",
            reported_by="counties",
            over_time="sum",
            over_organisations="sum",
        )
        make_target(self.indicator, "100", self.city)
        for month in range(1, 12):
            for place, value in ((self.one, "5"), (self.other, "3")):
                self.put(place, f"2023-{month:02d}", value)
                self.put(place, f"2022-{month:02d}", "4")

    def put(self, place, period, value, **fields):
        year, month = int(period[:4]), int(period[5:])
        known = date(year + month // 12, month % 12 + 1, 8)
        return make_observation(
            self.indicator,
            value,
            place,
            published=False,
            period=period,
            **{"state": "locked", "reported_on": known, "locked_on": known} | fields,
        )


@pytest.fixture
def visits():
    return Visits()


def card(client, query=""):
    (group,) = client.get(WALL + query).context["groups"]
    return group["cards"][0]


def test_a_card_tells_the_year_so_far_against_goal_and_pace(leader, visits):
    found = card(leader)
    assert (found["value"], found["label"], found["attained"]) == ("88", "2023年累计（至11月）", Decimal("88.0"))
    assert found["pace"] == Decimal("91.5") and (found["light"], found["word"]) == ("green", "正常")
    assert (found["yoy"], found["mom"]) == ("0%", "0%")


def test_the_wall_of_an_earlier_day_stands_as_it_stood(leader, visits):
    found = card(leader, "?as_of=2023-07-31")
    assert (found["value"], found["label"]) == ("48", "2023年累计（至6月）")
    assert card(leader, "?as_of=2022-01-15")["value"] == "–"


def test_a_missing_month_is_said_and_not_counted_as_zero(leader, visits):
    visits.indicator.observations.filter(organisation=visits.other, period="2023-11").delete()
    found = card(leader)
    assert (found["value"], found["gaps"], found["yoy"]) == ("85", "1期不全", "")


def test_values_that_are_not_locked_do_not_count(leader, visits):
    visits.indicator.observations.filter(period="2023-11").update(state="reviewed", locked_on=None)
    assert card(leader)["value"] == "80"


def test_far_behind_the_pace_is_yellow_and_a_broken_ceiling_red(leader, visits):
    visits.indicator.targets.update(value=120)
    assert card(leader)["word"] == "滞后"
    cache.clear()
    visits.indicator.targets.update(value=80, comparator="<=")
    found = card(leader)
    assert (found["light"], found["word"], found["attained"]) == ("red", "未达标", Decimal("90.0"))


def test_one_value_on_wall_page_list_sheet_figure_and_passport(leader, visits):
    figure = find_figure("indicators.visits", TODAY)
    assert (figure.value, figure.unit, figure.rows) == (88, "次", 22)
    assert any(row.key == figure.key and row.value == 88 for row in headline_figures(TODAY))
    assert leader.get("/indicators/visits/").context["head"]["value"] == "88"
    assert "88 次" in leader.get("/indicators/").content.decode()
    sheet = openpyxl.load_workbook(BytesIO(leader.get(f"{WALL}?_export=xlsx").content)).active
    assert 88 in [cell.value for row in sheet.iter_rows() for cell in row]
    passport = leader.get(passport_url("indicators.visits", TODAY)).content.decode()
    assert "88" in passport and "2023年1月至2023年11月 11 期求和" in passport
    assert leader.get(figure.rows_url).context["total"] == 22
    county = find_figure("indicators.visits", TODAY, county="371001")
    assert county.value == 55 and leader.get(county.rows_url).context["total"] == 11


def test_the_page_ranks_organisations_and_exports_its_charts(leader, visits):
    visits.put(make_county("丙县", "371003"), "2023-11", "33")
    page = leader.get("/indicators/visits/")
    rows = [(row["organisation"].short, row["value"], row["rank"]) for row in page.context["parts"]]
    assert rows == [("甲县", "55", 1), ("乙县", "33", 2), ("丙县", "33", 2)]
    for key in ("course", "parts"):
        answer = leader.get(f"/indicators/visits/charts/{key}/")
        assert answer.status_code == 200
        assert openpyxl.load_workbook(BytesIO(answer.content)).active.max_row > 4
    assert leader.get("/indicators/visits/charts/none/").status_code == 404


def test_a_ranking_is_for_all_who_sign_in_and_single_values_for_their_own(visits):
    visits.put(visits.one, "2023-12", "99", state="reported", reported_on=TODAY, locked_on=None)
    other = client_of(make_user("county_reporter", visits.other))
    page = other.get("/indicators/visits/")
    assert [row["value"] for row in page.context["parts"]] == ["55", "33"]
    assert {entry["row"].organisation for entry in page.context["observations"]} == {visits.other}


def test_two_days_and_two_organisations_side_by_side(leader, visits):
    (line,) = leader.get(f"{COMPARE}?before=2023-07-31").context["lines"]
    assert (line.left, line.right, line.difference, line.change) == ("48", "88", "+40 次", "+83.3%")
    (line,) = leader.get(f"{COMPARE}?by=organisations&one=371001&other=371002").context["lines"]
    assert (line.left, line.right, line.difference, line.change) == ("55", "33", "−22 次", "−40%")
    for query in ("?before=x", "?before=2024-01-01"):
        assert "按 2022-12-31 比较" in leader.get(COMPARE + query).content.decode()
    assert leader.get(f"{COMPARE}?_export=xlsx").status_code == 200


def test_computed_indicators_read_the_sites_own_rows(leader):
    make_city()
    bureau = make_organisation("市某局")
    done, _ = make_item(lead=bureau), make_item(lead=bureau)
    make_state_change(done, on=date(2023, 5, 5))
    make_indicator("rate", unit="%", decimals=1, frequency="quarter", rule="tasks.closed_rate", over_time="last")
    assert find_figure("indicators.rate", TODAY).value == Decimal("50.0")
    assert find_figure("indicators.rate", date(2023, 4, 30)).value == Decimal("0.0")
    assert find_figure("indicators.rate", TODAY, county=bureau.code).value == Decimal("50.0")


def test_the_pages_cost_the_same_queries_whatever_the_values(leader, visits):
    def queries(address):
        leader.get(address)
        cache.clear()
        with CaptureQueriesContext(connection) as captured:
            assert leader.get(address).status_code == 200
        return len(captured)

    few = [queries(address) for address in (WALL, "/indicators/visits/")]
    for number in range(4, 9):
        place = make_county(f"县{number}", f"37100{number}")
        for month in range(1, 12):
            visits.put(place, f"2023-{month:02d}", "7")
    assert [queries(address) for address in (WALL, "/indicators/visits/")] == few
    assert max(few) <= 25


def test_what_counts_demonstration_rows_says_so(leader):
    make_city()
    computed = {"frequency": "quarter", "rule": "funds.in_place", "reported_by": "none", "over_time": "sum"}
    make_indicator("auto", unit="亿元", over_organisations="sum", **computed)
    entry = make_fund(make_project(make_county("甲县", "371001")), "20000")
    shown = leader.get(COMPARE)
    assert [line.demo for line in shown.context["lines"]] == [False]
    type(entry).objects.update(is_demo=True)
    cache.clear()
    assert [line.demo for line in leader.get(COMPARE).context["lines"]] == [True]
    assert leader.get(WALL).context["groups"][0]["cards"][0]["demo"]


def test_a_rankings_number_opens_its_passport(leader, visits):
    rows = leader.get("/indicators/visits/").context["parts"]
    assert all(leader.get(row["passport"]).status_code == 200 for row in rows if row["value"] != "–")
    assert any(row["passport"] for row in rows)


def test_the_first_view_after_a_write_asks_the_same_whatever_the_indicators(leader, visits):
    """Computed ones too: each family of rows is counted once for all of its periods."""
    rules = [("projects.signed.count", "个"), ("projects.started.count", "个"), ("tasks.closed", "项")]
    for rule, unit in rules:
        make_indicator(f"auto-{rule}", frequency="quarter", rule=rule, unit=unit)
    make_project(visits.one, stages=[("signed", date(2023, 3, 1)), ("started", date(2023, 9, 1))])
    make_item(lead=make_organisation())

    def first_view():
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            assert leader.get(WALL).status_code == 200
        return [query["sql"] for query in queries.captured_queries]

    first_view()  # what is cached once per process is asked here
    few = first_view()
    for number in range(12):
        for place in (visits.one, visits.other):
            make_project(place, stages=[("signed", date(2023, number % 12 + 1, 5))])
        make_state_change(make_item(lead=make_organisation()), on=date(2023, number % 12 + 1, 9))
        for rule, unit in rules:
            make_indicator(f"more-{number}-{rule}", frequency="quarter", rule=rule, unit=unit)
    many = first_view()
    assert len(many) == len(few) <= 24, "\n".join(many)


@pytest.mark.parametrize(
    ("rule", "unit", "rows"),
    [("projects.signed.count", "个", 2), ("funds.in_place", "亿元", 1), ("tasks.closed", "项", 1)],
)
def test_a_computed_figure_opens_down_to_the_rows_it_counts(leader, visits, rule, unit, rows):
    project = make_project(visits.one, stages=[("signed", date(2023, 3, 1))], name="北京甲项目")
    make_project(visits.other, stages=[("signed", date(2023, 10, 1))])
    make_fund(project, "100", "2023-06")
    make_state_change(make_item(lead=make_organisation()), on=date(2023, 5, 9))
    make_item(lead=make_organisation())
    over_time = "last" if unit == "项" else "sum"
    make_indicator("auto", frequency="quarter", rule=rule, unit=unit, over_time=over_time)
    figure = find_figure("indicators.auto", TODAY)
    assert figure.rows == rows
    page = leader.get("/reports/passport/indicators.auto/")
    assert len(page.context["rows"]) == rows and f"看全部 {rows} 行" in page.content.decode()
    assert leader.get(figure.rows_url).context["table"].paginator.count == rows


def test_a_county_is_told_why_another_countys_rows_do_not_open(visits):
    reporter = client_of(make_user("county_reporter", visits.one))
    own = reporter.get(f"/reports/passport/indicators.visits/?county={visits.one.code}").content.decode()
    assert "看本单位能看到的" in own
    other = reporter.get(f"/reports/passport/indicators.visits/?county={visits.other.code}").content.decode()
    assert "其他单位的明细由协调办和领导查看" in other and "/indicators/values/" not in other
    listed = reporter.get(f"/indicators/values/?indicator=visits&organisation={visits.other.code}").content.decode()
    assert "其他单位的明细由协调办和领导查看" in listed and "还没有填报值" not in listed
    office = client_of(make_user("coordinator", make_organisation("某办")))
    assert "只列本单位" not in office.get("/indicators/values/").content.decode()


def test_a_computed_indicator_is_told_apart_by_industry(leader, visits):
    make_project(visits.one, stages=[("signed", date(2023, 11, 1))], industry_code="38")
    make_project(visits.other, stages=[("signed", date(2023, 11, 2))], industry_code="38")
    make_project(visits.other, stages=[("signed", date(2023, 11, 3))])
    rule = "projects.signed.count"
    make_indicator("auto", frequency="month", rule=rule, unit="个", over_time="sum", split_by="industry")
    sheet = openpyxl.load_workbook(BytesIO(leader.get("/indicators/auto/charts/members/").content)).active
    rows = {row[0]: row[1] for row in sheet.iter_rows(values_only=True) if row[0]}
    assert rows["38 电气机械和器材制造业"] == 2 and rows["未注明"] == 1


def test_a_rate_stands_for_every_county_with_its_parts(leader, visits):
    """Of the sums for the city; a county's own numerator and denominator in its passport."""
    rate = make_indicator(
        "rate", unit="%", decimals=1, direction="up", frequency="quarter", reported_by="counties", over_time="ratio",
        over_organisations="ratio", numerator_name="办结", denominator_name="受理",
    )  # fmt: skip
    for place, top, bottom in ((visits.one, 9, 10), (visits.other, 30, 40)):
        make_observation(
            rate, Decimal(top) * 100 / bottom, place, published=False, period="2023-Q3", numerator=top,
            denominator=bottom, state="locked", reported_on=date(2023, 10, 8), locked_on=date(2023, 10, 9),
        )  # fmt: skip
    page = leader.get("/indicators/rate/")
    assert [(row["organisation"].short, row["rank"], row["value"]) for row in page.context["parts"]] == [
        ("甲县", 1, "90"),
        ("乙县", 2, "75"),
    ]
    assert page.context["head"]["value"] == "78"
    figure = find_figure("indicators.rate", TODAY, county=visits.other.code)
    assert (figure.text, figure.formula[0]) == ("75", "30 ÷ 40")
