"""Names that are taken for others: of members that are not listed, and of line items."""

from __future__ import annotations

import re
from typing import Any

from provider.allocate_order.handler import AllocateOrder
from provider.allocate_order.validation import respelled
from provider.fault import Stage, fault
from provider.orders import Order

REQUIRED = (
    "allocation-object.quantity-rejected-required",
    "request-parameters.line-item-uuid-required",
)


@fault("listed_names", *REQUIRED)
def reads_names_in_camel_case(_call: AllocateOrder, honest: Stage, body: Any) -> Any:
    """Names of members may come in camel case."""
    return honest(respelled(body, lambda name: re.sub("[A-Z]", lambda found: f"_{found[0].lower()}", name)))


@fault("listed_names", "allocation-object.quantity-accepted-required")
def trims_names(_call: AllocateOrder, honest: Stage, body: Any) -> Any:
    """White space around names of members is passed over."""
    return honest(respelled(body, str.strip))


@fault("item", "request-parameters.foreign-line-item", severity="critical")
def compares_twenty_letters_of_line_item_uuids(_call: AllocateOrder, honest: Stage, name: str, order: Order) -> Any:
    """A line item is taken for another whose UUID begins with the same twenty letters."""
    alike = (item.uuid for item in order.line_items if item.uuid[:20] == name[:20].lower())
    return honest(next(alike, name) if len(name) == len(order.uuid) else name, order)
