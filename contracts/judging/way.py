"""The way to the application: which answers say nothing of it, and why. Pure."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

from contracts.judging.attempts import CREDENTIAL_ORIGIN, GATEWAY, IDEMPOTENT, ORIGIN, SHARED, Sign, is_doubtful, sign
from contracts.judging.backends import Backends
from contracts.judging.failures import REPEATS, Failure, failure
from contracts.judging.front import Front
from contracts.model.case import Case, Role
from contracts.model.exchange import Exchange
from contracts.model.unknown import Part

ASIDE = frozenset({ORIGIN, CREDENTIAL_ORIGIN, SHARED})
"""The origins of cases that no oracle judges: they show the way, or that somebody else uses an order."""

CHANCE = 0.01
"""If a request fails every time it is sent, and chance alone does that so seldom in a run, it fails on its own."""


RECENT = 256
"""So many exchanges are remembered to count each once."""

UNDONE = frozenset({"", "identity", "gzip", "x-gzip", "deflate"})
"""The content codings that are undone when an answer is received."""

OFTEN = 3
"""So often a gateway has to say of one request that it got no answer, before the application is held to fail on it.

After so many requests of one method that may not be sent again, none of them with an answer, it fails on the method.
"""


class Reason(Enum):
    """Why an answer says nothing of the application."""

    EXPIRED = "the token was no longer accepted"
    UNSURE = "the answer was lost, and the effect of the request is unknown"
    LOST = "no answer of the application came; one came when the request was sent again, if it was"
    INTERMITTENT = "the application failed, as it does now and then whatever is sent"
    CODED = "the answer is in a content coding that was not asked for and that the suite cannot undo"
    INTERMEDIARY = "something in front of the application answered"


@dataclass
class AlikeFailures:
    """Requests that were answered 500 in the same words."""

    #: How many passed when they were sent again.
    passed: int = 0
    #: How many repeats failed too.
    failed: int = 0
    #: One of the answers.
    first: Exchange | None = None
    #: How often each failed that never passed, by the id of its last exchange.
    constant: dict[str, int] = field(default_factory=dict)

    @property
    def members(self) -> int:
        """How many requests failed so."""
        return self.passed + len(self.constant)

    @property
    def is_intermittent(self) -> bool:
        """Return whether at least half of the requests that were sent again passed then."""
        repeated = self.passed + sum(times > 1 for times in self.constant.values())
        return 0 < self.passed >= repeated / 2

    def fails_on_its_own(self, times: int) -> bool:
        """Return True if chance cannot explain that one of these requests failed so many times in a row."""
        share = (self.failed + 1) / (self.failed + self.passed + 2)
        return times >= REPEATS and self.members * share ** (times - 1) < CHANCE


@dataclass
class Way:
    """What the cases so far show of the way between the suite and the application."""

    #: Requests, each once however often it was sent.
    requests: int = 0
    #: The times at which requests were sent, in seconds since the epoch.
    sent: array[float] = field(default_factory=lambda: array("d"))
    #: The times at which answers of the application ended.
    passed: array[float] = field(default_factory=lambda: array("d"))
    #: How many answers were limits of the rate.
    limited: int = 0
    #: How the application signs its answers.
    front: Front = field(default_factory=Front)
    #: How its answers differ, which may come from several servers.
    backends: Backends = field(default_factory=Backends)
    #: Failures of the application, by status and text.
    pools: dict[Failure, AlikeFailures] = field(default_factory=lambda: defaultdict(AlikeFailures))
    #: Attempts at requests whose answer was lost at first.
    lost: list[Case] = field(default_factory=list)
    #: How many answers a cache gave.
    cached: int = 0
    #: How many answers are in a content coding that could not be undone, by its name.
    coded: dict[str, int] = field(default_factory=dict)
    #: One of them.
    coded_first: Exchange | None = None
    #: When a token was first no longer accepted; None if that did not happen.
    expired_at: float | None = None
    #: The orders that somebody else uses too, whose state says nothing.
    shared: set[str] = field(default_factory=set)
    #: How long an answer may take; None if the target's table does not say.
    most_seconds: float | None = None
    #: How long each answer of the application took.
    seconds: array[float] = field(default_factory=lambda: array("d"))
    #: The answer that took longest.
    slowest: Exchange | None = None
    _recent: dict[str, None] = field(default_factory=dict)
    _unsure: set[str] = field(default_factory=set)
    _lost: set[str] = field(default_factory=set)
    _lost_methods: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _passed_methods: set[str] = field(default_factory=set)

    def add(self, case: Case) -> None:
        """Take one more case into account."""
        if case.origin == ORIGIN:
            self._attempts([exchange for _, exchange in case.steps], case)
        elif case.origin == CREDENTIAL_ORIGIN:
            began = min(exchange.started for _, exchange in case.steps)
            self.expired_at = began if self.expired_at is None else min(began, self.expired_at)
        elif case.origin == SHARED:
            self.shared.add(case.id.rpartition("/")[2])
        else:
            for role, exchange in case.steps:
                if role not in {Role.BASE, Role.BEFORE} and self._is_new(exchange):
                    self.requests += 1
                    self.sent.append(exchange.started)
                    self._answer(exchange)

    def _is_new(self, exchange: Exchange) -> bool:
        """Return False if a case shortly before had the exchange too: refusals in a row share what was read after."""
        if exchange.id in self._recent:
            return False
        self._recent[exchange.id] = None
        if len(self._recent) > RECENT:
            del self._recent[next(iter(self._recent))]
        return True

    def _attempts(self, tried: list[Exchange], case: Case) -> None:
        last = tried[-1]
        if len(tried) < OFTEN and last.request.method in IDEMPOTENT and all(each.status in GATEWAY for each in tried):
            self._lost.update(each.id for each in tried)  # of a recording: a run sends such a request again
            self.lost += [case] if sign(last) is Sign.BROKEN else []
            return
        signs = [sign(each) for each in tried]
        self.limited += signs.count(Sign.LIMITED)
        if is_doubtful(tried) and last.request.method in IDEMPOTENT:
            self._unsure.add(last.id)
        elif is_doubtful(tried):
            self._lost_methods[last.request.method] += 1
        failed = [each for each in tried if sign(each) is Sign.FAILED]
        if failed:
            pool = self.pools[failure(failed[-1])]
            pool.first = pool.first or failed[0]
            if signs[-1] is Sign.PASSED:
                pool.passed += 1
                pool.failed += len(failed) - 1
                for each in tried[:-1]:
                    pool.constant.pop(each.id, None)
            elif signs[-1] is Sign.FAILED:
                pool.constant[last.id] = len(failed)
        if Sign.BROKEN in signs and signs[-1] not in {Sign.BROKEN, Sign.LIMITED}:
            self.lost.append(case)
        if signs[-1] in {Sign.PASSED, Sign.FAILED}:
            self._lost.update(each.id for each in tried[:-1] if sign(each) is Sign.BROKEN)

    def _answer(self, exchange: Exchange) -> None:
        known = exchange.response is not None and Part.RESPONSE_HEADERS not in exchange.lacks
        if known and exchange.accepted and exchange.response and exchange.response.body[:1] in {b"{", b"["}:
            self.front.learn(exchange)
        self.cached += exchange.response is not None and exchange.response.is_cached
        coding = coding_of(exchange)
        if coding:
            self.coded[coding] = self.coded.get(coding, 0) + 1
            self.coded_first = self.coded_first or exchange
        seen = sign(exchange)
        if seen in {Sign.PASSED, Sign.FAILED} and Part.TIME not in exchange.lacks:
            self.seconds.append(exchange.seconds)
            self.slowest = max(self.slowest or exchange, exchange, key=lambda each: each.seconds)
        if seen is Sign.PASSED:
            self.backends.add(exchange)
            self.passed.append(exchange.started + exchange.seconds)
            self._passed_methods.add(exchange.request.method)
        if seen is Sign.FAILED:
            pool = self.pools[failure(exchange)]
            pool.first = pool.first or exchange
            pool.constant.setdefault(exchange.id, 1)

    def reason(self, exchange: Exchange) -> Reason | None:
        """Return why the answer of an exchange says nothing of the application, or None if it does."""
        if self.expired_at is not None and exchange.started + exchange.seconds >= self.expired_at:
            return Reason.EXPIRED
        if exchange.id in self._unsure or self._is_lost_once(exchange):
            return Reason.UNSURE
        if exchange.id in self._lost:
            return Reason.LOST
        if sign(exchange) is Sign.FAILED and self._comes_and_goes(exchange):
            return Reason.INTERMITTENT
        if coding_of(exchange):
            return Reason.CODED
        if Part.RESPONSE_HEADERS in exchange.lacks:
            return None
        return Reason.INTERMEDIARY if self.front.intermediary(exchange) else None

    def _is_lost_once(self, exchange: Exchange) -> bool:
        """Return True if a request that may not be sent again got no answer, and not because of its method."""
        method = exchange.request.method
        if method in IDEMPOTENT or sign(exchange) is not Sign.BROKEN:
            return False
        return method in self._passed_methods or self._lost_methods.get(method, 0) < OFTEN

    def _comes_and_goes(self, exchange: Exchange) -> bool:
        pool = self.pools.get(failure(exchange))
        if pool is None or not pool.is_intermittent:
            return False
        return not pool.fails_on_its_own(pool.constant.get(exchange.id, 1))

    def aside(self, case: Case) -> Reason | None:
        """Return why nothing in a case may be judged, or None if it may be."""
        return next((reason for _, exchange in case.steps if (reason := self.reason(exchange)) is not None), None)

    def is_shared(self, case: Case) -> bool:
        """Return True if a case names an order that somebody else uses."""
        return any(uuid in exchange.request.path.lower() for uuid in self.shared for _, exchange in case.steps)

    @property
    def known(self) -> tuple[object, ...]:
        """What decides `reason`, as a value: if it is the same, so are the reasons."""
        pools = tuple(sorted(kind for kind, pool in self.pools.items() if pool.is_intermittent))
        lost = tuple(sorted(self._lost_methods.items())), tuple(sorted(self._passed_methods))
        return (
            self.front.signature,
            pools,
            self.expired_at,
            len(self._unsure),
            len(self._lost),
            len(self.shared),
            lost,
        )


def coding_of(exchange: Exchange) -> str | None:
    """Return the content coding of an answer that was left as it is, or None if the body can be read."""
    response = exchange.response
    if response is None or not response.body:
        return None
    coding = (response.header("Content-Encoding") or "identity").strip().lower()
    return None if coding in UNDONE else coding[:40]


def way_of(cases: Iterable[Case], most_seconds: float | None = None) -> Way:
    """Return what cases show of the way to the application; an answer may take `most_seconds`, if that is known."""
    way = Way(most_seconds=most_seconds)
    for case in cases:
        way.add(case)
    return way
