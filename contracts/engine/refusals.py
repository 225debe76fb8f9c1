"""Refused requests, sent again and to an unused order: the state of an order may be why a request was refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from contracts.endpoint.plan import Change, Need, PlannedCase
from contracts.engine.orders import ExhaustedError
from contracts.model.case import ELSEWHERE, Case, Role, Unsent
from contracts.model.exchange import Exchange, Order
from contracts.model.finding import Finding
from contracts.transport.interlock import RefusedToSendError

if TYPE_CHECKING:
    from contracts.engine.run import Run

TRIES = 2
"""On how many unused orders a divergence is looked for: on a target with a state rule, each takes one of them."""

AGAIN = 2
"""How often a request is sent again to its own order, in a row: an answer that changes each time changes then."""

NO_ORDER = Unsent("it may be the state of the order that it is refused, and no unused test order is left to see")


@dataclass(frozen=True)
class Made:
    """How a refused request was made."""

    #: Its order.
    order: Order
    #: The name of the accepted request that it varies.
    base: str
    #: What it changes.
    edit: Change
    #: What it needs of an order.
    need: Need


@dataclass(repr=False)
class Refusals:
    """The requests that were refused on orders that this run had changed, and what came of them on unused ones."""

    #: The run, which sends.
    run: Run
    _made: dict[str, Made] = field(default_factory=dict)
    _tried: Counter[str] = field(default_factory=Counter)
    _same: dict[str, bool] = field(default_factory=dict)

    def note(self, exchange: Exchange, made: Made) -> None:
        """Keep how a request was made if it was refused on an order that was changed before."""
        if exchange.refused and made.order.uuid in self.run.stock.spent:
            self._made[exchange.id] = made

    def note_all(self, order: Order, case: PlannedCase, exchanges: Iterable[Exchange]) -> None:
        """Keep how the requests of a planned case were made, as far as they were refused."""
        for (_, edit), exchange in zip(case.steps, exchanges, strict=False):
            self.note(exchange, Made(order, case.base, edit, case.need))

    def explain(self, findings: Iterable[Finding]) -> bool:
        """Send refused requests of findings to unused orders, few of each divergence; return True if any was sent."""
        before = len(self._same)
        confirmed: set[str] = set()
        for finding in findings:
            made = self._made.get(finding.exchange.id) if finding.refusal else None
            if made is None or finding.signature in confirmed or self._tried[finding.signature] == TRIES:
                continue
            self._tried[finding.signature] += 1
            if finding.exchange.id not in self._same:
                self._same[finding.exchange.id] = self._sent_elsewhere(finding, made)
            if self._same[finding.exchange.id]:
                confirmed.add(finding.signature)
                self._tried[finding.signature] = TRIES
        return len(self._same) > before

    def _sent_elsewhere(self, finding: Finding, made: Made) -> bool:
        """Keep the case of a refused request, sent again and to an unused order. Return True if it fares the same."""
        run = self.run
        steps = [(Role.TRIED, finding.exchange)]
        with suppress(ExhaustedError):
            run.base(made.order, made.base)  # what was stored when it was refused: other cases have been sent since
        for _ in range(AGAIN):
            steps.append((Role.TRIED, run.transport.send(finding.exchange.request)))
            if not steps[-1][1].refused:
                run.stock.forget(made.order)
                break
        sent = self._on_an_unused_order(made)
        if sent is None:
            run.skip(f"{finding.clause}/{ELSEWHERE}", NO_ORDER)
        else:
            steps.append((Role.CHANGE, sent))
        run.keep(Case(f"{finding.case.id}/{ELSEWHERE}", tuple(steps), ELSEWHERE))
        return sent is not None and sent.answer == finding.exchange.answer

    def _on_an_unused_order(self, made: Made) -> Exchange | None:
        run = self.run
        try:
            order = self._unused(made.need)
            base = run.endpoint.definition.bases[made.base](order, run.kit)
            sent = run.transport.send(made.edit(base, order, run.kit)) if base is not None else None
        except (ExhaustedError, RefusedToSendError):
            return None
        run.note(order, [sent] if sent is not None else [])
        return sent

    def _unused(self, need: Need) -> Order:
        """Return an order that this run did not change, nor anybody else if it can be read. Raises ExhaustedError."""
        run = self.run
        while True:
            order = run.stock.fresh(need)
            read = run.read(order) if run.reads_back else None
            if read is None or run.endpoint.definition.unused(read):
                return order
            run.stock.spend(order)
