"""Bodies that are no JSON texts and are read, and JSON texts that are refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from provider.allocate_order.faults.fault import Fault, Stage
from provider.allocate_order.handler import AllocateOrder
from provider.http import RefusalError

EMPTY = {"request-parameters.empty-line-items": "accepted"}


def _reading(
    name: str, what: str, read: Callable[[bytes], bytes], clause: str, needs: Mapping[str, str] | None = None
) -> Fault:
    """A text that is not JSON is read; `read` makes JSON of it."""

    def deviation(_call: AllocateOrder, honest: Stage, body: bytes) -> Any:
        try:
            return honest(body)
        except RefusalError:
            return honest(read(body))

    also = ("allocation-object.all-zero",)
    return Fault(name, what, "parse", deviation, (f"http.{clause}",), also, needs=needs or {})


def _refusing(name: str, what: str, matches: Callable[[bytes], Any]) -> Fault:
    def deviation(_call: AllocateOrder, honest: Stage, body: bytes) -> Any:
        if matches(body):
            raise RefusalError(400, "malformed_json", "The body is not a JSON text.")
        return honest(body)

    return Fault(name, what, "parse", deviation, ("http.json-spelling",), ("state.second-allocation",))


JSON = (
    _reading(
        "closes-what-is-cut-short", "A missing bracket at the end is added.", lambda b: b + b"}", "malformed-json"
    ),
    _reading(
        "reads-forms",
        "A form field is read.",
        lambda b: b'{"line_items":[]}' if b == b"line_items=1" else b,
        "malformed-json",
        EMPTY,
    ),
    _reading(
        "takes-white-space-for-nothing",
        "White space is taken as no body.",
        lambda b: b'{"line_items":[]}' if b and not b.strip() else b,
        "malformed-json",
        EMPTY,
    ),
    _reading("takes-nan-for-zero", "NaN counts as zero.", lambda b: b.replace(b"NaN", b"0"), "json-constants"),
    _reading(
        "takes-infinity-for-zero",
        "Infinity counts as zero.",
        lambda b: re.sub(b"(?<!-)Infinity", b"0", b),
        "json-constants",
    ),
    _refusing("refuses-white-space", "JSON with line ends in it is refused.", lambda body: b"\n" in body),
    _refusing("refuses-escapes", "JSON with escapes in it is refused.", lambda body: b"\\u005f" in body),
    _refusing(
        "refuses-another-order-of-members",
        "The allocation has to follow the identifier.",
        lambda b: re.search(rb'[{]"allocation"', b),
    ),
)
