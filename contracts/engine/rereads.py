"""Decides whether an order is read again before a difference in what it shows is reported."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

REREAD_SECONDS = 1.0
"""How long after a difference an order is read again: a store may show writes a little later."""

REREADS = 3
"""How often in a run the same difference is looked for again in vain."""


class Rereads:
    """What reading again has shown so far, for all threads that send.

    Until a store was seen to be late, one order is read again at a time, so that no difference that stays is looked
    for more often than REREADS times; afterwards all are, at the same time.
    """

    def __init__(self) -> None:
        self._turn = threading.Condition()
        self._vain: Counter[str] = Counter()
        self._waiting = 0
        self._late = False

    @contextmanager
    def due(self, differing: set[str]) -> Iterator[set[str]]:
        """Yield those of the signatures that are to be looked for again; the caller removes those that are gone."""
        with self._turn:
            self._turn.wait_for(lambda: self._late or not self._waiting)
            due = {signature for signature in differing if self._vain[signature] < REREADS}
            self._waiting += 1
        left = set(due)
        try:
            yield left
        finally:
            with self._turn:
                self._waiting -= 1
                self._vain.update(left)
                self._late = self._late or left < due
                self._turn.notify_all()
