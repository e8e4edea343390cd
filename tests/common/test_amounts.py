"""Rounding, units and shares."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.amounts import balanced_shares, evenly, in_yi, in_yi_column, round_half_up, share, trim

AMOUNTS = st.decimals(min_value=0, max_value=10**10, places=2)


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [
        ("0.05", 1, "0.1"),
        ("0.15", 1, "0.2"),
        ("0.25", 1, "0.3"),
        ("-0.25", 1, "-0.3"),
        ("2.5", 0, "3"),
        ("38.649", 1, "38.6"),
    ],
)
def test_half_is_rounded_up(value, digits, expected):
    assert round_half_up(Decimal(value), digits) == Decimal(expected)


@pytest.mark.parametrize(
    ("value", "text"),
    [("432.30", "432.3"), ("100", "100"), ("1E+3", "1000"), ("0.00", "0"), ("10.0", "10"), ("-0.50", "-0.5")],
)
def test_trailing_zeros_and_exponents_go(value, text):
    assert trim(Decimal(value)) == text


def test_amounts_in_wan_are_shown_in_yi():
    assert in_yi(Decimal("4323000")) == "432.3"
    assert in_yi(Decimal("1091000"), 1) == "109.1"
    assert in_yi(Decimal("50")) == "0.01"
    assert in_yi(Decimal("0")) == "0"


def test_share_of_nothing_is_not_known():
    assert share(49, 127) == Decimal("38.6")
    assert share(0, 127) == Decimal("0.0")
    assert share(1, 0) is None and share(1, None) is None
    assert share(110, 100) == Decimal("110.0")


def test_three_equal_parts_total_a_hundred():
    assert balanced_shares([1, 1, 1]) == [Decimal("33.4"), Decimal("33.3"), Decimal("33.3")]
    assert balanced_shares([0, 0]) == [Decimal("0.0"), Decimal("0.0")]
    assert balanced_shares([]) == []


@given(st.lists(AMOUNTS, min_size=1, max_size=40).filter(any), st.integers(0, 3))
def test_balanced_shares_total_100_and_stay_within_one_step(parts, digits):
    shares = balanced_shares(parts, digits)
    step = Decimal(1).scaleb(-digits)
    assert sum(shares) == 100
    whole = sum(parts)
    for part, shown in zip(parts, shares, strict=True):
        assert abs(shown - part * 100 / whole) < step
        assert shown >= 0 and shown == shown.quantize(step)


@given(st.lists(AMOUNTS, min_size=2, max_size=20).filter(any))
def test_greater_part_never_has_the_smaller_share(parts):
    shares = balanced_shares(parts)
    for part, shown in zip(parts, shares, strict=True):
        for other, others in zip(parts, shares, strict=True):
            assert part <= other or shown >= others


def test_the_numbers_of_a_column_have_the_same_decimals():
    assert evenly([Decimal("55.94"), Decimal("48.4"), Decimal("109")]) == ["55.94", "48.40", "109.00"]
    assert evenly([Decimal("21"), Decimal("5.0")]) == ["21", "5"]
    assert evenly([]) == []
    assert [in_yi_column(Decimal(wan)) for wan in ("4323000", "176000", "50")] == ["432.30", "17.60", "0.01"]
