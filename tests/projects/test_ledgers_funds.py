"""Ledgers of money: long and with a column per month, the rules at their cells, writing and taking back."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.loading import load_organisations
from accounts.models import Organisation
from common.errors import UserError
from common.ledgers.writing import commit_batch, undo_batch
from common.models import ImportBatch, PeriodLock
from projects.models import FundEntry, InvestmentEntry
from tests import make
from tests.projects.make import make_fund, make_project
from tests.projects.test_ledgers_projects import bring_in, check, places
from tests.tasklists.ledger_files import xlsx

pytestmark = pytest.mark.django_db

LONG = ["项目编号", "项目名称", "到位月份", "到位资金(万元)", "凭证种类", "凭证号"]
MONTHS = [f"{month}月" for month in range(1, 12)]


@pytest.fixture(autouse=True)
def site(db):
    make.make_business_date()
    load_organisations()


@pytest.fixture
def county():
    return Organisation.objects.get(short="齐河县")


@pytest.fixture
def project(county):
    return make_project(county, code="S-001", name="甲产业园", stages=[("signed", date(2023, 1, 5))])


@pytest.fixture
def other():
    county = Organisation.objects.get(short="禹城市")
    return make_project(county, code="S-002", name="乙基地", stages=[("signed", date(2023, 1, 5))])


def long(*rows, head=LONG, above=(["到位资金台账"],)):
    return xlsx([*above, head, *rows])


def wide(*rows, above=(["2023年到位资金台账"], ["单位：万元"]), head=("项目名称", *MONTHS), tail=()):
    return xlsx([*above, list(head), *rows, *tail])


def of_months(name, **amounts):
    return [name, *(amounts.get(f"m{month}") for month in range(1, 12))]


def funds(content, by=None, **wish):
    return check(content, by, "funds", **wish)


def test_long_rows_become_claims_of_the_county(project, county):
    reporter = make.make_user("county_reporter", county)
    bring_in(long(["S-001", "甲产业园项目", "2023年4月", "1.2亿", "银行进账单", "A-1"]), reporter, "funds")
    entry = FundEntry.objects.get()
    assert (entry.project, entry.month, entry.amount, entry.state) == (project, "2023-04", Decimal(12000), "claimed")
    assert (entry.voucher_kind, entry.voucher_number) == ("银行进账单", "A-1")
    assert (entry.claimed_by, entry.claimed_on) == (reporter, make.TODAY)


def test_wide_sheet_counts_its_rows_and_leaves_empty_months(project, other):
    content = wide(
        of_months("甲产业园", m3="1,200", m4="５００", m5="/", m6="—", m7=0),
        of_months("乙基地", m4=100, m11="约200"),
        tail=[["合计", "=SUM(B4:B5)"], ["注：以进账单为准"]],
    )
    checked = funds(content)
    assert (checked.rows, checked.accepted, checked.errors) == (2, 2, [])
    assert checked.preview[0]["months"] == {"2023-03": "1200", "2023-04": "500"}
    assert checked.preview[0]["amount_wan"] == "1700"
    bring_in(content, kind="funds")
    found = {(e.project.code, e.month, e.amount) for e in FundEntry.objects.select_related("project")}
    assert ("S-002", "2023-11", Decimal(200)) in found and len(found) == 4


def test_two_header_rows_with_the_year_and_unit_above_the_months(project):
    content = xlsx(
        [
            ["到位资金台账"],
            ["项目名称", "2022年到位资金(亿元)", None, "合计"],
            [None, "11月", "12月", None],
            ["甲产业园", 0.1, 0.2, 0.3],
        ],
        merged=["A2:A3", "B2:C2", "D2:D3"],
    )
    checked = funds(content)
    assert checked.preview[0]["months"] == {"2022-11": "1000", "2022-12": "2000"}
    assert {problem.cell for problem in checked.errors} == {"B4", "C4"}  # before the signing
    assert all("早于签约日期" in problem.message for problem in checked.errors)


@pytest.mark.parametrize("month", ["2023年1月", "2023-01", "202301", "一月", date(2023, 1, 1)])
def test_headers_of_months(project, month):
    checked = funds(wide(["甲产业园", 5], head=("项目名称", month)))
    assert checked.preview[0]["months"] == {"2023-01": "5"}


def test_total_and_running_columns_are_held_against_the_months(project):
    head = ("项目名称", "1月", "2月", "1-2月累计", "合计")
    assert not funds(wide(["甲产业园", 5, 6, 11, 11], head=head)).warnings
    checked = funds(wide(["甲产业园", 5, 6, 12, 10], head=head))
    assert places(checked.warnings) == ["D4", "E4"] and checked.preview[0]["amount_wan"] == "11"


def test_running_totals_alone_are_told_apart_by_their_differences(project):
    checked = funds(wide(["甲产业园", 100, 130, 125], head=("项目名称", "1-9月", "1-10月", "1-11月")))
    assert checked.preview[0]["months"] == {"2023-10": "30"}
    assert places(checked.errors) == ["D4"] and "小于上一列" in checked.errors[0].message
    assert places(checked.warnings) == ["B3", "C3", "D3"]
    with pytest.raises(UserError, match="累计数"):
        funds(wide(["甲产业园", 100], head=("项目名称", "1-11月到位资金")))


def test_months_from_the_title_where_no_column_names_them(project):
    head = ["项目名称", "到位资金(万元)"]
    checked = funds(long(["甲产业园", 50], head=head, above=(["2023年11月到位资金台账"],)))
    assert checked.preview[0]["month"] == "2023-11"
    with pytest.raises(UserError, match="累计数"):
        funds(long(["甲产业园", 50], head=head, above=(["2023年1-11月到位资金台账"],)))
    with pytest.raises(UserError, match="没有“月份”列"):
        funds(long(["甲产业园", 50], head=head))


@pytest.mark.parametrize(
    ("row", "cell", "message"),
    [
        (["", "没有的项目", "2023-05", 10, "", ""], "B3", "没有名为“没有的项目”"),
        (["S-999", "", "2023-05", 10, "", ""], "A3", "没有编号为“S-999”"),
        (["S-001", "别的名称", "2023-05", 10, "", ""], "B3", "不符"),
        (["S-001", "", "2023-13", 10, "", ""], "C3", "不是月份"),
        (["S-001", "", "2024-01", 10, "", ""], "C3", "还没有到"),
        (["S-001", "", "2022-12", 10, "", ""], "C3", "早于签约日期"),
        (["S-001", "", "2023-02", 10, "", ""], "C3", "已锁定"),
        (["S-001", "", "2023-05", 20001, "", ""], "D3", "超过签约总投资"),
        (["S-001", "", "2023-05", "-5", "", ""], "D3", "应大于0"),
        (["S-001", "", "2023-05", "5万美元", "", ""], "D3", "外币"),
        (["S-001", "", "2023-05", "=1+1", "", ""], "D3", "公式没有保存计算结果"),
        (["S-001", "", "2023-05", 10, "银行进账单", "USED"], "F3", "已用于"),
    ],
)
def test_refusals_name_their_cells(project, other, row, cell, message):
    make_fund(other, voucher_kind="银行进账单", voucher_number="USED")
    PeriodLock.objects.create(area="funds", period="2023-02", locked_on=make.TODAY)
    checked = funds(long(row))
    assert places(checked.errors) == [cell]
    assert message in checked.errors[0].message
    assert checked.accepted == 0


def test_rows_of_one_sheet_know_of_each_other(project):
    checked = funds(
        long(
            ["S-001", "", "2023-05", 15000, "银行进账单", "A1"],
            ["S-001", "", "2023-06", 6000, "", ""],
            ["S-001", "", "2023-07", 10, "银行进账单", "A1"],
        )
    )
    assert places(checked.errors) == ["D4", "F5"]
    assert "本表第 3 行" in checked.errors[1].message


def test_project_that_was_lost_or_not_signed_takes_no_money(county):
    make_project(county, name="流失的", stages=[("signed", date(2023, 1, 5)), ("lost", date(2023, 6, 1))])
    make_project(county, name="在谈的", stages=[("negotiating", date(2023, 1, 5))])
    checked = funds(wide(of_months("流失的", m8=5, m9=6), of_months("在谈的", m8=5)))
    assert places(checked.errors) == ["A4", "A5"]


def test_the_same_ledger_again_is_known(project):
    content = long(["S-001", "", "2023-05", 100, "", ""], ["S-001", "", "2023-05", 100, "", ""])
    checked = funds(content)
    assert places(checked.warnings) == ["D4"] and "相同" in checked.warnings[0].message
    bring_in(content, kind="funds")
    checked = funds(content)
    assert (checked.unchanged, checked.ready) == (2, [])
    assert FundEntry.objects.count() == 2


def test_wide_sheet_brings_new_months_alone_and_refuses_another_sum(project):
    bring_in(wide(of_months("甲产业园", m5=100)), kind="funds")
    bring_in(wide(of_months("甲产业园", m5=100, m6=50)), kind="funds")
    assert sorted(FundEntry.objects.values_list("month", "amount")) == [("2023-05", 100), ("2023-06", 50)]
    checked = funds(wide(of_months("甲产业园", m5=120)))
    assert places(checked.errors) == ["F4"] and "已有 100 万元" in checked.errors[0].message


def test_slip_in_the_unit_is_asked_about(project):
    checked = funds(wide(of_months("甲产业园", m5=1)))
    assert places(checked.warnings) == ["F4"] and "万分之一" in checked.warnings[0].message


def test_completed_investment_goes_to_its_own_ledger(project):
    bring_in(wide(of_months("甲产业园", m5=100), above=(["2023年完成投资台账（万元）"],)), kind="funds")
    assert InvestmentEntry.objects.get().amount == 100 and not FundEntry.objects.exists()
    head = ["项目名称", "月份", "到位资金(万元)", "完成投资(万元)"]
    both = long(["甲产业园", "2023-06", 10, 20], head=head)
    assert places(funds(both).warnings) == ["D2"]
    bring_in(both, kind="funds", measure="invested")
    assert InvestmentEntry.objects.get(month="2023-06").amount == 20


def test_office_may_enter_verified_rows(project, county):
    content = long(["S-001", "2023-05", 100, "2023-06-10"], head=["项目编号", "月份", "到位资金(万元)", "核实日期"])
    office = make.make_user("coordinator")
    batch = bring_in(content, office, "funds")
    entry = FundEntry.objects.get()
    assert (entry.state, entry.city_verified_on, entry.verified_by) == ("city_verified", date(2023, 6, 10), office)
    undo_batch(batch=batch, by=office)
    bring_in(content, make.make_user("county_reporter", county), "funds")
    assert FundEntry.objects.get().state == "claimed"


def test_county_sees_no_other_countys_projects(project, other):
    reporter = make.make_user("county_reporter", project.county)
    checked = funds(wide(of_months("乙基地", m5=5)), reporter)
    assert places(checked.errors) == ["A4"] and "齐河县没有名为“乙基地”" in checked.errors[0].message


def test_undo_is_refused_after_a_verification_or_a_lock(project):
    batch = bring_in(wide(of_months("甲产业园", m5=100)), kind="funds")
    FundEntry.objects.update(version=2)
    with pytest.raises(UserError, match="又有改动"):
        undo_batch(batch=batch, by=None)
    FundEntry.objects.update(version=1)
    lock = PeriodLock.objects.create(area="funds", period="2023-05", locked_on=make.TODAY)
    with pytest.raises(UserError, match="锁定"):
        undo_batch(batch=batch, by=None)
    lock.delete()
    undo_batch(batch=batch, by=None)
    assert not FundEntry.objects.exists()


def test_entry_made_between_check_and_import_is_noticed(project):
    from common.ledgers.kinds import Wish

    checked = funds(wide(of_months("甲产业园", m5=100)))
    make_fund(project, month="2023-05", amount="100")
    batch = ImportBatch.objects.create(kind="funds", file_name="台账.xlsx", digest="x")
    with pytest.raises(UserError, match="重新检查"):
        commit_batch(batch=batch, checked=checked, by=None, on=make.TODAY, wish=Wish())
    assert FundEntry.objects.count() == 1
