"""Orders that can be changed again and again, and orders that exist nowhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from contracts.endpoint.plan import PlannedCase
from contracts.engine.orders import Orders
from contracts.engine.standing import Standing
from contracts.engine.turns import Turns, assign
from contracts.model.exchange import Order

FEW = 3
"""With fewer orders, none is kept unused."""

FAILURES = 2
"""An order on which so many bases in a row failed serves no more cases."""


@dataclass(repr=False)
class Reusable(Orders):
    """Orders that can be changed again and again: each serves many cases, and different ones concurrently."""

    _failures: Counter[str] = field(default_factory=Counter)

    def turns(
        self, cases: Sequence[PlannedCase], spends: Callable[[PlannedCase], bool], unwilling: Collection[str] = ()
    ) -> Turns:
        """Return a queue for each order, except one that stays unused if others can serve its cases."""
        del spends
        left = [order for order in self._without_spare() if order.uuid not in unwilling and not self.is_broken(order)]
        if unwilling and not left:
            return Turns(())
        return assign(cases, left, self._bases)

    def keep(self, order: Order, standing: Standing) -> None:
        """Keep the answer to a base on an order, and how many failed there since one was answered."""
        super().keep(order, standing)
        is_answered = standing.base.accepted or standing.base.refused
        self._failures[order.uuid] = 0 if is_answered else self._failures[order.uuid] + 1

    def is_broken(self, order: Order) -> bool:
        """Return True if the last bases on this order failed, but not those on all orders.

        Something that was stored there may be why.
        """
        return self._failures[order.uuid] >= FAILURES > min(self._failures[each.uuid] for each in self.orders)

    def _bases(self, order: Order) -> set[str]:
        """Return the names of the bases that were accepted on an order."""
        return {name for uuid, name in self._accepted if uuid == order.uuid}

    def _without_spare(self) -> list[Order]:
        """Return the orders without one that stays unused: the largest of those whose cases another can serve."""

        def is_served(order: Order) -> bool:
            others = (other for other in self.orders if other is not order)
            return any(other.size >= order.size and other.least >= order.least for other in others)

        unused = [order for order in self.orders if order.uuid not in self.spent]
        spare = [order for order in unused if is_served(order)] if len(self.orders) > FEW else []
        kept = max(spare, key=lambda order: order.size, default=None)
        return [order for order in self.orders if order is not kept]


class Imaginary(Reusable):
    """Orders that exist nowhere, for targets on which nothing may be changed."""

    def serves(self, standing: Standing) -> bool:
        """Return True: the base is refused for naming no order, and says what is answered otherwise."""
        del standing
        return True
