"""The reading rules of indicators: adding up, attainment, pace, growth, rank; on made cases and by properties."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators import values
from indicators.values import Reading, attainment, change, departure, expected_pace, is_met, light_of, ranks, total

D = Decimal
numbers = st.decimals(min_value=-(10**9), max_value=10**9, places=4)
readings = st.lists(st.one_of(st.none(), numbers), max_size=24)


def read(found):
    return [None if n is None else Reading(n) for n in found]


# --- adding up -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "expected"), [("sum", "9"), ("average", "3"), ("max", "5"), ("last", "1"), ("none", None)]
)
def test_each_rule_reads_the_values_its_own_way(how, expected):
    found = total(read([D(3), D(5), D(1)]), how)
    assert (found.value, found.missing, found.of) == (expected and D(expected), 0, 3)


@pytest.mark.parametrize("how", ["sum", "average", "max", "last", "ratio", "none"])
def test_nothing_known_is_not_zero(how):
    for rows in ([], [None, None], [Reading(None)]):
        found = total(rows, how)
        assert found.value is None and found.missing == len(rows) and not found.is_complete


def test_a_gap_is_left_out_and_said():
    found = total(read([D(3), None, D(5)]), "average")
    assert (found.value, found.missing, found.of) == (D(4), 1, 3)
    assert total(read([D(3), D(5), None]), "last").value == D(5)


def test_a_true_zero_counts():
    assert total(read([D(0), D(4)]), "average").value == D(2)
    assert total(read([D(0)]), "sum").value == 0


def test_a_ratio_is_of_sums_and_not_the_mean_of_ratios():
    rows = [Reading(D(50), D(1), D(2)), Reading(D(10), D(10), D(100))]
    found = total(rows, "ratio", "%")
    assert values.rounded(found.value, 2) == D("10.78") and (found.numerator, found.denominator) == (D(11), D(102))
    assert total([*rows, Reading(D(7))], "ratio", "%").missing == 1
    assert total([Reading(D(1), D(1), D(0))], "ratio").value is None


@given(readings)
def test_missing_and_known_make_up_the_whole(found):
    for how in ("sum", "average", "max", "last"):
        result = total(read(found), how)
        assert result.of == len(found) and result.missing == sum(n is None for n in found)
        assert (result.value is None) == all(n is None for n in found)


@given(st.lists(numbers, min_size=1, max_size=24), st.lists(numbers, min_size=1, max_size=24))
def test_a_sum_of_parts_is_the_sum_of_the_whole(one, other):
    apart = total(read(one), "sum").value + total(read(other), "sum").value
    assert total(read(one + other), "sum").value == apart


@given(st.lists(numbers, min_size=1, max_size=24))
def test_an_average_lies_within_and_the_maximum_among(found):
    middle = total(read(found), "average").value
    assert min(found) - D("0.0001") <= middle <= max(found) + D("0.0001")
    assert total(read(found), "max").value in found


@given(numbers, st.integers(0, 4))
def test_rounding_is_half_up_and_last(number, places):
    exact = Fraction(number) * 10**places
    sign = -1 if exact < 0 else 1
    away = sign * ((abs(exact) * 2 + 1) // 2)
    assert Fraction(values.rounded(number, places)) * 10**places == away


def test_halves_round_away_from_zero():
    assert values.rounded(D("0.125"), 2) == D("0.13") and values.rounded(D("-0.125"), 2) == D("-0.13")
    assert values.rounded(None, 2) is None


# --- targets ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "target", "comparator", "direction", "met"),
    [
        ("100", "100", ">=", "up", True),
        ("100", "100", ">", "up", False),
        ("5", "5", "<=", "down", True),
        ("5", "5", "<", "down", False),
        ("96", "100", "~", "neutral", True),
        ("94", "100", "~", "neutral", False),
        ("101", "100", "=", "up", True),
        ("101", "100", "=", "down", False),
        ("101", "100", "=", "neutral", False),
        (None, "100", ">=", "up", None),
        ("1", None, ">=", "up", None),
    ],
)
def test_a_target_is_met_by_its_comparator_and_direction(value, target, comparator, direction, met):
    assert is_met(value and D(value), target and D(target), comparator, direction) is met


@pytest.mark.parametrize(
    ("value", "target", "comparator", "direction", "expected"),
    [
        ("108", "100", ">=", "up", "108"),
        ("2", "4", "<=", "down", "150"),
        ("4", "4", "<=", "neutral", "100"),
        ("8", "4", "=", "down", "0"),
        ("0", "4", "<=", "down", "200"),
        ("5", "0", ">=", "up", None),
        (None, "4", ">=", "up", None),
    ],
)
def test_attainment_knows_which_side_is_better(value, target, comparator, direction, expected):
    found = attainment(value and D(value), D(target), comparator, direction)
    assert found == (expected and D(expected))


@given(numbers, st.decimals(min_value="0.01", max_value=10**6, places=2))
def test_a_target_is_met_exactly_from_hundred_percent_on(value, target):
    for comparator in (">=", "<="):
        assert (attainment(value, target, comparator) >= 100) == is_met(value, target, comparator)


def test_the_pace_grows_with_the_days():
    first, last = date(2023, 1, 1), date(2023, 12, 31)
    assert expected_pace(first, last, date(2022, 12, 31)) == 0
    assert expected_pace(first, last, last) == expected_pace(first, last, date(2024, 3, 1)) == 100
    assert values.rounded(expected_pace(first, last, date(2023, 12, 13)), 1) == D("95.1")


@pytest.mark.parametrize(
    ("attained", "met", "pace", "colour"),
    [
        (D(104), True, D(95), "blue"),
        (D(84), False, D(95), "yellow"),
        (D(86), False, D(95), "green"),
        (D(99), False, D(100), "red"),
        (D(80), False, None, "red"),
        (D(80), True, D(50), "green"),
        (None, None, D(95), "grey"),
    ],
)
def test_the_light_of_a_value_against_its_target(attained, met, pace, colour):
    assert light_of(attained, met, pace)[0] == colour


# --- growth and rank -------------------------------------------------------------------------------


def test_growth_of_rates_is_in_points():
    assert change(D("96.5"), D("94.2"), "%") == values.Change(D("2.3"), "个百分点")
    assert change(D(110), D(100), "亿元") == values.Change(D(10), "%")
    assert change(D(0), D(5), "个") == values.Change(D(-100), "%")


@pytest.mark.parametrize(("now", "before"), [(None, D(1)), (D(1), None), (D(1), D(0)), (D(1), D(-3))])
def test_growth_without_a_base_is_not_known(now, before):
    assert change(now, before, "亿元") is None


def test_equal_ones_share_a_rank_and_missing_ones_have_none():
    assert ranks({"a": D(9), "b": D(7), "c": D(7), "d": D(5), "e": None}) == {
        "a": 1,
        "b": 2,
        "c": 2,
        "d": 4,
        "e": None,
    }
    assert ranks({"a": D(9), "b": D(7), "c": None}, "down") == {"a": 2, "b": 1, "c": None}


@given(st.dictionaries(st.integers(0, 30), st.one_of(st.none(), numbers), max_size=20))
def test_a_rank_is_one_more_than_those_before_it(found):
    for direction, better in (("up", lambda a, b: a > b), ("down", lambda a, b: a < b)):
        for key, rank in ranks(found, direction).items():
            if found[key] is None:
                assert rank is None
            else:
                assert rank == 1 + sum(v is not None and better(v, found[key]) for v in found.values())


# --- what departs ----------------------------------------------------------------------------------

USUAL = [D(n) for n in (50, 52, 48, 51, 49)]


@pytest.mark.parametrize(
    ("value", "kind"),
    [("510000", "fold"), ("0.005", "fold"), ("-50", "sign"), ("90", "spread"), ("53", None), ("0", "spread")],
)
def test_a_value_that_leaves_its_history_is_told(value, kind):
    found = departure(D(value), USUAL)
    assert (found and found.kind) == kind


def test_little_history_tells_little():
    assert departure(D(90), USUAL[:3]) is None and departure(D(500000), USUAL[:1]).kind == "fold"
    assert departure(D(5), []) is None
    assert departure(D(2), [D(1)] * 6, 0) is None, "a step of one is no departure of a count"


@given(st.lists(st.decimals(min_value=1, max_value=1000, places=2), min_size=1, max_size=24))
def test_the_median_itself_never_departs(history):
    ordered = sorted(history)
    assert departure(ordered[len(ordered) // 2], [ordered[len(ordered) // 2]] * 5) is None
