"""Ledgers of projects: what each row means, errors at their cells, writing, repeating and taking back."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.loading import load_organisations
from accounts.models import Organisation
from common.errors import UserError
from common.ledgers.checking import check_file
from common.ledgers.kinds import Wish
from common.ledgers.writing import commit_batch, digest_of, undo_batch
from common.models import ImportBatch
from projects.models import Project, StageChange
from tests import make
from tests.projects.make import make_event, make_project
from tests.tasklists.ledger_files import xlsx

pytestmark = pytest.mark.django_db

HEAD = ["序号", "项目名称", "投资方", "来源地", "县(市、区)", "总投资(亿元)", "签约时间", "开工时间", "进展情况"]
ROW = [1, "甲产业园", "北京甲公司", "北京市朝阳区", "齐河县", 5.2, "2023-03-12", "2023.6.1", "已开工"]


@pytest.fixture(autouse=True)
def site(db):
    make.make_business_date()
    load_organisations()


def sheet(*rows, head=HEAD, above=(["2023年项目台账"],), **options):
    return xlsx([*above, head, *rows], **options)


def check(content, by=None, kind="projects", **wish):
    return check_file(kind=kind, name="台账.xlsx", content=content, by=by, on=make.TODAY, wish=Wish(**wish))


def bring_in(content, by=None, kind="projects", **wish):
    checked = check(content, by, kind, **wish)
    assert not checked.errors, checked.errors
    batch = ImportBatch.objects.create(kind=kind, file_name="台账.xlsx", digest=digest_of(content))
    return commit_batch(batch=batch, checked=checked, by=by, on=make.TODAY, wish=Wish(**wish))


def places(problems):
    return [problem.cell for problem in problems]


def test_a_row_becomes_a_project_with_its_log():
    bring_in(sheet(ROW))
    project = Project.objects.get()
    assert (project.code, project.name, project.investor) == ("2023-0001", "甲产业园", "北京甲公司")
    assert (project.origin_province, project.origin_district, project.county.short) == ("北京市", "朝阳区", "齐河县")
    assert (project.total_investment, project.contract_on) == (Decimal(52000), date(2023, 3, 12))
    log = [(change.stage, change.on) for change in project.stages.order_by("on")]
    assert log == [("signed", date(2023, 3, 12)), ("started", date(2023, 6, 1))]


def test_the_same_ledger_again_changes_nothing():
    bring_in(sheet(ROW))
    checked = check(sheet(ROW))
    assert (checked.unchanged, checked.ready) == (1, [])
    bring_in(sheet(ROW))
    assert (Project.objects.count(), StageChange.objects.count()) == (1, 2)


def test_a_changed_row_changes_its_project_and_can_be_taken_back():
    bring_in(sheet(ROW))
    batch = bring_in(sheet([*ROW[:5], "6亿元", *ROW[6:]]))
    project = Project.objects.get()
    assert (project.total_investment, project.version) == (Decimal(60000), 2)
    undo_batch(batch=batch, by=None)
    project.refresh_from_db()
    assert (project.total_investment, project.version) == (Decimal(52000), 3)


def test_undo_takes_new_projects_away_and_is_refused_after_a_change():
    batch = bring_in(sheet(ROW))
    Project.objects.update(version=2)
    with pytest.raises(UserError, match="又有改动"):
        undo_batch(batch=batch, by=None)
    Project.objects.update(version=1)
    make_stage = StageChange.objects.create(project=Project.objects.get(), stage="producing", on=make.TODAY)
    with pytest.raises(UserError, match="又有改动"):
        undo_batch(batch=batch, by=None)
    make_stage.delete()
    undo_batch(batch=batch, by=None)
    assert not Project.objects.exists() and not StageChange.objects.exists()


def test_change_between_check_and_import_is_refused():
    bring_in(sheet(ROW))
    content = sheet([*ROW[:5], 6, *ROW[6:]])
    checked = check(content)
    Project.objects.update(version=2)
    batch = ImportBatch.objects.create(kind="projects", file_name="台账.xlsx", digest="x")
    with pytest.raises(UserError, match="重新检查"):
        commit_batch(batch=batch, checked=checked, by=None, on=make.TODAY, wish=Wish())
    assert Project.objects.get().total_investment == Decimal(52000)


def test_project_is_found_by_code_and_a_name_that_differs_is_an_error():
    county = Organisation.objects.get(short="齐河县")
    make_project(county, code="S-001", name="老项目")
    head = ["项目编号", "项目名称", "总投资(万元)"]
    checked = check(sheet(["S-001", "老项目", 300], ["S-001", "别的项目", 300], head=head))
    assert places(checked.errors) == ["A4"] and "老项目" in checked.errors[0].message
    assert checked.preview[0]["action"] == "update" and checked.preview[0]["amount_wan"] == "300"


@pytest.mark.parametrize(
    ("column", "value", "cell", "message"),
    [
        (1, None, "B3", "没有填写项目名称"),
        (4, "火星县", "E3", "不认识的单位“火星县”"),
        (4, "市商务局", "E3", "不是县市区"),
        (5, "3亿美元", "F3", "外币"),
        (5, "3000-5000万元", "F3", "范围"),
        (5, "(1,200)", "F3", "应大于0"),
        (5, "若干", "F3", "不是金额"),
        (5, "=SUM(1,2)", "F3", "公式没有保存计算结果"),
        (6, "2022年2月30日", "G3", "不是有效日期"),
        (6, "2024-03-01", "G3", "还没有到"),
        (7, "2023-03-01", "H3", "早于签约日期"),
        (8, "飞升", "I3", "不认识的项目阶段"),
    ],
)
def test_error_names_its_cell(column, value, cell, message):
    row = list(ROW)
    row[column] = value
    checked = check(sheet(row))
    assert places(checked.errors) == [cell]
    assert message in checked.errors[0].message
    assert (checked.accepted, checked.ready) == (0, [])


@pytest.mark.parametrize(
    ("written", "wan"),
    [
        ("1.2亿", "12000"),
        ("12,000万元", "12000"),
        ("约3亿", "30000"),
        ("１．２", "12000"),
        ("/", None),
        ("待定", None),
    ],
)
def test_amounts_come_in_wan(written, wan):
    checked = check(sheet([*ROW[:5], written, *ROW[6:]]))
    assert not checked.errors
    assert checked.preview[0]["amount_wan"] == wan
    assert bool(checked.warnings) == (written in ("约3亿", "/", "待定"))


def test_amount_without_any_unit_is_read_in_wan_and_said():
    head = [*HEAD[:5], "总投资", *HEAD[6:]]
    checked = check(sheet([*ROW[:5], 5200, *ROW[6:]], head=head))
    assert (checked.preview[0]["amount_wan"], places(checked.warnings)) == ("5200", ["F2"])
    above = (["2023年项目台账"], ["单位：亿元"])
    assert check(sheet(ROW, head=head, above=above)).preview[0]["amount_wan"] == "52000"


def test_ten_thousand_fold_amount_is_asked_about():
    rows = [[n, f"项目{n}", "某公司", "北京市", "齐河县", 2 + n / 10, None, None, None] for n in range(1, 6)]
    rows[3][5] = 24000
    checked = check(sheet(*rows))
    assert places(checked.warnings) == ["F6"] and "多 10435 倍" in checked.warnings[0].message


def test_three_header_rows_total_note_and_hidden_rows():
    content = xlsx(
        [
            ["齐河县项目台账"],
            ["填报单位：齐河县", None, None, "单位：万元"],
            ["序号", "项目名称", "投资情况", None, None],
            [None, None, "投资方", "金额", None],
            [None, None, None, "总投资", "其中：设备"],
            [1, "甲", "某公司", "12,000", 5],
            [2, "乙", "某公司", 8000, 5],
            ["合计", None, None, "=SUM(D6:D7)", None],
            ["注：总投资以合同为准"],
        ],
        merged=["A3:A5", "B3:B5", "C3:E3", "C4:C5", "D4:E4"],
    )
    checked = check(content)
    assert (checked.table.header.last + 1, checked.rows, checked.errors) == (5, 2, [])
    assert [row["amount_wan"] for row in checked.preview] == ["12000", "8000"]
    assert {row["county"] for row in checked.preview} == {"齐河县"}


def test_county_named_by_a_line_across_the_table():
    content = sheet(
        ["一、齐河县(1个)"],
        [1, "甲", "某公司", None, None, 1],
        ["二、禹城市(1个)"],
        [2, "乙", "某公司", None, None, 1],
    )
    checked = check(content)
    assert [row["county"] for row in checked.preview] == ["齐河县", "禹城市"]


def test_two_projects_of_one_name_are_told_by_investor_and_the_same_twice_is_an_error():
    other = [*ROW[:2], "天津乙公司", *ROW[3:]]
    assert check(sheet(ROW, other)).accepted == 2
    checked = check(sheet(ROW, ROW))
    assert places(checked.errors) == ["B4"] and "第 3 行" in checked.errors[0].message


def test_stage_without_its_date_is_said_and_not_made_up():
    checked = check(sheet([*ROW[:7], None, "已开工"]))
    assert places(checked.warnings) == ["I3"]
    bring_in(sheet([*ROW[:7], None, "已开工"]))
    assert [change.stage for change in StageChange.objects.all()] == ["signed"]


def test_day_of_the_event_is_the_signing_day():
    make_event(key="guoqi", name="国企德州行")
    head = ["项目名称", "投资方", "县市区", "签约活动", "项目阶段"]
    bring_in(sheet(["甲", "某公司", "齐河县", "国企德州行", "签约"], head=head))
    assert StageChange.objects.get().on == date(2023, 9, 22)


def test_county_brings_in_its_own_projects_alone():
    county = Organisation.objects.get(short="齐河县")
    reporter = make.make_user("county_reporter", county)
    checked = check(sheet(ROW, [2, "乙", "某公司", "北京市", "禹城市", 1]), by=reporter)
    assert places(checked.errors) == ["E4"] and "只能导入齐河县" in checked.errors[0].message
    bring_in(sheet([1, "丙", "某公司", "北京市", None, 1]), by=reporter)
    assert Project.objects.get().county == county
    with pytest.raises(UserError, match="权限"):
        check(sheet(ROW), by=make.make_user("dept_reporter"))


def test_header_row_pointed_at_by_hand():
    content = xlsx([["名称", "金额"], ["说明", "见下"], ["项目名称", "总投资(万元)"], ["甲", 300]])
    assert check(content, header_row=3).preview[0]["amount_wan"] == "300"
