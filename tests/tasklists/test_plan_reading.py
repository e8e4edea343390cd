"""Whole plans in the forms of the genre."""

import datetime

import docx
import pytest

from tasklists.plans.plan import Owners

from .plan_texts import CUT_LINES, WEB_NOTICE, read_docx, read_text


def owners_of(clause):
    return clause.owners.lead, clause.owners.responsible, clause.owners.supporting, clause.owners.collectives


def test_web_notice_gives_the_whole_tree():
    plan = read_text(WEB_NOTICE)
    assert plan.title == "德州市落实《某省推进省会都市圈共建的意见》实施方案"
    assert plan.doc_no is None
    assert [(c.no, c.title) for c in plan.chapters] == [("一", "交通先行"), ("二", "产业共兴"), ("三", "组织推动")]
    assert [(s.no, s.chapter) for s in plan.sections] == [
        ("(一)", "一"), ("(二)", "一"), ("(三)", "二"), ("(四)", "二"), ("(五)", "三"),
    ]  # fmt: skip
    assert [item.no for item in plan.items] == [str(number) for number in range(1, 10)]
    assert (plan.items[5].chapter, plan.items[5].section) == ("二", "(三)")
    assert len(plan.clauses()) == 11
    assert plan.unit_links() == 18
    assert plan.unmatched_units == []


def test_web_notice_counts_a_collective_as_one_link():
    plan = read_text(WEB_NOTICE)
    clause = plan.items[5].clauses[0]
    assert owners_of(clause) == (
        [], ["市投资促进局", "“6+6”产业专班牵头部门"], [], ["各县(市、区)人民政府(管委会)"],
    )  # fmt: skip
    assert clause.owners.count() == 3


def test_web_notice_cuts_an_item_where_owners_change():
    first, second = read_text(WEB_NOTICE).items[1].clauses
    assert first.text == "抓紧推进绕城高速北段,确保北段今年动工。加快跨省高速拓宽,2021年年底通车。"
    assert second.text == "撤除205省道旧收费站。"
    assert owners_of(second) == ([], ["市公路事业发展中心"], [], [])


def test_web_notice_reports_its_damage_by_line():
    plan = read_text(WEB_NOTICE)
    source = WEB_NOTICE.split("\n")
    warned = {
        (doubt.line, key) for doubt in plan.warnings for key in ("缺少右括号", "丢失", "残缺") if key in doubt.message
    }
    place = {word: next(i for i, line in enumerate(source, 1) if word in line) for word in (
        "2020112", "20207号", "20182020", "2020113日", "发布时间"
    )}  # fmt: skip
    assert warned == {
        (place["2020112"], "丢失"),
        (place["20207号"], "缺少右括号"),
        (place["20182020"], "丢失"),
        (place["2020113日"], "丢失"),
        (place["发布时间"], "残缺"),
    }
    assert plan.issued_on == datetime.date(2020, 11, 3)


def test_former_names_come_out_as_their_successor_and_are_noted():
    plan = read_text(WEB_NOTICE)
    assert plan.items[8].clauses[0].owners.responsible == ["市地方金融监管局", "人民银行德州市分行"]
    assert [(f.written, f.canonical) for f in plan.former_names] == [("人民银行德州市中心支行", "人民银行德州市分行")]


def test_what_follows_the_body_is_no_item():
    last = read_text(WEB_NOTICE).items[-1].text
    assert last.endswith("诚信企业。")


def test_cut_lines_are_mended():
    plan = read_text(CUT_LINES)
    assert plan.issued_on == datetime.date(2023, 7, 3)
    assert [item.no for item in plan.items] == ["1", "2", "3"]
    assert plan.items[0].text.startswith("提升运河展示水平。到2024年6月底，建成运河展示馆3处，")
    assert owners_of(plan.items[0].clauses[0])[1] == ["市文化和旅游局", "市交通运输局", "德城区", "武城县"]
    assert [(str(t.value), t.unit, t.comparator) for t in plan.items[0].clauses[0].targets] == [
        ("3", "处", "="), ("500", "万人次", ">"), ("15", "%", ">="),
    ]  # fmt: skip


