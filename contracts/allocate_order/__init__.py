"""Allocate Order: one module per section of its page, each with its planned cases and its oracles."""

from contracts.allocate_order.answers import remarks, repeats
from contracts.allocate_order.calibration import ASSUMED, calibrate
from contracts.allocate_order.days import measured
from contracts.allocate_order.facts import facts, said
from contracts.allocate_order.limits import is_left_open
from contracts.allocate_order.narrowing import narrowed
from contracts.allocate_order.parsed import DATE, ITEM, LINE_PATH, QUANTITIES, READ_PREFIX
from contracts.allocate_order.requests import all_rejected, dated, in_place_of, plain, with_member
from contracts.allocate_order.shown import BY_ABSENCE, shown_order
from contracts.allocate_order.stored import unreadable, unused
from contracts.allocate_order.view import view
from contracts.endpoint.call import Place
from contracts.endpoint.discovery import EndpointDefinition
from contracts.standard.requests import with_value

ENDPOINT = EndpointDefinition(
    title="Allocate Order",
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
    places={
        "number": Place(lambda value: in_place_of(0, QUANTITIES[0], value)),
        "identifier": Place(lambda value: with_value(f"{LINE_PATH}.{ITEM}", value)),
        "date": Place(lambda value: with_member(DATE, value), base="dated"),
    },
    repeats=repeats,
    left_open=is_left_open,
    narrowed=narrowed,
)
