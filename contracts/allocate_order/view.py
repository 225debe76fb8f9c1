"""A request as the clauses see it: all traits of all sections, in the order in which a target meets them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence

from contracts.allocate_order import (
    allocation_object,
    authentication,
    backorder_dates,
    http,
    quantity_sums,
    request_parameters,
    robustness,
    url_parameters,
    verbs,
)
from contracts.allocate_order.parsed import DATE, MISSING, Line, Parsed, last_entries, parse
from contracts.model.case import Trait, View
from contracts.model.exchange import Exchange, Order, Request
from contracts.model.unknown import Part

OF_REQUEST = frozenset({Part.REQUEST_HEADERS, Part.REQUEST_BODY, Part.TIME})
"""What a view of a request needs, besides its credentials, which have a label where they are unknown."""


def view(exchange: Exchange, orders: Mapping[str, Order]) -> View:
    """Take a request apart into traits.

    A target may meet what is wrong with a request in any order. But wrong credentials, another verb and a
    path without an order decide alone: what comes after them is masked.
    """
    if exchange.lacks & OF_REQUEST:
        return _partial(exchange, orders)
    return _view(exchange.request, exchange.started, orders)


def _partial(exchange: Exchange, orders: Mapping[str, Order]) -> View:
    """The traits that are known of a request that was recorded in part. It is not judged as a whole."""
    sent = exchange.request
    headers = (("Content-Type", "application/json"),) if Part.REQUEST_HEADERS in exchange.lacks else sent.headers
    body = b"" if Part.REQUEST_BODY in exchange.lacks else sent.body
    known = Request(sent.method, sent.path, headers, body, sent.credential)
    whole = _view(known, exchange.started, orders)
    unknown: frozenset[Trait] = frozenset()
    if Part.REQUEST_HEADERS in exchange.lacks:
        unknown |= frozenset(http.media_traits(known))
    if Part.REQUEST_BODY in exchange.lacks:
        unknown |= frozenset(_content(known, parse(known, orders), _day(exchange.started)))
    if Part.TIME in exchange.lacks:
        unknown |= {trait for trait in whole.traits | whole.masked if trait.field.endswith(DATE)}
    return View(whole.traits - unknown, whole.masked - unknown, unjudged=True, detail=whole.detail)


def _day(started: float) -> datetime.date:
    return datetime.datetime.fromtimestamp(started, datetime.UTC).date()


def _view(request: Request, started: float, orders: Mapping[str, Order]) -> View:
    parsed = parse(request, orders)
    today = _day(started)
    credential = frozenset(authentication.traits(request.credential))
    verb = frozenset(verbs.verb_traits(request.method))
    path = frozenset(url_parameters.traits(parsed))
    content = frozenset(_content(request, parsed, today))
    unjudged = (
        request.credential == authentication.UNKNOWN
        or (request.method != "PUT" and not verb)
        or url_parameters.unjudged(parsed, request.path)
        or _unjudged(request, parsed, today)
    )
    if authentication.shuts_out(request.credential):
        return View(credential, verb | path | content, unjudged=False, detail=parsed)
    if verb:
        behind = path | content if request.body else path
        return View(credential | verb, behind, unjudged=False, detail=parsed)
    if parsed.order is None or not parsed.slash:
        return View(credential | path, content, unjudged=unjudged, detail=parsed)
    return View(credential | path | content, unjudged=unjudged, detail=parsed)


def _content(request: Request, parsed: Parsed, today: datetime.date) -> Iterator[Trait]:
    yield from robustness.traits(request, parsed)
    yield from http.media_traits(request)
    yield from http.text_traits(request.body, parsed)
    if parsed.body.value is MISSING or parsed.body.constants:
        return
    yield from request_parameters.body_traits(parsed)
    if parsed.other_case:
        yield Trait("request-parameters.member-name-case", "other letter case")
    yield from _of_lines(last_entries(parsed.lines), parsed, today)


def _of_lines(lines: Sequence[Line], parsed: Parsed, today: datetime.date) -> Iterator[Trait]:
    yield from quantity_sums.traits(lines)
    for line in lines:
        yield from request_parameters.line_traits(line, order_known=parsed.order is not None)
        if isinstance(line.allocation, dict) and (line.own or parsed.order is None):
            yield from allocation_object.traits(line)
            yield from backorder_dates.traits(line, today)


def _differs_in_earlier_entries(parsed: Parsed, today: datetime.date) -> bool:
    """Return True if an earlier entry of a line named twice has a trait that no last entry has.

    A target in which the last entry counts may look at the earlier ones or not; how its units are split is the same.
    """
    last = last_entries(parsed.lines)
    earlier = [line for line in parsed.lines if line not in last]
    apart = set(_of_lines(earlier, parsed, today)) - set(_of_lines(last, parsed, today)) if earlier else set()
    return any(trait.clause not in quantity_sums.SOUND for trait in apart)


def _unjudged(request: Request, parsed: Parsed, today: datetime.date) -> bool:
    readable = [line for line in parsed.lines if isinstance(line.allocation, dict)]
    return (
        http.media_unjudged(request)
        or bool(parsed.body.repeated)
        or request.header("Origin") is not None
        or (request.header("Accept") or "application/json") != "application/json"
        or any(request_parameters.unjudged(line) for line in parsed.lines)
        or any(_line_unjudged(line, today) for line in readable)
        or _differs_in_earlier_entries(parsed, today)
        or (request.body != b"" and parsed.body.error == "too deep to read")
    )


def _line_unjudged(line: Line, today: datetime.date) -> bool:
    return allocation_object.unjudged(line) or backorder_dates.unjudged(line, today)
