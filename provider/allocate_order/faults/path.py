"""An order that the path does not name."""

from __future__ import annotations

import json
import re
from typing import Any

from provider.allocate_order.handler import AllocateOrder
from provider.fault import Stage, fault
from provider.http import Message
from provider.standard.faults.path import AT, MALFORMED


def _in_body(message: Message, *steps: str | int) -> str | None:
    """The text to which these names and indexes lead in the body; None if no text is there."""
    try:
        value = json.loads(message.body)
        for step in steps:
            value = value[step]
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
    return value if isinstance(value, str) else None


@fault(
    "call",
    MALFORMED,
    f"{AT}.unknown-order",
    severity="critical",
    causes="a name that is not a UUID is refused, and how a UUID of no order is refused is a question",
)
def finds_the_order_by_its_line_items(
    call: AllocateOrder, honest: Stage, message: Message, name: str, *, slash: bool
) -> Any:
    """The order is that of the first line item, whatever the path says."""
    named = _in_body(message, "line_items", 0, "line_item_uuid")
    row = None
    if named is not None and named.isascii():
        row = call.storage._connection.execute(  # noqa: SLF001 - a fault may
            "select order_uuid from line_items where uuid = ?", (named,)
        ).fetchone()
    return honest(message, row[0] if row else name, slash=slash)


@fault("call", f"{AT}.unknown-order", severity="critical")
def takes_the_order_from_the_query(
    _call: AllocateOrder, honest: Stage, message: Message, name: str, *, slash: bool
) -> Any:
    """An order_uuid in the query counts in place of the one in the path."""
    named = re.search(r"(?:^|&)order_uuid=([^&]+)", message.query)
    return honest(message, named[1] if named else name, slash=slash)


@fault("call", f"{AT}.unknown-order", severity="critical")
def takes_the_order_from_the_body(
    _call: AllocateOrder, honest: Stage, message: Message, name: str, *, slash: bool
) -> Any:
    """An order_uuid in the body counts in place of the one in the path."""
    named = _in_body(message, "order_uuid")
    return honest(message, name if named is None else named, slash=slash)
