"""Planned cases sent on test orders: chains of different orders concurrently, no order used by two things."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TYPE_CHECKING

from contracts.endpoint import plan as plans
from contracts.endpoint.context import Demand
from contracts.engine import progress
from contracts.engine.leases import ExhaustedError
from contracts.engine.refusals import Made, without_spare
from contracts.judging.attempts import may_be_sent_again
from contracts.model.case import Case
from contracts.model.exchange import Exchange, Order, Request
from contracts.transport.interlock import RefusedToSendError

if TYPE_CHECKING:
    from contracts.endpoint.discovery import Endpoint
    from contracts.engine.run import Run

UNSURE = 4
"""How often a case is sent again if the effect of one of its requests is unknown."""

IN_A_ROW = 5
"""How many refusals are sent before the order is read back once for all of them."""


def execute(run: Run, cases: list[plans.PlannedCase]) -> None:
    """Send planned cases, or keep in `run.skipped` why not. Raises what the transport raises where a target is lost."""
    execution = Execution(run, progress.Counter("planned cases", len(cases), run.progress))
    if run.leases.once:
        execution.once(cases)
    else:
        execution.chains(cases)


@dataclass
class Execution:
    """Cases on their way. `unwilling` are the orders on which this target refused a base it accepts elsewhere."""

    run: Run
    done: progress.Counter
    unwilling: set[str] = field(default_factory=set)
    left: list[plans.PlannedCase] = field(default_factory=list)
    ending: threading.Event = field(default_factory=threading.Event)

    def chains(self, cases: list[plans.PlannedCase]) -> None:
        """Each case on an order that will do, or, where its base is refused there, on one that refused none."""
        orders = without_spare(self.run.leases.orders, self.run.leases.spent)
        self._assigned(cases, orders)
        willing = [order for order in orders if order.uuid not in self.unwilling]
        before = len(cases)
        while self.left and willing and len(self.left) < before:
            again, self.left, before = self.left, [], len(self.left)
            self._assigned(again, willing)
            willing = [order for order in willing if order.uuid not in self.unwilling]
        for case in self.left:
            self._refused(case)

    def _refused(self, case: plans.PlannedCase) -> None:
        self.run.skipped[case.id] = f"this target refuses the request that it varies ({case.base})"
        self.done.step()

    def _assigned(self, cases: list[plans.PlannedCase], orders: list[Order]) -> None:
        assignment = plans.assign(cases, orders, weighed(self.run.endpoint))
        for case in assignment.unmet:
            self.run.skipped[case.id] = plans.unmet(case)
            self.done.step()
        with ThreadPoolExecutor(self.run.target.limits.concurrency) as pool:
            sent = [pool.submit(self._chain, order, chain) for order, chain in assignment.chains]
            sent += [pool.submit(self._partnered, *pair) for pair in assignment.pairs]
            try:
                for each in sent:
                    each.result()
            except BaseException:
                self.ending.set()  # an interruption, or a lost target, ends the other chains after their case
                self.run.transport.end()
                raise
        for pair in assignment.after:
            self._partnered(*pair)

    def _chain(self, order: Order, cases: Iterable[plans.PlannedCase]) -> None:
        for row in self._rows(cases):
            if self.ending.is_set():
                return
            if len(row) > 1 and self._in_a_row(order, row):
                for _ in row:
                    self.done.step()
                continue
            for case in row:
                if self._one(order, case, self.run.kit):
                    self.done.step()
                else:
                    self.left.append(case)

    def _rows(self, cases: Iterable[plans.PlannedCase]) -> Iterator[Sequence[plans.PlannedCase]]:
        """Yield first the cases to be refused, some at a time, then each other one, which replaces what is stored."""
        for _, alike in groupby(cases, key=lambda case: case.base):
            endpoint = self.run.endpoint
            group = sorted(alike, key=lambda case: ("refused", None, "accepted").index(_due(endpoint, case)))
            rows = [case for case in group if _suits_a_row(endpoint, case)]
            yield from (rows[at : at + IN_A_ROW] for at in range(0, len(rows), IN_A_ROW))
            yield from ([case] for case in group if not _suits_a_row(endpoint, case))

    def _in_a_row(self, order: Order, cases: Sequence[plans.PlannedCase]) -> bool:
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
            run.forget(order)
            traces = [*(("change", exchange) for exchange in sent), ("read", read)]
            run.keep(run.reread(Case(f"{cases[0].id}/in a row", (*standing.steps, *traces)), order))
            return False
        reads = () if read is None else (("read", read),)
        for case, exchange in zip(cases, sent, strict=False):
            run.keep(Case(case.id, (*standing.steps, ("change", exchange), *reads)))
        return bool(reads)

    def once(self, cases: list[plans.PlannedCase]) -> None:
        """Each case on an order that was never changed: first what leaves it so, then one case of each clause."""
        before: Counter[str] = Counter()
        turn: dict[str, int] = {}
        for case in cases:
            turn[case.id] = before[case.clause]
            before[case.clause] += not case.again
        for case in sorted(cases, key=lambda case: (self._spends(case), turn[case.id])):
            try:
                if case.again:
                    self.run.skipped[case.id] = "it changes one order several times, which this target refuses"
                elif not self._fresh(case):
                    self._refused(case)
                    continue
            except ExhaustedError as error:
                self.run.skipped[case.id] = str(error)
            self.done.step()

    def _fresh(self, case: plans.PlannedCase) -> bool:
        order = self.run.leases.fresh(case.need)
        partner = self.run.leases.fresh(plans.Need(), other_than=order) if case.need.partner else None
        return self._one(order, case, plans.with_partner(self.run.kit, partner) if partner else self.run.kit)

    def _spends(self, case: plans.PlannedCase) -> bool:
        """Return whether a case's requests may be carried out: whether nothing in one of them has to be refused."""
        run = self.run
        order = next((order for order in run.leases.orders if case.need.met_by(order)), run.leases.orders[0])
        base = run.endpoint.definition.bases[case.base](order, run.kit)
        if base is None or case.again:
            return False
        made = [Exchange("", edit(base, order, run.kit), None, started=run.started) for _, edit in case.steps]
        views = [run.endpoint.view(exchange, run.context.orders) for exchange in made]
        return not all(any(run.context.demand(t) is Demand.REFUSE for t in view.traits) for view in views)

    def _one(
        self, order: Order, case: plans.PlannedCase, kit: plans.Kit, *, with_base: bool = False, times: int = UNSURE
    ) -> bool:
        """Send a case; False where the request that it varies is refused on this order.

        What is to be accepted needs no base that is stored while it is sent, only one that was accepted; where it is
        refused, it is sent again with the base standing, as that may be why (`with_base`). If it is unknown what one of
        the requests did, the base and all of them are sent again, up to so many `times`.
        """
        run = self.run
        stored = None if with_base or _due(run.endpoint, case) != "accepted" else run.stored(order, case.base)
        standing = stored or run.base(order, case.base)
        if standing is None:
            run.skipped[case.id] = f"this target accepts no request of the kind it varies ({case.base})"
            return True
        if run.may_change and standing.base.refused:
            self.unwilling.add(order.uuid)
            return False
        request = standing.request(run, order, case.id)
        if run.leases.once:
            standing = replace(standing, before=run.read(order) if case.read and run.reads_back else None)
        try:
            requests = [(role, edit(request, order, kit)) for role, edit in case.steps]
            steps = run.send_all(requests, together=case.together)
        except RefusedToSendError as error:
            run.skipped[case.id] = str(error)
            return True
        run.note(order, [exchange for _, exchange in steps])
        run.refusals.note_all(order, case, [exchange for _, exchange in steps])
        again = all(may_be_sent_again(exchange) for _, exchange in steps)
        if times and again and not run.leases.once and run.is_unsure(exchange for _, exchange in steps):
            return self._one(order, case, kit, with_base=True, times=times - 1)
        if stored and again and not all(exchange.accepted for _, exchange in steps):
            return self._one(order, case, kit, with_base=True)
        if case.if_refused and steps[-1][1].refused:
            further = self._further(order, case, request, kit)
            steps += further
            if not all(exchange.accepted for _, exchange in further):
                run.skipped[case.id] = case.otherwise
        sent = Case(case.id, (*standing.steps, *steps))
        run.keep(self._read_back(order, standing.before, sent) if case.read and run.reads_back else sent)
        return True

    def _read_back(self, order: Order, before: Exchange | None, sent: Case) -> Case:
        """Return a case with the order as it is after it. If it differs, what was known of the order is forgotten."""
        run = self.run
        read = run.read(order)
        if read is not None:
            sent = run.reread(replace(sent, steps=(*sent.steps, ("read", read))), order)
            if not _same_body(before, sent.steps[-1][1]):
                run.forget(order)
        return sent

    def _further(
        self, order: Order, case: plans.PlannedCase, request: Request, kit: plans.Kit
    ) -> list[tuple[str, Exchange]]:
        """Send what shows why a request was refused; on an order of its own, if the one before was spent."""
        run = self.run
        steps: list[tuple[str, Exchange]] = []
        for role, edit in case.if_refused:
            if run.leases.once and steps and steps[-1][1].accepted:
                order = run.leases.fresh(case.need)
                request = run.endpoint.definition.bases[case.base](order, kit) or request
            steps.append((role, run.transport.send(edit(request, order, kit))))
            run.note(order, [steps[-1][1]])
        return steps

    def _partnered(self, order: Order, partner: Order, case: plans.PlannedCase) -> None:
        """A case with a second order, which is given a known state and read before and after."""
        run = self.run
        run.forget(partner)  # what other orders did to it meanwhile would be taken for its state
        before = run.base(partner, case.base)
        if before is None or not run.reads_back:
            run.skipped[case.id] = run.unread
        elif not self._one(order, case, plans.with_partner(run.kit, partner)):
            self._refused(case)
            return
        elif (read := run.read(partner)) is not None:
            # Nothing is kept of a case that may not leave.
            sent = next((kept for kept in reversed(run.cases) if kept.id == case.id), None)
            others = [("other", exchange) for exchange in sent.all("change")] if sent is not None else []
            name = f"{run.endpoint.definition.untouched}/{case.id}"
            run.keep(run.reread(Case(name, (*before.steps, *others, ("read", read))), partner))
        self.done.step()


def _same_body(before: Exchange | None, after: Exchange | None) -> bool:
    bodies = [exchange.response.body if exchange and exchange.response else None for exchange in (before, after)]
    return bodies[0] == bodies[1]


def _due(endpoint: Endpoint, case: plans.PlannedCase) -> str | None:
    """Return what the clause of a case requires of the target: accepted, refused, or None where that is open."""
    return endpoint.catalogue.clauses[case.clause].expects


def _suits_a_row(endpoint: Endpoint, case: plans.PlannedCase) -> bool:
    return _due(endpoint, case) == "refused" and case.read and len(case.steps) == 1


def weighed(endpoint: Endpoint) -> Callable[[plans.PlannedCase], float]:
    """Says about how many requests a case takes, with its part of what has to be sent for those behind it."""

    def weigh(case: plans.PlannedCase) -> float:
        if _suits_a_row(endpoint, case):
            return 1 + 1 / IN_A_ROW
        taken = len(case.steps) + case.read
        if len(case.steps) > 1:
            return taken + plans.OPENING
        # Of what is open a part is carried out, after which the base has to be sent again.
        return taken if _due(endpoint, case) == "accepted" else taken + plans.OPENING / 4

    return weigh
