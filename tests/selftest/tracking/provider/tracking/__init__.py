"""Add Order Tracking as the reference provider answers it."""

from dataclasses import replace

from provider.tracking import faults
from provider.tracking.handler import OPTIONAL, AddTracking

from provider.calls import CallDefinition
from provider.fault import faults_of
from provider.standard.faults import FAULTS
from provider.standard.readings import SWITCHES

OWN = {
    "request-parameters.quantity-shipped-as-digits": ("refused", "accepted"),
    "request-parameters.foreign-line-item": ("unprocessable", "bad-request", "not-found"),
    **{f"request-parameters.{name.replace('_', '-')}-null": ("refused", "accepted") for name in OPTIONAL},
    **{f"request-parameters.unknown-field-in-{where}": ("ignored", "refused") for where in ("body", "line-item")},
}

BAD_BODY = FAULTS["answers-200-for-a-bad-body"]

CALL = CallDefinition(
    handler=AddTracking,
    faults=FAULTS | faults_of(faults) | {BAD_BODY.name: replace(BAD_BODY, also=(faults.NAME, "openapi.body"))},
    switches={key: values for key, values in SWITCHES.items() if key != "http.get"} | OWN,
)
