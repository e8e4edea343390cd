"""Small normalisations of Chinese official text that every reader here shares.

`clean` changes what is stored (digits and letters become half-width); `fold` changes only what the
rules look at and keeps every position, so that a match in the folded text cuts the original.
"""

import re
import unicodedata
from functools import lru_cache

CN_NUMBER = "〇零一二三四五六七八九十百两"

_PUNCTUATION = str.maketrans(
    {
        "（": "(", "〔": "(", "［": "(", "[": "(", "【": "(", "{": "(", "｛": "(",
        "）": ")", "〕": ")", "］": ")", "]": ")", "】": ")", "}": ")", "｝": ")",
        "：": ":", "，": ",", "；": ";", "！": "!", "？": "?", "．": ".", "－": "-", "–": "-", "―": "—",
        "～": "—", "~": "—", "％": "%", "＋": "+", "／": "/", "﹔": ";", "﹕": ":", "︰": ":", "､": "、",
    }
)  # fmt: skip
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad\u202a-\u202e]")
_SPACES = re.compile(r"[\s\u3000\xa0]+")
_CJK = "\u3400-\u9fff〇"
_GAP = re.compile(rf"(?<=[{_CJK}]) (?=[0-9])|(?<=[0-9%]) (?=[{_CJK}])")
_DIGIT_VALUES = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}


def clean(text):
    """`text` with half-width digits and letters, no invisible characters and single spaces.

    Blanks between digits and Chinese characters (2023 年 12 月) are typesetting and go away.
    """
    text = _INVISIBLE.sub("", text)
    text = "".join(_narrow(char) for char in text)
    text = _SPACES.sub(" ", text).strip()
    return _GAP.sub("", text)


def fold(text):
    """`text` with every kind of bracket as (), half-width punctuation and no change of length."""
    return text.translate(_PUNCTUATION)


def compact(text):
    """`fold` without any blank: the form in which names and labels are compared."""
    return _SPACES.sub("", fold(clean(text)))


def _narrow(char):
    if "０" <= char <= "９" or "Ａ" <= char <= "Ｚ" or "ａ" <= char <= "ｚ" or char in "．％":
        return unicodedata.normalize("NFKC", char)
    return char


def chinese_number(text):
    """The value of a Chinese or Arabic whole number below 10000 (二十一 → 21), or None."""
    if text.isdigit() and text.isascii():
        return int(text)
    if not text or any(char not in _DIGIT_VALUES and char not in "十百千" for char in text):
        return None
    if not any(char in "十百千" for char in text):
        return int("".join(str(_DIGIT_VALUES[char]) for char in text))
    total, digit = 0, None
    for char in text:
        if char in "十百千":
            total += (1 if digit is None else digit) * {"十": 10, "百": 100, "千": 1000}[char]
            digit = None
        else:
            digit = _DIGIT_VALUES[char]
    return total + (digit or 0)


def to_chinese(number):
    """一 … 九十九 for 1 … 99 (chapter numbers of headings that carry none)."""
    ones = "〇一二三四五六七八九"
    tens, unit = divmod(number, 10)
    if not tens:
        return ones[unit]
    return ("" if tens == 1 else ones[tens]) + "十" + (ones[unit] if unit else "")


def closing_bracket(folded, start):
    """Position of the bracket that closes the one at `start` of a folded text, or None."""
    return _bracket_pairs(folded).get(start)


@lru_cache(maxsize=16)
def _bracket_pairs(folded):
    """Opening position → closing position; kept for a few texts, as every rule asks about the same one."""
    pairs, opened = {}, []
    for position, char in enumerate(folded):
        if char == "(":
            opened.append(position)
        elif char == ")" and opened:
            pairs[opened.pop()] = position
    return pairs


_NAMED = re.compile(r"《[^》]*》?|〈[^〉]*〉?|“[^”]*”|「[^」]*」|『[^』]*』|\"[^\"]*\"")
_PLAN_PERIOD = re.compile(r"^[“\"「](?:十[一二三四五六七八九]|二十)五[”\"」]$")


def protected_spans(folded):
    """Spans that are names (book titles, quoted campaigns and events): a figure there promises nothing.

    A quoted five-year period (“十四五”) is no name. Round brackets are not covered here.
    """
    return [match.span() for match in _NAMED.finditer(folded) if not _PLAN_PERIOD.match(match.group())]


def bracket_spans(folded):
    """Outermost bracket pairs of a folded text as (start, end) with end after the closing bracket."""
    spans, position = [], 0
    while (start := folded.find("(", position)) != -1:
        end = closing_bracket(folded, start)
        if end is None:
            position = start + 1
            continue
        spans.append((start, end + 1))
        position = end + 1
    return spans


def inside(spans, position):
    """True when `position` lies in one of the spans."""
    return any(start <= position < end for start, end in spans)


def blank_out(text, spans, filler="\x00"):
    """`text` of the same length in which the spans are filled with a character no rule matches."""
    chars = list(text)
    for start, end in spans:
        chars[start:end] = filler * (end - start)
    return "".join(chars)
