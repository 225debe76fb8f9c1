"""The test orders of a target, from the manifest that names them."""

from __future__ import annotations

import tomllib
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from contracts.model.exchange import LineItem, Order
from contracts.target.texts import text_of


class OrdersError(ValueError):
    """A manifest of orders that cannot be used; the message names file, key and what is wrong."""


def load(path: Path) -> tuple[Order, ...]:
    """Read `[[orders]]` tables: `uuid`, and `[[orders.line_items]]` with `uuid` and `quantity_ordered`.

    `quantity_ordered` may be left out where it is unknown. Raises OrdersError.
    """
    try:
        return parse(path.read_bytes(), str(path))
    except OSError as error:
        raise OrdersError(f"{path}: cannot be read: {error.strerror}") from error


def parse(text: bytes, place: str) -> tuple[Order, ...]:
    """The orders of a manifest; `place` is what messages call it. Raises OrdersError."""
    try:
        data = tomllib.loads(text_of(text))
    except tomllib.TOMLDecodeError as error:
        raise OrdersError(f"{place}: invalid TOML: {error}") from error
    except ValueError as error:
        raise OrdersError(f"{place}: {error}") from error
    entries = data.get("orders")
    if not isinstance(entries, list) or not entries:
        raise OrdersError(f"{place}: orders: name at least one order, as [[orders]] with a uuid")
    orders = tuple(_order(f"{place}: orders[{index}]", entry) for index, entry in enumerate(entries))
    _check_unique(place, orders)
    return orders


def _order(place: str, entry: Any) -> Order:
    _check_keys(place, entry, ("uuid", "line_items"))
    items = entry.get("line_items")
    if not isinstance(items, list) or not items:
        raise OrdersError(f"{place}: line_items: name at least one, as [[orders.line_items]] with a uuid")
    lines = tuple(_line_item(f"{place}.line_items[{index}]", item) for index, item in enumerate(items))
    return Order(_uuid(place, entry), lines)


def _line_item(place: str, item: Any) -> LineItem:
    _check_keys(place, item, ("uuid", "quantity_ordered"))
    quantity = item.get("quantity_ordered")
    if quantity is not None and (not isinstance(quantity, int) or isinstance(quantity, bool) or quantity < 1):
        raise OrdersError(f"{place}: quantity_ordered: {quantity!r} is not a whole number of at least 1")
    return LineItem(_uuid(place, item), quantity)


def _check_keys(place: str, entry: Any, keys: Sequence[str]) -> None:
    if not isinstance(entry, dict):
        raise OrdersError(f"{place}: is not a table")
    unknown = next((key for key in entry if key not in keys), None)
    if unknown is not None:
        raise OrdersError(f"{place}: {unknown}: no such key; write {' and '.join(keys)}")


def _uuid(place: str, entry: dict[str, Any]) -> str:
    value = entry.get("uuid")
    try:
        return str(uuid.UUID(value))
    except (ValueError, TypeError, AttributeError):
        raise OrdersError(f"{place}: uuid: {value!r} is not a UUID") from None


def _check_unique(place: str, orders: tuple[Order, ...]) -> None:
    seen: set[str] = set()
    for name in (name for order in orders for name in order.uuids):
        if name in seen:
            raise OrdersError(f"{place}: {name} is there twice; name every order and line item once")
        seen.add(name)
