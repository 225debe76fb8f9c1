"""The strategies reach what their names promise, and shrink to what a person would write."""

import calendar
import datetime

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from contracts.allocate_order import dates, strategies
from contracts.standard.numbers import classify

ORDERED = st.integers(1, 1000)
TODAY = datetime.date(2027, 3, 15)
THOROUGH = settings(max_examples=3000, database=None)


@given(split=strategies.splits_of_the_ordered_quantity(), ordered=ORDERED)
def test_splits_of_the_ordered_quantity_add_up_to_it(split, ordered):
    numbers = split(ordered)

    assert sum(numbers) == ordered
    assert min(numbers) >= 0


@given(split=strategies.splits_over_the_ordered_quantity(), ordered=ORDERED)
def test_splits_over_the_ordered_quantity_are_over_it_and_below_2_to_the_31(split, ordered):
    numbers = split(ordered)

    assert ordered < sum(numbers) < 2**31
    assert min(numbers) >= 0


@pytest.mark.parametrize("carrier", [0, 1, 2], ids=["accepted", "rejected", "backordered"])
def test_each_of_the_three_can_carry_all_of_the_excess(carrier):
    split = find(strategies.splits_over_the_ordered_quantity(), lambda s: s(6)[carrier] > 6, settings=THOROUGH)

    assert split(6)[carrier] > 6


def test_the_smallest_split_over_is_over_by_one_and_all_accepted():
    assert find(strategies.splits_over_the_ordered_quantity(), lambda _split: True)(6) == (7, 0, 0)


def test_the_smallest_split_is_all_accepted():
    assert find(strategies.splits_of_the_ordered_quantity(), lambda _split: True)(6) == (6, 0, 0)


@given(value=strategies.no_integers())
def test_no_reading_takes_any_of_the_no_integers_for_one(value):
    assert classify(value).kind == "type"


@pytest.mark.parametrize("kind", ["fraction", "boolean", "null", "empty string", "other string", "array", "object"])
def test_every_kind_of_no_integer_is_reached(kind):
    found = find(strategies.no_integers(), lambda value: classify(value).label == kind, settings=THOROUGH)

    assert classify(found).label == kind


def test_the_smallest_negative_integer_is_minus_one_and_64_bits_are_reached():
    assert find(strategies.negative_integers(), lambda _number: True) == -1
    assert find(strategies.negative_integers(), lambda number: number < -(2**62), settings=THOROUGH) < 0


@given(date=strategies.dates_ahead(TODAY))
def test_dates_ahead_lie_a_week_ahead_or_more(date):
    assert date >= TODAY + datetime.timedelta(days=7)


@pytest.mark.parametrize(
    ("limits", "first", "last"),
    [
        ({}, 7, None),
        ({"nearest": 1}, 7, None),
        ({"nearest": 8}, 8, None),
        ({"nearest": 705}, 705, 707),
        ({"nearest": 705, "farthest": 706}, 705, 706),
        ({"nearest": 705, "farthest": 9999}, 705, 707),
        ({"nearest": 800}, 800, 800),
        ({"farthest": 3}, 7, 7),
    ],
)
def test_dates_ahead_begin_a_week_ahead_and_end_about_two_years_ahead(limits, first, last):
    made = strategies.dates_ahead(TODAY, **limits)

    assert find(made, lambda _day: True) == TODAY + datetime.timedelta(days=first)
    if last is not None:
        day = TODAY + datetime.timedelta(days=last)
        assert find(made, lambda found: found >= day, settings=THOROUGH) == day


def test_dates_ahead_reach_a_leap_day():
    assert find(strategies.dates_ahead(TODAY), lambda d: (d.month, d.day) == (2, 29), settings=THOROUGH).year == 2028


@given(date=strategies.dates_ahead(TODAY, nearest=20, farthest=40))
def test_dates_ahead_keep_to_the_limits_of_a_target(date):
    assert 20 <= (date - TODAY).days <= 40


@pytest.mark.parametrize("form", dates.FORMS)
def test_impossible_dates_have_the_form_of_a_date_and_no_day(form):
    @given(text=strategies.impossible_dates(2028, form))
    def check(text):
        assert dates.classify(text).kind == "calendar"

    check()


@pytest.mark.parametrize("label", ["30 or 31 February", "day 31 of a month of 30", "day 0", "day beyond 31"])
def test_every_kind_of_impossible_date_is_reached(label):
    made = strategies.impossible_dates(2028, "iso")

    assert find(made, lambda text: dates.classify(text).label == label, settings=THOROUGH)


def test_a_kind_that_is_not_promised_is_not_reached():
    with pytest.raises(NoSuchExample):
        find(
            strategies.impossible_dates(2028, "iso"),
            lambda text: dates.classify(text).kind == "date",
            settings=THOROUGH,
        )


@pytest.mark.parametrize("today", [datetime.date(2027, 3, 15), datetime.date(2028, 2, 27), datetime.date(2096, 3, 1)])
def test_the_next_leap_day_is_one_and_lies_ahead(today):
    day = dates.next_leap_day(today)

    assert (day.month, day.day) == (2, 29)
    assert day > today + datetime.timedelta(days=7)
    assert calendar.isleap(day.year)
