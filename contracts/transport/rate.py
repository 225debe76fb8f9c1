"""How many requests a second a target gets: fewer after it has shown a limit, and slowly more again."""

from __future__ import annotations

from collections import deque

LEAST = 0.2
"""Requests a second below which the rate is never lowered."""

RECOVERY = 1.02
"""By how much each answer raises a rate that was lowered: it doubles in 35 answers."""

MEASURED = 20
"""So many of the last requests say how many are sent a second."""


class Rate:
    """A rate that all threads share. The caller holds a lock.

    `most` is the rate that the owner of the target permits, None for any. `seconds` are between two requests.
    """

    def __init__(self, most: float | None) -> None:
        self._most = most
        self._lowered: float | None = None
        self._full = 0.0
        self._lowered_at = float("-inf")
        self._passed_since = True
        self._sent: deque[float] = deque(maxlen=MEASURED)

    @property
    def seconds(self) -> float:
        """The seconds between two requests; 0 if nothing limits the rate."""
        rate = self._lowered or self._most
        return 1 / rate if rate else 0.0

    def sent(self, now: float) -> None:
        """Count a request that is sent now."""
        self._sent.append(now)

    def lower(self, now: float, sent: float) -> bool:
        """Halve the rate because a request that was sent at `sent` has met a limit.

        Return False if the request was sent before the rate was lowered last: the same crowd has met the same limit.
        The rate stays as it is if nothing has passed since: then time is wanted, and not a lower rate.
        """
        if sent <= self._lowered_at:
            return False
        self._lowered_at = now
        if self._passed_since:
            rate = self._lowered or self._measured()
            self._full = max(self._full, rate)
            self._lowered = max(LEAST, rate / 2)
        self._passed_since = False
        return True

    def restore(self) -> None:
        """Send as fast as at first: what was taken for a limit is none."""
        self._lowered = None

    def passed(self, sent: float) -> None:
        """Raise a lowered rate a little, because a request that was sent at `sent` has passed."""
        if sent <= self._lowered_at:
            return
        self._passed_since = True
        if self._lowered is not None:
            self._lowered *= RECOVERY
            if self._lowered >= self._full:
                self._lowered = None

    def _measured(self) -> float:
        """The requests a second that were sent lately."""
        span = self._sent[-1] - self._sent[0] if len(self._sent) > 1 else 0.0
        rate = (len(self._sent) - 1) / span if span > 0 else 1 / LEAST
        return min(rate, self._most) if self._most else rate
