"""Scoring: worked examples with known results, and what must hold for any numbers."""

from dataclasses import replace
from decimal import Decimal as D
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indicators.assessment.scoring import (
    DEDUCTION,
    MIN_MAX,
    NO_DATA,
    NO_TARGET,
    PER_COUNT,
    SHARE,
    TARGET_SHARE,
    ZERO_TARGET,
    Reading,
    Row,
    Term,
    half_up,
    ranked,
    score_group,
    score_term,
    with_reading,
)


def term(formula, weight="20", **fields):
    fields = {name: D(value) if isinstance(value, str) else value for name, value in fields.items()}
    return Term(f"考核项{formula}", "m", formula, D(weight), **fields)


def points(rule, actual, target=None, span=(None, None), decimals=2):
    reading = Reading(None if actual is None else Fraction(actual), None if target is None else D(target))
    return score_term(rule, reading, decimals, span).score


@pytest.mark.parametrize(
    "actual, target, cap, floor, lower, expected",
    [
        ("12", "10", "1.2", None, False, "24.00"),  # 120 % of 20
        ("15", "10", "1.2", None, False, "24.00"),  # 150 %, counted as 120 %
        ("15", "10", None, None, False, "20.00"),  # without a cap nobody gets more than the weight
        ("16.8", "14", "1.1", None, False, "22.00"),
        ("1", "3", None, None, False, "6.67"),  # 6.666…
        ("2", "10", None, "0.5", False, "10.00"),  # 20 %, counted as 50 %
        ("0", "10", None, None, False, "0.00"),
        ("5", "4", None, None, True, "15.00"),  # less is better: 2 − 5 ÷ 4 = 75 %
        ("8", "4", None, None, True, "0.00"),  # twice the target
        ("9", "4", None, None, True, "0.00"),
        ("4", "8", "1.2", None, True, "24.00"),  # 2 − 4 ÷ 8 = 150 %, counted as 120 %
        ("0", "8", None, None, True, "20.00"),
    ],
)
def test_share_of_target(actual, target, cap, floor, lower, expected):
    rule = term(TARGET_SHARE, cap=cap, floor=floor, lower_is_better=lower)
    assert points(rule, actual, target) == D(expected)


def test_half_is_rounded_up_at_the_term_and_only_there():
    # 0.125 → 0.13 each: two of them make 0.26, though 0.25 is what the exact sum would give.
    rule = term(SHARE, "1")
    eighth = Reading(Fraction(1, 8))
    (row,) = score_group([replace(rule, name="甲"), replace(rule, name="乙")], {"o": [eighth, eighth]})
    assert [one.score for one in row.terms] == [D("0.13"), D("0.13")]
    assert row.score == D("0.26")
    assert half_up(Fraction(1, 8) - Fraction(1, 10**12), 2) == D("0.12")


def test_caps_apply_per_term_and_not_to_the_sum():
    rules = [term(TARGET_SHARE, "50", cap="1.2"), replace(term(TARGET_SHARE, "50", cap="1"), name="另一项")]
    # 200 % and 40 %: 60 + 20 = 80; a cap on the sum alone would have let the first make up for the second.
    (row,) = score_group(rules, {"o": [Reading(D(20), D(10)), Reading(D(4), D(10))]})
    assert [one.score for one in row.terms] == [D("60.00"), D("20.00")]
    assert row.score == D("80.00")


def test_min_max_within_the_group():
    rule = term(MIN_MAX, "30")
    rows = score_group([rule], {name: [Reading(D(value))] for name, value in (("a", 4), ("b", 10), ("c", 6))})
    assert [(row.key, row.score) for row in rows] == [("b", D("30.00")), ("c", D("10.00")), ("a", D("0.00"))]
    less = replace(rule, lower_is_better=True)
    rows = score_group([less], {name: [Reading(D(value))] for name, value in (("a", 4), ("b", 10), ("c", 6))})
    assert [(row.key, row.score) for row in rows] == [("a", D("30.00")), ("c", D("20.00")), ("b", D("0.00"))]


def test_min_max_gives_all_full_marks_where_all_are_alike():
    rows = score_group([term(MIN_MAX, "30")], {"a": [Reading(D(5))], "b": [Reading(D(5))], "c": [Reading()]})
    assert [(row.key, row.score, row.rank) for row in rows] == [("a", D(30), 1), ("b", D(30), 1), ("c", None, None)]


def test_points_per_count_up_to_the_ceiling():
    rule = term(PER_COUNT, "20", points_each="1.5", ceiling="15")
    assert [points(rule, n) for n in (0, 1, 10, 11)] == [D(0), D("1.50"), D("15.00"), D("15.00")]
    assert points(replace(rule, ceiling=None), 20) == D(20)


def test_deduction_starts_from_the_weight():
    rule = term(DEDUCTION, "10", points_each="2", ceiling="5")
    assert [points(rule, n) for n in (0, 1, 2, 3, 9)] == [D(10), D(8), D(6), D(5), D(5)]
    assert [points(replace(rule, ceiling=None), n) for n in (4, 5, 6)] == [D(2), D(0), D(0)]


def test_share_and_returned_rate():
    assert points(term(SHARE, "20"), Fraction(2, 3)) == D("13.33")
    assert points(term(SHARE, "20", lower_is_better=True), Fraction(1, 8)) == D("17.50")


