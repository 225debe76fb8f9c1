"""Refusals of single fields whose code is not that of the page."""

from __future__ import annotations

from provider.allocate_order.handler import AllocateOrder
from provider.allocate_order.validation import Line
from provider.fault import Stage, fault
from provider.http import RefusalError
from provider.orders import Order
from provider.standard.faults.errors import FAILS, FITS, coded

TEXTS = ("robustness.long-strings", "robustness.odd-text", "robustness.special-characters")
CODES = (
    coded(
        "answers-404-for-a-bad-line-item",
        "A line item that is none is answered 404.",
        404,
        lambda r: r.code == "invalid_line_item",
        FITS,
    ),
    coded(
        "answers-409-for-missing-line-items",
        "Missing line_items are answered 409.",
        409,
        lambda r: r.code == "invalid_line_items",
        FITS,
    ),
    coded(
        "fails-on-missing-quantities",
        "A missing quantity is answered 500.",
        500,
        lambda r: r.message.endswith("is required.") and (r.field or "").startswith("quantity"),
        FAILS,
        causes="the error's text names the quantity",
    ),
    coded(
        "fails-on-missing-line-items",
        "Missing line_items are answered 500.",
        500,
        lambda r: r.message == "line_items is required.",
        FAILS,
    ),
    coded(
        "fails-on-line-items-that-are-none",
        "A line item that is not an object is answered 500.",
        500,
        lambda r: r.code == "invalid_line_item",
        FAILS,
        also=("robustness.deep-json",),
    ),
    coded(
        "fails-on-missing-allocations",
        "A missing allocation is answered 500.",
        500,
        lambda r: r.message == "allocation is required.",
        FAILS,
    ),
    coded(
        "fails-on-foreign-line-items",
        "A line item that is not the order's is answered 503.",
        503,
        lambda r: r.code == "invalid_line_item_uuid" and r.status == 422,
        FAILS,
        also=("request-parameters.foreign-line-item", *TEXTS),
    ),
    coded(
        "fails-on-impossible-dates",
        "A day no calendar has is answered 500.",
        500,
        lambda r: r.message == "No calendar has this day.",
        FAILS,
        also=("response-codes.impossible-date",),
    ),
)


@fault("store", FAILS, severity="critical")
def fails_for_good_after_the_last_date(call: AllocateOrder, honest: Stage, order: Order, lines: list[Line]) -> None:
    """An order with the date 9999-12-31 is answered 500 from then on."""
    broken = call.__dict__.setdefault("broken", set())
    if order.uuid in broken:
        raise RefusalError(500, "server_error", "Something went wrong.")
    honest(order, lines)
    if any(line.allocation and line.allocation.backorder_date == "9999-12-31" for line in lines):
        broken.add(order.uuid)
