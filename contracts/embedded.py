"""The default target: the reference provider on a free loopback port. The one module that imports it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from contracts.model import LineItem, Order
from contracts.proof import Trial
from contracts.secrets import Secret
from contracts.targets import Choice, Target, UsageError, by_url
from contracts.targets_file import named
from provider import server
from provider.allocate_order.faults import FAULTS
from provider.allocate_order.readings import SWITCHES
from provider.orders import default_orders


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
        orders = default_orders(asked.lent) if asked.lent else default_orders()
        settings = server.Settings(readings=dict(asked.readings or {}), faults=asked.faults, orders=orders)
    except ValueError as error:
        raise UsageError(str(error)) from None
    with server.running(settings) as running:
        yield target(running)


def trials() -> list[Trial]:
    """What the suite has to prove itself on: each fault, and each reading that is not the default, alone."""
    faults = [Trial(f.name, f.what, (f.name,), {}, frozenset(f.breaks), frozenset(f.also)) for f in FAULTS.values()]
    readings = [{key: value} for key, values in SWITCHES.items() for value in values[1:]]
    return faults + [_lawful(reading) for reading in readings]


def _lawful(readings: dict[str, str]) -> Trial:
    """A provider that reads the page so. One that takes each order once needs many."""
    name = ", ".join(f"{key}={value}" for key, value in readings.items())
    orders = 120 if readings.get("state.second-allocation") == "refused" else None
    return Trial(name, "It is lawful.", (), readings, frozenset(), frozenset(), orders)


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
