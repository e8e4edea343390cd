"""Tasks in Word tables and in tables pasted as tab-separated text."""

import datetime

from .plan_texts import make_table, merge, read_docx, read_text

HEADER = ["序 号", "重点任务", "工作措施", "责任单位", "", "完成\n时限", "备注"]


def make_merged_plan():
    """Two header rows, chapter rows across the table, one item over two rows with different owners."""
    document, table = make_table(
        [
            HEADER,
            ["", "", "", "牵头单位", "配合单位", "", ""],
            [""] * 7,
            ["1", "产业园建设", "启动规划", "市自规局", "市财政局、各县(市、区)人民政府", "2023年6月底", ""],
            ["", "", "新建厂房20万平方米", "市投促局", "", "2023.12", ""],
            ["2", "招商活动", "举办活动10场次以上", "市商务局\n市投资促进局", "市外办", "年底前", ""],
            ["3", "营商环境", "优化审批", "市审批服务局", "市直有关部门", "长期坚持", ""],
            [""] * 7,
            ["4", "异地就医", "直接结算医院达到50家", "市医保局", "市卫健委", "2023年9月底", "重点"],
            ["合计", "4项", "", "", "", "", ""],
        ]
    )
    merge(table, (0, 3), (0, 4), "责任单位")
    for column in (0, 1, 2, 5, 6):
        merge(table, (0, column), (1, column), HEADER[column])
    merge(table, (2, 0), (2, 6), "一、承接产业转移(3项)")
    merge(table, (3, 0), (4, 0), "1")
    merge(table, (3, 1), (4, 1), "产业园建设")
    merge(table, (7, 0), (7, 6), "二、公共服务共享")
    return document


def test_merged_table_gives_chapters_items_and_clauses():
    plan = read_docx(make_merged_plan())
    assert [(c.no, c.title) for c in plan.chapters] == [("一", "承接产业转移"), ("二", "公共服务共享")]
    assert [(item.chapter, item.no, len(item.clauses)) for item in plan.items] == [
        ("一", "1", 2), ("一", "2", 1), ("一", "3", 1), ("二", "4", 1),
    ]  # fmt: skip


def test_merged_table_gives_owners_by_column():
    owners = [clause.owners for clause in read_docx(make_merged_plan()).clauses()]
    assert [o.lead for o in owners] == [
        ["市自然资源局"], ["市投资促进局"], ["市商务局", "市投资促进局"], ["市行政审批局"], ["市医保局"],
    ]  # fmt: skip
    assert [o.supporting for o in owners] == [["市财政局"], [], ["市外办"], [], ["市卫生健康委"]]
    assert [o.collectives for o in owners] == [["各县(市、区)人民政府"], [], [], ["市直有关部门"], []]


def test_merged_table_gives_deadlines_and_targets():
    clauses = read_docx(make_merged_plan()).clauses()
    assert [[d.date for d in clause.deadlines] for clause in clauses] == [
        [datetime.date(2023, 6, 30)], [datetime.date(2023, 12, 31)], [datetime.date(2023, 12, 31)], [None],
        [datetime.date(2023, 9, 30)],
    ]  # fmt: skip
    assert clauses[3].deadlines[0].long_term
    assert [(str(t.value), t.unit, t.comparator, t.by) for clause in clauses for t in clause.targets] == [
        ("20", "万平方米", "=", datetime.date(2023, 12, 31)),
        ("10", "场次", ">=", datetime.date(2023, 12, 31)),
        ("50", "家", "=", datetime.date(2023, 9, 30)),
    ]


def test_group_column_makes_chapters():
    document, table = make_table(
        [
            ["类别", "编号", "主要任务", "主办单位", "协办单位"],
            ["交通", "1", "建高铁", "市交通运输局", "各县市区"],
            ["交通", "2", "改公路", "市公路局", ""],
            ["民生", "3", "办医院", "市卫健委", "市财政局"],
        ]
    )
    merge(table, (1, 0), (2, 0), "交通")
    plan = read_docx(document)
    assert [c.title for c in plan.chapters] == ["交通", "民生"]
    assert [(item.chapter, item.no) for item in plan.items] == [("一", "1"), ("一", "2"), ("二", "3")]
    assert plan.clauses()[1].owners.lead == ["市公路事业发展中心"]


def test_table_stands_under_the_heading_before_it():
    document, _table = make_table([["序号", "任务", "责任单位"], ["1", "建平台", "市科技局"]])
    plan = read_docx(document)
    assert (plan.title, plan.items[0].chapter, plan.items[0].clauses[0].owners.responsible) == (
        "德州市2023年任务分解表", None, ["市科技局"],
    )  # fmt: skip


def test_responsible_column_beside_a_lead_column():
    document, _table = make_table(
        [["序号", "工作内容", "牵头单位", "责任单位", "配合单位"], ["1", "建平台", "市科技局", "市财政局", "市商务局"]]
    )
    owners = read_docx(document).clauses()[0].owners
    assert (owners.lead, owners.responsible, owners.supporting) == (["市科技局"], ["市财政局"], ["市商务局"])


def test_labels_inside_the_owner_column():
    document, _table = make_table(
        [["序号", "任务", "责任单位", "时限"], ["1", "建平台", "牵头单位:市科技局\n配合单位:市财政局", "每月25日前"]]
    )
    plan = read_docx(document)
    owners = plan.clauses()[0].owners
    assert (owners.lead, owners.supporting) == (["市科技局"], ["市财政局"])
    assert plan.clauses()[0].deadlines == []
    assert [d.message for d in plan.warnings] == ["完成时限“每月25日前”不能换算为日期"]


def test_table_without_owners_is_no_task_table():
    document, _table = make_table([["年份", "产值", "增速"], ["2023", "100", "5%"]])
    assert read_docx(document).items == []


def test_tab_separated_rows_are_a_table():
    plan = read_text(
        "德州市2023年任务清单\n序号\t任务\t责任单位\t完成时限\n1\t建平台\t市科技局\t6月底\n2\t聚人才\t市委组织部\t长期\n"
    )
    assert [item.no for item in plan.items] == ["1", "2"]
    assert plan.clauses()[0].deadlines[0].date == datetime.date(2023, 6, 30)
    assert plan.clauses()[1].deadlines[0].long_term


def test_rows_without_a_number_column_are_counted():
    document, _table = make_table(
        [["任务", "责任单位", "时限"], ["建平台", "市科技局", "——"], ["聚人才", "市委组织部", "12月底"]]
    )
    plan = read_docx(document)
    assert [item.no for item in plan.items] == ["1", "2"]
    assert plan.warnings == []


def test_task_table_after_text_with_its_own_items():
    document, _table = make_table([["序号", "任务", "责任单位"], ["3", "建平台", "市科技局"]], "德州市试验方案")
    body = document.element.body
    for text in ("一、交通", "1.建高铁。(责任单位:市交通运输局)", "2.改公路。(责任单位:市交通运输局)", "二、科技"):
        paragraph = document.add_paragraph(text)
        body.insert(list(body).index(_table._tbl), paragraph._p)
    plan = read_docx(document)
    assert [(item.chapter, item.no) for item in plan.items] == [("一", "1"), ("一", "2"), ("二", "3")]


def test_text_after_a_tab_separated_table_is_text_again():
    plan = read_text(
        "一、清单\n序号\t任务\t责任单位\n1\t建平台\t市科技局\n二、其他\n2.引人才。(责任单位:市委组织部)\n3.聚金融。(责任单位:市财政局)\n"
    )
    assert [(item.chapter, item.no) for item in plan.items] == [("一", "1"), ("二", "2"), ("二", "3")]
