"""Small normalisations of what people type into cells."""

import re
import unicodedata
from functools import lru_cache

_BLANKS = re.compile(r"[\s\u3000\xa0\u200b-\u200f\u2060\ufeff]+")
_BRACKETS = str.maketrans("〔［【｛[{〕］】｝]}", "(((((())))))")
EMPTY = {"", "-", "--", "—", "——", "———", "/", "\\", "无", "、", "..", "…", "……", "N/A", "n/a"}
DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}


@lru_cache(maxsize=20_000)  # ledgers repeat their words
def squeeze(text: str) -> str:
    """Return the text half-width (NFKC), one kind of brackets, without any blank or line break."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text)).translate(_BRACKETS)


_UNTIDY = re.compile("[\\s\u3000\xa0\u200b-\u200f\u2060\ufeff]")


def tidy(text: str) -> str:
    """Return text as it may be stored: each line trimmed, invisible characters and empty lines gone."""
    if not _UNTIDY.search(text):
        return text
    lines = (re.sub(r"[ \t\u3000\xa0]+", " ", line).strip() for line in re.split(r"\r\n|\r|\n", text))
    return "\n".join(re.sub("[\u200b-\u200f\u2060\ufeff]", "", line) for line in lines if line)


def is_empty(text: str) -> bool:
    return squeeze(text) in EMPTY


def chinese_number(text: str) -> int | None:
    """Return the value of 十一, 二十, 一千二百 or 12; None for anything else."""
    if text.isascii() and text.isdigit():
        return int(text)
    if not text or any(char not in DIGITS and char not in "十百千" for char in text):
        return None
    total, digit = 0, None
    for char in text:
        if char in DIGITS:
            digit = DIGITS[char] if digit is None else digit * 10 + DIGITS[char]
        else:
            total += (1 if digit is None else digit) * {"十": 10, "百": 100, "千": 1000}[char]
            digit = None
    return total + (digit or 0)
