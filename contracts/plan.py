"""Planned cases: what is sent for the clauses, as data, and which lent order each is sent on."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from contracts.model import Order, Request
from contracts.names import invented


@dataclass(frozen=True)
class Kit:
    """What a planner may build with: the seed, today (UTC) and the dialect calibration found.

    `partner` is a second lent order in cases that ask for one. Without leave to allocate (`allocates`) all orders
    are invented; on a machine that is not `here`, other verbs name no lent order.
    """

    seed: int
    today: datetime.date
    dialect: Any = None
    allocates: bool = True
    here: bool = True
    partner: Order | None = None

    def invented(self, *names: object) -> str:
        """A UUID of nothing that exists: the same for a seed and the same names."""
        return invented(self.seed, *names)


Change = Callable[[Request, Order, Kit], Request]


@dataclass(frozen=True)
class Need:
    """What a case asks of a lent order.

    At least `lines` line items, each known to be of at least `units` ordered units.
    `partner`: a second order beside it, untouched by anything else meanwhile.
    """

    lines: int = 1
    units: int = 0
    partner: bool = False

    def met_by(self, order: Order) -> bool:
        """Whether an order will do."""
        known = [item.quantity_ordered or 0 for item in order.line_items]
        return len(known) >= self.lines and all(quantity >= self.units for quantity in known)

    @property
    def words(self) -> str:
        """What is asked, for whoever lends orders."""
        lines = f"one of {self.lines} line item" + ("s" if self.lines > 1 else "")
        return lines + (f" of at least {self.units} ordered units each (quantity_ordered)" if self.units else "")


@dataclass(frozen=True)
class PlannedCase:
    """One case to send: an accepted base request, and each step as a change of that base.

    `steps` are (role, change) pairs, sent one after another, or at once if `together`. `stress` cases are
    huge or deep, and only sent where the target permits it; `again` ones allocate one order several times over.
    """

    id: str
    base: str
    steps: tuple[tuple[str, Change], ...]
    need: Need = Need()
    together: bool = False
    stress: bool = False
    again: bool = False
    read: bool = True


Planner = Callable[[Kit], Iterator[PlannedCase]]


def change(
    name: str,
    edit: Change,
    *,
    base: str = "plain",
    lines: int = 1,
    units: int = 0,
    stress: bool = False,
    read: bool = True,
) -> PlannedCase:
    """The commonest case: an accepted request with one thing changed."""
    return PlannedCase(name, base, (("change", edit),), Need(lines, units), stress=stress, read=read)


@dataclass(frozen=True)
class Assignment:
    """Which cases each lent order serves, in turn, and which found no order that will do.

    `alone` are those that need a second order: they run after all others, one by one.
    """

    chains: tuple[tuple[Order, tuple[PlannedCase, ...]], ...]
    alone: tuple[tuple[Order, Order, PlannedCase], ...]
    unmet: tuple[PlannedCase, ...]


def assign(cases: Iterable[PlannedCase], orders: Sequence[Order]) -> Assignment:
    """Give each case an order, the same way every time.

    Each order's cases are sent one after another and different orders' at once, so that no order is ever
    used by two things. The shortest chain among the orders that will do is chosen, then the one with the
    fewest lines.
    """
    chains: dict[str, list[PlannedCase]] = {order.uuid: [] for order in orders}
    alone = []
    unmet = []
    for case in cases:
        fit = [order for order in orders if case.need.met_by(order)]
        if not fit or (case.need.partner and len(orders) < 2):
            unmet.append(case)
        elif case.need.partner:
            partner = next(order for order in orders if order is not fit[0])
            alone.append((fit[0], partner, case))
        else:
            order = min(fit, key=lambda order: (len(chains[order.uuid]), len(order.line_items)))
            chains[order.uuid].append(case)
    grouped = tuple(
        (order, tuple(sorted(chains[order.uuid], key=lambda case: case.base))) for order in orders if chains[order.uuid]
    )
    return Assignment(grouped, tuple(alone), tuple(unmet))


def unmet(case: PlannedCase) -> str:
    """Why a case found no order that will do."""
    return "it needs two lent orders" if case.need.partner else f"no lent order will do: it needs {case.need.words}"


def with_partner(kit: Kit, partner: Order) -> Kit:
    """The kit for a case that has a second order."""
    return replace(kit, partner=partner)