def test_mark_without_its_closing_bracket_is_read_and_reported():
    plan = read_text(CUT_LINES)
    assert owners_of(plan.items[1].clauses[0]) == ([], ["市文化和旅游局"], [], ["各县(市、区)人民政府(管委会)"])
    assert any(doubt.message == "第2条：责任单位标注缺少右括号" for doubt in plan.warnings)
    assert len(plan.items[2].clauses) == 2
    assert plan.items[2].clauses[1].deadlines[0].date == datetime.date(2023, 12, 31)


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        (("一、", "1."), ("一", None, "1")),
        (("一、", "1、"), ("一", None, "1")),
        (("一、", "１．"), ("一", None, "1")),
        (("一、", "（一）"), ("一", None, "(一)")),
        (("(一)", "①"), ("(一)", None, "①")),
        (("一、", "(1)"), ("一", None, "(1)")),
        (("第一章 ", "第一条 "), ("第一章", None, "第一条")),
        (("第一部分 ", "一、", "1."), ("第一部分", "一", "1")),
        (("一、", "（一）", "1."), ("一", "(一)", "1")),
        (("1.", "1.1 "), ("1", None, "1.1")),
        (("一、", "(一)", "（1）"), ("一", "(一)", "(1)")),
    ],
)
def test_every_numbering_finds_its_items(numbers, expected):
    headings = "".join(f"{no}推进协同共建\n" for no in numbers[:-1])
    second = numbers[-1].translate(str.maketrans("一1１①", "二2２②"))
    if numbers[-1] == "1.1 ":
        second = "1.2 "
    if numbers[-1] == "第一条 ":
        second = "第二条 "
    plan = read_text(
        f"{headings}{numbers[-1]}开展平台建设。(责任单位:市科技局)\n{second}开展人才合作。(责任单位:市财政局)\n"
    )
    assert [(item.chapter, item.section, item.no) for item in plan.items][:1] == [expected]
    assert [owners_of(clause)[1] for clause in plan.clauses()] == [["市科技局"], ["市财政局"]]


def test_one_level_plan_has_items_without_chapters():
    plan = read_text("一、建平台。(责任单位:市科技局)\n二、引人才。(责任单位:市委组织部)\n")
    assert [(item.no, item.chapter) for item in plan.items] == [("一", None), ("二", None)]
    assert plan.chapters == []


def test_points_under_an_item_become_its_clauses():
    plan = read_text(
        "一、协同\n(一)创新\n1.搭平台\n(1)建中心。(责任单位:市科技局)\n(2)建基地。(责任单位:市教育体育局)\n"
        "2.聚人才。(责任单位:市委组织部)\n"
    )
    assert [(item.no, len(item.clauses)) for item in plan.items] == [("1", 2), ("2", 1)]


def test_mark_after_the_last_point_belongs_to_the_whole_item():
    text = "".join(
        f"({no}){name}共享\n1.编制规划。\n2.组织实施。\n责任单位:{unit}\n"
        for no, name, unit in (("一", "医疗", "市卫生健康委"), ("二", "教育", "市教育体育局"))
    )
    plan = read_text("一、公共服务\n" + text)
    assert [(item.no, owners_of(item.clauses[0])[1]) for item in plan.items] == [
        ("(一)", ["市卫生健康委"]), ("(二)", ["市教育体育局"]),
    ]  # fmt: skip
    assert "编制规划" in plan.items[0].text


def test_frame_chapters_hold_no_tasks_unless_someone_answers():
    plan = read_text(
        "一、总体要求\n(一)指导思想。坚持协同。\n(二)主要目标。到2025年引进项目300个。\n"
        "二、重点任务\n(一)引项目。(责任单位:市投资促进局)\n(二)引人才。(责任单位:市委组织部)\n"
        "三、保障措施\n(一)加强领导。成立专班。\n(二)强化督导。(责任单位:市政府督查室)\n"
    )
    assert [(item.chapter, item.no) for item in plan.items] == [("二", "(一)"), ("二", "(二)"), ("三", "(二)")]
    assert len(plan.chapters) == 3


def test_item_without_owner_stays_and_is_reported():
    plan = read_text("一、任务\n1.建平台。(责任单位:市科技局)\n2.引人才。\n3.促转化。(责任单位:市科技局)\n")
    assert len(plan.items) == 3
    assert not plan.items[1].clauses[0].owners
    assert [(d.line, d.message) for d in plan.warnings] == [(3, "第2条没有找到责任单位")]


def test_missing_number_is_reported():
    plan = read_text("一、任务\n1.建平台。(责任单位:市科技局)\n4.引人才。(责任单位:市委组织部)\n")
    assert [(d.line, d.message) for d in plan.warnings] == [(3, "编号由1跳到4，中间可能有缺漏")]


def test_numbers_that_lost_their_line_break_are_split():
    plan = read_text(
        "一、任务\n1.建平台。(责任单位:市科技局)2.引人才。(责任单位:市委组织部)3.聚金融。(责任单位:市财政局)\n"
    )
    assert [item.no for item in plan.items] == ["1", "2", "3"]


