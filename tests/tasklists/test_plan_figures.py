"""Deadlines and targets of clauses: what is promised, and what only looks like it."""

import datetime
from decimal import Decimal

import pytest

from .plan_texts import make_clause, read_text


def dates(clause):
    return [deadline.date.isoformat() if deadline.date else None for deadline in clause.deadlines]


def figures(clause):
    return [(t.name, t.comparator, str(t.value), t.unit) for t in clause.targets]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("到2025年,建成体系。", ["2025-12-31"]),
        ("2025年年底前建成平台。", ["2025-12-31"]),
        ("确保项目2024年6月底前投用。", ["2024-06-30"]),
        ("2024年2月底完成评审。", ["2024-02-29"]),
        ("2024年上半年开工,2025年第三季度投产。", ["2024-06-30", "2025-09-30"]),
        ("2024年3月中旬启动。", ["2024-03-20"]),
        ("于2024年5月20日前完成。", ["2024-05-20"]),
        ("二〇二四年年底前完成。", ["2024-12-31"]),
        ("力争到“十四五”末,形成体系。", ["2025-12-31"]),
        ("“十四五”期间,建成体系。", ["2025-12-31"]),
        ("今年完成立项,明年建成。", ["2023-12-31", "2024-12-31"]),
        ("9月底前完成立项。", ["2023-09-30"]),
        ("2024年6月底前开工,年底前完工。", ["2024-06-30", "2024-12-31"]),
        ("2023—2025年,分批改造。", ["2025-12-31"]),
        ("建成平台(2024年6月底前完成)。", ["2024-06-30"]),
    ],
)
def test_dates_that_are_deadlines(words, expected):
    assert dates(make_clause(words)) == expected


@pytest.mark.parametrize(
    "words",
    [
        "落实《某市三年行动计划(2023—2025年)》。",
        "办好“2024年海外友人座谈会”等活动。",
        "办好2024年京津冀医疗峰会。",
        "抓好“数聚赋能”2024专项行动。",
        "参加2024年全国运动会。",
        "编制2024年度重点任务清单。",
        "落实某政发〔2023〕20号文件。",
        "在2024年基础上提升。",
        "较2023年有所提高。",
        "从2024年起实行新办法。",
        "总结2021年建成的示范点经验。",
        "自2023年以来,深入开展行动。",
        "每年12月底前报送,每月25日前更新。",
        "尽快完成,长期坚持,常态化推进。",
        "完成“十四五”期间的约束性指标。",
        "落实2023年5月18日会议要求。",
        "实施三年行动,持续2年。",
        "落实规划(20232025年)。",
        "推动353线改造。",
    ],
)
def test_years_that_are_no_deadlines(words):
    assert dates(make_clause(words)) == []


@pytest.mark.parametrize(
    ("mark", "expected", "long_term"),
    [
        ("责任单位:市科技局;完成时限:2023年12月底前", ["2023-12-31"], False),
        ("责任单位:市科技局,6月底完成", ["2023-06-30"], False),
        ("责任单位:市科技局;时限:2023.6.30", ["2023-06-30"], False),
        ("责任单位:市科技局;完成时间:2023/6", ["2023-06-30"], False),
        ("责任单位:市科技局;完成时限:长期坚持", [None], True),
        ("责任单位:市科技局;完成时限:常态化推进", [None], True),
        ("责任单位:市科技局,持续推进", [None], True),
        ("责任单位:市科技局;完成时限:2023年6月—2024年3月", ["2024-03-31"], False),
    ],
)
def test_deadline_in_a_mark(mark, expected, long_term):
    clause = make_clause("建平台。", mark)
    assert dates(clause) == expected
    assert [deadline.long_term for deadline in clause.deadlines] == [long_term]
    assert clause.owners.responsible == ["市科技局"]


