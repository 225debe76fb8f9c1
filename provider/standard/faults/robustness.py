"""Requests out of all proportion that make the provider fail."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from provider.fault import Fault, Stage, fault
from provider.http import Answer, Message, RefusalError
from provider.standard.handler import StandardCall

LONG = 60_000


def server_error() -> RefusalError:
    """What a failing server says."""
    return RefusalError(500, "server_error", "Something went wrong.")


@fault("parse", "robustness.deep-json")
def fails_on_deep_json(_call: StandardCall, honest: Stage, body: bytes) -> Any:
    """JSON nested deeper than the parser goes is answered 500."""
    try:
        return honest(body)
    except RefusalError as refusal:
        if isinstance(refusal.__cause__, RecursionError):
            raise server_error() from refusal
        raise


def _texts(value: Any) -> Iterator[str]:
    """Every string in a JSON value, names of members among them."""
    open_values = [value]
    while open_values:
        each = open_values.pop()
        if isinstance(each, str):
            yield each
        if isinstance(each, dict):
            open_values += [*each, *each.values()]
        elif isinstance(each, list):
            open_values += each


def _failing_on(name: str, what: str, matches: Callable[[str], bool], clause: str) -> Fault:
    def deviation(_call: StandardCall, honest: Stage, body: bytes) -> Any:
        value = honest(body)
        if any(matches(text) for text in _texts(value)):
            raise server_error()
        return value

    return Fault(name, what, "parse", deviation, (f"robustness.{clause}",))


TEXTS = (
    _failing_on(
        "fails-on-long-strings",
        f"A string of {LONG:,} characters is answered 500.",
        lambda t: len(t) >= LONG,
        "long-strings",
    ),
    _failing_on("fails-on-nul", "A NUL in a string is answered 500.", lambda text: "\0" in text, "odd-text"),
    _failing_on(
        "fails-on-lone-surrogates", "Half a surrogate pair is answered 500.", lambda text: "\ud800" in text, "odd-text"
    ),
    _failing_on(
        "fails-on-control-characters", "A control character is answered 500.", lambda text: "\x1b" in text, "odd-text"
    ),
    _failing_on("fails-on-noncharacters", "A noncharacter is answered 500.", lambda text: "\uffff" in text, "odd-text"),
)


@fault("parse", "robustness.giant-numbers")
def fails_on_giant_numbers(_call: StandardCall, honest: Stage, body: bytes) -> Any:
    """An integer of thousands of digits is answered 500."""
    if b"9" * 4300 in body:
        raise server_error()
    return honest(body)


@fault("parse", "robustness.giant-numbers")
def fails_on_giant_exponents(_call: StandardCall, honest: Stage, body: bytes) -> Any:
    """A number with an exponent of six digits is answered 500."""
    if b"e400000" in body:
        raise server_error()
    return honest(body)


@fault("parse", "robustness.many-line-items")
def fails_on_many_line_items(_call: StandardCall, honest: Stage, body: bytes) -> Any:
    """More than 500 line items are answered 500."""
    value = honest(body)
    if isinstance(value, dict) and any(isinstance(each, list) and len(each) > 500 for each in value.values()):
        raise server_error()
    return value


@fault("parse", "robustness.many-fields")
def fails_on_many_fields(_call: StandardCall, honest: Stage, body: bytes) -> Any:
    """More than 500 fields are answered 500."""
    value = honest(body)
    if isinstance(value, dict) and len(value) > 500:
        raise server_error()
    return value


@fault("route", "robustness.long-path")
def fails_on_long_paths(_call: StandardCall, honest: Stage, message: Message) -> Answer:
    """A path of thousands of characters is answered 500."""
    if len(message.path) > 1000:
        raise server_error()
    answer: Answer = honest(message)
    return answer


@fault("refuse", "robustness.special-characters")
def carries_out_templates(_call: StandardCall, honest: Stage, message: Message, refusal: RefusalError) -> Any:
    """The text of an error is a template with what was sent in it, which is carried out."""
    answer = honest(message, refusal)
    found = re.search(rb"\{\{([0-9]{1,4})\*([0-9]{1,4})\}\}", message.body)
    if found is None:
        return answer
    return replace(answer, body=answer.body.replace(b"}", b', "sent": %d}' % (int(found[1]) * int(found[2])), 1))


@fault("find", "robustness.special-characters", also=("http.no-server-error",), severity="critical")
def a_quote_ends_the_query(_call: StandardCall, honest: Stage, segment: str) -> Any:
    """A quote in the path ends the text in a query of the database, which fails."""
    if "'" in segment:
        raise RefusalError(500, "internal", "unrecognized token")
    return honest(segment)