@pytest.mark.parametrize(
    "sentence",
    [
        "本章任务由市交通运输局负责。",
        "(本章各项任务均由市交通运输局负责)",
        "以下任务责任单位:市交通运输局",
        "本部分工作责任单位为市交通运输局。",
    ],
)
def test_sentence_sets_the_owner_of_a_chapter(sentence):
    plan = read_text(
        f"一、交通\n{sentence}\n1.建高铁。\n2.改公路。(责任单位:市公路事业发展中心)\n"
        "二、民生\n1.办医院。(责任单位:市卫生健康委)\n2.办学校。(责任单位:市教育体育局)\n"
    )
    assert [owners_of(clause)[1] for clause in plan.clauses()] == [
        ["市交通运输局"], ["市公路事业发展中心"], ["市卫生健康委"], ["市教育体育局"],
    ]  # fmt: skip


def test_mark_on_a_heading_sets_the_owner_of_its_items():
    plan = read_text(
        "一、交通(牵头单位:市交通运输局)\n1.建高铁。\n2.改公路。(配合单位:市财政局)\n"
        "二、民生\n1.办医院。(责任单位:市卫生健康委)\n"
    )
    assert plan.chapters[0].title == "交通"
    assert [owners_of(clause)[0] for clause in plan.clauses()] == [["市交通运输局"], ["市交通运输局"], []]
    assert owners_of(plan.clauses()[1])[2] == ["市财政局"]


def test_headings_of_word_and_unnumbered_paragraphs():
    document = docx.Document()
    document.add_heading("德州市产业协作实施方案", 0)
    document.add_paragraph("德政办字〔2023〕8号")
    document.add_paragraph("2023年4月6日")
    document.add_heading("产业承接", 1)
    document.add_heading("平台建设", 2)
    document.add_paragraph("提升承接平台。(责任单位:天衢新区管委会)")
    document.add_paragraph("推进县域园区。(责任单位:各县(市、区)人民政府)")
    document.add_heading("项目招引", 2)
    document.add_paragraph("引进大项目。(牵头单位:市投资促进局)")
    plan = read_docx(document)
    assert (plan.title, plan.doc_no, plan.issued_on) == (
        "德州市产业协作实施方案", "德政办字〔2023〕8号", datetime.date(2023, 4, 6),
    )  # fmt: skip
    assert [(c.no, c.title) for c in plan.chapters] == [("一", "产业承接")]
    assert [(s.no, s.title, s.chapter) for s in plan.sections] == [
        ("(一)", "平台建设", "一"), ("(二)", "项目招引", "一"),
    ]  # fmt: skip
    assert [(item.section, item.no) for item in plan.items] == [("(一)", "1"), ("(一)", "2"), ("(二)", "3")]
    assert owners_of(plan.clauses()[0])[1] == ["天衢新区"]


def test_given_title_wins():
    assert read_text("一、任务\n1.建平台。(责任单位:市科技局)", title="试用名").title == "试用名"


def test_text_without_tasks_says_so():
    plan = read_text("今天开了一个会。\n大家都发了言。")
    assert plan.items == []
    assert [d.message for d in plan.warnings] == ["没有找到任务:文中没有带责任单位的编号段落或任务表格"]


def test_cited_document_number_is_not_the_plans_own():
    text = (
        "德州市试验方案\n{}\n为落实《某意见》(国发〔2021〕3号),制定本方案。\n一、任务\n1.建平台。(责任单位:市科技局)"
    )
    assert read_text(text.format("")).doc_no is None
    assert read_text(text.format("德政字〔2022〕19号")).doc_no == "德政字〔2022〕19号"
    assert read_text(text.format("发文字号:德政字[2022]19号")).doc_no == "德政字[2022]19号"


def test_json_has_the_contract_shape():
    shape = read_text(WEB_NOTICE).to_json()
    assert list(shape) == [
        "title", "doc_no", "issued_on", "chapters", "sections", "items", "unmatched_units", "warnings",
    ]  # fmt: skip
    clause = shape["items"][3]["clauses"][0]
    assert list(clause) == ["text", "lead", "responsible", "supporting", "collectives", "deadlines", "targets"]
    assert clause["deadlines"][0] == {"text": "2020年年底", "date": "2020-12-31", "long_term": False}
    assert clause["targets"][0] == {
        "name": "开通基站", "comparator": "=", "value": "900", "unit": "座",
        "by": "2020-12-31", "cumulative": False, "strength": "争取",
    }  # fmt: skip
    assert clause["targets"][1]["cumulative"] is True
    assert shape["issued_on"] == "2020-11-03"


def test_owners_hold_each_unit_once_per_role():
    owners = Owners()
    owners.add("lead", "市科技局")
    owners.add("lead", "市科技局")
    owners.add("supporting", "市财政局")
    assert owners.count() == 2


