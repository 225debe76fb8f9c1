"""What Schemathesis' own passive checks say of every answer, as findings of clauses of their own."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from contracts.endpoint import schema
from contracts.endpoint.context import Context
from contracts.endpoint.judges import HELD, Breach, Held, oracle
from contracts.endpoint.problems import Problem
from contracts.model.case import VARYING, Case
from contracts.model.exchange import Exchange, Response

CHECKS = {
    "openapi.status-code": "status-code",
    "openapi.content-type": "content-type",
    "openapi.headers": "headers",
    "openapi.body": "body",
}

PROBLEM = "application/problem+json"
"""Represents every media type of an error that ends in +json: all of them are JSON (RFC 6839 section 3.1)."""

LONE_SURROGATE = re.compile(rb"\\ud[89a-f]", re.IGNORECASE)
"""JSON can say it and Schemathesis cannot read it: not a fault of the target."""


INTEGRAL = re.compile(rb'("\s*:\s*-?\d+)\.0+(?=[\s,}\]])')
"""0.0 is the integer 0 by RFC 8259 and JSON Schema, and not for the validator that is used for OpenAPI 3.0."""


MANY_DIGITS = re.compile(rb"(?<!\d)(\d{4000})\d+")
"""JSON may have numbers of any length (RFC 8259 section 6), and Python refuses to read an integer of 4,300 digits."""


def _as_listed(exchange: Exchange) -> Exchange:
    """Return the exchange with integers as such, and in a refusal the listed `+json` type in place of another one."""
    response = exchange.response
    if response is None:
        return exchange
    if MANY_DIGITS.search(response.body):
        shorter = _copy(response, response.headers, MANY_DIGITS.sub(rb"\1", response.body))
        return _as_listed(replace(exchange, response=shorter))
    if not exchange.refused:
        if not INTEGRAL.search(response.body):
            return exchange
        return replace(exchange, response=_copy(response, response.headers, INTEGRAL.sub(rb"\1", response.body)))
    declared = (response.header("Content-Type") or "").partition(";")[0].strip().lower()
    if not declared.endswith("+json"):
        return exchange
    kept = tuple(pair for pair in response.headers if pair[0].lower() != "content-type")
    return replace(exchange, response=_copy(response, (*kept, ("Content-Type", PROBLEM)), response.body))


def _copy(response: Response, headers: tuple[tuple[str, str], ...], body: bytes) -> Response:
    """Return a response with other headers or another body; one that is kept on the disk has fields of its own."""
    return Response(response.status, headers, body, response.complete)


@functools.cache
def specification(folder: Path) -> schema.Specification:
    """The call's OpenAPI document, loaded once."""
    return schema.Specification(schema.load(folder / "openapi.yaml"))


@functools.lru_cache(maxsize=4)
def _problems(exchange: Exchange, folder: Path) -> tuple[Problem, ...]:
    """Return what all checks say of an answer. Remembered: the clauses ask for it one after another."""
    return specification(folder).problems(_as_listed(exchange))


@oracle(*CHECKS)
def passive_checks(clause: str, case: Case, context: Context) -> Iterator[Breach | Held]:
    """The answer against the specification; redirects and server errors belong to other clauses."""
    for exchange in case.all(*VARYING):
        if exchange.status is None or exchange.status >= 500 or 300 <= exchange.status < 400:
            continue
        if exchange.request.method != context.call.method or LONE_SURROGATE.search(
            exchange.response.body if exchange.response else b""
        ):
            continue
        problems = [each for each in _problems(exchange, context.specs) if each.check == CHECKS[clause]]
        for problem in {problem.place: problem for problem in reversed(problems)}.values():
            label = f"{problem.check} {problem.place}".rstrip()
            yield Breach(exchange, "what the specification lists", problem.message[:200], label)
        if not problems:
            yield HELD
