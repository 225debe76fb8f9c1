"""Bounds on what a run asks of a target, and the breaker that stops it."""

from __future__ import annotations

import datetime
import email.utils
import threading
import time
from dataclasses import dataclass

from contracts.model.exchange import Exchange

FEW = 3
"""Exchanges in a row without an answer that are worth a thought."""


LONGEST_WAIT = 10**9
"""Seconds that any Retry-After asks for at most: what is larger is too long, too."""


class TargetLostError(Exception):
    """The target does not answer, only fails, wants to be left alone, or refuses the token (exit 6)."""


class CeilingReachedError(Exception):
    """As many requests were sent as this target allows one run; what was judged till then is reported (exit 2)."""


@dataclass(frozen=True)
class Limits:
    """Bounds of one run.

    Seconds to connect and between bytes, seconds in all and bytes of body kept of one exchange. `requests` in all,
    `rate` of them a second at most, `concurrency` at once. After `silences` exchanges in a row without a whole answer
    the target is given up; before the first answer, and after FEW in a row, also where nothing was heard for
    `silence_seconds`. So it is after `failures` in a row answered 5xx. A 429 is waited out, for `patience` seconds.
    """

    step_seconds: float = 10.0
    total_seconds: float = 30.0
    body_bytes: int = 1_000_000
    requests: int | None = None
    rate: float | None = None
    concurrency: int = 8
    silences: int = 10
    silence_seconds: float = 30.0
    failures: int = 25
    patience: float = 60.0


class Pace:
    """Counts and spaces the requests of one run, for all threads that send."""

    def __init__(self, origin: str, limits: Limits) -> None:
        self.requests = 0
        self._origin = origin
        self._limits = limits
        self._next = 0.0
        self._silent = 0
        self._answers = False
        self._heard: float | None = None
        self._failed = 0
        self._over: Exception | None = None
        self._ended = threading.Event()
        self._lock = threading.Lock()

    def before(self) -> None:
        """Wait for this request's turn. Raises TargetLostError or CeilingReachedError where there is none."""
        with self._lock:
            if self._over is None and self.requests == self._limits.requests:
                self._over = CeilingReachedError(
                    f"{self._origin}: the ceiling of {self._limits.requests} requests is reached (max_requests)"
                )
            if self._over is not None:
                raise self._over
            self.requests += 1
            now = time.monotonic()
            self._heard = self._heard or now
            turn = max(now, self._next)
            self._next = turn + (1 / self._limits.rate if self._limits.rate else 0)
        if turn > now:
            self._ended.wait(turn - now)

    def after(self, exchange: Exchange) -> None:
        """Look at what came back. Raises TargetLostError where it is one failure too many in a row."""
        with self._lock:
            self._failed = self._failed + 1 if (exchange.status or 0) >= 500 else 0
            if self._is_silent(exchange):
                said = "has stopped answering" if self._answers else "does not answer"
                why = exchange.trouble or "its answers do not end"
                self._over = TargetLostError(f"{self._origin} {said}: {why}")
            elif self._failed >= self._limits.failures:
                self._over = TargetLostError(
                    f"{self._origin} has answered {self._failed} requests in a row with a 5xx, "
                    f"the last of them {exchange.status} to {exchange.request.method}: it is left in peace"
                )
            if self._over is not None:
                raise self._over

    def _is_silent(self, exchange: Exchange) -> bool:
        """Whether this was one silence too many. To wait on for what never answers would take many minutes."""
        if exchange.response is not None and exchange.response.complete:
            self._silent, self._answers, self._heard = 0, True, time.monotonic()
            return False
        self._silent += 1
        waited = time.monotonic() - (self._heard or 0.0)
        patient = self._silent < (FEW if self._answers else 1) or waited < self._limits.silence_seconds
        return self._silent >= self._limits.silences or not patient

    def wait_out(self, exchange: Exchange, attempt: int) -> float:
        """Hold all requests for as long as a 429 asks, or 1, 2, 4 … seconds; returns how long that is.

        Raises TargetLostError where that is longer than the limits allow.
        """
        seconds = _retry_after(exchange) if exchange.response else None
        seconds = float(2**attempt) if seconds is None else seconds
        with self._lock:
            if seconds > self._limits.patience:
                self._over = TargetLostError(
                    f"{self._origin} asks to be left alone for {seconds:.0f} s (429, Retry-After): try again later"
                )
                raise self._over
            self._next = max(self._next, time.monotonic() + seconds)
        return seconds

    def end(self, error: Exception | None = None) -> None:
        """Let nothing more out, and wake what waits for its turn."""
        with self._lock:
            self._over = self._over or error or TargetLostError("the run has ended")
        self._ended.set()


def _retry_after(exchange: Exchange) -> float | None:
    """Seconds that a Retry-After header asks for, as a number or as a date (RFC 9110 section 10.2.3).

    None for a value that is neither; no number of seconds is larger than LONGEST_WAIT, whatever the header says.
    """
    value = ((exchange.response.header("Retry-After") if exchange.response else None) or "").strip()
    if value.isascii() and value.isdigit():
        return float(LONGEST_WAIT if len(value) > len(str(LONGEST_WAIT)) else min(int(value), LONGEST_WAIT))
    try:
        due = email.utils.parsedate_to_datetime(value)
        due = due if due.tzinfo else due.replace(tzinfo=datetime.UTC)
        seconds = due.timestamp() - time.time()
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return min(max(0.0, seconds), float(LONGEST_WAIT))
