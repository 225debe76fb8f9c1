"""Bodies that are taken for no line items, and an order of members that is asked for."""

from __future__ import annotations

import re

from provider.standard.faults.texts import reading, refusing

EMPTY = {"request-parameters.empty-line-items": "accepted"}
JSON = (
    reading(
        "reads-forms",
        "A form field is read.",
        lambda b: b'{"line_items":[]}' if b == b"line_items=1" else b,
        "malformed-json",
        EMPTY,
    ),
    reading(
        "takes-white-space-for-nothing",
        "White space is taken as no body.",
        lambda b: b'{"line_items":[]}' if b and not b.strip() else b,
        "malformed-json",
        EMPTY,
    ),
    refusing(
        "refuses-another-order-of-members",
        "The allocation has to follow the identifier.",
        lambda b: re.search(rb'[{]"allocation"', b),
    ),
)
