"""Statements: numbers with the words that name them, and what sets one statement apart from another."""

import re
from dataclasses import dataclass

from reports.proofreading import words
from reports.proofreading.grid import TOTAL_ROW, UNIT
from reports.proofreading.levels import is_change
from reports.proofreading.numbers import MONEY, PERCENT, POINTS, TIMES, Number

FILLER = re.compile(
    r"其中|目前|今年以来|截至目前|截至|截止|已经|已|共计|共有|合计|总计|总共|共(?![建享同创识产])"
    r"|累计|达到|(?<!抵)达(?!成|产|效)|(?:分别)?为|(?<!所)有(?![色限机])|[是的了，,：:\s\t“”]"
    r"|全市|我市|全年|年内|京津冀地区|京津冀区域|京津冀|地区|区域|一共|现|完成(?=到位)"
    r"|实现(?=到位|新开工|签约)|当前|总体|通过|同时|此外|另外"
    r"|今年(?!计划|目标)|\d+$|20\d\d年度?|截至.{0,12}日|\d{1,2}月(?:份|底|末)?\d{0,2}日?|1[—\-－–~至]\d{1,2}月份?"
)
DEPENDENT = re.compile(
    r"^(?:计划|协议|合同|概算)?(?:总投资额?|投资额?|总额|金额|完成投资|占地|占比|面积)$"
    r"|^(?:完成|办结|销号|正在推进|推进|逾期|剩余|还|未启动|未完成|开工|注册|投产|落地"
    r"|竣工|在建|在办|完成率|办结率|到位)$|^(?:涉及|覆盖|带动|包括|涵盖|吸引|惠及)"
)
GENERIC = re.compile(
    r"^(?:全部|上述|以上|这|该|各|新|重点|具体|主要|年度|相关|有关|重大|大)*(?:任务"
    r"|项目|企业|工作|措施|活动|单位|部门|部门单位|市直部门单位|协议|问题|要点|平台"
    r"|机构|事项|领域|方面|县|县区|区|人|新增|新|建成|签订|引进|组织|开展|召开|举办"
    r"|培育|达|获|参会|邀请|会议|场次|次)*$"
)
APART = re.compile(
    r"方面|领域|类|产业|活动|会(?:议|上)?|大会|仪式|期间|板块|批|园|基地|平台|季度|半年"
    r"|单月|当月|当日|当天|当年|本月|去年|上年|前年|同期|上月|[一二三四五六七八九]是"
    r"|：|目标|计划|力争|确保|预计|第"
)
THRESHOLD = re.compile(
    r"(?:总?投资)?(?:额)?(?:过|超|超过)(?:\d+|[一二三五十百]+)?亿元?(?:以上)?(?:投资)?"
    r"|(?:总?投资)?(?:\d+|[一二三五十百]+)?亿元(?:以上|及以上)(?:投资)?|(?:总?投资)?\d+(?:万"
    r"|千万)元以上|规模以上|规上|限额以上|省级以上|市级以上|固投"
)
INVESTED = re.compile(r"投资(?=项目)")
BACK = re.compile(r"(?:上述|这|该|以上|前述)$")
PERIOD = re.compile(
    r"(?P<year>20\d\d)年(?!以来)|(?P<last>去年|上年|前年)|(?P<months>1[—\-－–~至](?P<to>\d{1,2})月)"
    r"|(?P<single>(?<![\d—\-–~至])\d{1,2}月(?:份|当月)(?!以来))|(?P<quarter>[一二三四]季度"
    r"|上半年|下半年|本月|当月|上月末?)|(?P<future>力争|目标|计划|预计|确保|明年|下步)"
)
ITEM = re.compile(r"(?:^|[。；\s])(?:\d{1,2}|[一二三四五六七八九十]{1,2})[、.．](?P<name>[^，。；：\d]{2,24})：")
REACH = 400  # characters of a line within which an item's heading is looked for
SUBJECT = re.compile(
    rf"^[\s\u3000]*(?:[（(]?[一二三四五六七八九十\d]{{1,3}}[)）]?[、.．]?)?\s*(?P<name>{words.ORG_NAME.pattern})"
)
# The title of a bulletin on one organisation: its numbers are that organisation's.
OWN_TITLE = re.compile(
    rf"^关于(?:20\d\d年(?:\d{{1,2}}月)?)?(?P<name>{words.ORG_NAME.pattern})京津冀协同发展(?:重点任务|工作)推进情况"
)


@dataclass(frozen=True)
class Statement:
    """A number with its normalised words, its unit and what sets it apart."""

    number: Number
    name: str
    plain: str  # the name without thresholds
    threshold: str
    unit: str
    place: frozenset
    apart: frozenset
    period: str
    shown: str
    in_table: bool = False
    topic: object = None  # what the sum of money or the rate is said of: the count before it, or an item's heading


def statements_of(page, grids) -> list[Statement]:
    """Every statement of the running text and of the tables, in order."""
    found = [s for sentence in page.sentences for s in _statements(page, sentence)]
    return found + [s for grid in grids for s in _table_statements(grid)]


def _statements(page, sentence):
    found = []
    main = ""
    for number in sentence.numbers:
        if number.hedge == "range" or number.unit in (POINTS, TIMES) or is_change(number):
            continue
        if number.unit == PERCENT and not re.search(r"率(?:为|达|达到)?$", number.lead):
            continue
        if BACK.search(number.lead) or re.match(r"^[^，,。；;]{0,8}(?:中|里|均|全部|都)", number.tail):
            continue
        name, threshold = _name(number)
        depends = DEPENDENT.match(name)
        if depends:
            if not main:
                continue
            name = f"{main}/{name}"
        elif number.unit != PERCENT and _leads(sentence, number, main):
            main = name
        if len(name.replace("/", "")) < 4 or GENERIC.match(name):
            continue
        context = sentence.text[: number.start - sentence.start]
        found.append(
            Statement(
                number=number,
                name=f"{name}|{threshold}" if threshold else name,
                plain=name,
                threshold=threshold,
                unit=number.unit,
                place=place_of(page, sentence, number),
                apart=frozenset(APART.findall(_context(context, number))),
                period=period_of(context),
                shown=shown_words(number),
                topic=_topic(page.lines[sentence.line], sentence, number),
            )
        )
    return found


