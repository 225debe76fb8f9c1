"""Other verbs on the documented path: what they are answered, and what a 405 says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from contracts.endpoint.call import Call
from contracts.endpoint.context import Context
from contracts.endpoint.judges import HELD, Breach, Held, oracle, planner
from contracts.endpoint.plan import Kit, PlannedCase, change
from contracts.model.case import Case, Role, Trait
from contracts.model.exchange import Exchange, Order, Request

GET = "GET"
NOT_IMPLEMENTED = 501


def verb_traits(method: str, call: Call) -> Iterator[Trait]:
    """A verb other than the documented one; GET changes nothing, and has a clause of its own."""
    if method in call.others:
        yield Trait("http.other-verbs", method)
    elif method == GET:
        yield Trait("http.get", method)


def is_not_implemented(exchange: Exchange, call: Call) -> bool:
    """Return True for 501 to a verb that a server need not know (RFC 9110 section 9.1); the order detail needs GET."""
    return exchange.status == NOT_IMPLEMENTED and exchange.request.method in call.others


@oracle("http.method-not-allowed-names-allow")
def names_allow(case: Case, context: Context) -> Iterator[Breach | Held]:
    """RFC 9110 section 15.5.6: a 405 must have Allow, with the call's verb in it, and without the one it answers.

    On a path without its slash the call's verb may be missing. Several fields of Allow are one list (section 5.3).
    """
    for exchange in case.all(Role.CHANGE):
        if exchange.response is None or exchange.status != 405:
            continue
        allow = exchange.response.listed("Allow")
        verbs = {verb.strip().upper() for verb in (allow or "").split(",")}
        documented = exchange.request.path.partition("?")[0].endswith("/")
        method = exchange.request.method
        if method in verbs and method in context.call.others:
            yield Breach(exchange, f"Allow without {method}", f"405, and Allow: {allow}", "405 to what is allowed")
        elif allow is not None and (context.call.method in verbs or not documented):
            yield HELD
        else:
            due = f"Allow with {context.call.method} in it" if documented else "Allow"
            yield Breach(exchange, due, "no Allow" if allow is None else f"Allow: {allow}", "405")


@planner
def cases(kit: Kit) -> Iterator[PlannedCase]:
    """The accepted request with another verb."""
    yield change("http.get/on the documented path", _verb(GET))
    for verb in kit.call.others:
        yield change(f"http.other-verbs/{verb}", _verb(verb))


def _verb(verb: str) -> Any:
    """Another verb on the same path; GET and DELETE have no body. A verb that is not permitted names no test order."""

    def edit(base: Request, order: Order, kit: Kit) -> Request:
        if verb != GET and not kit.verbs:
            base = _of_nothing(base, order, kit)
        if verb in {"PUT", "POST", "PATCH"}:
            return replace(base, method=verb)
        headers = tuple(pair for pair in base.headers if pair[0] != "Content-Type")
        return replace(base, method=verb, headers=headers, body=b"")

    return edit


def _of_nothing(base: Request, order: Order, kit: Kit) -> Request:
    """The request with an invented UUID in the place of each one of a test order."""
    path, body = base.path, base.body
    for name in (order.uuid, *(line.uuid for line in order.line_items)):
        path, body = path.replace(name, kit.invented(name)), body.replace(name.encode(), kit.invented(name).encode())
    return replace(base, path=path, body=body)
