"""Decides whether a request is sent again, and waits before it is."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from contracts.judging.attempts import IDEMPOTENT, UNAVAILABLE, Sign, sign
from contracts.judging.failures import REPEATS, Failure, failure
from contracts.model.exchange import Exchange
from contracts.transport.limits import Limits, Pace

ATTEMPTS = 3
"""How often a request is sent that gets no answer of the application while others do."""

ATTEMPTS_UNAVAILABLE = 7
"""The same for 503, which may be a limit of the rate: a lower one has to be reached first."""

ATTEMPTS_HANGING = 2
"""The same for a target that says nothing: each attempt takes as long as it may."""

CONSTANT = 3
"""So many requests fail each time they are sent before failures like theirs are taken for constant."""

FEW_BROKEN, MOST_BROKEN = 4, 0.3
"""So many connections that were used before, and such a share of them, are not answered by a server that keeps none."""

PROBE_SECONDS = 1.0
"""Seconds between two looks whether a target that is gone has come back."""


@dataclass
class FailurePool:
    """Requests with failures of one kind."""

    #: Whether one passed when it was sent again.
    passed: bool = False
    #: How many never did.
    constant: int = 0

    @property
    def most(self) -> int:
        """How often the next request with such a failure is sent."""
        return REPEATS if self.passed or self.constant < CONSTANT else 2


class Retries:
    """Decides for all threads that send."""

    def __init__(self, pace: Pace, limits: Limits, is_up: Callable[[], bool | None]) -> None:
        """Begin with nothing known.

        Args:
            pace: counts the answers that others get meanwhile, and waits.
            limits: how long the first pause is.
            is_up: sends a request that was accepted before and says whether the application answers it; None if
                nothing was accepted yet.
        """
        self._pace = pace
        self._pause = limits.pause
        self._hanging = limits.step_seconds
        self._is_up = is_up
        self._pools: dict[Failure, FailurePool] = defaultdict(FailurePool)
        self._lock = threading.Lock()
        self._looking = threading.Lock()

    def again(self, tried: Sequence[Exchange], answers: Sequence[int]) -> bool:
        """Return True, after a pause, if the request is to be sent again.

        `tried` are the attempts so far, and `answers` says how many answers the target had given before each of them.
        Raises TargetLostError if the target does not come back.
        """
        last = tried[-1]
        seen = sign(last)
        if seen is Sign.LIMITED:
            return last.request.method in IDEMPOTENT or last.status != UNAVAILABLE
        if seen is Sign.PASSED:
            self._passed(tried)
            return False
        if last.request.method not in IDEMPOTENT:
            return False
        return self._broken(tried, answers) if seen is Sign.BROKEN else self._failed(tried)

    def _broken(self, tried: Sequence[Exchange], answers: Sequence[int]) -> bool:
        lost = sum(sign(each) is Sign.BROKEN for each in tried)
        limited = tried[-1].status == UNAVAILABLE and self._pace.may_be_limit
        most = ATTEMPTS_UNAVAILABLE if limited else ATTEMPTS
        if tried[-1].response is None and tried[-1].seconds >= self._hanging:
            most = ATTEMPTS_HANGING
        if lost < most:
            self._pace.pause(self._pause * 2 ** (lost - 1))
            return True
        # An answer to another request between the last two attempts: the target is there, and fails on this one.
        back = answers[-1] == answers[-2] and self._comes_back(answers[-1])
        if not back and tried[-1].status == UNAVAILABLE:
            self._pace.no_limit()
        return back

    def _comes_back(self, answers: int) -> bool:
        """Return True once the target answers again; False if it has never accepted a request that could be asked."""
        with self._looking:
            if self._pace.answers > answers:
                return True  # it has come back while this thread waited for its turn to look
            while not (up := self._is_up()):
                if up is None:
                    return False
                self._pace.pause(min(PROBE_SECONDS, self._pause * 5))
            return True

    def _failed(self, tried: Sequence[Exchange]) -> bool:
        times = sum(sign(each) is Sign.FAILED for each in tried)
        with self._lock:
            pool = self._pools[failure(tried[-1])]
            if times >= pool.most:
                pool.constant += 1
                return False
        self._pace.pause(self._pause / 2 * (times - 1))
        return True

    def _passed(self, tried: Sequence[Exchange]) -> None:
        failed = [each for each in tried if sign(each) is Sign.FAILED]
        if failed:
            with self._lock:
                self._pools[failure(failed[-1])].passed = True


@dataclass
class Reuse:
    """Whether the target answers on connections that were used before. The caller holds a lock."""

    #: How many requests were sent on such connections.
    used: int = 0
    #: How many of them were not answered.
    broken: int = 0

    def add(self, *, answered: bool) -> None:
        """Count an exchange over a connection that was used before."""
        self.used += 1
        self.broken += not answered

    @property
    def works(self) -> bool:
        """Return whether to keep connections: a server that closes most of them needs a new one each time."""
        return self.broken < FEW_BROKEN or self.broken < self.used * MOST_BROKEN
