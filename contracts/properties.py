"""How a property meets the oracles: it sends an attempt, and each new kind of divergence is its own exception."""

from __future__ import annotations

import unittest
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from contracts.ahead import Wanted, named_anew, side_by_side
from contracts.leases import ExhaustedError
from contracts.model import Case, Finding, Order, Request
from contracts.plan import Change, Kit, Need
from contracts.run import Run


class NewDivergence(AssertionError):  # noqa: N818 - it is what was found, not trouble in the suite
    """A divergence that was not known before the property began.

    There is a sub-class for each signature, so that Hypothesis tells them apart and shrinks each.
    """


@dataclass(repr=False)
class Attempts:
    """Sends changes of accepted requests on one lent order, and raises what is new about the answer."""

    run: Run
    _kinds: dict[str, type[NewDivergence]] = field(default_factory=dict)
    _sent: set[Request] = field(default_factory=set)
    _numbers: Iterator[int] = field(default_factory=count)
    _listening: bool = False
    _wanted: dict[tuple[str, Request], Wanted] = field(default_factory=dict)
    _ahead: dict[tuple[str, Request], Case | Exception] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Short: Hypothesis prints it beside every falsifying example."""
        return "attempt"

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        """The same for Hypothesis, which else prints every field of a dataclass: all bodies of the run."""
        printer.text(repr(self))

    def order(self, need: Need) -> Order:
        """The smallest lent order that will do; skips the property where there is none."""
        if self.run.leases.once:
            try:
                return self.run.leases.fresh(need)
            except ExhaustedError as error:
                raise unittest.SkipTest(str(error)) from None
        return self._orders(need)[0]

    def _orders(self, need: Need) -> tuple[Order, ...]:
        fit = [order for order in self.run.leases.orders if need.met_by(order)]
        if not fit:
            raise unittest.SkipTest(f"no lent order will do: it needs {need.words}")
        return tuple(sorted(fit, key=lambda order: len(order.line_items)))

    def __call__(self, edit: Change, *, base: str = "plain", lines: int = 1, units: int = 0) -> None:
        """Send one change, and raise what is new about the answer."""
        if not self.run.allocates:
            raise unittest.SkipTest("without leave to allocate there is no accepted request to vary")
        need = Need(lines, units)
        try:
            if self._listening:
                self._hear(need, base, edit)
                return
            order = self.order(need)
            case = self._sent_ahead(order, base, edit) or self._send(order, base, edit)
        except (LookupError, ExhaustedError) as error:
            raise unittest.SkipTest(str(error)) from None
        self.judge(case)
        self._finished(case)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Attempts in here are only heard; at its end they are sent side by side, for those that follow."""
        self._listening = True
        try:
            yield
        finally:
            self._listening = False
        wanted, self._wanted = self._wanted, {}
        self._ahead = dict(zip(wanted, side_by_side(self.run, list(wanted.values())), strict=True))

    def generated(self, request: Request, made_for: Order) -> None:
        """Have a request sent that a generator made for an order, once, after the property; judged at the end.

        It is sent for an order that has as many line items; where orders are allocated once, for one that was not.
        """
        if request not in self._sent:
            self._sent.add(request)
            need = Need(len(made_for.line_items))
            alike = [order for order in self.run.leases.orders if len(order.line_items) == need.lines]
            orders = (self.order(need),) if self.run.leases.once else tuple(alike)

            def instead(_base: Request, order: Order, _kit: Kit) -> Request:
                return named_anew(request, made_for, order)

            self._wanted["plain", request] = self._waiting("schemathesis", "plain", instead, orders)
            if self.run.leases.once:
                self.settle()  # an order is spent with each, and the next has to be another

    def settle(self) -> None:
        """Send what was generated; nothing was asked of it. What was sent ahead and not asked for stays a case."""
        wanted, self._wanted, self._ahead = self._wanted, {}, {}
        for found in side_by_side(self.run, list(wanted.values())):
            if isinstance(found, Exception):
                self.run.unsent.append(str(found))
            elif self.run.round:
                signatures = {finding.signature for finding in self.run.judge(found)}
                new = signatures - self.run.known - self.run.found
                self.run.found |= signatures
                if not new:
                    self._finished(found)

    def _hear(self, need: Need, base: str, edit: Change) -> None:
        orders = self._orders(need)
        self._wanted.setdefault(self._key(orders[0], base, edit), self._waiting("property", base, edit, orders))

    def _key(self, order: Order, base: str, edit: Change) -> tuple[str, Request]:
        """What makes two attempts one: the base, and the request on the smallest order. LookupError without a base."""
        plain = self.run.endpoint.definition.bases[base](order, self.run.kit)
        if plain is None:
            raise LookupError(f"this target accepts no request of the kind {base}")
        return base, edit(plain, order, self.run.kit)

    def _sent_ahead(self, order: Order, base: str, edit: Change) -> Case | None:
        if not self._ahead:
            return None
        found = self._ahead.get(self._key(order, base, edit))
        return found if isinstance(found, Case) else None

    def _waiting(self, origin: str, base: str, edit: Change, orders: tuple[Order, ...]) -> Wanted:
        return Wanted(f"{origin}/{next(self._numbers)}", origin, base, edit, orders)

    def _send(self, order: Order, base: str, edit: Change) -> Case:
        return self.run.attempt(order, base, edit, f"property/{next(self._numbers)}", "property")

    def _finished(self, case: Case) -> None:
        """A campaign has no end in sight: what showed nothing new is not kept in memory."""
        if self.run.round:
            self.run.drop(case)
            self._ahead = {key: found for key, found in self._ahead.items() if found is not case}

    def judge(self, case: Case) -> None:
        """Raise for the first finding whose signature is new."""
        for finding in self.run.judge(case):
            self.run.found.add(finding.signature)
            if finding.signature not in self.run.known:
                raise self._kind(finding)(_told(finding))

    def _kind(self, finding: Finding) -> type[NewDivergence]:
        name = f"Divergence{finding.signature}"
        return self._kinds.setdefault(name, type(name, (NewDivergence,), {}))


def _told(finding: Finding) -> str:
    return f"{finding.clause}\n  expected  {finding.expected}\n  observed  {finding.observed}"


def only_divergences(error: BaseException) -> bool:
    """Whether an error, or all of a group of errors, are divergences and no trouble in the suite."""
    if isinstance(error, BaseExceptionGroup):
        return all(only_divergences(each) for each in error.exceptions)
    return isinstance(error, NewDivergence)