@pytest.mark.parametrize("words", ["每月25日前", "尽快", "按上级要求时限"])
def test_mark_words_without_a_date_give_none(words):
    assert make_clause("建平台。", f"责任单位:市科技局;完成时限:{words}").deadlines == []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("新建园区10个。", [("新建园区", "=", "10", "个")]),
        ("引进项目不少于200个。", [("引进项目", ">=", "200", "个")]),
        ("到位资金不低于1.5亿元。", [("到位资金", ">=", "1.5", "亿元")]),
        ("抽检合格率稳定在98%以上。", [("抽检合格率", ">=", "98", "%")]),
        ("示范县达5家以上、示范主体达50家以上。", [("示范县", ">=", "5", "家"), ("示范主体", ">=", "50", "家")]),
        ("装机突破330万千瓦。", [("装机", ">", "330", "万千瓦")]),
        ("研发投入超过2.6%。", [("研发投入", ">", "2.6", "%")]),
        ("签约企业30余家。", [("签约企业", ">", "30", "家")]),
        ("实施合作事项100多项。", [("实施合作事项", ">", "100", "项")]),
        ("办理时间控制在3个工作日以内。", [("办理时间", "<=", "3", "个工作日")]),
        ("平均浓度不超过45%。", [("平均浓度", "<=", "45", "%")]),
        ("损耗率低于5%。", [("损耗率", "<", "5", "%")]),
        ("总产量150万吨左右。", [("总产量", "~", "150", "万吨")]),
        ("总投资约120亿元。", [("总投资", "~", "120", "亿元")]),
        ("应用面积达到30万亩。", [("应用面积", "=", "30", "万亩")]),
        ("完成6万户清洁取暖改造。", [("清洁取暖改造", "=", "6", "万户")]),
        ("引进资金1,200万元。", [("引进资金", "=", "1200", "万元")]),
        ("物资储备不少于三个月。", [("物资储备", ">=", "3", "个月")]),
        ("争取2024年年底19个展馆全部建成。", [("展馆全部建成", "=", "19", "个")]),
        ("省级、市级平台分别达到5家、10家。", [("省级", "=", "5", "家"), ("市级平台", "=", "10", "家")]),
        ("改造7个县11个老旧厂区。", [("改造7个县老旧厂区", "=", "11", "个")]),
        ("引进10亿元以上项目不少于5个。", [("引进10亿元以上项目", ">=", "5", "个")]),
        ("引进投资过10亿元项目3个。", [("引进投资过10亿元项目", "=", "3", "个")]),
        ("路网:(1)新建农村公路500公里以上。", [("新建农村公路", ">=", "500", "公里")]),
        ("设立直销店10处(含社区店)。", [("设立直销店", "=", "10", "处")]),
        ("培养人才1000人次、引进名医20余名。", [("培养人才", "=", "1000", "人次"), ("引进名医", ">", "20", "名")]),
        ("成交额突破12亿元、同比增长15%。", [("成交额", ">", "12", "亿元"), ("成交额同比增长", "=", "15", "%")]),
        ("浓度控制在45微克/立方米以内。", [("浓度", "<=", "45", "微克/立方米")]),
        ("能耗较2020年下降14%左右。", [("能耗较2020年下降", "~", "14", "%")]),
        ("发放社保卡不少于一百万张。", [("发放社保卡", ">=", "100", "万张")]),
        ("网办率达到95%以上,力争达到98%。", [("网办率", ">=", "95", "%"), ("网办率", "=", "98", "%")]),
    ],
)
def test_measures_that_are_targets(words, expected):
    assert figures(make_clause(words)) == expected


def test_range_has_both_ends():
    (target,) = make_clause("引进院校3—5家。").targets
    assert (target.comparator, target.value, target.value_to) == ("range", Decimal(3), Decimal(5))
    assert target.to_json()["value_to"] == "5"


@pytest.mark.parametrize(
    "words",
    [
        "加强与其他6市对接,实现7市一卡互通。",
        "推动7个县的工作。",
        "落实“六个100%”措施,推进“四减四增”“1+1+8”攻坚。",
        "加快8英寸硅片项目和5G网络建设。",
        "优化提升政务服务8项重点任务。",
        "主要河流21项指标达标。",
        "申报第3批试点,打造五大功能区。",
        "对引进人才给予50万元补助。",
        "撤除353线收费站。",
        "推广《100个案例》。",
        "明确三到五年的目标。",
        "推进19个项目建设。",
        "构建“541”体系,打造“15分钟生活圈”。",
    ],
)
def test_numbers_that_are_no_targets(words):
    assert figures(make_clause(words)) == []


def test_dates_strength_and_cumulation_belong_to_their_part():
    clause = make_clause(
        "到2023年年底,争取开通基站900座,覆盖主城;到2024年年底,累计开通基站2500座;到2025年年底,确保开通率不低于99%。"
    )
    assert [(t.by.year, t.strength, t.cumulative) for t in clause.targets] == [
        (2023, "争取", False), (2024, None, True), (2025, "确保", False),
    ]  # fmt: skip


def test_strength_holds_for_both_measures_of_a_sentence():
    clause = make_clause("力争2024年新开工项目60个,到位资金50亿元。")
    assert [(t.name, t.strength, t.by) for t in clause.targets] == [
        ("新开工项目", "力争", datetime.date(2024, 12, 31)),
        ("到位资金", "力争", datetime.date(2024, 12, 31)),
    ]


def test_another_sentence_lends_no_date():
    clause = make_clause("2024年新建园区10个。应用面积达到30万亩。")
    assert [target.by for target in clause.targets] == [datetime.date(2024, 12, 31), None]


def test_later_date_of_the_sentence_counts():
    clause = make_clause("新建园区10个,2024年6月底前投用。")
    assert [target.by for target in clause.targets] == [datetime.date(2024, 6, 30)]


def test_date_of_the_mark_counts_where_the_sentence_has_none():
    clause = make_clause("新建园区10个。", "责任单位:市科技局;完成时限:2023年10月底")
    assert [target.by for target in clause.targets] == [datetime.date(2023, 10, 31)]


def test_date_without_any_year_is_reported_and_not_guessed():
    plan = read_text("一、任务\n1.6月底前建平台。(责任单位:市科技局)\n")
    assert plan.clauses()[0].deadlines == []
    assert [(d.line, d.message) for d in plan.warnings] == [(2, "第1条：“6月底前”没有年份，无法确定是哪一天")]


def test_year_of_the_title_comes_before_the_year_of_issue():
    text = "德州市2024年工作要点\n2023年12月20日\n一、任务\n1.6月底前建平台。(责任单位:市科技局)\n"
    assert dates(read_text(text).clauses()[0]) == ["2024-06-30"]


def test_a_past_year_is_history():
    assert dates(make_clause("2021年完成一期,2024年完成二期。")) == ["2024-12-31"]
