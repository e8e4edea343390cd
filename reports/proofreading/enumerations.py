"""Counts of what is enumerated: 一是…二是…, numbered lines, rows of a table, values behind 分别, ranks."""

import re
from decimal import Decimal

from reports.proofreading.labels import respective_runs
from reports.proofreading.layout import NUMBERED
from reports.proofreading.levels import without_brackets
from reports.proofreading.members import CLASS_NOUN, INNER_START, MEMBER, are_names, members
from reports.proofreading.numerals import han_text, han_value
from reports.proofreading.relations import Relation, Span, fixed_relation

RANKED = re.compile(
    r"(?:居|列|位居|位列|排名|排在|处于|排)(?:全[市省县区])?(?P<side>[前后末])(?P<number>\d{1,2}|[一二两三四五六七八九十]{1,2})(?:位|名)"
)
FIRST_ARE = re.compile(
    r"(?P<side>[前后末])(?P<number>\d{1,2}|[一二两三四五六七八九十]{1,2})(?:位|名)"
    r"(?=的?(?:县[（(]市、区[）)]|县市区|单位|部门|企业|县区)?的?(?:分别)?(?:是|为|有|：|:))"
)
LINES = 400  # lines within which a list ends
HAN_LABEL = "[一二三四五六七八九十]{1,2}"
STEPS = {  # the first label of a sequence, and the labels
    "一是": re.compile(rf"(?<![第一二三四五六七八九十])({HAN_LABEL})是(?!否|因为|由于)"),
    "第一，": re.compile(rf"(?:^|[。；;：:，,])第({HAN_LABEL})[，,]"),
    "（一）": re.compile(rf"[（(]({HAN_LABEL})[)）]"),
    "（1）": re.compile(r"[（(](\d{1,2})[)）]"),
    "1.": re.compile(r"(?:^|[：:；;。，,])\s*(\d{1,2})[.．](?!\d)"),
    "1、": re.compile(r"(?:^|[：:；;。，,])\s*(\d{1,2})、"),
    "一要": re.compile(rf"(?<![第一二三四五六七八九十])({HAN_LABEL})要(?!求|素|点|件|闻)"),
    "①": re.compile("([①-⑳])"),
}
REPORTED = re.compile(r"(?:通报|报告|汇报|公布|介绍|情况|总结|反馈|印发)如下")
ANNOUNCES = re.compile(
    r"抓好|做好|围绕|聚焦|突出|重点|着力|从|开展|实施|强化|落实|推进|做到|采取|提出|明确|存在|有|以下|下列|如下"
)
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
    for first, labels in STEPS.items():
        if re.match(
            rf"^[^。；;\d一]{{0,30}}[，,：:。；;]?[^。；;，,：:\d]{{0,6}}[：:，,。；;](?={re.escape(first)})", rest
        ):
            return _sequence_relation(number, labels.findall(rest), first)
    return None


def _sequence_relation(number, labels, first):
    expected, names = 1, []
    for label in labels:
        value = _value(label)
        if value == expected:
            names.append(re.sub("[一1①]", label, first.strip("，")))
            expected += 1
        elif value == 1:
            break
    if len(names) < 2:
        return None
    return fixed_relation("count", number, Decimal(len(names)), f"列出{len(names)}个：{'、'.join(names)}")


def _value(label):
    return ord(label) - ord("①") + 1 if "①" <= label <= "⑳" else int(label) if label.isascii() else han_value(label)


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
    following = [n for n in range(index + 1, min(len(page.lines), index + LINES)) if page.lines[n].text.strip()]
    if not following or REPORTED.search(tail):
        return None
    sign = re.search(r"[：:]$|(?:如下|以下)[^。]{0,8}[：:。]?$", tail)
    if not sign and not re.search(r"(?:以下|下列|如下)", number.before[-6:]) and not _announced(page, number, tail):
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


def _announced(page, number, tail):
    """重点抓好三项工作。 at the end of a paragraph: as good as a colon before numbered headings."""
    if not number.han or not INTRODUCES.search(page.folded[number.end : number.stop] + tail) or len(tail) > 16:
        return False
    return bool(re.fullmatch(r"[^，,；;。]*。", tail)) and bool(ANNOUNCES.search(number.before[-12:] + tail))


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
    return ("han", "han2", "digit", "digit2", "is", "nth").index(style)


def respective(sentence):
    """A、B、C分别为12个、15个: as many numbers as names."""
    found = []
    for chunk, run in respective_runs(sentence):
        if not chunk:
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
    relation.span = Span(first.start, run[-1].stop, str(len(run)), str(counted), words)
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
        right = _like(match["number"], most)
        because = f"列出{most}个：{'、'.join(names[:8])}"
        relation.span = Span(start, end, match["number"], right, because, right)
        found.append(relation)
    return found


def _like(written, value):
    return str(value) if written.isdigit() else han_text(Decimal(value), "两")
