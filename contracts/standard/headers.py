"""What HTTP asks of the header lines of an answer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from contracts.endpoint.context import Context
from contracts.endpoint.judges import HELD, Breach, Held, oracle
from contracts.model.case import VARYING, Case
from contracts.model.marks import ECHO

NAME = re.compile(r"[-!#$%&'*+.^_`|~0-9a-zA-Z]+")
"""A header's name (RFC 9110 section 5.1)."""


@oracle("http.header-syntax")
def header_syntax(case: Case, _context: Context) -> Iterator[Breach | Held]:
    """Each header of an answer has a name that is a token, and a value without control characters."""
    for exchange in case.all(*VARYING):
        if exchange.response is None:
            continue
        wrong = [(name, value) for name, value in exchange.response.headers if not is_right(name, value)]
        if not wrong:
            yield HELD
        else:
            name, value = wrong[0]
            kind = "value" if is_right(name, "") else "name"
            yield Breach(exchange, "a token, a colon, and text", f"{name}: {value}"[:120], f"a header's {kind}")


def is_right(name: str, value: str) -> bool:
    """Return True if a header line keeps to the syntax; bytes beyond ASCII in a value are obsolete, and allowed.

    A mark in a name replaces a secret, which is a token: no header has another one.
    """
    return NAME.fullmatch(ECHO.sub("secret", name)) is not None and not any(
        c != "\t" and (c < " " or c == "\x7f") for c in value
    )
