"""Sheets of the ranking, of one organisation and of the scorecards: what the page shows, numbers as numbers."""

from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse

from common.models import AuditEntry
from tests.indicators.make_assessment import make_reporting, make_scheme
from tests.indicators.test_scorecards import make_indicator, observe
from tests.make import client_of, make_business_date, make_organisation, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def counties():
    make_business_date()
    rows = [make_organisation(name, kind="county", category="县市区考核") for name in ("甲县", "乙县", "丙县")]
    for n, county in enumerate(rows[:2]):
        make_reporting(county, on_time=3 - n, late=n)
    make_scheme(rows, code="demo")
    return rows


def table_of(client, name, *args, export="xlsx"):
    """Return (notes, headers, rows) of a downloaded sheet."""
    answer = client.get(reverse(f"indicators:{name}", args=args), {"_export": export})
    assert answer.status_code == 200 and "attachment" in answer["Content-Disposition"]
    sheet = openpyxl.load_workbook(BytesIO(answer.content)).active
    lines = [[cell.value for cell in row] for row in sheet.iter_rows()]
    blank = next(n for n, line in enumerate(lines) if not any(line))
    return [line[0] for line in lines[:blank]], lines[blank + 1], lines[blank + 2 :], sheet


def test_the_ranking_comes_as_shown_with_empty_told_from_zero(counties):
    office = client_of(make_user("coordinator"))
    notes, headers, rows, sheet = table_of(office, "assessment_ranking", "demo")
    assert "期间 2023年，截至 2023-12-13" in notes
    assert headers[:4] == ["组别", "单位", "名次", "得分"]
    assert headers[8:] == ["填报及时率（满 60 分）", "逾期任务扣分（满 40 分）"]
    assert [row[1:4] for row in rows] == [["甲县", 1, 100], ["乙县", 2, 80], ["丙县", None, None]]
    assert [row[8:] for row in rows] == [[60, 40], [40, 40], ["空", "空"]]
    assert rows[1][7] == 20 and rows[0][7] is None
    yellow = sheet.cell(row=sheet.max_row - 1, column=9)
    assert "△" in yellow.number_format and yellow.fill.bgColor.rgb != "00000000"
    assert AuditEntry.objects.filter(action="导出").exists()


def test_a_sheet_carries_its_formulas_and_is_its_organisations_own(counties):
    reporter = client_of(make_user("county_reporter", counties[1]))
    notes, headers, rows, _ = table_of(reporter, "assessment_sheet", "demo", counties[1].code)
    assert "名次 2（一组 2 个有分）" in notes and "距前一名 20.00 分" in notes
    line = dict(zip(headers, rows[0], strict=True))
    assert (line["代入"], line["得分"], line["最多"]) == ("60 × 2 ÷ 3 = 40.00", 40, 60)
    assert dict(zip(headers, rows[-1], strict=True))["得分"] == 80
    other = reverse("indicators:assessment_sheet", args=["demo", counties[0].code])
    assert reporter.get(other, {"_export": "xlsx"}).status_code == 404


def test_a_scorecard_holds_scores_and_indicators_and_so_does_its_chart(counties):
    indicator = make_indicator("sum")
    observe(indicator, counties[0], "2023-10", "9.4")
    observe(indicator, counties[1], "2023-10", "0")
    office = client_of(make_user("coordinator"))
    _, headers, rows, _ = table_of(office, "scorecard", "counties")
    assert headers == [
        "组别",
        "单位",
        "名次",
        "得分",
        "填报及时率（60 分）",
        "逾期任务扣分（40 分）",
        "指标sum（亿元）",
    ]
    assert [row[1:] for row in rows] == [
        ["甲县", 1, 100, 60, 40, 9.4],
        ["乙县", 2, 80, 40, 40, 0],
        ["丙县", None, None, None, None, None],
    ]
    _, headers, rows, _ = table_of(office, "scorecard", "counties", export="chart")
    assert rows[0][0] == "甲县"


def test_a_scorecard_without_a_scheme_has_its_indicators(counties):
    make_organisation("市甲局")
    office = client_of(make_user("coordinator"))
    _, headers, rows, _ = table_of(office, "scorecard", "departments")
    assert headers == ["组别", "单位"] and [row[1] for row in rows] == ["市甲局"]
