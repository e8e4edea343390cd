"""Counts of listed members: A、B、C等3个…, 3个县：A、B、C, 3个方面 with 一是…二是…三是, rows under 如下."""

import re
from decimal import Decimal

from reports.proofreading.layout import NUMBERED
from reports.proofreading.numbers import MONEY, PERCENT, POINTS, TIMES, Number, han_text, han_value
from reports.proofreading.relations import Relation, fixed_relation
from reports.proofreading.words import COUNTIES

CUT = "，,。；;：:！？!?\n\t（(）)“”《"
MEMBER = 24
# A word inside a member with which another list may begin: 在北京、天津举办A、B等2场.
INNER_START = re.compile(
    r"举办|开展|建设|推进|实施|签约|签订|引进|组织|召开|完成|争取|印发|出台|获得|达成|培育|新增|落户|建成|打造|涉及|包括|涵盖|覆盖|来自|围绕|聚焦"
    r"|[与向为对和在从由及将把同]|的|负责|承担|选派|邀请|吸引|对接|启动|走访|新建|制定|成立"
)
NAME = re.compile(
    rf"(?:{COUNTIES}|[县区市局委办行校所院厂]|公司|集团|大学|学院|银行|园区|中心|医院|协会|项目|镇|街道|企业|平台|机场|铁路|高速)$"
)
CLASS_NOUN = re.compile(
    r"^(?:个|大|项|类|家|所|条|批|方面)?(?:重点|主要|关键|核心|重要|主导|优势|省级|国家级|市级|县级|专项)?(?:方面|领域|环节|板块|专题|任务|层面|园区|平台|片区|县|区|市|部门|单位|企业|行业|产业|项目|工程|行动|机制|城市|高校|院校|大学|银行|问题|指标|清单|功能区|战略|镇|街道|乡镇|国家|省份|地区|地市|重点|维度|基地|中心|协议|活动|机构)"
)
BEFORE_LIST = re.compile(
    r"^(?P<noun>[^，,。；;：:（(）)\d、]{0,18})(?P<sign>[：:]|[（(]|[，,]?(?:分别是|分别为|具体是|具体为|依次是|依次为|即)|（即)"
)
RANKED = re.compile(
    r"(?:居|列|位居|位列|排名|排在|处于|排)(?:全[市省县区])?(?P<side>[前后末])(?P<number>\d{1,2}|[一二三四五六七八九十]{1,2})(?:位|名)"
)
STEPS = re.compile(r"(?<![第一二三四五六七八九十])([一二三四五六七八九十]{1,2})是(?!否|因为|由于)")
INTRODUCES = re.compile(
    r"方面|措施|工作|任务|问题|要求|举措|建议|环节|重点|亮点|板块|特点|内容|意见|原则|事项|步骤|阶段|机制|行动|工程|成效|突破|转变|抓手|以下|如下|逾期|不足|关键"
)
NOT_ALL = re.compile(r"部分|主要|典型|其中|例如|譬如|比如|如$|有关|相关")
FREE = (MONEY, PERCENT, POINTS, TIMES)


def find_counts(page) -> list[Relation]:
    """Every stated number beside a list whose members can be counted."""
    relations = []
    for sentence in page.sentences:
        for number in sentence.numbers:
            if not _counts(number):
                continue
            relation = _listed_before(page, number) or _listed_behind(page, number) or _steps(page, number)
            relation = relation or _lines_behind(page, number)
            if relation:
                relations.append(relation)
        relations += _respective(page, sentence)
        relations += _ranked(page, sentence)
    return relations


def _counts(number):
    return (
        number.unit not in FREE
        and not number.hedge
        and not number.digits
        and number.scale == 1
        and 2 <= number.value <= 60
    )


def members(text: str) -> tuple[int, int, list[str]]:
    """(fewest, most, names) of a 、-list; the last member may be two joined by 和, 及, 与."""
    text = _without_brackets(text)
    parts = [part.strip() for part in text.split("、")]
    parts = [part for part in parts if part]
    if not parts:
        return 0, 0, []
    joined = re.split(r"以及|和|及|与", parts[-1])
    whole = [part for part in joined if part]
    most = len(parts) + (1 if len(whole) > 1 else 0)
    fewest = len(parts)
    if len(whole) > 1 and all(NAME.search(part) for part in whole[:2]) and len(parts) > 0:
        fewest = most
    names = parts[:-1] + (whole if len(whole) == 2 else [parts[-1]])
    return fewest, most, names


def _without_brackets(text):
    while (shorter := re.sub(r"[（(][^（()）]*[)）]", "", text)) != text:
        text = shorter
    return text


