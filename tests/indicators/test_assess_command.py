"""The command ``assess``: the document of the contract, refusals, and results of the shipped data by hand."""

import json
from datetime import date
from decimal import ROUND_HALF_UP
from decimal import Decimal as D
from io import StringIO

import pytest
from django.core.management import call_command

from accounts.models import Organisation
from common import statistics
from indicators.models import Indicator, Target
from projects.models import FundEntry, Project, StageChange
from reports.demo.site import load_site
from tasklists.models import Assignment, ProgressReport
from tests.indicators.make_assessment import OVERDUE, TIMELINESS, make_reporting, make_scheme
from tests.make import make_business_date, make_organisation

pytestmark = pytest.mark.django_db


def assess(*arguments):
    out, err = StringIO(), StringIO()
    try:
        call_command("assess", *arguments, stdout=out, stderr=err)
        status = 0
    except SystemExit as end:
        status = end.code
    return status, out.getvalue(), err.getvalue()


def document(*arguments):
    status, out, err = assess(*arguments, "--json")
    assert (status, err) == (0, "")
    return json.loads(out)


@pytest.fixture
def counties():
    make_business_date()
    return [make_organisation(name, kind="county") for name in ("甲县", "乙县", "丙县", "丁县")]


def test_document_has_the_form_of_the_contract(counties):
    for n, county in enumerate(counties[:3]):
        make_reporting(county, on_time=3 - n, late=n)
    make_scheme(counties, code="demo")
    found = document("demo", "--period", "2023")
    assert {name: found[name] for name in ("scheme", "version", "period", "as_of")} == {
        "scheme": "demo",
        "version": 1,
        "period": "2023",
        "as_of": "2023-12-13",
    }
    (group,) = found["groups"]
    # 60 × 3/3 + 40, 60 × 2/3 + 40, 60 × 1/3 + 40; 丁县 has no task and so no score.
    assert [(row["org"], row["score"], row["rank"]) for row in group["rows"]] == [
        ("甲县", "100.00", 1),
        ("乙县", "80.00", 2),
        ("丙县", "60.00", 3),
        ("丁县", None, None),
    ]
    term = group["rows"][1]["terms"][0]
    assert (term["name"], term["score"], term["max"], term["raw"]) == ("填报及时率", "40.00", "60", "40")
    assert term["inputs"] == {"actual": "0.6666666667", "part": "2", "whole": "3"}
    assert term["formula"] == "60 × 2 ÷ 3 = 40.00"
    assert group["rows"][3]["missing"] == ["填报及时率", "逾期任务扣分"]


def test_ties_share_a_rank(counties):
    for county, late in zip(counties, (0, 1, 1, 2), strict=True):
        make_reporting(county, on_time=3 - late, late=late)
    make_scheme(counties, code="demo")
    rows = document("demo", "--period", "2023")["groups"][0]["rows"]
    assert [row["rank"] for row in rows] == [1, 2, 2, 4]


def test_groups_are_ranked_among_themselves(counties):
    for county, late in zip(counties, (0, 1, 0, 1), strict=True):
        make_reporting(county, on_time=3 - late, late=late)
    make_scheme(counties, code="demo", groups={"一组": counties[:2], "二组": counties[2:]})
    groups = document("demo", "--period", "2023")["groups"]
    assert [[(row["org"], row["rank"]) for row in group["rows"]] for group in groups] == [
        [("甲县", 1), ("乙县", 2)],
        [("丙县", 1), ("丁县", 2)],
    ]


def test_a_month_asks_for_its_own_reports_only(counties):
    make_reporting(counties[0], on_time=1, late=1)
    make_scheme(counties[:1], code="demo")
    january, february = (document("demo", "--period", f"2023-0{n}") for n in (1, 2))
    quarter = document("demo", "--period", "2023-Q1")
    scores = [found["groups"][0]["rows"][0]["score"] for found in (january, february, quarter)]
    assert scores == ["100.00", "40.00", "70.00"]


