"""One run against one target: calibrate, send what is planned, keep every case. Knows no endpoint."""

from __future__ import annotations

import datetime
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from contracts.endpoint import plan as plans
from contracts.engine import facts
from contracts.engine.log import KeptCases
from contracts.engine.orders import Orders
from contracts.engine.profile import Profile
from contracts.engine.progress import Counter as Steps
from contracts.engine.progress import Progress, silent
from contracts.engine.refusals import Made, Refusals
from contracts.engine.rereads import REREAD_SECONDS, Rereads
from contracts.engine.scheduler import Scheduler
from contracts.engine.standing import Standing, kit_of_base
from contracts.engine.watch import Watch
from contracts.judging.attempts import may_be_sent_again
from contracts.judging.way import Reason
from contracts.model.case import BASE, READ_BACK, Case, Role, Unsent
from contracts.model.definition import DefinitionError
from contracts.model.exchange import Exchange, Order, Request
from contracts.model.exits import ExitCode
from contracts.model.finding import Finding
from contracts.target.targets import Target, UsageError
from contracts.transport.client import Transport
from contracts.transport.interlock import check_may_be_sent_again
from contracts.transport.limits import CeilingReachedError


class NothingAcceptedError(Exception):
    """There were test orders and no request was accepted (exit 5); the message says what was refused."""


