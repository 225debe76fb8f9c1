"""What was sent before, to be judged: the cases of a recording, and what is known of it. No network."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from contracts import ENDPOINT
from contracts.judging.cases import NOT_READ, Cases
from contracts.model.case import Case, View
from contracts.model.exchange import Exchange, Order
from contracts.model.report import Touched
from contracts.recording.store import Store
from contracts.target.targets import Target


class RecordingError(ValueError):
    """A file that holds no recording; the message names the file, the place in it, and what is wrong."""


@dataclass(frozen=True)
class Sent:
    """What a transport would say of what it sent."""

    requests: int = 0
    touched: tuple[Touched, ...] = ()


@dataclass(frozen=True)
class Facts:
    """What a run wrote down about itself at its end; a recording of others has little of it.

    `orders` are those a request may name as existing. `skipped` says of planned cases that were not sent why.
    """

    target: str = "recording"
    endpoint: str = ENDPOINT
    base_url: str = ""
    seed: int = 0
    started: float = 0.0
    may_change: bool = True
    reads_back: bool = False
    unread: str = NOT_READ
    orders: tuple[Order, ...] = ()
    skipped: Mapping[str, str] = field(default_factory=dict)
    max_seconds: float | None = None


@dataclass(repr=False)
class Recording(Cases):
    """Cases of a recording. Nothing said of them is remembered: there may be very many.

    Of a recording of others not all orders and line items are known (`knows_all`), so an order or a line item is never
    taken for one that does not exist. `notes` are lines about what the recording lacks.
    """

    store: Store = field(kw_only=True)
    target: Target = field(kw_only=True)
    transport: Sent = field(kw_only=True)
    seed: int = 0
    unsent: list[str] = field(default_factory=list)
    knows_all: bool = True
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
                self.context.forget(Case("", (("change", before.base),)))
            yield case
            self.context.forget(case)
            before = case

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
        "reads_back": facts.reads_back,
        "unread": facts.unread,
        "orders": orders,
        "skipped": dict(facts.skipped),
        "max_seconds": facts.max_seconds,
    }
