"""Numbers with their units: 1.2亿元 for an indicator in 万元, 万人 for 人; what cannot be converted is said."""

import re
from dataclasses import dataclass
from decimal import Decimal

from common.ledgers.money import SCALES, TRADITIONAL, read_amount
from common.ledgers.sheets import as_text
from common.ledgers.words import is_empty, squeeze

_SCALED = re.compile(rf"^(?P<scale>{'|'.join(SCALES)})(?P<base>[一-龥]+)$")
_SAME = (  # units of one thing: how many of the first one of each is
    {"平方米": Decimal(1), "亩": Decimal(2000) / 3, "公顷": Decimal(10_000), "平方公里": Decimal(1_000_000)},
    {"公斤": Decimal(1), "千克": Decimal(1), "吨": Decimal(1000)},
    {"米": Decimal(1), "公里": Decimal(1000), "千米": Decimal(1000)},
    {"千瓦时": Decimal(1), "度": Decimal(1)},
    {"天": Decimal(1), "日": Decimal(1)},
    {"人": Decimal(1), "人次": Decimal(1), "名": Decimal(1)},
    {"个": Decimal(1), "家": Decimal(1), "项": Decimal(1), "件": Decimal(1), "户": Decimal(1)},
    {"%": Decimal(1), "百分比": Decimal(1), "‰": Decimal("0.1")},
)
_UNIT = re.compile(
    rf"^(?:{'|'.join(SCALES)})?(?:元|美元|欧元|港元|日元|人民币|平方米|平方公里|公顷|亩|吨|公斤|千克|公里|千米|米|千瓦时|度|人次"
    r"|个方面|人|名|户|个|家|项|件|条|批|次|期|天|日|月|年|套|台|辆|篇|份|处|座|所|株|头|只|场|张|倍|位|百分点|个百分点)$|^[%‰]$"
)
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+"
_BEFORE = r"(?:约|近|超过?|突破|达到?|不少于|不低于|大概|≥|>|~|\+)*"
_AFTER = r"(?:以上|左右|多|余|\+)*"
_WRITTEN = re.compile(
    rf"^(?P<before>{_BEFORE})(?P<minus>-)?(?P<number>{_NUMBER})(?P<more>余|多)?(?P<unit>[^\d]*?)(?P<after>{_AFTER})$"
)
_NEGATIVE = re.compile(rf"^\((?P<number>{_NUMBER})\)$")
_LATER = re.compile(r"^(?:待|未|暂|尚|不详|保密|没有|见|另行|缺).*$")


@dataclass(frozen=True)
class ReadNumber:
    """A cell's number in the unit asked for; None where there is none. ``doubt`` is said beside it."""

    value: Decimal | None
    doubt: str = ""


def is_unit(text: str) -> bool:
    """Whether the words are a unit of measure: 亿元, 万人, %."""
    return bool(_UNIT.match(squeeze(text)))


def factor(of: str, to: str) -> Decimal | None:
    """Return how many ``to`` one ``of`` is; None where they measure different things."""
    of, to = (squeeze(unit).translate(TRADITIONAL).removeprefix("人民币") or "元" for unit in (of, to))
    if of == to:
        return Decimal(1)
    (scale, base), (other_scale, other) = _parts(of), _parts(to)
    if base != other:
        group = next((group for group in _SAME if base in group and other in group), None)
        if group is None:
            return None
        scale, other_scale = scale * group[base], other_scale * group[other]
    return Decimal(scale) / Decimal(other_scale)


def _parts(unit: str) -> tuple[Decimal, str]:
    if any(unit in group for group in _SAME):
        return Decimal(1), unit
    match = _SCALED.match(unit)
    return (Decimal(SCALES[match["scale"]]), match["base"]) if match else (Decimal(1), unit)


def unit_in(header: str) -> str:
    """Return the unit that a header names in brackets, its last level first (产值(亿元)); "" where it names none."""
    for level in reversed(squeeze(header).split("/")):
        for words in re.findall(r"\(([^()]*)\)", level):
            words = re.sub("^(?:计量)?单位:?", "", words)
            if is_unit(words):
                return words
        if is_unit(level):
            return level
    return ""


def read_number(value, *, unit: str, given: str = "", is_percent_cell: bool = False) -> ReadNumber:
    """Return the cell's number in ``unit``; a bare one is in ``given``, where the column names a unit.

    Raises ValueError in one sentence for text, a range, another thing's unit.
    """
    if isinstance(value, bool):
        raise ValueError("这一格应为数。")
    if isinstance(value, int | float):
        number = Decimal(repr(value)) if value == value and abs(value) < 1e15 else None
        if number is None:
            raise ValueError(f"“{value}”不是数。")
        if is_percent_cell:
            return ReadNumber(_converted(number * 100, "%", unit, as_text(value)))
        return ReadNumber(_converted(number, given or unit, unit, as_text(value)))
    text = squeeze(as_text(value)).translate(TRADITIONAL).replace("－", "-").replace("−", "-")
    text = re.sub("['’‘\"“”]", "", text)
    if is_empty(text):
        return ReadNumber(None)
    if _LATER.match(text) and not re.search(r"\d", text):
        return ReadNumber(None, f"“{text[:20]}”不是数，这一格按空着导入。")
    if match := _NEGATIVE.match(text):
        return ReadNumber(-_converted(Decimal(match["number"].replace(",", "")), given or unit, unit, text))
    match = _WRITTEN.match(re.sub(r"(?<=.)\([^()]*[一-龥][^()]*\)$", "", text))
    if match is None:
        return _money(text, unit, given)
    number = Decimal(match["number"].replace(",", ""))
    own = match["unit"]
    if own in SCALES:  # 1.2亿: the scale of what the column or the indicator measures
        own += _parts(given or unit)[1]
    doubt = match["before"] or match["more"] or match["after"]
    value = _converted(-number if match["minus"] else number, own or given or unit, unit, text)
    return ReadNumber(value, f"“{text[:20]}”按 {value.normalize():f} {unit} 导入，请核对。" if doubt else "")


def _money(text: str, unit: str, given: str) -> ReadNumber:
    """Amounts in words or of several parts: 2亿5000万元."""
    if "元" in unit:
        read = read_amount(text)
        if read.wan is not None and read.currency == "CNY" and read.comparator != "range" and read.percent is None:
            return ReadNumber(_converted(read.wan, "万元", unit, text))
    raise ValueError(f"“{text[:20]}”不是数，请只填数字，如 1234.5；没有数据的留空。")


def _converted(number: Decimal, of: str, to: str, text: str) -> Decimal:
    times = factor(of, to) if to else Decimal(SCALES.get(of, 1))
    if times is None:
        raise ValueError(f"“{text[:20]}”的单位是{of}，指标的计量单位是{to}，不能换算。")
    return number * times
