"""Allocate Order as the reference provider answers it."""

from provider.allocate_order.faults import FAULTS, VARIATIONS
from provider.allocate_order.handler import AllocateOrder
from provider.allocate_order.readings import SWITCHES
from provider.calls import CallDefinition

CALL = CallDefinition(
    handler=AllocateOrder,
    faults=FAULTS,
    variations=VARIATIONS,
    switches=SWITCHES,
    once={"state.second-allocation": frozenset({"refused", "some"})},
)
