"""Bodies that are no JSON texts and are read, and JSON texts that are refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from provider.fault import Fault, Stage
from provider.http import RefusalError
from provider.standard.handler import StandardCall


def reading(
    name: str, what: str, read: Callable[[bytes], bytes], clause: str, needs: Mapping[str, str] | None = None
) -> Fault:
    """Make a fault that reads a text which is not JSON; `read` makes JSON of it."""

    def deviation(_call: StandardCall, honest: Stage, body: bytes) -> Any:
        try:
            return honest(body)
        except RefusalError:
            return honest(read(body))

    also = ("allocation-object.all-zero",)
    return Fault(name, what, "parse", deviation, (f"http.{clause}",), also, needs=needs or {})


def refusing(name: str, what: str, matches: Callable[[bytes], Any]) -> Fault:
    """Make a fault that refuses JSON texts which match."""

    def deviation(_call: StandardCall, honest: Stage, body: bytes) -> Any:
        if matches(body):
            raise RefusalError(400, "malformed_json", "The body is not a JSON text.")
        return honest(body)

    return Fault(name, what, "parse", deviation, ("http.json-spelling",), ("state.second-allocation",))


JSON = (
    reading("closes-what-is-cut-short", "A missing bracket at the end is added.", lambda b: b + b"}", "malformed-json"),
    reading("takes-nan-for-zero", "NaN counts as zero.", lambda b: b.replace(b"NaN", b"0"), "json-constants"),
    reading(
        "takes-infinity-for-zero",
        "Infinity counts as zero.",
        lambda b: re.sub(b"(?<!-)Infinity", b"0", b),
        "json-constants",
    ),
    refusing("refuses-white-space", "JSON with line ends in it is refused.", lambda body: b"\n" in body),
    refusing("refuses-escapes", "JSON with escapes in it is refused.", lambda body: b"\\u005f" in body),
)
