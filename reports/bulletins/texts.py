"""Making text safe to set: what a person pasted must neither break a file nor act in it."""

import re
import unicodedata
from collections.abc import Callable
from functools import partial

HALF_TO_FULL = str.maketrans(",;:?!()", "\uff0c\uff1b\uff1a\uff1f\uff01\uff08\uff09")
MARK = re.compile(r"[,;:?!]")
PAIR = re.compile(r"\(([^()]*)\)")


def clean_text(text: str) -> str:
    """The text without control, format (bidirectional, zero-width) and non-characters.

    Line breaks and tabs become blanks: a paragraph of the tree is one paragraph of the document.
    """
    if text.isprintable():
        return text
    kept = []
    for char in text:
        if char in "\t\n\r\v\f\x85\u2028\u2029":
            kept.append(" ")
        elif not _is_unwanted(char):
            kept.append(char)
    return "".join(kept)


def _is_unwanted(char: str) -> bool:
    code = ord(char)
    is_noncharacter = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    return is_noncharacter or unicodedata.category(char) in ("Cc", "Cf", "Cs")


def map_texts(change: Callable[[str], str], value):
    """The JSON value with `change` applied to every text in it (not to keys)."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [map_texts(change, item) for item in value]
    if isinstance(value, dict):
        return {key: map_texts(change, item) for key, item in value.items()}
    return value


def full_width_punctuation(text: str) -> str:
    """The text with half-width marks between Chinese characters in full width, as official texts have them.

    Marks inside numbers, times, addresses and Latin words stay: they have no Chinese neighbour.
    """
    if text.isascii():
        return text
    while (widened := PAIR.sub(partial(_widen_pair, text=text), text)) != text:  # pairs in pairs
        text = widened
    return MARK.sub(partial(_widen_mark, text=text), text)


def _widen_pair(match: re.Match, text: str) -> str:
    around = text[match.start() - 1 : match.start()] + match[1] + text[match.end() : match.end() + 1]
    if not any(_is_chinese(char) for char in around):
        return match[0]
    return match[0][0].translate(HALF_TO_FULL) + match[1] + match[0][-1].translate(HALF_TO_FULL)


def _widen_mark(match: re.Match, text: str) -> str:
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    return match[0].translate(HALF_TO_FULL) if _is_chinese(before) or _is_chinese(after) else match[0]


def _is_chinese(char: str) -> bool:
    """Whether the character (or nothing) is a Han character or a Chinese mark."""
    return bool(char) and (
        "\u3000" <= char <= "\u9fff" or "\uff00" <= char <= "\uffef" or char in "\u201c\u201d\u2018\u2019\u2014\u2026"
    )
