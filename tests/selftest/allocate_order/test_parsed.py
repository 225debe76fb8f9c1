"""An allocation request taken apart: which line item each element names, and which entry of a line is the last."""

import json

import pytest

from contracts.allocate_order.parsed import last_entries
from contracts.standard.texts import MISSING
from tests.selftest.conftest import ORDER, PARTNER

A, B = ORDER.line_items
OTHER = PARTNER.line_items[0]
NOWHERE = "00000000-0000-4000-8000-000000000000"


def lines_of(bench, *entries):
    """The lines of a request with these elements."""
    request = bench.variant(bench.base(), body=json.dumps({"line_items": entries}).encode())
    return bench.context().view(bench.exchange(request)).detail.lines


@pytest.mark.parametrize(
    ("entry", "name", "item", "own"),
    [
        ({"line_item_uuid": A.uuid}, A.uuid, A, True),
        ({"line_item_uuid": A.uuid.upper()}, A.uuid.upper(), A, True),
        ({"order_item_id": B.uuid}, B.uuid, B, True),
        ({"line_item_uuid": A.uuid, "order_item_id": B.uuid}, A.uuid, A, True),
        ({"line_item_uuid": OTHER.uuid}, OTHER.uuid, OTHER, False),
        ({"line_item_uuid": NOWHERE}, NOWHERE, None, False),
        ({"line_item_uuid": A.uuid.replace("-", "")}, A.uuid.replace("-", ""), None, False),
        ({"line_item_uuid": 5}, 5, None, False),
        ({}, MISSING, None, False),
        (A.uuid, MISSING, None, False),
    ],
)
def test_a_line_is_the_orders_own_or_another_ones_or_of_none(bench, entry, name, item, own):
    (line,) = lines_of(bench, entry)

    assert (line.entry, line.name, line.item, line.own) == (entry, name, item, own)


@pytest.mark.parametrize(
    ("names", "kept"),
    [
        ([A.uuid, B.uuid], [0, 1]),
        ([A.uuid, B.uuid, A.uuid], [1, 2]),
        ([A.uuid, A.uuid, A.uuid.upper()], [2]),
        ([A.uuid, NOWHERE, A.uuid, NOWHERE], [1, 2, 3]),
        ([OTHER.uuid, A.uuid, OTHER.uuid], [0, 1, 2]),
        ([], []),
    ],
)
def test_of_a_line_that_is_named_again_the_last_entry_stays(bench, names, kept):
    lines = lines_of(bench, *({"line_item_uuid": name} for name in names))

    assert [id(line) for line in last_entries(lines)] == [id(lines[index]) for index in kept]
