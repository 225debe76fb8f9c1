"""Refusals whose body or code is not as the page, HTTP and JSON have them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from provider.fault import Fault, Stage, fault
from provider.http import Answer, Message, RefusalError
from provider.standard.handler import StandardCall


def _refusal(name: str, what: str, edit: Callable[[Answer], Answer], *breaks: str, also: tuple[str, ...] = ()) -> Fault:
    def deviation(_call: StandardCall, honest: Stage, message: Message, refusal: RefusalError) -> Answer:
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


def coded(
    name: str,
    what: str,
    status: int,
    matches: Callable[[RefusalError], bool],
    *breaks: str,
    also: tuple[str, ...] = (),
    causes: str = "",
) -> Fault:
    """Make a fault that refuses some requests with another code."""

    def deviation(_call: StandardCall, honest: Stage, message: Message, refusal: RefusalError) -> Answer:
        if matches(refusal):
            refusal.status = status
        answer: Answer = honest(message, refusal)
        return answer

    return Fault(name, what, "refuse", deviation, breaks, ("openapi.status-code", *also), causes=causes)


FITS, FAILS = "response-codes.refusal-fits-its-cause", "http.no-server-error"
CODES = (
    coded(
        "answers-403-for-a-bad-body",
        "A body that is not an object is answered 403.",
        403,
        lambda r: r.code == "invalid_body",
        FITS,
    ),
    coded(
        "answers-418-for-a-bad-body",
        "A body that is not an object is answered 418.",
        418,
        lambda r: r.code == "invalid_body",
        "response-codes.documented",
    ),
    coded(
        "answers-302-for-a-bad-body",
        "A body that is not an object is answered 302.",
        302,
        lambda r: r.code == "invalid_body",
        "response-codes.documented",
    ),
    coded(
        "answers-200-for-a-bad-body",
        "The refusal of a body that is not an object is answered 200.",
        200,
        lambda r: r.code == "invalid_body",
        "request-parameters.body-is-an-object",
        also=("response-parameters.shape", "openapi.body"),
    ),
    coded(
        "fails-on-bodies-that-are-no-object",
        "A body that is not an object is answered 500.",
        500,
        lambda r: r.code == "invalid_body",
        FAILS,
    ),
    coded(
        "fails-on-unknown-orders",
        "A request for an order that is not there is answered 500.",
        500,
        lambda r: r.code == "unknown_order",
        FAILS,
        also=("url-parameters.unknown-order",),
    ),
    coded(
        "fails-on-malformed-json",
        "A body that is not JSON is answered 500.",
        500,
        lambda r: r.code == "malformed_json",
        FAILS,
        also=("response-codes.malformed-json", "robustness.deep-json", "robustness.giant-numbers"),
    ),
    coded(
        "fails-on-other-media-types",
        "Another media type is answered 500.",
        500,
        lambda r: r.code == "unsupported_media_type",
        FAILS,
        also=("http.content-type-absent",),
    ),
)


@fault("answer", FAILS)
def fails_without_a_signature(_call: StandardCall, honest: Stage, message: Message) -> Answer:
    """Another media type ends the application's code: the server answers 500, and not with its name as elsewhere."""
    answer: Answer = honest(message)
    if answer.status == 415:
        return Answer(500, b"<html><h1>Internal Server Error</h1></html>", {"Content-Type": "text/html"})
    return replace(answer, headers={**answer.headers, "Server": "gunicorn"})
