"""Progress of long work: a bar on a terminal, and elsewhere a line every few seconds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from contracts.reports.words import printed

Progress = Callable[[str, int, int], None]
"""Takes what is being done, how much of it is done, and of how much."""

SECONDS_BETWEEN_LINES = 5
"""Without a terminal: as often as a person wants to know that it goes on, and few lines in a log."""


def silent(_what: str, _done: int, _of: int) -> None:
    """Show no progress."""


@dataclass
class Counter:
    """Counts steps that several threads take."""

    #: What is counted.
    what: str
    #: How many there are in all.
    of: int
    #: Called after each step.
    progress: Progress
    #: How many were taken.
    done: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def step(self) -> None:
        """One more is done."""
        with self._lock:
            self.done += 1
            self.progress(self.what, self.done, self.of)


@dataclass
class Lines:
    """Prints a line every few seconds: how much is done, of how much, and how long the rest takes at this rate.

    The first line comes after one interval, so short work prints its last line alone.
    """

    #: The time in seconds, from any beginning.
    clock: Callable[[], float] = time.monotonic
    _started: dict[str, float] = field(default_factory=dict)
    _printed: dict[str, float] = field(default_factory=dict)

    def __call__(self, what: str, done: int, of: int) -> None:
        """Print a line, if the last one is some seconds ago or the work is done."""
        now = self.clock()
        started = self._started.setdefault(what, now)
        if done < of and now - self._printed.get(what, started) < SECONDS_BETWEEN_LINES:
            return
        self._printed[what] = now
        left = f" of {of}, about {(now - started) * (of - done) / max(done, 1):.0f} s left" if done < of else ""
        print(printed(f"{what}: {done}{left}"), flush=True)  # noqa: T201 - a line of the terminal


@contextmanager
def shown() -> Iterator[Progress]:
    """Yield a progress callback (what, done, of): a bar on standard error, or lines if that is not a terminal."""
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress as Bar  # noqa: PLC0415
    from rich.progress import TimeElapsedColumn  # noqa: PLC0415

    console = Console(stderr=True)
    if not console.is_terminal:
        yield Lines()
        return
    with Bar(*Bar.get_default_columns(), TimeElapsedColumn(), console=console, transient=True) as bar:
        tasks = {}

        def progress(what: str, done: int, of: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=of)
            bar.update(tasks[what], completed=done)

        yield progress
