"""Counts of what is enumerated: 一是…二是…, numbered lines, rows of a table, values behind 分别, ranks."""

import re
from decimal import Decimal

from reports.proofreading.layout import NUMBERED
from reports.proofreading.levels import without_brackets
from reports.proofreading.members import CLASS_NOUN, INNER_START, MEMBER, are_names, members
from reports.proofreading.numbers import han_text, han_value
from reports.proofreading.relations import Relation, fixed_relation

RANKED = re.compile(
    r"(?:居|列|位居|位列|排名|排在|处于|排)(?:全[市省县区])?(?P<side>[前后末])(?P<number>\d{1,2}|[一二三四五六七八九十]{1,2})(?:位|名)"
)
FIRST_ARE = re.compile(
    r"(?P<side>[前后末])(?P<number>\d{1,2}|[一二三四五六七八九十]{1,2})(?:位|名)"
    r"(?=的?(?:县[（(]市、区[）)]|县市区|单位|部门|企业|县区)?的?(?:分别)?(?:是|为|有|：|:))"
)
STEPS = re.compile(r"(?<![第一二三四五六七八九十])([一二三四五六七八九十]{1,2})是(?!否|因为|由于)")
INTRODUCES = re.compile(
    r"方面|措施|事|工作|任务|问题|要求|举措|建议|环节|重点|亮点|板块|特点|内容|意见|原则|事项|步骤|阶段|机制|行动|工程|成效|突破|转变|抓手|以下|如下|逾期|不足|关键"
)
NOT_ALL = re.compile(r"部分|主要|典型|其中|例如|譬如|比如|如$|有关|相关")


def steps(page, number):
    """Three things announced, and 一是…二是…三是 behind them in the same paragraph."""
    line = page.lines[number.sentence.line]
    if not INTRODUCES.search(number.tail + page.folded[number.end : number.stop]):
        return None
    rest = page.folded[number.stop : line.end]
    begin = re.match(r"^[^。；;\d一]{0,30}[，,：:。；;]?[^。；;，,：:\d]{0,6}[：:，,。；;](?=一是)", rest)
    if not begin:
        return None
    return _sequence_relation(number, STEPS.findall(rest))


def _sequence_relation(number, labels):
    expected, names = 1, []
    for label in labels:
        value = han_value(label)
        if value == expected:
            names.append(f"{label}是")
            expected += 1
        elif value == 1:
            break
    if len(names) < 2:
        return None
    return fixed_relation("count", number, Decimal(len(names)), f"列出{len(names)}个：{'、'.join(names)}")


def lines_behind(page, number):
    """5项任务如下： and the numbered lines, the headings or the table that follow."""
    index = number.sentence.line
    line = page.lines[index]
    tail = page.folded[number.stop : line.end].strip()
    if (
        "。" in tail[:-1]
        or "\n" in tail
        or re.search(r"\d", tail)
        or len(tail) > 40
        or NOT_ALL.search(line.text[-30:])
    ):
        return None
    sign = re.search(r"[：:]$|(?:如下|以下)[^。]{0,8}[：:。]?$", tail)
    if not sign and not re.search(r"(?:以下|下列|如下)", number.before[-6:]):
        return None
    following = [n for n in range(index + 1, len(page.lines)) if page.lines[n].text.strip()]
    if not following:
        return None
    table = next((t for t in page.tables if t.first_line in following[:2]), None)
    if table and not NUMBERED.match(page.lines[following[0]].text):
        rows = [r for r in table.rows[1:] if not re.match(r"^\s*(?:合计|总计|小计|全市)", r[0].text)]
        if not CLASS_NOUN.match(page.folded[number.end : number.stop + 12]) and "如下" not in tail:
            return None
        return fixed_relation("count", number, Decimal(len(rows)), f"表中列出{len(rows)}行")
    first = NUMBERED.match(page.lines[following[0]].text)
    if first:
        return _numbered_lines(page, number, following, first.lastgroup)
    return None


