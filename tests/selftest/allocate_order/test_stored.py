"""What is stored on an order, as its read-back shows it: in the published form or not, the same as sent or not."""

import pytest

from contracts.allocate_order.stored import day, differences, meant, read_back, unreadable
from contracts.model.case import Case

QUANTITIES = {"quantity_allocated": 6, "quantity_rejected": 0, "quantity_backordered": 0}


def allocated(**changed):
    """The line items of an order detail, with an allocation that is changed."""
    return {"line_items": [{"line_item_uuid": "a", "allocation": QUANTITIES | {"backorder_date": None} | changed}]}


def without(name):
    """The line items of an order detail, whose allocation lacks a member."""
    (line,) = allocated()["line_items"]
    return {"line_items": [line | {"allocation": {k: v for k, v in line["allocation"].items() if k != name}}]}


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        pytest.param(200, allocated(), "", id="published-form"),
        pytest.param(200, {"line_items": [{"line_item_uuid": "a", "allocation": None}]}, "", id="nothing-allocated"),
        pytest.param(200, {"line_items": [{"line_item_uuid": "a"}]}, "`allocation`", id="no-word-of-allocations"),
        pytest.param(200, {"line_items": [{"uuid": "a", "allocation": None}]}, "`line_item_uuid`", id="another-name"),
        pytest.param(200, without("quantity_rejected"), "`quantity_rejected`", id="a-quantity-less"),
        pytest.param(200, {"lines": []}, "`line_items`", id="another-form"),
        pytest.param(200, b"<html>", "`line_items`", id="no-json"),
        pytest.param(403, {"line_items": []}, "403", id="forbidden"),
        pytest.param(404, {"line_items": []}, "404", id="not-there"),
    ],
)
def test_an_order_detail_that_is_not_the_published_one_is_named(bench, status, body, reason):
    said = unreadable(bench.success(bench.base()), bench.exchange(bench.base(), status, body))

    assert bool(said) == bool(reason)
    assert reason in said


CACHES = {
    "its-age": ("Age", "7"),
    "cache-status": ("Cache-Status", "ExampleCache; hit; ttl=100"),
    "two-numbers": ("X-Varnish", "98334 98331"),
    "a-hit": ("X-Cache", "Hit from cloudfront"),
    "a-hit-and-a-miss": ("X-Cache", "HIT, MISS"),
    "a-hit-by-tcp": ("X-Cache", "TCP_HIT from edge"),
    "stale": ("X-Proxy-Cache", "STALE"),
    "cdn": ("CF-Cache-Status", "HIT"),
}
NO_CACHES = {
    "new": ("Age", "0"),
    "no-age": ("Age", "unknown"),
    "one-number": ("X-Varnish", "98334"),
    "a-miss": ("X-Cache", "Miss from cloudfront"),
    "handed-on": ("Cache-Status", "ExampleCache; fwd=miss; stored"),
    "dynamic": ("CF-Cache-Status", "DYNAMIC"),
    "asked-again": ("CF-Cache-Status", "REVALIDATED"),
    "another-header": ("X-Whit", "hit"),
}


@pytest.mark.parametrize("header", CACHES.values(), ids=CACHES)
def test_what_a_cache_shows_of_an_order_is_unknown(bench, header):
    read = bench.exchange(bench.base(), 200, allocated(), (header,))

    assert read_back(read) is None
    assert "cache" in unreadable(bench.success(bench.base()), read)


@pytest.mark.parametrize("header", NO_CACHES.values(), ids=NO_CACHES)
def test_what_a_cache_hands_on_shows_the_order(bench, header):
    read = bench.exchange(bench.base(), 200, allocated(), (header,))

    assert read_back(read) is not None
    assert unreadable(bench.success(bench.base()), read) == ""


def test_an_order_detail_without_dates_does_for_requests_without_dates(bench):
    read = bench.exchange(bench.base(), 200, without("backorder_date"))

    assert unreadable(bench.success(bench.base()), read) == ""
    assert "`backorder_date`" in unreadable(bench.success(bench.base("dated")), read)


@pytest.mark.parametrize(
    ("shown", "sent", "same"),
    [
        pytest.param("2026-Dec-26", "2026-12-26", True, id="month-name"),
        pytest.param("2027-001-005", "2027-01-05", True, id="three-digits"),
        pytest.param("2027-001-005", "2027-001-005", True, id="as-sent"),
        pytest.param("next week", "next week", True, id="as-sent-and-no-date"),
        pytest.param("20270105", "2027-Jan-05", True, id="compact"),
        pytest.param("2027-01-05T00:00:00+00:00", "2027-01-05", True, id="midnight"),
        pytest.param("2027-01-04T23:00:00Z", "2027-01-05", True, id="midnight-of-another-zone"),
        pytest.param("05/01/2027", "2027-01-05", True, id="cannot-be-read"),
        pytest.param(1799107200, "2027-01-05", True, id="a-number"),
        pytest.param("2027-01-04", "2027-01-05", False, id="the-day-before"),
        pytest.param("2027-Jan-04", "2027-001-005", False, id="the-day-before-in-other-forms"),
        pytest.param("2027-01-04T00:00:00Z", "2027-01-05", False, id="midnight-of-the-day-before"),
        pytest.param(None, "2027-01-05", False, id="lost"),
    ],
)
def test_a_date_is_the_same_in_every_form_that_can_be_read(shown, sent, same):
    due = {"a": {"quantity_backordered": 1, "backorder_date": day(sent)}}

    assert (differences({"a": {"backorder_date": day(shown)}}, due) == []) == same


def test_what_an_order_detail_does_not_show_is_unknown_and_not_different(bench):
    stored = read_back(bench.exchange(bench.base(), 200, without("quantity_rejected")))

    assert differences(stored, {"a": {"quantity_accepted": 6, "quantity_rejected": 1}}) == []
    assert differences(stored, {"b": {"quantity_accepted": 6}}) == []
    assert differences(stored, {"a": {"quantity_accepted": 5}}) == ["quantity_accepted"]


@pytest.mark.parametrize(
    ("answer", "stored"),
    [
        ({}, (0, 1)),
        ({"status": "Item Not Found"}, (0,)),
        ({"error": {"code": 7}}, (0,)),
        ({"error": None}, (0, 1)),
        ({"line_item_uuid": []}, (0,)),
        ({"line_item_uuid": {"uuid": None}}, (0,)),
        (None, (0,)),
    ],
)
def test_a_line_that_the_answer_reports_or_leaves_out_is_not_stored(bench, answer, stored):
    request, names = bench.base(), [item.uuid for item in bench.order.line_items]
    first, second = bench.lines(request)
    lines = [first, *([] if answer is None else [second | answer])]
    case = Case("made/by hand", (("base", bench.exchange(request, 200, {"line_items": lines})),))

    assert set(meant(case, case.base, bench.context())) == {names[index] for index in stored}


@pytest.mark.parametrize("name", [None, [], [None], {}, 5, True], ids=repr)
def test_names_that_are_not_texts_in_the_answer_to_the_base_say_nothing_of_lines(bench, name):
    request = bench.base()
    base = bench.exchange(request, 200, {"line_items": [{"line_item_uuid": name}]})
    case = Case("made/by hand", (("base", base), ("change", bench.success(request))))

    assert set(meant(case, case.steps[-1][1], bench.context())) == {item.uuid for item in bench.order.line_items}
