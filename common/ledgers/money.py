"""Amounts of money as ledgers write them → 万元: 1.2亿, 2亿5000万元, １０９．１亿元, 一千二百万元, (1,200)."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from common.ledgers.sheets import as_text
from common.ledgers.words import DIGITS, chinese_number, is_empty, squeeze

CENT = Decimal("0.01")
TRADITIONAL = str.maketrans("萬億圓餘達過約壹貳叁肆伍陸柒捌玖拾佰仟贰陆", "万亿元余达过约一二三四五六七八九十百千二六")
SCALES = {
    "万亿": 10**12,
    "亿": 10**8,
    "千万": 10**7,
    "百万": 10**6,
    "十万": 10**5,
    "万": 10**4,
    "千": 1000,
    "百": 100,
}
_CURRENCIES = {
    "USD": r"美元|美金|USD|US\$|\$",
    "EUR": "欧元|EUR",
    "HKD": "港元|港币|HKD",
    "JPY": "日元|JPY",
    "GBP": "英镑|GBP",
}
_FOREIGN = re.compile("|".join(f"(?P<{code}>{words})" for code, words in _CURRENCIES.items()))
_HEADER_UNIT = re.compile(rf"(?:{'|'.join(SCALES)})?(?:元|美元|美金|欧元|港元|港币|日元|英镑)")
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+"
_WORDS = f"[{''.join(DIGITS)}十百千]+"
_STEP = re.compile(
    rf"(?:(?P<digits>{_DIGITS})(?P<scale>{'|'.join(SCALES)})?|(?P<words>{_WORDS})(?P<big>万亿|亿|万)?)(?P<yuan>元)?"
)
_AMOUNT = re.sub(r"\?P<\w+>", "?:", rf"(?:{_STEP.pattern}){{1,4}}")
_MORE = re.compile(r"(?<=[\d亿万千百十])(?:余|多|\+)(?=[亿万千元]|$)")
_BEFORE = re.compile(
    r"^(?:人民币|RMB|¥|[~≥≤<>=]|约|大概|预计|估计|暂估|计划|投资额?|总投资额?|不少于|不低于|不小于|至少|最高|不超过|不高于|不多于"
    r"|控制在|超过|突破|大于|高于|低于|少于|小于|不足|近|超|达到?|已?到位|已?完成|共计?|总计|:)+"
)
_AFTER = re.compile(r"(?:人民币|RMB|整|及?以上|以内|及?以下|左右|上下|[。;,])+$")
_SIGNS = (
    (">=", r"不少于|不低于|不小于|至少|以上|≥"),
    ("<=", r"不超过|不高于|不多于|以内|以下|控制在|最高|≤"),
    (">", r"超|突破|大于|高于|>"),
    ("<", r"低于|少于|小于|不足|近|<"),
    ("~", r"约|左右|上下|大概|预计|估计|暂估|~"),
)
_RANGE = re.compile(rf"(?P<low>{_AMOUNT})[-—–~至到]+(?P<high>{_AMOUNT})")
_SHARE = re.compile(rf"(?P<goal>{_AMOUNT})(?:年度|全年)?(?:目标|计划)?(?:任务)?的(?P<percent>\d+(?:\.\d+)?)%")
_NOTE = re.compile(r"(?<=.)\([^()]*[一-龥][^()]*\)|[,;。](?:含|其中|包括|不含|分).*$")
_NEGATIVE = re.compile(r"\(-?(?P<inner>[^()]*\d[^()]*)\)")
_ERROR = re.compile(r"#(?:DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!|SPILL!)", re.IGNORECASE)
_LATER = re.compile(r"(?:待|未|暂|尚|不详|面议|保密|涉密|没有|见|另行|洽谈|商谈).*")


@dataclass(frozen=True)
class ReadAmount:
    """What an amount cell says. ``wan``: 万元 (of ``currency``), exact; None where it holds no number.

    ``text``: words instead of a number (待定). ``percent``: the cell tells which share of the goal ``wan`` was
    reached. ``in_words``: the unit or a bound stood in the cell itself, so the number was worked out.
    """

    wan: Decimal | None
    comparator: str = "="
    wan_to: Decimal | None = None
    currency: str = "CNY"
    text: str = ""
    percent: Decimal | None = None
    in_words: bool = False

    def rounded(self) -> Decimal:
        """Return the 万元 as they are stored, half up."""
        return self.wan.quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class MoneyUnit:
    """A unit of money: how many 元 one of it is, and its currency."""

    name: str
    yuan: int
    currency: str = "CNY"


WAN = MoneyUnit("万元", 10_000)


def money_unit(text: str) -> MoneyUnit | None:
    """Return the unit of money that a header or a corner line names (到位资金(万元), 单位:亿元、个), or None."""
    text = squeeze(text).translate(TRADITIONAL)
    match = _HEADER_UNIT.search(text) or re.search(r"(?<=\()(?:亿|万)(?=\))", text)
    if not match:
        return None
    scale = next((word for word in SCALES if match.group().startswith(word)), "")
    foreign = _FOREIGN.search(match.group())
    return MoneyUnit(
        match.group() if match.group()[-1] not in "亿万" else f"{match.group()}元",
        SCALES.get(scale, 1),
        foreign.lastgroup if foreign else "CNY",
    )


@lru_cache(maxsize=20_000, typed=True)  # ledgers repeat their amounts
def read_amount(value, unit: MoneyUnit = WAN) -> ReadAmount:
    """Return what the cell says; a bare number is in ``unit``. Raises ValueError in one sentence."""
    if isinstance(value, bool):
        raise ValueError("这一格应为金额。")
    if isinstance(value, int | float):
        return ReadAmount(Decimal(repr(value)) * unit.yuan / WAN.yuan, currency=unit.currency)
    text = re.sub("['’‘\"“”]|个(?=亿)", "", squeeze(as_text(value)).translate(TRADITIONAL))
    if is_empty(text):
        return ReadAmount(None)
    if _ERROR.fullmatch(text):
        raise ValueError(f"单元格是错误值 {text}，请改正后再导入。")
    if _LATER.fullmatch(text) and not re.search(r"\d", text):
        return ReadAmount(None, text=text)
    try:
        return _written(text, unit)
    except ValueError:
        shown = as_text(value).strip()[:20]
        raise ValueError(f"“{shown}”不是金额，请填一个数，如 12000 或 1.2亿元。") from None


def _written(text: str, unit: MoneyUnit) -> ReadAmount:
    negative = _NEGATIVE.fullmatch(text)
    text = _NOTE.sub("", negative["inner"] if negative else text)
    foreign = _FOREIGN.search(text)
    currency = foreign.lastgroup if foreign else "CNY" if "元" in text else unit.currency
    text = _FOREIGN.sub("元", text)
    if match := _SHARE.fullmatch(text):
        return ReadAmount(_sum(match["goal"], unit), currency=currency, percent=Decimal(match["percent"]))
    core = _AFTER.sub("", _BEFORE.sub("", _MORE.sub("", text)))
    if match := _RANGE.fullmatch(core):
        last = _STEP.match(match["high"])
        like = MoneyUnit("", SCALES[last["scale"]]) if last["scale"] else unit  # 3-5万元: both in 万
        return ReadAmount(_sum(match["low"], like), "range", _sum(match["high"], unit), currency, in_words=True)
    minus = core.startswith("-") or bool(negative)
    core = core.removeprefix("-")
    if not re.fullmatch(_AMOUNT, core):
        raise ValueError(text)
    outside = text.replace(core, " ")
    comparator = next((sign for sign, pattern in _SIGNS if re.search(pattern, outside)), "=")
    if comparator == "=" and _MORE.search(text):
        comparator = ">"
    wan = _sum(core, unit)
    in_words = comparator != "=" or bool(re.search("[亿万千百十元]", core))
    return ReadAmount(-wan if minus else wan, comparator, None, currency, in_words=in_words)


def _sum(text: str, unit: MoneyUnit) -> Decimal:
    """Return 2亿5000万 in 万元. Raises ValueError where a part's scale is unclear."""
    steps = list(_STEP.finditer(text))
    total = Decimal(0)
    for place, step in enumerate(steps):
        scale = step["scale"] or step["big"]
        if scale:
            yuan = SCALES[scale]
        elif step["yuan"]:
            yuan = 1
        elif place == 0 and len(steps) == 1:
            yuan = unit.yuan
        elif steps[place - 1]["scale"] == "亿" and len(step.group()) >= 3:  # 2亿5000 is 2亿5000万
            yuan = 10_000
        else:
            raise ValueError(text)
        total += (Decimal(step["digits"].replace(",", "")) if step["digits"] else _in_words(step["words"])) * yuan
    return total / WAN.yuan


def _in_words(text: str) -> Decimal:
    value = chinese_number(text)
    if value is None:
        raise ValueError(text)
    return Decimal(value)
