"""Refusals whose body or code is not as the page, HTTP and JSON have them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from provider.allocate_order.faults.fault import Fault, Stage
from provider.allocate_order.handler import AllocateOrder
from provider.http import Answer, Message, RefusalError


def _refusal(name: str, what: str, edit: Callable[[Answer], Answer], *breaks: str, also: tuple[str, ...] = ()) -> Fault:
    def deviation(_call: AllocateOrder, honest: Stage, message: Message, refusal: RefusalError) -> Answer:
        return edit(honest(message, refusal))

    return Fault(name, what, "refuse", deviation, breaks, ("openapi.content-type", "openapi.body", *also), "minor")


def _typed(answer: Answer, media_type: str, body: bytes) -> Answer:
    return replace(answer, headers={**answer.headers, "Content-Type": media_type}, body=body)


TYPE, PARSES = "http.error-media-type", "http.error-parses"
ERRORS = (
    _refusal("html-error-pages", "A refusal is an HTML page.", lambda a: _typed(a, "text/html", b"<h1>No</h1>"), TYPE),
    _refusal("text-errors", "A refusal is plain text.", lambda a: _typed(a, "text/plain", b"No"), TYPE),
    _refusal("xml-errors", "A refusal is XML.", lambda a: _typed(a, "application/xml", b"<error/>"), TYPE),
    _refusal("errors-cut-off", "The JSON of a refusal is cut off.", lambda a: replace(a, body=a.body[:-1]), PARSES),
    _refusal(
        "errors-as-python-writes-them",
        "A refusal is a dictionary of Python.",
        lambda a: replace(a, body=b"{'error': None}"),
        PARSES,
    ),
    _refusal(
        "errors-as-bare-words",
        "A refusal is a word that is not JSON.",
        lambda a: replace(a, body=b"Bad Request"),
        PARSES,
    ),
)


def _coded(
    name: str,
    what: str,
    status: int,
    matches: Callable[[RefusalError], bool],
    *breaks: str,
    also: tuple[str, ...] = (),
    causes: str = "",
) -> Fault:
    """Some refusals have another code."""

    def deviation(_call: AllocateOrder, honest: Stage, message: Message, refusal: RefusalError) -> Answer:
        if matches(refusal):
            refusal.status = status
        answer: Answer = honest(message, refusal)
        return answer

    return Fault(name, what, "refuse", deviation, breaks, ("openapi.status-code", *also), causes=causes)


FITS, FAILS = "response-codes.refusal-fits-its-cause", "http.no-server-error"
TEXTS = ("robustness.long-strings", "robustness.odd-text", "robustness.special-characters")
CODES = (
    _coded(
        "answers-404-for-a-bad-line-item",
        "A line item that is none is answered 404.",
        404,
        lambda r: r.code == "invalid_line_item",
        FITS,
    ),
    _coded(
        "answers-409-for-missing-line-items",
        "Missing line_items are answered 409.",
        409,
        lambda r: r.code == "invalid_line_items",
        FITS,
    ),
    _coded(
        "answers-403-for-a-bad-body",
        "A body that is not an object is answered 403.",
        403,
        lambda r: r.code == "invalid_body",
        FITS,
    ),
    _coded(
        "answers-418-for-a-bad-body",
        "A body that is not an object is answered 418.",
        418,
        lambda r: r.code == "invalid_body",
        "response-codes.documented",
    ),
    _coded(
        "answers-302-for-a-bad-body",
        "A body that is not an object is answered 302.",
        302,
        lambda r: r.code == "invalid_body",
        "response-codes.documented",
    ),
    _coded(
        "answers-200-for-a-bad-body",
        "The refusal of a body that is not an object is answered 200.",
        200,
        lambda r: r.code == "invalid_body",
        "request-parameters.body-is-an-object",
        also=("response-parameters.shape", "openapi.body"),
    ),
    _coded(
        "fails-on-missing-quantities",
        "A missing quantity is answered 500.",
        500,
        lambda r: r.message.endswith("is required.") and (r.field or "").startswith("quantity"),
        FAILS,
        causes="the error's text names the quantity",
    ),
    _coded(
        "fails-on-missing-line-items",
        "Missing line_items are answered 500.",
        500,
        lambda r: r.message == "line_items is required.",
        FAILS,
    ),
    _coded(
        "fails-on-line-items-that-are-none",
        "A line item that is not an object is answered 500.",
        500,
        lambda r: r.code == "invalid_line_item",
        FAILS,
        also=("robustness.deep-json",),
    ),
    _coded(
        "fails-on-missing-allocations",
        "A missing allocation is answered 500.",
        500,
        lambda r: r.message == "allocation is required.",
        FAILS,
    ),
    _coded(
        "fails-on-bodies-that-are-no-object",
        "A body that is not an object is answered 500.",
        500,
        lambda r: r.code == "invalid_body",
        FAILS,
    ),
    _coded(
        "fails-on-unknown-orders",
        "A request for an order that is not there is answered 500.",
        500,
        lambda r: r.code == "unknown_order",
        FAILS,
        also=("url-parameters.unknown-order",),
    ),
    _coded(
        "fails-on-foreign-line-items",
        "A line item that is not the order's is answered 503.",
        503,
        lambda r: r.code == "invalid_line_item_uuid" and r.status == 422,
        FAILS,
        also=("request-parameters.foreign-line-item", *TEXTS),
    ),
    _coded(
        "fails-on-malformed-json",
        "A body that is not JSON is answered 500.",
        500,
        lambda r: r.code == "malformed_json",
        FAILS,
        also=("response-codes.malformed-json", "robustness.deep-json", "robustness.giant-numbers"),
    ),
    _coded(
        "fails-on-impossible-dates",
        "A day no calendar has is answered 500.",
        500,
        lambda r: r.message == "No calendar has this day.",
        FAILS,
        also=("response-codes.impossible-date",),
    ),
    _coded(
        "fails-on-other-media-types",
        "Another media type is answered 500.",
        500,
        lambda r: r.code == "unsupported_media_type",
        FAILS,
        also=("http.content-type-absent",),
    ),
)
