"""Every question of the page as a switch: the provider can be any deployment the page allows.

The first value of each is the default: the field list's reading, with dates as in the samples.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from provider.names import spelled_like

_ACCEPT: Final = ("refused", "accepted")
_OPEN: Final = ("accepted", "refused")
_CODE_400: Final = ("bad-request", "unprocessable", "mixed")
_CODE_422: Final = ("unprocessable", "bad-request", "mixed")
_PRESENCE: Final = ("always", "never", "null", "sometimes")

SWITCHES: Final[Mapping[str, tuple[str, ...]]] = {
    "url-parameters.unknown-order": ("not-found", "unprocessable", "forbidden"),
    "url-parameters.final-slash": ("not-found", "refused", "redirect", "served"),
    "url-parameters.upper-case-uuid": ("served", "refused", "redirect"),
    "url-parameters.compact-uuid": ("refused", "served", "redirect"),
    "request-parameters.item-identifier": ("line_item_uuid", "either"),
    "request-parameters.foreign-line-item": ("unprocessable", "bad-request", "not-found", "reported"),
    "request-parameters.repeated-line-item": ("refused", "last-counts"),
    "request-parameters.some-line-items-only": _OPEN,
    "request-parameters.empty-line-items": _ACCEPT,
    "request-parameters.unknown-field-in-body": ("ignored", "refused"),
    "request-parameters.unknown-field-in-line-item": ("ignored", "refused"),
    "request-parameters.unknown-field-in-allocation": ("ignored", "refused"),
    "request-parameters.member-name-case": ("exact", "any-case", "some"),
    "request-parameters.upper-case-line-item-uuid": ("matched", "not-matched"),
    "allocation-object.quantity-encoding": ("integers", "digit-strings", "both"),
    "allocation-object.spelling-integral-number": _ACCEPT,
    "allocation-object.spelling-leading-zero": _ACCEPT,
    "allocation-object.spelling-plus-sign": _ACCEPT,
    "allocation-object.spelling-spaces": _ACCEPT,
    "allocation-object.spelling-decimal-string": _ACCEPT,
    "allocation-object.spelling-exponent-string": _ACCEPT,
    "allocation-object.spelling-full-width": _ACCEPT,
    "allocation-object.sum-below-ordered": _OPEN,
    "allocation-object.all-zero": _ACCEPT,
    "allocation-object.backorder-date-form": ("iso", "month-name", "both", "three-digits"),
    "allocation-object.backorder-date-past": _OPEN,
    "allocation-object.backorder-date-far-future": _OPEN,
    "allocation-object.backorder-without-date": _OPEN,
    "allocation-object.date-without-backorder": _OPEN,
    "allocation-object.backorder-date-null": _ACCEPT,
    "allocation-object.backorder-date-with-time": _ACCEPT,
    "allocation-object.backorder-date-compact": _ACCEPT,
    "allocation-object.backorder-date-unpadded": _ACCEPT,
    "allocation-object.backorder-date-three-digits": _ACCEPT,
    "response-parameters.shape": ("object", "array"),
    "response-parameters.other-line-items": ("left-out", "answered"),
    "response-parameters.quantity-shipped-presence": _PRESENCE,
    "response-parameters.sku-cost-encoding": ("number", "string"),
    "response-parameters.sku-cost-presence": _PRESENCE,
    "response-codes.missing-field": _CODE_400,
    "response-codes.wrong-type": _CODE_400,
    "response-codes.sum-exceeded": ("unprocessable", "bad-request", "conflict", "mixed"),
    "response-codes.impossible-date": _CODE_422,
    "response-codes.malformed-json": _CODE_400,
    "response-codes.wrong-requester": ("conflict", "forbidden"),
    "authentication.before-the-body": ("credentials-first", "body-first", "in-part"),
    "authentication.bearer-scheme": _ACCEPT,
    "authentication.scheme-case": ("any-case", "exact"),
    "http.get": ("not-allowed", "shown"),
    "http.content-type-absent": ("refused", "served"),
    "http.byte-order-mark": ("refused", "passed-over"),
    "http.json-extensions": (*_ACCEPT, "some"),
    "http.invalid-utf-8": ("refused", "passed-over", "some"),
    "state.second-allocation": ("accepted", "refused", "some"),
}

CODES: Final = {"bad-request": 400, "forbidden": 403, "not-found": 404, "conflict": 409, "unprocessable": 422}


class Readings:
    """A choice for every switch. Raises ValueError for a switch or a value there is not."""

    def __init__(self, chosen: Mapping[str, str]) -> None:
        for key, value in chosen.items():
            if key not in SWITCHES:
                raise ValueError(f"reading {key}: no such question{spelled_like(key, SWITCHES)}")
            if value not in SWITCHES[key]:
                raise ValueError(f"reading {key}={value}: choose one of {', '.join(SWITCHES[key])}")
        self._chosen = {key: chosen.get(key, values[0]) for key, values in SWITCHES.items()}

    def __getitem__(self, key: str) -> str:
        return self._chosen[key]

    def accepts(self, key: str) -> bool:
        """Return whether the chosen value lets something through."""
        return self[key] in {"accepted", "served", "ignored", "passed-over", "any-case", "matched", "either"}

    def code(self, key: str, *, first: bool = True) -> int:
        """The status code that a switch about codes means; of `mixed` ones `first` chooses."""
        chosen = self[key]
        if chosen == "mixed":
            chosen = "bad-request" if first else "unprocessable"
        return CODES[chosen]
