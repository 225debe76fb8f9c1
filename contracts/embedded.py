"""The default target: the reference provider on a free loopback port. The one module that imports it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from allpairspy import AllPairs

from contracts.limits import Limits
from contracts.model import LineItem, Order
from contracts.proof import Trial
from contracts.secrets import Secret
from contracts.targets import Choice, Target, UsageError
from provider import server
from provider.allocate_order.faults import FAULTS, VARIATIONS
from provider.allocate_order.faults.fault import Fault
from provider.allocate_order.readings import SWITCHES
from provider.orders import default_orders

ORDERS_TAKEN_ONCE = 480
"""So many see every clause of a provider that takes each order once, whatever else it does."""


@contextmanager
def provided(asked: Choice) -> Iterator[Target]:
    """The embedded provider as a target: started for it, and stopped after it. Raises UsageError."""
    try:
        orders = default_orders(asked.lent) if asked.lent else default_orders()
        settings = server.Settings(readings=dict(asked.readings or {}), faults=asked.faults, orders=orders)
    except ValueError as error:
        raise UsageError(str(error)) from None
    with server.running(settings) as running:
        yield target(running)


def trials() -> list[Trial]:
    """What the suite has to prove itself on: each fault, and every lawful deployment.

    Lawful are each reading that is not the default, alone; rows in which every pair of readings stands once; and each
    variation that no clause speaks of.
    """
    alone = [{key: value} for key, values in SWITCHES.items() for value in values[1:]]
    names = [", ".join(f"{key}={value}" for key, value in readings.items()) for readings in alone]
    rows = [dict(zip(SWITCHES, row, strict=True)) for row in AllPairs([list(values) for values in SWITCHES.values()])]
    return [
        *map(_fault, FAULTS.values()),
        *(_lawful(name, "reading", readings) for name, readings in zip(names, alone, strict=True)),
        *(_lawful(f"pairs-{number:02}", "pairs", readings) for number, readings in enumerate(rows, 1)),
        *(Trial(each.name, each.what, "variation", (each.name,), each.needs) for each in VARIATIONS.values()),
    ]


def _fault(fault: Fault) -> Trial:
    breaks, also = frozenset(fault.breaks), frozenset(fault.also)
    return Trial(
        fault.name, fault.what, "fault", (fault.name,), fault.needs, breaks, also, fault.severity, fault.invisible
    )


def _lawful(name: str, kind: str, readings: dict[str, str]) -> Trial:
    """A provider that reads the page so. One that takes each order once needs many."""
    orders = ORDERS_TAKEN_ONCE if readings.get("state.second-allocation") == "refused" else None
    return Trial(name, "It is lawful.", kind, (), readings, orders=orders)


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
        limits=Limits(concurrency=2),  # it answers in this very process: more at once only wait for each other
    )
