"""Paths that name no order, and are taken for one that does."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from provider.fault import Fault, Stage, fault
from provider.http import RefusalError
from provider.standard.handler import StandardCall

AT = "url-parameters"


def _finding(name: str, what: str, meant: Callable[[str], str | None], *breaks: str) -> Fault:
    """An order is found under another segment as well; `meant` gives the UUID that it means."""

    def deviation(_call: StandardCall, honest: Stage, segment: str) -> Any:
        return honest(meant(segment) or segment)

    return Fault(name, what, "find", deviation, breaks)


def _cut(segment: str) -> str | None:
    return segment[:36] if len(segment) > 36 else None


MALFORMED = f"{AT}.order-uuid-malformed"
FOUND = (
    _finding("ignores-what-follows-the-uuid", "What follows 36 characters of the path is ignored.", _cut, MALFORMED),
    _finding("cuts-the-path-at-nul", "The path ends at a NUL.", lambda s: s.partition("\0")[0] or None, MALFORMED),
    _finding("strips-quotes-from-the-path", "Quotes around the UUID are stripped.", lambda s: s.strip("'"), MALFORMED),
)


@fault("find", MALFORMED)
def finds_orders_by_their_beginning(call: StandardCall, honest: Stage, segment: str) -> Any:
    """An order is found by the beginning of its UUID."""
    for order in _all_orders(call):
        if len(segment) == 35 and order.startswith(segment):
            return honest(order)
    return honest(segment)


def _all_orders(call: StandardCall) -> list[str]:
    rows = call.storage._connection.execute("select uuid from orders where own")  # noqa: SLF001 - a fault may
    return [row[0] for row in rows]


@fault("find", f"{AT}.unknown-order", also=("response-codes.documented", "openapi.status-code"))
def an_unknown_order_is_gone(_call: StandardCall, honest: Stage, segment: str) -> Any:
    """A request for an order that is not there is answered 410."""
    try:
        return honest(segment)
    except RefusalError as refusal:
        if refusal.code == "unknown_order":
            refusal.status = 410
        raise


@fault("route", f"{AT}.percent-encoded-uuid")
def does_not_decode_the_path(_call: StandardCall, honest: Stage, message: Any) -> Any:
    """What is percent-encoded in a UUID is not decoded."""
    if re.search("%[36][0-9]", message.path):
        raise RefusalError(404, "not_found", "There is nothing at this path.")
    return honest(message)


def _redirecting(name: str, what: str, write: Callable[[str], str]) -> Fault:
    def deviation(_call: StandardCall, honest: Stage, message: Any) -> Any:
        answer = honest(message)
        if "Location" not in answer.headers:
            return answer
        return replace(answer, headers={**answer.headers, "Location": write(answer.headers["Location"])})

    breaks, needs = (f"{AT}.final-slash",), {f"{AT}.final-slash": "redirect"}
    return Fault(name, what, "answer", deviation, breaks, needs=needs)


REDIRECTS = (
    _redirecting(
        "redirects-to-another-host",
        "The path without its slash is redirected to the same path of another host.",
        lambda path: f"http://elsewhere.example{path}",
    ),
    _redirecting(
        "redirects-to-another-port",
        "The path without its slash is redirected to the same path on another port.",
        lambda path: f"http://127.0.0.1:1{path}",
    ),
    _redirecting(
        "redirects-below-itself",
        "Location is a relative reference that leads below the path that was asked.",
        lambda path: "/".join(path.split("/")[-3:]),
    ),
    _redirecting(
        "redirects-to-a-login-page", "The path without its slash is redirected to a login.", lambda _p: "/login"
    ),
)


def _guarding(name: str, what: str, matches: Callable[[str], bool], **needs: str) -> Fault:
    """The token is looked at unless `matches` is true of the path, as where a rule names one spelling of it."""

    def deviation(call: StandardCall, honest: Stage, message: Any) -> None:
        if message.method != call.METHOD or not matches(message.path):
            honest(message)

    needed = {f"{AT}.{key.replace('_', '-')}": reading for key, reading in needs.items()}
    return Fault(
        name, what, "authenticate", deviation, ("authentication.wrong-token",), severity="critical", needs=needed
    )


UNGUARDED = (
    _guarding(
        "no-token-without-the-final-slash",
        "Without its final slash the path is open to everyone.",
        lambda path: not path.endswith("/"),
        final_slash="served",
    ),
    _guarding(
        "no-token-under-an-upper-case-uuid",
        "Under a UUID in upper case the path is open to everyone.",
        lambda path: path.split("/")[-2] != path.split("/")[-2].lower(),
    ),
    _guarding(
        "no-token-under-a-uuid-without-hyphens",
        "Under a UUID without hyphens the path is open to everyone.",
        lambda path: re.fullmatch("[0-9a-f]{32}", path.split("/")[-2]) is not None,
        compact_uuid="served",
    ),
)
