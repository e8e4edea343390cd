"""A whole and its parts in running text: what follows 其中, a colon or 从…看, or stands in brackets."""

import re

from reports.proofreading import words
from reports.proofreading.levels import depth_of, is_change, last_state, overlaps, state, without_brackets
from reports.proofreading.relations import sum_relation

NEAR_PAIR, NEAR_MANY = 20, 10  # parts that fall short of the whole by less than 1/20 (two) or 1/10 (more) claim it
OVER = 4  # parts that exceed the whole by more than a quarter of it are no parts of it
PARTS_FOLLOW = re.compile(r"^(?:其中|(?:从|按|分|就)[^，,。；;\d]{1,12}(?:看|分|来看|划分|统计)[，,：:])")
OF_NAMED = re.compile(r"^(?:在|这|上述)?(?P<name>[^，,。；;\d]{2,12}?)中[，,：:]")
BY_RANK = re.compile(r"(?:国家|省|市|县|区县|乡镇|镇)级(?!以上)")  # levels exclude each other when all parts have one
OF_ONE = re.compile(r"[；;][^，,；;]{1,12}中[，,]")
IN_TIME = re.compile(r"(?:^|[^未])(?:按期|按时|及时|如期)(?:办结|完成|办理|销号|答复|报送)的?$")
TOO_LATE = re.compile(r"(?:逾期|超期|超时)(?:办结|完成|办理|销号|答复|报送)的?$")
EXCLUDING = (("在建", "前期|储备|筹建|未开工|停工|竣工|建成"), ("续建", "新开工|新建"), ("存量|结转", "新增"))


def after_of_which(sentence, numbers):
    """A whole and what follows 其中 or stands in the brackets behind it."""
    found = []
    for place, whole in enumerate(numbers[:-1]):
        opening = _opening(sentence, whole, numbers[place + 1])
        if not opening or whole.hedge or is_change(whole):
            continue
        parts = _parts(sentence, whole, numbers[place + 1 :], opening)
        if state(whole) == "done" and opening != "(":
            parts = parts[: next((i for i, part in enumerate(parts) if state(part) == "ongoing"), len(parts))]
        if len(parts) < 2 or any(part.hedge for part in parts):
            continue
        if relation := _partition(sentence, whole, parts, opening):
            if not relation.holds:
                relation = _in_full(whole, numbers, parts) or _of_another(relation, numbers[:place], parts)
            found.append(relation)
    return found


def _in_full(whole, numbers, parts):
    """The sum with what goes on behind the list in other words (，在部门之间流转710件), where that makes it right."""
    following = [n for n in numbers[numbers.index(parts[-1]) + 1 :] if n.unit == whole.unit]
    for stop in range(1, min(len(following), 3) + 1):
        more = following[:stop]
        if not any(n.hedge or is_change(n) for n in more) and sum(n.amount for n in [*parts, *more]) == whole.amount:
            return sum_relation(whole, [*parts, *more])
    return None


def _of_another(relation, before, parts):
    """The sum of the parts to a number farther back, where that one is right: 共64件，办结51件，其中…."""
    exact = sum(part.amount for part in parts)
    others = [n for n in before if n.unit == parts[0].unit and not n.hedge and not is_change(n)]
    nearest = min([relation.derived, *others], key=lambda n: abs(n.amount - exact))
    return relation if nearest is relation.derived else sum_relation(nearest, parts)


def parts_of_last(sentence, numbers, earlier):
    """其中 or 从…看 at a sentence's beginning: the parts of the whole in the sentence before."""
    if len(numbers) < 2:
        return []
    match = PARTS_FOLLOW.match(numbers[0].before)
    if not match:
        return _parts_of_named(sentence, numbers, earlier)
    wholes = [n for n in earlier if n.unit == numbers[0].unit and not n.hedge and not is_change(n) and not state(n)]
    wholes = [n for n in wholes if n.amount >= numbers[0].amount]
    if not wholes:
        return []
    whole = next((n for n in wholes if words.WHOLE.search(n.before[-10:])), wholes[-1])
    parts = _parts(sentence, whole, numbers, match[0])
    if len(parts) < 2 or any(part.hedge for part in parts):
        return []
    relation = _partition(sentence, whole, parts, "其中")
    return [relation] if relation else []


