"""Shares (占38.6%): the part, the whole and the percentage found around each other."""

import re

from reports.proofreading import words
from reports.proofreading.balance import accept_balanced
from reports.proofreading.fractions import find_fractions
from reports.proofreading.levels import is_change
from reports.proofreading.numbers import PERCENT, POINTS, TIMES
from reports.proofreading.parts import PARTS_FOLLOW
from reports.proofreading.quotients import ratio_relation, share_of_parts
from reports.proofreading.rates import rate_of
from reports.proofreading.relations import Relation, hundred_relation

RELATIVE = (PERCENT, POINTS, TIMES)
SHARE = re.compile(
    r"(?:占比?|占(?:到|据)|所占(?:比例|比重)|比重|比例|占比(?:例|重)?)(?:分别)?(?P<of>[^占，,。；;：:\d]{0,24}?)(?:的)?(?:比重"
    r"|比例|份额)?(?:分别)?(?:为|是|达到|达|约为)?(?:约|近|超过|超)?$"
)
SHARE_OF_NUMBER = re.compile(r"占[^，,。；;：:\d]{0,16}$")
ELSEWHERE = re.compile(r"全省|全国|全球|世界|山东|耕地|总人口|GDP|生产总值|工业增加值|财政|税收")


def find_shares(page) -> list[Relation]:
    """Every share and rate whose part and whole the text itself states."""
    relations, groups = [], []
    for place, sentence in enumerate(page.sentences):
        before = page.sentences[place - 1] if place and page.sentences[place - 1].line == sentence.line else None
        earlier = [n for n in before.numbers if n.unit not in RELATIVE] if before else []
        listed = _respective(sentence)
        first = len(relations)
        for number in sentence.numbers:
            if number.unit != PERCENT or number.hedge == "range":
                continue
            relation = listed.get(number) or _share(sentence, number, earlier) or rate_of(sentence, number, earlier)
            if relation:
                relations.append(relation)
        relations += find_fractions(sentence, earlier)
        groups += _hundred(sentence)
        relations[first:] = _of_one_whole(sentence, relations[first:])
    _accept_balanced(relations)
    return relations + [group for group in groups if not any(group.derived in r.numbers for r in relations)]


def _share(sentence, percent, earlier):
    match = SHARE.search(percent.lead)
    inside = None
    if not match:
        # 占127项任务的38.6%: the whole stands inside
        place = sentence.numbers.index(percent)
        inner = sentence.numbers[place - 1] if place else None
        if not inner or inner.unit in RELATIVE:
            return None
        in_brackets = re.search(r"占[^，,。；;：:\d]{0,16}[（(]$", inner.before)
        if not in_brackets and not SHARE_OF_NUMBER.search(inner.lead):
            return None
        if not re.match(r"^[^，,。；;：:]{0,12}的(?:约|近)?$", sentence.between(inner, percent)):
            return None
        inside = inner
    of = (match["of"] if match else "") or ""
    part = _part_before(sentence, inside or percent)
    if part is None:
        return None
    whole = inside
    if whole is None:
        whole, sure = _whole_for(sentence, part, percent, earlier, of)
        if whole is None:
            return None
        relation = ratio_relation("share", part, whole, percent)
        return relation if relation.holds or sure else None
    return ratio_relation("share", part, whole, percent)


def _of_one_whole(sentence, relations):
    """Three or more shares that together are 100 but fit no whole of the text: of their own parts' sum."""
    pairs = []
    for percent in sentence.numbers:
        if percent.unit == PERCENT and not percent.hedge and SHARE.search(percent.lead):
            part = _part_before(sentence, percent)
            pairs += [(part, percent)] if part is not None else []
    by_share = {r.derived: r for r in relations}
    failing = [p for p in pairs if p[1] not in by_share or not by_share[p[1]].holds]
    if len(pairs) < 3 or len(failing) < len(pairs) - 1 or len({part.unit for part, _ in pairs}) != 1:
        return relations
    rest = [r for r in relations if r.derived not in {percent for _, percent in pairs}]
    parts = [part for part, _ in pairs]
    found = [share_of_parts(part, parts, percent) for part, percent in pairs]
    accept_balanced(found, parts, [percent for _, percent in pairs])
    total = sum(percent.amount for _, percent in pairs)
    if abs(total - 100) <= 2 and sum(r.holds for r in found) * 2 > len(found):
        return rest + found
    wholes = {r.numbers[1] for r in relations if r.derived not in {x.derived for x in rest} and len(r.numbers) == 3}
    return relations if len(wholes) == 1 and any(r.holds for r in relations) else rest


