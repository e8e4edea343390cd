"""Amounts, units and times as ledgers write them."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from common.ledgers.money import WAN, money_unit, read_amount
from common.ledgers.spans import read_period, read_span
from common.ledgers.units import factor, read_number, unit_in

CASES = json.loads((Path(__file__).parent / "ledger_cases.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES["amounts"], ids=lambda case: str(case["input"]))
def test_amounts(case):
    expected = case["expected"]
    if "error" in expected:
        with pytest.raises(ValueError, match="错误值"):
            read_amount(case["input"])
        return
    read = read_amount(case["input"], money_unit(case.get("header_unit", "")) or WAN)
    wanted = expected.get("target", expected.get("value"))
    low, high = wanted if isinstance(wanted, list) else (wanted, None)
    assert read.wan == (None if low is None else Decimal(str(low)) * 10000)
    assert read.wan_to == (None if high is None else Decimal(str(high)) * 10000)
    assert read.comparator == expected.get("comparator", "=")
    assert read.currency == expected.get("currency", "CNY")
    assert read.text == expected.get("text", "")
    assert read.percent == (Decimal(str(expected["pct"])) if "pct" in expected else None)


@pytest.mark.parametrize(
    ("written", "wan"),
    [
        ("1.2亿", "12000"),
        ("12,000万元", "12000"),
        ("约3亿", "30000"),
        ("1.2亿元(含设备)", "12000"),
        ("1.2亿元，其中设备0.5亿元", "12000"),
        ("１２００", "1200"),
        ("1 200", "1200"),
        ("1\xa0200\xa0", "1200"),
        ("(1,200)", "-1200"),
        ("5千万", "5000"),
        ("1.5个亿", "15000"),
        ("30余亿元", "300000"),
        ("人民币3000万元整", "3000"),
        ("12000.00元", "1.2"),
        ("'5000", "5000"),
        (0.1, "0.1"),
    ],
)
def test_more_ways_to_write_an_amount(written, wan):
    assert read_amount(written).wan == Decimal(wan)


@pytest.mark.parametrize(
    "written", ["若干", "1.2.3", "1,2345", "3万5", "2亿5", "2023年", "5亿元/年", "1亿、2亿", True]
)
def test_what_is_no_amount_is_refused(written):
    with pytest.raises(ValueError, match="金额"):
        read_amount(written)


@pytest.mark.parametrize("written", ["", "/", "—", "——", "-", "无", "N/A"])
def test_empty_is_not_zero(written):
    assert read_amount(written).wan is None
    assert read_amount("0").wan == 0


@pytest.mark.parametrize(
    ("header", "yuan", "currency"),
    [
        ("到位资金(万元)", 10_000, "CNY"),
        ("总投资（亿元）", 100_000_000, "CNY"),
        ("单位:亿元、个", 100_000_000, "CNY"),
        ("金额/元", 1, "CNY"),
        ("总投资(亿)", 100_000_000, "CNY"),
        ("外资(万美元)", 10_000, "USD"),
    ],
)
def test_units_of_headers(header, yuan, currency):
    unit = money_unit(header)
    assert (unit.yuan, unit.currency) == (yuan, currency)


def test_header_without_a_unit_of_money():
    assert money_unit("单位：个") is None and money_unit("总投资") is None


@pytest.mark.parametrize(
    ("header", "kind", "period"),
    [
        ("1月", "month", "2023-01"),
        ("十一月份", "month", "2023-11"),
        ("2022年3月", "month", "2022-03"),
        ("2023-01", "month", "2023-01"),
        ("202305", "month", "2023-05"),
        ("2022年/5月", "month", "2022-05"),
        ("月份/3", "month", "2023-03"),
        ("3月到位资金(万元)", "month", "2023-03"),
        ("1-11月", "running", "2023-11"),
        ("1-11月累计", "running", "2023-11"),
        ("截至11月底", "running", "2023-11"),
        ("一季度", "quarter", "2023-Q1"),
        ("2022年第三季度", "quarter", "2022-Q3"),
        ("2022年", "year", "2022"),
        ("合计", "total", ""),
        ("2023年合计", "total", ""),
    ],
)
def test_columns_that_stand_for_a_time(header, kind, period):
    span = read_span(header, 2023)
    assert (span.kind, span.period) == (kind, period)


@pytest.mark.parametrize("header", ["总投资", "上年同期/3月", "目标/1月", "3月增幅", "序号", "3", "13月"])
def test_columns_that_are_no_time(header):
    assert read_span(header, 2023) is None


@pytest.mark.parametrize(
    ("value", "period"),
    [
        ("2023年11月", "2023-11"),
        ("2023.11", "2023-11"),
        (202311, "2023-11"),
        ("11月", "2023-11"),
        (date(2023, 11, 5), "2023-11"),
        ("2023年第三季度", "2023-Q3"),
        ("2023Q3", "2023-Q3"),
        (2023, "2023"),
    ],
)
def test_periods(value, period):
    assert read_period(value, 2023) == period


@pytest.mark.parametrize("value", [2023.1, "2023-13", "上月", "2023年13月"])
def test_what_is_no_period_is_refused(value):
    with pytest.raises(ValueError):
        read_period(value, 2023)


@pytest.mark.parametrize(
    ("value", "unit", "given", "number"),
    [
        (25000, "亿元", "万元", "2.5"),
        ("1.2亿", "亿元", "万元", "1.2"),
        ("0.5万人", "人", "", "5000"),
        ("3公顷", "亩", "", "45"),
        ("８５％", "%", "", "85"),
        ("(1.5)", "%", "", "-1.5"),
        ("30余家", "个", "", "30"),
        ("2亿5000万元", "亿元", "", "2.5"),
    ],
)
def test_numbers_come_in_the_indicators_unit(value, unit, given, number):
    assert read_number(value, unit=unit, given=given).value.quantize(Decimal("0.0001")) == Decimal(number)


def test_percent_cells_and_empty_cells():
    assert read_number(0.85, unit="%", is_percent_cell=True).value == 85
    assert read_number("/", unit="%").value is None
    assert "空着" in read_number("待核实", unit="个").doubt


@pytest.mark.parametrize(
    ("value", "unit", "given"), [("5人", "亿元", ""), (5, "个", "万元"), ("NaN", "个", ""), ("3-5", "个", "")]
)
def test_numbers_of_another_thing_are_refused(value, unit, given):
    with pytest.raises(ValueError):
        read_number(value, unit=unit, given=given)


def test_units_by_name():
    assert factor("万元", "亿元") == Decimal("0.0001") and factor("人", "元") is None
    assert (unit_in("产值(亿元)"), unit_in("产值(累计)"), unit_in("用工(万人)/一季度")) == ("亿元", "", "万人")