def _parts_of_named(sentence, numbers, earlier):
    """项目协议中，产业类19份、科技类6份、人才类3份: the parts of the number named so in the sentence before."""
    match = OF_NAMED.match(numbers[0].before)
    named = [n for n in earlier if match and n.unit == numbers[0].unit and not n.hedge and not is_change(n)]
    named = [n for n in named if f"{n.lead}{n.tail}".endswith(match["name"]) and n.amount >= numbers[0].amount]
    if len(named) != 1:
        return []
    parts = _parts(sentence, named[0], numbers, "其中")
    if len(parts) < 2 or any(part.hedge for part in parts):
        return []
    relation = _partition(sentence, named[0], parts, "其中")
    return [relation] if relation else []


def _opening(sentence, whole, following):
    """How the parts are introduced: 其中, a colon, brackets, 包括; empty when they are not."""
    between = without_brackets(sentence.between(whole, following))
    if re.match(r"^[^，,。；;：:（(]{0,16}[（(](?:其中)?[：:]?", between):
        return "(" if "）" not in between and ")" not in between else ""
    if re.match(r"^[^，,。；;：:]{0,10}[，,](?:从|按|分|就)[^，,。；;\d]{1,12}(?:看|分|划分|统计)[，,：:]", between):
        return "其中"
    if re.match(r"^[^，,。；;：:]{0,14}(?:中|里|当中|之中)[，,：:]", between):
        return "其中"
    if re.match(r"^[^，,。；;：:]{0,14}中(?:，)?(?:目前)?(?:亮|有)?[蓝绿黄红]灯", between):
        return "其中"
    if re.match(r"^[^，,。；;：:]{0,10}[，,]?(?:分为|分布在|由)", between):
        return "分为"
    if re.match(r"^[^，,。；;：:]{0,10}[，,]分别(?:为|是)$", between):
        return "即"
    if re.match(r"^[^，,。；;：:（(]{0,14}[，,][^，,、；;。：:（(]{1,10}$", between) and (
        "其中" not in between and "、" in following.after[:8]
    ):
        return "，"
    if "其中" in between and not re.search(r"其中[^，,]*[，,；;]", between):
        return "其中"
    if re.match(r"^[^，,。；;：:]{0,16}[：:]", between):
        return ":"
    if re.match(r"^[^，,。；;：:]{0,16}[，,]?(?:包括|分别为|分别是|即)", between):
        return "即" if "包括" not in between else "包括"
    return ""


def _parts(sentence, whole, following, opening):
    """The numbers of the list: same unit as the whole, up to a sum word, a remainder's end, the bracket's end."""
    parts, closed_by_comma, joined = [], False, False
    start, depth = whole, depth_of(sentence, following[0])
    for number in following:
        if opening != "(" and depth_of(sentence, number) > depth:
            continue  # 正在办理6件（逾期5件）: said of the part before it
        between = sentence.between(start, number)
        if opening != "(":
            between = without_brackets(between)
        if opening == "(" and parts and re.search(r"[）)]", between) and not _is_note(between):
            break
        if parts and (
            "其中" in between
            or re.search(r"[；;]", between)
            and (OF_ONE.search(between) or not _is_listed(between) or joined)
        ):
            break
        if number.unit != whole.unit:
            start = number if not re.search(r"[；;]", between) else start
            continue
        if parts and _is_inside(sentence, parts[-1], number):
            start = number
            continue
        if is_change(number) or words.SUM_WORD.search(number.before):
            break
        if (number.amount > whole.amount and parts) or (closed_by_comma and re.search(r"[，,]", between)):
            break
        if len(parts) == 1 and start is parts[0]:
            closed_by_comma = "、" in between and not re.search(r"[，,]", re.sub(r"[（(][^（()）]*[)）]", "", between))
        joined = bool(parts) and "、" in between and not re.search(r"[；;]", between)  # then ； ends the list
        parts.append(number)
        start = number
    return parts


