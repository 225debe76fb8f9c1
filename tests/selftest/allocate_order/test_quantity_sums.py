"""The sum of each line against what was ordered, in words, as a table; the order has lines of six and of four units."""

import json

import pytest

from tests.selftest.conftest import ORDER

EQUAL, BELOW, OVER = "sum-equals-ordered", "sum-below-ordered", "sum-exceeds-ordered"
ZERO, PER_LINE = ("all-zero", "all three zero"), "sum-checked-per-line-item"
UNDER = (BELOW, "sum below what was ordered")
NAMES = ("quantity_accepted", "quantity_rejected", "quantity_backordered")


def over(by, alone):
    """The trait of a line that is over what was ordered."""
    return OVER, f"sum over what was ordered {by}, {alone} alone over it"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([(6, 0, 0)], {(EQUAL, "accepted")}),
        ([(6, 0, 0), (4, 0, 0)], {(EQUAL, "accepted")}),
        ([(0, 6, 0), (0, 0, 4)], {(EQUAL, "rejected"), (EQUAL, "backordered")}),
        (
            [(5, 0, 1), (2, 1, 1)],
            {(EQUAL, "accepted and backordered"), (EQUAL, "accepted and rejected and backordered")},
        ),
        ([(5, 0, 0), (4, 0, 0)], {UNDER, (EQUAL, "accepted")}),
        ([(0, 0, 1), (0, 3, 0)], {UNDER}),
        ([(0, 0, 0), (4, 0, 0)], {ZERO, (EQUAL, "accepted")}),
        ([(7, 0, 0), (4, 0, 0)], {(PER_LINE, "one line over"), (EQUAL, "accepted")}),
        ([(7, 0, 0), (3, 0, 0)], {(PER_LINE, "one line over, another below"), UNDER}),
        ([(5, 0, 0), (9, 0, 0)], {(PER_LINE, "one line over, another below"), UNDER}),
        ([(6, 1, 0), (0, 0, 0)], {(PER_LINE, "one line over, another below"), ZERO}),
        ([(7, 0, 0)], {over("by one", "accepted")}),
        ([(7, 0, 0), (0, 5, 0)], {over("by one", "accepted"), over("by one", "rejected")}),
        ([(6, 1, 0), (2, 2, 2)], {over("by one", "no quantity"), over("by more than one", "no quantity")}),
        ([(0, 0, 8), (5, 5, 0)], {over("by more than one", "backordered"), over("by more than one", "accepted")}),
        ([("7", 0, 0)], {over("by one", "accepted")}),
        ([("five", 7, 0), (4, 0, 0)], {(EQUAL, "accepted")}),
        ([(7, None, 0), (-1, 9, 0)], set()),
    ],
)
def test_the_sum_of_each_line_is_compared_with_what_was_ordered_of_it(bench, lines, expected):
    entries = [
        {"line_item_uuid": item.uuid, "allocation": dict(zip(NAMES, numbers, strict=True))}
        for item, numbers in zip(ORDER.line_items, lines, strict=False)
    ]
    request = bench.variant(bench.base(), body=json.dumps({"line_items": entries}).encode())
    traits = bench.context().view(bench.exchange(request)).traits
    clauses = {f"allocation-object.{name}" for name in (EQUAL, BELOW, OVER, PER_LINE, ZERO[0])}

    assert {(each.clause.partition(".")[2], each.label) for each in traits if each.clause in clauses} == expected
