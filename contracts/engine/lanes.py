"""Generated requests: one after another on each order, different orders concurrently."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from contracts.endpoint.plan import Change, Need
from contracts.engine.leases import ExhaustedError
from contracts.engine.run import Run
from contracts.engine.standing import NoBaseError
from contracts.model.case import Case
from contracts.model.exchange import Order
from contracts.transport.interlock import RefusedToSendError

BUSY = 8
"""So many orders are enough to keep a target busy; each further one costs an accepted request first."""


@dataclass(frozen=True)
class Attempt:
    """A change of an accepted request, and what that needs of an order.

    If it is refused, `if_refused` are sent after it, in the same case. It is sent on `order` if that is set, unless
    orders are changed once.
    """

    edit: Change
    base: str = "plain"
    need: Need = field(default_factory=Need)
    if_refused: tuple[Change, ...] = ()
    order: Order | None = None


@dataclass(frozen=True)
class Unsent:
    """Why an attempt was not sent: the base is refused, no order is left, or it may not leave."""

    reason: str


@dataclass(repr=False)
class Lanes:
    """Sends attempts of one run."""

    run: Run
    _numbers: Counter[str] = field(default_factory=Counter)

    def send(self, origin: str, attempts: Sequence[Attempt]) -> list[Case | Unsent]:
        """Send attempts, and return the case of each, or why it was not sent.

        Of the orders that will do, each is given to the one that has the fewest so far. Where orders are changed
        once, each gets a new one, in turn. Raises what the transport raises where a target is lost.
        """
        names = [self._name(origin) for _ in attempts]
        if self.run.leases.once:
            return [self._on_a_new_order(*pair) for pair in zip(names, attempts, strict=True)]
        found: dict[str, Case | Unsent] = {}
        queues: dict[str, list[tuple[Order, str, Attempt]]] = defaultdict(list)
        for name, attempt in zip(names, attempts, strict=True):
            orders = self._ready(attempt)
            if orders:
                order = min(orders, key=lambda order: len(queues[order.uuid]))
                queues[order.uuid].append((order, name, attempt))
            else:
                found[name] = Unsent(f"no test order will do: it needs {attempt.need.words}")
        found |= self._concurrently([queue for queue in queues.values() if queue])
        return [found[name] for name in names]

    def orders(self, need: Need) -> list[Order]:
        """Return the orders that will do, the smallest first."""
        fit = [order for order in self.run.leases.orders if need.met_by(order)]
        return sorted(fit, key=lambda order: order.size)

    def _ready(self, attempt: Attempt) -> list[Order]:
        """Return some orders that will do, first those on which the base was accepted before."""
        if attempt.order is not None:
            return [attempt.order]
        return sorted(self.orders(attempt.need), key=lambda order: not self.run.has_base(order, attempt.base))[:BUSY]

    def _name(self, origin: str) -> str:
        self._numbers[origin] += 1
        return f"{origin}/{self._numbers[origin]}"

    def _on_a_new_order(self, name: str, attempt: Attempt) -> Case | Unsent:
        try:
            return self._attempted(self.run.leases.fresh(attempt.need), name, attempt)
        except ExhaustedError as error:
            return Unsent(str(error))

    def _concurrently(self, queues: list[list[tuple[Order, str, Attempt]]]) -> dict[str, Case | Unsent]:
        ending = threading.Event()

        def each(queue: list[tuple[Order, str, Attempt]]) -> dict[str, Case | Unsent]:
            left = (each for each in queue if not ending.is_set())
            return {name: self._attempted(order, name, attempt) for order, name, attempt in left}

        found: dict[str, Case | Unsent] = {}
        with ThreadPoolExecutor(self.run.target.limits.concurrency) as pool:
            sent = [pool.submit(each, queue) for queue in queues]
            try:
                for future in sent:
                    found |= future.result()
            except BaseException:
                ending.set()  # an interruption, or a lost target: nothing more begins
                self.run.transport.end()
                raise
        return found

    def _attempted(self, order: Order, name: str, attempt: Attempt) -> Case | Unsent:
        origin = name.partition("/")[0]
        try:
            return self.run.attempt(order, attempt.base, attempt.edit, name, origin, *attempt.if_refused)
        except (NoBaseError, ExhaustedError, RefusedToSendError) as error:
            return Unsent(str(error))
