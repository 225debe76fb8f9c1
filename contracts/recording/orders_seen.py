"""The orders that a recording of others shows: from what was accepted, and from orders that were read back."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.model.exchange import LineItem, Order


class OrdersSeen:
    """Collects what exchanges show of orders: which lines an order has, and how many units of each were ordered."""

    def __init__(self) -> None:
        self._orders: dict[str, dict[str, int | None]] = {}

    def add(self, order: Order | None) -> None:
        """Add what one exchange shows. A quantity that is known stays known."""
        if order is None:
            return
        lines = self._orders.setdefault(order.uuid.lower(), {})
        for item in order.line_items:
            name = item.uuid.lower()
            lines[name] = item.quantity_ordered if lines.get(name) is None else lines[name]

    def completing(self, given: Iterable[Order]) -> tuple[Order, ...]:
        """Return the orders that the user gave, completed by those that were seen. What the user says is right."""
        for order in given:
            lines = self._orders.setdefault(order.uuid.lower(), {})
            lines.update({item.uuid.lower(): item.quantity_ordered for item in order.line_items})
        return tuple(
            Order(name, tuple(LineItem(line, quantity) for line, quantity in lines.items()))
            for name, lines in self._orders.items()
        )
