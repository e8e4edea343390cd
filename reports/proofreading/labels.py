"""The names of values listed apart from them: 甲、乙、丙分别为14个、9个和21个."""

import re

from reports.proofreading.levels import without_brackets
from reports.proofreading.numbers import Number

RESPECTIVELY = re.compile(
    r"分别(?:新开工|新签约|新增|签约|完成|到位|办结|为|是|达到|达|有|引进|实现|占|增长|下降)?[^，,。；;：:、\d]{0,6}(?=\d)"
)


def respective_runs(sentence) -> list[tuple[str, list[Number]]]:
    """(the words before 分别, the values behind it) of every such list in the sentence."""
    found = []
    for match in RESPECTIVELY.finditer(sentence.text):
        begin = sentence.start + match.end()
        values = [n for n in sentence.numbers if n.start >= begin]
        if not values or values[0].start != begin:
            continue
        run = [values[0]]
        for this, following in zip(values, values[1:], strict=False):
            if not re.fullmatch("[、和及与]", sentence.between(this, following)):
                break
            run.append(following)
        head = sentence.text[: match.start()]
        found.append((re.split(r"[，,。；;：:]", without_brackets(head))[-1], run))
    return found


def labels_of(sentence) -> dict[Number, str]:
    """The name of every value of such a list that has as many names as values."""
    labels = {}
    for chunk, run in respective_runs(sentence):
        names = re.split("、|以及|和|与|及", re.sub("^(?:其中|今年以来|前三季度|目前)", "", chunk))
        if len(names) == len(run):
            labels |= {number: name.strip() for number, name in zip(run, names, strict=True)}
    return labels
