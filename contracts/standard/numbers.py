"""What a value in the place of an integer is: an integer, another spelling of one, or none. Judges nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

OVERFLOW = (
    (10**309, "beyond any number"),
    (2**63, "2^63 and more"),
    (2**53, "2^53 and more"),
    (2**31, "2^31 and more"),
)


@dataclass(frozen=True)
class Quantity:
    """A quantity as JSON has it, and what it is taken for."""

    #: integer, digit string, spelling, type, negative, overflow or unclear.
    kind: str
    #: What is special in it.
    label: str
    #: The integer that it means; None where it means none.
    number: int | None = None


_SPELLINGS = (
    (re.compile(r"0[0-9]+"), "leading-zero"),
    (re.compile(r"\+(?:0|[1-9][0-9]*)"), "plus-sign"),
    (re.compile(r" +(?:0|[1-9][0-9]*)|(?:0|[1-9][0-9]*) +"), "spaces"),
    (re.compile(r"(?:0|[1-9][0-9]*)\.0+"), "decimal-string"),
    (re.compile(r"(?:0|[1-9][0-9]*)[eE]\+?0+"), "exponent-string"),
    (re.compile("[\uff10-\uff19]+"), "full-width"),
)
_UNCLEAR = re.compile(r"\s*[+-]?\s*\d+(?:\.0*)?\s*")


def classify(value: Any) -> Quantity:
    """Say what a JSON value (not a missing one) is as a quantity."""
    if value is None:
        return Quantity("type", "null")
    if isinstance(value, bool):
        return Quantity("type", "boolean")
    if isinstance(value, int):
        return _number("integer", value)
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, str):
        return _string(value)
    return Quantity("type", "array" if isinstance(value, list) else "object")


def _number(kind: str, number: int) -> Quantity:
    if number < 0:
        return Quantity("negative", f"negative {kind}")
    for bound, label in OVERFLOW:
        if number >= bound:
            return Quantity("overflow", label if kind == "integer" else f"{kind} of {label}")
    return Quantity(kind, kind, number)


def _float(value: float) -> Quantity:
    if value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124 - NaN is unequal to itself
        return Quantity("overflow", "beyond any number")
    if not value.is_integer():
        return Quantity("type", "fraction")
    number = _number("integral number", int(value))
    if number.kind == "integral number":
        return Quantity("spelling", "integral-number", number.number)
    return number


def _string(value: str) -> Quantity:
    if re.fullmatch(r"0|[1-9][0-9]*", value, re.ASCII):
        return _number("digit string", int(value[:40]))  # so many say enough
    if re.fullmatch(r"-[0-9]+", value, re.ASCII):
        return Quantity("negative", "negative digit string")
    for pattern, label in _SPELLINGS:
        if pattern.fullmatch(value) and len(value) < 40:
            return Quantity("spelling", label, int(re.split("[.eE]", value.strip())[0]))
    if value == "":
        return Quantity("type", "empty string")
    return Quantity("unclear", "unclear spelling") if _UNCLEAR.fullmatch(value) else Quantity("type", "other string")