def test_a_quarter_without_its_own_target_takes_its_share_of_the_year(counties):
    county = counties[0]
    funds = Indicator.objects.create(
        code="funds-in-place", name="到位资金", unit="亿元", scope="口径", over_time="sum"
    )
    Target.objects.create(indicator=funds, organisation=county, period="2023", value=8)
    project = Project.objects.create(code="P1", name="项目", county=county, origin_province="北京市")
    StageChange.objects.create(project=project, stage="started", on=date(2023, 3, 1))
    FundEntry.objects.create(
        project=project, month="2023-08", amount=15000, state="city_verified", claimed_on=date(2023, 8, 5),
        county_verified_on=date(2023, 8, 8), city_verified_on=date(2023, 8, 20), voucher_kind="验资报告",
        voucher_number="V1",
    )  # fmt: skip
    term = {
        "name": "到位资金完成率",
        "measure": "funds.in_place",
        "formula": "target_share",
        "weight": "100",
        "cap": "1",
    }
    make_scheme([county], code="demo", terms=[term])
    (quarter,) = document("demo", "--period", "2023-Q3")["groups"][0]["rows"]
    assert quarter["terms"][0]["inputs"] == {"actual": "1.5", "target": "2"}  # 8 × 3/12
    assert quarter["score"] == "75.00"
    Target.objects.create(indicator=funds, organisation=county, period="2023-Q3", value=3)
    (quarter,) = document("demo", "--period", "2023-Q3")["groups"][0]["rows"]
    assert (quarter["terms"][0]["inputs"]["target"], quarter["score"]) == ("3", "50.00")


def test_a_missing_target_is_said_and_leaves_the_term_empty(counties):
    funds = {"name": "到位资金完成率", "measure": "funds.in_place", "formula": "target_share", "weight": "40"}
    make_reporting(counties[0])
    make_scheme(counties[:1], code="demo", terms=[TIMELINESS, funds])
    (row,) = document("demo", "--period", "2023")["groups"][0]["rows"]
    assert (row["score"], row["rank"], row["incomplete"], row["missing"]) == ("60.00", 1, True, ["到位资金完成率"])
    assert (row["terms"][1]["score"], row["terms"][1]["formula"]) == (None, "未设目标，记空")


def test_the_past_can_be_assessed_as_it_was(counties):
    make_reporting(counties[0], on_time=1, late=1)
    make_scheme(counties[:1], code="demo")
    found = document("demo", "--period", "2023", "--as-of", "2023-01-31")
    assert found["groups"][0]["rows"][0]["terms"][0]["inputs"]["whole"] == "1"


@pytest.mark.parametrize(
    "arguments, words",
    [
        (("nothing", "--period", "2023"), "没有代码为“nothing”的考核方案"),
        (("demo", "--period", "2023-Q5"), "期间“2023-Q5”无法识别"),
        (("demo", "--period", "２０２３"), "无法识别"),
        (("demo", "--period", "2024"), "2024年尚未开始"),
        (("demo", "--period", "2023", "--as-of", "昨天"), "截至日期“昨天”无法识别"),
        (("draft", "--period", "2023"), "没有施行的版本"),
    ],
)
def test_refusals_are_one_sentence_and_status_2(counties, arguments, words):
    make_scheme(counties, code="demo")
    make_scheme(counties, code="draft", state="draft")
    status, out, err = assess(*arguments, "--json")
    assert (status, out) == (2, "")
    assert words in err and len(err.strip().splitlines()) == 1


def test_a_deduction_counts_overdue_tasks(counties):
    part = make_reporting(counties[0])
    item = part.item
    item.due_on = date(2023, 11, 30)
    item.save()
    part.completed_on = None
    part.save()
    make_scheme(counties[:1], code="demo", terms=[OVERDUE | {"weight": "100"}])
    (row,) = document("demo", "--period", "2023")["groups"][0]["rows"]
    assert (row["score"], row["terms"][0]["formula"]) == ("95.00", "100 − 5 × 1 = 95.00")


# --- the shipped example, by hand -----------------------------------------------------------------------


@pytest.fixture
def demo():
    load_site()
    statistics.refresh()


def half_up(value):
    return value.quantize(D("0.01"), ROUND_HALF_UP)


# Each county: 签约总投资 and its goal, projects started, funds in place and goal (亿元), tasks due and done on
# time, reports due and on time, overdue tasks. Funds, goals and starts are the published demonstration's numbers.
BY_HAND = {
    # 48.82 of its own and half of 14.23 make 55.935: 124.3 % of 45, capped at 120 %; 21 starts, at most 15;
    # 25 × 16.8/14 = 25 × 120 %
    "齐河县": ("18.00", "15.00", "30.00"),
    # 13.66 of its own, 40 % of 12.64 and 70 % of 18.6 make 31.736: 15 × 31.736/30 = 15.868; 5 starts;
    # 25 × 3.1/4 = 19.375 → 19.38, half up
    "庆云县": ("15.87", "5.00", "19.38"),
    # 15 × 33.25/35 = 14.25; 12 starts; 25 × 8.7/8 = 27.1875 → 27.19
    "德城区": ("14.25", "12.00", "27.19"),
}


