"""Sends cases, planned and generated ones: those of one order in turn, those of different orders concurrently."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from contracts.endpoint.context import Demand
from contracts.endpoint.plan import Kit, PlannedCase, unmet, with_partner
from contracts.engine.orders import ExhaustedError
from contracts.engine.refusals import Made
from contracts.engine.standing import Standing
from contracts.engine.turns import Turn
from contracts.model.case import PLANNED, Case, Role, Unsent
from contracts.model.exchange import Exchange, Order, Request
from contracts.transport.interlock import RefusedToSendError

if TYPE_CHECKING:
    from contracts.engine.run import Run

UNSURE = 4
"""How often a case is sent again if the effect of one of its requests is unknown."""


@dataclass(repr=False)
class Scheduler:
    """Sends cases of a run. No order is used by two things, and nothing that is given is changed."""

    #: The run, which sends and keeps.
    run: Run
    #: Called after each case.
    sent: Callable[[], None] = lambda: None
    #: The cases that were sent, or why not, by id.
    _found: dict[str, Case | Unsent] = field(default_factory=dict)
    #: Cases that the order that served them does not do for.
    _left: list[PlannedCase] = field(default_factory=list)
    #: The UUIDs of the orders on which a base was refused.
    _unwilling: set[str] = field(default_factory=set)
    _ending: threading.Event = field(default_factory=threading.Event)

    def send(self, cases: Sequence[PlannedCase]) -> list[Case | Unsent]:
        """Send cases; return in their sequence what was sent and answered, or why nothing was.

        A case whose base is refused on one order is tried on orders on which none was, and one of an order that fails
        again and again on others. Raises what the transport raises where a target is lost.
        """
        left: Sequence[PlannedCase] = cases
        while left:
            self._left = []
            self._round(left)
            if len(self._left) == len(left):
                break
            left = self._left
        for case in self._left:
            self._end(case, Unsent(f"the request that it varies ({case.base}) is refused, or fails, on all orders"))
        return [self._found[case.id] for case in cases]

    def _round(self, cases: Sequence[PlannedCase]) -> None:
        """Send each case once, to the order that serves it. Those whose base was refused there are left."""
        turns = self.run.stock.turns(cases, self._spends, frozenset(self._unwilling))
        if not turns.queues and not turns.unmet:
            self._left = [*cases]
            return
        for case in turns.unmet:
            self._end(case, unmet(case))
        with ThreadPoolExecutor(self.run.target.limits.concurrency) as pool:
            queues = [pool.submit(self._queue, queue) for queue in turns.queues]
            try:
                for queue in queues:
                    queue.result()
            except BaseException:
                self._ending.set()  # an interruption, or a lost target, ends the other queues after their case
                self.run.transport.end()
                raise
        self._queue(turns.after)

    def _queue(self, turns: Iterable[Turn]) -> None:
        for turn in turns:
            if self._ending.is_set():
                return
            if turn.order is not None and self.run.stock.is_broken(turn.order):
                self._left += turn.cases
                continue
            if len(turn.cases) > 1 and turn.order is not None and self._in_a_row(turn.order, turn.cases):
                continue
            for case in turn.cases:
                found = Unsent(turn.unmet) if turn.order is None else self._served(turn.order, turn.partner, case)
                if found is None:
                    self._left.append(case)
                else:
                    self._end(case, found)

    def _end(self, case: PlannedCase, found: Case | Unsent) -> None:
        self._found[case.id] = found
        if isinstance(found, Unsent) and case.origin == PLANNED:
            self.run.skip(case.id, found)
        self.sent()

    def _spends(self, case: PlannedCase) -> bool:
        """Return whether a case's requests may be carried out: whether nothing in one of them has to be refused."""
        run = self.run
        orders = run.stock.orders
        order = next((order for order in orders if case.need.met_by(order)), orders[0])
        base = run.endpoint.definition.bases[case.base](order, run.kit)
        if base is None or case.again:
            return False
        made = [Exchange("", edit(base, order, run.kit), None, started=run.started) for _, edit in case.steps]
        views = [run.endpoint.view(exchange, run.context.orders) for exchange in made]
        return not all(any(run.context.demand(t) is Demand.REFUSE for t in view.traits) for view in views)

    # ------------------------------------------------------------------------------- some cases to be refused

    def _in_a_row(self, order: Order, cases: Sequence[PlannedCase]) -> bool:
        """Send what is to be refused, and read the order back once: a case each, as long as all is refused.

        False where one is not refused, or something has left a trace. It is unknown which of them did: all are one
        case then. Each is yet to be sent on its own.
        """
        run = self.run
        standing = run.base(order, cases[0].base)
        if standing is None or standing.before is None or not standing.base.accepted:
            return False
        sent: list[Exchange] = []
        for case in cases:
            ((_, edit),) = case.steps
            try:
                sent.append(run.transport.send(edit(standing.base.request, order, run.kit)))
            except RefusedToSendError:
                return False
            run.refusals.note(sent[-1], Made(order, case.base, edit, case.need))
            if not sent[-1].refused:
                break
        run.note(order, sent)
        if run.is_unsure(sent):
            return False
        read = run.read(order) if sent[-1].refused else None
        if read is not None and not _same_body(standing.before, read):
            run.stock.forget(order)
            traces = [*((Role.CHANGE, exchange) for exchange in sent), (Role.READ, read)]
            run.keep(run.reread(Case(f"{cases[0].id}/in a row", (*standing.steps, *traces)), order))
            return False
        reads = () if read is None else ((Role.READ, read),)
        for case, exchange in zip(cases, sent, strict=False):
            kept = run.keep(Case(case.id, (*standing.steps, (Role.CHANGE, exchange), *reads)))
            if reads:
                self._end(case, kept)
        return bool(reads)

    # ------------------------------------------------------------------------------------------ one case

    def _served(self, order: Order, partner: Order | None, case: PlannedCase) -> Case | Unsent | None:
        """Send a case; None where the request that it varies is refused on this order."""
        try:
            if partner is None:
                return self._one(order, case, self.run.kit)
            kit = with_partner(self.run.kit, partner)
            return self._partnered(order, partner, case, kit) if self.run.stock.again else self._one(order, case, kit)
        except (RefusedToSendError, ExhaustedError) as error:
            return Unsent(str(error))

    def _one(
        self, order: Order, case: PlannedCase, kit: Kit, *, with_base: bool = False, times: int = UNSURE
    ) -> Case | Unsent | None:
        """Send a case; None where the request that it varies is refused on this order. Raises RefusedToSendError.

        What is to be accepted needs no base that is stored while it is sent, only one that was accepted; where it is
        refused, it is sent again with the base standing, as that may be why (`with_base`). If it is unknown what one of
        the requests did, the base and all of them are sent again, up to so many `times`. Also a generated case needs
        only a base that was accepted.
        """
        run, planned = self.run, case.origin == PLANNED
        stored = None if with_base or case.expects != "accepted" else run.stock.replaced(order, case.base)
        known = None if with_base or planned else run.stock.earlier(order, case.base)
        standing = stored or known or run.base(order, case.base)
        if standing is None:
            return Unsent(f"this target accepts no request of the kind it varies ({case.base})")
        if not run.stock.serves(standing):
            self._unwilling.add(order.uuid)
            return None
        request = run.stock.request(
            standing, lambda: run.endpoint.definition.bases[case.base](order, replace(kit, case=case.id))
        )
        reads = case.read and run.reads_back
        standing = run.stock.read_before(standing, lambda: run.read(order) if reads else None)
        steps = run.send_all([(role, edit(request, order, kit)) for role, edit in case.steps], together=case.together)
        sent = [exchange for _, exchange in steps]
        run.note(order, sent)
        if kit.partner is not None:
            run.note(kit.partner, [exchange for exchange in sent if kit.partner.uuid in exchange.request.path])
        run.refusals.note_all(order, case, sent)
        again = run.stock.repeats(sent)
        if times and again and run.is_unsure(sent):
            return self._one(order, case, kit, with_base=True, times=times - 1)
        if stored and again and not all(exchange.accepted for exchange in sent):
            return self._one(order, case, kit, with_base=True)
        if not planned and not all(exchange.accepted or exchange.refused for exchange in sent):
            run.stock.doubt(order, case.base)  # its effect is unknown: the base again, before the next
        if case.if_refused and sent[-1].refused and (planned or run.stock.again):
            steps += self._further(order, case, request, kit)
        return self._kept(order, standing, Case(case.id, (*standing.steps, *steps), case.origin), reads=reads)

    def _kept(self, order: Order, standing: Standing, sent: Case, *, reads: bool) -> Case:
        """Return a case that is kept, with the order as it is after it if it is read."""
        run = self.run
        read = run.read(order) if reads else None
        if read is not None:
            sent = run.reread(replace(sent, steps=(*sent.steps, (Role.READ, read))), order)
            if not _same_body(standing.before, sent.steps[-1][1]):
                run.stock.forget(order)
        return run.keep(sent)

    def _further(self, order: Order, case: PlannedCase, request: Request, kit: Kit) -> list[tuple[str, Exchange]]:
        """Send what shows why a request was refused; on an order of its own, if the one before was spent."""
        run = self.run
        steps: list[tuple[str, Exchange]] = []
        for role, edit in case.if_refused:
            if not run.stock.again and steps and steps[-1][1].accepted:
                order = run.stock.fresh(case.need)
                request = run.endpoint.definition.bases[case.base](order, kit) or request
            steps.append((role, run.transport.send(edit(request, order, kit))))
            run.note(order, [steps[-1][1]])
        if case.otherwise and not all(exchange.accepted for _, exchange in steps):
            run.skip(case.id, Unsent(case.otherwise))
        return steps

    def _partnered(self, order: Order, partner: Order, case: PlannedCase, kit: Kit) -> Case | Unsent | None:
        """Send a case with a second order, which is given a known state and read before and after."""
        run = self.run
        run.stock.forget(partner)  # what other orders did to it meanwhile would be taken for its state
        before = run.base(partner, case.base)
        if before is None or not run.reads_back:
            return Unsent(run.unread)
        sent = self._one(order, case, kit)
        others = [(Role.OTHER, exchange) for exchange in sent.all(Role.CHANGE)] if isinstance(sent, Case) else []
        if others and (read := run.read(partner)) is not None:
            name = f"{run.endpoint.definition.untouched}/{case.id}"
            run.keep(run.reread(Case(name, (*before.steps, *others, (Role.READ, read))), partner))
        return sent


def _same_body(before: Exchange | None, after: Exchange | None) -> bool:
    bodies = [exchange.response.body if exchange and exchange.response else None for exchange in (before, after)]
    return bodies[0] == bodies[1]
