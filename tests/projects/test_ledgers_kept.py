"""Ledgers of projects against what stands on the site: the stage log, money, split credit, missing needs."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.loading import load_organisations
from accounts.models import Organisation
from projects.models import StageChange
from tests import make
from tests.projects.make import make_credit, make_fund, make_investment, make_project
from tests.projects.test_ledgers_projects import bring_in, check, places
from tests.tasklists.ledger_files import xlsx

pytestmark = pytest.mark.django_db
SIGNED, STARTED = ("signed", date(2023, 3, 1)), ("started", date(2023, 6, 1))


@pytest.fixture(autouse=True)
def site(db):
    make.make_business_date()
    load_organisations()


@pytest.fixture
def county():
    return Organisation.objects.get(short="齐河县")


def row_of(project, **cells):
    return xlsx([["项目台账"], ["项目编号", "项目名称", *cells], [project.code, project.name, *cells.values()]])


@pytest.mark.parametrize(
    ("stages", "cells", "message"),
    [
        ([SIGNED], {"开工日期": "2023-02-28"}, "开工日期 2023-02-28 早于签约日期 2023-03-01"),
        ([SIGNED, STARTED], {"注册日期": "2023-06-02"}, "注册日期 2023-06-02 晚于已登记的开工日期 2023-06-01"),
        ([("lead", date(2023, 4, 1))], {"签约日期": "2023-03-31"}, "签约日期 2023-03-31 早于线索日期 2023-04-01"),
        ([SIGNED, ("abandoned", date(2023, 8, 1))], {"开工日期": "2023-08-01"}, "项目已于 2023-08-01 终止"),
        ([SIGNED, ("lost", date(2023, 8, 1))], {"项目阶段": "暂停"}, "项目已于 2023-08-01 流失，不能再登记暂停"),
    ],
)
def test_days_fit_into_the_log_that_stands(county, stages, cells, message):
    checked = check(row_of(make_project(county, investor="甲公司", stages=stages), **cells))
    assert places(checked.errors) == ["C3"] and message in checked.errors[0].message


def test_a_stage_between_those_logged_is_added(county):
    project = make_project(county, investor="甲公司", stages=[SIGNED, STARTED])
    bring_in(row_of(project, 注册日期="2023-05-31"))
    log = StageChange.objects.filter(project=project).order_by("on", "pk")
    assert [row.stage for row in log] == ["signed", "registered", "started"]


def test_a_stage_of_the_same_day_as_a_later_one_is_said_and_left(county):
    project = make_project(county, investor="甲公司", stages=[SIGNED, STARTED])
    content = row_of(project, 注册日期="2023-06-01")
    assert "与已登记的开工是同一天" in check(content).warnings[0].message
    bring_in(content)
    assert project.stages.count() == 2


def test_a_project_paused_once_more_is_logged_again(county):
    pause = {"reason": "停"}
    project = make_project(county, investor="甲公司", stages=[SIGNED])
    for stage, day in (("paused", date(2023, 4, 1)), ("signed", date(2023, 5, 1))):
        project.stages.create(stage=stage, on=day, **pause)
    bring_in(row_of(project, 项目阶段="暂停"))
    assert project.stages.order_by("on", "pk").last().on == make.TODAY
    assert check(row_of(project, 项目阶段="暂停")).ready == []


@pytest.mark.parametrize("make_entry", [make_fund, make_investment])
def test_total_below_the_money_is_an_error_at_its_cell(county, make_entry):
    project = make_project(county, investor="甲公司", stages=[SIGNED])
    make_entry(project, "15000")
    checked = check(row_of(project, **{"总投资(万元)": 14999}))
    assert places(checked.errors) == ["C3"] and "小于已申报的" in checked.errors[0].message
    bring_in(row_of(project, **{"总投资(万元)": 15000}))
    project.refresh_from_db()
    assert project.total_investment == Decimal(15000)


def test_county_of_a_project_with_split_credit_does_not_change(county):
    project = make_project(county, investor="甲公司", stages=[SIGNED])
    make_credit(project, county, "60", "location")
    make_credit(project, Organisation.objects.get(short="禹城市"), "40")
    checked = check(row_of(project, 县市区="乐陵市"))
    assert places(checked.errors) == ["C3"] and "取消分成" in checked.errors[0].message


def test_what_a_signing_lacks_is_said(county):
    rows = [["甲", "甲公司", 1, "2023-03-01"], ["乙", None, None, "2023-03-01"], ["丙", None, None, None]]
    checked = check(xlsx([["项目台账"], ["项目名称", "投资方", "总投资(亿元)", "签约日期"], *rows]))
    said = [(found.cell, found.message) for found in checked.warnings if "已签约的项目没有写" in found.message]
    assert said == [
        ("B4", "已签约的项目没有写投资方，导入后请补充。"),
        ("C4", "已签约的项目没有写签约总投资，导入后请补充。"),
    ]
    checked = check(xlsx([["项目台账"], ["项目名称", "签约日期"], ["甲", "2023-03-01"], ["乙", "2023-03-01"]]))
    assert [found.cell for found in checked.warnings if "表中没有" in found.message] == ["A2", "A2"]


def test_money_under_one_projects_code_and_anothers_name_is_refused(county):
    one = make_project(county, stages=[SIGNED])
    two = make_project(county, stages=[SIGNED])
    head = ["项目编号", "项目名称", "到位月份", "到位资金(万元)"]
    checked = check(xlsx([["到位资金台账"], head, [one.code, two.name, "2023-11", 10]]), kind="funds")
    assert places(checked.errors) == ["B3"] and "与所填名称不符" in checked.errors[0].message
