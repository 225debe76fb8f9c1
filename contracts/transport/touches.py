"""The test orders that requests named in their path."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from contracts.model.exchange import Exchange
from contracts.model.report import Touched
from contracts.transport.spellings import found


class Touches:
    """Counts requests by the test order that they named, and keeps the last accepted change of each."""

    def __init__(self, method: str) -> None:
        """Begin with none; `method` is that by which the call changes an order."""
        self._method = method
        self._touched: dict[str, Touched] = {}
        self._lock = threading.Lock()

    def add(self, exchange: Exchange, orders: Mapping[str, str]) -> None:
        """Count an exchange; `orders` are the UUIDs of test orders by their 32 digits."""
        for name in orders.keys() & found(exchange.request.path.encode()):
            with self._lock:
                before = self._touched.get(name, Touched(orders[name], 0))
                last = exchange if exchange.accepted and exchange.request.method == self._method else before.last
                self._touched[name] = Touched(before.order, before.requests + 1, last)

    def of(self, orders: Mapping[str, str]) -> tuple[Touched, ...]:
        """Return the orders that were named, in the sequence of the manifest."""
        return tuple(self._touched[name] for name in orders if name in self._touched)
