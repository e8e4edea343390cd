"""Quantities in running text: value, unit and hedge of every number that counts or measures something.

Dates, document numbers, ordinals, telephone numbers and labels (“541”, 5G) are no quantities. All offsets
are those of the text given; the folded text has the same length.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from common.amounts import round_half_up
from reports.proofreading.numerals import HAN, HAN_DIGITS, han_text, han_value

# Full-width digits, and the traditional forms of units, character for character.
FOLDED = str.maketrans(
    "０１２３４５６７８９．％個項條億萬處臺戶門縣區種類畝噸佔總計還",
    "0123456789.%个项条亿万处台户门县区种类亩吨占总计还",
)
FULL_WIDTH = {",": "，", ";": "；", ":": "：", "(": "（", ")": "）"}
HALF_WIDTH = re.compile(r"(?<!\d)[,:](?!//)|[,:](?![\d/])|[;()]")  # not inside 1,234, 10:42 or an address
MONEY = "元"
PERCENT = "%"
POINTS = "百分点"
TIMES = "倍"
HOUSE_PLACES = 2  # amounts of money are written with two decimals at most, trailing zeros left out
SCALES = {
    "": Decimal(1), "百": Decimal(100), "千": Decimal(1000), "万": Decimal(10) ** 4, "百万": Decimal(10) ** 6,
    "千万": Decimal(10) ** 7, "亿": Decimal(10) ** 8, "万亿": Decimal(10) ** 12,
}  # fmt: skip
COUNT_UNITS = (
    "平方公里|平方千米|平方米|立方米|千瓦时|千伏安|吨标准煤|公里|千米|公顷|标准箱|标箱|人次|车次|户次|家次|场次|班次|批次|"
    "方面|领域|个|项|件|家|条|期|名|人|位|次|户|处|座|台|套|批|场|宗|起|份|篇|种|类|辆|所|支|对|只|头|棵|株|间|栋|幢|片|门"
    "|点(?=要求|意见|建议|措施|体会|启示|希望|工作要求)|分(?=[，,。；;、（）()]|$|提高|上升|增加|下降|减少|回落)|款|部|幅|例|笔|张|枚|艘|列|班|组|队|封|册|公斤|千克|斤|兆瓦|吉瓦|立方|车位|床位|学时|架次|件次|项次|标段|亩|吨|千瓦|米|大|县|区|市|镇|村"
)
# A length of time is a quantity only where the sentence compares two of them.
DURATION = "个工作日|工作日|个小时|小时|分钟|天"
CURRENCY = "(?:人民币)?元|美元|欧元"
# What looks like a unit but begins another word: 3个月, 5个工作日, 12分别.
NOT_COUNTED = (
    r"(?!个(?:多|余)?(?:月|工作日|小时|季度|星期|周|年)|大(?:气|型|型)|人民|级以|次日|场所|点[一二三四五六七八九\d])"
)
ARABIC = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
BEFORE_WORDS = (
    "不少于|不低于|至少|不超过|不高于|超过|突破|超出|大约|接近|高于|低于|不足|不到|将近|力争|达到|达|为|共|逾"
    "|(?<![签履预条公节集制特违合邀])约|(?<![最附临亲])近|(?<![高赶反])超"  # 签约, 最近, 赶超 are other words
)
HEDGES = {
    ">=": ("不少于", "不低于", "至少"), "<=": ("不超过", "不高于"), ">": ("超过", "突破", "超", "逾", "高于"),
    "<": ("不足", "不到", "低于"), "~": ("约", "大约"), "-": ("近", "接近", "将近"),
}  # fmt: skip
AFTER_WORDS = r"及以上|以上|以内|之内|及以下|以下|左右|上下|余(?!\d)|多(?!\d|元|样|层|方|种|项|类|式|家)"

QUANTITY = re.compile(
    rf"(?P<percent>百分之)(?P<han_percent>{HAN}(?:点[{HAN_DIGITS}]+)?)(?P<after0>{AFTER_WORDS})?"
    rf"|(?P<number>{ARABIC}|{HAN}(?:点[{HAN_DIGITS}]+)?)(?P<more>余|多)?(?P<scale>万亿"
    rf"|千万|百万|亿|万|千|百)?(?P<more2>余|多)?"
    rf"(?:(?P<points>个?百分点)|(?P<pct>%)|(?P<times>倍|成(?![为本立功长都熟交效]))|(?P<money>{CURRENCY})"
    rf"|(?P<time>{DURATION})(?![内前后])|{NOT_COUNTED}(?P<count>{COUNT_UNITS}))?"
    rf"(?P<after>{AFTER_WORDS})?"
)
MASKS = re.compile(
    r"《[^《》\n]{0,80}》|https?://\S+|[\w.]+@[\w.]+"
    r"|[〔\[（(]\s*(?:19|20)\d\d\s*[〕\]）)]\s*\d+\s*号?|(?<!\d)\d{3,4}-\d{7,8}(?!\d)|(?<![\d.])1\d{10}(?![\d.])"
    r"|(?:19|20)\d\d\s*[—–\-~～至到]\s*(?:19|20)\d\d(?:年度?)?"
    r"|(?:19|20)\d\d[-/.]\d{1,2}(?:[-/.]\d{1,2})?(?!\d|[万亿个项家%])"
    r"|(?:19|20)\d\d年度?|[二一][〇零九][〇零一二三四五六七八九]{2}年"
    rf"|(?:\d{{1,2}}|[一二三四五六七八九十]{{1,3}})(?:\s*[—–\-~～至到、和]\s*\d{{1,2}})?月(?:份"
    rf"|底|末|初)?(?:(?:\d{{1,2}}|{HAN})[日号])?(?:\s*[—–\-~～至到]\s*(?:\d{{1,2}}月)?\d{{1,2}}[日号])?"
    r"|\d{1,2}(?:[—–\-~～至到、]\d{1,2})?日|\d{1,2}[:：]\d{2}(?::\d{2})?|\d{1,2}时(?:\d{1,2}分)?"
    rf"|第(?:\d+|{HAN})|\d+号|(?:每|首|初|头)(?:\d+|{HAN})|(?:前|(?<!博士)后|末)\s*(?:\d+|{HAN})\s*[位名强家个]?"
    rf"|(?:过|超|超过)(?:\d+|{HAN})?亿元?(?=[\u4e00-\u9fff]{{0,6}}(?:项目|企业|产业))"
    rf"|(?:\d+|{HAN})(?:亿|万|千万|百万)元?(?:及)?以上(?=[\u4e00-\u9fff]{{0,6}}(?:项目|企业|产业))"
    r"|\d+(?:\.\d+){2,}|\d+/\d+|[A-Za-z_]+[\-]?\d[\w.\-]*|\d+(?:\.\d+)?[A-Za-z][\w\-]*|\d+(?:[+＋×*]\d+)+"
    r"|\d+(?:[—–\-~～]\d+)+(?=[\s\t]|$)"
    r"|“[^“”\n]{1,8}”|“\d[^“”\n]{0,12}”|‘[^‘’\n]{1,8}’"
    r"|[一二三四五六七八九十]分之[一二三四五六七八九十]|十[一二三四五]五|[一二三]产"
    r"|三农|百(?:日|企|强|亿级|姓)|千(?:亿级|企)|万(?:亩方)"
)
ENUMERATOR = re.compile(
    r"^[ \t\u3000]*(?:[（(]?(?:[一二三四五六七八九十]{1,3}|\d{1,3})[)）](?:[.．、])?"
    r"|[一二三四五六七八九十]{1,3}、|\d{1,3}(?:[.．](?!\d)|、))",
    re.MULTILINE,
)
RANGE_BEFORE = re.compile(r"(?:\d|[一二三四五六七八九十]|[个项家%亿万元]) *[—–\-~～至到] *$")
RANGE_AFTER = re.compile(r"^ *[—–\-~～] *\d|^[至到]\d")


@dataclass(eq=False)
class Number:
    """One written quantity. `amount` is in the base unit (元 for money); `digits` are its decimals as written."""

    start: int
    end: int
    stop: int
    written: str
    value: Decimal
    digits: int
    unit: str
    scale: Decimal = Decimal(1)
    hedge: str = ""
    han: bool = False
    bare: bool = False
    is_rounded: bool = True  # money in a text that writes two decimals; False where every amount has fewer
    is_negative: bool = False  # a minus sign stands before it; the value itself is its size
    before: str = ""
    after: str = ""
    cell: tuple | None = None
    line: int = 0
    sentence: object = None

    @property
    def amount(self) -> Decimal:
        return self.value * self.scale

    @property
    def step(self) -> Decimal:
        """The last digit's place in the base unit."""
        return self.scale.scaleb(-self.digits)

    @property
    def is_exact(self) -> bool:
        return not self.hedge

    @cached_property
    def lead(self) -> str:
        """The words of its clause before it, back to the number before."""
        return re.split(r"[，,；;：:（(）)。]", self.before)[-1]

    @cached_property
    def tail(self) -> str:
        """The words right behind its unit, up to the clause's end or the next number."""
        return re.split(r"[，,、；;：:（()）。！？\s]", self.after, maxsplit=1)[0]

    def render(self, amount: Decimal) -> str:
        """The amount as it would stand here: same unit, same kind of numerals, as many decimals as it needs."""
        value = amount / self.scale
        if self.han:
            return han_text(value, "两" if value == 2 and self.unit != PERCENT else "")
        places = max(self.digits, min(_decimals(value), 2 if self.unit == MONEY else 4))
        value = round_half_up(value, places)
        text = f"{value:f}" if places == self.digits else f"{value:f}".rstrip("0").rstrip(".")
        if "," in self.written:
            whole, dot, rest = text.partition(".")
            text = f"{int(whole):,}{dot}{rest}"
        if not any("０" <= char <= "９" for char in self.written):
            return text
        point = "." if "." in self.written else "．"
        return text.translate(str.maketrans("0123456789.", "０１２３４５６７８９" + point))

    def rounded(self, amount: Decimal) -> Decimal:
        """The amount rounded to the digits written here, half up."""
        return round_half_up(amount / self.scale, self.digits) * self.scale


