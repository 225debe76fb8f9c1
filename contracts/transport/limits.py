"""Bounds on what a run asks of a target, and the one pace that all its threads share."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from contracts.judging.attempts import GATEWAY, SERVER_ERROR, UNAVAILABLE, Sign, is_away, retry_after, sign
from contracts.model.exchange import Exchange
from contracts.transport.rate import Rate

FEW = 3
"""Exchanges in a row without an answer that are worth a thought."""

NEVER = 6
"""Exchanges without an answer after which a target that has never answered is given up."""

WAITS = 8
"""How often in a row a limit is waited for that no answer has passed since."""

LONGEST_WAIT = 32.0
"""Seconds of the longest wait for a target that limits requests and does not say for how long."""

FIXES = {
    "certificate has expired": "its owner has to renew the certificate",
    "self-signed certificate": "ca_bundle names a file with the certificate of who signed it",
    "unable to get local issuer certificate": "ca_bundle names a file with the certificate of who signed it",
    "WRONG_VERSION_NUMBER": "this port may speak http, and not https",
    "Server disconnected without sending a response": "this port may speak https, and not http",
}
"""What to do where a target is not reached, by a part of what the system says."""


class TargetLostError(Exception):
    """The target is down, answers nothing but limits, or no longer accepts the token (exit 6)."""


class CeilingReachedError(Exception):
    """As many requests were sent as this target allows one run; what was judged till then is reported (exit 2)."""


@dataclass(frozen=True)
class Limits:
    """Bounds of one run."""

    #: To connect, and between two pieces of an answer.
    step_seconds: float = 10.0
    #: For one exchange.
    total_seconds: float = 30.0
    #: So many of a body are kept.
    body_bytes: int = 1_000_000
    #: In all; None without a bound.
    requests: int | None = None
    #: Requests a second at most; None without a bound.
    rate: float | None = None
    #: Requests at the same time.
    concurrency: int = 8
    #: How long a target that is gone is waited for.
    silence_seconds: float = 30.0
    #: After so many requests in a row that were answered 5xx, the target is given up.
    failures: int = 25
    #: A limit of the rate is waited for if it asks for so many seconds at most.
    patience: float = 60.0
    #: Seconds before a request is sent again for the first time.
    pause: float = 0.1


class Clock:
    """The time as the pace sees it; tests have one of their own, in which no one waits."""

    def now(self) -> float:
        """Return seconds that only grow."""
        return time.monotonic()

    def wait(self, ended: threading.Event, seconds: float) -> None:
        """Return after so many seconds, or when the run has ended."""
        ended.wait(seconds)


class Pace:
    """Counts and spaces the requests of one run, for all threads that send."""

    def __init__(self, origin: str, limits: Limits, clock: Clock | None = None) -> None:
        """Begin with no request sent. `may_be_limit` says whether a plain 503 may be a limit of the rate.

        Args:
            origin: the target's, for messages.
            limits: the bounds that are kept.
            clock: the time; the machine's own if left out.
        """
        self.requests = 0
        self.answers = 0
        self.clock = clock or Clock()
        self._origin = origin
        self._limits = limits
        self._rate = Rate(limits.rate)
        self.may_be_limit = True
        self._next = 0.0
        self._waits = 0
        self._silent = 0
        self._gone_since = 0.0
        self._patient_until = 0.0
        self._failed = 0
        self._over: Exception | None = None
        self._ended = threading.Event()
        self._lock = threading.Lock()

    def before(self) -> float:
        """Wait for this request's turn, and return the time. Raises TargetLostError or CeilingReachedError."""
        while True:
            with self._lock:
                if self._over is None and self.requests == self._limits.requests:
                    self._over = CeilingReachedError(
                        f"{self._origin}: the ceiling of {self._limits.requests} requests is reached (max_requests)"
                    )
                if self._over is not None:
                    raise self._over
                now = self.clock.now()
                wait = self._next - now
                if wait <= 0:
                    self.requests += 1
                    self._next = now + self._rate.seconds
                    self._rate.sent(now)
                    return now
            self.clock.wait(self._ended, wait)

    def answered(self, exchange: Exchange, sent: float) -> None:
        """Look at what came back to a request that was sent at `sent`. Raises TargetLostError if nothing more will."""
        with self._lock:
            seen = sign(exchange)
            if is_away(exchange) and self.clock.now() < self._patient_until:
                pass  # it is waited for
            elif seen is Sign.LIMITED:
                self._slow_down(exchange, sent)
            elif seen is Sign.BROKEN or not _is_whole(exchange):
                self._missed(exchange, sent)
            else:
                self._waits = self._silent = 0
                self.answers += 1
                self._rate.passed(sent)
            if self._over is not None:
                raise self._over

    def after(self, exchange: Exchange) -> None:
        """Count failures of the application. Raises TargetLostError if it is one too many in a row."""
        with self._lock:
            self._failed = self._failed + 1 if (exchange.status or 0) >= SERVER_ERROR else 0
            if self._failed >= self._limits.failures:
                self._over = TargetLostError(
                    f"{self._origin} has answered {self._failed} requests in a row with a 5xx, "
                    f"the last of them {exchange.status} to {exchange.request.method}: it is left in peace"
                )
                raise self._over

    def no_limit(self) -> None:
        """Restore the rate, for good: one request is answered 503 however slowly it is sent, and others pass."""
        with self._lock:
            self.may_be_limit = False
            self._rate.restore()
            self._next = min(self._next, self.clock.now())

    def wait_until(self, seconds: float) -> float:
        """Have patience for so many seconds with a target that is not up yet; return when they are over."""
        self._patient_until = self.clock.now() + seconds
        return self._patient_until

    def pause(self, seconds: float) -> None:
        """Wait, unless the run ends."""
        self.clock.wait(self._ended, seconds)

    def _missed(self, exchange: Exchange, sent: float) -> None:
        """Count an exchange without a whole answer, and give the target up if there were none for too long."""
        now = self.clock.now()
        if exchange.status == UNAVAILABLE and self.may_be_limit:
            self._rate.lower(now, sent)  # some limit the rate so, and do not say for how long
        self._gone_since = self._gone_since if self._silent else sent
        self._silent += 1
        waited = now - self._gone_since
        few = FEW if self.answers else 1
        said = "has stopped answering" if self.answers else "does not answer"
        if (waited >= self._limits.silence_seconds and self._silent >= few) or (
            not self.answers and self._silent >= NEVER
        ):
            said = "is down" if exchange.status in GATEWAY else said
            self._over = self._over or TargetLostError(f"{self._origin} {said}: {_described(exchange)}")

    def _slow_down(self, exchange: Exchange, sent: float) -> None:
        """Hold all requests for as long as a limit asks, or 0.5, 1, 2 … seconds, and lower the rate."""
        now = self.clock.now()
        asked = retry_after(exchange)
        if asked is not None and asked > self._limits.patience:
            self._over = TargetLostError(
                f"{self._origin} asks to be left alone for {asked:.0f} s ({exchange.status}, Retry-After): try later"
            )
        if self._rate.lower(now, sent):
            self._waits += 1
        wait = min(LONGEST_WAIT, 2.0 ** (self._waits - 2)) if asked is None else asked
        self._next = max(self._next, now + wait)
        if self._waits > WAITS:
            self._over = TargetLostError(f"{self._origin} answers {exchange.status} whatever is waited: lower its rate")

    def give_up(self, error: TargetLostError) -> Exception:
        """Send nothing more, because of `error`; return what is to be raised."""
        with self._lock:
            self._over = self._over or error
            return self._over

    def end(self, error: Exception | None = None) -> None:
        """Let nothing more out, and wake what waits for its turn."""
        with self._lock:
            self._over = self._over or error or TargetLostError("the run has ended")
        self._ended.set()


def _is_whole(exchange: Exchange) -> bool:
    return exchange.response is not None and exchange.response.complete


def _described(exchange: Exchange) -> str:
    """Return in a few words what came instead of an answer of the application."""
    response = exchange.response
    if response is None:
        trouble = exchange.trouble or "no answer"
        return trouble + "".join(f"; {fix}" for sign, fix in FIXES.items() if sign in trouble)
    if not response.complete:
        return "its answers do not end"
    server = response.header("Server")
    return f"{response.status} to everything" + (f" (Server: {server})" if server else "")
