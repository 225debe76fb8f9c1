"""Every question of the page as a switch: the provider can be any deployment the page allows.

The first value of each is the default: the field list's reading, with dates as in the samples.
"""

from __future__ import annotations

from typing import Final

from provider.readings import Switches
from provider.standard.readings import ACCEPT, CODE_400, switches_of

_OPEN: Final = ("accepted", "refused")
_CODE_422: Final = ("unprocessable", "bad-request", "mixed")
_PRESENCE: Final = ("always", "never", "null", "sometimes")

SWITCHES: Final[Switches] = {
    **switches_of("url-parameters"),
    "request-parameters.item-identifier": ("line_item_uuid", "either"),
    "request-parameters.foreign-line-item": ("unprocessable", "bad-request", "not-found", "reported"),
    "request-parameters.repeated-line-item": ("refused", "last-counts"),
    "request-parameters.some-line-items-only": _OPEN,
    "request-parameters.empty-line-items": ACCEPT,
    "request-parameters.unknown-field-in-body": ("ignored", "refused"),
    "request-parameters.unknown-field-in-line-item": ("ignored", "refused"),
    "request-parameters.unknown-field-in-allocation": ("ignored", "refused"),
    "request-parameters.member-name-case": ("exact", "any-case", "some"),
    "request-parameters.upper-case-line-item-uuid": ("matched", "not-matched"),
    "allocation-object.quantity-encoding": ("integers", "digit-strings", "both"),
    "allocation-object.spelling-integral-number": ACCEPT,
    "allocation-object.spelling-leading-zero": ACCEPT,
    "allocation-object.spelling-plus-sign": ACCEPT,
    "allocation-object.spelling-spaces": ACCEPT,
    "allocation-object.spelling-decimal-string": ACCEPT,
    "allocation-object.spelling-exponent-string": ACCEPT,
    "allocation-object.spelling-full-width": ACCEPT,
    "allocation-object.sum-below-ordered": _OPEN,
    "allocation-object.all-zero": ACCEPT,
    "allocation-object.backorder-date-form": ("iso", "month-name", "both", "three-digits"),
    "allocation-object.backorder-date-past": _OPEN,
    "allocation-object.backorder-date-far-future": _OPEN,
    "allocation-object.backorder-without-date": _OPEN,
    "allocation-object.date-without-backorder": _OPEN,
    "allocation-object.backorder-date-null": ACCEPT,
    "allocation-object.backorder-date-empty": ACCEPT,
    "allocation-object.backorder-date-with-time": ACCEPT,
    "allocation-object.backorder-date-compact": ACCEPT,
    "allocation-object.backorder-date-unpadded": ACCEPT,
    "allocation-object.backorder-date-week": ACCEPT,
    "allocation-object.backorder-date-ordinal": ACCEPT,
    "allocation-object.backorder-date-three-digits": ACCEPT,
    "response-parameters.shape": ("object", "array", "objects-in-array", "statuses-in-object"),
    "response-parameters.other-line-items": ("left-out", "answered"),
    "response-parameters.quantity-shipped-presence": _PRESENCE,
    "response-parameters.sku-cost-encoding": ("number", "string"),
    "response-parameters.sku-cost-presence": _PRESENCE,
    "response-codes.missing-field": CODE_400,
    "response-codes.wrong-type": CODE_400,
    "response-codes.sum-exceeded": ("unprocessable", "bad-request", "conflict", "mixed"),
    "response-codes.impossible-date": _CODE_422,
    **switches_of("response-codes"),
    **switches_of("authentication"),
    **switches_of("http"),
    "state.second-allocation": ("accepted", "refused", "some"),
}
