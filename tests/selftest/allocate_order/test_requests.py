"""Edits of allocation requests: which line they change, and what they make of its quantities."""

import json
from dataclasses import replace

import pytest

from contracts.allocate_order.requests import (
    Dialect,
    all_accepted,
    allocated,
    documented,
    every_line,
    in_place_of,
    one_backordered,
    with_member,
    with_quantities,
    without_member,
)
from contracts.model.exchange import LineItem, Order
from contracts.model.uuids import invented
from contracts.standard.texts import MISSING
from tests.selftest.conftest import order

NAMES = ("accepted", "rejected", "backordered")
FULL = (10, 0, 0)


def changed(bench, edit, *, sent=None, **dialect):
    """The quantities of each line of a request of three lines of ten units after an edit; None for one left out."""
    sent = sent or order(3, 10)
    kit = replace(bench.kit, dialect=Dialect(**{"form": "iso", **dialect}))
    base = documented(sent, all_accepted, kit.dialect, None)
    lines = json.loads(edit(base, sent, kit).body)["line_items"]
    return [tuple(line["allocation"].get(f"quantity_{name}") for name in NAMES) for line in lines]


@pytest.mark.parametrize(
    ("edit", "always_dated", "expected"),
    [
        ((0, "quantity_accepted", "five"), False, ("five", 10, 0)),
        ((0, "quantity_rejected", "five"), False, (10, "five", 0)),
        ((0, "quantity_backordered", "five"), False, (10, 0, "five")),
        ((1, "quantity_accepted", [1]), False, ([1], 9, 0)),
        ((-1, "quantity_rejected", -1), False, (11, -1, 0)),
        ((1, "quantity_backordered", True), False, (9, 0, True)),
        ((0, "quantity_accepted", MISSING), False, (None, 10, 0)),
        ((0, "quantity_rejected", MISSING), False, (10, None, 0)),
        ((0, "quantity_accepted", "five"), True, ("five", 0, 10)),
        ((1, "quantity_rejected", "five"), True, (0, "five", 9)),
        ((0, "quantity_backordered", "five"), True, (0, 10, "five")),
    ],
)
@pytest.mark.parametrize("index", [0, 1, -1])
def test_what_a_value_is_taken_for_is_missing_in_another_quantity_of_its_line(
    bench, edit, always_dated, expected, index
):
    lines = [FULL] * 3
    lines[index] = expected

    assert changed(bench, in_place_of(*edit, index), always_dated=always_dated) == lines


def test_numbers_next_to_a_value_are_in_the_encoding_of_the_target(bench):
    assert changed(bench, in_place_of(1, "quantity_rejected", None), digits=True)[0] == ("9", None, "0")


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (with_quantities(lambda n: (n - 3, 1, 2)), [(7, 1, 2), FULL, FULL]),
        (with_quantities(lambda n: (n - 3, 1, 2), 1), [FULL, (7, 1, 2), FULL]),
        (with_quantities(lambda n: (n - 3, 1, 2), -1), [FULL, FULL, (7, 1, 2)]),
        (every_line(lambda n: (n - 3, 1, 2)), [(7, 1, 2)] * 3),
        (with_member("quantity_rejected", "five"), [(10, "five", 0), FULL, FULL]),
        (with_member("quantity_rejected", "five", -1), [FULL, FULL, (10, "five", 0)]),
        (without_member("quantity_rejected"), [(10, None, 0), FULL, FULL]),
        (without_member("quantity_rejected", 2), [FULL, FULL, (10, None, 0)]),
    ],
)
def test_an_edit_changes_the_line_that_it_names_or_the_first(bench, edit, expected):
    assert changed(bench, edit) == expected


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (lambda base, _order, _kit: base, (1, 0, 0)),
        (with_quantities(lambda n: (0, n, 0)), (0, 1, 0)),
        (allocated(lambda n: (0, 0, n)), (0, 0, 1)),
        (in_place_of(0, "quantity_accepted", "five"), ("five", 1, 0)),
        (with_quantities(one_backordered), (0, 0, 1)),
    ],
)
def test_an_unknown_ordered_quantity_is_taken_for_one(bench, edit, expected):
    sent = Order(invented("o"), (LineItem(invented("l")),))

    assert changed(bench, edit, sent=sent) == [expected]


SPELLED = {
    "leading-zero": '"010"',
    "plus-sign": '"+10"',
    "spaces": '" 10"',
    "decimal-string": '"10.0"',
    "exponent-string": '"10e0"',
    "full-width": '"\uff11\uff10"',
    "integral-number": "10.0",
}


