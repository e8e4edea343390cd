"""What a number stands for among others: a level or a change, a state of a whole, a part that may overlap."""

import re
from functools import lru_cache

from reports.proofreading import words
from reports.proofreading.numbers import Number


def without_brackets(text: str) -> str:
    """The text without what stands in brackets: 县（市、区） → 县."""
    while (shorter := re.sub(r"[（(][^（()）]*[)）]", "", text)) != text:
        text = shorter
    return text


def is_change(number: Number) -> bool:
    """Whether the number is a change (增加30项) or a target, not a level."""
    return _speaks_of_change(number.lead)


@lru_cache(maxsize=4096)
def _speaks_of_change(lead):
    return bool(words.CHANGE.search(lead) or words.NEUTRAL.search(lead))


def state(number: Number) -> str:
    """done, ongoing, idle or rest by the words around the number; empty when they name no state."""
    return _state_said(number.lead, number.tail)


@lru_cache(maxsize=4096)
def _state_said(lead, tail):
    if words.LATE.search(lead):
        return ""
    if words.REMAINDER.search(lead) and not words.REASON.search(lead):
        return "rest"
    if words.NOT_STARTED.search(lead) or words.NOT_STARTED_AFTER.match(tail):
        return "idle"
    if words.ONGOING.search(lead) or words.ONGOING_AFTER.match(tail):
        return "ongoing"
    if words.DONE.search(lead) or words.DONE_AFTER.match(tail):
        return "done"
    return ""


def last_state(whole, parts):
    """What is still running follows from the whole and what is done; the whole where there are more states."""
    return parts[1] if len(parts) == 2 else whole


def overlaps(part: Number) -> bool:
    """Whether the part may share members with others: a stage passed, a threshold, what lags."""
    if re.search(r"(?:类|型|方面|领域|行业|产业)(?:项目|企业|问题|任务)?$", part.lead):
        return False
    return bool(words.STAGE.search(part.lead) or words.OVERLAP.search(part.lead)) or bool(
        words.OVERLAP.search(part.tail[:8])
    )


def depth_of(sentence, number: Number) -> int:
    """How many brackets are open before the number."""
    before = sentence.text[: number.start - sentence.start]
    return len(re.findall("[（(]", before)) - len(re.findall("[）)]", before))
