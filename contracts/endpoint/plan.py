"""Planned cases: what is sent for the clauses, as data, and which test order each is sent on."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from contracts.endpoint.call import Call
from contracts.model.case import PLANNED, Identified, Role, Unsent
from contracts.model.clause import Outcome
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


IN_A_ROW = 5
"""How many refusals are sent before the order is read back once for all of them."""

OPENING = 2
"""Requests that it takes to have a base stored on an order: itself, and a read-back."""

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
    #: This order, and no other.
    order: Order | None = None

    def met_by(self, order: Order) -> bool:
        """Return whether an order will do."""
        if self.order is not None:
            return order == self.order
        exceeds = self.exactly and order.units > self.units
        return order.size >= self.lines and order.least >= self.units and not exceeds

    @property
    def words(self) -> str:
        """Return what is needed, in words for the person who provides the test orders."""
        lines = f"one of {self.lines} line item" + ("s" if self.lines > 1 else "")
        of = f"{self.units}" if self.exactly else f"at least {self.units}"
        return lines + (f" of {of} ordered units each (quantity_ordered)" if self.units else "")


NOT_PERMITTED = Unsent(
    "there is no permission for huge and deep requests, or for the token outside of its header (may_stress)"
)
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
    #: What its clause requires of the target: "accepted", "refused", or None where that is open.
    expects: str | None = None
    #: Whether the page says nothing of what it tests.
    silent: bool = False
    #: Who has made it.
    origin: str = PLANNED

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
    further = tuple((Role.CHANGE, each) for each in if_refused)
    need = Need(lines, units)
    return PlannedCase(
        name, base, ((Role.CHANGE, edit),), need, stress=stress, read=read, if_refused=further, otherwise=otherwise
    )


def unmet(case: PlannedCase) -> Unsent:
    """Why a case found no order that will do: without the quantities ordered, nothing says whether a sum is right."""
    if case.need.partner:
        return Unsent("it needs two test orders")
    outcome = Outcome.CANT_TELL if case.need.units else Outcome.UNTESTED
    return Unsent(f"no test order will do: it needs {case.need.words}", outcome)


def with_partner(kit: Kit, partner: Order) -> Kit:
    """The kit for a case that has a second order."""
    return replace(kit, partner=partner)
