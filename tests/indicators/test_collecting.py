"""What may be entered for an indicator: numbers as typed, periods, ratios, departures."""

from datetime import date
from decimal import Decimal

import pytest

from common.errors import UserError
from common.models import PeriodLock
from indicators import collecting
from tests.indicators.make import make_indicator, make_observation
from tests.make import make_organisation
from tests.projects.make import make_county

D = Decimal


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1234.5", "1234.5"),
        ("１２３．４", "123.4"),
        ("1,234,567", "1234567"),
        ("１，２３４", "1234"),
        (" 12 亿元 ", "12"),
        ("－3.5", "-3.5"),
        ("+7", "7"),
        ("1.5e3", "1500"),
        (0.1, "0.1"),
        (12, "12"),
        ("0", "0"),
    ],
)
def test_numbers_are_read_as_people_type_them(typed, number):
    assert collecting.read_number(typed, unit="亿元") == D(number)


@pytest.mark.parametrize("typed", ["", "  ", None, "-", "—", "/"])
def test_an_empty_cell_is_no_zero(typed):
    assert collecting.read_number(typed) is None


@pytest.mark.parametrize(
    "typed",
    ["十二", "NaN", "nan", "Infinity", "-inf", float("nan"), float("inf"), "1/2", "1,23", "12个", "1.2.3", "=1+1"],
)
def test_text_and_nan_are_refused_at_their_cell(typed):
    with pytest.raises(UserError) as refused:
        collecting.read_number(typed, "numerator")
    assert refused.value.field == "numerator" and "不是数" in refused.value.message


@pytest.mark.parametrize(("typed", "words"), [("1" * 16, "太大"), ("0.12345", "小数超过 4 位")])
def test_what_the_database_cannot_hold_is_refused(typed, words):
    with pytest.raises(UserError, match=words):
        collecting.read_number(typed)


@pytest.mark.django_db
def test_a_ratio_follows_from_its_parts():
    rate = make_indicator(unit="%", numerator_name="办结件", denominator_name="受理件", decimals=1)
    entry = collecting.check_entry(rate, numerator="2", denominator="3")
    assert (entry.value, entry.numerator, entry.denominator) == (D("66.6667"), D(2), D(3))
    assert collecting.check_entry(rate, value="66.7", numerator="2", denominator="3").value == D("66.6667")
    assert collecting.check_entry(rate).is_empty


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"numerator": "2"}, "denominator", "受理件"),
        ({"denominator": "3"}, "numerator", "办结件"),
        ({"value": "50"}, "numerator", "办结件"),
        ({"numerator": "2", "denominator": "0"}, "denominator", "不能为 0"),
        ({"value": "50", "numerator": "2", "denominator": "3"}, "value", "应为 66.67"),
        ({"numerator": "2", "denominator": "3", "note": "字" * 201}, "note", "最多 200 字"),
    ],
)
def test_a_missing_part_is_said_at_its_cell(typed, field, words):
    rate = make_indicator(unit="%", numerator_name="办结件", denominator_name="受理件")
    with pytest.raises(UserError, match=words) as refused:
        collecting.check_entry(rate, **typed)
    assert refused.value.field == field


@pytest.mark.django_db
def test_periods_open_in_their_last_month_and_close_with_its_lock():
    indicator = make_indicator(frequency="quarter", reported_by="counties", rule="")

    def why(period, on, of=indicator):
        return collecting.why_closed(indicator=of, period=period, on=on)

    assert why("2023-Q4", date(2023, 12, 1)) == ""
    assert "2023-12-01 起可填" in why("2023-Q4", date(2023, 11, 30))
    assert "按季填报" in why("2023-11", date(2023, 12, 1))
    assert "期间应写作" in why("2023-13", date(2023, 12, 1))
    PeriodLock.objects.create(area="observations", period="2023-09", locked_on=date(2023, 10, 20))
    assert "已锁定" in why("2023-Q3", date(2023, 12, 1))
    computed = make_indicator(frequency="quarter", reported_by="counties", rule="tasks.closed")
    assert "不用填报" in why("2023-Q4", date(2023, 12, 1), computed)
    ended = make_indicator(frequency="quarter", reported_by="counties", valid_to=date(2023, 6, 30))
    assert "停用" in why("2023-Q4", date(2023, 12, 1), ended)
    later = make_indicator(frequency="quarter", reported_by="counties", valid_from=date(2024, 1, 1))
    assert "起用" in why("2023-Q4", date(2023, 12, 1), later)


@pytest.mark.django_db
def test_each_organisation_reports_what_is_its_to_report():
    county, bureau = make_county("甲县"), make_organisation("市某局")
    fields = {"frequency": "month"}
    for code, by, owner in (("A", "counties", None), ("B", "departments", None), ("C", "owner", bureau)):
        make_indicator(code, reported_by=by, owner=owner, **fields)
    make_indicator("D", reported_by="counties", frequency="year")
    make_indicator("E", reported_by="counties", frequency="month", valid_to=date(2022, 12, 31))

    def codes(organisation):
        return {row.code for row in collecting.to_report(organisation, "2023-11")}

    assert codes(county) == {"A"} and codes(bureau) == {"B", "C"}


@pytest.mark.django_db
def test_a_departure_is_put_in_words():
    county = make_county("甲县")
    indicator = make_indicator(unit="亿元", frequency="month", reported_by="counties")
    for month, value in enumerate(("5.0", "5.2", "4.8", "5.1", "4.9"), start=1):
        make_observation(indicator, value, county, published=False, period=f"2023-{month:02d}")
    past = collecting.histories([indicator], county, "2023-06")[(indicator.pk, "")]
    assert past == [D("4.9"), D("5.1"), D("4.8"), D("5.2"), D("5.0")]
    assert "10000倍" in collecting.departure_text(indicator, D(50000), past)
    assert "没有负数" in collecting.departure_text(indicator, D(-5), past)
    assert "中位数 5 亿元" in collecting.departure_text(indicator, D("9.9"), past)
    assert collecting.departure_text(indicator, D("5.3"), past) == ""
    assert collecting.departure_text(indicator, None, past) == ""
