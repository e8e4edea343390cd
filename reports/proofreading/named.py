"""Which figure of this site a number names, read from the words around it. Pure rules; values come later.

`#` stands for the number with its unit. A rule speaks only where the words name the figure in full.
"""

import re
from dataclasses import dataclass
from datetime import date

from reports.proofreading import words
from reports.proofreading.levels import is_change, state
from reports.proofreading.numbers import PERCENT, POINTS, TIMES, Number
from reports.proofreading.statements import period_of, place_of

OPEN = r"(?:^|[，,。；;：:、（( ]|今年以来|截至目前|目前|累计|全市|我市|全年|已|实现|完成|共)"
REGION = r"(?:京津冀(?:地区|区域)?)"
IS = r"(?:共|达|达到|为|有)?"
OVER = r"(?:过|超)亿元"
# (words, unit, key of the city's figure)
RULES = [
    (rf"新开工(?:的)?{REGION}?{OVER}(?:投资)?项目{IS}#", "个", "projects.started.count"),
    (rf"#新开工{REGION}?{OVER}", "个", "projects.started.count"),
    (rf"#{REGION}?{OVER}(?:投资)?项目(?:已|全部)?(?:新)?开工", "个", "projects.started.count"),
    (rf"{OPEN}{REGION}?(?:项目)?到位(?:京津冀)?资金{IS}#", "元", "funds.in_place"),
    (rf"{OPEN}{REGION}?(?:项目)?完成投资{IS}#", "元", "investments.completed"),
    (r"编发(?:《[^》]{0,20}》|情况通报|通报|简报)*(?:共|达)?#", "期", "bulletins.issued"),
    (r"#《?[^，。]{0,12}情况通报", "期", "bulletins.issued"),
    (rf"(?:通报|采用|登载|刊发|刊登)(?:各?单位|各地)?工作动态(?:信息)?(?:累计)?{IS}#", "条", "news.adopted"),
    (r"工作动态[^。；]{0,16}累计(?:采用|通报)?#", "条", "news.adopted"),
    (r"(?:谋划|确定|制定|明确)[^，,。；;]{0,6}#(?:年度)?(?:工作)?要点", "项", "tasks.annual.points"),
    (r"围绕[^。；;]{0,40}#方面[，,][^。；;]{0,8}(?:谋划|确定|制定)[^。；;]{0,10}要点", "个", "tasks.annual.aspects"),
    (r"到位资金[^。；;]{0,12}(?:年度|全年)目标(?:任务)?(?:为|是)?#", "元", "funds.goal"),
    (r"#市直部门(?:和)?(?:、)?单位(?:共同)?(?:分解|承担|认领)", "个", "tasks.annual.organisations"),
    (r"(?:分解|细化)(?:为|成|落实|出)?#(?:年度)?重点任务", "项", "tasks.annual.total"),
    (r"支持政策[^。]{0,20}细化(?:为|成)?#[^，,。；;]{0,4}措施", "条项", "tasks.policy.points"),
    (r"支持政策[^。]{0,60}(?:分解|细化)(?:为|成)#(?:具体)?任务", "项", "tasks.policy.total"),
    (r"全市列入清单的任务(?:共|共计|为)?#", "项", "tasks.all.total"),
    (
        rf"(?:今年以来|全市|今年|截至[^，。]{{0,12}})[，,]?(?:全市|累计|共|已)*签约{REGION}?项目{IS}#",
        "个",
        "projects.signed.count",
    ),
    (r"(?:国企德州行|央企投资发展会)[^。]{0,30}签约(?:重点)?项目#", "个", "projects.signed.count"),
]
RULES = [(re.compile(pattern), unit, key) for pattern, unit, key in RULES]
STATES = {"done": "closed", "ongoing": "under_way"}
MEASURES = [
    (re.compile(r"(?:其中)?逾期(?:的|任务)?(?:有)?$"), "overdue"),
    (re.compile(r"^(?:[，,])?(?:完成率|办结率|销号率)(?:为|达|达到)?$"), "closed_share"),
]
EVENT = re.compile(r"活动|大会|会议|推介会|恳谈会|仪式|峰会|期间|会上|现场|首批|第[一二三四五六七八九十\d]+批")
STATED = re.compile(r"截[至止](?:到)?\s*(?:(20\d\d)年)?(\d{1,2})月(?:(\d{1,2})日)?")
RUNNING = ("bulletins.issued", "news.adopted")  # counted from the first issue on, not by the year
THIS_YEAR = re.compile(r"本年|本月|本期|今年|当年|全年|年内|20\d\d年")
SIGNED_STAGE = re.compile(r"已(注册|开工)(?:项目)?$")
CITY_EVENT = re.compile(r"国企德州行|央企投资发展会")  # the event whose signings are the year's
COUNTY_RULES = [
    (re.compile(rf"到位(?:京津冀)?资金{IS}#"), "元", "funds.in_place"),
    (re.compile(rf"完成(?:京津冀)?(?:项目)?投资{IS}#"), "元", "investments.completed"),
    (
        re.compile(rf"新开工{REGION}?(?:过亿元)?(?:投资)?(?:项目)?{IS}#(?![个项]?（含共同引进)"),
        "个",
        "projects.started.count",
    ),
]
ORGANISATION_RULES = [
    (re.compile(r"(?:承担|牵头|负责)(?:的)?(?:重点|年度)?任务(?:共|数)?#"), "项", "total"),
    (re.compile(r"共承担(?:任务)?#|(?:承担|牵头|负责)#(?:重点|年度)*任务"), "项", "total"),
]
ORGANISATION_STATES = [
    (words.DONE, "项", "done"),
    (re.compile(r"^(?:[，,])?(?:完成率|办结率|销号率)(?:为|达|达到)?$"), PERCENT, "rate"),
]


