"""Quantities in running text: value, unit and comparator of 不少于200个, 30余家, 1—2家, 95%以上."""

import re
from dataclasses import dataclass
from decimal import Decimal

from .wording import chinese_number

_SCALE = r"(?:万亿|百万|千万|亿|万|千)?"
_UNITS = (
    "微克/立方米|毫克/立方米|毫克/升|吨标准煤|平方公里|平方千米|平方米|立方米|千瓦时|千伏安|兆瓦时|兆瓦|吉瓦|千瓦|公里|千米|公顷|美元|欧元|人民币|标准箱|标箱|人次|人天|人|"
    "个百分点|个工作日|工作日|个小时|小时|分钟|个月|户次|家次|场次|批次|课时|车次|列次|班次|"
    "元|亩|户|个|家|座|处|项|件|条|米|吨|辆|台|套|张|所|名|对|批|次|场|期|类|种|株|头|只|班|床|天|倍|支|部|篇|起|款|幢|栋|列|艘|盏|宗|门|间|%|‰|度"
)
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_PRE = (
    "不少于|不低于|不小于|不得少于|不得低于|至少|不超过|不高于|不多于|不大于|不突破|控制在|压缩至|压减至|降至|降到"
    "|超过|突破|大于|多于|高于|低于|少于|小于|大约|约|超"
)
_FIGURE = re.compile(
    rf"(?P<pre>(?:{_PRE})(?:到)?)?\s*(?P<neutral>稳定在|保持在|达到|提高到|提升到|提高至|提升至|增加到|增加至|扩大到|达|到|至|为)?\s*"
    rf"(?P<pre2>{_PRE})?\s*"
    rf"(?P<value>{_NUMBER})(?P<more1>余|多)?"
    rf"(?:(?P<u0>{_SCALE}(?:{_UNITS}))?(?:—|-|至|到)(?P<to>{_NUMBER}))?"
    rf"(?P<unit>{_SCALE}(?:{_UNITS})|(?:万亿|亿|万)(?![一-龥]))(?P<more2>余|多(?!种|样|元|层|方|项))?"
    r"(?P<post>及以上|(?:或)?以上|以内|之内|及以下|以下|左右|上下)?"
)  # fmt: skip
_WORDED = re.compile(
    rf"(?P<pre>{_PRE})(?P<value>[一二三四五六七八九十百千两]+)(?P<unit>{_SCALE}(?:{_UNITS}))(?P<post>及以上|以上|以内|以下|左右)?"
    rf"|(?P<value2>[一二三四五六七八九十百千两]+)(?P<unit2>{_SCALE}(?:{_UNITS}))(?P<post2>及以上|以上|以内|以下|左右)"
)
_AT_LEAST = ("不少于", "不低于", "不小于", "不得少于", "不得低于", "至少")
_AT_MOST = ("不超过", "不高于", "不多于", "不大于", "不突破", "控制在", "压缩至", "压减至", "降至", "降到")
_ABOVE = ("超过", "突破", "大于", "多于", "高于", "超")
_BELOW = ("低于", "少于", "小于")


@dataclass(frozen=True)
class Quantity:
    """A number with its unit in a text; `explicit` is True when the words compare (不少于, 以上, 左右)."""

    start: int
    number: int
    end: int
    comparator: str
    value: Decimal
    value_to: Decimal | None
    unit: str
    explicit: bool


def quantities(visible, start, end):
    """Quantities of `visible[start:end]` in order; numbers that run on from letters or digits are none."""
    found = []
    for match in _FIGURE.finditer(visible, start, end):
        number = match.start("value")
        before = visible[number - 1] if number else ""
        if before and (before.isascii() and before.isalnum() or before in ".+-—第"):
            continue
        if match["to"] and match["u0"] and match["u0"] != match["unit"]:
            continue
        found.append(_quantity(match, match["value"], match["unit"], number))
    for match in _WORDED.finditer(visible, start, end):
        value = match["value"] or match["value2"]
        number = match.start("value") if match["value"] else match.start("value2")
        if number and visible[number - 1] in "第每":
            continue
        if chinese_number(value) is not None and not any(
            q.start < match.end() and match.start() < q.end for q in found
        ):
            found.append(_worded(match, value, number))
    return sorted(found, key=lambda quantity: quantity.start)


def _quantity(match, value, unit, number):
    pre = match["pre"] or match["pre2"] or ""
    post = match["post"] or ""
    more = match["more1"] or match["more2"] or ""
    return Quantity(
        match.start(), number, match.end(),
        "range" if match["to"] else _comparator(pre, post, more),
        Decimal(value.replace(",", "")),
        Decimal(match["to"].replace(",", "")) if match["to"] else None,
        unit,
        bool(pre or post or more or match["to"] or match["neutral"] not in (None, "为", "至", "到")),
    )  # fmt: skip


def _worded(match, value, number):
    post = match["post"] or match["post2"] or ""
    unit = match["unit"] or match["unit2"]
    comparator = _comparator(match["pre"] or "", post, "")
    return Quantity(match.start(), number, match.end(), comparator, Decimal(chinese_number(value)), None, unit, True)


def _comparator(pre, post, more):
    if post in ("左右", "上下") or pre in ("约", "大约"):
        return "~"
    for words, sign in ((_AT_LEAST, ">="), (_AT_MOST, "<="), (_ABOVE, ">"), (_BELOW, "<")):
        if pre in words:
            return sign
    if post.endswith("以上"):
        return ">="
    if post:
        return "<="
    return ">" if more else "="
