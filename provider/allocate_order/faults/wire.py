"""A success on the wire: its code, its media type, its JSON, its shape."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from provider.allocate_order.faults.fault import Fault, Stage, fault
from provider.allocate_order.handler import AllocateOrder
from provider.http import Answer

AT = "response-parameters"
BODY, TYPE, STATUS = "openapi.body", "openapi.content-type", "openapi.status-code"
PARSES, SHAPE = f"{AT}.json-parses", f"{AT}.shape"


def _answering(name: str, what: str, edit: Callable[[Answer], Answer], *breaks: str, also: tuple[str, ...]) -> Fault:
    def deviation(_call: AllocateOrder, honest: Stage, *seen: Any) -> Answer:
        return edit(honest(*seen))

    return Fault(name, what, "carried_out", deviation, breaks, also)


def _status(status: int, phrase: str) -> Fault:
    what = f"A success is answered {status} {phrase}."
    edit = lambda answer: replace(answer, status=status)  # noqa: E731
    return _answering(f"success-is-{status}", what, edit, "response-codes.success", also=(STATUS,))


def _declared(name: str, media_type: str | None) -> Fault:
    headers = {"Content-Type": media_type} if media_type else {}
    what = f"A success is declared {media_type}." if media_type else "A success declares no media type."
    return _answering(name, what, lambda a: replace(a, headers=headers), f"{AT}.media-type", also=(TYPE,))


def _bytes(
    name: str, what: str, edit: Callable[[bytes], bytes], clause: str = PARSES, also: tuple[str, ...] = ()
) -> Fault:
    seen = (BODY, "openapi.headers", *also)
    return _answering(name, what, lambda a: replace(a, body=edit(a.body)), clause, also=seen)


def _value(name: str, what: str, edit: Callable[[Any], Any], *breaks: str) -> Fault:
    change = lambda a: replace(a, body=json.dumps(edit(json.loads(a.body))).encode())  # noqa: E731
    also = (BODY, SHAPE, f"{AT}.status-agrees", "state.repeat")
    return _answering(name, what, change, *(breaks or (SHAPE,)), also=also)


@fault("carried_out", "response-codes.success", also=(STATUS,))
def answers_204(_call: AllocateOrder, honest: Stage, *seen: Any) -> Answer:
    """A success is answered 204, without a body."""
    honest(*seen)
    return Answer(204)


STATUSES = (
    _status(202, "Accepted"),
    _status(206, "Partial Content"),
    _status(207, "Multi-Status"),
    _status(226, "IM Used"),
)
MEDIA_TYPES = (
    _declared("success-as-text", "text/plain"),
    _declared("success-as-html", "text/html; charset=utf-8"),
    _declared("success-as-text-json", "text/json"),
    _declared("success-as-problem", "application/problem+json"),
    _declared("success-as-octets", "application/octet-stream"),
    _declared("success-without-a-media-type", None),
)
JSON = (
    _bytes("success-cut-off", "The last character of a success is missing.", lambda body: body[:-1]),
    _bytes("success-without-a-body", "A success has no body.", lambda _body: b""),
    _bytes("success-with-something-behind", "A success has a character behind the JSON.", lambda body: body + b";"),
    _bytes("success-twice", "A success is written twice.", lambda body: body + body),
    _bytes("success-as-a-call", "A success is the argument of a call.", lambda body: b"callback(" + body + b")"),
    _bytes("success-in-single-quotes", "A success is quoted as Python does.", lambda body: body.replace(b'"', b"'")),
    _bytes("success-with-a-trailing-comma", "A success ends in a comma.", lambda body: body[:-1] + b"," + body[-1:]),
    _bytes("success-in-utf-16", "A success is UTF-16.", lambda body: body.decode().encode("utf-16")),
    _bytes("success-with-a-byte-order-mark", "A byte order mark is before it.", lambda body: b"\xef\xbb\xbf" + body),
    _bytes(
        "success-in-latin-1",
        "A success has a byte in it that is not UTF-8.",
        lambda body: body.replace(b'"line_items"', b'"line_items\xe9"', 1),
    ),
    _bytes(
        "success-names-a-member-twice",
        "A success names line_items twice.",
        lambda body: body[:-1] + b', "line_items": []}',
        f"{AT}.json-unambiguous",
    ),
    _bytes(
        "success-names-a-quantity-twice",
        "A success names quantity_shipped twice in a line item.",
        lambda body: body.replace(b'"quantity_shipped": 0', b'"quantity_shipped": 0, "quantity_shipped": 1'),
        f"{AT}.json-unambiguous",
    ),
    _bytes(
        "success-with-nan",
        "The cost is NaN.",
        lambda body: body.replace(b"13.98", b"NaN"),
        f"{AT}.json-parses",
        (f"{AT}.sku-cost-type",),
    ),
)


def _array_of_several(value: Any) -> Any:
    lines = value["line_items"]
    return [{line["line_item_uuid"]: "Allocated"} for line in lines] if len(lines) > 1 else value


SHAPES = (
    _value("success-is-null", "The body of a success is null.", lambda _value: None),
    _value("success-is-an-empty-object", "The body of a success is {}.", lambda _value: {}),
    _value("success-in-an-envelope", "A success is in data.", lambda value: {"data": value}),
    _value("success-is-json-in-a-string", "A success is JSON in a string.", json.dumps),
    _value("success-says-ok", "A success says that it is one, and no more.", lambda _value: {"success": True}),
    _value("line-items-is-null", "line_items is null.", lambda value: {**value, "line_items": None}),
    _value(
        "line-items-by-name",
        "line_items is an object with a member for each.",
        lambda value: {"line_items": {entry["line_item_uuid"]: entry for entry in value["line_items"]}},
    ),
    _value(
        "single-line-item-without-array",
        "A single line item is there without an array.",
        lambda value: {"line_items": value["line_items"][0]} if len(value["line_items"]) == 1 else value,
    ),
    replace(
        _value("array-for-several-line-items", "Several line items are answered in the array form.", _array_of_several),
        causes="the array says Allocated of lines that are rejected, too",
    ),
    _value(
        "line-items-are-texts",
        "Line items are answered by their UUIDs alone.",
        lambda value: {"line_items": [entry["line_item_uuid"] for entry in value["line_items"]]},
        f"{AT}.line-items-are-objects",
        f"{AT}.every-line-item-answered",
    ),
    _value(
        "line-items-end-in-null",
        "null comes after the last line item.",
        lambda value: {"line_items": [*value["line_items"], None]},
        f"{AT}.line-items-are-objects",
    ),
)
