"""Checking ledgers of tasks and of progress: what each row means, and errors at their cells."""

import json
from datetime import date
from pathlib import Path

import pytest

from accounts.loading import load_organisations
from accounts.models import Organisation
from common.errors import UserError
from common.ledgers.checking import check_file
from common.ledgers.kinds import Wish
from common.models import PeriodLock
from tasklists.ledgers.owners import OwnersReader
from tasklists.plan_import import unit_directory
from tests import make
from tests.tasklists.ledger_files import progress, tasks, xlsx

pytestmark = pytest.mark.django_db

CASES = json.loads((Path(__file__).parent.parent / "common" / "ledger_cases.json").read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def organisations(db):
    make.make_business_date()
    load_organisations()


def check(content, kind="tasks", by=None, **wish):
    return check_file(kind=kind, name="台账.xlsx", content=content, by=by, on=make.TODAY, wish=Wish(**wish))


def cells(problems):
    return [problem.cell for problem in problems]


@pytest.mark.parametrize("case", CASES["units"], ids=lambda case: case["input"].replace("\n", " "))
def test_units(case):
    read = OwnersReader(unit_directory()).read(case["input"], "responsible")
    expected, owners = case["expected"], read.owners
    assert not read.unknown
    assert owners.lead == expected["lead"]
    assert owners.supporting == expected["support"]
    found = {*owners.lead, *owners.supporting, *owners.responsible}
    groups = {name for name in expected["units"] if name.startswith("各")}
    assert found == set(expected["units"]) - groups
    assert bool(owners.collectives) == bool(groups)


def test_former_name_is_replaced_and_said():
    checked = check(tasks(["1", "产业", "甲", "德州银保监分局", "", "2023年"]))
    assert not checked.errors
    assert checked.warnings[0].cell == "D3" and "现为" in checked.warnings[0].message


def test_unknown_name_like_a_known_one_is_suggested_not_bound():
    checked = check(tasks(["1", "产业", "甲", "市银保监分局", "", "2023年"]))
    assert cells(checked.errors) == ["D3"]
    assert "是否为德州金融监管分局" in checked.errors[0].message


def test_task_rows():
    checked = check(
        tasks(
            ["1", "产业", "引进项目", "市发改委", "市工信局、市财政局", "2023年12月底前"],
            ["2", "产业", "长期的事", "牵头单位：市商务局；配合单位：市财政局", "", "长期坚持"],
            ["3", "交通", "修路", "各县(市、区)人民政府", "", 2023.1],
        )
    )
    assert (checked.rows, checked.accepted, checked.errors) == (3, 3, [])
    first, second, third = checked.ready
    assert (first.owners.lead, first.owners.supporting) == (["市发展改革委"], ["市工业和信息化局", "市财政局"])
    assert (first.due_on, first.due_text) == (date(2023, 12, 31), "2023年12月底前")
    assert (second.owners.lead, second.long_term, second.due_on) == (["市商务局"], True, None)
    assert (third.owners.collectives, third.due_on) == (["各县(市、区)人民政府"], date(2023, 10, 31))
    assert cells(checked.warnings) == ["F5"]


@pytest.mark.parametrize(
    ("row", "cell", "message"),
    [
        (["1", "产业", "甲", "市火星局", "", ""], "D3", "不认识的单位“市火星局”"),
        (["1", "产业", "甲", "市商务局", "", "2022年2月30日"], "F3", "不是有效日期"),
        (["1", "产业", "甲", "市商务局", "", "=TODAY()"], "F3", "公式没有保存计算结果"),
        (["1", "产业", "", "市商务局", "", ""], "C3", "没有填写任务"),
        (["一二三四五六七八九十一二三四五六七", "产业", "甲", "市商务局", "", ""], "A3", "超过 16 个字"),
    ],
)
def test_error_names_its_cell(row, cell, message):
    checked = check(tasks(row))
    assert cells(checked.errors) == [cell]
    assert message in checked.errors[0].message
    assert (checked.accepted, checked.ready) == (0, [])


def test_number_twice_is_an_error_but_serials_may_begin_anew():
    twice = check(tasks(["1", "产业", "甲", "市商务局"], ["1", "产业", "乙", "市商务局"]))
    assert cells(twice.errors) == ["A4"] and "A3" in twice.errors[0].message
    head = ["序号", "方面", "重点任务", "牵头单位"]
    anew = check(tasks([1, "产业", "甲", "市商务局"], [1, "交通", "乙", "市商务局"], head=head))
    assert [row.code for row in anew.ready] == ["1", "2.1"]


def test_deadline_before_assignment_is_an_error():
    head = ["编号", "重点任务", "牵头单位", "交办时间", "完成时限"]
    checked = check(tasks(["1", "甲", "市商务局", "2023年3月5日", "2023年2月底"], head=head))
    assert cells(checked.errors) == ["E3"] and "早于交办日期 2023-03-05" in checked.errors[0].message


def test_merged_number_parts_a_task_and_merged_units_hold_for_all():
    content = xlsx(
        [["序号", "重点任务", "具体措施", "责任单位"], [1, "甲", "一件", "市商务局"], [None, None, "二件", None]],
        merged=["A2:A3", "B2:B3", "D2:D3"],
    )
    checked = check(content)
    assert [(row.code, row.text) for row in checked.ready] == [("1", "甲\n一件"), ("1-2", "甲\n二件")]
    assert all(row.owners.responsible == ["市商务局"] for row in checked.ready)


def test_two_header_rows_of_a_csv():
    text = "2023年表,,,,\n序号,工作任务,责任单位,,完成时限\n,,牵头,配合,\n1,甲,市商务局,市财政局,长期\n"
    checked = check_file(kind="tasks", name="t.csv", content=text.encode("gbk"), by=None, on=make.TODAY, wish=Wish())
    assert (checked.table.header.last + 1, checked.rows) == (3, 1)
    owners = checked.ready[0].owners
    assert (owners.lead, owners.supporting) == (["市商务局"], ["市财政局"])


def test_target_column_becomes_a_target():
    head = ["编号", "重点任务", "目标", "牵头单位"]
    checked = check(tasks(["1", "甲", "不少于1600座", "市商务局"], head=head))
    target = checked.ready[0].targets[0]
    assert (target.comparator, target.value, target.unit) == (">=", 1600, "座")


@pytest.fixture
def unit():
    return Organisation.objects.get(short="市商务局")


@pytest.fixture
def reporter(unit):
    return make.make_user("dept_reporter", unit)


@pytest.fixture
def item(unit):
    return make.make_item(lead=unit, code="7", title="办展会")


def report(checked):
    assert not checked.errors, checked.errors
    return checked.ready[0].values


def test_progress_row_is_found_by_number_and_read(item, reporter):
    values = report(check(progress(["7", "办展会", "序时推进", "85%", "完成选址。", "无"]), "progress", reporter))
    assert (values["status"], values["percent"], values["text"], values["difficulty"]) == (
        "under_way", 85, "完成选址。", "",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("status", "percent", "expected"),
    [
        ("已完成", None, ("claimed", 100, "on_time")),
        ("滞后", 30, ("under_way", 30, "at_risk")),
        ("未启动", None, ("not_started", 0, "on_time")),
        ("完成60%", None, ("under_way", 60, "on_time")),
        ("推进中", 0.6, ("under_way", 60, "on_time")),
    ],
)
def test_statuses_become_reports(item, reporter, status, percent, expected):
    values = report(check(progress(["7", "办展会", status, percent, "进展"]), "progress", reporter))
    assert (values["status"], values["percent"], values["outlook"]) == expected


def test_percent_cell_and_missing_percent(item, reporter):
    content = progress(["7", "", "推进中", 1, "进展"], formats={"D3": "0%"})
    checked = check(content, "progress", reporter)
    assert report(checked)["percent"] == 100
    part = item.assignments.get()
    make.make_report(part, "2023-11", percent=40)
    later = check(progress(["7", "", "推进中", None, "进展"]), "progress", reporter)
    assert report(later)["percent"] == 40
    assert "沿用上期的 40%" in later.warnings[0].message


@pytest.mark.parametrize(
    ("row", "cell", "message"),
    [
        (["7", "", "推进中", 130, "进展"], "D3", "应为 0—100，现填 130"),
        (["7", "", "√", 50, "进展"], "C3", "意思不清楚"),
        (["7", "", "取消", 50, "进展"], "C3", "须由协调办办理"),
        (["7", "", "推进中", None, "进展"], "D3", "没有填写完成百分比"),
        (["7", "", "已完成", 80, "进展"], "D3", "两处应一致"),
        (["8", "", "推进中", 50, "进展"], "A3", "本单位没有编号为“8”的任务"),
        (["7", "别的任务", "推进中", 50, "进展"], "A3", "与所填任务名不符"),
        (["7", "", "推进中", 50, "字" * 2001], "E3", "超过 2000 字"),
    ],
)
def test_progress_error_names_its_cell(item, reporter, row, cell, message):
    checked = check(progress(row), "progress", reporter)
    assert cells(checked.errors) == [cell]
    assert message in checked.errors[0].message


def test_other_organisations_tasks_are_not_found(item):
    stranger = make.make_user("dept_reporter", Organisation.objects.get(short="市财政局"))
    checked = check(progress(["7", "办展会", "推进中", 50, "进展"]), "progress", stranger)
    assert "本单位没有" in checked.errors[0].message


def test_office_needs_the_unit_where_several_report(reporter, unit):
    other = Organisation.objects.get(short="市财政局")
    make.make_item(responsible=[unit, other], code="9", title="共同的事")
    checked = check(progress(["9", "", "推进中", 50, "进展"]), "progress")
    assert "有 2 个单位填报" in checked.errors[0].message
    head = ["编号", "填报单位", "完成百分比", "本期进展"]
    named = check(progress(["9", "市财政局", 50, "甲"], ["9", "市商务局", 60, "乙"], head=head), "progress")
    assert [row.part.organisation.short for row in named.ready] == ["市财政局", "市商务局"]


def test_same_number_in_two_lists_asks_for_the_list(item, reporter, unit):
    other = make.make_item(lead=unit, code="7", title="另一件")
    checked = check(progress(["7", "", "推进中", 50, "进展"]), "progress", reporter)
    assert "请加“清单”列" in checked.errors[0].message
    head = ["清单", "编号", "完成百分比", "本期进展"]
    named = check(progress([other.task_list.short, "7", 50, "进展"], head=head), "progress", reporter)
    assert named.ready[0].part.item_id == other.pk


def test_locked_month_and_handed_in_report_are_refused(item, reporter):
    content = progress(["7", "", "推进中", 50, "进展"])
    make.make_report(item.assignments.get(), "2023-12", state="submitted")
    assert "待单位审核" in check(content, "progress", reporter).errors[0].message
    PeriodLock.objects.create(area="tasks", period="2023-12", locked_on=make.TODAY)
    assert "已锁定" in check(content, "progress", reporter).errors[0].message


def test_unchanged_and_empty_rows_change_nothing(item, reporter, unit):
    make.make_report(item.assignments.get(), "2023-12", state="draft", percent=50, text="进展")
    make.make_item(lead=unit, code="8")
    checked = check(progress(["7", "", "推进中", 50, "进展"], ["8", "", None, None, None]), "progress", reporter)
    assert (checked.rows, checked.accepted, checked.unchanged, checked.ready) == (2, 2, 2, [])


def test_sheet_with_a_column_per_month(item, reporter):
    head = ["编号", "任务", "1-11月", "1-12月"]
    checked = check(
        progress(["7", "办展会", 0.5, 0.75], head=head, title="2023年进展", formats={"C3": "0%", "D3": "0%"}),
        "progress",
        reporter,
    )
    assert (checked.period, checked.rows, report(checked)["percent"]) == ("2023-12", 1, 75)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("已完成", ("claimed", 100)),
        ("完成60%", ("under_way", 60)),
        ("已完成选址，正在推进主体施工", ("under_way", 40)),
    ],
)
def test_status_word_in_the_progress_column(item, reporter, text, expected):
    make.make_report(item.assignments.get(), "2023-11", percent=40)
    values = report(check(progress(["7", "", text], head=["编号", "任务", "完成情况"]), "progress", reporter))
    assert (values["status"], values["percent"], values["text"]) == (*expected, text)


def test_month_to_come_is_refused(item, reporter):
    with pytest.raises(UserError, match="还没有到"):
        check(progress(["7", "", "推进中", 50, "进展"]), "progress", reporter, period="2024-01")


def test_reporter_may_not_bring_in_tasks(reporter):
    with pytest.raises(UserError, match="没有导入任务清单的权限"):
        check(tasks(["1", "产业", "甲", "市商务局"]), by=reporter)
