"""Answers that show a server's insides, or give back what was sent."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from urllib.parse import unquote_to_bytes

from provider.fault import Fault, Stage, fault
from provider.http import Answer, Message, RefusalError
from provider.standard.handler import StandardCall

SHOWN = {
    "a-python-traceback": 'Traceback (most recent call last):\n  File "/srv/app/views.py", line 12, in put',
    "a-java-stack-trace": "java.lang.NumberFormatException\n\tat com.example.Allocations.put(Allocations.java:41)",
    "a-node-stack-trace": "TypeError: x is not a function\n    at put (/srv/app/allocations.js:41:13)",
    "a-ruby-backtrace": "/srv/app/allocations_controller.rb:41:in `update'",
    "a-go-stack-trace": "goroutine 18 [running]:\nmain.put(0xc000)",
    "a-dotnet-stack-trace": "at Orders.Allocate(Guid id) in C:\\src\\Orders.cs:line 41",
    "a-php-warning": "Warning: Undefined array key in allocate.php on line 41",
    "an-sql-error": 'psycopg2.errors.UndefinedColumn: column "x" does not exist',
    "an-sql-state": "SQLSTATE[22007]: Invalid datetime format",
    "an-sql-query": "SELECT id, sku FROM order_line_items WHERE id = 41",
    "a-path-of-the-server": "cannot open /var/www/orders/allocations",
}
"""What is shown where a quantity is refused, by the fault's name."""


def _showing(name: str, text: str) -> Fault:
    def deviation(_call: StandardCall, honest: Stage, message: Message, refusal: RefusalError) -> Answer:
        if (refusal.field or "").startswith("quantity_"):
            refusal.message = text
        answer: Answer = honest(message, refusal)
        return answer

    what = f"The refusal of a quantity shows {name.replace('-', ' ')}."
    breaks, hidden = ("http.no-internals",), ("errors-without-a-body",)
    return Fault(f"leaks-{name}", what, "refuse", deviation, breaks, severity="critical", hidden_by=hidden)


INTERNALS = tuple(_showing(name, text) for name, text in SHOWN.items())


@fault("carried_out", "http.no-internals", severity="critical")
def shows_its_query_when_it_succeeds(_call: StandardCall, honest: Stage, *seen: Any) -> Answer:
    """A success says next to what the page lists by which query it came about."""
    answer: Answer = honest(*seen)
    answered = json.loads(answer.body)
    if not isinstance(answered, dict):
        return answer
    return replace(answer, body=json.dumps(answered | {"debug": SHOWN["an-sql-query"]}).encode())


@fault(
    "refuse",
    "http.no-reflection",
    "http.error-media-type",
    severity="critical",
    also=("openapi.content-type", "authentication.token-not-echoed"),
    causes="all refusals are HTML, and some of them repeat markup",
)
def reflects_markup(_call: StandardCall, honest: Stage, message: Message, refusal: RefusalError) -> Answer:
    """A refusal is a page that repeats the body as it was sent."""
    answer: Answer = honest(message, refusal)
    return replace(
        answer, headers={**answer.headers, "Content-Type": "text/html"}, body=b"<p>" + message.body + b"</p>"
    )


@fault(
    "refuse",
    "http.no-reflection",
    "http.error-media-type",
    severity="critical",
    also=("openapi.content-type",),
    causes="a page is not JSON, and it repeats markup",
)
def reflects_the_path(_call: StandardCall, honest: Stage, message: Message, refusal: RefusalError) -> Answer:
    """The refusal of a path with markup in it is a page that repeats it."""
    answer: Answer = honest(message, refusal)
    path = unquote_to_bytes(message.path)
    if b"<" not in path:
        return answer
    return replace(answer, headers={**answer.headers, "Content-Type": "text/html"}, body=b"<p>No " + path + b"</p>")


@fault(
    "refuse",
    "http.no-reflection",
    severity="critical",
    also=("openapi.content-type", "openapi.body", "http.error-media-type"),
    causes="an answer without a media type is not declared as JSON either",
)
def reflects_markup_undeclared(_call: StandardCall, honest: Stage, message: Message, refusal: RefusalError) -> Any:
    """The refusal of markup repeats it, and declares no media type."""
    answer: Answer = honest(message, refusal)
    if b"<script>" not in message.body:
        return answer
    return replace(answer, headers={}, body=json.loads(json.dumps(message.body.decode())).encode())
