"""Running ledgers: 1—10月118个、11月13个、1—11月131个; 年初35个，新增21个，退出6个，年末50个."""

import re

from reports.proofreading.labels import labels_of
from reports.proofreading.levels import is_change
from reports.proofreading.numbers import PERCENT, POINTS, TIMES, Number
from reports.proofreading.relations import Relation, balance_relation, sum_relation

DASH = "[—–\\-~～－至到]+"
SPANS = (  # (words, first month, last month); a group stands for the month written
    (re.compile(rf"(?<!\d)(\d{{1,2}})月?{DASH}(\d{{1,2}})月"), None),
    (re.compile(r"截[至止](?:到)?(?:今年)?(\d{1,2})月(?:份|底|末|\d{1,2}日)?"), 1),
    (re.compile(r"(?:前|头)(\d{1,2}|[一二三四五六七八九十]+)个月"), 1),
    (re.compile(r"(?<![\d—–\-~～至到－])(\d{1,2})月(?:份|当月)?(?!底|末|\d)"), None),
)
NAMED_SPANS = {
    "前三季度": (1, 9),
    "一季度": (1, 3),
    "二季度": (4, 6),
    "三季度": (7, 9),
    "四季度": (10, 12),
    "上半年": (1, 6),
    "下半年": (7, 12),
}
NAMED = re.compile("|".join(NAMED_SPANS))
NET = re.compile(r"(?:净增加?|(?:较|比)[^，,。；;\d]{1,10}增加)(?:了)?$")
OTHER_TIME = re.compile(r"去年|上年|同期|前年|明年|20\d\d年")
FLOW = re.compile(
    r"签约|开工|到位|引进|完成|办结|办理|新增|接待|销号|受理|投产|注册|采用|编发|走访|成交|转化|落地|招商|举办|服务|支出|投入|收到"
)
STOCK = re.compile(r"在建|在库|在册|库存|现有|拥有|余额|存量|储备|结存|逾期|剩余")
OPENING = re.compile(r"(?:年初|期初|上年|上期|上月末|月初|原有|去年底|上年底|上年末)[^，,。；;\d]{0,12}$")
CLOSING = re.compile(
    r"(?:年末|期末|月末|年底|现有|目前|现|截至[^，,。；;]{0,8})[^，,。；;\d]{0,4}(?:在库|结存|结转|库存|在册|在管|余|尚有|实有|有)[^，,。；;\d]{0,8}$"
)
CAME = re.compile(
    r"(?:新增|新入库|新纳入|纳入|调入|转入|入库|新设|新登记|收到|新受理|受理|新收|引进)[^，,。；;\d]{0,8}$"
)
WENT = re.compile(
    r"(?:退出|出库|退库|销号|办结|注销|调出|转出|核销|清退|移出|剔除|化解|流失|转签约|核减|减少|取消)[^，,。；;\d]{0,8}$"
)


def find_running(sentence, numbers: list[Number], earlier: list[Number]) -> list[Relation]:
    """The running totals of one flow over adjoining periods, and openings with what came, went and was left."""
    return [*_periods(sentence, numbers, earlier), *_ledgers(numbers), *_nets(sentence, numbers)]


def _periods(sentence, numbers, earlier):
    labels = labels_of(sentence)
    levels = [n for n in [*earlier, *numbers] if not n.hedge and not is_change(n)]
    spans = {n: span for n in levels if (span := _span(n, labels.get(n)))}
    found = []
    for total, (first, last) in spans.items():
        acts = _acts(total, labels) - {"新增"}
        if first != 1 or total.unit in (PERCENT, POINTS, TIMES) or not acts or STOCK.search(total.lead):
            continue
        kin = [n for n in spans if n.unit == total.unit and n is not total and not STOCK.search(n.lead)]
        kin = sorted((n for n in kin if acts & _acts(n, labels)), key=lambda n: spans[n])
        if len(kin) < 2 or total.sentence is not sentence and all(n.sentence is not sentence for n in kin):
            continue
        tiles = _tiles([n for n in kin if spans[n] != (first, last)], spans, last)
        if tiles and all(_same_of(total, n) for n in tiles):
            found.append(sum_relation(total, tiles))
    return found


def _tiles(numbers, spans, last):
    """Numbers whose periods follow each other from January to `last`, each once; empty where that is not plain."""
    for start in (n for n in numbers if spans[n][0] == 1):
        chain = [start]
        while spans[chain[-1]][1] < last:
            following = [n for n in numbers if spans[n][0] == spans[chain[-1]][1] + 1 and spans[n][1] <= last]
            if len(following) != 1:
                break
            chain += following
        if len(chain) > 1 and spans[chain[-1]][1] == last:
            return chain
    return []


def _acts(number, labels):
    """What the number counts the doing of; behind 分别 that stands before the first value."""
    first = next((n for n in labels if n.sentence is number.sentence), number) if number in labels else number
    return set(FLOW.findall(first.lead))


def _same_of(total, part):
    """Whether nothing restricts one of the two: no other noun or threshold."""
    return not re.search("其中|过亿|以上", total.lead + part.lead)


def _span(number, label=None):
    """(first, last) month that the words right before the number speak of; None where they name none."""
    context = number.sentence.text[: number.start - number.sentence.start] if number.sentence else number.before
    clause = re.split(r"[，,；;：:]", context)
    words = clause[-1] if len(clause) < 2 or re.search("月|季度|半年", clause[-1]) else clause[-2] + clause[-1]
    if (
        number.before
        and len(words) > len(number.before)
        and re.search(r"\d[^月\d]*$", words[: -len(number.before)] or "")
    ):
        words = number.before
    words = label or words
    if OTHER_TIME.search(words):
        return None
    if match := NAMED.search(words):
        return NAMED_SPANS[match[0]]
    for pattern, first in SPANS:
        if match := pattern.search(words):
            months = [int(value) if value.isdigit() else 0 for value in match.groups()]
            start = months[0] if first is None else first
            return (start, months[-1]) if 1 <= start <= months[-1] <= 12 else None
    return None


def _ledgers(numbers):
    """What was there, came, went and is left, of one unit and in that order."""
    found = []
    for opening in numbers:
        if not OPENING.search(opening.lead) or opening.hedge:
            continue
        run = [n for n in numbers if n.unit == opening.unit and n.start > opening.start and not n.hedge]
        closing = next((n for n in run if CLOSING.search(n.lead)), None)
        moves = run[: run.index(closing)] if closing else []
        came, went = ([n for n in moves if words.search(n.lead)] for words in (CAME, WENT))
        if moves and len(came) + len(went) == len(moves) and not any("其中" in n.before for n in moves):
            found.append(balance_relation(opening, came, went, closing))
    return found


def _nets(sentence, numbers):
    """较上月净增7个；本月新增19个，转签约8个，流失4个: a net gain with what came and what went behind it."""
    found = []
    for place, net in enumerate(numbers):
        moves = []
        for number in numbers[place + 1 :]:
            if number.unit != net.unit or number.hedge or not (CAME.search(number.lead) or WENT.search(number.lead)):
                break
            moves.append(number)
        came, went = ([n for n in moves if words.search(n.lead)] for words in (CAME, WENT))
        if not NET.search(net.lead) or net.hedge or not came or not went or len(came) + len(went) != len(moves):
            continue
        if re.search("其中", sentence.between(moves[0], moves[-1])):
            continue
        found.append(balance_relation(came[0], came[1:], went, net))
    return found
