"""Planned cases: what is sent for the clauses, as data, and which test order each is sent on."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from contracts.endpoint.call import Call
from contracts.model.case import PLANNED, clause_of, label_of
from contracts.model.exchange import Order, Request
from contracts.model.uuids import invented


@dataclass(frozen=True)
class Kit:
    """What a planner may build with: the seed, today (UTC) and the dialect calibration found.

    `partner` is a second test order in cases that ask for one. Without permission to change orders (`may_change`) all
    of them are invented. Other verbs than that of the call and GET name a test order only if the target permits it
    (`verbs`).
    """

    seed: int
    today: datetime.date
    dialect: Any = None
    may_change: bool = True
    verbs: bool = True
    partner: Order | None = None
    call: Call = field(default_factory=Call)

    def invented(self, *names: object) -> str:
        """A UUID of nothing that exists: the same for a seed and the same names."""
        return invented(self.seed, *names)


IN_A_ROW = 5
"""How many refusals are sent before the order is read back once for all of them."""

OPENING = 2
"""Requests that it takes to have a base stored on an order: itself, and a read-back."""

Change = Callable[[Request, Order, Kit], Request]


@dataclass(frozen=True)
class Need:
    """What a case needs of a test order.

    At least `lines` line items, each known to be of at least `units` ordered units, or `exactly` of so many.
    `partner`: a second order, untouched by anything else meanwhile. `order`: this one, and no other.
    """

    lines: int = 1
    units: int = 0
    partner: bool = False
    exactly: bool = False
    order: Order | None = None

    def met_by(self, order: Order) -> bool:
        """Return whether an order will do."""
        if self.order is not None:
            return order == self.order
        known = [item.quantity_ordered or 0 for item in order.line_items]
        enough = all(quantity >= self.units and not (self.exactly and quantity > self.units) for quantity in known)
        return len(known) >= self.lines and enough

    @property
    def words(self) -> str:
        """Return what is needed, in words for the person who provides the test orders."""
        lines = f"one of {self.lines} line item" + ("s" if self.lines > 1 else "")
        of = f"{self.units}" if self.exactly else f"at least {self.units}"
        return lines + (f" of {of} ordered units each (quantity_ordered)" if self.units else "")


@dataclass(frozen=True)
class PlannedCase:
    """One case to send: an accepted base request, and each step as a change of that base.

    `steps` are (role, change) pairs, sent one after another, or concurrently if `together`. `stress` cases are
    huge or deep, and only sent where the target permits it; `again` ones change one order several times over.
    `if_refused` are further steps that show what a refusal of the last one means; they are sent after a refusal only.
    `otherwise` says why the refusal shows nothing, if one of these is not accepted. `expects` is what its clause
    requires of the target ("accepted", "refused", None where that is open). `origin` says who has made it.
    """

    id: str
    base: str
    steps: tuple[tuple[str, Change], ...]
    need: Need = Need()
    together: bool = False
    stress: bool = False
    again: bool = False
    read: bool = True
    if_refused: tuple[tuple[str, Change], ...] = ()
    otherwise: str = ""
    expects: str | None = None
    origin: str = PLANNED

    @property
    def clause(self) -> str:
        """The clause that the case is for, with which its id begins."""
        return clause_of(self.id)

    @property
    def label(self) -> str:
        """What its id says after the clause."""
        return label_of(self.id)

    @property
    def suits_a_row(self) -> bool:
        """Return True if it may be sent in a row with others, after which the order is read back once for all."""
        return self.expects == "refused" and self.read and len(self.steps) == 1

    @property
    def requests(self) -> float:
        """About how many requests it takes, with its part of what has to be sent for those behind it."""
        if self.suits_a_row:
            return 1 + 1 / IN_A_ROW
        taken = len(self.steps) + self.read
        if len(self.steps) > 1:
            return taken + OPENING
        # Of what is open a part is carried out, after which the base has to be sent again.
        return taken if self.expects == "accepted" or self.origin != PLANNED else taken + OPENING / 4


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
    if_refused: tuple[Change, ...] = (),
    otherwise: str = "",
) -> PlannedCase:
    """The commonest case: an accepted request with one thing changed."""
    further = tuple(("change", each) for each in if_refused)
    need = Need(lines, units)
    return PlannedCase(
        name, base, (("change", edit),), need, stress=stress, read=read, if_refused=further, otherwise=otherwise
    )


def unmet(case: PlannedCase) -> str:
    """Why a case found no order that will do."""
    return "it needs two test orders" if case.need.partner else f"no test order will do: it needs {case.need.words}"


def with_partner(kit: Kit, partner: Order) -> Kit:
    """The kit for a case that has a second order."""
    return replace(kit, partner=partner)
