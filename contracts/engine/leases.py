"""Which test order serves what: each is used by one thing at a time, and where it must be, only once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from contracts.endpoint.plan import Need
from contracts.model.exchange import LineItem, Order
from contracts.model.uuids import invented
from contracts.target import orders as manifests
from contracts.target.commands import printed
from contracts.target.targets import UsageError

FIRST = 4
"""How many orders a command is asked for before a run begins."""

MOST = 400
"""How many orders a command is asked for in one run."""


class ExhaustedError(Exception):
    """No order is left that will do; the message says which test orders there are and what was needed."""


def imaginary(seed: int) -> list[Order]:
    """Orders that exist nowhere, for targets on which nothing may be changed."""

    def order(number: int) -> Order:
        lines = tuple(LineItem(invented(seed, "line", number, index), 6) for index in range(1 + number % 3))
        return Order(invented(seed, "order", number), lines)

    return [order(number) for number in range(6)]


def made_by(command: Sequence[str]) -> Order:
    """Return the order that a command makes and prints the manifest of. Raises UsageError."""
    place = f"order_command {command[0]}"
    manifest = printed(command, place)
    try:
        (order,) = manifests.parse(manifest, place)
    except manifests.OrdersError as error:
        raise UsageError(str(error)) from None
    except ValueError:
        raise UsageError(f"{place}: prints more than one order; let it make one at a time") from None
    return order


@dataclass
class Leases:
    """The orders of one run. `once`: an order that was changed cannot be changed again, and is spent.

    `make` makes one more, if the target has a command for that; `added` is called with it.
    """

    orders: list[Order]
    make: Callable[[], Order] | None = None
    added: Callable[[Order], None] = lambda _order: None
    once: bool = False
    spent: set[str] = field(default_factory=set)
    made: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

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

    def begin(self) -> None:
        """Have the first orders made, where a command makes them."""
        while self.make is not None and self.made < FIRST:
            self._add()

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

    def spend(self, order: Order) -> None:
        """An order was changed."""
        self.spent.add(order.uuid)

    def _why(self, need: Need) -> str:
        if self.make is not None:
            return f"order_command was run {self.made} times, the most that one run asks of it ({need.words})"
        return (
            f"of the {len(self.orders)} test orders, each of which this target takes once, none is left that will do: "
            f"it needs {need.words}"
        )
