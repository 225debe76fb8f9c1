"""One run against one target: calibrate, send what is planned, keep every case. Knows no endpoint."""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from contracts.endpoint import plan as plans
from contracts.engine import facts
from contracts.engine.execution import UNSURE, execute
from contracts.engine.leases import Leases
from contracts.engine.log import Kept
from contracts.engine.progress import Progress, silent
from contracts.engine.refusals import Made, Refusals
from contracts.engine.rereads import REREAD_SECONDS, Rereads
from contracts.engine.standing import NoBaseError, Standing, kit_of_base
from contracts.engine.watch import Watch
from contracts.judging.attempts import may_be_sent_again
from contracts.judging.way import Reason
from contracts.model.case import BASE, READ_BACK, Case
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
class Run(Kept):
    """A run in progress.

    `unsent` says why generated requests were not let out; `stopped` is the exit code and the reason where nothing
    more can be sent.
    """

    target: Target = field(kw_only=True)
    transport: Transport = field(kw_only=True)
    leases: Leases = field(kw_only=True)
    seed: int = 0
    progress: Progress = silent
    unsent: list[str] = field(default_factory=list)
    stopped: tuple[ExitCode, str] | None = None
    kit: plans.Kit = field(init=False)
    refusals: Refusals = field(init=False)
    watch: Watch = field(init=False)
    _standing: dict[str, Standing] = field(default_factory=dict)
    _accepted: dict[tuple[str, str], Standing] = field(default_factory=dict)
    _proofs: dict[str, Standing] = field(default_factory=dict)
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
        self.leases.added = self._added
        self.transport.tried = self.keep

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
            again = replace(case, steps=(*case.steps, ("read", read)))
            left.intersection_update(self._differing(again))
            return again

    def _differing(self, case: Case) -> set[str]:
        """The signatures of what a case's read-backs show."""
        clauses = [c for c in self.endpoint.catalogue.clauses.values() if READ_BACK in c.source]
        found = [item for clause in clauses for item in self._ask(clause, case) if isinstance(item, Finding)]
        reads = case.all("before", "read")
        return {finding.signature for finding in found if finding.exchange in reads}

    def planned(self) -> list[plans.PlannedCase]:
        """All planned cases of the endpoint, for the dialect found. Raises DefinitionError."""
        return self.endpoint.planned(self.kit)

    def execute(self, cases: Iterable[plans.PlannedCase]) -> None:
        """Send planned cases, the chains of different orders concurrently; then settle the questions."""
        sendable = [case for case in cases if not self._unsuited(case)]
        execute(self, sendable)
        self.explain_refusals()

    def explain_refusals(self) -> None:
        """Find out which refusals the state of an order explains, before they are reported; settle the questions.

        If this target refuses some further changes, each order is changed once from now on.
        """
        self.settle()
        if self.may_change and self.refusals.explain([f for case in self.cases for f in self.judge(case)]):
            self.settle()
        self.leases.once = self.leases.once or self.context.elsewhere.state_rule

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
            self.forget(order)
            self.leases.spend(order)

    def forget(self, order: Order) -> None:
        """Forget what is stored on an order: it is unknown from now on."""
        self._standing.pop(order.uuid, None)

    def has_base(self, order: Order, name: str) -> bool:
        """Return True if the base of this name was accepted on an order."""
        return (order.uuid, name) in self._accepted

    def stored(self, order: Order, name: str) -> Standing | None:
        """The base of this name that was accepted on an order, where it is no longer stored; else None."""
        standing = self._accepted.get((order.uuid, name))
        return None if standing is None or order.uuid in self._standing else replace(standing, before=None)

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
        standing = self._proofs.get(name) if self.leases.once else self._standing.get(order.uuid)
        if standing is not None and standing.name == name:
            return standing
        before = self._accepted.get((order.uuid, name))
        if before is not None and not may_be_sent_again(before.base):
            return before
        order = self.leases.fresh(plans.Need(), other_than=order) if self.leases.once else order
        request = self.endpoint.definition.bases[name](order, kit_of_base(self, order, name))
        if request is None:
            return None
        exchange = self.transport.send(request)
        if self.is_unsure([exchange]) and may_be_sent_again(exchange):
            exchange = self.transport.send(request)
        earlier = self._accepted.get((order.uuid, name))
        steps = (("base", earlier.base),) if earlier else ()
        case = Case(f"base/{name}/{order.uuid}", (*steps, ("change", exchange)), BASE)
        self.refusals.note(exchange, Made(order, name, lambda base, _order, _kit: base, plans.Need()))
        read = self.read(order) if self.reads_back and not self.leases.once else None
        if read is not None:
            case = self.reread(replace(case, steps=(*case.steps, ("read", read))), order)
            read = case.steps[-1][1]
        self.keep(case)
        standing = Standing(name, exchange, read)
        if exchange.accepted or exchange.refused:
            self._standing[order.uuid] = standing
        if exchange.accepted or not self.may_change:
            self._proofs[name] = standing
        if exchange.accepted:
            self._accepted[order.uuid, name] = standing
        if not exchange.refused:
            self.leases.spend(order)
        return standing

    def attempt(
        self,
        order: Order,
        base: str,
        edit: plans.Change,
        name: str,
        origin: str,
        *if_refused: plans.Change,
        times: int = UNSURE,
    ) -> Case:
        """Send one more change of an accepted request on an order that nothing else uses now.

        If it is refused, `if_refused` are sent too, unless orders are changed once: they show what that means.
        If it is unknown what one of them did, all are sent again, up to so many `times`.
        Raises RefusedToSendError, and NoBaseError where this target accepts no such base.
        """
        standing = self._accepted.get((order.uuid, base)) or self.base(order, base)
        if standing is None or (self.may_change and not standing.base.accepted):
            raise NoBaseError(f"this target accepts no request of the kind {base} on {order.uuid}")
        request = standing.request(self, order, name)
        exchange = self.transport.send(edit(request, order, self.kit))
        self.refusals.note(exchange, Made(order, base, edit, plans.Need(order.size)))
        sent = [exchange]
        if exchange.refused and not self.leases.once:
            sent += [self.transport.send(further(request, order, self.kit)) for further in if_refused]
        self.note(order, sent)
        if times and not self.leases.once and self.is_unsure(sent) and all(map(may_be_sent_again, sent)):
            self._accepted.pop((order.uuid, base), None)
            return self.attempt(order, base, edit, name, origin, *if_refused, times=times - 1)
        if not exchange.refused and not exchange.accepted:
            self._accepted.pop((order.uuid, base), None)  # its effect is unknown: the base again, before the next
        steps = (("base", standing.base), *(("change", each) for each in sent))
        return self.keep(Case(name, steps, origin))

    def replay(self, case: Case) -> Case:
        """Send a case's exchanges again, in their order and with their roles. Raises RefusedToSendError.

        A base that would be carried out a second time is taken as it was; any other such request may not leave.
        """
        kept = {"base"} if self.leases.once or not all(map(may_be_sent_again, case.all("base"))) else set()
        check_may_be_sent_again(exchange for role, exchange in case.steps if role not in kept)
        together = any(role == "race" for role, _ in case.steps)
        steps: list[tuple[str, Exchange]] = []
        racing = [(role, exchange.request) for role, exchange in case.steps if role == "race"]
        for role, exchange in case.steps:
            if role in kept:
                steps.append((role, exchange))
            elif role != "race":
                steps.append((role, self.transport.send(exchange.request)))
            elif together:
                steps += self.send_all(racing, together=True)
                together = False
        self._standing.clear()
        return replace(case, steps=tuple(steps))
