"""Marks and lists of units: who answers for a clause, in which role, under which name."""

import pytest

from tasklists.plans.units import Collective, UnitDirectory, UnitEntry

from .plan_texts import make_clause, read_text, shipped_directory

COUNTIES = "各县(市、区)人民政府"
COUNTIES_AND_ZONES = "各县(市、区)人民政府(管委会)"


def roles(clause):
    owners = clause.owners
    return owners.lead, owners.responsible, owners.supporting, owners.collectives


@pytest.mark.parametrize(
    ("mark", "expected"),
    [
        ("责任单位:市发改委、市工信局", ([], ["市发展改革委", "市工业和信息化局"], [], [])),
        ("责任单位：市发改委 市工信局", ([], ["市发展改革委", "市工业和信息化局"], [], [])),
        ("牵头单位：市发改委；配合单位：市财政局、市商务局", (["市发展改革委"], [], ["市财政局", "市商务局"], [])),
        ("牵头单位:市发改委;责任单位:市财政局", (["市发展改革委"], ["市财政局"], [], [])),
        ("主办单位:市商务局;协办单位:市外办", (["市商务局"], [], ["市外办"], [])),
        ("牵头 单位:市商务局 参与单位:市外办", (["市商务局"], [], ["市外办"], [])),
        ("市科技局牵头负责,市财政局配合", (["市科技局"], [], ["市财政局"], [])),
        ("由市科技局牵头,市财政局、市商务局按职责分工负责", (["市科技局"], ["市财政局", "市商务局"], [], [])),
        ("责任单位:市科技局牵头,市财政局等部门配合", (["市科技局"], [], ["市财政局"], [])),
        ("市科技局牵头、市财政局配合", (["市科技局"], [], ["市财政局"], [])),
        ("责任单位:市发展改革委、财政局、商务局", ([], ["市发展改革委", "市财政局", "市商务局"], [], [])),
        ("责任单位:市委组织部、人力资源社会保障局", ([], ["市委组织部", "市人力资源社会保障局"], [], [])),
        ("责任单位:市工信局、市财政局等有关部门", ([], ["市工业和信息化局", "市财政局"], [], [])),
        ("责任单位:市文化和旅游局和市教育和体育局", ([], ["市文化和旅游局", "市教育体育局"], [], [])),
        ("责任单位:市科技局会同市财政局", ([], ["市科技局", "市财政局"], [], [])),
        ("责任单位:市发改委(项目科 张三 2687000)、市财政局", ([], ["市发展改革委", "市财政局"], [], [])),
        ("责任单位:德州市财政局、德州市人民政府外事办公室", ([], ["市财政局", "市外办"], [], [])),
        ("责任单位:市环保局、市卫计委", ([], ["市生态环境局", "市卫生健康委"], [], [])),
        ("责任单位:德州银保监分局、人行德州中支", ([], ["德州金融监管分局", "人民银行德州市分行"], [], [])),
        ("责任单位:齐河县人民政府、庆云县政府,乐陵市", ([], ["齐河县", "庆云县", "乐陵市"], [], [])),
        ("责任单位:宁津县委、县政府,天衢新区管委会", ([], ["宁津县", "天衢新区"], [], [])),
        ("责任单位:市投资促进局,德州经济技术开发区管委会", ([], ["市投资促进局", "天衢新区"], [], [])),
        ("责任单位:市生态环境局,各县(市、区)人民政府", ([], ["市生态环境局"], [], [COUNTIES])),
        ("责任单位:市生态环境局，各县（市、区）人民政府（管委会）", ([], ["市生态环境局"], [], [COUNTIES_AND_ZONES])),
        ("责任单位:各县市区政府(管委会)", ([], [], [], [COUNTIES_AND_ZONES])),
        ("责任单位:各县(市、区)人民政府、管委会,市财政局", ([], ["市财政局"], [], [COUNTIES_AND_ZONES])),
        ("责任单位:市财政局,市直有关部门", ([], ["市财政局"], [], ["市直有关部门"])),
        ("责任单位:市科技局,有关县(市、区)人民政府", ([], ["市科技局"], [], ["有关县(市、区)人民政府"])),
        ("责任单位:人行德州市中心支行,市级各有关部门", ([], ["人民银行德州市分行"], [], ["市直有关部门"])),
        ("责任单位:市统计局;责任人:王五;联系电话:2600000", ([], ["市统计局"], [], [])),
    ],
)
def test_mark_gives_units_by_role(mark, expected):
    assert roles(make_clause("开展平台建设。", mark)) == expected


@pytest.mark.parametrize("opening_closing", ["()", "（）", "〔〕", "[]", "【】", "［］"])
def test_every_bracket_makes_a_mark(opening_closing):
    opening, closing = opening_closing
    plan = read_text(f"一、任务\n1.建平台。{opening}牵头单位：市科技局；配合单位：市财政局{closing}\n")
    assert roles(plan.clauses()[0]) == (["市科技局"], [], ["市财政局"], [])
    assert plan.items[0].text == "建平台。"


