"""Allocate Order: one module per section of its page, each with its planned cases and its oracles."""

from contracts.allocate_order.answers import remarks
from contracts.allocate_order.calibration import ASSUMED, calibrate
from contracts.allocate_order.days import measured
from contracts.allocate_order.facts import facts, said
from contracts.allocate_order.parsed import PREFIX, READ_PREFIX
from contracts.allocate_order.requests import all_rejected, dated, plain
from contracts.allocate_order.shown import BY_ABSENCE, shown_order
from contracts.allocate_order.stored import unreadable, unused
from contracts.allocate_order.view import view
from contracts.endpoint.discovery import EndpointDefinition

ENDPOINT = EndpointDefinition(
    title="Allocate Order",
    method="PUT",
    prefix=PREFIX,
    read_prefix=READ_PREFIX,
    view=view,
    calibrate=calibrate,
    bases={"plain": plain, "dated": dated},
    unused=unused,
    unreadable=unreadable,
    another=all_rejected,
    assumed=ASSUMED,
    remarks=remarks,
    shows=shown_order,
    by_absence=BY_ABSENCE,
    untouched="state.other-order-untouched",
    measured=measured,
    facts=facts,
    said=said,
)
