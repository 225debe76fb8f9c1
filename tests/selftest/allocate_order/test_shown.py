"""Which order an exchange shows, and what is allocated when lines are allocated again."""

import json
from dataclasses import replace

import pytest

from contracts.allocate_order.requests import Dialect, allocated
from contracts.allocate_order.shown import shown_order
from tests.selftest.conftest import ORDER, order

ALLOCATION, DETAIL = "/timp/orders/allocation/", "/timp/orders/"


@pytest.mark.parametrize(
    ("method", "path", "status", "name"),
    [
        ("PUT", f"{ALLOCATION}{ORDER.uuid}/", 200, ORDER.uuid),
        ("PUT", f"{ALLOCATION}{ORDER.uuid.upper()}", 201, ORDER.uuid),
        ("PUT", f"{ALLOCATION}{ORDER.uuid}/?a=1", 200, ORDER.uuid),
        ("GET", f"{DETAIL}{ORDER.uuid}/", 200, ORDER.uuid),
        ("PUT", f"{ALLOCATION}order/", 200, None),
        ("PUT", f"{ALLOCATION}{ORDER.uuid}/", 204, None),
        ("PUT", f"{ALLOCATION}{ORDER.uuid}/", 400, None),
        ("GET", f"{ALLOCATION}{ORDER.uuid}/", 200, None),
        ("PUT", f"{DETAIL}{ORDER.uuid}/", 200, None),
        ("GET", f"{DETAIL}order/", 200, None),
        ("GET", f"{DETAIL}{ORDER.uuid}/", 404, None),
    ],
)
def test_an_accepted_allocation_and_a_read_back_show_their_order(bench, method, path, status, name):
    exchange = bench.exchange(bench.variant(bench.base(), method=method, path=path), status, {"line_items": []})
    found = shown_order(exchange)

    assert (found is None) is (name is None)
    assert found is None or found.uuid == name
    assert shown_order(replace(exchange, response=None)) is None


@pytest.mark.parametrize(
    ("form", "split", "expected"),
    [
        ("iso", lambda n: (n - 1, 0, 1), (9, 0, 1)),
        ("iso", lambda n: (n - 1, 1, 0), (9, 1, 0)),
        (None, lambda n: (n - 3, 1, 2), (7, 3, 0)),
    ],
)
@pytest.mark.parametrize("indexes", [(), (0,), (2, 0)])
def test_lines_that_are_allocated_again_have_a_date_where_something_is_backordered(
    bench, form, split, expected, indexes
):
    sent, kit = order(3, 10), replace(bench.kit, dialect=Dialect(form=form))
    base = bench.endpoint.definition.bases["plain"](sent, kit)
    before = json.loads(base.body)["line_items"]
    after = json.loads(allocated(split, *indexes)(base, sent, kit).body)["line_items"]

    for index, (old, new) in enumerate(zip(before, after, strict=True)):
        if index in indexes or not indexes:
            numbers = [new["allocation"][f"quantity_{name}"] for name in ("accepted", "rejected", "backordered")]
            assert tuple(numbers) == expected
            assert ("backorder_date" in new["allocation"]) is (expected[2] > 0)
        else:
            assert new == old
