"""Requests no client means: deep, long, huge and odd. The target goes on answering, and refuses or does them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

from contracts.endpoint.call import Call
from contracts.endpoint.context import Context
from contracts.endpoint.judges import HELD, Breach, Held, oracle, planner
from contracts.endpoint.plan import Change, Kit, PlannedCase, change
from contracts.model.case import Case, Role, Trait
from contracts.model.exchange import Request
from contracts.standard.parsed import Parsed
from contracts.standard.requests import NUMBER, changed, in_place_of_a_number, raw_body, with_segment, written

SECTION = "robustness"
ODD = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


def traits(request: Request, parsed: Parsed, call: Call) -> Iterator[Trait]:
    """Yield the traits of requests that are far larger or deeper than usual."""
    body = request.body
    if len(parsed.segment) > 1000:
        yield Trait(f"{SECTION}.long-path", "a segment of thousands of characters")
    if body.count(b"[[[[[[[[[[") > 5 or body.count(b'{"x":' * 10) > 5:
        yield Trait(f"{SECTION}.deep-json", "nested hundreds deep")
    if re.search(rb'"[^"]{50000,}"', body):
        yield Trait(f"{SECTION}.long-strings", "a string of 50,000 characters and more")
    if re.search(rb"[:\[,]\s*-?\d{300,}|[:\[,]\s*-?\d+(?:\.\d+)?[eE]\+?\d{3,}", body):
        yield Trait(f"{SECTION}.giant-numbers", "a number of hundreds of digits")
    if any(len(elements) > 500 for elements in _arrays(parsed.body.value, call)):
        yield Trait(f"{SECTION}.many-line-items", "over 500 line items")
    if isinstance(parsed.body.value, dict) and len(parsed.body.value) > 500:
        yield Trait(f"{SECTION}.many-fields", "over 500 fields")
    if body and _odd(body):
        yield Trait(f"{SECTION}.odd-text", "odd characters")


def _arrays(body: Any, call: Call) -> Iterator[list[Any]]:
    """The listed arrays of a body."""
    for field in call.members("") if isinstance(body, dict) else ():
        if field.type == "array" and isinstance(body.get(field.name), list):
            yield body[field.name]


def _odd(body: bytes) -> bool:
    if re.search(rb"\\u(?:00[01]|d[89a-f]|202[a-e]|fff[ef])", body, re.IGNORECASE):
        return True
    return bool(ODD.search(body.decode("utf-8", "ignore")))


SLUGS = (
    "deep-json",
    "long-strings",
    "giant-numbers",
    "many-line-items",
    "many-fields",
    "odd-text",
    "long-path",
)


@oracle(*(f"{SECTION}.{slug}" for slug in SLUGS))
def survives(clause: str, case: Case, context: Context) -> Iterator[Breach | Held]:
    """Any success or refusal will do; an error of the server or no answer at all will not."""
    for exchange in case.all(Role.CHANGE):
        mine = [
            trait for trait in context.view(exchange).traits | context.view(exchange).masked if trait.clause == clause
        ]
        if not mine:
            continue
        if exchange.accepted or exchange.refused:
            yield HELD
        else:
            seen = str(exchange.status) if exchange.status else f"no answer ({exchange.trouble})"
            yield Breach(exchange, "a success or a refusal", f"{seen} for {mine[0].label}", mine[0].label)


@planner
def cases(kit: Kit) -> Iterator[PlannedCase]:
    """An accepted request with one thing in it out of all proportion.

    An order is read back only where a target may well carry the request out.
    """
    arrays = [field.name for field in kit.call.members("") if field.type == "array"]
    for depth in (500, 20_000):
        deep = b"[" * depth + b"]" * depth
        for name in arrays[:1]:
            edit = written(changed(name, lambda _value: NUMBER), deep)
            yield change(f"{SECTION}.deep-json/arrays {depth}", edit, stress=True, read=False)
        objects = b'{"x":' * depth + b"1" + b"}" * depth
        yield change(f"{SECTION}.deep-json/objects {depth}", _next_to_the_members(objects), stress=True, read=False)
    for name, place in kit.call.places.items():
        yield change(f"{SECTION}.long-strings/{name}", place.write("x" * 100_000), base=place.base, stress=True)
    for name, digits in GIANTS.items():
        yield from in_place_of_a_number(kit, f"{SECTION}.giant-numbers/{name}", digits, stress=True, read=False)
    for name in arrays[:1]:
        yield change(f"{SECTION}.many-line-items/repeated", changed(name, lambda value: value[:1] * 1000), stress=True)
    yield change(f"{SECTION}.many-fields/unknown", changed("", _with_many_fields), stress=True)
    long = with_segment(kit.call, lambda _uuid: "a" * 8000)
    yield change(f"{SECTION}.long-path/8000", long, stress=True, read=False)


IN_THE_PATH = {"a single quote": "'", "NUL": "\x00"}
IN_A_TEXT = {
    "a query": (0, "' OR '1'='1"),
    "a double quote": (1, '"'),
    "a percent sign": (1, "%s%n%25"),
    "a backslash": (0, "\\"),
}
"""What parts of servers take for more than text, and the number of the text that it is sent in."""

TEMPLATE = "{{7331*1337}}${7331*1337}"
PRODUCT = str(7331 * 1337).encode()
"""What the template becomes if it is carried out."""


@oracle(f"{SECTION}.special-characters")
def special_characters(case: Case, _context: Context) -> Iterator[Breach | Held]:
    """Nothing in a text with special characters is carried out. Whether it may be a name or a date, others say."""
    for exchange in case.all(Role.CHANGE) if case.clause == f"{SECTION}.special-characters" else ():
        name = case.label
        if exchange.response is None or not (exchange.accepted or exchange.refused):
            seen = str(exchange.status) if exchange.status else f"no answer ({exchange.trouble})"
            yield Breach(exchange, "a success or a refusal", f"{seen} for {name}", name)
        elif PRODUCT in exchange.response.body:
            yield Breach(exchange, "the text as it was sent, or nothing of it", "its template, carried out", name)
        else:
            yield HELD


@planner
def special_cases(kit: Kit) -> Iterator[PlannedCase]:
    """Special characters in the path and in texts."""
    at = f"{SECTION}.special-characters"
    for name, text in IN_THE_PATH.items():
        yield change(f"{at}/{name}", with_segment(kit.call, _ending_in(text)), stress=True)
    texts = [(where, place) for where, place in kit.call.places.items() if where != "number"]
    for name, (number, text) in IN_A_TEXT.items() if texts else ():
        _, place = texts[number % len(texts)]
        yield change(f"{at}/{name}", place.write(text), base=place.base, stress=True)
    for number, (where, place) in enumerate(texts):
        name = f"a template of a {where}" if number else "a template"
        yield change(f"{at}/{name}", place.write(TEMPLATE), base=place.base, stress=True)


def _ending_in(text: str) -> Callable[[str], str]:
    return lambda uuid: quote(uuid[:-1] + text)


@planner
def odd_text_cases(kit: Kit) -> Iterator[PlannedCase]:
    """Odd characters in each place that takes a value."""
    for name, text in ODD_TEXTS.items():
        for where, place in kit.call.places.items():
            yield change(f"{SECTION}.odd-text/{name} in the {where}", place.write(text), base=place.base)


GIANTS = {
    "5,000 digits": b"9" * 5000,
    "a giant exponent": b"1e400000",
    "a giant negative exponent": b"1e-400000",
    "a long fraction": b"0." + b"3" * 5000,
}
ODD_TEXTS = {
    "NUL": "\x00",
    "a lone surrogate": "\ud800",
    "a control character": "\x1b[31m\u00fc",
    "right-to-left override and a noncharacter": "\u202e0\uffff",
}


def _next_to_the_members(value: bytes) -> Change:
    return raw_body(lambda body: body[:-1] + b',"note":' + value + b"}")


def _with_many_fields(body: dict[str, Any]) -> dict[str, Any]:
    return {**body, **{f"field_{number}": number for number in range(1000)}}
