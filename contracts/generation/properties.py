"""How a property meets the oracles: it sends an attempt, and each new kind of divergence is its own exception."""

from __future__ import annotations

import unittest
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from contracts.endpoint.plan import Change, Kit, Need
from contracts.engine.leases import ExhaustedError
from contracts.engine.run import Run
from contracts.generation.prefetch import Lanes, renamed
from contracts.model.case import Case
from contracts.model.exchange import Order, Request
from contracts.model.finding import Finding
from contracts.transport.interlock import RefusedToSendError

UNSENT = (LookupError, ExhaustedError, RefusedToSendError)
"""Why an attempt may not be sent: the base is refused, no order is left, or it may not leave."""


class NewDivergence(AssertionError):  # noqa: N818 - it is what was found, not trouble in the suite
    """A divergence that was not known before the property began.

    There is a sub-class for each signature, so that Hypothesis tells them apart and shrinks each.
    """


@dataclass(repr=False)
class Attempts:
    """Sends changes of accepted requests on one test order, and raises what is new about the answer."""

    run: Run
    _kinds: dict[str, type[NewDivergence]] = field(default_factory=dict)
    _listening: bool = False
    _sent: set[Request] = field(default_factory=set)
    _fit: dict[tuple[Need, int], tuple[Order, ...]] = field(default_factory=dict)
    _generated: list[Future[Case]] = field(default_factory=list)
    _ahead: dict[tuple[str, Request], Future[Case]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._lanes = Lanes(self.run)

    def __repr__(self) -> str:
        """Short: Hypothesis prints it with every falsifying example."""
        return "attempt"

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        """The same for Hypothesis, which else prints every field of a dataclass: all bodies of the run."""
        printer.text(repr(self))

    def order(self, need: Need) -> Order:
        """The smallest test order that will do; skips the property where no order will do."""
        if self.run.leases.once:
            try:
                return self.run.leases.fresh(need)
            except ExhaustedError as error:
                raise unittest.SkipTest(str(error)) from None
        return self._orders(need)[0]

    def _orders(self, need: Need) -> tuple[Order, ...]:
        """Those that will do, the smallest first; the same as long as no further order is made."""
        orders = self.run.leases.orders
        key = (need, len(orders))
        if key not in self._fit:
            fit = [order for order in orders if need.met_by(order)]
            self._fit[key] = tuple(sorted(fit, key=lambda order: len(order.line_items)))
        if not self._fit[key]:
            raise unittest.SkipTest(f"no test order will do: it needs {need.words}")
        return self._fit[key]

    def __call__(
        self,
        edit: Change,
        *,
        base: str = "plain",
        lines: int = 1,
        units: int = 0,
        if_refused: tuple[Change, ...] = (),
    ) -> None:
        """Send one change, and raise what is new about the answer; if it is refused, `if_refused` are sent after it."""
        if not self.run.may_change:
            raise unittest.SkipTest("without permission to allocate there is no accepted request to vary")
        need = Need(lines, units)
        try:
            if self._listening:
                self._collect(need, base, edit, if_refused)
                return
            case = self._answered(self.order(need), base, edit, if_refused)
        except (LookupError, ExhaustedError) as error:
            raise unittest.SkipTest(str(error)) from None
        self.judge(case)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Attempts in here are only collected: they are sent meanwhile, for those that follow."""
        self._listening = True
        try:
            yield
        finally:
            self._listening = False

    def unremarkable(self) -> bool:
        """Return whether all that was collected was sent and shows nothing new. If so, nothing more is waited for."""
        try:
            cases = [sent.result() for sent in self._ahead.values()]
        except UNSENT:
            return False
        shown = {finding.signature for case in cases for finding in self.run.judge(case)}
        if not shown <= self.run.known:
            return False
        self.run.found |= shown
        self._ahead.clear()
        return True

    def generated(self, request: Request, made_for: Order) -> None:
        """Have a request sent that a generator made for an order, once; it is judged at the end.

        It is sent for an order that has as many line items; where orders are changed once, for one that was not.
        """
        if request in self._sent:
            return
        self._sent.add(request)
        need = Need(len(made_for.line_items))
        alike = [order for order in self.run.leases.orders if len(order.line_items) == need.lines]

        def instead(_base: Request, order: Order, _kit: Kit) -> Request:
            return renamed(request, made_for, order)

        once = self.run.leases.once
        sent = self._lanes.send("schemathesis", "plain", instead, (self.order(need),) if once else alike)
        self._generated.append(sent)
        if once:
            sent.exception()  # an order is spent with each, and the next has to be another

    def settle(self) -> None:
        """Wait for what was generated; nothing was asked of it. What was sent ahead and not asked for stays a case."""
        ahead, self._ahead = self._ahead, {}
        generated, self._generated = self._generated, []
        for sent in ahead.values():
            with suppress(*UNSENT):
                sent.result()
        for sent in generated:
            try:
                sent.result()
            except UNSENT as error:
                self.run.unsent.append(str(error))
        self._lanes.settled()

    def close(self) -> None:
        """Send nothing more."""
        self._lanes.close()

    def abandon(self) -> None:
        """Send nothing more, and wait for nothing."""
        self.close()
        self._ahead.clear()
        self._generated.clear()

    def _collect(self, need: Need, base: str, edit: Change, if_refused: tuple[Change, ...]) -> None:
        orders = self._orders(need)
        key = self._key(orders[0], base, edit)
        if key not in self._ahead:
            self._ahead[key] = self._lanes.send("property", base, edit, orders, *if_refused)

    def _key(self, order: Order, base: str, edit: Change) -> tuple[str, Request]:
        """Return what identifies an attempt: base, and request on the smallest order. LookupError without a base."""
        plain = self.run.endpoint.definition.bases[base](order, self.run.kit)
        if plain is None:
            raise LookupError(f"this target accepts no request of the kind {base}")
        return base, edit(plain, order, self.run.kit)

    def _answered(self, order: Order, base: str, edit: Change, if_refused: tuple[Change, ...]) -> Case:
        """The case of an attempt, sent ahead or now."""
        ahead = self._ahead.get(self._key(order, base, edit)) if self._ahead else None
        if ahead is not None:
            with suppress(*UNSENT):
                return ahead.result()
        return self._lanes.send("property", base, edit, (order,), *if_refused).result()

    def judge(self, case: Case) -> None:
        """Raise for the first finding whose signature is new."""
        new = [finding for finding in self.run.judge(case) if finding.signature not in self.run.known]
        if self.run.refusals.explain(new):
            self.run.settle()
        for finding in self.run.judge(case):
            self.run.found.add(finding.signature)
            if finding.signature not in self.run.known:
                raise self._kind(finding)(_in_words(finding))

    def _kind(self, finding: Finding) -> type[NewDivergence]:
        name = f"Divergence{finding.signature}"
        return self._kinds.setdefault(name, type(name, (NewDivergence,), {}))


def _in_words(finding: Finding) -> str:
    return f"{finding.clause}\n  expected  {finding.expected}\n  observed  {finding.observed}"


def only_divergences(error: BaseException) -> bool:
    """Return whether an error, or all of a group of errors, are divergences and no trouble in the suite."""
    if isinstance(error, BaseExceptionGroup):
        return all(only_divergences(each) for each in error.exceptions)
    return isinstance(error, NewDivergence)
