"""Test orders at the start and at the end of a run: what changed them, this run, or somebody else who uses them too.

Nothing tells a change by somebody else from a fault that changes other orders, but an experiment: the last accepted
request on the order is sent again, then one for another order, and the order is read before and after.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING

from contracts.endpoint.judges import Held
from contracts.judging.attempts import SHARED
from contracts.model.case import READ_BACK, Case, Role
from contracts.model.exchange import Exchange, Order, Request
from contracts.model.uuids import compact
from contracts.transport.spellings import found

if TYPE_CHECKING:
    from contracts.engine.run import Run

MOST = 50
"""How many orders are read at the start and at the end."""

TWICE = 8
"""How many of them are read twice at the start: somebody else who is at work changes some of these."""

TRIED = 3
"""On how many orders that have changed an experiment is made, and with how many requests for others."""

TIMES = 2
"""How often an experiment has to show the same: somebody else may change the order meanwhile."""

REPLAYED = 10
"""How many findings about stored values are looked for again."""


@dataclass(repr=False)
class Watch:
    """What the test orders of a run show when it begins, by UUID. An order that cannot be read is left out."""

    #: The run, which reads the orders.
    run: Run
    _before: dict[str, Exchange] = field(default_factory=dict)

    def begin(self) -> None:
        """Read the orders that are not changed yet, some twice. What changes between is used by somebody else."""
        run = self.run
        if not (run.may_change and run.reads_back and run.endpoint.definition.untouched):
            return
        orders = [order for order in run.orders if order.uuid not in run.stock.spent][:MOST]
        first = self._read(orders)
        second = first | self._read(orders[:TWICE])
        for order in orders:
            steps = ((Role.BEFORE, first[order.uuid]), (Role.READ, second[order.uuid]))
            changed = self._has_changed(order, "at the start", steps)
            if changed:
                self._shared(order, steps)
            elif changed is not None:
                self._before[order.uuid] = second[order.uuid]

    def end(self) -> None:
        """Compare each order with what was accepted on it last, or with what it showed at the start."""
        run = self.run
        orders = [order for order in run.orders if order.uuid in self._before]
        reads = self._read(orders)
        sent = self._sent()
        changed: list[tuple[Order, Case]] = []
        for order in orders:
            steps = self._known(order, sent.get(order.uuid, []))
            if steps is None:
                continue
            case = Case(self._id(order, "at the end"), (*steps, (Role.READ, reads[order.uuid])))
            if self._has_changed(order, "at the end", case.steps):
                case = run.reread(case, order)
            if not self._has_changed(order, "at the end", case.steps):
                run.keep(case)
            elif not self._is_ours(order, case.steps[-1][1], sent.get(order.uuid, [])):
                changed.append((order, case))
        caused = [self._is_caused(order, case, sent) for order, case in changed[:TRIED]]
        if changed and not any(caused) and not self._is_found_again():
            for order, case in changed:
                self._shared(order, case.steps)

    def _read(self, orders: Sequence[Order]) -> dict[str, Exchange]:
        """Return what orders show, by UUID."""
        with ThreadPoolExecutor(self.run.target.limits.concurrency) as pool:
            reads = pool.map(self.run.read, orders)
            return {order.uuid: read for order, read in zip(orders, reads, strict=True) if read is not None}

    def _sent(self) -> dict[str, list[Exchange]]:
        """Return the requests that may have changed an order, by its UUID, in the order in which they were sent.

        A path may spell the UUID in another way, which a target may read as the same one.
        """
        definition = self.run.endpoint.definition
        uuids = {compact(order.uuid): order.uuid for order in self.run.orders}
        sent: dict[str, dict[str, Exchange]] = defaultdict(dict)
        for case in self.run.cases:
            for exchange in case.all():
                if exchange.request.method == definition.method and not exchange.refused:
                    for name in uuids.keys() & found(exchange.request.path.encode()):
                        sent[uuids[name]][exchange.id] = exchange
        return {uuid: sorted(each.values(), key=lambda exchange: exchange.started) for uuid, each in sent.items()}

    def _known(self, order: Order, sent: Sequence[Exchange]) -> tuple[tuple[str, Exchange], ...] | None:
        """Return what tells the state of an order: its last accepted request, or its first reading; None if nothing.

        What two requests left that were under way at the same time is not known.
        """
        before = (Role.BEFORE, self._before[order.uuid])
        if not sent:
            return (before,)
        last = max(sent, key=lambda exchange: exchange.started + exchange.seconds)
        begun = [each for each in sent if each is not last and each.started + each.seconds > last.started]
        if begun or not last.accepted or self.run.is_unsure([last]):
            return None
        return (Role.BASE, last), before

    def _id(self, order: Order, name: str) -> str:
        return f"{self.run.endpoint.definition.untouched}/{order.uuid} {name}"

    def _has_changed(self, order: Order, name: str, steps: tuple[tuple[str, Exchange], ...]) -> bool | None:
        """Return whether the last reading of an order differs from what is due; None if that cannot be said."""
        case = Case(self._id(order, name), steps)
        said = self.run.would_say(case).get(self.run.endpoint.definition.untouched, [])
        return None if not said else not all(isinstance(item, Held) for item in said)

    def _is_ours(self, order: Order, read: Exchange, sent: Sequence[Exchange]) -> bool:
        """Return True if an order shows what one of this run's requests asked for, or what it showed at the start."""
        known = [(Role.BASE, exchange) for exchange in sent]
        before = (Role.BEFORE, self._before[order.uuid])
        return any(
            self._has_changed(order, "of this run", (each, (Role.READ, read))) is False for each in (*known, before)
        )

    def _is_caused(self, order: Order, case: Case, sent: Mapping[str, list[Exchange]]) -> bool:
        """Return True if the order changes whenever another request is sent; the case is kept, with that request."""
        names = [uuid.encode() for uuid in order.uuids[1:]]
        others = [each for uuid, all_sent in sent.items() if uuid != order.uuid for each in all_sent if each.accepted]
        others.sort(key=lambda each: any(name in each.request.body for name in names), reverse=True)
        for other in others[:TRIED]:
            tried = [self._tried(order, case.base, other.request) for _ in range(TIMES)]
            if all(self._has_changed(order, "", each.steps) for each in tried):
                self.run.keep(replace(case, steps=(*case.steps[:-1], (Role.OTHER, other), case.steps[-1])))
                return True
        return False

    def _tried(self, order: Order, base: Exchange | None, other: Request) -> Case:
        """Return the case of an order that is read before and after a request for another one."""
        return Case(self._id(order, "after another one"), tuple(self._steps(order, base, other)))

    def _steps(self, order: Order, base: Exchange | None, other: Request) -> Iterator[tuple[str, Exchange]]:
        run = self.run
        run.stock.forget(order)
        if base is not None and run.stock.repeats([base]):
            yield Role.BASE, run.transport.send(base.request)
        for role, request in ((Role.BEFORE, None), (Role.OTHER, other), (Role.READ, None)):
            exchange = run.transport.send(request) if request is not None else run.read(order)
            if exchange is not None:
                yield role, exchange

    def _is_found_again(self) -> bool:
        """Return True if a finding about stored values shows again: then it is the application that differs."""
        run = self.run
        clauses = {c.id for c in run.endpoint.catalogue.clauses.values() if READ_BACK in c.source}
        found = {each.signature: each for case in run.cases for each in run.judge(case) if each.clause in clauses}
        again = ((signature, run.replay(finding.case)) for signature, finding in islice(found.items(), REPLAYED))
        return any(signature in {each.signature for each in run.judge(case)} for signature, case in again)

    def _shared(self, order: Order, steps: tuple[tuple[str, Exchange], ...]) -> None:
        self.run.keep(Case(f"somebody else/{order.uuid}", steps, SHARED))
