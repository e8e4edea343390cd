"""Money and shares: stored in 万元 as Decimal, shown in 亿元 or 万元, rounded last and half up."""

from decimal import ROUND_HALF_UP, Decimal

WAN_PER_YI = Decimal(10000)


def round_half_up(value: Decimal, digits: int) -> Decimal:
    return Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def trim(value: Decimal) -> str:
    """Return the number without trailing zeros and without an exponent: 432.30 → 432.3."""
    text = f"{Decimal(value):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def grouped(value: Decimal) -> str:
    """Return the number without trailing zeros, its thousands set apart: 136750.50 → 136,750.5."""
    text = f"{Decimal(value):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def in_yi(amount: Decimal, digits: int = 2) -> str:
    """Return an amount in 万元 as 亿元, at most ``digits`` decimals, no trailing zeros."""
    return trim(round_half_up(Decimal(amount) / WAN_PER_YI, digits))


def in_yi_column(amount: Decimal) -> str:
    """Return an amount in 万元 as 亿元 with two decimals, so that a column's points stand under each other."""
    return f"{round_half_up(Decimal(amount) / WAN_PER_YI, 2):,f}"


def evenly(numbers: list[Decimal]) -> list[str]:
    """Return a column's numbers with as many decimals as its longest has: 55.94, 48.4 → 55.94, 48.40."""
    digits = max((len(text.partition(".")[2]) for text in map(trim, numbers)), default=0)
    return [f"{round_half_up(number, digits):f}" for number in numbers]


def in_wan(amount: Decimal) -> str:
    """Return an amount in 万元 with two decimals and thousands set apart: 12345 → 12,345.00."""
    return f"{round_half_up(amount, 2):,.2f}"


def share(part, whole, digits: int = 1) -> Decimal | None:
    """Return ``part`` of ``whole`` in percent, rounded half up; None when there is no whole."""
    if not whole:
        return None
    return round_half_up(Decimal(part) * 100 / Decimal(whole), digits)


def balanced_shares(parts: list, digits: int = 1) -> list[Decimal]:
    """Return the parts' shares in percent, adjusted by largest remainder to total exactly 100.

    All zero when the parts total zero.
    """
    whole = sum(Decimal(part) for part in parts)
    step = Decimal(1).scaleb(-digits)
    if not whole:
        return [Decimal(0).quantize(step) for _ in parts]
    exact = [Decimal(part) * 100 / whole for part in parts]
    floors = [value // step * step for value in exact]
    missing = int((100 - sum(floors)) / step)
    by_remainder = sorted(range(len(parts)), key=lambda i: (floors[i] - exact[i], i))
    for i in by_remainder[:missing]:
        floors[i] += step
    return [value.quantize(step) for value in floors]