def _part_before(sentence, percent):
    """The number that 占 follows at once: 49项，占 / 14个工业项目（占."""
    place = sentence.numbers.index(percent)
    for number in reversed(sentence.numbers[:place]):
        between = sentence.between(number, percent)
        gap = between[: between.rfind("占")] if "占" in between else between
        if re.search(r"其中|[；;。]", gap) or len(gap) > 20 or gap.count("，") + gap.count(",") > 1:
            return None
        if number.unit in RELATIVE or is_change(number) or number.hedge:
            if number.unit in RELATIVE or is_change(number):
                continue
            return None
        if re.search(r"[，,、（(]", gap):
            rest = re.split(r"[，,、（(]", gap)[-1]
            if not re.fullmatch(r"(?:约|分别|仅|已|均|各|大约|接近|只|就)*", rest):
                return None  # 硕士以上占56.9%: of something else
        return number
    return None


def _whole_for(sentence, part, percent, earlier, of):
    """(whole, whether the text makes it plain) for a part; (None, False) when the text does not state it."""
    place = sentence.numbers.index(part)
    before = [n for n in sentence.numbers[:place] if n.unit == part.unit and not n.hedge and not is_change(n)]
    after = [n for n in sentence.numbers[place + 1 :] if n.unit == part.unit and n is not percent and not n.hedge]
    same = [n for n in earlier if n.unit == part.unit and not n.hedge and not is_change(n)]
    before = [n for n in before if not _has_own_share(sentence, n, part)]
    candidates = [n for n in [*reversed(before), *reversed(same)] if n.amount >= part.amount]
    closing = [n for n in after if words.SUM_WORD.search(n.before) and n.amount >= part.amount]
    for whole in [*candidates, *closing]:
        if ratio_relation("share", part, whole, percent).holds:
            return whole, True
    if ELSEWHERE.search(of):
        return None, False
    if words.TARGET.search(of):
        goals = [n for n in before if words.TARGET.search(n.lead + n.tail[:6]) and "其中" not in part.before]
        goals = [n for n in goals if "总" not in of or "总" in n.lead]
        if not goals and "其中" not in sentence.text:
            stated = [n for n in same if words.TARGET.search(n.lead)]
            goals = stated if len(stated) == 1 and "其中" not in stated[0].before else []
        return (goals[-1], True) if goals else (None, False)
    likely = [n for n in candidates if _is_whole(sentence, n, part)]
    if of and (named := [n for n in candidates if _names(n, of)]):
        return named[0], True
    if of and not re.search(r"总|全部|全市|目标|计划|签约|项目|任务|数|量|额|总投资|到位资金|比", of):
        return None, False
    if likely:
        return min(likely, key=lambda n: abs(part.amount * 100 / n.amount - percent.amount)), True
    if closing and not candidates:
        return closing[0], True
    return None, False


def _has_own_share(sentence, number, part):
    """Whether the number is followed by a share of its own: a sibling of the part, not its whole."""
    place = sentence.numbers.index(number)
    following = sentence.numbers[place + 1] if place + 1 < len(sentence.numbers) else None
    if following is None or following.unit != PERCENT or following.start > part.start:
        return False
    between = sentence.text[number.stop - sentence.start : part.start - sentence.start]
    return bool(SHARE.search(following.lead)) and "其中" not in between


def _is_whole(sentence, whole, part):
    """Whether the words make `whole` the whole of `part`: 其中 between them, 共 before it, or a state behind it."""
    if whole.sentence is not part.sentence:
        if PARTS_FOLLOW.match(sentence.text):
            return True
        return bool(words.WHOLE.search(whole.before[-14:])) and _is_state(part)
    between = sentence.text[whole.stop - sentence.start : part.start - sentence.start]
    if "其中" in between:
        return "其中" not in whole.before[-3:]
    if words.SUM_WORD.search(whole.before) or re.search(r"(?:共|总|合计|总数为?)(?:投资|量|额|数)?$", whole.lead):
        return True
    if re.match(r"^[^，,。；;]{0,14}(?:中|里|内)[，,]", between):
        return True
    return _is_state(part)


def _is_state(part):
    return bool(words.DONE.search(part.lead) or words.ONGOING.search(part.lead) or words.DONE_AFTER.match(part.tail))


