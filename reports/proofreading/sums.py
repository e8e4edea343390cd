"""Sums and remainders in running text: every way of stating them, sentence by sentence."""

from reports.proofreading.averages import find_averages
from reports.proofreading.closings import find_closings
from reports.proofreading.exclusive import find_exclusive
from reports.proofreading.numbers import PERCENT, POINTS, TIMES
from reports.proofreading.parts import after_of_which, parts_of_last
from reports.proofreading.recaps import find_recaps
from reports.proofreading.relations import Relation
from reports.proofreading.running import find_running
from reports.proofreading.states import states_of
from reports.proofreading.totals import totals_behind

RELATIVE = (PERCENT, POINTS, TIMES)


def find_sums(page) -> list[Relation]:
    """Every sum and remainder of the text, holding or not."""
    relations = []
    sentences = page.sentences
    for place, sentence in enumerate(sentences):
        plain = [n for n in sentence.numbers if n.unit not in RELATIVE]
        before = sentences[place - 1] if place and sentences[place - 1].line == sentence.line else None
        earlier = [n for n in before.numbers if n.unit not in RELATIVE] if before else []
        first = len(relations)
        relations += after_of_which(sentence, plain)
        relations += parts_of_last(sentence, plain, earlier)
        relations += find_recaps(sentence)
        relations += [r for r in totals_behind(sentence, plain) if r.derived not in _wholes(relations[first:])]
        relations += states_of(sentence, plain, earlier, relations[first:])
        further = [
            *find_closings(sentence, before),
            *find_exclusive(sentence, plain, earlier),
            *find_running(sentence, plain, earlier),
        ]
        relations += [r for r in further if not _is_told(r, relations[first:])] + find_averages(sentence, earlier)
    return relations


def _is_told(relation, others):
    """Whether another relation already ties the same numbers, or the same result to others."""
    return any(set(relation.numbers) <= set(r.numbers) or r.derived is relation.derived for r in others)


def _wholes(relations):
    return {relation.derived for relation in relations if relation.kind == "sum"}
