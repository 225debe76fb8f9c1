"""How deeply a JSON text is nested, found out without reading it: a parser recurses, and Python may end for it."""

from __future__ import annotations

import re
from typing import Final

DEEPEST: Final = 520
"""How deeply arrays and objects may be nested: what reads, compares and prints them recurses, on a stack of 1,000."""

_MARK: Final = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{}]', re.DOTALL)


def is_too_deep(text: str) -> bool:
    """Return True if arrays and objects are nested deeper than DEEPEST, whether or not the text is JSON."""
    if text.count("[") + text.count("{") <= DEEPEST:
        return False
    depth = 0
    for found in _MARK.finditer(text):
        if found[0] in "[{":
            depth += 1
            if depth > DEEPEST:
                return True
        elif found[0] in "]}":
            depth -= 1
    return False


def readable(body: bytes) -> bytes:
    """Return the body; in place of one that is too deep a short one that no parser can read either."""
    return b"[" if is_too_deep(body.decode("latin-1")) else body
