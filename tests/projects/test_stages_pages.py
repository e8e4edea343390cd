"""The board by stage and the funnel of a period's projects."""

import re
from datetime import date

import pytest
from django.urls import reverse

from tests.make import client_of, make_business_date, make_user
from tests.projects.make import make_county, make_project, sheet_of

pytestmark = pytest.mark.django_db
BOARD, FUNNEL = "/projects/board/", "/projects/funnel/"


@pytest.fixture
def qihe():
    make_business_date()
    return make_county("齐河县")


@pytest.fixture
def office(qihe):
    return client_of(make_user("coordinator"))


def columns_of(client, **query):
    return {c["label"]: c for c in client.get(BOARD, query).context["columns"]}


def rows_behind(client, url):
    return client.get(url).context["total"]


def test_columns_count_projects_and_money_as_of_a_date(qihe, office):
    yucheng = make_county("禹城市")
    make_project(qihe, total_investment=20000, stages=[("lead", date(2023, 3, 1)), ("signed", date(2023, 9, 1))])
    make_project(yucheng, total_investment=None, stages=[("signed", date(2023, 9, 1))])
    make_project(qihe, stages=[("lead", date(2023, 3, 1)), ("lost", date(2023, 12, 1))])
    now = columns_of(office)
    assert {label: c["count"] for label, c in now.items() if c["count"]} == {"签约": 2, "流失": 1}
    assert now["签约"]["amount"] == 20000 and now["线索"]["amount"] is None
    then = columns_of(office, as_of="2023-08-31")
    assert {label: c["count"] for label, c in then.items() if c["count"]} == {"线索": 2}
    assert columns_of(office, county=yucheng.code)["签约"]["count"] == 1
    for column in (*now.values(), *then.values()):
        assert rows_behind(office, column["url"]) == column["count"]
    own = client_of(make_user("county_reporter", yucheng))
    assert columns_of(own)["签约"]["count"] == 1 and "流失" not in columns_of(own)


def test_board_shows_few_cards_and_marks_what_presses(qihe, office, django_assert_max_num_queries):
    for day in range(1, 10):
        make_project(qihe, stages=[("lead", date(2023, 11, day))])
    make_project(qihe, promised_started_on=date(2023, 12, 1), stages=[("registered", date(2023, 3, 1))])
    office.get(BOARD)
    with django_assert_max_num_queries(14):
        answer = office.get(BOARD)
    page = answer.content.decode()
    assert page.count('class="bcard"') == 7 and "还有 3 个" in page
    assert "34 天未跟进" in page
    assert "约定开工 2023-12-01，已过" in page


def test_funnel_counts_the_cohort_and_each_number_opens_its_rows(qihe, office):
    path = ["lead", "negotiating", "signed", "registered"]
    for furthest, gap in ((1, 10), (2, 20), (3, 30), (4, 40)):
        days = [date(2023, 2, 1), date(2023, 2, 1 + gap // 2), date(2023, 3, 1 + gap // 2), date(2023, 5, 1)]
        make_project(qihe, stages=list(zip(path, days, strict=True))[:furthest])
    make_project(qihe, stages=[("signed", date(2023, 6, 1)), ("abandoned", date(2023, 7, 1))])
    make_project(qihe, stages=[("lead", date(2022, 12, 31)), ("negotiating", date(2023, 2, 1))])
    funnel = office.get(FUNNEL).context["funnel"]
    assert [step.count for step in funnel.steps] == [5, 4, 3, 1, 0, 0, 0]
    assert [str(step.of_before) for step in funnel.steps[1:4]] == ["80.0", "75.0", "33.3"]
    assert (funnel.steps[1].days, funnel.steps[1].measured) == (15, 3)
    assert (funnel.steps[2].days, funnel.steps[2].measured) == (28, 2)
    assert {word: n for word, n, _ in funnel.off_path} == {"暂停": 0, "流失": 0, "终止": 1}
    for step in funnel.steps:
        assert rows_behind(office, step.url) == step.count
    for _, number, url in funnel.off_path:
        assert rows_behind(office, url) == number
    before = office.get(FUNNEL, {"as_of": "2023-02-28"}).context["funnel"]
    assert [step.count for step in before.steps] == [4, 3, 0, 0, 0, 0, 0]
    chosen = office.get(FUNNEL, {"from": "2022-01-01", "to": "2022-12-31"}).context["funnel"]
    assert [step.count for step in chosen.steps[:3]] == [1, 1, 0]


def test_funnel_is_exported_as_it_is_shown(qihe, office):
    make_project(qihe, stages=[("lead", date(2023, 2, 1)), ("negotiating", date(2023, 2, 11))])
    notes, headers, rows = sheet_of(office.get(FUNNEL, {"_export": "xlsx", "county": qihe.code}))
    assert headers[:2] == ["阶段", "项目（个）"]
    assert [cell.value for cell in rows[1]] == ["在谈", 1, 100, 100, 10, 1]
    assert any("齐河县" in str(cell.value) for line in notes for cell in line)


def test_funnel_page_answers_bad_dates_and_empty_periods(qihe, office):
    page = office.get(FUNNEL, {"from": "昨天"}).content.decode()
    assert "日期“昨天”无法识别" in page and "这段时间没有新进入的项目" in page
    assert (
        "起始日期 2023-12-01 晚于" in office.get(FUNNEL, {"from": "2023-12-01", "to": "2023-11-01"}).content.decode()
    )


def test_sections_lead_to_both(qihe, office):
    page = re.sub(r"\s+", " ", office.get(reverse("projects:list")).content.decode())
    assert BOARD in page and FUNNEL in page
