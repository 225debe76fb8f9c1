"""The orders of a run: which of them serves what, and what is known to be stored on each."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar

from contracts.endpoint.plan import Need, PlannedCase
from contracts.engine.standing import Standing
from contracts.engine.turns import Turn, Turns
from contracts.judging.attempts import may_be_sent_again
from contracts.model.exchange import Exchange, Order, Request
from contracts.target.targets import UsageError

FIRST = 4
"""How many orders a command is asked for before a run begins."""

MOST = 400
"""How many orders a command is asked for in one run."""


class ExhaustedError(Exception):
    """No order is left that will do; the message says which test orders there are and what was needed."""


@dataclass(repr=False)
class Orders(ABC):
    """The orders of one run, and what is known to be stored on each."""

    #: Whether an order that was changed can be changed again.
    again: ClassVar[bool] = True

    #: The orders, with those that were made.
    orders: list[Order]
    #: Makes one more, if the target has a command for that.
    make: Callable[[], Order] | None = None
    #: Called with each order that was made.
    added: Callable[[Order], None] = lambda _order: None
    #: The UUIDs of those that were changed.
    spent: set[str] = field(default_factory=set)
    #: How many were made.
    made: int = 0
    _standing: dict[str, Standing] = field(default_factory=dict)
    _accepted: dict[tuple[str, str], Standing] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @abstractmethod
    def turns(
        self, cases: Sequence[PlannedCase], spends: Callable[[PlannedCase], bool], unwilling: Collection[str] = ()
    ) -> Turns:
        """Return which order serves which cases.

        Args:
            cases: what is to be sent.
            spends: says whether a case may change its order.
            unwilling: the UUIDs of orders on which the base of these cases was refused.
        """

    # ------------------------------------------------------------------------------------- which are unused

    def fresh(self, need: Need, other_than: Order | None = None) -> Order:
        """The smallest order that will do, was never changed, and is not `other_than`.

        It is made if it can be. Raises ExhaustedError.
        """
        with self._lock:
            while True:
                left = [order for order in self.orders if order.uuid not in self.spent and order is not other_than]
                fit = [order for order in left if need.met_by(order)]
                if fit:
                    return min(fit, key=lambda order: order.size)
                if self.make is None or self.made >= MOST:
                    raise ExhaustedError(self._why(need))
                self._add()

    def tell(self, added: Callable[[Order], None]) -> None:
        """Call `added` with each order that is made from now on."""
        self.added = added

    def begin(self) -> None:
        """Have the first orders made, where a command makes them."""
        while self.make is not None and self.made < FIRST:
            self._add()

    def spend(self, order: Order) -> None:
        """Take an order for changed."""
        self.spent.add(order.uuid)

    def _add(self) -> None:
        """Have one more order made. Raises UsageError if the command has returned it, or a line of it, before."""
        assert self.make is not None  # noqa: S101 - asked before
        order = self.make()
        self.made += 1
        names = set(order.uuids)
        for other in self.orders:
            again = names & set(other.uuids)
            if again:
                raise UsageError(
                    f"order_command: returned {min(again)} a second time; let it make a new order, "
                    "with line items of its own, each time it is run"
                )
        self.orders.append(order)
        self.added(order)

    def _why(self, need: Need) -> str:
        if self.make is not None:
            return f"order_command was run {self.made} times, the most that one run asks of it ({need.words})"
        return (
            f"of the {len(self.orders)} test orders, each of which this target takes once, none is left that will do: "
            f"it needs {need.words}"
        )

    # ------------------------------------------------------------------------------------ what is stored

    def place_of_base(self, order: Order) -> Order:
        """Return the order on which the base for a case on `order` is sent. Raises ExhaustedError."""
        return order

    def base(self, order: Order, name: str) -> Standing | None:
        """Return the base of this name that is stored on an order; None if it is not known to be."""
        standing = self._standing.get(order.uuid)
        return standing if standing is not None and standing.name == name else None

    def earlier(self, order: Order, name: str) -> Standing | None:
        """Return the base of this name that was accepted on an order, whatever is stored there now."""
        standing = self._accepted.get((order.uuid, name))
        return None if standing is None else replace(standing, before=None)

    def replaced(self, order: Order, name: str) -> Standing | None:
        """Return the same base if nothing that is known is stored on the order now; else None."""
        return None if order.uuid in self._standing else self.earlier(order, name)

    def is_broken(self, order: Order) -> bool:
        """Return True if requests that others are answered to fail on this order again and again."""
        del order
        return False

    def serves(self, standing: Standing) -> bool:
        """Return True if cases can vary a base: it was not refused."""
        return not standing.base.refused

    def keep(self, order: Order, standing: Standing) -> None:
        """Keep the answer to a base on an order."""
        if standing.base.accepted or standing.base.refused:
            self._standing[order.uuid] = standing
        if standing.base.accepted:
            self._accepted[order.uuid, standing.name] = standing
        if not standing.base.refused:
            self.spend(order)

    def change(self, order: Order) -> None:
        """Take an order for changed, in a way that is not known."""
        self.forget(order)
        self.spend(order)

    def forget(self, order: Order | None = None) -> None:
        """Forget what is stored on an order, or on all."""
        if order is None:
            self._standing.clear()
        else:
            self._standing.pop(order.uuid, None)

    def doubt(self, order: Order, name: str) -> None:
        """Forget that the base of this name was accepted on an order: it is sent again before it is varied."""
        self._accepted.pop((order.uuid, name), None)

    def request(self, standing: Standing, own: Callable[[], Request | None]) -> Request:
        """Return the accepted request that a case varies; `own` makes one for the case itself.

        It is one of its own if the same request again would be carried out again.
        """
        again = may_be_sent_again(standing.base)
        return standing.base.request if again else own() or standing.base.request

    def read_before(self, standing: Standing, read: Callable[[], Exchange | None]) -> Standing:
        """Return a base with the order as it is before a case; `read` reads it."""
        del read
        return standing

    def repeats(self, exchanges: Iterable[Exchange]) -> bool:
        """Return True if requests can be sent again, to the same orders and to the same effect."""
        return self.again and all(map(may_be_sent_again, exchanges))

    def used_once(self) -> SingleUse:
        """Return the same orders, each of which can be changed once."""
        return SingleUse(self.orders, self.make, self.added, self.spent, self.made)


@dataclass(repr=False)
class SingleUse(Orders):
    """Orders that can be changed once: each serves one case, and one accepted request represents all of its kind."""

    #: Whether an order may be changed several times.
    again: ClassVar[bool] = False

    _proofs: dict[str, Standing] = field(default_factory=dict)

    def turns(
        self, cases: Sequence[PlannedCase], spends: Callable[[PlannedCase], bool], unwilling: Collection[str] = ()
    ) -> Turns:
        """Return one queue: what leaves its order unchanged, then a case of each clause in turn, the page's first."""
        if unwilling:
            return Turns(())
        before: Counter[str] = Counter()
        rank: dict[str, tuple[bool, int, bool]] = {}
        for case in cases:
            rank[case.id] = spends(case), before[case.clause], case.silent
            before[case.clause] += not case.again
        return Turns((self._one_by_one(sorted(cases, key=lambda case: rank[case.id])),))

    def _one_by_one(self, cases: Iterable[PlannedCase]) -> Iterator[Turn]:
        for case in cases:
            try:
                if case.again:
                    yield Turn(None, (case,), unmet="it changes one order several times, which this target refuses")
                    continue
                order = self.fresh(case.need)
                partner = self.fresh(Need(), other_than=order) if case.need.partner else None
            except ExhaustedError as error:
                yield Turn(None, (case,), unmet=str(error))
            else:
                yield Turn(order, (case,), partner)

    def place_of_base(self, order: Order) -> Order:
        """Return another order, as the case needs its own unchanged."""
        return self.fresh(Need(), other_than=order)

    def base(self, order: Order, name: str) -> Standing | None:
        """Return the base of this name that was accepted on any order."""
        del order
        return self._proofs.get(name)

    def earlier(self, order: Order, name: str) -> Standing | None:
        """Return the accepted base of this name, which represents those of all orders."""
        return self.base(order, name)

    def replaced(self, order: Order, name: str) -> None:
        """Return None: nothing is replaced on an order that is changed once."""

    def keep(self, order: Order, standing: Standing) -> None:
        """Keep the answer to a base, which shows the same for all orders."""
        super().keep(order, standing)
        if standing.base.accepted:
            self._proofs[standing.name] = standing

    def request(self, standing: Standing, own: Callable[[], Request | None]) -> Request:
        """Return the request made for the case's own order."""
        return own() or standing.base.request

    def read_before(self, standing: Standing, read: Callable[[], Exchange | None]) -> Standing:
        """Return a base with the case's own order as it is now."""
        return replace(standing, before=read())

    def used_once(self) -> SingleUse:
        """Return these orders."""
        return self