def _topic(line, sentence, number):
    """省级6项，年度投资19亿元 → 6; 2、招商项目：年度投资6亿元 → 招商项目; None for what is said of no other thing."""
    if number.unit in (MONEY, PERCENT) and (count := _count_before(line, sentence, number)):
        return count.amount
    place = number.start - line.start
    headings = list(ITEM.finditer(line.text[max(0, place - REACH) : place]))
    return headings[-1]["name"] if headings else None


def _count_before(line, sentence, number):
    """The nearest number before it in the line that counts things."""
    at = line.sentences.index(sentence)
    for earlier in reversed(line.sentences[max(0, at - 8) : at + 1]):
        for n in reversed(earlier.numbers):
            if n.start < number.start and n.unit not in (MONEY, PERCENT, POINTS, TIMES) and not is_change(n):
                return n
    return None


def _leads(sentence, number, main):
    """Whether later dependent numbers (总投资, 已完成) speak of this one: the first, or a new one behind ；."""
    return "其中" not in number.before and (not main or re.search(r"[；;]|共", number.before))


def _name(number):
    """(words of the number without filler and threshold, the threshold)."""
    lead = re.split(r"[、]", number.lead)[-1] if number.lead.count("、") else number.lead
    tail = re.split(r"(?:现场|集中|正在|已|均|全部|同步|签约入驻|有序)", number.tail)[0]
    text = FILLER.sub("", lead) + FILLER.sub("", tail)
    text = re.sub(rf"(?:{words.COUNTIES})(?:[、和]|$)?", "", text)
    thresholds = THRESHOLD.findall(text)
    plain = INVESTED.sub("", THRESHOLD.sub("", text))
    return plain, re.sub(r"总?投资额?$|^总?投资额?", "", thresholds[0]) if thresholds else ""


def shown_words(number):
    """The words next to the number, as a reason quotes them."""
    return (number.lead.strip() or number.tail).strip(" ，、")[-24:]


def _context(text, number):
    """What is said before the number in its part of the sentence, without its own clause's noun."""
    segment = re.split(r"[；;]", text)[-1]
    lead = number.lead
    return segment[: len(segment) - len(lead)] + "".join(
        re.findall(r"会上|期间|[一二三四五六七八九]是|目标|计划|力争|确保|预计", lead)
    )


def period_of(text):
    last = None
    for match in PERIOD.finditer(text):
        last = match
    if last is None:
        return ""
    kind = last.lastgroup if last.lastgroup != "to" else "months"
    return f"{kind}:{last[0]}"


def place_of(page, sentence, number):
    """The organisations and places named before the number; else in the paragraph, the heading above, the title."""
    own = sentence.text[: number.start - sentence.start]
    names = words.ORG_NAME.findall(own) + words.ORG_NAME.findall(number.tail)
    if any(words.WHOLE_CITY.match(name) for name in names):
        return frozenset(n for n in names if not words.WHOLE_CITY.match(n))
    if names:
        return frozenset(names)
    subject = SUBJECT.match(page.lines[sentence.line].text)
    if subject and not words.WHOLE_CITY.match(subject["name"]):
        return frozenset({subject["name"]})
    for index in range(sentence.line, -1, -1):
        if page.lines[index].is_heading:
            names = [n for n in words.ORG_NAME.findall(page.lines[index].text) if not words.WHOLE_CITY.match(n)]
            return frozenset(names[:1]) or _place_of_title(page)
    return _place_of_title(page)


def _place_of_title(page):
    """The one organisation that a bulletin is about by its title."""
    title = OWN_TITLE.match(page.lines[0].text) if page.lines else None
    return frozenset({title["name"]}) if title and not words.WHOLE_CITY.match(title["name"]) else frozenset()


def _table_statements(grid):
    """The cells of a total row by their column, those of an organisation's row, those of an indicator's row."""
    found = []
    for row, cells in enumerate(grid.cells):
        label = grid.labels[row]
        for index in grid.columns:
            number = cells[index]
            if number is None or number.unit in (POINTS, TIMES) or number.hedge:
                continue
            head = UNIT.sub("", grid.headers[index])
            if TOTAL_ROW.match(label):
                name, place = head, frozenset()
            elif words.ORG_NAME.fullmatch(label):
                name, place = head, frozenset({label})
            elif re.search(r"本月末?|本期|数值|完成情况|实绩|累计|截至|数量|完成数", head) and not re.search(
                r"上|去年|同期", head
            ):
                name, place = re.sub(r"^.*·", "", label), frozenset()
            else:
                continue
            text = FILLER.sub("", name)
            plain = INVESTED.sub("", THRESHOLD.sub("", text))
            thresholds = THRESHOLD.findall(text)
            threshold = thresholds[0] if thresholds else ""
            if len(plain) < 4 or GENERIC.match(plain) or DEPENDENT.match(plain) or "·" in label:
                continue
            found.append(
                Statement(
                    number=number,
                    name=f"{plain}|{threshold}" if threshold else plain,
                    plain=plain,
                    threshold=threshold,
                    unit=number.unit,
                    place=place,
                    apart=frozenset(),
                    period=period_of(head),
                    shown=f"{label}{head}" if place else name,
                    in_table=True,
                )
            )
    return found
