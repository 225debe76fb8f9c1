"""A success whose line items are not as the page has them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from provider.fault import Fault
from provider.standard.faults.wire import AT, BODY, answering, changed

SHAPE = f"{AT}.shape"


def _value(name: str, what: str, edit: Callable[[Any], Any], *breaks: str) -> Fault:
    change = lambda a: replace(a, body=json.dumps(edit(json.loads(a.body))).encode())  # noqa: E731
    also = (BODY, SHAPE, f"{AT}.status-agrees", "state.repeat")
    return answering(name, what, change, *(breaks or (SHAPE,)), also=also)


JSON = (
    changed(
        "success-in-latin-1",
        "A success has a byte in it that is not UTF-8.",
        lambda body: body.replace(b'"line_items"', b'"line_items\xe9"', 1),
    ),
    changed(
        "success-names-a-member-twice",
        "A success names line_items twice.",
        lambda body: body[:-1] + b', "line_items": []}',
        f"{AT}.json-unambiguous",
    ),
    changed(
        "success-names-a-quantity-twice",
        "A success names quantity_shipped twice in a line item.",
        lambda body: body.replace(b'"quantity_shipped": 0', b'"quantity_shipped": 0, "quantity_shipped": 1'),
        f"{AT}.json-unambiguous",
    ),
    changed(
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