def _names(number, of):
    """Whether the words of the whole (占签约总投资的) are those of the number."""
    own = number.lead + number.tail
    core = re.sub(r"全市|全部|总数|总量|总额|总|的|年度|全年|京津冀|我市", "", of)
    return len(core) >= 2 and any(core[i : i + 2] in own for i in range(len(core) - 1))


def _respective(sentence):
    """甲、乙、丙分别为14个、4个、12个，分别占46.7%、13.3%、40%: pairs in order."""
    numbers, found = sentence.numbers, {}
    for place, first in enumerate(numbers):
        if first.unit != PERCENT or not re.search(r"分别占|占比分别|比重分别", first.lead):
            continue
        percents = _run(numbers[place:], PERCENT)
        behind = numbers[:place]
        if len(percents) < 2 or len(behind) < len(percents):
            continue
        closing = behind[-1] if words.SUM_WORD.search(behind[-1].before) else None
        if closing is not None and len(behind) > len(percents):
            pairs = zip(behind[-len(percents) - 1 : -1], percents, strict=True)
            found |= {c: ratio_relation("share", p, closing, c) for p, c in pairs if p.unit == closing.unit}
            continue
        parts = behind[-len(percents) :]
        if len({n.unit for n in parts}) == len(parts) and all(n.unit not in RELATIVE and not n.hedge for n in parts):
            found |= _each_of_its_own(parts, behind[: -len(parts)], percents)
            continue
        if len({n.unit for n in parts}) != 1 or parts[0].unit in RELATIVE or any(n.hedge for n in parts):
            continue
        whole = next((n for n in reversed(behind[: -len(percents)]) if n.unit == parts[0].unit), None)
        if whole is None and len(parts) > 2 and sum(n.amount for n in percents) >= 90:
            found |= {c: share_of_parts(p, parts, c) for p, c in zip(parts, percents, strict=True)}
            accept_balanced(list(found.values()), parts, percents)
            continue
        if whole is None or any(whole.amount < n.amount for n in parts):
            continue
        for part, percent in zip(parts, percents, strict=True):
            found[percent] = ratio_relation("share", part, whole, percent)
    return found


def _each_of_its_own(parts, before, percents):
    """46个、372.1亿元，分别占64.8%、69.1%: each of the number of its unit before them; nothing where one has none."""
    wholes = [next((n for n in reversed(before) if n.unit == part.unit and not n.hedge), None) for part in parts]
    if any(whole is None or whole.amount < part.amount for whole, part in zip(wholes, parts, strict=True)):
        return {}
    return {c: ratio_relation("share", p, w, c) for p, w, c in zip(parts, wholes, percents, strict=True)}


def _run(numbers, unit):
    """The unbroken list of numbers of this unit at the beginning, joined by 、 or 和."""
    run = numbers[:1]
    for following in numbers[1:]:
        if following.unit != unit or not re.fullmatch(r"[、，,和及与]{1,2}", following.before):
            break
        run.append(following)
    return run


def _hundred(sentence):
    """Shares named one after another that miss 100 by a little: they claim to be one whole."""
    shares = [n for n in sentence.numbers if n.unit == PERCENT and not n.hedge]
    listed = [n for n in shares if SHARE.search(n.lead) or re.fullmatch(r"[、，,和及]{1,2}", n.before)]
    respective = [n for n in shares if re.search(r"分别占|占比分别|比重分别|构成(?:比)?(?:分别)?为|结构比为", n.lead)]
    if respective:
        listed = _run(sentence.numbers[sentence.numbers.index(respective[0]) :], PERCENT)
    elif len(listed) != len(shares) or any(n.unit not in RELATIVE for n in sentence.numbers):
        return []
    total = sum(n.amount for n in listed)
    if len(listed) < 3 or not 90 <= total <= 110 or any(n.value >= 90 for n in listed):
        return []
    return [hundred_relation(listed)]


def _accept_balanced(relations):
    """Shares of one whole that were balanced to total 100 by largest remainder are right."""
    by_whole = {}
    for relation in relations:
        if relation.kind == "share" and len(relation.numbers) == 3:
            by_whole.setdefault(relation.numbers[1], []).append(relation)
    for group in by_whole.values():
        parts = [r.numbers[0] for r in group]
        whole = group[0].numbers[1]
        if len(group) > 1 and (len(group) > 2 or sum(n.amount for n in parts) == whole.amount):
            accept_balanced(group, parts, [r.derived for r in group], whole)
