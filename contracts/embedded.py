"""The default target: the reference provider on a free loopback port. The one module that imports it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from contracts.model import LineItem, Order
from contracts.secrets import Secret
from contracts.targets import Choice, Target, UsageError, by_url
from contracts.targets_file import named
from provider import server


@contextmanager
def opened(asked: Choice) -> Iterator[Target]:
    """The target, ready: the embedded provider is started for it, and stopped after it."""
    if asked.name is None:
        yield by_url(asked)
        return
    if asked.name != "embedded":
        yield named(asked.name, asked.file, os.environ)
        return
    try:
        settings = server.Settings(readings=dict(asked.readings or {}), faults=asked.faults)
    except ValueError as error:
        raise UsageError(str(error)) from None
    with server.running(settings) as running:
        yield target(running)


def target(running: server.Server) -> Target:
    """A running reference provider as a target, with the orders and the credentials it lends."""
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
    )
