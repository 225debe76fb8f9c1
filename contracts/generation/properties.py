"""What properties send: a batch at a time, each request once, and as many as the run allows."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import replace
from itertools import islice
from typing import Any

import pytest

from contracts.endpoint.plan import Change, Kit, PlannedCase, change, unmet
from contracts.engine.run import Run
from contracts.generation.answers import GeneratedAnswer, answer_in, is_known
from contracts.model.case import PROPERTY, SCHEMATHESIS, Unsent
from contracts.model.exchange import Order, Request

SHRINKS, SHRINKS_ONCE = 40, 8
"""How many requests look for a smaller one once a property has failed; where orders are changed once, fewer."""

ROW = 16
"""So many requests that Schemathesis generates are sent together, while it generates the next."""

Key = tuple[str, Request, tuple[Request, ...]]


class Sender:
    """What one item sends, with what is said of it at its end. Hypothesis and Schemathesis use one class each."""

    def __init__(self, run: Run) -> None:
        """Begin with nothing sent."""
        self.run = run
        self.known: set[str] = set()
        self.unsent: list[str] = []
        self._asked = False

    def _answers(self, origin: str, generated: Sequence[PlannedCase]) -> list[GeneratedAnswer | None]:
        """Send cases; return their answers, None for each that was not sent or says nothing of the application."""
        cases = self.run.generate(origin, generated)
        self.unsent += [each.reason for each in cases if isinstance(each, Unsent)]
        sent = [each for each in cases if not isinstance(each, Unsent)]
        self._asked = self._asked or bool(sent)
        findings = [finding for case in sent for finding in self.run.judge(case)]
        if self.run.refusals.explain(finding for finding in findings if not is_known(finding, self.run)):
            self.run.settle()
        return [
            None if isinstance(case, Unsent) else answer_in(case, self.run, has_witnesses=bool(made.if_refused))
            for case, made in zip(cases, generated, strict=True)
        ]

    def _is_expected(self, answer: GeneratedAnswer) -> bool:
        """Return True if an answer that is not as stated is known; it is an expected failure then."""
        if answer.is_known:
            self.known |= {finding.signature for finding in answer.findings}
        return answer.is_known

    def finish(self) -> None:
        """End the item: skipped if nothing was sent, an expected failure if all that differs is known."""
        if self.known:
            pytest.xfail(f"known: {', '.join(sorted(self.known))}")
        if self.unsent and not self._asked:
            pytest.skip(self.unsent[0])


class Property(Sender):
    """Sends changes of accepted requests for one property, and returns the answers.

    The answer to a request stays the same for the whole property, however often Hypothesis asks for it: what changes
    from one time to the next is found by the clauses, and not an error of Hypothesis.
    """

    def __init__(self, run: Run, most: int) -> None:
        """Send `most` requests, as long as the property holds."""
        super().__init__(run)
        self._left = most
        self._found: dict[Key, GeneratedAnswer | None] = {}
        self._last: GeneratedAnswer | None = None
        self._failed = False
        self._shrinks = SHRINKS
        self._order: Order | None = None

    def __call__(
        self, changes: Iterable[Change | tuple[Change, ...]], *, base: str = "plain", lines: int = 1, units: int = 0
    ) -> Iterator[GeneratedAnswer]:
        """Send the changes that were not sent yet, and return the answers to all, those with known divergences last.

        Args:
            changes: each a change of an accepted request, or a tuple: what follows the first is sent after a refusal
                of it, on the same order. It is excused unless all of these are accepted.
            base: the name of the accepted request.
            lines: how many line items the order has at least.
            units: how many units are ordered of each at least.
        """
        drawn: list[tuple[Key, PlannedCase]] = []
        # While the property holds, each value counts that is drawn, also if it is not new: small spaces are soon known.
        for each in changes if self._failed else islice(changes, self._left):
            edit, *further = each if isinstance(each, tuple) else (each,)
            made = change("", edit, base=base, lines=lines, units=units, read=False, if_refused=tuple(further))
            drawn.append((self._key(made), made))
        asked = dict(drawn)
        new = self._chosen({key: made for key, made in asked.items() if key not in self._found}, len(drawn))
        if new:
            self._found |= zip(new, self._answers(PROPERTY, list(new.values())), strict=True)
        answers = [answer for key in asked if (answer := self._found.get(key)) is not None]
        return self._each(sorted(answers, key=lambda answer: answer.is_known))

    def _chosen(self, new: dict[Key, PlannedCase], drawn: int) -> dict[Key, PlannedCase]:
        """Return those of the new cases that are sent."""
        if self._left:
            chosen = dict(islice(new.items(), self._left))
            self._left -= len(chosen) if self._failed else drawn
            return chosen
        # Hypothesis looks for a smaller batch: first one request of those that were sent, then a smaller request.
        if not self._failed or len(new) > min(1, self._shrinks):
            return {}
        self._shrinks -= len(new)
        order = None if not self.run.stock.again else self._order
        return {key: replace(made, need=replace(made.need, order=order)) for key, made in new.items()}

    def _each(self, answers: list[GeneratedAnswer]) -> Iterator[GeneratedAnswer]:
        for answer in answers:
            self._last = answer
            yield answer

    def _key(self, made: PlannedCase) -> Key:
        """Return what identifies a case: its requests on the smallest order that will do."""
        fit = [order for order in self.run.stock.orders if made.need.met_by(order)]
        if not fit:
            pytest.skip(unmet(made).reason)
        order, kit = min(fit, key=lambda order: order.size), self.run.kit
        base = self.run.endpoint.definition.bases[made.base](order, kit)
        if base is None:
            pytest.skip(f"this target accepts no request of the kind {made.base}")
        first, *others = (edit(base, order, kit) for _, edit in (*made.steps, *made.if_refused))
        return made.base, first, tuple(others)

    def allows(self) -> bool:
        """Return True if an assertion failed on an answer that is a known divergence.

        Else the property has failed, and what Hypothesis sends from now on is to find a smaller request.
        """
        if self._last is not None and self._is_expected(self._last):
            return True
        if not self._failed:
            self._failed = True
            path = self._last.exchange.request.path if self._last is not None else ""
            self._order = next((order for order in self.run.stock.orders if order.uuid in path), None)
            if not self.run.stock.again:
                self._left, self._shrinks = 0, SHRINKS_ONCE
        return False


class Generated(Sender):
    """Sends requests that Schemathesis makes up, some at a time, and holds each answer against what is expected."""

    def __init__(self, run: Run, seen: set[Request], executor: Executor) -> None:
        """Send with an executor that has one thread. A request that is in `seen` is not sent; all others are added."""
        super().__init__(run)
        self._seen = seen
        self._executor = executor
        self._waiting: list[tuple[PlannedCase, Callable[[GeneratedAnswer], None]]] = []
        self._sent: list[Future[None]] = []
        self._failures: list[AssertionError] = []

    def __call__(self, request: Request, made_for: Order, expect: Callable[[GeneratedAnswer], None]) -> None:
        """Have a request sent that was made up for an order, for one that has as many line items.

        `expect` asserts what the answer is; its failure fails the item when all is sent, and does not end generation.
        """
        if request in self._seen:
            return
        self._seen.add(request)

        def instead(_base: Request, order: Order, _kit: Kit) -> Request:
            return renamed(request, made_for, order)

        self._waiting.append((change("", instead, lines=made_for.size, read=False), expect))
        if len(self._waiting) == ROW:
            self._begin()

    def finish(self) -> None:
        """Send what is left; raise the first failure."""
        self._begin()
        for sent in self._sent:
            sent.result()
        self.run.leave_out(self.unsent)
        if self._failures:
            raise self._failures[0]
        super().finish()

    def _begin(self) -> None:
        """Send what waits, in the background. Raises what sending has raised: then nothing more is generated."""
        for sent in self._sent:
            if sent.done():
                sent.result()
        self._sent.append(self._executor.submit(self._send, self._waiting))
        self._waiting = []

    def _send(self, waiting: list[tuple[PlannedCase, Callable[[GeneratedAnswer], None]]]) -> None:
        answers = self._answers(SCHEMATHESIS, [made for made, _ in waiting])
        for answer, (_, expect) in zip(answers, waiting, strict=True):
            if answer is not None:
                try:
                    expect(answer)
                except AssertionError as error:
                    if not self._is_expected(answer):
                        self._failures.append(error)


def renamed(request: Request, before: Order, after: Order) -> Request:
    """Return a request for one order as one for another that has as many line items."""
    path, body = request.path, request.body
    for old, new in zip(before.uuids, after.uuids, strict=False):
        path, body = path.replace(old, new), body.replace(old.encode(), new.encode())
    return Request(request.method, path, request.headers, body, request.credential)


def known_aside(test: Callable[..., None]) -> Callable[..., None]:
    """Return a property that Hypothesis goes on with where it fails for a known divergence alone."""

    @functools.wraps(test)
    def called(*args: Any, **kwargs: Any) -> None:
        __tracebackhide__ = True
        try:
            test(*args, **kwargs)
        except AssertionError:
            sender = next((each for each in kwargs.values() if isinstance(each, Property)), None)
            if sender is None or not sender.allows():
                raise

    return called


class Items:
    """Ends each item that sends generated requests."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        """After the test function, what it only wanted sent, and what is known of all that differs."""
        yield
        for sender in getattr(item, "funcargs", {}).values():
            if isinstance(sender, Sender):
                sender.finish()
