"""Chinese numerals: 三十二 and 32."""

from decimal import Decimal

HAN_DIGITS = "零〇一二两三四五六七八九"
HAN = rf"[{HAN_DIGITS}十百千]+"


def han_value(text: str) -> Decimal | None:
    """三十二 → 32, 一百零五 → 105, 两 → 2, 三点五 → 3.5; None for what is no number."""
    whole, dot, rest = text.partition("点")
    total, current = 0, 0
    if len(whole) > 1 and all(char in HAN_DIGITS for char in whole):
        return None
    for char in whole:
        if char in HAN_DIGITS:
            if current and char not in "零〇":
                return None
            current = _digit(char)
        else:
            total += (current or 1) * {"十": 10, "百": 100, "千": 1000}[char]
            current = 0
    value = Decimal(total + current)
    return value + Decimal("0." + "".join(str(_digit(char)) for char in rest)) if dot else value


def han_text(value: Decimal, like: str = "") -> str:
    """A number in Chinese numerals; 两 for a lone two where the text wrote 两."""
    whole, _, rest = f"{value:f}".partition(".")
    number, parts = int(whole), []
    if number >= 10000:
        return f"{value:f}"
    if number == 2 and like == "两" and not rest:
        return "两"
    digits = "零一二三四五六七八九"
    for power, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, power)
        if digit:
            parts.append(digits[digit] + name)
        elif parts and parts[-1] != "零" and number:
            parts.append("零")
    text = "".join(parts) or "零"
    text = text[1:] if text.startswith("一十") else text
    rest = rest.rstrip("0")
    return text + ("点" + "".join(digits[int(char)] for char in rest) if rest else "")


def _digit(char):
    return 2 if char == "两" else 0 if char == "〇" else HAN_DIGITS.replace("〇", "").replace("两", "").index(char)