def _listed_before(page, number):
    """A、B、C等3个X; without 等 only proper names: 德城区、陵城区2个区."""
    chunk, start = _chunk_before(page, number)
    if "、" not in chunk and not re.search(r"[和与及]", chunk):
        return None
    match = re.search(r"(?P<and_so_on>等)?(?:这|上述|以上)?(?:共|共计|合计)?$", chunk)
    body = chunk[: match.start()]
    and_so_on = bool(match["and_so_on"])
    if not body or any(char.isdigit() for char in body):
        return None
    parts = [part for part in _without_brackets(body).split("、")]
    if any(len(part) > MEMBER or not part for part in parts):
        return None
    fewest, most, names = members(body)
    if most < 2:
        return None
    noun = page.folded[number.end : number.stop + 12]
    if not and_so_on:
        if not CLASS_NOUN.match(noun) or not _are_names(names) or re.search(r"共$|合计$", chunk):
            return None
        if fewest < 2 or (len(parts) < 2 and not all(re.fullmatch(COUNTIES, name) for name in names)):
            return None
    possible = set(range(fewest, most + 1))
    for place, part in enumerate(parts[1:], start=1):
        if INNER_START.search(part[: -1 if place == len(parts) - 1 else None]):
            possible |= {count - place for count in range(fewest, most + 1)}
    if "、" not in body:
        possible |= {1}
    stated = int(number.value)
    counted = max(possible & {fewest, most})
    if stated in possible:
        return _count_relation(number, stated, names)
    if and_so_on:
        short = stated - most
        if stated > most and not (
            short == 1
            and len(names) >= 2
            and (_are_places(names) or (fewest != most or _closed(body)) and len(parts) >= 3)
        ):
            return None
        if stated < most and len(possible) > 2:
            return None
    if and_so_on and not CLASS_NOUN.match(noun) and stated > most:
        return None
    return _count_relation(number, counted, names)


def _closed(body):
    return bool(re.search(r"[和及与][^、]+$", body))


def _are_names(names):
    stripped = [re.sub(r"^.*(?:在|与|由|从|对|向|到|赴|是|为|有|中|，)", "", names[0]), *names[1:]]
    if all(re.search(rf"(?:{COUNTIES})$", name) for name in stripped):
        return True
    return all(NAME.search(name) and len(name) >= 2 for name in stripped)


def _are_places(names):
    return (
        all(re.search(rf"(?:{COUNTIES})$", name) for name in names)
        or all(re.fullmatch(r"市[\u4e00-\u9fff]{1,10}[局委办]", name) for name in names[1:])
        and bool(re.search(r"市[\u4e00-\u9fff]{1,10}[局委办]$", names[0]))
    )


def _chunk_before(page, number):
    start = number.start
    low = max(number.sentence.start, start - 400)
    depth = 0
    while start > low:
        char = page.folded[start - 1]
        if char in "）)":
            depth += 1
        elif char in "（(" and depth:
            depth -= 1
        elif char in CUT and not depth:
            break
        start -= 1
    return page.folded[start : number.start], start


def _count_relation(number: Number, counted: int, names: list[str]) -> Relation:
    shown = "、".join(name.strip() for name in names[:8]) + ("…" if len(names) > 8 else "")
    return fixed_relation(
        "count", number, Decimal(counted), f"列出{counted}个：{shown}" if shown else f"列出{counted}个"
    )


def _listed_behind(page, number):
    """3个县：A、B、C; 3个县（A、B、C）; 3个县，分别是A、B、C."""
    sentence = number.sentence
    rest = page.folded[number.stop : sentence.end]
    rest = re.sub(r"^([^（(，,。；;：:]{0,6})[（(](?:市|区|市、区)[)）]", r"\1", rest)  # 3个县（市、区）
    match = BEFORE_LIST.match(rest)
    if not match:
        return None
    body, in_brackets = rest[match.end() :], match["sign"][0] in "（("
    if in_brackets:
        body = re.split(r"[）)]", body)[0]
    else:
        body = re.split(r"[。；;！？]", body)[0]
        if "：" in match["sign"] or ":" in match["sign"]:
            body = re.split(r"[，,]", body)[0] if "、" in re.split(r"[，,]", body)[0] else body
        else:
            body = re.split(r"[，,]", body)[0]
    body = re.sub(r"^(?:分别是|分别为|分别|即)", "", body)
    if (
        "、" not in body
        or re.search(r"\d|等$|等[）)]?$|其中|同比|占|详见|不含|含", body)
        or re.search(r"[一二三四]是", body)
    ):
        return None
    body = re.sub(r"(?:等)?$", "", body)
    fewest, most, names = members(body)
    if any(len(name) > 30 for name in names) or most < 2:
        return None
    if re.search(r"包括|如", match["sign"]):
        return None
    stated = int(number.value)
    if fewest <= stated <= most:
        return _count_relation(number, stated, names)
    near = most if stated > most else fewest
    if abs(near - stated) > max(2, stated // 3):
        return None
    if in_brackets and not (_are_names(names) or CLASS_NOUN.match(page.folded[number.end : number.stop + 12])):
        return None
    return _count_relation(number, most, names)


def _steps(page, number):
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


def _lines_behind(page, number):
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


def _respective(page, sentence):
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
        chunk = re.split(r"[，,。；;：:]", _without_brackets(head))[-1]
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


def _ranked(page, sentence):
    """A、B、C居前三位; 居前三位的是A、B、C."""
    found = []
    for match in RANKED.finditer(sentence.text):
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
        body = _without_brackets(body)
        if "、" not in body or re.search(r"\d|等", body):
            continue
        fewest, most, names = members(body)
        if not _are_names(names):
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
    return str(value) if written.isdigit() else han_text(Decimal(value))
