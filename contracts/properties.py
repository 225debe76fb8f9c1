"""How a property meets the oracles: it sends an attempt, and each new kind of divergence is its own exception."""

from __future__ import annotations

import unittest
from dataclasses import dataclass, field, replace
from typing import Any

from contracts.leases import ExhaustedError
from contracts.model import Case, Finding, Order, Request
from contracts.plan import Change, Need
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
        fit = [order for order in self.run.leases.orders if need.met_by(order)]
        if not fit:
            raise unittest.SkipTest(f"no lent order will do: it needs {need.words}")
        return min(fit, key=lambda order: len(order.line_items))

    def __call__(self, edit: Change, *, base: str = "plain", lines: int = 1, units: int = 0) -> Case:
        """Send one change; returns the case where nothing new was found in it."""
        if not self.run.allocates:
            raise unittest.SkipTest("without leave to allocate there is no accepted request to vary")
        try:
            case = self.run.attempt(self.order(Need(lines, units)), base, edit, "property")
        except (LookupError, ExhaustedError) as error:
            raise unittest.SkipTest(str(error)) from None
        self.judge(case)
        self._finished(case)
        return case

    def generated(self, request: Request, made_for: Order) -> None:
        """Send a request that a generator made for an order, once; its verdict comes at the end.

        Where orders are allocated once, it is sent for one that was not.
        """
        if request in self._sent:
            return
        self._sent.add(request)
        order = made_for
        if self.run.leases.once:
            order = self.order(Need(len(made_for.line_items)))
            request = _renamed(request, made_for, order)
        case = self.run.attempt(order, "plain", lambda _base, _order, _kit: request, "schemathesis")
        if self.run.round:
            found = {finding.signature for finding in self.run.judge(case)}
            new = found - self.run.known - self.run.found
            self.run.found |= found
            if not new:
                self._finished(case)

    def _finished(self, case: Case) -> None:
        """A campaign has no end in sight: what showed nothing new is not kept in memory."""
        if self.run.round:
            self.run.drop(case)

    def judge(self, case: Case) -> None:
        """Raise for the first finding whose signature is new."""
        for finding in self.run.judge(case):
            self.run.found.add(finding.signature)
            if finding.signature not in self.run.known:
                raise self._kind(finding)(_told(finding))

    def _kind(self, finding: Finding) -> type[NewDivergence]:
        name = f"Divergence{finding.signature}"
        return self._kinds.setdefault(name, type(name, (NewDivergence,), {}))


def _renamed(request: Request, before: Order, after: Order) -> Request:
    """A request for one order as one for another that has as many line items."""
    path, body = request.path, request.body
    pairs = [(before.uuid, after.uuid)]
    pairs += [(old.uuid, new.uuid) for old, new in zip(before.line_items, after.line_items, strict=False)]
    for old, new in pairs:
        path, body = path.replace(old, new), body.replace(old.encode(), new.encode())
    return replace(request, path=path, body=body)


def _told(finding: Finding) -> str:
    return f"{finding.clause}\n  expected  {finding.expected}\n  observed  {finding.observed}"


def only_divergences(error: BaseException) -> bool:
    """Whether an error, or all of a group of errors, are divergences and no trouble in the suite."""
    if isinstance(error, BaseExceptionGroup):
        return all(only_divergences(each) for each in error.exceptions)
    return isinstance(error, NewDivergence)
