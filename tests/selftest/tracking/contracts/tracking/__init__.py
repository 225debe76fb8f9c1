"""Add Order Tracking: what only this call has."""

from contracts.tracking.packages import ITEM, QUANTITY, narrowed, package, view

from contracts.endpoint.call import Place
from contracts.endpoint.discovery import EndpointDefinition
from contracts.standard.calibration import first_of
from contracts.standard.requests import with_value

BASES = {"plain": package}

ENDPOINT = EndpointDefinition(
    title="Add Order Tracking",
    read_prefix=None,
    view=view,
    calibrate=first_of(BASES),
    bases=BASES,
    assumed="plain",
    narrowed=narrowed,
    by_absence=frozenset({"url-parameters.unknown-order", "request-parameters.foreign-line-item"}),
    places={
        "number": Place(lambda value: with_value(QUANTITY, value)),
        "identifier": Place(lambda value: with_value(ITEM, value)),
        "carrier": Place(lambda value: with_value("supplier_provided_carrier", value)),
    },
)
