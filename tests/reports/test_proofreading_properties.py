"""Made sentences: right ones are left alone, one changed number is found."""

from decimal import Decimal

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from common.amounts import balanced_shares, round_half_up, trim
from reports.proofreading.checking import check_text
from reports.proofreading.numerals import han_text, han_value

UNITS = st.sampled_from([("项", "任务"), ("个", "项目"), ("件", "诉求"), ("家", "企业")])
COUNTS = st.integers(20, 4000)
MONEY = st.decimals(min_value=5, max_value=900, places=1, allow_nan=False, allow_infinity=False)
quick = settings(max_examples=60, deadline=None)


def found(text):
    return [(f.kind, f.written, f.expected) for f in check_text(text).findings]


@st.composite
def wholes_and_parts(draw, most=6):
    parts = draw(st.lists(st.integers(3, 400), min_size=3, max_size=most))
    return sum(parts), parts


@quick
@given(UNITS, COUNTS, st.integers(1, 9), st.data())
def test_done_and_running_parts_of_a_whole(unit, whole, off, data):
    measure, noun = unit
    done = data.draw(st.integers(whole // 10 + 1, whole - 2))
    rest = whole - done
    share = trim(round_half_up(Decimal(done) * 100 / whole, 1))
    text = f"全市列入清单的{noun}共{whole}{measure}，已完成{done}{measure}，占{share}%，正在推进{{}}{measure}。"
    assert found(text.format(rest)) == []
    assert found(text.format(rest + off)) == [("sum", str(rest + off), str(rest))]


@quick
@given(UNITS, wholes_and_parts(), st.integers(1, 9))
def test_a_total_behind_its_parts(unit, made, off):
    measure, _ = unit
    whole, parts = made
    names = ["甲县", "乙县", "丙县", "丁县", "戊县", "己县"]
    listed = "、".join(f"{name}{part}{measure}" for name, part in zip(names, parts, strict=False))
    assert found(f"{listed}，合计{whole}{measure}。") == []
    assert found(f"{listed}，合计{whole + off}{measure}。") == [("sum", str(whole + off), str(whole))]


@quick
@given(UNITS, COUNTS, st.data())
def test_shares_and_rates_are_rounded_half_up_to_the_written_digits(unit, whole, data):
    measure, noun = unit
    part = data.draw(st.integers(1, whole - 1))
    digits = data.draw(st.sampled_from([0, 1, 2]))
    exact = round_half_up(Decimal(part) * 100 / whole, digits)
    wrong = exact + Decimal(data.draw(st.integers(1, 9))).scaleb(-digits)
    for kind, words in (("share", "占"), ("rate", "完成率")):
        text = f"共收到{noun}{whole}{measure}，已完成{part}{measure}，{words}{{}}%。"
        assert found(text.format(exact)) == []
        assert found(text.format(trim(exact))) == []
        if trim(wrong) == f"{wrong}":
            assert found(text.format(wrong)) == [(kind, f"{wrong}", f"{exact}")]


@quick
@given(wholes_and_parts(), st.sampled_from([0, 1, 2]))
def test_balanced_shares_of_one_whole_are_right(made, digits):
    whole, parts = made
    shares = balanced_shares(parts, digits)
    pieces = "；".join(
        f"{name}类项目{part}个，占{share}%" for name, part, share in zip("甲乙丙丁戊己", parts, shares, strict=False)
    )
    assert found(f"全市新开工项目共{whole}个，其中{pieces}。") == []


@quick
@given(COUNTS, COUNTS, st.integers(1, 9))
def test_differences_and_growth_from_two_stated_values(before, now, off):
    assume(abs(now - before) > 10)
    change = abs(now - before)
    word, rise = ("增加", "增长") if now > before else ("减少", "下降")
    rate = round_half_up(Decimal(change) * 100 / before, 1)
    text = f"今年新签约项目{now}个，去年同期{before}个，同比{word}{{}}个，{rise}{{}}%。"
    assert found(text.format(change, rate)) == []
    assert found(text.format(change + off, rate)) == [("difference", str(change + off), str(change))]
    wrong = rate + Decimal(off) / 10
    assert found(text.format(change, wrong)) == [("growth", f"{wrong}", f"{rate}")]


@quick
@given(MONEY, MONEY, st.integers(1, 9))
def test_money_in_yi_and_wan_is_one_measure(first, second, off):
    whole = first + second
    in_wan = f"{int(second * 10000):,}"
    text = f"财政投入{trim(first)}亿元、社会投入{in_wan}万元，共计{{}}亿元。"
    assert found(text.format(trim(whole))) == []
    wrong = trim(whole + off)
    assert [(kind, written) for kind, written, _ in found(text.format(wrong))] == [("sum", wrong)]


@quick
@given(st.integers(2, 9), st.integers(-3, 3).filter(bool))
def test_members_of_a_list_are_counted(size, off):
    assume(size + off > 1)
    counties = ["德城区", "陵城区", "宁津县", "庆云县", "临邑县", "齐河县", "平原县", "夏津县", "武城县"][:size]
    text = f"以下{{}}个县（市、区）进度滞后：{'、'.join(counties)}。"
    assert found(text.format(size)) == []
    expected = [("count", str(size + off), str(size))] if abs(off) <= max(2, (size + off) // 3) else []
    assert found(text.format(size + off)) == expected


@quick
@given(st.lists(st.tuples(st.integers(20, 90), st.integers(2, 19)), min_size=4, max_size=12), st.data())
def test_one_changed_cell_of_a_table_is_found(rows, data):
    lines = [[str(n), f"单位{n}", total, done, total - done] for n, (total, done) in enumerate(rows, start=1)]
    sums = [sum(line[i] for line in lines) for i in (2, 3, 4)]

    def text(lines):
        body = ["\t".join(map(str, [*line, round_half_up(Decimal(line[3]) * 100 / line[2], 1)])) for line in lines]
        rate = round_half_up(Decimal(sums[1]) * 100 / sums[0], 1)
        head = "序号\t单位\t任务数（项）\t已完成（项）\t正在推进（项）\t完成率（%）"
        return "\n".join([head, *body, "\t".join(map(str, ["合计", "", *sums, rate]))])

    assert found(text(lines)) == []
    row = data.draw(st.integers(0, len(rows) - 1))
    right = str(lines[row][4])
    before = text(lines).split("\n")
    cells = before[row + 1].split("\t")
    cells[4] = str(int(cells[4]) + data.draw(st.integers(1, 9)))
    before[row + 1] = "\t".join(cells)
    assert found("\n".join(before)) == [("sum", cells[4], right)]


@quick
@given(st.integers(1, 9999))
def test_chinese_numerals_go_both_ways(number):
    assert han_value(han_text(Decimal(number))) == number


@quick
@given(st.text(alphabet="共项个占其中比增加到年月日，。、；（）\t\n0123456789.%亿元十二三等", max_size=200))
def test_no_text_is_too_strange_to_read(text):
    report = check_text(text)
    assert all(text[f.start : f.end] for f in report.findings)
