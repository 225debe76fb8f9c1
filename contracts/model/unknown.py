"""What a recording does not contain: it is unknown, and never judged. Imports the model only.

An exchange names its missing parts in `lacks`. Oracles get such an exchange with those parts guarded: an oracle that
reads one of them is ended there and says nothing more of the case, so no oracle has to think of recordings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from enum import StrEnum
from typing import Any, TypeVar, cast

from contracts.model.case import Case
from contracts.model.exchange import Exchange, Request, Response

_T = TypeVar("_T")


class Part(StrEnum):
    """A part of an exchange that a recording may lack."""

    CREDENTIAL = "credentials"
    TIME = "time"
    REQUEST_HEADERS = "headers of the request"
    REQUEST_BODY = "body of the request"
    RESPONSE_HEADERS = "headers of the answer"
    RESPONSE_BODY = "body of the answer"


OF_REQUEST = {Part.REQUEST_HEADERS: ("headers", "header"), Part.REQUEST_BODY: ("body",)}
OF_RESPONSE = {Part.RESPONSE_HEADERS: ("headers", "header", "listed", "is_cached"), Part.RESPONSE_BODY: ("body",)}
GUARDED = frozenset({*OF_REQUEST, *OF_RESPONSE})
"""The parts that oracles read themselves. Unknown credentials have a label of their own; a view depends on the time."""


class NotRecordedError(Exception):
    """A part was read that the recording does not contain."""


class _Guarded:
    """A message of which some attributes cannot be read."""

    def __init__(self, message: Request | Response, unreadable: Iterable[str]) -> None:
        self._message = message
        self._unreadable = frozenset(unreadable)

    def __getattr__(self, name: str) -> Any:
        if name in self._unreadable:
            raise NotRecordedError(name)
        return getattr(self._message, name)


def as_far_as_known(case: Case, ask: Callable[[Case], Iterator[_T]]) -> Iterator[_T]:
    """Return what is said of a case, up to where a part is read that the recording does not contain.

    `ask` gets the case with its missing parts guarded. What it says is about the exchanges of the case itself.
    """
    for _, exchange in case.steps:  # nothing is missing of what was just sent, and each clause asks for each case
        if exchange.lacks and exchange.lacks & GUARDED:
            return _guarded_from(case, ask)
    return ask(case)


def _guarded_from(case: Case, ask: Callable[[Case], Iterator[_T]]) -> Iterator[_T]:
    recorded = {exchange.id: exchange for _, exchange in case.steps}
    guarded = replace(case, steps=tuple((role, _guarded(exchange)) for role, exchange in case.steps))
    with suppress(NotRecordedError):
        for said in ask(guarded):
            yield _about(said, case, recorded)


def _about(said: Any, case: Case, recorded: Mapping[str, Exchange]) -> Any:
    """Return a finding or an observation with the recorded exchange in place of the guarded one."""
    if not hasattr(said, "exchange"):
        return said
    whose = {"case": case} if hasattr(said, "case") else {}
    return replace(said, exchange=recorded[said.exchange.id], **whose)


def _guarded(exchange: Exchange) -> Exchange:
    request = _unreadable(exchange, OF_REQUEST)
    response = _unreadable(exchange, OF_RESPONSE)
    if request:
        exchange = replace(exchange, request=cast("Request", _Guarded(exchange.request, request)))
    if response and exchange.response is not None:
        exchange = replace(exchange, response=cast("Response", _Guarded(exchange.response, response)))
    return exchange


def _unreadable(exchange: Exchange, names: dict[Part, tuple[str, ...]]) -> list[str]:
    return [name for part, attributes in names.items() if part in exchange.lacks for name in attributes]
