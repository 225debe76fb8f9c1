"""Orders and their allocations in SQLite. One writer at a time; a request is stored whole or not at all."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable
from dataclasses import dataclass

from provider.orders import LineItem, Order

SCHEMA = """
create table if not exists orders (uuid text primary key, own integer not null);
create table if not exists line_items (
    uuid text primary key, order_uuid text not null references orders, position integer not null,
    quantity_ordered integer not null
);
create table if not exists allocations (
    line_item_uuid text primary key references line_items, accepted integer not null, rejected integer not null,
    backordered integer not null, backorder_date text
);
"""


@dataclass(frozen=True)
class Allocation:
    """What a supplier answers for one line item."""

    #: How many units it accepts.
    accepted: int
    #: How many units it rejects.
    rejected: int
    #: How many units it backorders.
    backordered: int
    #: Until when, in ISO form; None without a date.
    backorder_date: str | None

    @property
    def total(self) -> int:
        """The units it answers for."""
        return self.accepted + self.rejected + self.backordered


class Storage:
    """A database file, or memory under the name `:memory:`. Raises sqlite3.Error where it cannot be used."""

    def __init__(self, database: str) -> None:
        self._connection = sqlite3.connect(database, check_same_thread=False, isolation_level=None)
        self._lock = threading.RLock()
        try:
            self._connection.executescript(SCHEMA)
        except sqlite3.Error:
            self._connection.close()
            raise

    def close(self) -> None:
        """Close the database."""
        self._connection.close()

    def add(self, orders: Iterable[Order], *, own: bool) -> None:
        """Add orders that are not there yet; those that are not its own belong to another supplier."""
        with self._lock, self._connection:
            self._connection.execute("begin")
            for order in orders:
                self._connection.execute("insert or ignore into orders values (?, ?)", (order.uuid, own))
                rows = [(i.uuid, order.uuid, n, i.quantity_ordered) for n, i in enumerate(order.line_items)]
                self._connection.executemany("insert or ignore into line_items values (?, ?, ?, ?)", rows)

    def find(self, uuid: str) -> Order | None:
        """One of the supplier's orders by its UUID in lower case."""
        with self._lock:
            rows = self._connection.execute(
                "select l.uuid, l.quantity_ordered from line_items l join orders o on o.uuid = l.order_uuid"
                " where o.uuid = ? and o.own order by l.position",
                (uuid,),
            ).fetchall()
        return Order(uuid, tuple(LineItem(*row) for row in rows)) if rows else None

    def allocations(self, order: Order) -> dict[str, Allocation]:
        """What is stored on an order, by line item."""
        with self._lock:
            rows = self._connection.execute(
                "select line_item_uuid, accepted, rejected, backordered, backorder_date from allocations"
                " join line_items on uuid = line_item_uuid where order_uuid = ?",
                (order.uuid,),
            ).fetchall()
        return {uuid: Allocation(*row) for uuid, *row in rows}

    def store(self, allocations: dict[str, Allocation]) -> None:
        """Put allocations in the place of the stored ones, all in one transaction."""
        rows = [(u, a.accepted, a.rejected, a.backordered, a.backorder_date) for u, a in allocations.items()]
        with self._lock, self._connection:
            self._connection.execute("begin immediate")
            self._connection.executemany("insert or replace into allocations values (?, ?, ?, ?, ?)", rows)