def _is_inside(sentence, part, number):
    """Whether the number is said of the part before it: 35个项目中，甲、乙等15个."""
    within = re.match(r"^[^，,；;。、]{0,14}中", part.after)
    return bool(within) and sentence.segment_of(part) == sentence.segment_of(number)


def _is_note(between):
    return bool(re.match(r"^[^）)]*[（(]", between))


def _is_listed(between):
    """Whether no more than a name stands between two numbers of a list, shares and changes left out."""
    return len(re.sub(r"[，,（(][^，,；;]*?[\d.]+(?:%|个百分点)[）)]?", "", between)) <= 16


def _partition(sentence, whole, parts, opening):
    """The relation when the parts claim to be the whole; None when they may overlap or leave something out."""
    if any(words.REMAINDER.search(part.lead) and not _is_one_of(part, parts) for part in parts):
        return None
    near = abs(whole.amount - sum(part.amount for part in parts)) <= whole.amount / NEAR_PAIR
    if len(parts) == 2 and state(parts[1]) == "ongoing" and near:
        return sum_relation(whole, parts, derived=parts[1])
    lights = "".join(part.lead + part.tail for part in parts)
    by_rank = len(parts) > 1 and all(BY_RANK.search(part.lead + part.tail) for part in parts)
    by_rank = by_rank or len(parts) == 2 and _is_built_or_to_be(parts) and near
    by_rank = by_rank or (
        len(parts) == 2
        and sum(bool(IN_TIME.search(part.lead)) for part in parts) == 1
        and sum(bool(TOO_LATE.search(part.lead)) for part in parts) == 1
    )
    if any(overlaps(part) for part in parts) and not by_rank and not ("绿灯" in lights and "红灯" in lights):
        return None
    if any(part.amount >= whole.amount for part in parts) or any(_is_goal_inside(part) for part in (whole, *parts)):
        return None
    exact = sum(part.amount for part in parts)
    many = len(parts) > 2
    if opening == "，" and not (many and _alike(parts) and abs(exact - whole.amount) * NEAR_PAIR <= whole.amount):
        return None
    states = state(parts[0]) == "done" and any(state(part) == "ongoing" for part in parts[1:])
    short = whole.amount - exact
    if short > 0 and not states and words.STATUS.search(lights):
        return None  # what goes badly is often left unsaid
    by_one = short == whole.step and short * 10 <= whole.amount
    claims = states or opening == "即" or by_one or short <= whole.amount / (NEAR_MANY if many else NEAR_PAIR)
    if opening == ":" and len(parts) > 2:
        claims = True
    too_much = exact - whole.amount > whole.amount / OVER
    over = exact > whole.amount and not (states or ((many or _alike(parts)) and not too_much))
    if not claims or over:
        return None
    return sum_relation(whole, parts, derived=last_state(whole, parts) if states else whole)


def _is_built_or_to_be(parts):
    """Whether the two parts are what is under way and what is not: 在建项目204个，前期项目108个."""
    first, second = (f"{part.lead}{part.tail}" for part in parts)
    return any(
        re.search(one, a) and re.search(other, b)
        for one, other in EXCLUDING
        for a, b in ((first, second), (second, first))
    )


def _is_one_of(part, parts):
    """Whether what is not done is one of several states listed (、尚未启动13项) or reasons, not what remains."""
    return bool(words.REASON.search(part.lead)) or (
        len(parts) > 2 and part.before.startswith("、") and re.search(words.UNDONE, part.lead) is not None
    )


def _is_goal_inside(number):
    """Whether the number is the goal inside 完成任务132.63亿元的90.8%."""
    return bool(re.match(r"的\s*(?:\d|百分之|$)", number.after) and number.after[:1] == "的")


def _alike(parts):
    """Whether the parts are named alike: the same noun behind or before their numbers."""
    names = [part.tail or part.lead for part in parts]
    return all(name[-2:] == names[0][-2:] for name in names) or all(not part.tail for part in parts)
