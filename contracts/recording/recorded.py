"""What was sent before, to be judged: the cases of a recording, and what is known of it. No network."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from contracts import ENDPOINT
from contracts.judging.cases import NOT_READ, Cases
from contracts.model.case import Case, Role, Unsent, View
from contracts.model.exchange import Exchange, Order
from contracts.model.report import Touched
from contracts.recording.store import Store
from contracts.target.targets import Target


class RecordingError(ValueError):
    """A file that holds no recording; the message names the file, the place in it, and what is wrong."""


@dataclass(frozen=True)
class Sent:
    """What a transport would say of what it sent."""

    #: How many requests there are.
    requests: int = 0
    #: The test orders that they name.
    touched: tuple[Touched, ...] = ()


@dataclass(frozen=True)
class Facts:
    """What a run wrote down about itself; a recording of others has little of it."""

    #: The name of the target.
    target: str = "recording"
    #: The name of the endpoint.
    endpoint: str = ENDPOINT
    #: Where requests went.
    base_url: str = ""
    #: That of all invented names.
    seed: int = 0
    #: Seconds since the epoch.
    started: float = 0.0
    #: Whether the target permitted to change its test orders.
    may_change: bool = True
    #: Why orders could not be read back; empty if they could.
    unread: str = NOT_READ
    #: The orders that a request may name as existing.
    orders: tuple[Order, ...] = ()
    #: Why planned cases were not sent, by the id of the case.
    skipped: Mapping[str, Unsent] = field(default_factory=dict)
    #: How long an answer might take.
    max_seconds: float | None = None
    #: How often the smallest case of a finding showed it again, as k/n, by its signature.
    confirmed: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(repr=False)
class Recording(Cases):
    """Cases of a recording. Nothing that is said of them is remembered: there may be very many."""

    #: Where the exchanges are.
    store: Store = field(kw_only=True)
    #: The target, as far as it is known.
    target: Target = field(kw_only=True)
    #: What was sent.
    transport: Sent = field(kw_only=True)
    #: That of all invented names.
    seed: int = 0
    #: Generated requests that were refused before they were sent.
    unsent: list[str] = field(default_factory=list)
    #: False if there may be more orders and lines than are known: then none counts as one that does not exist.
    knows_all: bool = True
    #: Lines about what the recording lacks.
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.knows_all:
            reader = partial(_without, self.context.reader, self.endpoint.definition.by_absence)
            self.context = replace(self.context, reader=reader)

    @property
    def base_url(self) -> str:
        """As the recording says it; empty if it does not."""
        return self.target.base_url

    @property
    def most_seconds(self) -> float | None:
        """As the table of the target said it."""
        return self.target.max_seconds

    def each(self) -> Iterator[Case]:
        """Every case, read again; what was worked out of the one before is forgotten."""
        before: Case | None = None
        for case in self.store.each():
            if before is not None and before.base is not None and (case.base is None or case.base.id != before.base.id):
                self.context.forget(Case("", ((Role.CHANGE, before.base),)))
            yield case
            self.context.forget(case)
            before = case

    def number(self, exchange: Exchange) -> int:
        """Return the number of an exchange: its line in the store."""
        return self.store.number(exchange.id)

    @property
    def seconds(self) -> float:
        """From the beginning of the recording to its last answer."""
        return max(self.store.ended - self.started, 0.0)


def _without(
    reader: Callable[[Exchange, Mapping[str, Order]], View],
    absent: frozenset[str],
    exchange: Exchange,
    orders: Mapping[str, Order],
) -> View:
    """Return the view of a request without the traits of these clauses. One that had any is not judged as a whole."""
    view = reader(exchange, orders)
    traits = frozenset(trait for trait in view.traits if trait.clause not in absent)
    masked = frozenset(trait for trait in view.masked if trait.clause not in absent)
    same = len(traits) == len(view.traits) and len(masked) == len(view.masked)
    return view if same else View(traits, masked, unjudged=True, detail=view.detail)


def facts_as_json(facts: Facts) -> dict[str, Any]:
    """Facts as their line in the journal has them."""
    orders = [
        {
            "uuid": order.uuid,
            "line_items": [{"uuid": i.uuid, "quantity_ordered": i.quantity_ordered} for i in order.line_items],
        }
        for order in facts.orders
    ]
    return {
        "kind": "run",
        "endpoint": facts.endpoint,
        "target": facts.target,
        "base_url": facts.base_url,
        "seed": facts.seed,
        "started": facts.started,
        "allocates": facts.may_change,
        "reads_back": not facts.unread,
        "unread": facts.unread,
        "orders": orders,
        "skipped": {case: {"reason": why.reason, "outcome": why.outcome} for case, why in facts.skipped.items()},
        "max_seconds": facts.max_seconds,
        "confirmed": dict(facts.confirmed),
    }