def test_spoken_owners_stay_in_the_wording():
    plan = read_text("一、任务\n1.共建标准。由市市场监管局牵头,市商务局、市财政局配合,建立互认机制。\n")
    assert roles(plan.clauses()[0]) == (["市市场监管局"], [], ["市商务局", "市财政局"], [])
    assert plan.items[0].text == "共建标准。由市市场监管局牵头,市商务局、市财政局配合,建立互认机制。"


def test_two_spoken_owners_make_two_clauses():
    plan = read_text("一、任务\n1.共享资源。由市科技局牵头,开放设备。完善目录。由市教育体育局负责,开放场馆。\n")
    assert [roles(clause)[:2] for clause in plan.clauses()] == [(["市科技局"], []), ([], ["市教育体育局"])]


def test_words_about_offices_are_no_owners():
    plan = read_text(
        "一、任务\n1.推动市政府与市内银行合作,配合开展执法,主动与市场对接(含市直学校)。(责任单位:市财政局)\n"
    )
    assert len(plan.clauses()) == 1
    assert roles(plan.clauses()[0]) == ([], ["市财政局"], [], [])
    assert plan.unmatched_units == []


def test_labelled_lines_after_an_item():
    plan = read_text(
        "一、任务\n1.办展会。\n牵头单位:市商务局\n配合单位:市外办、市文旅局\n2.建平台。(责任单位:市科技局)\n"
    )
    assert roles(plan.clauses()[0]) == (["市商务局"], [], ["市外办", "市文化和旅游局"], [])
    assert plan.items[0].text == "办展会。"


def test_brackets_side_by_side_are_one_clause():
    plan = read_text("一、任务\n1.办展会。(牵头单位:市商务局)(配合单位:市外办)\n")
    assert [roles(clause) for clause in plan.clauses()] == [(["市商务局"], [], ["市外办"], [])]


def test_unknown_unit_stays_as_written():
    plan = read_text("一、任务\n1.建平台。(责任单位:市科技局、德州某某研究院、市银保监分局)\n")
    assert plan.clauses()[0].owners.responsible == ["市科技局", "德州某某研究院", "市银保监分局"]
    assert plan.unmatched_units == ["德州某某研究院", "市银保监分局"]


def test_mark_that_lost_its_bracket_in_mid_text_ends_after_the_last_unit():
    plan = read_text("一、任务\n1.修路。(责任单位:市交通运输局、市财政局拆除旧收费站。(责任单位:市公路事业发展中心)\n")
    assert [clause.owners.responsible for clause in plan.clauses()] == [
        ["市交通运输局", "市财政局"], ["市公路事业发展中心"],
    ]  # fmt: skip
    assert plan.clauses()[1].text == "拆除旧收费站。"


def test_directory_from_plain_rows():
    directory = UnitDirectory(
        [UnitEntry("市甲局", ("市甲和乙局",), ("市旧局",)), UnitEntry("某县", (), (), "county")],
        [Collective("各县人民政府", ("各县政府",), "counties")],
    )
    assert directory.find("市甲乙局").name == "市甲局"
    assert directory.find("市旧局").former
    assert directory.find("甲局", "市").name == "市甲局"
    assert directory.find("各县政府").collective
    assert not directory.find("市丙局").known


def test_no_name_is_bound_by_likeness():
    directory = shipped_directory()
    for name in ("市科学局", "市财政", "县财政局", "市人民银行分局"):
        assert not directory.find(name).known, name


def test_every_shipped_name_finds_its_own_unit():
    directory = shipped_directory()
    for name, short in (
        ("市教体局", "市教育体育局"),
        ("市人力社保局", "市人力资源社会保障局"),
        ("市外事办公室", "市外办"),
    ):
        assert directory.find(name).name == short


def test_spoken_owners_end_with_their_sentence():
    plan = read_text("一、任务\n1.办好展会;由市商务局牵头;做好服务。推动企业参展。\n")
    assert [clause.owners.lead for clause in plan.clauses()] == [["市商务局"]]


def test_mixed_roles_in_one_run_keep_collectives():
    clause = make_clause("建平台。", "市科技局牵头、各县(市、区)人民政府配合")
    assert roles(clause) == (["市科技局"], [], [], ["各县(市、区)人民政府"])


def test_persons_never_land_in_the_wording_or_among_the_units():
    plan = read_text("一、任务\n1.建高铁。牵头市领导:张三;牵头单位:市交通运输局;责任单位:市财政局。\n")
    assert roles(plan.clauses()[0]) == (["市交通运输局"], ["市财政局"], [], [])
    assert "张三" not in str(plan.to_json())
