"""Amounts of money as people type them into a form: 1.2亿, 12,000万元, 约3亿, 三千万."""

import re
from decimal import Decimal

from common.amounts import WAN_PER_YI, in_wan, in_yi, round_half_up
from common.errors import UserError
from common.ledgers.values import ReadQuantity, read_quantity
from common.ledgers.words import chinese_number, is_empty, squeeze

# How much of each unit's one is in 万元; a bare number is 万元, the unit that forms show.
_IN_WAN = {
    "": Decimal(1),
    "元": Decimal("0.0001"),
    "千": Decimal("0.1"),
    "万": Decimal(1),
    "百万": Decimal(100),
    "千万": Decimal(1000),
    "亿": WAN_PER_YI,
    "十亿": WAN_PER_YI * 10,
    "百亿": WAN_PER_YI * 100,
    "万亿": WAN_PER_YI * 10_000,
}
_HAN = re.compile(r"^(?P<about>约|大约|近)?(?P<number>[一二两三四五六七八九十百千零]+)(?=[万亿])")
_BOTH = re.compile(r"^约?(?P<yi>\d+)亿(?:零)?(?P<wan>\d{1,4}(?:\.\d+)?|\d,\d{3})万元?(?:左右)?$")
_FOREIGN = re.compile("美元|美金|欧元|日元|港元|港币|韩元|英镑|[$€£]")
LARGEST = Decimal(10) ** 8  # 万元: one 万亿, more than any single project; beyond it the unit is wrong


def read_typed_amount(text: str, *, field: str | None = None) -> tuple[Decimal, str]:
    """Return the amount in 万元 (two decimals, half up) and how it was understood, in both units, to be confirmed.

    A bare number is taken as 万元. Raises UserError at ``field`` for nothing, a range, a bound, a negative
    amount, a foreign currency and anything else that is not one amount.
    """
    shown = " ".join(str(text).split())[:30]
    plain = squeeze(str(text)).replace("人民币", "").replace("¥", "")
    if is_empty(plain):
        raise UserError("请填写金额，如 1.2亿 或 12,000万元。", field=field)
    if _FOREIGN.search(plain):
        raise UserError(f"“{shown}”是外币，请折算为人民币后填写。", field=field)
    if plain.startswith(("-", "−", "负")):
        raise UserError(f"金额不能是负数，现填“{shown}”。", field=field)
    wan, about = _wan_of(plain, shown, field)
    wan = round_half_up(wan, 2)
    if wan > LARGEST:
        raise UserError(f"“{shown}”合 {in_yi(wan)} 亿元，超过 1 万亿元，请核对单位。", field=field)
    return wan, f"{'约数，记为 ' if about else ''}{say_amount(wan)}"


def say_amount(wan: Decimal) -> str:
    """Return an amount in 万元 in both units: 12,000.00 万元 = 1.2 亿元."""
    yi = in_yi(wan, 6)
    return f"{in_wan(wan)} 万元 = {yi} 亿元"


def _wan_of(plain, shown, field) -> tuple[Decimal, bool]:
    if match := _BOTH.match(plain):
        wan = Decimal(match["yi"]) * WAN_PER_YI + Decimal(match["wan"].replace(",", ""))
        return wan, plain.startswith("约") or plain.endswith("左右")
    about = False
    if match := _HAN.match(plain):
        number = chinese_number(match["number"])
        about = bool(match["about"])
        plain = f"{number}{plain[match.end() :]}" if number else plain
    if plain.startswith("近"):
        about, plain = True, plain[1:]
    read = read_quantity(plain)
    unit = _unit_of(read)
    if unit is None:
        raise UserError(f"“{shown}”不是金额，应写作 1.2亿 或 12,000万元。", field=field)
    if read.comparator not in ("=", "~"):
        raise UserError(f"“{shown}”不是一个确定的金额，请写一个数，如 1.2亿。", field=field)
    return read.value * _IN_WAN[unit], about or read.comparator == "~"


def _unit_of(read: ReadQuantity | None) -> str | None:
    """The unit without its 元 (元 alone stays), or None where it is no unit of money."""
    if read is None or read.actual is not None:
        return None
    unit = read.unit.removesuffix("元") or read.unit
    return unit if unit in _IN_WAN else None
