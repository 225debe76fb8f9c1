"""What properties send, sent side by side on several lent orders, before the properties ask for the answers."""

from __future__ import annotations

import unittest
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import pytest

from contracts.interlock import RefusedToSendError
from contracts.leases import ExhaustedError
from contracts.model import Case, Order, Request
from contracts.plan import Change
from contracts.run import Run

if TYPE_CHECKING:
    from contracts.properties import Attempts


@dataclass(frozen=True)
class Wanted:
    """An attempt that waits: a change of an accepted request, for one of the orders that will do."""

    name: str
    origin: str
    base: str
    edit: Change
    orders: tuple[Order, ...]


def side_by_side(run: Run, wanted: Sequence[Wanted]) -> list[Case | Exception]:
    """Send attempts, those for different orders at once, none of which is used by two things; what came of each.

    An exception stands where an attempt was not sent: RefusedToSendError, or LookupError where this target accepts
    no such base on that order. Raises what the transport raises where a target is lost.
    """
    chains: dict[str, list[int]] = defaultdict(list)
    orders = {order.uuid: order for each in wanted for order in each.orders}
    for index, each in enumerate(wanted):
        chosen = min(each.orders, key=lambda order: len(chains[order.uuid]))
        chains[chosen.uuid].append(index)
    found: list[Case | Exception] = [LookupError()] * len(wanted)

    def send(order: Order, indexes: list[int]) -> None:
        for index in indexes:
            each = wanted[index]
            try:
                found[index] = run.attempt(order, each.base, each.edit, each.name, each.origin)
            except (LookupError, ExhaustedError, RefusedToSendError) as error:
                found[index] = error

    with ThreadPoolExecutor(run.target.limits.concurrency) as pool:
        for sent in [pool.submit(send, orders[name], indexes) for name, indexes in chains.items()]:
            sent.result()
    return found


def named_anew(request: Request, before: Order, after: Order) -> Request:
    """A request for one order as one for another that has as many line items."""
    path, body = request.path, request.body
    pairs = [(before.uuid, after.uuid)]
    pairs += [(old.uuid, new.uuid) for old, new in zip(before.line_items, after.line_items, strict=False)]
    for old, new in pairs:
        path, body = path.replace(old, new), body.replace(old.encode(), new.encode())
    return Request(request.method, path, request.headers, body, request.credential)


class SideBySide:
    """Calls a property twice: first only to hear what it would send, which then is sent side by side.

    Hypothesis generates the same for a seed as long as nothing fails. What fails is shrunk in the second call, one
    request after another, as the next depends on the answer.
    """

    def __init__(self, *, listens: bool) -> None:
        """`listens` is False where an example database decides what comes first: nothing is called twice then."""
        self._listens = listens

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> Iterator[Any]:
        """Before a property, what it will ask for; after it, what it only wanted sent."""
        attempt = cast("Attempts | None", pyfuncitem.funcargs.get("attempt"))
        if attempt is None:
            return (yield)
        if self._listens and not attempt.run.leases.once and not _of_schemathesis(pyfuncitem.function):
            names = pyfuncitem._fixtureinfo.argnames  # noqa: SLF001 - as pytest itself calls the function
            with suppress(unittest.SkipTest), attempt.listening():
                pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names})
        try:
            return (yield)
        finally:
            attempt.settle()


def _of_schemathesis(function: Any) -> bool:
    return any(name.startswith("_schemathesis") for name in vars(function))
