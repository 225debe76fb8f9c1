"""One run against one target: calibrate, send what is planned, keep every case. Knows no endpoint."""

from __future__ import annotations

import datetime
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from contracts import plan as plans
from contracts.context import Context
from contracts.endpoint import Endpoint
from contracts.interlock import RefusedToSendError
from contracts.journal import Journal
from contracts.model import Case, Clause, Exchange, Finding, Order, Request
from contracts.oracle import Held, judge
from contracts.progress import Counter, Progress, silent
from contracts.questions import settle
from contracts.targets import Target
from contracts.transport import TargetLostError, Transport


class NothingAcceptedError(Exception):
    """Orders were lent and no request was accepted (exit 5); the message says what was refused."""


@dataclass(frozen=True)
class Standing:
    """What stands on an order: the accepted base of this name, and the order read back after it."""

    name: str
    base: Exchange
    before: Exchange | None

    @property
    def steps(self) -> tuple[tuple[str, Exchange], ...]:
        """The first steps of a case that varies it."""
        return (("base", self.base), *([("before", self.before)] if self.before else []))


@dataclass(repr=False)
class Run:
    """A run in progress.

    `skipped` says of planned cases that were not sent why, by case id; `unsent` why generated requests were
    not let out; `stopped` is the exit code and the
    reason where nothing more can be sent. `known` are the signatures of divergences found before the property
    that runs now began, `found` those that properties found.
    """

    endpoint: Endpoint
    target: Target
    transport: Transport
    journal: Journal
    seed: int = 0
    progress: Progress = silent
    cases: list[Case] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    unsent: list[str] = field(default_factory=list)
    reads_back: bool = False
    stopped: tuple[int, str] | None = None
    known: set[str] = field(default_factory=set)
    found: set[str] = field(default_factory=set)
    started: float = field(default_factory=time.time)
    kit: plans.Kit = field(init=False)
    context: Context = field(init=False)
    _standing: dict[str, Standing] = field(default_factory=dict)
    _attempted: dict[tuple[str, str], Standing] = field(default_factory=dict)
    _ending: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __repr__(self) -> str:
        """Short: Hypothesis prints it beside every falsifying example."""
        return "run"

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        """The same for Hypothesis, which else prints every field of a dataclass: all bodies of the run."""
        printer.text(repr(self))

    def __post_init__(self) -> None:
        today = datetime.datetime.fromtimestamp(self.started, datetime.UTC).date()
        self.kit = plans.Kit(self.seed, today)
        self.context = self.endpoint.context(self.target.orders, {})

    # ------------------------------------------------------------------------------------- keeping cases

    def keep(self, case: Case) -> Case:
        """Add a case to the run and to the journal."""
        with self._lock:
            self.cases.append(case)
        self.journal.case(case)
        return case

    # --------------------------------------------------------------------------------------- calibration

    def calibrate(self) -> None:
        """Find an accepted request, and whether orders can be read back.

        Raises TargetLostError and NothingAcceptedError.
        """
        order = min(self.target.orders, key=lambda o: (len(o.line_items), -(o.line_items[0].quantity_ordered or 0)))
        found = self.endpoint.definition.calibrate(self.transport.send, order, self.kit)
        for case in found.cases:
            self.keep(case)
        if found.dialect is None:
            self._explain_nothing([exchange for case in found.cases for exchange in case.all()])
        self.kit = replace(self.kit, dialect=found.dialect)
        read = self._read(order)
        self.reads_back = read is not None and self.endpoint.definition.reads_back(read)

    def _explain_nothing(self, tried: list[Exchange]) -> None:
        if all(exchange.response is None for exchange in tried):
            raise TargetLostError(f"{self.target.base_url} does not answer: {tried[0].trouble}")
        statuses = sorted({exchange.status for exchange in tried if exchange.status is not None})
        if statuses == [401]:
            raise TargetLostError(f"{self.target.base_url} refuses the token: 401 to every request")
        last = tried[0]
        answer = (last.response.body if last.response else b"")[:200].decode("utf-8", "replace")
        raise NothingAcceptedError(
            f"no request was accepted on the lent order {last.request.path}: {len(tried)} forms were tried, "
            f"answered {', '.join(map(str, statuses))}; the first with: {answer}"
        )

    def _read(self, order: Order) -> Exchange | None:
        prefix = self.endpoint.definition.read_prefix
        if prefix is None:
            return None
        return self.transport.send(Request("GET", f"{prefix}{order.uuid}/"))

    # ---------------------------------------------------------------------------------------------- plan

    def planned(self) -> list[plans.PlannedCase]:
        """All planned cases of the endpoint, for the dialect found."""
        return [case for planner in self.endpoint.planners for case in planner(self.kit)]

    def execute(self, cases: Iterable[plans.PlannedCase]) -> None:
        """Send planned cases, the chains of different orders at once; then settle the questions."""
        wanted = list(cases)
        sendable = [case for case in wanted if not self._unsuited(case)]
        assignment = plans.assign(sendable, self.target.orders)
        for case in assignment.unmet:
            self.skipped[case.id] = _unmet(case)
        done = Counter("planned cases", len(sendable) - len(assignment.unmet), self.progress)
        with ThreadPoolExecutor(self.target.concurrency) as pool:
            chains = [pool.submit(self._chain, order, chain, done) for order, chain in assignment.chains]
            try:
                for chain in chains:
                    chain.result()
            finally:
                self._ending.set()  # an interruption, or a lost target, ends the other chains after their case
        for order, partner, case in assignment.alone:
            self._partnered(order, partner, case)
            done.step()
        self.settle()
        self.known = {finding.signature for case in self.cases for finding in self.judge(case)}

    def settle(self) -> None:
        """Find the readings this target follows, from the cases so far."""
        try:
            self.context = settle(self.endpoint, self.cases, self.target.orders)
        except Exception as error:  # noqa: BLE001 - trouble in an observer must not lose what was sent
            self.trouble("the observers", error)

    def _unsuited(self, case: plans.PlannedCase) -> bool:
        if case.stress and not self.target.may_stress:
            self.skipped[case.id] = "the target does not permit huge and deep requests (may_stress)"
        return case.id in self.skipped

    def _chain(self, order: Order, cases: Iterable[plans.PlannedCase], done: Counter) -> None:
        for case in cases:
            if self._ending.is_set():
                return
            self._one(order, case, self.kit)
            done.step()

    def _one(self, order: Order, case: plans.PlannedCase, kit: plans.Kit) -> None:
        standing = self.base(order, case.base)
        if standing is None:
            self.skipped[case.id] = f"this target accepts no request of the kind it varies ({case.base})"
            return
        try:
            requests = [(role, edit(standing.base.request, order, kit)) for role, edit in case.steps]
            steps = self._send_all(requests, together=case.together)
        except RefusedToSendError as error:
            self.skipped[case.id] = str(error)
            return
        if any(not exchange.refused for _, exchange in steps):
            self._standing.pop(order.uuid, None)
        if case.read and self.reads_back:
            read = self._read(order)
            steps += [("read", read)] if read else []
            if not _same_body(standing.before, read):
                self._standing.pop(order.uuid, None)
        self.keep(Case(case.id, (*standing.steps, *steps)))

    def _partnered(self, order: Order, partner: Order, case: plans.PlannedCase) -> None:
        """A case beside a second order, which is given a known state and read before and after."""
        kit = plans.with_partner(self.kit, partner)
        before = self.base(partner, case.base)
        if before is None or not self.reads_back:
            self.skipped[case.id] = "the order beside it cannot be read back"
            return
        self._one(order, case, kit)
        read = self._read(partner)
        if read is not None:
            self.keep(Case(f"{case.id}/beside", (*before.steps, ("read", read))))

    def _send_all(self, requests: list[tuple[str, Request]], *, together: bool) -> list[tuple[str, Exchange]]:
        if not together:
            return [(role, self.transport.send(request)) for role, request in requests]
        with ThreadPoolExecutor(len(requests)) as pool:
            exchanges = pool.map(lambda pair: self.transport.send(pair[1]), requests)
            return [(role, exchange) for (role, _), exchange in zip(requests, exchanges, strict=True)]

    def base(self, order: Order, name: str) -> Standing | None:
        """The request of this name standing on an order, sent now if something else stands there."""
        standing = self._standing.get(order.uuid)
        if standing is not None and standing.name == name:
            return standing
        request = self.endpoint.definition.bases[name](order, self.kit)
        if request is None:
            return None
        exchange = self.transport.send(request)
        self.keep(Case(f"base/{name}/{order.uuid}", (("change", exchange),)))
        standing = Standing(name, exchange, self._read(order) if self.reads_back else None)
        if exchange.accepted:
            self._standing[order.uuid] = standing
        return standing

    # ------------------------------------------------------------------------------------------- judging

    def judge(self, case: Case) -> list[Finding]:
        """What all oracles find in one case, with the readings found so far."""
        clauses = self.endpoint.catalogue.clauses.values()
        return [item for clause in clauses for item in self.said(clause, case) if not isinstance(item, Held)]

    def said(self, clause: Clause, case: Case) -> list[Finding | Held]:
        """What one clause says of one case. An oracle that fails is an error of the suite, and says nothing."""
        try:
            return list(judge(clause, case, self.context, self.endpoint.judges, self.endpoint.observers))
        except Exception as error:  # noqa: BLE001 - one oracle's trouble must not lose what others say
            self.trouble(f"the oracle of {clause.id}", error)
            return []

    def trouble(self, where: str, error: BaseException) -> None:
        """Keep an error of the suite itself, once: it is never a verdict."""
        line = f"{where}: {type(error).__name__}: {str(error).partition(chr(10))[0]}"
        if line not in self.errors:
            self.errors.append(line)

    def attempt(self, order: Order, base: str, edit: plans.Change, origin: str) -> Case:
        """Send one more change of an accepted request on an order that nothing else uses now.

        Raises RefusedToSendError, and LookupError where this target accepts no such base.
        """
        standing = self._attempted.get((order.uuid, base)) or self.base(order, base)
        if standing is None or not standing.base.accepted:
            raise LookupError(f"this target accepts no request of the kind {base} on {order.uuid}")
        self._attempted[order.uuid, base] = standing
        exchange = self.transport.send(edit(standing.base.request, order, self.kit))
        self._standing.pop(order.uuid, None)
        return self.keep(Case(f"{origin}/{len(self.cases)}", (("base", standing.base), ("change", exchange)), origin))

    def replay(self, case: Case) -> Case:
        """Send a case's exchanges once more, in their order and with their roles."""
        together = any(role == "race" for role, _ in case.steps)
        steps: list[tuple[str, Exchange]] = []
        racing = [(role, exchange.request) for role, exchange in case.steps if role == "race"]
        for role, exchange in case.steps:
            if role != "race":
                steps.append((role, self.transport.send(exchange.request)))
            elif together:
                steps += self._send_all(racing, together=True)
                together = False
        self._standing.clear()
        return replace(case, steps=tuple(steps))


def _same_body(before: Exchange | None, after: Exchange | None) -> bool:
    bodies = [exchange.response.body if exchange and exchange.response else None for exchange in (before, after)]
    return bodies[0] == bodies[1]


def _unmet(case: plans.PlannedCase) -> str:
    if case.need.partner:
        return "it needs two lent orders"
    wants = f"{case.need.lines} line item" + ("s" if case.need.lines > 1 else "")
    units = f" of at least {case.need.units} ordered units each" if case.need.units else ""
    return f"no lent order has {wants}{units} (quantity_ordered)"
