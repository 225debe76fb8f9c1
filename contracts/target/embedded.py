"""The default target: the reference provider on a free loopback port. The one module that imports it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from contracts import ENDPOINT
from contracts.model.exchange import LineItem, Order
from contracts.target.targets import Choice, Target, UsageError
from contracts.transport.limits import Limits
from contracts.transport.secrets import Secret
from provider import server
from provider.orders import default_orders

MAX_SECONDS = 5.0
"""How long an answer may take. It takes some hundredths of a second, on a busy machine some tenths."""


@contextmanager
def provided(asked: Choice, endpoint: str = ENDPOINT) -> Iterator[Target]:
    """The embedded provider, with the call of an endpoint, as a target: started for it, and stopped after it.

    Raises UsageError.
    """
    try:
        orders = default_orders(asked.order_count) if asked.order_count else default_orders()
        chosen = dict(asked.readings or {})
        settings = server.Settings(readings=chosen, faults=asked.faults, orders=orders, endpoint=endpoint)
    except ValueError as error:
        raise UsageError(str(error)) from None
    with server.running(settings) as running:
        yield target(running)


def target(running: server.Server) -> Target:
    """A running reference provider as a target, with the orders and the credentials it accepts."""
    settings = running.settings
    return Target(
        name="embedded",
        base_url=running.base_url,
        tokens={
            "valid": Secret(settings.token),
            "retailer": Secret(settings.retailer_token),
            "unpermitted": Secret(settings.unpermitted_token),
        },
        orders=tuple(
            Order(order.uuid, tuple(LineItem(item.uuid, item.quantity_ordered) for item in order.line_items))
            for order in running.orders
        ),
        may_allocate=True,
        may_stress=True,
        max_seconds=MAX_SECONDS,
        limits=Limits(concurrency=2),  # it answers in this very process: more concurrent ones only wait for each other
    )
