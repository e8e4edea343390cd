"""Months and working days."""

from datetime import date

import pytest

from common import periods


def test_period_of_a_day_and_its_bounds():
    assert periods.period_of(date(2023, 2, 28)) == "2023-02"
    assert (periods.first_day("2024-02"), periods.last_day("2024-02")) == (date(2024, 2, 1), date(2024, 2, 29))
    assert periods.label("2023-03") == "2023年3月"


@pytest.mark.parametrize("text", ["2023-13", "2023-00", "2023-1", "202301", "", None, "2023-11-01", "x", "2023-11\n"])
def test_what_names_no_month_is_refused(text):
    with pytest.raises(ValueError, match="2023-11"):
        periods.parse_period(text)


def test_shift_crosses_years_both_ways():
    assert periods.shift("2023-11", 3) == "2024-02"
    assert periods.shift("2024-02", -14) == "2022-12"
    assert periods.shift("2023-12", 0) == "2023-12"


def test_months_between_holds_both_ends():
    assert periods.months_between("2023-11", "2024-01") == ["2023-11", "2023-12", "2024-01"]
    assert periods.months_between("2023-11", "2023-11") == ["2023-11"]
    assert periods.months_between("2023-12", "2023-11") == []


def test_last_full_period_is_this_month_only_on_its_last_day():
    assert periods.last_full_period(date(2023, 12, 13)) == "2023-11"
    assert periods.last_full_period(date(2023, 11, 30)) == "2023-11"
    assert periods.last_full_period(date(2023, 11, 29)) == "2023-10"
    assert periods.last_full_period(date(2024, 1, 1)) == "2023-12"


def test_holidays_rest_and_made_up_weekends_work():
    assert not periods.is_working_day(date(2023, 10, 2))  # National Day, a Monday
    assert periods.is_working_day(date(2023, 10, 7))  # a Saturday made up for it
    assert not periods.is_working_day(date(2023, 12, 16))
    assert periods.is_working_day(date(2023, 12, 13))


def test_working_days_are_counted_after_the_first_day_up_to_the_last():
    assert periods.working_days_between(date(2023, 12, 8), date(2023, 12, 15)) == 5
    assert periods.working_days_between(date(2023, 9, 28), date(2023, 10, 9)) == 3  # 7, 8 and 9 October
    assert periods.working_days_between(date(2023, 12, 15), date(2023, 12, 8)) == 0
    assert periods.working_days_between(date(2023, 12, 15), date(2023, 12, 17)) == 0


def test_day_so_many_working_days_before():
    assert periods.working_days_before(date(2023, 12, 13), 5) == date(2023, 12, 6)
    assert periods.working_days_before(date(2023, 10, 9), 3) == date(2023, 9, 28)
    assert periods.working_days_before(date(2023, 12, 13), 0) == date(2023, 12, 13)


@pytest.mark.parametrize(
    ("text", "first", "last", "label", "before"),
    [
        ("2023", date(2023, 1, 1), date(2023, 12, 31), "2023年", "2022"),
        ("2023-Q1", date(2023, 1, 1), date(2023, 3, 31), "2023年第一季度", "2022-Q4"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "2024年2月", "2024-01"),
    ],
)
def test_years_quarters_and_months_are_spans(text, first, last, label, before):
    assert periods.span(text) == (first, last)
    assert periods.span_label(text) == label
    assert periods.shift_span(text, -1) == before


@pytest.mark.parametrize("text", ["", "23", "2023-13", "2023-Q5", "2023-1", "0000", "2023年", None])
def test_what_is_no_span_is_refused_in_one_sentence(text):
    with pytest.raises(ValueError, match="期间应写作"):
        periods.span(text)
