"""Which order an exchange shows, and what is allocated when lines are allocated again."""

import json
from dataclasses import replace

import pytest

from contracts.allocate_order.requests import Dialect, allocated
from contracts.allocate_order.shown import shown_order
from contracts.model.exchange import Request
from contracts.model.unknown import Part
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
        ("PUT", f"{ALLOCATION}{ORDER.uuid}/", 202, None),
        ("PUT", f"{ALLOCATION}{ORDER.uuid}/", 204, None),
        ("PUT", f"{ALLOCATION}{ORDER.uuid}/", 400, None),
        ("GET", f"{ALLOCATION}{ORDER.uuid}/", 200, None),
        ("TRACE", f"{ALLOCATION}{ORDER.uuid}/", 200, None),
        ("PUT", f"{DETAIL}{ORDER.uuid}/", 200, None),
        ("DELETE", f"{DETAIL}{ORDER.uuid}/", 200, None),
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


A, B = (item.uuid for item in ORDER.line_items)


def shown(bench, method, asked, answered, lacks=()):
    """The line items that an exchange shows, as (name, quantity ordered); the bodies are given as values."""
    path = f"{ALLOCATION if method == 'PUT' else DETAIL}{ORDER.uuid}/"
    exchange = bench.exchange(Request(method, path, body=json.dumps(asked).encode()), 200, answered)
    found = shown_order(replace(exchange, lacks=frozenset(lacks)))
    return {(item.uuid, item.quantity_ordered) for item in found.line_items}


@pytest.mark.parametrize(
    ("asked", "answered", "names"),
    [
        ([{"line_item_uuid": A}, {"line_item_uuid": B}], [A, B], {A, B}),
        ([{"line_item_uuid": A}], [A, B], {A}),
        ([{"line_item_uuid": A}, {"line_item_uuid": B}], [A], {A}),
        ([{"line_item_uuid": A.upper()}], [A], {A}),
        ([{"LINE_ITEM_UUID": A}], [A.upper()], {A}),
        ([{"order_item_id": A}], [A], {A}),
        ([{"line_item_uuid": "line"}], ["line"], set()),
        ([A, None, {}], [A], set()),
        ({"line_item_uuid": A}, [A], set()),
    ],
)
@pytest.mark.parametrize("member", ["line_items", "Line_Items"])
def test_an_allocation_shows_the_lines_that_were_asked_for_and_answered(bench, asked, answered, names, member):
    answer = {"line_items": [{"line_item_uuid": name} for name in answered]}

    assert shown(bench, "PUT", {member: asked}, answer) == {(name, None) for name in names}
    assert shown(bench, "PUT", [member], answer) == set()
    assert shown(bench, "PUT", {member: asked}, {}) == set()


def test_without_the_body_of_a_request_the_lines_that_were_answered_are_shown(bench):
    answer = {"line_items": [{"line_item_uuid": A}, {"line_item_uuid": B, "status": "Item Not Found"}]}

    assert shown(bench, "PUT", {}, answer, [Part.REQUEST_BODY]) == {(A, None)}
    assert shown(bench, "PUT", {"line_items": [{"line_item_uuid": B}]}, answer) == set()


@pytest.mark.parametrize(
    ("entry", "ordered"),
    [
        ({"allocation": {"quantity_ordered": 5}}, 5),
        ({"allocation": {"quantity_ordered": 1}}, 1),
        ({"allocation": {"quantity_ordered": "12"}}, 12),
        ({"allocation": {"quantity_ordered": 5}, "quantity_ordered": 7}, 5),
        ({"allocation": {"quantity_ordered": 0}, "quantity_ordered": 7}, 7),
        ({"allocation": None, "quantity_ordered": 7}, 7),
        ({"quantity_ordered": "9" * 15}, 10**15 - 1),
        ({"quantity_ordered": "9" * 16}, None),
        ({"quantity_ordered": "9" * 17}, None),
        ({"quantity_ordered": -1}, None),
        ({"quantity_ordered": True}, None),
        ({"quantity_ordered": 2.0}, None),
        ({"quantity_ordered": "\u0665"}, None),
        ({"quantity_ordered": "five"}, None),
        ({}, None),
    ],
)
def test_an_order_that_was_read_back_shows_what_was_ordered_of_each_line(bench, entry, ordered):
    detail = {"line_items": [{"line_item_uuid": A.upper(), **entry}, {"line_item_uuid": "line"}, {}, A, None]}

    assert shown(bench, "GET", None, detail) == {(A, ordered)}


@pytest.mark.parametrize(
    "detail", [{}, [], {"line_items": {"line_item_uuid": A}}, {"line_items": [{"allocation": {}}]}]
)
def test_an_order_detail_of_another_form_shows_no_line(bench, detail):
    assert shown(bench, "GET", None, detail) == set()


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
