"""What the suite has to prove itself on: each fault of the reference provider, and each allowed deployment."""

from __future__ import annotations

from allpairspy import AllPairs

from contracts.commands.proof import Trial
from provider.allocate_order.faults import FAULTS, VARIATIONS
from provider.allocate_order.faults.fault import Fault
from provider.allocate_order.readings import SWITCHES

ORDERS_TAKEN_ONCE = 480
"""So many see every clause of a provider that takes each order once, whatever else it does."""


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