@pytest.mark.parametrize("field", NAMES)
@pytest.mark.parametrize(("spelling", "written"), SPELLED.items(), ids=list(SPELLED))
def test_a_quantity_is_spelled_as_the_name_of_its_case_says_and_stays_the_same_number(bench, field, spelling, written):
    name = f"allocation-object.spelling-{spelling}/quantity_{field}"
    value = json.loads(written if field == "accepted" else written.replace("10", "0").replace("\uff11", ""))
    (first, *others) = changed(bench, bench.planned[name].steps[0][1])

    assert first == tuple(value if each == field else number for each, number in zip(NAMES, FULL, strict=True))
    assert others == [FULL, FULL]


@pytest.mark.parametrize(("field", "number"), list(zip(NAMES, FULL, strict=True)))
def test_a_quantity_is_written_as_an_integer_and_as_a_string_of_digits(bench, field, number):
    at = f"allocation-object.quantity-encoding/quantity_{field} as"
    index = NAMES.index(field)

    for digits in (False, True):
        assert changed(bench, bench.planned[f"{at} integer"].steps[0][1], digits=digits)[0][index] == number
        assert changed(bench, bench.planned[f"{at} digit string"].steps[0][1], digits=digits)[0][index] == str(number)


def test_a_word_is_sent_in_the_middle_one_of_three_lines_and_in_the_last_one_of_several(bench):
    cases, at = bench.planned, "allocation-object.quantity-"
    middle = cases[f"{at}rejected-type/the middle one of three lines"]

    assert middle.need.lines == 3
    assert changed(bench, middle.steps[0][1]) == [FULL, (10, "five", 0), FULL]
    for field, last in {"accepted": ("five", 10, 0), "backordered": (10, 0, "five")}.items():
        case = cases[f"{at}{field}-type/one line of several"]
        assert case.need.lines == 2
        assert changed(bench, case.steps[0][1]) == [FULL, FULL, last]


TYPES = {
    "fraction": 5.5,
    "small fraction": 0.5,
    "true": True,
    "false": False,
    "null": None,
    "empty string": "",
    "word": "five",
    "letter behind": "5x",
    "hexadecimal": "0x5",
    "array": [],
    "array of one": [5],
    "object": {},
    "object of one": {"value": 5},
}


@pytest.mark.parametrize("index", range(3), ids=NAMES)
@pytest.mark.parametrize(("name", "value"), TYPES.items(), ids=list(TYPES))
def test_what_is_not_an_integer_is_sent_as_its_name_says(bench, index, name, value):
    case = bench.planned[f"allocation-object.quantity-{NAMES[index]}-type/{name}"]
    (first, *others) = changed(bench, case.steps[0][1])
    taken = {"fraction": 5, "true": 1, "hexadecimal": 5, "letter behind": 5, "array of one": 5, "object of one": 5}

    assert repr(first[index]) == repr(value)
    assert sum(first[:index] + first[index + 1 :]) == 10 - taken.get(name, 0)
    assert others == [FULL, FULL]
    assert case.base == ("dated" if NAMES[index] == "backordered" and name in taken else "plain")


@pytest.mark.parametrize("index", range(3), ids=NAMES)
@pytest.mark.parametrize(
    ("name", "taken"), [("minus one", 0), ("minus one taken for one", 1), ("minus one taken as it is", -1)]
)
def test_the_sum_is_right_if_minus_one_is_what_it_is_taken_for(bench, index, name, taken):
    case = bench.planned[f"allocation-object.quantity-{NAMES[index]}-negative/{name}"]
    first = changed(bench, case.steps[0][1])[0]

    assert first[index] == -1
    assert sum(first[:index] + first[index + 1 :]) + taken == 10


@pytest.mark.parametrize(
    ("index", "name", "value", "taken"),
    [(0, "an underscore", "1_2", 12), (1, "thousands", "1,000", 1000), (2, "a comma for a point", "1,5", 1)],
    ids=NAMES,
)
def test_digits_with_something_between_them_are_sent_in_one_quantity_each(bench, index, name, value, taken):
    case = bench.planned[f"allocation-object.quantity-{NAMES[index]}-type/{name}"]
    first = changed(bench, case.steps[0][1], sent=order(1, 2000))[0]

    assert first[index] == value
    assert sum(first[:index] + first[index + 1 :]) == 2000 - taken
    assert (case.base, case.need.units) == ("dated" if index == 2 else "plain", taken)