@dataclass(frozen=True)
class Named:
    """A number and the key of the figure it names; `place` is an organisation's name for its own figures."""

    number: Number
    key: str
    place: str = ""


def named_figures(page, list_names: dict[str, list[str]], as_of: date) -> list[Named]:
    """Every number of the running text that names a figure of this site."""
    found = []
    for sentence in page.sentences:
        subject = ""  # the list (or the signed, started projects) that the sentence speaks of
        for number in sentence.numbers:
            before = sentence.text[: number.start - sentence.start]
            said = before[-60:].replace("#", " ") + "#" + sentence.text[number.stop - sentence.start :][:24]
            if number.hedge or number.unit in (POINTS, TIMES) or is_change(number) or not _is_now(before, as_of):
                continue
            place = {
                name for name in place_of(page, sentence, number) if not re.fullmatch(r"雄安(?:新区)?|朝阳区?", name)
            }
            if place:
                named = _of_place(number, said, next(iter(place)), found) if len(place) == 1 else None
                found += [named] if named else []
                continue
            key = _rule(number, said, before)
            list_key = _of_list(number, before, sentence.text, list_names, subject)
            key = key or list_key
            if key and key.startswith("tasks."):
                subject = key.rpartition(".")[0]
            elif key in ("projects.signed.count", "projects.started.count"):
                subject = key
            elif (
                not key
                and subject.startswith("projects")
                and number.unit == "元"
                and re.search(r"总投资(?:额)?(?:共|达|为)?$", number.lead)
            ):
                key = subject.replace(".count", ".investment")
            elif not key and subject == "projects.signed.count" and number.unit == "个":
                stage = SIGNED_STAGE.search(number.lead)
                key = f"projects.signed.{'registered' if stage[1] == '注册' else 'started'}" if stage else key
            if key:
                found.append(Named(number, key))
    return found


def _is_now(before, as_of):
    """Whether the words before the number speak of the as-of date, not of another period, goal or group."""
    clause = re.split(r"[；;]", before)[-1]
    stated = list(STATED.finditer(clause))
    if stated and not _is_that_day(stated[-1], as_of):
        return False
    period = period_of(clause)
    if not period:
        return True
    kind, _, words_ = period.partition(":")
    if kind == "year":
        return words_.startswith(str(as_of.year))
    if kind == "months":
        return words_.rstrip("月").endswith(str(as_of.month))
    if kind == "single":
        return (
            bool(re.search(r"截[至止][^，。]{0,8}$", clause[: clause.rfind(words_)] + "")) or f"截至{words_}" in clause
        )
    return False


def _is_that_day(stated, as_of):
    """Whether 截至… names the as-of date; a month alone or its end stands for any day of it."""
    year, month, day = (int(part) if part else None for part in stated.groups())
    return year in (None, as_of.year) and month == as_of.month and day in (None, as_of.day)


def _rule(number, said, before):
    if re.search(r"其中[^，,。]{0,20}$", before) and "京津冀" not in before[-20:]:
        return ""
    for pattern, unit, key in RULES:
        if number.unit in unit and pattern.search(said):
            if key in RUNNING and THIS_YEAR.search(before) and "累计" not in before:
                return ""
            at_event = key.startswith(("projects", "funds")) and EVENT.search(before) and not CITY_EVENT.search(before)
            return "" if at_event else key
    return ""


def _of_list(number, before, text, list_names, subject):
    """The state of a task list named in the sentence: 共150项, 已完成96项, 完成率64%."""
    slug = subject.removeprefix("tasks.") if subject.startswith("tasks.") else ""
    for name_slug, names in list_names.items():
        called = "|".join(_called(name) for name in names)
        places = [match.start() for match in re.finditer(called, before)]
        if places and "其中" not in before[max(places) :]:
            slug = name_slug
            if number.unit == "项" and re.search(rf"(?:{called})(?:清单)?(?:共|共计|共有|为|总数)?$", before):
                return f"tasks.{slug}.total"
    if (
        not slug
        or re.search(r"方面[）)]?[，,：:]?[^，。]{0,8}$", before[-20:])
        or re.search(r"\d个方面", text)
        and "最高" in text
    ):
        return ""
    if number.unit == "项" and (measure := STATES.get(state(number))):
        return f"tasks.{slug}.{measure}"
    for pattern, measure in MEASURES:
        unit = PERCENT if measure == "closed_share" else "项"
        if number.unit == unit and pattern.search(number.lead):
            return f"tasks.{slug}.{measure}"
    if number.unit == "个" and re.search(r"涉及$", number.lead) and re.match(r"市直部门", number.tail):
        return f"tasks.{slug}.organisations" if slug != "all" else ""
    return ""


def _called(name):
    """The pattern of a list's name, also without 重点 and with 类 or 的 inside: 支持政策类任务."""
    plain = re.escape(name).replace("重点", "(?:重点)?")
    return re.sub("任务$", "(?:类|的)?任务", plain)


def _of_place(number, said, place, found):
    """An organisation's own figure; what is done of its tasks behind their number, in the same sentence."""
    for pattern, unit, key in COUNTY_RULES:
        if number.unit == unit and pattern.search(said):
            return Named(number, key, place)
    for pattern, unit, measure in ORGANISATION_RULES:
        if number.unit == unit and pattern.search(said):
            return Named(number, f"organisations.*.{measure}", place)
    last = found[-1] if found else None
    if (
        last
        and last.place == place
        and last.number.sentence is number.sentence
        and last.key.startswith("organisations")
    ):
        for pattern, unit, measure in ORGANISATION_STATES:
            if number.unit == unit and pattern.search(number.lead) and state(number) in ("", "done"):
                return Named(number, f"organisations.*.{measure}", place)
    return None