def test_three_counties_of_the_demonstration_by_hand(demo):
    (group,) = document("counties", "--period", "2023")["groups"]
    rows = {row["org"]: row for row in group["rows"]}
    assert len(rows) == 12
    for short, expected in BY_HAND.items():
        terms = {term["name"]: term for term in rows[short]["terms"]}
        found = tuple(terms[name]["score"] for name in ("签约总投资完成率", "新开工项目", "到位资金完成率"))
        assert found == expected, short
        county = Organisation.objects.get(short=short)
        on_time, due = plain_timeliness(county)
        assert terms["填报及时率"]["inputs"] | {"actual": ""} == {
            "actual": "",
            "part": str(on_time),
            "whole": str(due),
        }
        assert D(terms["填报及时率"]["score"]) == half_up(D(10) * on_time / due)
        verified, claimed = plain_funds(county)
        assert D(terms["到位资金核实率"]["score"]) == half_up(D(5) * verified / claimed)
        assert terms["逾期任务扣分"]["score"] == "10.00"  # no county has an overdue task
        assert D(rows[short]["score"]) == sum(D(term["score"]) for term in rows[short]["terms"])
    # 完成投资, 区间折算: the greatest of the group gets all 5 points, the least none.
    best, worst = ({term["name"]: term["score"] for term in rows[short]["terms"]} for short in ("齐河县", "庆云县"))
    assert (best["完成投资"], worst["完成投资"]) == ("5.00", "0.00")
    assert [row["rank"] for row in group["rows"]] == list(range(1, 13))


def plain_timeliness(county):
    """Count on-time and due reports of the year row by row, from the part's dates and its reports alone."""
    on_time = due = 0
    parts = Assignment.objects.filter(
        organisation=county, role__in=("lead", "responsible"), item__task_list__state="in_force"
    )
    for part in parts.select_related("item").prefetch_related("item__state_changes"):
        changes = sorted(part.item.state_changes.all(), key=lambda change: (change.on, change.pk))
        if changes and changes[-1].state == "cancelled":
            continue
        ends = [part.completed_on] if part.completed_on else []
        ends += [changes[-1].on] if changes and changes[-1].state == "closed" else []
        for month in range(1, 12):  # December's report is due on the 20th, after the business date
            asked = part.item.assigned_on <= date(2023, month, 20)
            if not asked or (ends and min(ends) < date(2023, month, 1)):
                continue
            due += 1
            report = ProgressReport.objects.filter(assignment=part, period=f"2023-{month:02d}").first()
            on_time += bool(report and report.submitted_on and report.submitted_on <= date(2023, month, 20))
    return on_time, due


def plain_funds(county):
    verified = claimed = D(0)
    rows = FundEntry.objects.filter(
        month__startswith="2023", project__origin_province__in=("北京市", "天津市", "河北省")
    )
    for row in rows.select_related("project__county").prefetch_related("project__credits"):
        split = {credit.organisation_id: credit.percent for credit in row.project.credits.all()}
        percent = split.get(county.pk, 0) if split else D(100) * (row.project.county_id == county.pk)
        claimed += row.amount * percent / 100
        verified += row.amount * percent / 100 * (row.state == "city_verified")
    return verified, claimed


def test_departments_of_the_demonstration(demo):
    found = document("departments", "--period", "2023")
    assert [group["name"] for group in found["groups"]] == [
        "政府工作部门",
        "市委部门和群团",
        "驻德单位、事业单位和其他",
    ]
    rows = [row for group in found["groups"] for row in group["rows"]]
    assert len(rows) == 58 and found["demo"] is True
    slips = next(row for row in rows if row["org"] == "市发展改革委")["terms"][4]
    assert slips["formula"] == "10 − 2 × 1 = 8.00"  # one slip in the year


def test_the_same_data_give_the_same_document(demo):
    assert document("counties", "--period", "2023-Q4") == document("counties", "--period", "2023-Q4")