def test_one_more_moves_score_and_rank():
    rules = [term(PER_COUNT, "100", points_each="10")]
    readings = {"a": [Reading(D(3))], "b": [Reading(D(4))], "c": [Reading(D(4))]}
    now = with_reading(rules, readings, "a", 0, readings["a"][0])
    then = with_reading(rules, readings, "a", 0, Reading(D(5)))
    assert [(now.score, now.rank), (then.score, then.rank)] == [(D(30), 3), (D(50), 1)]
    assert readings["a"][0].actual == 3


@pytest.mark.parametrize(
    "reading, why", [(Reading(), NO_DATA), (Reading(D(1)), NO_TARGET), (Reading(D(1), D(0)), ZERO_TARGET)]
)
def test_what_is_missing_is_said_and_not_counted_as_zero(reading, why):
    found = score_term(term(TARGET_SHARE), reading)
    assert (found.score, found.raw, found.why) == (None, None, why)


def test_an_organisation_without_any_data_has_no_rank():
    rules = [term(SHARE, "60"), replace(term(PER_COUNT, "40", points_each="1"), name="次数")]
    rows = score_group(
        rules,
        {"none": [Reading(), Reading()], "half": [Reading(), Reading(D(3))], "all": [Reading(D(1)), Reading(D(1))]},
    )
    assert [(row.key, row.score, row.rank) for row in rows] == [
        ("all", D("61.00"), 1),
        ("half", D("3.00"), 2),
        ("none", None, None),
    ]
    assert rows[1].missing == ("考核项share",) and rows[2].missing == ("考核项share", "次数")


def test_ties_share_a_rank():
    rows = ranked([Row(name, (), D(score)) for name, score in (("a", 80), ("b", 90), ("c", 80), ("d", 70))])
    assert [(row.key, row.rank) for row in rows] == [("b", 1), ("a", 2), ("c", 2), ("d", 4)]


settings.register_profile("scoring", deadline=None, suppress_health_check=[HealthCheck.too_slow])
UNHURRIED = settings.get_profile("scoring")  # the machine may be busy
numbers = st.decimals(min_value=0, max_value=10**6, places=4)
weights = st.decimals(min_value=1, max_value=100, places=2)
limits = st.one_of(st.none(), st.decimals(min_value=D("0.5"), max_value=2, places=2))


@st.composite
def terms(draw):
    formula = draw(st.sampled_from([TARGET_SHARE, MIN_MAX, PER_COUNT, DEDUCTION, SHARE]))
    weight = draw(weights)
    fields = {}
    if formula == TARGET_SHARE:
        fields["cap"] = draw(limits)
        fields["floor"] = draw(st.one_of(st.none(), st.just(D("0.3"))))
    if formula in (PER_COUNT, DEDUCTION):
        fields["points_each"] = draw(st.decimals(min_value=D("0.01"), max_value=10, places=2))
        fields["ceiling"] = draw(st.one_of(st.none(), st.just(weight / 2)))
    if formula in (TARGET_SHARE, MIN_MAX, SHARE):
        fields["lower_is_better"] = draw(st.booleans())
    return Term("项", "m", formula, weight, **fields)


def read(rule, value, target=D(100)):
    return Reading(Fraction(value) / 10**6 if rule.formula == SHARE else value, target)


@UNHURRIED
@given(terms(), st.lists(numbers, min_size=1, max_size=8))
def test_scores_stay_within_the_term(rule, values):
    rows = score_group([rule], {n: [read(rule, value)] for n, value in enumerate(values)})
    assert all(0 <= row.score <= half_up(Fraction(rule.most), 2) for row in rows)


@UNHURRIED
@given(terms(), numbers, numbers)
def test_more_is_never_worse_nor_less_where_less_is_better(rule, one, other):
    few, many = sorted((one, other))
    span = (Fraction(0), Fraction(10**6))
    low, high = (score_term(rule, read(rule, value), 2, span).score for value in (few, many))
    falls = rule.lower_is_better or rule.formula == DEDUCTION
    assert low >= high if falls else low <= high


@UNHURRIED
@given(terms(), st.dictionaries(st.integers(0, 99), numbers, min_size=1, max_size=8), st.randoms())
def test_the_order_of_the_organisations_changes_nothing(rule, values, random):
    keys = list(values)
    random.shuffle(keys)
    given_order, shuffled = (
        {row.key: (row.score, row.rank) for row in score_group([rule], {k: [read(rule, values[k])] for k in order})}
        for order in (list(values), keys)
    )
    assert given_order == shuffled


@UNHURRIED
@given(st.lists(st.integers(0, 5), min_size=1, max_size=12))
def test_a_rank_is_one_more_than_how_many_are_better(scores):
    rows = ranked([Row(n, (), D(score)) for n, score in enumerate(scores)])
    assert all(row.rank == 1 + sum(other > row.score for other in scores) for row in rows)
    assert [row.score for row in rows] == sorted(scores, reverse=True)


@UNHURRIED
@given(terms(), numbers, st.integers(0, 4))
def test_the_shown_raw_points_round_to_the_score(rule, value, decimals):
    found = score_term(rule, read(rule, value), decimals, (Fraction(0), Fraction(10**6)))
    assert found.score == half_up(Fraction(found.raw), decimals)
