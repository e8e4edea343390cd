"""Ledgers of values: a row per value, a column per period, a column per indicator."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.loading import load_organisations
from accounts.models import Organisation
from common.errors import UserError
from common.ledgers.writing import undo_batch
from common.models import PeriodLock
from indicators.models import Observation
from tests import make
from tests.indicators.make import make_indicator, make_observation
from tests.projects.test_ledgers_projects import bring_in, check, places
from tests.tasklists.ledger_files import xlsx

pytestmark = pytest.mark.django_db

HEAD = ["指标代码", "指标名称", "单位", "期间", "数值", "备注"]


@pytest.fixture(autouse=True)
def site(db):
    make.make_business_date()
    load_organisations()


@pytest.fixture
def output():
    return make_indicator(
        "output", name="企业产值", unit="亿元", frequency="quarter", reported_by="counties", over_time="sum"
    )


@pytest.fixture
def visits():
    return make_indicator("visits", name="对接次数", unit="次", frequency="month", reported_by="counties")


def sheet(*rows, head=HEAD, above=(["指标数据表"],), **options):
    return xlsx([*above, head, *rows], **options)


def values(content, by=None, **wish):
    return check(content, by, "observations", **wish)


def county(short="齐河县"):
    return Organisation.objects.get(short=short)


def test_rows_become_values_in_the_indicators_unit(output, visits):
    bring_in(
        sheet(
            ["output", "", "齐河县", "2023年第三季度", "1.2亿元", ""],
            ["", "企业产值", "禹城", "2023Q3", "25000万元", "合并报表"],
            ["", "对接次数", "齐河县政府", "2023年11月", "３", ""],
            ["", "对接次数", "禹城市", "2023-11", "/", ""],
        ),
        kind="observations",
    )
    rows = Observation.objects.order_by("indicator__code", "value").values_list(
        "indicator__code", "organisation__short", "period", "value"
    )
    assert list(rows) == [
        ("output", "齐河县", "2023-Q3", Decimal("1.2")),
        ("output", "禹城市", "2023-Q3", Decimal("2.5")),
        ("visits", "齐河县", "2023-11", Decimal(3)),
    ]
    assert Observation.objects.get(organisation__short="禹城市").note == "合并报表"


def test_column_per_quarter_with_its_unit_in_the_corner(output):
    content = sheet(
        [1, "齐河县", 10000, "12,000", "/", 22000],
        [2, "禹城市", "1.5亿", None, 3000, 19000],
        ["合计", "", "=SUM(C4:C5)"],
        head=["序号", "县市区", "一季度", "二季度", "三季度", "合计"],
        above=(["2023年各县市区企业产值"], ["单位：万元"]),
    )
    checked = values(content)
    assert (checked.rows, checked.accepted, checked.errors) == (2, 2, [])
    assert checked.preview[0]["values"] == {"2023-Q1": "1", "2023-Q2": "1.2"}
    assert places(checked.warnings) == ["F5"]
    bring_in(content, kind="observations")
    assert Observation.objects.count() == 4


def test_column_per_month_of_one_organisation(visits):
    head = ["指标名称", "2023年9月", "2023年10月", "1-10月"]
    checked = values(sheet(["对接次数", 3, 4, 30], head=head, above=(["填报单位：齐河县"],)))
    assert checked.preview[0]["values"] == {"2023-09": "3", "2023-10": "4"}
    assert checked.preview[0]["organisation"] == "齐河县"
    assert places(checked.warnings) == ["D2"]


def test_indicator_and_period_named_by_the_title(output):
    content = sheet(
        ["齐河县", "2.5亿元", "5%"],
        ["禹城市", 30000, "6%"],
        ["全市合计", 55000, None],
        head=["地区", "产值（万元）", "占比"],
        above=(["2023年第三季度企业产值"],),
    )
    bring_in(content, kind="observations")
    assert sorted(Observation.objects.values_list("period", "value")) == [("2023-Q3", Decimal("2.5")), ("2023-Q3", 3)]


def test_column_per_indicator(output):
    jobs = make_indicator("jobs", name="期末用工", unit="人", frequency="quarter", reported_by="counties")
    content = sheet(
        ["德城区", "1,200", 35000],
        ["陵城区", "0.13万人", None],
        ["全市合计", 2500, 35000],
        head=["县市区", "期末用工（人）", "企业产值(万元)"],
        above=(["2023年第三季度各县市区指标表"],),
    )
    bring_in(content, kind="observations")
    assert {(o.organisation.short, o.period, o.value) for o in jobs.observations.all()} == {
        ("德城区", "2023-Q3", Decimal(1200)),
        ("陵城区", "2023-Q3", Decimal(1300)),
    }
    assert output.observations.get().value == Decimal("3.5")


@pytest.mark.parametrize(
    ("row", "cell", "message"),
    [
        (["", "没有的指标", "齐河县", "2023-11", 1, ""], "B3", "没有名为“没有的指标”"),
        (["none", "", "齐河县", "2023-11", 1, ""], "A3", "没有代码为“none”"),
        (["visits", "企业产值", "齐河县", "2023-11", 1, ""], "A3", "不符"),
        (["visits", "", "火星县", "2023-11", 1, ""], "C3", "不认识的单位"),
        (["visits", "", "齐河县", "2023-13", 1, ""], "D3", "不是期间"),
        (["visits", "", "齐河县", "2023Q3", 1, ""], "D3", "不是它的期间"),
        (["visits", "", "齐河县", "2024-02", 1, ""], "D3", "还没有开放"),
        (["visits", "", "齐河县", "2023-05", 1, ""], "D3", "已锁定"),
        (["visits", "", "齐河县", "2023-11", "若干", ""], "E3", "不是数"),
        (["visits", "", "齐河县", "2023-11", "NaN", ""], "E3", "不是数"),
        (["visits", "", "齐河县", "2023-11", "5人", ""], "E3", "不能换算"),
        (["visits", "", "齐河县", "2023-11", "=1+1", ""], "E3", "公式没有保存计算结果"),
        (["auto", "", "齐河县", "2023-11", 1, ""], "E3", "计算"),
    ],
)
def test_refusals_name_their_cells(output, visits, row, cell, message):
    make_indicator("auto", name="台账数", frequency="month", rule="projects.signed.count")
    PeriodLock.objects.create(area="observations", period="2023-05", locked_on=make.TODAY)
    checked = values(sheet(row))
    assert places(checked.errors) == [cell], checked.errors
    assert message in checked.errors[0].message


def test_shares_come_with_their_parts(output):
    make_indicator("rate", name="办结率", unit="%", frequency="quarter", reported_by="counties",
                   numerator_name="办结数", denominator_name="受理数")  # fmt: skip
    head = ["指标代码", "单位", "期间", "数值", "分子", "分母"]
    good = ["rate", "齐河县", "2023Q3", None, 45, 50]
    bring_in(sheet(good, head=head), kind="observations")
    assert Observation.objects.get().value == 90
    bad = [["rate", "禹城市", "2023Q3", None, 45, None], ["rate", "乐陵市", "2023Q3", None, 45, 0]]
    checked = values(sheet(*bad, head=head))
    assert places(checked.errors) == ["F3", "F4"]


def test_organisation_brings_in_its_own_and_only_what_it_reports(output, visits):
    reporter = make.make_user("county_reporter", county())
    checked = values(sheet(["visits", "", "禹城市", "2023-11", 1, ""], ["visits", "", "", "2023-11", 1, ""]), reporter)
    assert places(checked.errors) == ["C3"]
    bring_in(sheet(["visits", "", "", "2023-11", 1, ""]), reporter, "observations")
    found = Observation.objects.get()
    assert (found.organisation, found.reported_by, found.reported_on) == (county(), reporter, None)
    department = make.make_user("dept_reporter", county("市商务局"))
    assert "不由市商务局填报" in values(sheet(["visits", "", "", "2023-11", 1, ""]), department).errors[0].message


def test_the_same_ledger_again_is_known_and_a_draft_can_be_changed_and_taken_back(visits):
    reporter = make.make_user("county_reporter", county())
    bring_in(sheet(["visits", "", "", "2023-11", 1, ""]), reporter, "observations")
    assert values(sheet(["visits", "", "", "2023-11", 1, ""]), reporter).unchanged == 1
    batch = bring_in(sheet(["visits", "", "", "2023-11", 2, ""]), reporter, "observations")
    found = Observation.objects.get()
    assert (found.value, found.version) == (2, 2)
    undo_batch(batch=batch, by=reporter)
    found.refresh_from_db()
    assert (found.value, found.version) == (1, 3)


def test_what_was_reviewed_is_not_changed_by_a_ledger(visits):
    make_observation(
        visits, "7", county(), published=False, period="2023-11", state="reviewed", reviewed_on=date(2023, 12, 5)
    )
    checked = values(sheet(["visits", "", "齐河县", "2023-11", 8, ""]))
    assert places(checked.errors) == ["E3"] and "为 7" in checked.errors[0].message


def test_undo_is_refused_after_a_review(visits):
    batch = bring_in(sheet(["visits", "", "齐河县", "2023-11", 1, ""]), kind="observations")
    Observation.objects.update(state="reviewed", reviewed_on=make.TODAY, version=2)
    with pytest.raises(UserError, match="又有改动"):
        undo_batch(batch=batch, by=None)
    assert Observation.objects.exists()


def test_value_that_departs_from_its_history_is_asked_about(visits):
    for month in range(1, 7):
        make_observation(visits, "5", county(), published=False, period=f"2023-{month:02d}")
    checked = values(sheet(["visits", "", "齐河县", "2023-11", 90000, ""]))
    assert places(checked.warnings) == ["E3"] and not checked.errors


def test_one_value_twice_is_an_error(visits):
    row = ["visits", "", "齐河县", "2023-11", 1, ""]
    checked = values(sheet(row, row))
    assert places(checked.errors) == ["E4"] and "第 3 行" in checked.errors[0].message


def test_form_of_the_period_comes_back_filled(output, visits):
    user = make.make_user("county_reporter", county())
    make_observation(visits, "5", county(), published=False, period="2023-10")
    client = make.client_of(user)
    page = client.get(reverse("tasklists:ledgers")).content.decode()
    assert "2023年11月指标填报表" in page or "2023年12月指标填报表" in page
    answer = client.get(reverse("tasklists:ledger_template"), {"kind": "observations", "period": "2023-11"})
    book = load_workbook(BytesIO(answer.content))
    line = next(row for row in book.active.iter_rows(min_row=4) if row[0].value == "visits")
    assert line[6].value == 5
    line[8].value = "６"
    filled = BytesIO()
    book.save(filled)
    bring_in(filled.getvalue(), user, "observations")
    assert Observation.objects.get(period="2023-11").value == 6
