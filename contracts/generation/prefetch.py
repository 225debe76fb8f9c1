"""What properties send, sent in the background on several test orders, before the properties ask for the answers."""

from __future__ import annotations

import sys
import threading
import unittest
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import pytest

from contracts.endpoint.plan import Change
from contracts.engine.run import Run
from contracts.model.case import Case
from contracts.model.exchange import Order, Request

if TYPE_CHECKING:
    from contracts.generation.properties import Attempts

SWITCH = 0.0005
"""Seconds after which Python lets another thread go on: with its own 5 ms, each answer waits for what generates."""

BUSY = 8
"""So many orders are enough to keep a target busy; each further one costs an accepted request first."""


@dataclass(repr=False)
class Lanes:
    """Sends attempts in the background: on each order in turn, on different ones concurrently."""

    run: Run
    _numbers: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _given: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _waiting: dict[str, deque[partial[None]]] = field(default_factory=lambda: defaultdict(deque))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._pool = ThreadPoolExecutor(self.run.target.limits.concurrency)
        self._switch = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH)

    def send(self, origin: str, base: str, edit: Change, orders: Sequence[Order], *if_refused: Change) -> Future[Case]:
        """Have a change of an accepted request sent on one of these orders: the one that was given the least so far.

        If it is refused, `if_refused` are sent after it, in the same case.
        The future raises RefusedToSendError, or LookupError where this target accepts no such base on that order.
        """
        order = min(orders[:BUSY], key=lambda order: self._given[order.uuid])
        self._given[order.uuid] += 1
        self._numbers[origin] += 1
        name = f"{origin}/{self._numbers[origin]}"
        found: Future[Case] = Future()
        with self._lock:
            waiting = self._waiting[order.uuid]
            attempt = partial(self.run.attempt, order, base, edit, name, origin, *if_refused)
            waiting.append(partial(_fulfil, found, attempt))
            if len(waiting) == 1:
                self._pool.submit(self._next, order.uuid)
        return found

    def _next(self, name: str) -> None:
        waiting = self._waiting[name]
        waiting[0]()
        with self._lock:
            waiting.popleft()
            if waiting:
                self._pool.submit(self._next, name)

    def settled(self) -> None:
        """All that was given has been waited for: what comes next is spread over all orders again."""
        self._given.clear()

    def close(self) -> None:
        """Send nothing more that has not begun."""
        sys.setswitchinterval(self._switch)
        self._pool.shutdown(cancel_futures=True)


def _fulfil(found: Future[Case], attempt: partial[Case]) -> None:
    try:
        found.set_result(attempt())
    except BaseException as error:  # noqa: BLE001 - it is raised where the result is asked for
        found.set_exception(error)


def renamed(request: Request, before: Order, after: Order) -> Request:
    """A request for one order as one for another that has as many line items."""
    path, body = request.path, request.body
    pairs = [(before.uuid, after.uuid)]
    pairs += [(old.uuid, new.uuid) for old, new in zip(before.line_items, after.line_items, strict=False)]
    for old, new in pairs:
        path, body = path.replace(old, new), body.replace(old.encode(), new.encode())
    return Request(request.method, path, request.headers, body, request.credential)


class SideBySide:
    """Calls a property first only to collect what it would send, which is sent side by side meanwhile.

    If nothing new shows, that was it. Else it is called again, which finds the same, as Hypothesis generates the same
    for a seed as long as nothing fails. What fails is shrunk then, one request after another, as the next depends on
    the answer.
    """

    def __init__(self, *, listens: bool) -> None:
        """`listens` is False where an example database decides what comes first: nothing is called twice then."""
        self._listens = listens

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool | None:
        """Listen to a property; True where it need not be called again."""
        attempt = _attempts(pyfuncitem)
        if attempt is None or not self._listens or attempt.run.leases.once or _of_schemathesis(pyfuncitem.function):
            return None
        names = pyfuncitem._fixtureinfo.argnames  # noqa: SLF001 - as pytest itself calls the function
        with suppress(unittest.SkipTest), attempt.listening():
            pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names})
            return attempt.unremarkable() or None
        return None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        """After a property, what it only wanted sent."""
        attempt = _attempts(item)
        if attempt is None:
            return (yield)
        try:
            return (yield)
        except KeyboardInterrupt:
            attempt.abandon()
            raise
        finally:
            attempt.settle()


def _attempts(item: pytest.Item) -> Attempts | None:
    return cast("Attempts | None", getattr(item, "funcargs", {}).get("attempt"))


def _of_schemathesis(function: Any) -> bool:
    return any(name.startswith("_schemathesis") for name in vars(function))
