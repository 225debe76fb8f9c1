"""Allocation requests built for an order, and edits of them. What is sent; never what is expected."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from contracts.allocate_order import dates
from contracts.allocate_order.parsed import DATE, ITEM, LINES, PREFIX, QUANTITIES
from contracts.endpoint.plan import Change, Kit
from contracts.model.exchange import LineItem, Order, Request
from contracts.standard.requests import JSON_TYPE, body_edit, chained
from contracts.standard.texts import MISSING, dump


@dataclass(frozen=True)
class Dialect:
    """How this target takes what the page says twice."""

    #: Whether it takes quantities as strings of digits.
    digits: bool = False
    #: The form of its dates; None where no backorder was accepted.
    form: str | None = None
    #: Whether it accepts nothing without a date.
    always_dated: bool = False
    #: Days ahead of today of a date that it accepts: about a month, if it can be.
    soon: int = 30
    #: Days ahead of today of the first date that it accepts.
    nearest: int = 1
    #: Days ahead of today of the last date that it accepts.
    farthest: int = 1826


Split = Callable[[int], tuple[int, int, int]]
"""From the ordered quantity to quantities accepted, rejected and backordered."""


def all_accepted(ordered: int) -> tuple[int, int, int]:
    """Everything is accepted."""
    return ordered, 0, 0


def none_accepted(ordered: int) -> tuple[int, int, int]:
    """Everything is rejected."""
    return 0, ordered, 0


def one_backordered(ordered: int) -> tuple[int, int, int]:
    """Everything is accepted but one unit, which is backordered."""
    return ordered - 1, 0, 1


def documented(order: Order, split: Split, dialect: Dialect, date: datetime.date | None) -> Request:
    """A request that allocates every line item of an order in full, with a date or without."""
    lines = [line(item, split, dialect, date) for item in order.line_items]
    return request(order, {LINES: lines})


def line(item: LineItem, split: Split, dialect: Dialect, date: datetime.date | None) -> dict[str, Any]:
    """One line item as a request names it. An unknown ordered quantity is taken for one."""
    numbers = encoded(split(item.quantity_ordered or 1), dialect)
    allocation: dict[str, Any] = dict(zip(QUANTITIES, numbers, strict=True))
    if date is not None:
        allocation[DATE] = dates.write(date, dialect.form or "iso")
    return {ITEM: item.uuid, "allocation": allocation}


def request(order: Order, body: Any) -> Request:
    """The documented request with this body, as compact JSON."""
    return Request("PUT", f"{PREFIX}{order.uuid}/", (JSON_TYPE,), dump(body))


def plain(order: Order, kit: Kit) -> Request | None:
    """The base most cases vary: everything accepted, no date, where a date is not always needed."""
    if kit.dialect.always_dated:
        return dated(order, kit)
    return documented(order, all_accepted, kit.dialect, None)


def dated(order: Order, kit: Kit) -> Request | None:
    """The base of the cases about dates: one unit of each line backordered, for a day that this target takes."""
    if kit.dialect.form is None:
        return None
    return documented(order, one_backordered, kit.dialect, backorder_day(kit))


def backorder_day(kit: Kit) -> datetime.date:
    """A day that this target takes for a backorder, about a month from now if it can be."""
    return dates.ordinary(kit.today + datetime.timedelta(days=kit.dialect.soon))


# ------------------------------------------------------------------------------------------------- edits


def allocation_edit(edit: Callable[[dict[str, Any], int, Kit], None], index: int = 0) -> Change:
    """A change that edits the allocation of one line in place; it also gets what was ordered of that line."""

    def change(body: dict[str, Any], order: Order, kit: Kit) -> None:
        edit(body[LINES][index]["allocation"], order.line_items[index].quantity_ordered or 1, kit)

    return body_edit(change)


def with_member(field: str, value: Any, index: int = 0) -> Change:
    """The allocation of one line with one member set to a value."""
    return allocation_edit(lambda allocation, _ordered, _kit: allocation.update({field: value}), index)


def without_member(field: str, index: int = 0) -> Change:
    """The allocation of one line without one member."""
    return allocation_edit(lambda allocation, _ordered, _kit: allocation.pop(field, None), index)


def in_place_of(number: int, field: str, value: Any, index: int = 0) -> Change:
    """A quantity set to a value (MISSING: left out), and all else that was ordered in another one.

    A target that takes the value for that number finds the sum right, and nothing else to refuse: where it always needs
    a date, something is backordered for it.
    """

    def edit(allocation: dict[str, Any], ordered: int, kit: Kit) -> None:
        wanted = QUANTITIES[2] if kit.dialect.always_dated else QUANTITIES[0]
        other = wanted if field != wanted else QUANTITIES[1]
        accepted, rejected, backordered = (ordered - number if each == other else 0 for each in QUANTITIES)
        numbers = encoded((accepted, rejected, backordered), kit.dialect)
        allocation.update(zip(QUANTITIES, numbers, strict=True))
        if value is MISSING:
            del allocation[field]
        else:
            allocation[field] = value

    return allocation_edit(edit, index)


def with_quantities(split: Split, index: int = 0) -> Change:
    """One line's quantities, split again, in the encoding this target takes."""

    def edit(allocation: dict[str, Any], ordered: int, kit: Kit) -> None:
        allocation.update(zip(QUANTITIES, encoded(split(ordered), kit.dialect), strict=True))

    return allocation_edit(edit, index)


def every_line(split: Split) -> Change:
    """The quantities of every line, split again, in the encoding this target takes."""

    def change(base: Request, order: Order, kit: Kit) -> Request:
        edits = (with_quantities(split, index) for index in range(len(order.line_items)))
        return chained(*edits)(base, order, kit)

    return change


def allocated(split: Split, *indexes: int) -> Change:
    """Lines (all, if none is named) allocated again as a client would: a date where something is backordered.

    A target that takes no date is sent none, and what would be backordered is rejected.
    """

    def change(body: dict[str, Any], order: Order, kit: Kit) -> None:
        for index in indexes or range(len(order.line_items)):
            accepted, rejected, backordered = split(order.line_items[index].quantity_ordered or 1)
            if kit.dialect.form is None:
                rejected, backordered = rejected + backordered, 0
            allocation = dict(zip(QUANTITIES, encoded((accepted, rejected, backordered), kit.dialect), strict=True))
            if backordered > 0:
                allocation[DATE] = dates.write(backorder_day(kit), kit.dialect.form)
            body[LINES][index]["allocation"] = allocation

    return body_edit(change)


def all_rejected(base: Request, order: Order, kit: Kit) -> Request:
    """The request with every line rejected, in full unless this target always needs a date: one unit is for it then."""
    late = int(kit.dialect.always_dated)
    return every_line(lambda ordered: (0, ordered - late, late))(base, order, kit)


def reversed_lines(base: Request, order: Order, kit: Kit) -> Request:
    """The request with its lines in the opposite order."""
    return body_edit(lambda body, _order, _kit: body[LINES].reverse())(base, order, kit)


def encoded(numbers: Iterable[int], dialect: Dialect) -> list[int | str]:
    """Quantities as this target takes them."""
    return [str(number) if dialect.digits else number for number in numbers]
