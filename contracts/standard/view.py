"""A request as the clauses see it: all traits of all sections, in the order in which a target meets them."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from contracts.endpoint.call import Call
from contracts.model.case import Trait, View
from contracts.model.exchange import Exchange, Order, Request
from contracts.model.unknown import Part
from contracts.standard import authentication, http, robustness, url_parameters, verbs
from contracts.standard.parsed import Parsed
from contracts.standard.texts import MISSING, Flaw

OF_REQUEST = frozenset({Part.REQUEST_HEADERS, Part.REQUEST_BODY, Part.TIME})
"""What a view of a request needs, besides its credentials, which have a label where they are unknown."""

P = TypeVar("P", bound=Parsed)


@dataclass(frozen=True)
class TraitReader(Generic[P]):
    """Takes requests apart into traits."""

    #: Takes a request apart as the endpoint needs it.
    parse: Callable[[Request, Mapping[str, Order], Call], P]
    #: Yields the traits of the body, on the day on which it was sent.
    content: Callable[[P, Call, datetime.date], Iterator[Trait]]
    #: Returns True if no clause speaks of something in the body, on that day.
    is_open: Callable[[P, Call, datetime.date], bool] = lambda _parsed, _call, _today: False
    #: The fields whose traits depend on that day.
    dated: tuple[str, ...] = ()

    def __call__(self, exchange: Exchange, orders: Mapping[str, Order], call: Call) -> View:
        """Take a request apart into traits.

        A target may meet what is wrong with a request in any order. But wrong credentials, another verb and a
        path without an order decide alone: what comes after them is masked.
        """
        if exchange.lacks & OF_REQUEST:
            return self._partial(exchange, orders, call)
        return self._view(exchange.request, exchange.started, orders, call)

    def _partial(self, exchange: Exchange, orders: Mapping[str, Order], call: Call) -> View:
        """The traits that are known of a request that was recorded in part. It is not judged as a whole."""
        sent = exchange.request
        headers = (("Content-Type", "application/json"),) if Part.REQUEST_HEADERS in exchange.lacks else sent.headers
        body = b"" if Part.REQUEST_BODY in exchange.lacks else sent.body
        known = Request(sent.method, sent.path, headers, body, sent.credential)
        whole = self._view(known, exchange.started, orders, call)
        unknown: frozenset[Trait] = frozenset()
        if Part.REQUEST_HEADERS in exchange.lacks:
            unknown |= frozenset(http.media_traits(known))
        if Part.REQUEST_BODY in exchange.lacks:
            unknown |= frozenset(self._content(known, self.parse(known, orders, call), _day(exchange.started), call))
        if Part.TIME in exchange.lacks:
            unknown |= {trait for trait in whole.traits | whole.masked if trait.field.endswith(self.dated)}
        return View(whole.traits - unknown, whole.masked - unknown, unjudged=True, detail=whole.detail)

    def _view(self, request: Request, started: float, orders: Mapping[str, Order], call: Call) -> View:
        request = authentication.as_sent(request)
        found = self.parse(request, orders, call)
        today = _day(started)
        credential = frozenset(authentication.traits(request.credential))
        verb = frozenset(verbs.verb_traits(request.method, call))
        path = frozenset(url_parameters.traits(found))
        content = frozenset(self._content(request, found, today, call))
        unjudged = (
            request.credential == authentication.UNKNOWN
            or (request.method != call.method and not verb)
            or url_parameters.unjudged(found, request.path)
            or _is_open(request, found)
            or (not found.body.constants and self.is_open(found, call, today))
        )
        if authentication.shuts_out(request.credential):
            return View(credential, verb | path | content, unjudged=False, detail=found)
        if verb:
            behind = path | content if request.body else path
            return View(credential | verb, behind, unjudged=False, detail=found)
        if found.order is None or not found.slash:
            return View(credential | path, content, unjudged=unjudged, detail=found)
        return View(credential | path | content, unjudged=unjudged, detail=found)

    def _content(self, request: Request, found: P, today: datetime.date, call: Call) -> Iterator[Trait]:
        yield from robustness.traits(request, found, call)
        yield from http.media_traits(request)
        yield from http.text_traits(request.body, found, call)
        if found.body.value is MISSING or found.body.constants:
            return
        if found.other_case:
            yield Trait("request-parameters.member-name-case", "other letter case")
        yield from self.content(found, call, today)


def _day(started: float) -> datetime.date:
    return datetime.datetime.fromtimestamp(started, datetime.UTC).date()


def _is_open(request: Request, found: Parsed) -> bool:
    """Return True if no clause speaks of something in the headers or in how the body is written."""
    return (
        http.media_unjudged(request)
        or bool(found.body.repeated)
        or request.header("Origin") is not None
        or (request.header("Accept") or "application/json") != "application/json"
        or (request.body != b"" and found.body.flaw is Flaw.TOO_DEEP)
    )
