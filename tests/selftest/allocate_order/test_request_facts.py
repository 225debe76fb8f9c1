"""What is true of a request, in words that follow "if", and what it says in one line: as tables."""

import datetime
import json

import pytest

from contracts.allocate_order.facts import facts, said
from contracts.model.case import Case
from contracts.model.exchange import LineItem, Order, Request
from contracts.standard.calibration import can_be_ours, passes
from tests.selftest.conftest import TODAY

ORDER = Order(
    "319bba9f-71b1-4a93-8abf-67a45b8fdd5c",
    tuple(LineItem(f"b84ccd3c-88f8-4050-accf-e0491630{n:04}", 6) for n in range(5)),
)
NAMES = [line.uuid for line in ORDER.line_items]


def line(accepted, rejected=0, backordered=0, date=None, name=NAMES[0]):
    """A line item of a request; a quantity of None is left out."""
    numbers = {"quantity_accepted": accepted, "quantity_rejected": rejected, "quantity_backordered": backordered}
    allocation = {key: value for key, value in numbers.items() if value is not None}
    return {"line_item_uuid": name, "allocation": allocation | ({"backorder_date": date} if date is not None else {})}


@pytest.fixture
def shown(bench):
    """Makes the exchange of a request with some lines, and the context of its order."""

    def make(*lines, method="PUT"):
        body = json.dumps({"line_items": lines}).encode()
        request = Request(method, f"/timp/orders/allocation/{ORDER.uuid}/", bench.base().headers, body)
        return bench.exchange(request, 200, {}), bench.endpoint.context((ORDER,), bench.defaults)

    return make


@pytest.fixture
def true(shown):
    """Makes the facts of a request with some lines, as the only change of a case."""

    def make(*lines, role="change"):
        exchange, context = shown(*lines)
        return set(facts(Case("a.b/c", ((role, exchange),)), exchange, context))

    return make


def above(bound):
    bounds = (0, 1, 127, 255, 32_767)
    return {f"a quantity is above {each}" for each in bounds if each < bound} | {
        f"no quantity is above {each}" for each in bounds if each >= bound
    }


@pytest.mark.parametrize("number", [0, 1, 2, 127, 128, 255, 256, 32_767, 32_768])
def test_the_largest_quantity_is_compared_with_the_bounds_of_machine_types(true, number):
    found = {fact for fact in true(line(number)) if "quantity is above" in fact}

    assert found == above(number)


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ((6, 0, 0), {"something is accepted", "nothing is rejected", "nothing is backordered", "the sum is equal to"}),
        ((0, 6, 0), {"nothing is accepted", "something is rejected", "nothing is backordered", "the sum is equal to"}),
        ((0, 0, 5), {"nothing is accepted", "nothing is rejected", "something is backordered", "the sum is below"}),
        ((5, 1, 1), {"something is accepted", "something is rejected", "something is backordered", "the sum is above"}),
        ((6, None, 0), {"something is accepted", "nothing is backordered"}),
    ],
)
def test_quantities_are_something_or_nothing_and_their_sum_is_compared_with_what_was_ordered(true, numbers, expected):
    words = (" is accepted", " is rejected", " is backordered", "the sum is")
    found = {fact.removesuffix(" what was ordered") for fact in true(line(*numbers)) if any(w in fact for w in words)}

    assert found == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([0], {"there is one line"}),
        ([0, 1], {"there are several lines", "there are two lines", "no line is named twice"}),
        ([0, 0], {"there are several lines", "there are two lines", "a line is named twice"}),
        ([0, 1, 2], {"there are several lines", "there are more than two lines", "no line is named twice"}),
        ([0, 1, 0], {"there are several lines", "there are more than two lines", "a line is named twice"}),
    ],
)
def test_lines_are_counted(true, names, expected):
    found = true(*(line(6, name=NAMES[name]) for name in names))

    assert {fact for fact in found if " line" in fact} == expected


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ([None], {"no date is given"}),
        ([TODAY - datetime.timedelta(days=1)], {"a date is given", "the date is in the past"}),
        ([TODAY], {"a date is given", "the date is in this year"}),
        ([datetime.date(2027, 12, 31)], {"a date is given", "the date is in this year"}),
        ([datetime.date(2028, 1, 1)], {"a date is given", "the date is in the next year"}),
        ([datetime.date(2029, 1, 1)], {"a date is given", "the date is in a later year"}),
        (
            [datetime.date(2029, 1, 1), None, datetime.date(2028, 5, 1)],
            {"a date is given", "the date is in a later year", "the date is in the next year"},
        ),
        (["soon"], {"a date is given"}),
    ],
)
def test_dates_are_compared_with_the_day_of_the_request(true, dates, expected):
    found = true(*(line(5, 0, 1, date and str(date), name=NAMES[n]) for n, date in enumerate(dates)))

    assert {fact for fact in found if "date" in fact} == expected


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("change", {"the request was not sent before"}),
        ("race", {"another request is sent at the same time", "the request was not sent before"}),
        ("again", {"the order was allocated otherwise just before", "the request was not sent before"}),
    ],
)
def test_the_role_of_a_request_in_its_case_is_a_fact(true, role, expected):
    words = ("request", "the order")

    assert {fact for fact in true(line(6), role=role) if any(word in fact for word in words)} == expected


