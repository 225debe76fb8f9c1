"""The allocation's three quantities: presence, type, spelling and bounds of each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from contracts.allocate_order.parsed import ALLOCATION_PATH, LINES, QUANTITIES, Line
from contracts.allocate_order.requests import Dialect, allocation_edit, encoded, in_place_of, with_member
from contracts.endpoint.judges import planner
from contracts.endpoint.plan import Change, Kit, PlannedCase, change
from contracts.model.case import Trait
from contracts.model.exchange import Order, Request
from contracts.standard.fields import camel_case, renaming
from contracts.standard.requests import NUMBER, changed, written
from contracts.standard.texts import MISSING

SECTION = "allocation-object"
ENCODING = f"{SECTION}.quantity-encoding"


def slug(field: str) -> str:
    """`quantity_accepted` as clause ids have it: `quantity-accepted`."""
    return field.replace("_", "-")


def traits(line: Line) -> Iterator[Trait]:
    """Yield the traits of the quantities of one allocation."""
    for field in QUANTITIES:
        found = line.quantities.get(field)
        path = f"{ALLOCATION_PATH}.{field}"
        if found is None:
            continue
        if found.kind in {"negative", "overflow"}:
            yield Trait(f"{SECTION}.{slug(field)}-{found.kind}", found.label, path)
        elif found.kind in {"integer", "digit string"}:
            yield Trait(ENCODING, found.label, path)
        elif found.kind == "spelling":
            yield Trait(f"{SECTION}.spelling-{found.label}", found.label, path)


def unjudged(line: Line) -> bool:
    """Return whether a quantity is spelled in a way on which no clause speaks."""
    return any(found.kind == "unclear" for found in line.quantities.values())


NO_INTEGERS: dict[str, Any] = {
    "fraction": 5.5,
    "small fraction": 0.5,
    "true": True,
    "false": False,
    "null": None,
    "empty string": "",
    "word": "five",
    "letter behind": "5x",
    "hexadecimal": "0x5",
    "fraction in a string": "5.5",
    "array": [],
    "array of one": [5],
    "object": {},
    "object of one": {"value": 5},
}
TAKEN_FOR = {
    "fraction": 5,
    "true": 1,
    "hexadecimal": 5,
    "letter behind": 5,
    "fraction in a string": 5,
    "array of one": 5,
    "object of one": 5,
}
"""What lenient parsers take some of them for; the others, for nothing."""

SEPARATED = {"an underscore": ("1_2", 12), "thousands": ("1,000", 1000), "a comma for a point": ("1,5", 1)}
"""Digits with something between them, and what parsers that read it take them for. One parser reads all quantities."""

OVERFLOWS = {"2^31": 2**31, "2^32": 2**32, "2^53": 2**53, "2^63": 2**63, "2^64": 2**64}
SPELLINGS = {
    "leading-zero": "0{}",
    "plus-sign": "+{}",
    "spaces": " {}",
    "decimal-string": "{}.0",
    "exponent-string": "{}e0",
}


@planner
def type_cases(kit: Kit) -> Iterator[PlannedCase]:
    """Each quantity missing, of every other type, negative, and at the edges of machine integers."""
    for field, (name, (text, number)) in zip(QUANTITIES, SEPARATED.items(), strict=True):
        base = "dated" if field == QUANTITIES[2] and kit.dialect.form else "plain"
        edit = in_place_of(number, field, text)
        yield change(f"{SECTION}.{slug(field)}-type/{name}", edit, base=base, units=number)
    for field in QUANTITIES:
        at = f"{SECTION}.{slug(field)}"
        yield change(f"{at}-required/absent", in_place_of(0, field, MISSING))
        # A target that takes something for a number of backordered units has a date for them.
        base = "dated" if field == QUANTITIES[2] and kit.dialect.form else "plain"
        for name, value in NO_INTEGERS.items():
            number = TAKEN_FOR.get(name, 0)
            edit = in_place_of(number, field, value)
            yield change(f"{at}-type/{name}", edit, base=base if number else "plain", units=number)
        minus = "-1" if kit.dialect.digits else -1
        yield change(f"{at}-negative/minus one", in_place_of(0, field, minus))
        yield change(f"{at}-negative/minus one taken for one", in_place_of(1, field, minus), base=base, units=1)
        yield change(f"{at}-negative/minus one taken as it is", in_place_of(-1, field, minus), base=base)
        yield change(f"{at}-negative/string", in_place_of(0, field, "-1"))
        for name, value in _beyond(kit.dialect).items():
            yield change(f"{at}-overflow/{name}", in_place_of(0, field, value))
        if field == QUANTITIES[1]:
            yield change(f"{at}-type/the middle one of three lines", in_place_of(0, field, "five", 1), lines=3)
        else:
            yield change(f"{at}-type/one line of several", in_place_of(0, field, "five", -1), lines=2)
        yield change(f"{at}-negative/one line of several", in_place_of(0, field, minus, -1), lines=2)
    superscript = in_place_of(0, QUANTITIES[0], "\u00b2")  # a digit to some parsers' first look, and no number
    yield change(f"{SECTION}.{slug(QUANTITIES[0])}-type/a superscript digit", superscript)


def _beyond(dialect: Dialect) -> dict[str, Any]:
    """Return the quantities at the edges of machine integers by what they are called.

    They are in the encoding that this target takes, or it looks at no more than their type; one is in the other.
    """
    other = replace(dialect, digits=not dialect.digits)
    named = dict(zip(OVERFLOWS, encoded(OVERFLOWS.values(), dialect), strict=True))
    return named | {"2^31 in the other encoding": encoded((2**31,), other)[0]}


@planner
def name_cases(_kit: Kit) -> Iterator[PlannedCase]:
    """An accepted request with the name of a quantity written otherwise."""
    accepted, rejected, _ = QUANTITIES
    upper = changed(ALLOCATION_PATH, renaming(accepted, accepted.upper()))
    yield change("request-parameters.member-name-case/of a quantity", upper)
    camel = changed(ALLOCATION_PATH, renaming(rejected, camel_case(rejected)))
    yield change(f"{SECTION}.{slug(rejected)}-required/in camel case", camel)
    spaced = changed(ALLOCATION_PATH, renaming(accepted, f"{accepted} "))
    yield change(f"{SECTION}.{slug(accepted)}-required/with a space", spaced)


@planner
def encoding_cases(kit: Kit) -> Iterator[PlannedCase]:
    """Each quantity as an integer, as a string of digits, and in every other spelling of the same integer."""
    encodings = [("integer", int), ("digit string", str)]
    if not kit.dialect.digits:
        encodings.reverse()  # first the one that accepted requests do not show
    for field in QUANTITIES:
        for name, spell in encodings:
            yield change(f"{ENCODING}/{field} as {name}", _spelled(field, spell))
        for name, pattern in SPELLINGS.items():
            yield change(f"{SECTION}.spelling-{name}/{field}", _spelled(field, pattern.format))
        yield change(f"{SECTION}.spelling-full-width/{field}", _spelled(field, _full_width))
        yield change(f"{SECTION}.spelling-integral-number/{field}", _spelled(field, float))
        yield change(f"{SECTION}.spelling-integral-number/{field} with exponent", _with_exponent(field))
    yield change(f"{SECTION}.spelling-spaces/behind", _spelled(QUANTITIES[0], "{} ".format))


def _spelled(field: str, spell: Any) -> Any:
    """The number that is in the field already, spelled in another way."""
    return allocation_edit(lambda allocation, _ordered, _kit: allocation.update({field: spell(int(allocation[field]))}))


def _full_width(number: int) -> str:
    return str(number).translate({ord("0") + digit: chr(0xFF10 + digit) for digit in range(10)})


def _with_exponent(field: str) -> Change:
    """The number as `5e0`, which Python's JSON would not write on its own."""

    def edit(base: Request, order: Order, kit: Kit) -> Request:
        number = str(json.loads(base.body)[LINES][0]["allocation"][field])
        return written(with_member(field, NUMBER), f"{number}e0".encode())(base, order, kit)

    return edit
