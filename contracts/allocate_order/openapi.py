"""What Schemathesis' own passive checks say of every answer, as findings of clauses of their own."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from pathlib import Path

from contracts.endpoint import schema
from contracts.endpoint.context import Context
from contracts.endpoint.oracle import HELD, Breach, Held, oracle
from contracts.model.case import Case

CHECKS = {
    "openapi.status-code": "status-code",
    "openapi.content-type": "content-type",
    "openapi.headers": "headers",
    "openapi.body": "body",
}

LONE_SURROGATE = re.compile(rb"\\ud[89a-f]", re.IGNORECASE)
"""JSON can say it and Schemathesis cannot read it: no fault of the target's."""


@functools.cache
def specification(folder: Path) -> schema.Specification:
    """The call's OpenAPI document, loaded once."""
    return schema.Specification(schema.load(folder / "openapi.yaml"))


@oracle(*CHECKS)
def passive_checks(clause: str, case: Case, context: Context) -> Iterator[Breach | Held]:
    """The answer against the specification; redirects and server errors belong to other clauses."""
    for exchange in case.all("change", "repeat", "race"):
        if exchange.status is None or exchange.status >= 500 or 300 <= exchange.status < 400:
            continue
        if exchange.request.method != "PUT" or LONE_SURROGATE.search(
            exchange.response.body if exchange.response else b""
        ):
            continue
        problems = [p for p in specification(context.specs).problems(exchange) if p.check == CHECKS[clause]]
        for problem in problems[:1]:
            label = re.sub(r"[\d'\"].*", "", problem.message).strip()[:60]
            yield Breach(exchange, "what the specification lists", problem.message[:200], f"{exchange.status} {label}")
        if not problems:
            yield HELD