def fold(text: str) -> str:
    """The text with half-width digits, full-width marks and simplified units, character for character."""
    return HALF_WIDTH.sub(lambda match: FULL_WIDTH[match[0]], text.translate(FOLDED))


def find_numbers(text: str, folded: str) -> list[Number]:
    """Every quantity of the text in order; numbers without a unit are kept as `bare`."""
    hidden = bytearray(len(folded))
    for pattern in (MASKS, ENUMERATOR):
        for match in pattern.finditer(folded):
            hidden[match.start() : match.end()] = b"\1" * (match.end() - match.start())
    found = []
    for match in QUANTITY.finditer(folded):
        start, end = match.span("han_percent" if match["percent"] else "number")
        if hidden[start] or match["time"] and not _is_compared(folded, start):
            continue
        if number := _number(match, start, end, text, folded):
            found.append(number)
    _share_units(found, folded)
    return found


def _number(match, start, end, text, folded):
    written = text[start:end]
    han = written[0] in HAN_DIGITS + "十百千"
    value = han_value(folded[start:end]) if han else Decimal(folded[start:end].replace(",", ""))
    if value is None:
        return None
    around = folded[max(0, start - 8) : start]
    before = around[-1:]
    if before in "+＋*×/±" and before or (before.isascii() and before.isalnum()) or before == "." and not han:
        return None
    unit, scale = _unit(match)
    hedge = _hedge(around, match)
    if RANGE_BEFORE.search(around) or RANGE_AFTER.match(folded[match.end() : match.end() + 6]):
        hedge = "range"
    is_negative = not han and before in ("-", "−") and _starts_alone(around)
    if not han and before and before in "-—–−" and not hedge and not is_negative:
        return None  # part of a code such as 12-1
    if han and not _counts_in_han(match, written, value, around, unit):
        return None
    if match["times"] == "成":
        unit, scale = PERCENT, Decimal(10)
    digits = len(folded[start:end].partition("点" if han else ".")[2])
    return Number(
        start=start, end=end, stop=match.end(), written=written, value=value, digits=digits,
        unit=unit, scale=scale, hedge=hedge, han=han, bare=not unit, is_negative=is_negative,
    )  # fmt: skip


