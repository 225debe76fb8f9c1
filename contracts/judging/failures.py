"""Failures of the application, alike if the status and the text of the error are. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from contracts.model.exchange import Exchange
from contracts.model.nesting import is_too_deep

REPEATS = 8
"""How often a request is sent that is answered 500, as long as failures like it come and go or little is known."""

SHOWN = 120
"""Characters of an error's text that tell it from others."""

CHANGING = re.compile(
    r"""[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}|0x[0-9a-f]+"""
    r"""|\b[0-9a-f]{12,}\b|"[^"]*"|'[^']*'|\d+""",
    re.IGNORECASE,
)
"""What differs between two texts of one error: identifiers, addresses, quoted values, numbers."""


class Failure(NamedTuple):
    """What failures of one kind have in common."""

    #: Their status code.
    status: int
    #: Their text, without values.
    text: str


def failure(exchange: Exchange) -> Failure:
    """Return the kind of failure that the answer of an exchange is: its status, and its text without values."""
    response = exchange.response
    if response is None:
        return Failure(0, "no answer")
    text = error_text(response.body[:65_536].decode("utf-8", "replace"))
    return Failure(response.status, CHANGING.sub("…", text)[:SHOWN])


def error_text(body: str) -> str:
    """Return what the body of an answer says to a reader: the strings of a JSON text, or the text of a page."""
    try:
        words = "" if is_too_deep(body) else " ".join(_strings(json.loads(body)))
    except ValueError:
        words = re.sub(r"<(style|script)\b.*?</\1\s*>|<[^>]*>", " ", body, flags=re.DOTALL | re.IGNORECASE)
    return " ".join(words.split())


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _strings(each)
