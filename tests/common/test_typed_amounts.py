"""Amounts as people type them."""

from decimal import Decimal

import pytest

from common.errors import UserError
from common.typed_amounts import read_typed_amount


@pytest.mark.parametrize(
    ("typed", "wan"),
    [
        ("1.2亿", "12000.00"),
        ("1.2 亿元", "12000.00"),
        ("12,000万元", "12000.00"),
        ("１２，０００万", "12000.00"),
        ("12000", "12000.00"),
        ("约3亿", "30000.00"),
        ("3亿元左右", "30000.00"),
        ("近3亿元", "30000.00"),
        ("1亿2000万元", "12000.00"),
        ("3千万元", "3000.00"),
        ("三千万元", "3000.00"),
        ("两亿元", "20000.00"),
        ("十亿", "100000.00"),
        ("123456789元", "12345.68"),
        ("人民币5000万元", "5000.00"),
        ("0.005亿", "50.00"),
    ],
)
def test_amount_is_understood(typed, wan):
    assert read_typed_amount(typed)[0] == Decimal(wan)


def test_what_was_understood_is_said_in_both_units():
    assert read_typed_amount("1.2亿")[1] == "12,000.00 万元 = 1.2 亿元"
    assert read_typed_amount("约3亿")[1] == "约数，记为 30,000.00 万元 = 3 亿元"
    assert read_typed_amount("0.56")[1] == "0.56 万元 = 0.000056 亿元"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "请填写金额"),
        ("-5亿", "不能是负数"),
        ("5亿以上", "不是一个确定的金额"),
        ("2—3亿元", "不是一个确定的金额"),
        ("1亿美元", "是外币"),
        ("十几个亿", "不是金额"),
        ("3座", "不是金额"),
        ("待定", "不是金额"),
        ("200万亿元", "请核对单位"),
    ],
)
def test_what_is_no_amount_is_refused_in_one_sentence(typed, sentence):
    with pytest.raises(UserError, match=sentence) as refusal:
        read_typed_amount(typed, field="amount")
    assert refusal.value.field == "amount"
    assert refusal.value.message.count("。") == 1
