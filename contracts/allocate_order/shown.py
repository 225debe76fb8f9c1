"""What an exchange of a recording shows of an order: that it exists, its line items, and what was ordered of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from contracts.allocate_order.answers import is_missing, read
from contracts.allocate_order.parsed import ITEM, ITEM_IN_PROSE, LINES, PREFIX, READ_PREFIX
from contracts.model.exchange import Exchange, LineItem, Order
from contracts.model.unknown import Part
from contracts.standard.parsed import canonical
from contracts.standard.texts import parse_json as json_of

BY_ABSENCE = frozenset({"url-parameters.unknown-order", "request-parameters.foreign-line-item"})
"""Clauses about what does not exist: a recording does not say what exists in addition to what it shows."""

ORDERED = "quantity_ordered"


def shown_order(exchange: Exchange) -> Order | None:
    """Return the order of an accepted allocation, or of an order that was read back; None if it shows none."""
    path = exchange.request.path.partition("?")[0]
    prefix = PREFIX if path.startswith(PREFIX) else READ_PREFIX
    name = canonical(unquote(path.removeprefix(prefix)).strip("/"))
    if name is None or exchange.response is None or exchange.status not in {200, 201}:
        return None
    if prefix == PREFIX:
        return Order(name, tuple(_allocated(exchange))) if exchange.request.method == "PUT" else None
    return Order(name, tuple(_read_back(exchange.response.body))) if exchange.request.method == "GET" else None


def _allocated(exchange: Exchange) -> Iterator[LineItem]:
    """The line items that were asked for and answered; those that were answered if the request's body is unknown."""
    answer = read(exchange)
    asked = set(_asked(json_of(exchange.request.body).value))
    known = Part.REQUEST_BODY not in exchange.lacks
    for key in {entry.key for entry in answer.entries if not is_missing(entry)} if answer else ():
        if key is not None and canonical(key) and (key in asked or not known):
            yield LineItem(key)


def _asked(body: Any) -> Iterator[str]:
    """The names of the line items in a request, however it spells the names of members."""
    entries = _lowered(body).get(LINES)
    for entry in map(_lowered, entries if isinstance(entries, list) else ()):
        yield str(entry.get(ITEM, entry.get(ITEM_IN_PROSE))).lower()


def _lowered(value: Any) -> dict[str, Any]:
    return {name.lower(): member for name, member in value.items()} if isinstance(value, dict) else {}


def _read_back(body: bytes) -> Iterator[LineItem]:
    value = json_of(body).value
    entries = value.get(LINES) if isinstance(value, dict) else None
    for entry in entries if isinstance(entries, list) else ():
        name = entry.get(ITEM) if isinstance(entry, dict) else None
        if isinstance(name, str) and canonical(name):
            yield LineItem(name.lower(), _ordered(entry))


def _ordered(entry: dict[str, Any]) -> int | None:
    """The quantity ordered, where it is a whole number or a string of one."""
    allocation = entry.get("allocation")
    for place in (allocation if isinstance(allocation, dict) else {}, entry):
        value = place.get(ORDERED)
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16:
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            return value
    return None
