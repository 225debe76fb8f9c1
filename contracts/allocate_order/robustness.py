"""Requests no client means: deep, long, huge and odd. The target goes on answering, and refuses or does them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

from contracts.allocate_order.parsed import DATE, ITEM, LINES, QUANTITIES, Parsed
from contracts.allocate_order.requests import (
    NUMBER,
    body_edit,
    in_place_of,
    raw_body,
    with_member,
    with_segment,
    written,
)
from contracts.endpoint.context import Context
from contracts.endpoint.oracle import HELD, Breach, Held, oracle, planner
from contracts.endpoint.plan import Kit, PlannedCase, change
from contracts.model.case import Case, Trait
from contracts.model.exchange import Order, Request

SECTION = "robustness"
ODD = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


def traits(request: Request, parsed: Parsed) -> Iterator[Trait]:
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
    if len(parsed.lines) > 500:
        yield Trait(f"{SECTION}.many-line-items", "over 500 line items")
    if isinstance(parsed.body.value, dict) and len(parsed.body.value) > 500:
        yield Trait(f"{SECTION}.many-fields", "over 500 fields")
    if body and _odd(body):
        yield Trait(f"{SECTION}.odd-text", "odd characters")


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
    for exchange in case.all("change"):
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
def cases(_kit: Kit) -> Iterator[PlannedCase]:
    """An accepted request with one thing in it out of all proportion."""
    for depth in (500, 20_000):
        deep = b"[" * depth + b"]" * depth
        yield change(f"{SECTION}.deep-json/arrays {depth}", _instead_of_lines(deep), stress=True)
        objects = b'{"x":' * depth + b"1" + b"}" * depth
        yield change(f"{SECTION}.deep-json/objects {depth}", _next_to_lines(objects), stress=True)
    long = "x" * 100_000
    yield change(f"{SECTION}.long-strings/date", with_member(DATE, long), base="dated", stress=True)
    yield change(f"{SECTION}.long-strings/quantity", with_member("quantity_accepted", long), stress=True)
    yield change(f"{SECTION}.long-strings/identifier", _identifier(long), stress=True)
    for name, digits in GIANTS.items():
        edit = written(in_place_of(0, QUANTITIES[0], NUMBER), digits)
        yield change(f"{SECTION}.giant-numbers/{name}", edit, stress=True)
    yield change(f"{SECTION}.many-line-items/repeated", body_edit(_many_lines), stress=True)
    yield change(f"{SECTION}.many-fields/unknown", body_edit(_many_fields), stress=True)
    yield change(f"{SECTION}.long-path/8000", with_segment(lambda _uuid: "a" * 8000), stress=True)


SPECIAL = {
    "a single quote": ("'", "path"),
    "a query": ("' OR '1'='1", "identifier"),
    "a double quote": ('"', "date"),
    "a percent sign": ("%s%n%25", "date"),
    "a backslash": ("\\", "identifier"),
    "a template": ("{{7331*1337}}${7331*1337}", "identifier"),
    "a template of a date": ("{{7331*1337}}${7331*1337}", "date"),
    "NUL": ("\x00", "path"),
}
"""What parts of servers take for more than text, and where it is sent."""

PRODUCT = str(7331 * 1337).encode()
"""What the template becomes if it is carried out."""


@oracle(f"{SECTION}.special-characters")
def special_characters(case: Case, _context: Context) -> Iterator[Breach | Held]:
    """Nothing in a text with special characters is carried out. Whether it may be a name or a date, others say."""
    for exchange in case.all("change") if case.clause == f"{SECTION}.special-characters" else ():
        name = case.label
        if exchange.response is None or not (exchange.accepted or exchange.refused):
            seen = str(exchange.status) if exchange.status else f"no answer ({exchange.trouble})"
            yield Breach(exchange, "a success or a refusal", f"{seen} for {name}", name)
        elif PRODUCT in exchange.response.body:
            yield Breach(exchange, "the text as it was sent, or nothing of it", "its template, carried out", name)
        else:
            yield HELD


@planner
def special_cases(_kit: Kit) -> Iterator[PlannedCase]:
    """Special characters in the path, in an identifier and in a date."""
    for name, (text, place) in SPECIAL.items():
        edits = {
            "path": with_segment(_ending_in(text)),
            "identifier": _identifier(text),
            "date": with_member(DATE, text),
        }
        base = "dated" if place == "date" else "plain"
        yield change(f"{SECTION}.special-characters/{name}", edits[place], base=base, stress=True)


def _ending_in(text: str) -> Callable[[str], str]:
    return lambda uuid: quote(uuid[:-1] + text)


@planner
def odd_text_cases(_kit: Kit) -> Iterator[PlannedCase]:
    """Odd characters in each string of the request."""
    for name, text in ODD_TEXTS.items():
        yield change(f"{SECTION}.odd-text/{name} in the date", with_member(DATE, text), base="dated")
        yield change(f"{SECTION}.odd-text/{name} in the identifier", _identifier(text))
        yield change(f"{SECTION}.odd-text/{name} in a quantity", with_member("quantity_rejected", text))


GIANTS = {
    "5,000 digits": b"9" * 5000,
    "a giant exponent": b"1e400000",
    "a giant negative exponent": b"1e-400000",
    "a long fraction": b"0." + b"3" * 5000,
}
ODD_TEXTS = {
    "NUL": "\x00",
    "a lone surrogate": "\ud800",
    "a control character": "\x1b[31m",
    "right-to-left override": "\u202e0",
    "a noncharacter": "\uffff",
}


def _instead_of_lines(value: bytes) -> Any:
    return raw_body(lambda _body: b'{"line_items":' + value + b"}")


def _next_to_lines(value: bytes) -> Any:
    return raw_body(lambda body: body[:-1] + b',"note":' + value + b"}")


def _identifier(text: str) -> Any:
    return body_edit(lambda body, _order, _kit: body[LINES][0].update({ITEM: text}))


def _many_lines(body: dict[str, Any], _order: Order, _kit: Kit) -> None:
    body[LINES] = [json.loads(json.dumps(body[LINES][0])) for _ in range(1000)]


def _many_fields(body: dict[str, Any], _order: Order, _kit: Kit) -> None:
    body.update({f"field_{number}": number for number in range(1000)})
