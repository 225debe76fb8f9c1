"""The path: one segment that names the order, and a final slash."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from contracts.endpoint.context import Context
from contracts.endpoint.judges import HELD, Breach, Held, Observation, observer, oracle, planner
from contracts.endpoint.oracle import accepted, observed_answer
from contracts.endpoint.plan import Kit, PlannedCase, change
from contracts.model.case import Case, Role, Trait
from contracts.model.exchange import Order, Request
from contracts.standard.parsed import Parsed, canonical, same_uuid
from contracts.standard.redirects import REDIRECTS, to_documented_path
from contracts.standard.requests import body_edit, chained, with_segment


def traits(parsed: Parsed) -> Iterator[Trait]:
    """Yield the trait of the path: at most one, which decides whether an order is found."""
    segment = unquote(parsed.segment)
    if not parsed.slash:
        yield Trait("url-parameters.final-slash", "no final slash")
    if canonical(segment) is None:
        if same_uuid(segment) is None:
            yield Trait("url-parameters.order-uuid-malformed", _malformed(segment))
        elif re.fullmatch(r"[0-9a-f]{32}", segment) and parsed.order:
            yield Trait("url-parameters.compact-uuid", "no hyphens")
    elif parsed.order is None:
        yield Trait("url-parameters.unknown-order", "a UUID of no order")
    elif segment != segment.lower():
        yield Trait("url-parameters.upper-case-uuid", "upper-case digits")
    elif segment != parsed.segment:
        yield Trait("url-parameters.percent-encoded-uuid", "a digit percent-encoded")
    else:
        yield Trait("url-parameters.order-uuid-addresses-the-order", "the order's UUID")


def unjudged(parsed: Parsed, path: str) -> bool:
    """Return whether the path holds something on which no clause speaks: a query, or a rarer form of UUID."""
    segment = unquote(parsed.segment)
    rare = canonical(segment) is None and same_uuid(segment) is not None
    compact = bool(re.fullmatch(r"[0-9a-f]{32}", segment)) and parsed.order is not None
    return "?" in path or (rare and not compact)


def _malformed(segment: str) -> str:
    if len(segment) > 1000:
        return "thousands of characters"
    if not re.search(r"[0-9a-fA-F]", segment):
        return "no hexadecimal digit"
    if len(segment) != 36:
        return "too short" if len(segment) < 36 else "too long"
    return "a character that is no hexadecimal digit"


@observer("url-parameters.final-slash")
def final_slash(case: Case, context: Context) -> Iterator[Observation]:
    """A path without its slash is not found, refused otherwise, redirected to the one with it, or served."""
    for exchange in case.all(Role.CHANGE):
        if not context.isolates(case, exchange, "url-parameters.final-slash") or exchange.response is None:
            continue
        if exchange.status in REDIRECTS:
            right = to_documented_path(exchange, context)
            yield Observation("redirect" if right else "redirect elsewhere", exchange)
        elif exchange.status != NOT_FOUND and exchange.refused:
            yield Observation("refused", exchange)
        else:
            yield Observation("accepted" if exchange.accepted else str(exchange.status), exchange)


@observer("url-parameters.upper-case-uuid", "url-parameters.compact-uuid")
def other_spelling(clause: str, case: Case, context: Context) -> Iterator[Observation]:
    """The UUID in another spelling is found, refused, or redirected to the path in its usual one."""
    for exchange in case.all(Role.CHANGE):
        if exchange.status in REDIRECTS and context.isolates(case, exchange, clause):
            right = to_documented_path(exchange, context)
            yield Observation("redirect" if right else "redirect elsewhere", exchange)
        else:
            yield from observed_answer(context.catalogue.clauses[clause], case, exchange, context)


@oracle("url-parameters.percent-encoded-uuid")
def percent_encoded(case: Case, context: Context) -> Iterator[Breach | Held]:
    """The same order: the call is carried out, or the answer leads to the path in its usual spelling."""
    clause = context.catalogue.clauses["url-parameters.percent-encoded-uuid"]
    yield from accepted(clause, case, context)
    for exchange in case.all(Role.CHANGE):
        if exchange.status in REDIRECTS and context.isolates(case, exchange, clause.id):
            if to_documented_path(exchange, context):
                yield HELD
            else:
                yield Breach(exchange, "the same order", f"{exchange.status} to another place", "redirect elsewhere")


NOT_FOUND = 404

MALFORMED = {
    "one character short": lambda uuid: uuid[:-1],
    "one character long": lambda uuid: uuid + "0",
    "a letter beyond f": lambda uuid: uuid[:-1] + "g",
    "a word": lambda _uuid: "order",
    "zero": lambda _uuid: "0",
    "punctuation": lambda _uuid: "%2A%2A%2A",
    "a space": lambda _uuid: "%20",
    "NUL behind it": lambda uuid: uuid + "%00",
    "a quote behind it": lambda uuid: uuid + "%27",
}


def _named_in_query(base: Request, order: Order, kit: Kit) -> Request:
    """Name the order where a framework may look before the path, or after it."""
    return replace(base, path=f"{base.path}?{kit.call.parameter}={order.uuid}")


def _named_in_body(body: dict[str, Any], order: Order, kit: Kit) -> None:
    body[kit.call.parameter] = order.uuid


@planner
def cases(kit: Kit) -> Iterator[PlannedCase]:
    """The path's cases: the order's UUID changed, in an otherwise accepted request."""
    for name, segment in MALFORMED.items():
        yield change(f"url-parameters.order-uuid-malformed/{name}", with_segment(kit.call, segment))
    invented = with_segment(kit.call, lambda _uuid: kit.invented("order"))
    yield change("url-parameters.unknown-order/invented", invented)
    for place, edit in {"query": _named_in_query, "body": body_edit(_named_in_body)}.items():
        yield change(f"url-parameters.unknown-order/invented, a test order in the {place}", chained(invented, edit))
    yield change("url-parameters.final-slash/without", with_segment(kit.call, str, slash=False))
    yield change("url-parameters.upper-case-uuid/upper case", with_segment(kit.call, str.upper))
    yield change("url-parameters.compact-uuid/no hyphens", with_segment(kit.call, lambda uuid: uuid.replace("-", "")))
    # Behind a hyphen: before one, %62 and seven digits would look like a UUID that no one provided.
    encoded = with_segment(kit.call, lambda uuid: f"{uuid[:9]}%{ord(uuid[9]):02X}{uuid[10:]}")
    yield change("url-parameters.percent-encoded-uuid/first digit", encoded)
