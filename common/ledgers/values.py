"""Percents, statuses and quantities as ledgers write them."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from common.ledgers.sheets import as_text
from common.ledgers.words import is_empty, squeeze

# The words of each status, as people write them; the first group that fits wins.
_STATUSES = (
    ("cancelled", r"^(?:已)?(?:取消|撤销|不再实施)"),
    ("suspended", r"^(?:已)?(?:暂停|中止|停工|暂缓)"),
    ("not_started", r"^(?:暂?未|尚未|没有)(?:启动|开工|开启|开始|开展|实施)|^前期(?:工作|准备)?$|^未动工"),
    (
        "behind",
        r"滞后|欠(?:序时)?进度|未达(?:到)?(?:序时|时限|进度)|慢(?:于)?序时"
        r"|(?:进展|推进|进度)(?:较|比较)?(?:缓慢|慢)",
    ),
    ("ahead", r"^超(?:前|序时|进度|时序)|快于序时"),
    (
        "done",
        r"^(?:已|全部|提前|超额|按期|按时|圆满|全面|如期)*(?:完成|办结|销号|完结|竣工)(?:任务|销号|目标)?(?:$|[,;、(])"
        r"|^超额完成|^提前完成",
    ),
    (
        "on_track",
        r"^(?:按|达|达到|符合|有)?(?:到)?(?:序时|有序|时序)(?:进度)?(?:推进|实施|进行)?$"
        r"|^(?:达到?|按)(?:序时|时限|进度)|^正常推进$|^按计划",
    ),
    ("ongoing", r"^(?:长期|常态化|持续)(?:坚持|开展|推进|实施)?"),
    ("in_progress", r"推进|正在|办理中|进行中|实施中|在建|基本完成|部分完成|完成\d|^完成过半"),
)
_STATUS = tuple((name, re.compile(pattern)) for name, pattern in _STATUSES)
_YES = {"√", "✓", "✔", "☑", "是", "有", "Y", "y", "1"}
_NO = {"×", "✗", "✘", "☒", "否", "N", "n", "X", "x", "0"}
_PERCENT = re.compile(r"(?:完成(?:率|比例)?|约|达|已|达到|为)*:?(-?\d+(?:\.\d+)?)%$")
_IN_TEXT = re.compile(r"(?:完成|达到?|进度)(?:率|比例)?:?约?(\d+(?:\.\d+)?)%")


@dataclass(frozen=True)
class ReadStatus:
    """A status word's meaning; ``percent`` where it names one (完成60%). Ambiguous marks (√) need their header."""

    status: str
    percent: Decimal | None = None


def read_status(value, *, header: str = "") -> ReadStatus:
    """Return what a status cell says; ``header`` decides what √ and 是 mean. ValueError in one sentence."""
    text = squeeze(as_text(value))
    if is_empty(text):
        return ReadStatus("empty")
    if text in _YES or text in _NO:
        return ReadStatus(_by_header(text in _YES, squeeze(header)))
    within = _IN_TEXT.search(text)
    percent = Decimal(within[1]) if within else None
    if percent == 100:
        return ReadStatus("done", percent)
    if percent is not None and percent < 100:
        behind = _STATUS[3][1].search(text)
        return ReadStatus("behind" if behind else "in_progress", percent)
    if text.startswith(("基本完成", "未完成", "部分完成")):  # 基本完成 is not 完成
        return ReadStatus("in_progress")
    for name, pattern in _STATUS:
        if pattern.search(text):
            return ReadStatus(name, percent)
    raise ValueError(f"不认识的状态“{text[:20]}”，请写已完成、推进中、序时推进、滞后或未启动。")


def _by_header(yes: bool, header: str) -> str:
    if "达序" in header or "序时" in header or "进度" in header:
        return "on_track" if yes else "behind"
    if re.search("完成|办结|销号", header):
        return "done" if yes else "in_progress"
    if re.search("启动|开工", header):
        return "in_progress" if yes else "not_started"
    return "ambiguous"


