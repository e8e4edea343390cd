"""What closes a list behind 分别: 甲、乙、丙、丁分别为14个、9个、21个和17个，四县合计61个."""

import re
from decimal import Decimal

from reports.proofreading.labels import respective_runs
from reports.proofreading.levels import is_change, without_brackets
from reports.proofreading.numbers import PERCENT, POINTS, TIMES, Number
from reports.proofreading.numerals import HAN, han_text, han_value
from reports.proofreading.relations import Relation, Span, sum_relation

TOTAL = re.compile(r"(?P<word>共计|合计|总计|一共|总共|共|累计)(?:[^，,。；;\d共累]{0,8})$")
BY_NUMBER = re.compile(
    rf"^[^，,。；;]{{0,12}}[，,](?:以上|上述|这|前)?(?P<number>\d{{1,2}}|{HAN})"
    r"(?:个)?(?:月|季度|年|县市区|县区|县|市|区|家|地|者|项|部门|单位|方面|批次|园区|平台)(?:份)?(?:共|合计|总|累计|一共)"
)
FIRST_PERIOD = re.compile(r"一季度|(?<!\d)1月份?|上半年|首批|第一批")


def find_recaps(sentence) -> list[Relation]:
    """The sum of each list behind 分别, and how many members its closing words say it has."""
    found = []
    for chunk, run in respective_runs(sentence):
        is_summable = run[0].unit not in (PERCENT, POINTS, TIMES) and len({n.unit for n in run}) == 1
        if len(run) < 2 or not is_summable or any(n.hedge or is_change(n) for n in run):
            continue
        total = next((n for n in sentence.numbers if n.start > run[-1].start and n.unit == run[0].unit), None)
        if total is None or total.hedge:
            continue
        between = without_brackets(sentence.between(run[-1], total))
        match = TOTAL.search(between)
        if not match or len(between) > 30 or re.search(r"其中|其余|[；;]", between):
            continue
        stated = BY_NUMBER.match(between)
        if stated:
            found.append(_members(sentence, run, stated["number"]))
        if stated or match["word"] != "累计" or FIRST_PERIOD.search(chunk):
            found.append(sum_relation(total, run))
    return found


def _members(sentence, run: list[Number], written: str) -> Relation:
    value = Decimal(written) if written.isdigit() else han_value(written)
    start = sentence.start + sentence.text.index(written, run[-1].stop - sentence.start)
    expected = str(len(run)) if written.isdigit() else han_text(Decimal(len(run)))
    relation = Relation("count", (), None, lambda _: value == len(run), lambda _: None)
    relation.span = Span(start, start + len(written), written, expected, f"前面列出{len(run)}个数", expected)
    return relation