def _numbered_lines(page, number, following, style):
    count = 0
    for index in following:
        match = NUMBERED.match(page.lines[index].text)
        if not match:
            continue
        if match.lastgroup != style:
            if _level(match.lastgroup) < _level(style):
                break
            continue
        value = han_value(match[style]) if not match[style].isdigit() else Decimal(match[style])
        if value != count + 1:
            break
        count += 1
    if count < 2:
        return None
    return fixed_relation("count", number, Decimal(count), f"下文列出{count}条")


def _level(style):
    return ("han", "han2", "digit", "digit2", "is").index(style)


def respective(page, sentence):
    """A、B、C分别为12个、15个: as many numbers as names."""
    found = []
    for match in re.finditer(
        r"分别(?:新开工|新增|签约|完成|到位|为|是|达到|达|有|引进|实现|占|增长|下降)?[^，,。；;：:、\d]{0,6}(?=\d)",
        sentence.text,
    ):
        begin = sentence.start + match.end()
        values = [n for n in sentence.numbers if n.start >= begin]
        if not values or values[0].start != begin:
            continue
        run = [values[0]]
        for this, following in zip(values, values[1:], strict=False):
            if not re.fullmatch(r"[、和及与]|，(?=$)", page.folded[this.stop : following.start]):
                break
            run.append(following)
        head = sentence.text[: match.start()]
        chunk = re.split(r"[，,。；;：:]", without_brackets(head))[-1]
        if not chunk and head:
            continue
        fewest, most, names = members(
            re.sub(
                r"(?:等)?(?:\d+|[两三四五六七八九十]+)?(?:个|家|项)?(?:县|区|市|方面|指标|单位|产业|部门|领域)*$",
                "",
                chunk,
            )
            or chunk
        )
        if (
            "、" not in chunk
            and not re.search("[和与及]", chunk)
            or len(run) < 2
            or "等" in chunk[-3:]
            or any(len(n) > MEMBER for n in names)
        ):
            continue
        if any(char.isdigit() for char in chunk) or any(INNER_START.search(name) for name in names[1:]):
            continue
        holds = fewest <= len(run) <= most
        counted = len(run) if holds else most
        found.append(_respective_relation(run, counted, names))
    return found


def _respective_relation(run, counted, names):
    first = run[0]
    words = f"列出{counted}个：{'、'.join(names[:8])}，后面有{len(run)}个数"
    relation = Relation("count", (first,), first, lambda _: len(run) == counted, lambda _: None)
    relation.span = (first.start, run[-1].stop, str(len(run)), str(counted), words)
    return relation


def ranked(page, sentence):
    """A、B、C居前三位; 居前三位的是A、B、C."""
    found = []
    ranked = list(RANKED.finditer(sentence.text))
    taken = {match.start("number") for match in ranked}
    ranked += [match for match in FIRST_ARE.finditer(sentence.text) if match.start("number") not in taken]
    for match in ranked:
        stated = int(match["number"]) if match["number"].isdigit() else int(han_value(match["number"]))
        head = re.split(r"[，,。；;：:]", sentence.text[: match.start()])[-1]
        tail = sentence.text[match.end() :]
        body = ""
        if behind := re.match(
            r"(?:的)?(?:县[（(]市、区[）)]|县市区|单位|部门|企业|县区)?(?:的)?(?:分别)?(?:是|为|有|：|:)", tail
        ):
            body = re.split(r"[，,。；;]", tail[behind.end() :])[0]
        elif "、" in head:
            body = re.sub(r"(?:分别|依次|等)?$", "", head)
        body = without_brackets(body)
        if "、" not in body or re.search(r"\d|等", body):
            continue
        fewest, most, names = members(body)
        if not are_names(names):
            continue
        holds = fewest <= stated <= most
        start, end = sentence.start + match.start("number"), sentence.start + match.end("number")
        relation = Relation("count", (), None, lambda _, holds=holds: holds, lambda _: None)
        relation.span = (
            start,
            end,
            match["number"],
            _like(match["number"], most),
            f"列出{most}个：{'、'.join(names[:8])}",
        )
        found.append(relation)
    return found


def _like(written, value):
    return str(value) if written.isdigit() else han_text(Decimal(value), "两")