def read_percent(value, *, is_percent_cell: bool = False, fractions: bool = False) -> int | None:
    """Return whole percents, half up; None for an empty cell. ValueError in one sentence.

    0.85 is 85 % where the cell is formatted as percent, or where ``fractions`` says the column is written so.
    """
    if isinstance(value, bool):
        raise ValueError("完成百分比应为 0—100 的数。")
    if isinstance(value, int | float):
        number = Decimal(repr(value))
        if is_percent_cell or fractions:
            number *= 100
    else:
        text = squeeze(as_text(value)).replace(",", "")
        if is_empty(text):
            return None
        match = _PERCENT.match(text)
        if match:
            number = Decimal(match[1])
        elif re.fullmatch(r"-?\d+(?:\.\d+)?", text):
            number = Decimal(text) * (100 if fractions else 1)
        else:
            raise ValueError(f"“{text[:20]}”不是百分比，应为 0—100 的数。")
    if not 0 <= number <= 100:
        raise ValueError(f"完成百分比应为 0—100，现填 {_plain(number)}。")
    return int(number.quantize(Decimal(1), ROUND_HALF_UP))


def written_as_fractions(values) -> bool:
    """Whether a column of bare numbers writes 85 % as 0.85: none above 1, and one strictly between 0 and 1."""
    numbers = []
    for value in values:
        text = squeeze(as_text(value))
        if re.fullmatch(r"\d+(?:\.\d+)?", text):
            numbers.append(Decimal(text))
    return bool(numbers) and max(numbers) <= 1 and any(0 < number < 1 for number in numbers)


_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_UNIT = r"[%‰]|(?:[万亿千百]*)[个座家项人户处件条米吨亩公里场次名辆台套所批期类种株头只张倍支部篇起户元平方公里]*"
_SIGNS = (
    (">=", r"不少于|不低于|不小于|至少|以上"),
    ("<=", r"不超过|不高于|不多于|以内|以下|控制在"),
    (">", r"超过|突破|大于|高于|余|多|\+"),
    ("<", r"低于|少于|小于"),
    ("~", r"约|左右|上下"),
)
_QUANTITY = re.compile(
    rf"^(?P<pre>\D{{0,6}}?)(?P<value>{_NUMBER})(?P<u0>{_UNIT})?(?P<more>余|多|\+)?"
    rf"(?:[—–~至到-]+(?P<to>{_NUMBER}))?(?P<unit>{_UNIT})(?P<post>及?以上|以内|以下|左右|上下|余|多)?$"
)
_AGAINST = re.compile(rf"^(?P<a>{_NUMBER})(?P<au>{_UNIT})[/](?P<t>{_NUMBER})(?P<tu>{_UNIT})$")
_GLUED = re.compile(r"^(?P<name>[一-龥]{2,6}[县市区])(?P<rank>\d{1,2}?)(?P<score>\d{2}\.\d{1,2})$")


@dataclass(frozen=True)
class ReadQuantity:
    """A target's number as written: value, unit and comparator; ``actual`` where the cell holds both."""

    value: Decimal
    unit: str
    comparator: str = "="
    value_to: Decimal | None = None
    actual: Decimal | None = None


def read_quantity(value, *, is_percent_cell: bool = False) -> ReadQuantity | None:
    """Return the one quantity of a cell (不少于1600座, 1—2家, 98%以上), or None where it says something else."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = Decimal(repr(value)) * (100 if is_percent_cell else 1)
        return ReadQuantity(number.normalize(), "%" if is_percent_cell else "")
    text = squeeze(as_text(value))
    if match := _AGAINST.match(text):
        actual, unit = _scaled(match["a"], match["au"])
        target, target_unit = _scaled(match["t"], match["tu"])
        return ReadQuantity(target, unit, actual=actual) if unit == target_unit else None
    if _GLUED.match(text) or not (match := _QUANTITY.match(text)):
        return None
    words = f"{match['pre'] or ''} {match['more'] or ''} {match['post'] or ''}"
    comparator = next((sign for sign, pattern in _SIGNS if re.search(pattern, words)), "=")
    unit = match["unit"] or match["u0"] or ""
    if match["to"]:
        return ReadQuantity(_number(match["value"]), unit, "range", _number(match["to"]))
    return ReadQuantity(_number(match["value"]), unit, comparator)


def split_glued(text: str) -> tuple[str, int, Decimal] | None:
    """Return (name, rank, score) of a cell like 兖州区195.71, whose parts ran together."""
    match = _GLUED.match(squeeze(text))
    return (match["name"], int(match["rank"]), Decimal(match["score"])) if match else None


def _number(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


def _scaled(number: str, unit: str) -> tuple[Decimal, str]:
    """1.5 万人 → 15000 人, so that two numbers of different scale compare."""
    scale = {"万": 10_000, "亿": 100_000_000, "千": 1000}.get(unit[:1])
    return (_number(number) * scale, unit[1:]) if scale else (_number(number), unit)


def _plain(number: Decimal) -> str:
    return f"{number.normalize() + 0:f}"
