"""The orders the provider has, and the manifest that names them."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass
from pathlib import Path

LINES = (1, 2, 3, 2, 1, 3, 5, 2, 1, 2, 3, 4)
"""How many line items the generated orders have, over and over."""


@dataclass(frozen=True)
class LineItem:
    """One line of an order."""

    #: Its UUID.
    uuid: str
    #: How many units the retailer ordered.
    quantity_ordered: int


@dataclass(frozen=True)
class Order:
    """An order of a supplier."""

    #: Its UUID, in lower case.
    uuid: str
    #: Its lines.
    line_items: tuple[LineItem, ...]


def default_orders(count: int = 24, seed: int = 0) -> tuple[Order, ...]:
    """So many orders, the same for a seed: of 1 to 5 line items, of 4 to 12 units, two of many, one of the page's 6."""
    numbers = random.Random(seed)

    def name() -> str:
        return str(uuid.UUID(int=numbers.getrandbits(128), version=4))

    orders = []
    for index in range(count):
        many = {4: 6, 7: 100, 16: 1000}.get(index % 24)
        lines = (LineItem(name(), many or numbers.randint(4, 12)) for _ in range(LINES[index % len(LINES)]))
        orders.append(Order(name(), tuple(lines)))
    return tuple(orders)


def write_orders(orders: tuple[Order, ...], path: Path) -> None:
    """Write the manifest: `[[orders]]` with `[[orders.line_items]]`."""
    import tomlkit  # noqa: PLC0415

    document = tomlkit.document()
    document["orders"] = [
        {
            "uuid": order.uuid,
            "line_items": [{"uuid": i.uuid, "quantity_ordered": i.quantity_ordered} for i in order.line_items],
        }
        for order in orders
    ]
    path.write_text(tomlkit.dumps(document), encoding="utf-8")