def test_a_request_that_was_accepted_before_is_one_that_was_sent_before(shown):
    (first, context), (second, _) = shown(line(6)), shown(line(6))

    assert "the request was sent before" in facts(Case("a.b/c", (("base", first), ("change", second))), second, context)


@pytest.mark.parametrize("body", [b"", b"[]", b'{"line_items": []}', b"x"])
def test_nothing_is_true_of_what_is_not_an_allocation(bench, body):
    exchange = bench.exchange(bench.variant(bench.base(), body=body), 400, {})

    assert facts(bench.one(exchange), exchange, bench.context()) == ()
    assert said(exchange, bench.context()) == f"PUT {exchange.request.path}"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([line(6)], "ordered 6: accepted 6 + rejected 0 + backordered 0 = 6"),
        (
            [line(5, 0, 1, "2027-04-14")],
            'backorder_date "2027-04-14", ordered 6: accepted 5 + rejected 0 + backordered 1 = 6',
        ),
        ([line("5x", None, 1)], 'ordered 6: accepted "5x" + backordered 1'),
        ([line(None, None, None)], "ordered 6: no quantity"),
        ([line(1, name="7a1e2b9c-3f60-4f7e-9a55-0c9d1e2d3a4b")], "accepted 1 + rejected 0 + backordered 0 = 1"),
        ([line("x" * 38)], f'ordered 6: accepted "{"x" * 38}" + rejected 0 + backordered 0'),
        ([line("x" * 39)], f'ordered 6: accepted "{"x" * 38}… + rejected 0 + backordered 0'),
    ],
)
def test_a_line_is_said_with_what_was_ordered_and_what_is_sent(shown, lines, expected):
    assert said(*shown(*lines)) == expected


def test_of_more_than_three_lines_the_others_are_counted(shown):
    one = "ordered 6: accepted 6 + rejected 0 + backordered 0 = 6"
    lines = [line(6, name=name) for name in NAMES]

    assert said(*shown(*lines[:3])) == "; ".join([one] * 3)
    assert said(*shown(*lines)) == "; ".join([one] * 3) + "; and 2 more lines"


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "QUERY"])
def test_another_verb_is_said_with_its_path(shown, method):
    assert said(*shown(line(6), method=method)) == f"{method} /timp/orders/allocation/{ORDER.uuid}/"


# ------------------------------------------------------------------------------------------ calibration


@pytest.mark.parametrize(
    ("status", "changes", "changes_nothing"),
    [(200, True, True), (201, True, True), (404, False, True), *((s, False, False) for s in (400, 403, 405, 409, 500))],
)
def test_a_request_passes_if_it_was_accepted_or_if_nothing_may_be_changed_its_order_was_not_found(
    bench, status, changes, changes_nothing
):
    exchange = bench.exchange(bench.base(), status, {})

    for may_change, expected in ((True, changes), (False, changes_nothing)):
        kit = type(bench.kit)(0, TODAY, may_change=may_change)
        assert passes(exchange, kit) is expected


@pytest.mark.parametrize(
    ("body", "ours"), [(b"{}", True), (b"", True), (b"ok", True), (b"<html>", False), (b"\xef\xbb\xbf \n<a>", False)]
)
def test_a_page_is_not_an_answer_of_a_json_call(bench, body, ours):
    assert can_be_ours(bench.exchange(bench.base(), 200, body)) is ours