def _is_compared(folded, place):
    """Whether the sentence around a length of time sets it against another: 由15个工作日压缩至7个."""
    begin = max(folded.rfind("。", 0, place), folded.rfind("\n", 0, place)) + 1
    sentence = re.split(r"[。\n]", folded[begin : begin + 300], maxsplit=1)[0]
    return bool(re.search(rf"(?:{DURATION})[^，,]{{0,4}}(?:压缩|缩短|减少|延长|压减|增加|提速)", sentence))


def _starts_alone(around):
    """Whether the minus sign before a number is one: nothing, a blank, a bracket or a Chinese word before it."""
    return len(around) < 2 or around[-2] in "\t （(｜|：:，" or "\u4e00" <= around[-2] <= "\u9fff"


def _unit(match):
    scale = SCALES[match["scale"] or ""] if not match["percent"] else Decimal(1)
    if match["percent"] or match["pct"]:
        return PERCENT, Decimal(1)
    if match["points"]:
        return POINTS, Decimal(1)
    if match["times"]:
        return TIMES, Decimal(1)
    if match["money"]:
        return (MONEY if match["money"].endswith("元") and match["money"][0] not in "美欧" else match["money"]), scale
    return match["count"] or match["time"] or "", scale


def _hedge(around, match):
    if match["more"] or match["more2"]:
        return ">"
    after = match["after"] or match["after0"] or ""
    if after.endswith("以上") or after in ("余", "多"):
        return ">="
    if after in ("左右", "上下"):
        return "~"
    if after:
        return "<="
    before = re.search(rf"(?:{BEFORE_WORDS})$", around)
    word = before[0] if before else ""
    return next((sign for sign, words in HEDGES.items() if word in words), "")


def _counts_in_han(match, written, value, around, unit):
    """A number in Chinese numerals counts only before a unit, and never a bare 一 or an idiom."""
    if match["percent"]:
        return True
    if unit == "" or (match["number"] in ("百", "千", "十") and unit != "倍"):
        return False
    if (
        unit in ("市", "区", "县", "镇", "村", "人", "次", "批", "位", "片", "门", "部", "组", "队", "班")
        and value < 2
    ):
        return False
    if unit in ("期", "批") and len(written) == 1 and written != "两":
        return False  # 一期、二期 name parts of a project
    if around.endswith(("第", "每", "前", "后", "首", "逐", "同", "统", "唯", "专", "某", "任", "另", "这", "那")):
        return False
    return not (value == 1 and len(written) == 1)


def _share_units(numbers, folded):
    """Give a bare number the unit of the next one when only 、 or 和 stands between: 12、15和16个."""
    for this, following in zip(reversed(numbers[:-1]), reversed(numbers[1:]), strict=True):
        if (
            this.bare
            and not following.bare
            and re.fullmatch(r"\s*[、和,，及与]\s*", folded[this.stop : following.start])
        ):
            this.unit, this.scale, this.bare = following.unit, following.scale, False


def _decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent)
