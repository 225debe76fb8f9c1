"""The questions about what every call does alike, as switches."""

from __future__ import annotations

from typing import Final

from provider.readings import Switches

ACCEPT: Final = ("refused", "accepted")
CODE_400: Final = ("bad-request", "unprocessable", "mixed")

SWITCHES: Final[Switches] = {
    "url-parameters.unknown-order": ("not-found", "unprocessable", "forbidden"),
    "url-parameters.final-slash": ("not-found", "refused", "redirect", "served"),
    "url-parameters.upper-case-uuid": ("served", "refused", "redirect"),
    "url-parameters.compact-uuid": ("refused", "served", "redirect"),
    "response-codes.malformed-json": CODE_400,
    "response-codes.wrong-requester": ("conflict", "forbidden"),
    "authentication.before-the-body": ("credentials-first", "body-first", "in-part"),
    "authentication.bearer-scheme": ACCEPT,
    "authentication.token-elsewhere": (*ACCEPT, "some"),
    "authentication.scheme-case": ("any-case", "exact"),
    "http.get": ("not-allowed", "shown"),
    "http.content-type-absent": ("refused", "served"),
    "http.byte-order-mark": ("refused", "passed-over"),
    "http.json-extensions": (*ACCEPT, "some"),
    "http.invalid-utf-8": ("refused", "passed-over", "some"),
}


def switches_of(section: str) -> Switches:
    """Return those of one section of clauses."""
    return {key: values for key, values in SWITCHES.items() if key.startswith(f"{section}.")}