def test_page_number_inside_a_sentence_goes_away():
    plan = read_text(
        "一、任务\n1.推进协同平台建设，集中力量完成平台一期的立项和可行性\n— 12 —\n研究报告。(责任单位:市科技局)\n"
        "2.引人才。(责任单位:市委组织部)\n第 3 页 共 9 页\n3.聚金融。(责任单位:市财政局)\n"
        "4.推进协同创新，支持高校和科研机构到各县设立分支机构开展\n成果转化。(责任单位:市科技局)\n"
        "5.推进园区合作共建，鼓励县市与北京天津各区开展结对共建和\n产业转移。(责任单位:市科技局)\n"
    )
    assert [item.text for item in plan.items] == [
        "推进协同平台建设，集中力量完成平台一期的立项和可行性研究报告。",
        "引人才。",
        "聚金融。",
        "推进协同创新，支持高校和科研机构到各县设立分支机构开展成果转化。",
        "推进园区合作共建，鼓励县市与北京天津各区开展结对共建和产业转移。",
    ]


def test_heading_is_not_joined_with_the_paragraph_below():
    plan = read_text(
        "一、任务\n(一)加快平台建设\n建好平台。(责任单位:市科技局)\n(二)引育人才\n引进人才。(责任单位:市委组织部)\n"
    )
    assert [item.text for item in plan.items] == ["加快平台建设\n建好平台。", "引育人才\n引进人才。"]


def test_open_bracket_in_a_heading_swallows_nothing():
    plan = read_text("一、任务(重点\n1.建平台。(责任单位:市科技局)\n2.引人才(博士)。(责任单位:市委组织部)\n")
    assert [item.no for item in plan.items] == ["1", "2"]
    assert (plan.warnings[0].line, plan.warnings[0].message) == (1, "括号不成对:缺少右括号")


def test_full_width_figures_and_letters_become_plain():
    plan = read_text("一、任务\n１．建设５Ｇ基站１６００座。（责任单位：市工信局）\n")
    assert plan.items[0].text == "建设5G基站1600座。"
    assert str(plan.clauses()[0].targets[0].value) == "1600"


def test_plan_in_the_annex_of_a_notice():
    plan = read_text(
        "关于印发《试验方案》的通知\n请按下列要求落实:\n一、抓好组织。\n二、按时报送。\n附件\n"
        "一、平台\n1.建平台。(责任单位:市科技局)\n2.引人才。(责任单位:市委组织部)\n附件:联系表\n1.张三\n2.李四\n"
    )
    assert [c.title for c in plan.chapters] == ["平台"]
    assert [item.text for item in plan.items] == ["建平台。", "引人才。"]


def test_signature_and_date_at_the_end():
    plan = read_text(
        "一、任务\n1.建平台。(责任单位:市科技局)\n2.引人才\n德州市人民政府办公室\n二〇二三年三月十五日\n联系人:王五\n"
    )
    assert plan.issued_on == datetime.date(2023, 3, 15)
    assert plan.items[-1].text == "引人才"


def test_section_that_holds_its_task_itself_is_an_item():
    plan = read_text(
        "一、任务\n(一)交通\n1.建高铁。(责任单位:市交通运输局)\n2.改公路。(责任单位:市交通运输局)\n"
        "(二)推进信息共享。(责任单位:市大数据局)\n(三)民生\n3.办医院。(责任单位:市卫生健康委)\n4.办学校。(责任单位:市教育体育局)\n"
    )
    assert [(item.section, item.no) for item in plan.items] == [
        ("(一)", "1"), ("(一)", "2"), (None, "(二)"), ("(三)", "3"), ("(三)", "4"),
    ]  # fmt: skip
    assert [section.no for section in plan.sections] == ["(一)", "(三)"]


def test_chapter_whose_points_skip_the_section_level():
    plan = read_text(
        "一、任务\n(一)交通\n1.建高铁。(责任单位:市交通运输局)\n2.改公路。(责任单位:市交通运输局)\n"
        "二、民生\n3.办医院。(责任单位:市卫生健康委)\n4.办学校。(责任单位:市教育体育局)\n"
    )
    assert [(item.chapter, item.section, item.no) for item in plan.items][2:] == [("二", None, "3"), ("二", None, "4")]


def test_points_under_three_levels_of_headings_are_clauses_of_the_item_above():
    plan = read_text(
        "一、协同\n(一)创新\n1.搭平台\n(1)建中心。(责任单位:市科技局)\n(2)建基地。(责任单位:市教育体育局)\n"
        "2.聚人才\n(1)引博士。(责任单位:市委组织部)\n(2)引团队。(责任单位:市科协)\n"
    )
    assert [(item.section, item.no, len(item.clauses)) for item in plan.items] == [("(一)", "1", 2), ("(一)", "2", 2)]
