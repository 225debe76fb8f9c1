"""What was sent before, read back to be judged: our own journal, or a HAR. No network."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from contracts.judging.cases import NOT_READ, Cases
from contracts.model.case import Case
from contracts.model.exchange import LineItem, Order
from contracts.model.report import Touched
from contracts.store import Store
from contracts.target.targets import Target
from contracts.transport.journal import exchange_of


class RecordingError(ValueError):
    """A file that holds no recording; the message names the file, the place in it, and what is wrong."""


@dataclass(frozen=True)
class Sent:
    """What a transport would say of what it sent."""

    requests: int = 0
    touched: tuple[Touched, ...] = ()


@dataclass(frozen=True)
class Facts:
    """What a run wrote down of itself at its end; a recording of others has little of it.

    `orders` are those a request may name as existing. `skipped` says of planned cases that were not sent why.
    """

    target: str = "recording"
    base_url: str = ""
    seed: int = 0
    started: float = 0.0
    allocates: bool = True
    reads_back: bool = False
    unread: str = NOT_READ
    orders: tuple[Order, ...] = ()
    skipped: Mapping[str, str] = field(default_factory=dict)


@dataclass(repr=False)
class Recording(Cases):
    """Cases that nobody sends any more. Nothing said of them is remembered: there may be very many."""

    store: Store = field(kw_only=True)
    target: Target = field(kw_only=True)
    transport: Sent = field(kw_only=True)
    seed: int = 0
    unsent: list[str] = field(default_factory=list)

    @property
    def base_url(self) -> str:
        """As the recording says it; empty if it does not."""
        return self.target.base_url

    def each(self) -> Iterator[Case]:
        """Every case, read anew; what was worked out of the one before is forgotten."""
        for case in self.store.each():
            yield case
            self.context.forget(case)

    @property
    def seconds(self) -> float:
        """From the beginning of the recording to its last answer."""
        return max(self.store.ended - self.started, 0.0)


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
        "target": facts.target,
        "base_url": facts.base_url,
        "seed": facts.seed,
        "started": facts.started,
        "allocates": facts.allocates,
        "reads_back": facts.reads_back,
        "unread": facts.unread,
        "orders": orders,
        "skipped": dict(facts.skipped),
    }


def facts_of(line: Mapping[str, Any]) -> Facts:
    """Facts from their line. Raises LookupError or TypeError where it is none."""
    orders = tuple(
        Order(order["uuid"], tuple(LineItem(i["uuid"], i["quantity_ordered"]) for i in order["line_items"]))
        for order in line["orders"]
    )
    plain = {key: line[key] for key in ("target", "base_url", "seed", "started", "allocates", "reads_back", "skipped")}
    return Facts(orders=orders, unread=line.get("unread", NOT_READ), **plain)


def read_journal(path: Path, store: Store) -> Facts | None:
    """Keep the exchanges and the cases of a journal; its facts, or None where the run did not end.

    Raises RecordingError. A last line that was cut short is left out: the run was killed while it wrote it.
    """
    facts = None
    for number, line in _lines(path):
        try:
            kind = line["kind"]
            if kind == "exchange":
                store.add_exchange(exchange_of(line))
            elif kind == "case":
                store.add_case(line)
            elif kind == "run":
                facts = facts_of(line)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise RecordingError(f"{path}: line {number}: is no line of a journal: {_said(error)}") from None
    return facts


def _lines(path: Path) -> Iterator[tuple[int, Any]]:
    with path.open(encoding="utf-8") as file:
        for number, text in enumerate(file, 1):
            try:
                yield number, json.loads(text)
            except (ValueError, RecursionError) as error:
                if not text.endswith("\n"):
                    return
                raise RecordingError(f"{path}: line {number}: is no JSON: {_said(error)}") from None


def _said(error: Exception) -> str:
    """What is wrong, in a few words: a missing key has no words of its own."""
    return f"{error} is missing" if isinstance(error, KeyError) else str(error)[:200]
