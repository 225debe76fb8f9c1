"""What faults do, as functions in the place of one stage each.

Each gets the call, the stage as it would be without it (bound to the call), and what the stage gets; it returns what
the stage returns. A function that makes one, from the field or the header it is about, has its name in the imperative.
"""

from __future__ import annotations

import base64
import datetime
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from provider.allocate_order.handler import AllocateOrder
from provider.allocate_order.validation import Line
from provider.http import Answer, Message, RefusalError
from provider.orders import Order

Stage = Callable[..., Any]
Deviation = Callable[..., Any]


@dataclass(frozen=True)
class Fault:
    """A deviation of one stage: what it does in a sentence, the clauses it breaks, and those that may see it too."""

    name: str
    what: str
    stage: str
    deviation: Deviation
    breaks: tuple[str, ...]
    also: tuple[str, ...] = ()


TRACE = 'Traceback (most recent call last):\n  File "/srv/app/views.py", line 12, in put'
LONG = 60_000

# ------------------------------------------------------------------------------------- credentials and path


def token_prefix(call: AllocateOrder, honest: Stage, token: str) -> bool:
    """Takes the token without its last character too."""
    return honest(token) or token == call.tokens.supplier[:-1]


def echo_credentials_in_a_header(_call: AllocateOrder, honest: Stage, message: Message) -> Answer:
    """Repeats the Authorization header in every answer."""
    answer: Answer = honest(message)
    return replace(answer, headers={**answer.headers, "X-Seen": message.headers.get("authorization", "")})


def echo_credentials_in_refusals(
    _call: AllocateOrder, honest: Stage, message: Message, refusal: RefusalError
) -> Answer:
    """Repeats the Authorization header in a refusal: as it is, in other cases, percent-encoded, escaped, as base64."""
    seen = message.headers.get("authorization", "")
    escaped = "".join(f"\\u{ord(char):04x}" for char in seen)
    forms = [seen, seen.upper(), seen.lower(), "".join(f"%{byte:02x}" for byte in seen.encode()), quote(seen)]
    forms += [base64.b64encode(text.encode()).decode() for text in (seen, seen.partition(" ")[2], f"ab{seen}")]
    answer: Answer = honest(message, refusal)
    told = ", ".join([*map(json.dumps, forms), f'"{escaped}"'])
    return replace(answer, body=b'{"seen": [' + told.encode() + b'], "error": ' + answer.body + b"}")


def leave_out_header(name: str) -> Deviation:
    """Of a stage that makes a refusal: leaves out one of its headers."""

    def deviation(_call: AllocateOrder, honest: Stage, *seen: Any) -> RefusalError:
        refusal: RefusalError = honest(*seen)
        refusal.headers.pop(name, None)
        return refusal

    return deviation


# --------------------------------------------------------------------------------------------------- the body


def fails_on_deep_json(_call: AllocateOrder, honest: Stage, body: bytes) -> Any:
    """Fails where the parser gives up on nesting."""
    try:
        return honest(body)
    except RefusalError as refusal:
        if isinstance(refusal.__cause__, RecursionError):
            raise server_error() from refusal
        raise


def fails_on_long_strings(_call: AllocateOrder, honest: Stage, body: bytes) -> Any:
    """Fails on a string of LONG characters or more, anywhere."""
    value = honest(body)
    open_values = [value]
    while open_values:
        each = open_values.pop()
        if isinstance(each, str) and len(each) >= LONG:
            raise server_error()
        if isinstance(each, dict):
            open_values += [*each, *each.values()]
        elif isinstance(each, list):
            open_values += each
    return value


def server_error() -> RefusalError:
    """What a failing server says."""
    return RefusalError(500, "server_error", "Something went wrong.")


# -------------------------------------------------------------------------------------- quantities and dates


def sum_exceeds_by_one(
    _call: AllocateOrder, honest: Stage, accepted: int, rejected: int, backordered: int, ordered: int
) -> None:
    """Does not look at a sum that is one above what was ordered."""
    if accepted + rejected + backordered != ordered + 1:
        honest(accepted, rejected, backordered, ordered)


def sum_exceeds_by_one_every_other_time(call: AllocateOrder, honest: Stage, *quantities: int) -> None:
    """Looks at every second of the sums that are one above what was ordered."""
    *parts, ordered = quantities
    over = sum(parts) == ordered + 1
    seen = call.__dict__["seen"] = call.__dict__.get("seen", 0) + over
    if not over or seen % 2:
        honest(*quantities)


def thirtieth_of_february(_call: AllocateOrder, honest: Stage, text: str) -> Any:
    """Takes 30 February for 1 March."""
    return datetime.date(int(text[:4]), 3, 1) if text[4:] in {"-02-30", "-Feb-30"} else honest(text)


# -------------------------------------------------------------------------------------------------- storage


def stores_despite_refusal(call: AllocateOrder, _honest: Stage, body: Any, order: Order) -> list[Line]:
    """Stores the lines before the one at fault."""
    kept: list[Line] = []
    entries = call.entries(body)
    try:
        kept.extend(call.line(entry, order) for entry in entries)
    except RefusalError:
        call.store(order, kept)
        raise
    call.together(kept, order)
    return kept


def adds_instead_of_replacing(call: AllocateOrder, honest: Stage, order: Order, lines: list[Line]) -> None:
    """Adds what a line says to what stood there."""
    standing = call.storage.allocations(order)

    def added(line: Line) -> Line:
        now, before = line.allocation, standing.get(line.key)
        if now is None or before is None:
            return line
        names = ("accepted", "rejected", "backordered")
        sums = {name: getattr(now, name) + getattr(before, name) for name in names}
        return replace(line, allocation=replace(now, **sums))

    honest(order, [added(line) for line in lines])


# -------------------------------------------------------------------------------------------------- answers


def as_text(_call: AllocateOrder, honest: Stage, *seen: Any) -> str:
    """Writes a value as a string."""
    return str(honest(*seen))


def three_decimals(_call: AllocateOrder, honest: Stage, line: Line) -> Any:
    """Gives the cost a third decimal place, in whichever form it has."""
    return f"{honest(line)}5" if isinstance(honest(line), str) else round(honest(line) + 0.005, 3)


def first_line_only(_call: AllocateOrder, honest: Stage, lines: list[Line]) -> Any:
    """Answers the first line alone."""
    return honest(lines[:1])


def no_content(_call: AllocateOrder, honest: Stage, *seen: Any) -> Answer:
    """Answers 204, without a body."""
    honest(*seen)
    return Answer(204)


def html_page(_call: AllocateOrder, _honest: Stage, _message: Message, refusal: RefusalError) -> Answer:
    """Answers a refusal as an HTML page."""
    headers = {"Content-Type": "text/html", **refusal.headers}
    return Answer(refusal.status, f"<h1>{refusal.code}</h1>".encode(), headers)


def stack_trace(_call: AllocateOrder, honest: Stage, message: Message, refusal: RefusalError) -> Answer:
    """Shows where in the code a quantity was refused."""
    if (refusal.field or "").startswith("quantity_"):
        refusal.message = TRACE
    answer: Answer = honest(message, refusal)
    return answer
