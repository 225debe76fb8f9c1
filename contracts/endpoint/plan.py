"""Planned cases: what is sent for the clauses, as data, and which test order each is sent on."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, zip_longest
from typing import Any

from contracts.endpoint.call import Call
from contracts.model.case import Identified
from contracts.model.exchange import Order, Request
from contracts.model.uuids import invented


@dataclass(frozen=True)
class Kit:
    """What a planner may build with."""

    #: That of all invented names.
    seed: int
    #: The day on which the run began (UTC).
    today: datetime.date
    #: What calibration found out; the endpoint's own.
    dialect: Any = None
    #: Whether test orders may be changed; if not, all orders are invented.
    may_change: bool = True
    #: Whether other verbs than the call's own and GET may name a test order.
    verbs: bool = True
    #: A second test order, in cases that ask for one.
    partner: Order | None = None
    #: The call, as the standard part knows it.
    call: Call = field(default_factory=Call)
    #: The id of the case that an accepted request is built for, where each has to be another one.
    case: str = ""

    def invented(self, *names: object) -> str:
        """A UUID of nothing that exists: the same for a seed and the same names."""
        return invented(self.seed, *names)


Change = Callable[[Request, Order, Kit], Request]


@dataclass(frozen=True)
class Need:
    """What a case needs of a test order."""

    #: At least so many line items.
    lines: int = 1
    #: Each of them known to be of at least so many ordered units.
    units: int = 0
    #: Whether it needs a second order that nothing else changes meanwhile.
    partner: bool = False
    #: Whether each line item has to be of exactly so many units.
    exactly: bool = False

    def met_by(self, order: Order) -> bool:
        """Return whether an order will do."""
        exceeds = self.exactly and order.units > self.units
        return order.size >= self.lines and order.least >= self.units and not exceeds

    @property
    def words(self) -> str:
        """Return what is needed, in words for the person who provides the test orders."""
        lines = f"one of {self.lines} line item" + ("s" if self.lines > 1 else "")
        of = f"{self.units}" if self.exactly else f"at least {self.units}"
        return lines + (f" of {of} ordered units each (quantity_ordered)" if self.units else "")


NOT_PERMITTED = "there is no permission for huge and deep requests, or for the token outside of its header (may_stress)"
"""Why a case that needs a permission of its own is not sent."""


@dataclass(frozen=True)
class PlannedCase(Identified):
    """One case to send: an accepted request, and each step as a change of it."""

    #: CLAUSE/LABEL: the clause that it is for, and what is special in it.
    id: str
    #: The name of the accepted request that it varies.
    base: str
    #: Roles and changes, sent one after another.
    steps: tuple[tuple[str, Change], ...]
    #: What it needs of a test order.
    need: Need = Need()
    #: Whether its steps are sent concurrently.
    together: bool = False
    #: Whether it is huge or deep, or puts the token where others may read it: only sent where the target permits it.
    stress: bool = False
    #: Whether it changes one order several times.
    again: bool = False
    #: Whether the order is read back after it.
    read: bool = True
    #: Further steps, sent after a refusal of the last one, which show what the refusal means.
    if_refused: tuple[tuple[str, Change], ...] = ()
    #: Why the refusal shows nothing, if one of these is not accepted.
    otherwise: str = ""


Planner = Callable[[Kit], Iterator[PlannedCase]]
Pair = tuple[Order, Order, PlannedCase]
"""A case that needs a second order, behind its two."""


def change(
    name: str,
    edit: Change,
    *,
    base: str = "plain",
    lines: int = 1,
    units: int = 0,
    stress: bool = False,
    read: bool = True,
    if_refused: tuple[Change, ...] = (),
    otherwise: str = "",
) -> PlannedCase:
    """The commonest case: an accepted request with one thing changed."""
    further = tuple(("change", each) for each in if_refused)
    need = Need(lines, units)
    return PlannedCase(
        name, base, (("change", edit),), need, stress=stress, read=read, if_refused=further, otherwise=otherwise
    )


@dataclass(frozen=True)
class Assignment:
    """Which cases each test order serves, in turn, and which found no order that will do.

    `pairs` are the cases that need a second order, each with two that nothing else uses; `after` are those for which
    no such two were left, which have to wait until all others are done.
    """

    chains: tuple[tuple[Order, tuple[PlannedCase, ...]], ...]
    pairs: tuple[Pair, ...]
    after: tuple[Pair, ...]
    unmet: tuple[PlannedCase, ...]


CHAINS = 16
"""So many orders keep a target busy. Each further one costs requests that bring it to a known state."""

OPENING = 2
"""Requests that it takes to have a base stored on an order: itself, and a read-back."""


def assign(cases: Iterable[PlannedCase], orders: Sequence[Order], weigh: Callable[[PlannedCase], float]) -> Assignment:
    """Give each case an order, the same way every time; `weigh` says about how many requests a case takes.

    Each order's cases are sent one after another and different orders' concurrently, so that no order is ever
    used by two things. Some orders of each size are used, of these those with the largest quantities, in which most
    can go wrong; and others where a case needs them. Of those that will do, a case gets the one that has the fewest
    requests to serve, its base among them.
    """
    smallest = sorted(orders, key=lambda order: (order.size, -order.units))
    chains = {order.uuid: Chain(order, weigh) for order in _of_each_size(smallest)[:CHAINS]}
    fits: dict[Need, list[Order]] = {}
    partnered: list[PlannedCase] = []
    unmet: list[PlannedCase] = []
    for case in sorted(cases, key=lambda case: (-case.need.lines, -case.need.units)):
        if case.need not in fits:
            fits[case.need] = [order for order in smallest if case.need.met_by(order)]
        fit = fits[case.need]
        if not fit or (case.need.partner and len(orders) < 2):
            unmet.append(case)
        elif case.need.partner:
            partnered.append(case)
        else:
            used = [chains[order.uuid] for order in fit if order.uuid in chains] or [Chain(fit[0], weigh)]
            chain = min(used, key=lambda chain: chain.requests + chain.more(case))
            chain.add(case)
            chains[chain.order.uuid] = chain
    longest_first = sorted((chain for chain in chains.values() if chain.cases), key=lambda chain: -chain.requests)
    taken = {chain.order.uuid for chain in longest_first}
    pairs: list[Pair] = []
    after: list[Pair] = []
    for case in partnered:
        order, partner = _pair(fits[case.need], smallest, taken)
        (after if {order.uuid, partner.uuid} & taken else pairs).append((order, partner, case))
        taken |= {order.uuid, partner.uuid}
    return Assignment(tuple(chain.by_base() for chain in longest_first), tuple(pairs), tuple(after), tuple(unmet))


def _of_each_size(smallest: Sequence[Order]) -> list[Order]:
    """The orders, in turn one of each number of lines."""
    alike = [list(orders) for _, orders in groupby(smallest, key=lambda order: order.size)]
    return [order for turn in zip_longest(*alike) for order in turn if order is not None]


def _pair(fit: Sequence[Order], orders: Sequence[Order], taken: set[str]) -> tuple[Order, Order]:
    """An order that will do and another one, not taken if there are such."""
    order = min(fit, key=lambda order: order.uuid in taken)
    return order, min((other for other in orders if other is not order), key=lambda other: other.uuid in taken)


@dataclass
class Chain:
    """The cases of one order, and about how many requests serve them."""

    order: Order
    weigh: Callable[[PlannedCase], float]
    cases: list[PlannedCase] = field(default_factory=list)
    requests: float = 0
    _bases: set[str] = field(default_factory=set)

    def more(self, case: PlannedCase) -> float:
        """How many requests one more case would take."""
        return self.weigh(case) + (0 if case.base in self._bases else OPENING)

    def add(self, case: PlannedCase) -> None:
        """Take one more case."""
        self.requests += self.more(case)
        self._bases.add(case.base)
        self.cases.append(case)

    def by_base(self) -> tuple[Order, tuple[PlannedCase, ...]]:
        """The order, and the cases in their turn: those of one base together."""
        return self.order, tuple(sorted(self.cases, key=lambda case: case.base))


def unmet(case: PlannedCase) -> str:
    """Why a case found no order that will do."""
    return "it needs two test orders" if case.need.partner else f"no test order will do: it needs {case.need.words}"


def with_partner(kit: Kit, partner: Order) -> Kit:
    """The kit for a case that has a second order."""
    return replace(kit, partner=partner)
