"""Counts of listed members: A、B、C等3个…, 3个县：A、B、C."""

import re
from decimal import Decimal

from reports.proofreading.enumerations import lines_behind, ranked, respective, steps
from reports.proofreading.levels import without_brackets
from reports.proofreading.members import CLASS_NOUN, INNER_START, MEMBER, are_names, are_places, closed, members
from reports.proofreading.numbers import MONEY, PERCENT, POINTS, TIMES, Number
from reports.proofreading.relations import Relation, fixed_relation
from reports.proofreading.words import COUNTIES

CUT = "，,。；;：:！？!?\n\t（(）)“”《"
BEFORE_LIST = re.compile(
    r"^(?P<noun>[^，,。；;：:（(）)\d、]{0,18})(?P<sign>[：:]|[（(]|[，,]?(?:分别是|分别为|具体是|具体为|依次是|依次为|即)|（即)"
)
FREE = (MONEY, PERCENT, POINTS, TIMES)


def find_counts(page) -> list[Relation]:
    """Every stated number beside a list whose members can be counted."""
    relations = []
    for sentence in page.sentences:
        for number in sentence.numbers:
            if not _counts(number):
                continue
            relation = _listed_before(page, number) or _listed_behind(page, number) or steps(page, number)
            relation = relation or lines_behind(page, number)
            if relation:
                relations.append(relation)
        relations += respective(sentence)
        relations += ranked(page, sentence)
    return relations


def _counts(number):
    return (
        number.unit not in FREE
        and not number.hedge
        and not number.digits
        and number.scale == 1
        and (1 if not number.han else 2) <= number.value <= 60
    )


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
    parts = without_brackets(body).split("、")
    if any(len(part) > MEMBER or not part for part in parts):
        return None
    fewest, most, names = members(body)
    if most < 2:
        return None
    noun = page.folded[number.end : number.stop + 12]
    if not and_so_on:
        if not CLASS_NOUN.match(noun) or not are_names(names) or re.search(r"共$|合计$", chunk):
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
            and (are_places(names) or (fewest != most or closed(body)) and len(parts) >= 3)
        ):
            return None
        if stated < most and len(possible) > 2:
            return None
    if and_so_on and not CLASS_NOUN.match(noun) and stated > most:
        return None
    return _count_relation(number, counted, names)


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
        body = without_brackets(re.split(r"[。；;！？]", body)[0])
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
    if in_brackets and not (are_names(names) or CLASS_NOUN.match(page.folded[number.end : number.stop + 12])):
        return None
    return _count_relation(number, most, names)
