"""Planned cases of what is stored: what each of their requests asks for, line by line."""

import json

import pytest

from tests.selftest.conftest import order

NAMES = ("accepted", "rejected", "backordered")
FULL, REJECTED, DATED = [(10, 0, 0)] * 3, [(0, 10, 0)] * 3, [(9, 0, 1)] * 3
STATE = {
    "repeat/plain": [FULL, FULL],
    "repeat/dated": [DATED, DATED],
    "replaced/all rejected": [FULL, REJECTED],
    "replaced/several lines": [REJECTED, FULL],
    "replaced/a part after another": [[(1, 0, 0)] * 3, [(0, 1, 0)] * 3],
    "replaced/without the date": [DATED, FULL],
    "read-back/lines in another order": [[*FULL[:2], (0, 10, 0)]],
    "concurrent/0": [FULL, REJECTED],
    "concurrent/1": [FULL, REJECTED],
    "all-or-nothing/last line wrong": [[*REJECTED[:2], ("five", 10, 0)]],
    "all-or-nothing/last line over": [[*REJECTED[:2], (11, 0, 0)]],
    "other-order-untouched/all rejected": [REJECTED],
}


def test_each_case_of_what_is_stored_is_here(bench):
    found = {name.removeprefix("state.") for name in bench.planned if name.startswith("state.")}

    assert found == {*STATE, "concurrent/with another order"}


@pytest.mark.parametrize(("name", "expected"), STATE.items(), ids=list(STATE))
def test_what_is_stored_is_what_the_name_of_a_case_says(bench, name, expected):
    case, sent = bench.planned[f"state.{name}"], order(3, 10)
    base = bench.endpoint.definition.bases[case.base](sent, bench.kit)
    made = [json.loads(edit(base, sent, bench.kit).body)["line_items"] for _, edit in case.steps]
    allocations = [[line["allocation"] for line in lines] for lines in made]

    assert [[tuple(each[f"quantity_{name}"] for name in NAMES) for each in lines] for lines in allocations] == expected
    for each in (each for lines in allocations for each in lines):
        assert ("backorder_date" in each) is (each["quantity_backordered"] > 0)
