"""What a refused request leaves on its order."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from provider.allocate_order.handler import AllocateOrder
from provider.allocate_order.validation import QUANTITIES, Line
from provider.fault import Stage, fault
from provider.http import Message, RefusalError
from provider.orders import Order
from provider.storage import Allocation

REFUSED, NOTHING = "state.refused-leaves-nothing", "state.all-or-nothing"


@fault("validate", NOTHING, severity="critical")
def stores_despite_refusal(call: AllocateOrder, _honest: Stage, body: Any, order: Order) -> list[Line]:
    """The lines before the one at fault are stored."""
    kept: list[Line] = []
    entries = call.entries(body)
    try:
        kept.extend(call.line(entry, order) for entry in entries)
    except RefusalError:
        call.store(order, kept)
        raise
    call.together(kept, order)
    return kept


@fault("validate", REFUSED, NOTHING, severity="critical")
def a_refusal_clears_the_order(call: AllocateOrder, honest: Stage, body: Any, order: Order) -> Any:
    """A refused request takes away what was stored on the order."""
    try:
        return honest(body, order)
    except RefusalError:
        call.storage.store({item.uuid: Allocation(0, 0, 0, None) for item in order.line_items})
        raise


@fault("line", REFUSED, NOTHING, severity="critical")
def stores_before_the_sum_is_checked(call: AllocateOrder, honest: Stage, entry: Any, order: Order) -> Any:
    """Quantities are stored before their sum is found too large."""
    try:
        return honest(entry, order)
    except RefusalError as refusal:
        over = refusal.field == "allocation" and "more" in refusal.message
        item = call.item(call.name(entry), order) if over else None
        if item is not None:
            accepted, rejected, backordered = (call.quantity(entry["allocation"], field) for field in QUANTITIES)
            call.storage.store({item.uuid: Allocation(accepted, rejected, backordered, None)})
        raise


@fault("validate", NOTHING, severity="critical")
def stores_lines_before_a_foreign_one(call: AllocateOrder, honest: Stage, body: Any, order: Order) -> Any:
    """The lines before one that is not the order's are stored, and then the request is refused."""
    try:
        return honest(body, order)
    except RefusalError as refusal:
        foreign = refusal.field == "line_item_uuid" and "no such" in refusal.message
        with suppress(RefusalError):
            for entry in call.entries(body) if foreign else ():
                call.store(order, [call.line(entry, order)])
        raise


@fault("media_type", NOTHING, severity="critical", also=(REFUSED,))
def stores_before_the_media_type_is_checked(call: AllocateOrder, honest: Stage, message: Message) -> None:
    """A body of another media type is stored, if it is JSON all the same, and then refused."""
    try:
        honest(message)
    except RefusalError:
        _stored_all_the_same(call, message)
        raise


@fault("authenticate", NOTHING, severity="critical", also=(REFUSED,))
def stores_before_the_token_is_checked(call: AllocateOrder, honest: Stage, message: Message) -> None:
    """A request with a wrong token is stored, and then refused."""
    try:
        honest(message)
    except RefusalError:
        if message.method == call.METHOD and "authorization" in message.headers:
            _stored_all_the_same(call, message)
        raise


def _stored_all_the_same(call: AllocateOrder, message: Message) -> None:
    with suppress(RefusalError):
        order = call.find(message.path.rstrip("/").rpartition("/")[2])
        call.carry_out(order, call.parse(message.body))
