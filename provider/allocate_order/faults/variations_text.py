"""Allowed variations: bodies that a lenient parser reads, as RFC 8259 section 9 allows it, and other numbers."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from provider.allocate_order.handler import AllocateOrder
from provider.allocate_order.validation import Line
from provider.fault import Fault, Stage, fault
from provider.http import RefusalError


def _reading(name: str, what: str, read: Callable[[bytes], bytes]) -> Fault:
    """Return a variation that reads a text which is not JSON; `read` makes JSON of it."""

    def deviation(_call: AllocateOrder, honest: Stage, body: bytes) -> Any:
        try:
            return honest(body)
        except RefusalError:
            return honest(read(body))

    return Fault(name, what, "parse", deviation, ())


def _first_text(body: bytes) -> bytes:
    try:
        return json.dumps(json.JSONDecoder().raw_decode(body.decode())[0]).encode()
    except (ValueError, RecursionError):
        return body


TEXTS = (
    _reading("reads-on-after-a-trailing-comma", "A trailing comma is ignored.", lambda b: b.replace(b",}", b"}")),
    _reading("ignores-what-follows", "What follows the JSON is ignored.", _first_text),
    _reading("reads-single-quotes", "Single quotes are read as double quotes.", lambda b: b.replace(b"'", b'"')),
    _reading("reads-latin-1", "A body that is not UTF-8 is read as Latin-1.", lambda b: b.decode("latin-1").encode()),
    _reading(
        "replaces-what-is-not-utf-8",
        "Bytes that are not UTF-8 are replaced.",
        lambda b: b.decode("utf-8", "replace").encode(),
    ),
)


@fault("shipped")
def ships_zero_as_a_float(_call: AllocateOrder, honest: Stage, line: Line) -> Any:
    """quantity_shipped is 0.0."""
    value = honest(line)
    return float(value) if isinstance(value, int) else value
