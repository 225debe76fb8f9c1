"""What was sent before, read back to be judged: our own journal, or a HAR. No network."""

from __future__ import annotations

import base64
import functools
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from contracts.cases import Cases, Said
from contracts.model import Case, Exchange, LineItem, Order, Request, Response
from contracts.questions import Evidence
from contracts.report import Touched
from contracts.targets import Target


class RecordingError(ValueError):
    """A file that holds no recording; the message names the file, the place in it, and what is wrong."""


@dataclass(frozen=True)
class Sent:
    """What a transport would say of what it sent."""

    requests: int = 0
    troubles: tuple[str, ...] = ()
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
    orders: tuple[Order, ...] = ()
    skipped: Mapping[str, str] = field(default_factory=dict)


@dataclass(repr=False)
class Recording(Cases):
    """Cases that nobody sends any more."""

    target: Target = field(kw_only=True)
    transport: Sent = field(kw_only=True)
    seed: int = 0
    unsent: list[str] = field(default_factory=list)

    def said(self, case: Case) -> Said:
        """What the clauses say of one case. Not remembered, unlike a run's: it is asked once, and of very many."""
        said = super().said(case)
        self._forget(case)
        return said

    def evident(self, case: Case) -> Evidence:
        """What a case shows on the questions; of how that was seen nothing is remembered."""
        found = super().evident(case)
        self._forget(case)
        return found

    def _forget(self, case: Case) -> None:
        self._judged.clear()
        self.context.forget(case)

    @property
    def seconds(self) -> float:
        """From the beginning of the recording to its last answer."""
        ends = [exchange.started + exchange.seconds for case in self.cases for exchange in case.all()]
        return max(max(ends, default=0.0) - self.started, 0.0)


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
    return Facts(orders=orders, **plain)


def read_journal(path: Path) -> tuple[list[Exchange], list[Case], Facts | None]:
    """The exchanges, the cases and the facts of a journal; no facts where the run did not end. Raises RecordingError.

    A last line that was cut short is left out: the run was killed while it wrote it.
    """
    exchanges: dict[str, Exchange] = {}
    cases: list[Case] = []
    facts = None
    for number, line in _lines(path):
        try:
            kind = line["kind"]
            if kind == "exchange":
                exchange = exchange_of(line)
                exchanges[exchange.id] = exchange
            elif kind == "case":
                cases.append(case_of(line, exchanges))
            elif kind == "run":
                facts = facts_of(line)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise RecordingError(f"{path}: line {number}: is no line of a journal: {_said(error)}") from None
    return list(exchanges.values()), cases, facts


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


def exchange_of(line: Mapping[str, Any]) -> Exchange:
    """An exchange from its line in a journal."""
    asked, answered = line["request"], line.get("response")
    request = Request(asked["method"], asked["path"], _pairs(asked["headers"]), _body(asked), asked["credential"])
    response = None
    if answered is not None:
        response = Response(answered["status"], _pairs(answered["headers"]), _body(answered), answered["complete"])
    return Exchange(line["id"], request, response, line.get("trouble"), float(line["started"]), float(line["seconds"]))


def case_of(line: Mapping[str, Any], exchanges: Mapping[str, Exchange]) -> Case:
    """A case from its line, which names its exchanges."""
    return Case(line["id"], tuple((role, exchanges[name]) for role, name in line["steps"]), line["origin"])


@functools.lru_cache(maxsize=4096)
def header_pair(name: str, value: str) -> tuple[str, str]:
    """A header as an exchange keeps it; one for all that are alike, as most of a long recording's are."""
    return name, value


def _pairs(headers: Iterable[Iterable[str]]) -> tuple[tuple[str, str], ...]:
    return tuple(header_pair(str(name), str(value)) for name, value in headers)


def _body(line: Mapping[str, Any]) -> bytes:
    text = line.get("text")
    return text.encode("utf-8", "surrogatepass") if text is not None else base64.b64decode(line["base64"])
