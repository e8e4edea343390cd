"""Numbers at the head of a paragraph: 一、 (一) 1. 1、 (1) ① 第三条 2.1."""

import re
from dataclasses import dataclass

from .wording import CN_NUMBER, chinese_number, fold

# Outermost first: a style further down the list stands under one further up.
# "plain" is a paragraph without a number that names its owners under a Word heading without a number.
STYLES = (
    *("part", "division", "h1", "cn", "h2", "cn_paren", "h3"),
    *("plain", "article", "num", "dotted", "num_paren", "circled"),
)
_RANK = {style: rank for rank, style in enumerate(STYLES)}
_CN = rf"[{CN_NUMBER}]{{1,4}}"
_FORMS = [
    ("part", re.compile(rf"第(?:{_CN}|\d{{1,2}})(?:章|部分|篇|编)")),
    ("division", re.compile(rf"第(?:{_CN}|\d{{1,2}})节")),
    ("article", re.compile(rf"第(?:{_CN}|\d{{1,3}})条")),
    ("cn", re.compile(rf"(?P<no>{_CN})\s*[、.,](?!\d)")),
    ("cn_paren", re.compile(rf"\(\s*(?P<no>{_CN})\s*\)\s*[、.]?")),
    ("cn_paren", re.compile(rf"(?P<no>{_CN})\)\s*[、.]?")),
    ("dotted", re.compile(r"(?P<no>\d{1,2}(?:\.\d{1,2}){1,2})(?:[、.\s]|(?=[\u4e00-\u9fff“《]))(?![\d%])")),
    ("num", re.compile(r"(?P<no>\d{1,3})\s*(?:[、.](?!\d)|[、.](?=20\d\d年|\d{1,2}月|5G)|\s(?=[\u4e00-\u9fff“]{2}))")),
    ("num_paren", re.compile(r"\(\s*(?P<no>\d{1,3})\s*\)\s*[、.]?")),
    ("num_paren", re.compile(r"(?P<no>\d{1,3})\)\s*[、.]?")),
    ("circled", re.compile(r"(?P<no>[①-⑳⑴-⒇⒈-⒛])\s*[、.]?")),
]
_MEASURE = re.compile(r"\d+(?:\.\d+)?\s*(?:个|家|项|万|亿|%|年|月|日|公里|平方|米|吨|户|人|座|条|件|倍|元|亩|千)")


@dataclass(frozen=True)
class Marker:
    """A paragraph's number: its style, the number as the plan's output shows it, its value, its length."""

    style: str
    no: str
    value: int | None
    length: int

    @property
    def rank(self):
        return rank_of(self.style)


def rank_of(style):
    return _RANK[style]


def read_marker(text):
    """The Marker at the start of a paragraph, or None."""
    folded = fold(text)
    lead = len(folded) - len(folded.lstrip(" "))
    for style, form in _FORMS:
        match = form.match(folded, lead)
        if not match:
            continue
        if style in ("num", "dotted") and _MEASURE.match(folded, lead) and not re.match(r"\d+\s*[、.]", folded[lead:]):
            continue
        if style == "dotted" and _MEASURE.match(folded, lead):
            continue
        number = match["no"] if "no" in form.groupindex else match.group()
        return Marker(style, _shown(style, number), _value(style, number), match.end())
    return None


def _shown(style, number):
    if style in ("cn_paren", "num_paren"):
        return f"({number})"
    return number


def _value(style, number):
    if style == "circled":
        for first in "①⑴⒈":
            if 0 <= ord(number) - ord(first) < 20:
                return ord(number) - ord(first) + 1
    if style == "dotted":
        return int(number.rsplit(".", 1)[1])
    digits = re.sub("[第章节条部分篇编]", "", number)
    return chinese_number(digits)