@dataclass(repr=False)
class Run(KeptCases):
    """A run in progress."""

    #: What is tested.
    target: Target = field(kw_only=True)
    #: What sends.
    transport: Transport = field(kw_only=True)
    #: The test orders, and what is stored on them.
    stock: Orders = field(kw_only=True)
    #: Of all that is invented and generated.
    seed: int = 0
    #: Called with how much is done.
    progress: Progress = silent
    #: Why generated requests were not let out.
    unsent: list[str] = field(default_factory=list)
    #: The exit code and the reason, where nothing more can be sent.
    stopped: tuple[ExitCode, str] | None = None
    #: What requests are made of.
    kit: plans.Kit = field(init=False)
    #: Which refusals the state of an order may explain.
    refusals: Refusals = field(init=False)
    #: What the test orders show at the start and at the end.
    watch: Watch = field(init=False)
    _generated: Counter[str] = field(default_factory=Counter)
    #: The read-backs that were repeated.
    rereads: Rereads = field(default_factory=Rereads)

    def __repr__(self) -> str:
        """Short: Hypothesis prints it with every falsifying example."""
        return "run"

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        """The same for Hypothesis, which else prints every field of a dataclass: all bodies of the run."""
        printer.text(repr(self))

    def __post_init__(self) -> None:
        super().__post_init__()
        self.refusals = Refusals(self)
        self.watch = Watch(self)
        today = datetime.datetime.fromtimestamp(self.started, datetime.UTC).date()
        self.kit = self.endpoint.kit(self.seed, today, may_change=self.may_change, verbs=self.target.may_stress)
        self.stock.tell(self._added)
        self.transport.tell(self.keep)

    def _added(self, order: Order) -> None:
        """One more order was made for this run."""
        self.orders.append(order)
        self.transport.permit(order)
        self.context = replace(self.context, orders={**self.context.orders, order.uuid.lower(): order})
        facts.write(self)

    @property
    def base_url(self) -> str:
        """The target's."""
        return self.target.base_url

    @property
    def most_seconds(self) -> float | None:
        """As the target's table says it."""
        return self.target.max_seconds

    @property
    def seconds(self) -> float:
        """Since the run began."""
        return time.time() - self.started

    def stop(self, error: Exception) -> None:
        """Nothing more can be sent: keep the exit code and the reason of the first such error."""
        codes = {
            NothingAcceptedError: ExitCode.NOTHING_TESTED,
            CeilingReachedError: ExitCode.INTERRUPTED,
            UsageError: ExitCode.REFUSED,
        }
        code = codes.get(type(error), ExitCode.UNREACHABLE)
        if isinstance(error, OSError):
            code = ExitCode.SUITE_FAILED
            self.trouble("keeping what was sent", error)
        if isinstance(error, DefinitionError):
            code = ExitCode.SUITE_FAILED
            self.errors.append(str(error))
        self.stopped = self.stopped or (code, str(error))

    # ---------------------------------------------------------------------------------------------- plan

    def read(self, order: Order) -> Exchange | None:
        """The order as it can be read back; None where it cannot."""
        prefix = self.endpoint.definition.read_prefix
        if prefix is None or not self.may_change:
            return None
        return self.transport.send(Request("GET", f"{prefix}{order.uuid}/"))

    def reread(self, case: Case, order: Order) -> Case:
        """Return the case, with the order read again after REREAD_SECONDS if what was read differs from what is due.

        A store may show writes a little later. What differs all the same is read again REREADS times in a run.
        """
        differing = self._differing(case)
        if not differing:
            return case
        with self.rereads.due(differing) as left:
            if not left:
                return case
            time.sleep(REREAD_SECONDS)
            read = self.read(order)
            if read is None:
                return case
            again = replace(case, steps=(*case.steps, (Role.READ, read)))
            left.intersection_update(self._differing(again))
            return again

    def _differing(self, case: Case) -> set[str]:
        """The signatures of what a case's read-backs show."""
        clauses = [c for c in self.endpoint.catalogue.clauses.values() if READ_BACK in c.source]
        found = [
            item for clause in clauses for item in self._ask(clause, case, self.context) if isinstance(item, Finding)
        ]
        reads = case.all(Role.BEFORE, Role.READ)
        return {finding.signature for finding in found if finding.exchange in reads}

    def planned(self) -> list[plans.PlannedCase]:
        """All planned cases of the endpoint, for the dialect found. Raises DefinitionError."""
        return self.endpoint.planned(self.kit)

    def execute(self, cases: Iterable[plans.PlannedCase]) -> None:
        """Send planned cases, the chains of different orders concurrently; then settle the questions."""
        sendable = [case for case in cases if not self._unsuited(case)]
        done = Steps("planned cases", len(sendable), self.progress)
        Scheduler(self, done.step).send(sendable)
        self.explain_refusals()

    def generate(self, origin: str, cases: Iterable[plans.PlannedCase]) -> list[Case | Unsent]:
        """Send generated cases, whose ids are counted; return what was sent and answered, or why nothing was."""
        numbered = []
        for case in cases:
            self._generated[origin] += 1
            numbered.append(replace(case, id=f"{origin}/{self._generated[origin]}", origin=origin))
        return Scheduler(self).send(numbered)

    def explain_refusals(self) -> None:
        """Find out which refusals the state of an order explains, before they are reported; settle the questions.

        If this target refuses some further changes, each order is changed once from now on.
        """
        self.settle()
        if self.may_change and self.refusals.explain([f for case in self.cases for f in self.suspect(case)]):
            self.settle()
        if self.context.elsewhere.state_rule:
            self.stock = self.stock.used_once()

    def adopt(self, profile: Profile) -> None:
        """Use the target as calibration found it."""
        self.kit = replace(self.kit, dialect=profile.dialect)
        self.unread = profile.unread
        if not profile.again:
            self.stock = self.stock.used_once()

    def skip(self, case: str, reason: Unsent) -> None:
        """Keep why a planned case was not sent, or shows nothing."""
        self.skipped[case] = reason

    def note_confirmed(self, signature: str, shown: str | None) -> None:
        """Keep how often a finding showed when its smallest case was sent again; None if that could not be done."""
        self.confirmed[signature] = shown

    def leave_out(self, reasons: Iterable[str]) -> None:
        """Keep why generated requests were not sent."""
        self.unsent.extend(reasons)

    def _unsuited(self, case: plans.PlannedCase) -> bool:
        if case.stress and not self.target.may_stress:
            self.skipped[case.id] = plans.NOT_PERMITTED
        return case.id in self.skipped

    def is_unsure(self, exchanges: Iterable[Exchange]) -> bool:
        """Return True if it is unknown what one of these requests did: its answer was lost on the way."""
        return any(self.way.reason(exchange) is Reason.UNSURE for exchange in exchanges)

    def note(self, order: Order, exchanges: Iterable[Exchange]) -> None:
        """What was not refused, or not for sure, may have changed the order."""
        sent = list(exchanges)
        if self.is_unsure(sent) or any(not exchange.refused for exchange in sent):
            self.stock.change(order)

    def send_all(self, requests: list[tuple[str, Request]], *, together: bool) -> list[tuple[str, Exchange]]:
        """Send (role, request) pairs in turn, or all concurrently; return (role, exchange) pairs."""
        if not together:
            return [(role, self.transport.send(request)) for role, request in requests]
        with ThreadPoolExecutor(len(requests)) as pool:
            exchanges = pool.map(lambda pair: self.transport.send(pair[1]), requests)
            return [(role, exchange) for (role, _), exchange in zip(requests, exchanges, strict=True)]

    def base(self, order: Order, name: str) -> Standing | None:
        """The request of this name stored on an order, sent now if something else is stored there.

        Where orders are changed once, one of another order, which shows the same.
        """
        standing = self.stock.base(order, name)
        if standing is not None:
            return standing
        before = self.stock.earlier(order, name)
        if before is not None and not may_be_sent_again(before.base):
            return before
        order = self.stock.place_of_base(order)
        request = self.endpoint.definition.bases[name](order, kit_of_base(self, order, name))
        if request is None:
            return None
        exchange = self.transport.send(request)
        if self.is_unsure([exchange]) and may_be_sent_again(exchange):
            exchange = self.transport.send(request)
        earlier = self.stock.earlier(order, name)
        steps = ((Role.BASE, earlier.base),) if earlier else ()
        case = Case(f"base/{name}/{order.uuid}", (*steps, (Role.CHANGE, exchange)), BASE)
        self.refusals.note(exchange, Made(order, name, lambda base, _order, _kit: base, plans.Need()))
        read = self.read(order) if self.reads_back and self.stock.again else None
        if read is not None:
            case = self.reread(replace(case, steps=(*case.steps, (Role.READ, read))), order)
            read = case.steps[-1][1]
        self.keep(case)
        standing = Standing(name, exchange, read)
        self.stock.keep(order, standing)
        return standing

    def replay(self, case: Case) -> Case:
        """Send a case's exchanges again, in their order and with their roles. Raises RefusedToSendError.

        A base that would be carried out a second time is taken as it was; any other such request may not leave.
        """
        kept = set() if self.stock.repeats(case.all(Role.BASE)) else {Role.BASE}
        check_may_be_sent_again(exchange for role, exchange in case.steps if role not in kept)
        together = any(role == Role.RACE for role, _ in case.steps)
        steps: list[tuple[str, Exchange]] = []
        racing = [(role, exchange.request) for role, exchange in case.steps if role == Role.RACE]
        for role, exchange in case.steps:
            if role in kept:
                steps.append((role, exchange))
            elif role != Role.RACE:
                steps.append((role, self.transport.send(exchange.request)))
            elif together:
                steps += self.send_all(racing, together=True)
                together = False
        self.stock.forget()
        return replace(case, steps=tuple(steps))
