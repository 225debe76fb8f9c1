"""Progress on the terminal while a run sends: a bar where somebody watches, single lines where not."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from contracts.reports.words import printed

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and of how much."""


def silent(_what: str, _done: int, _of: int) -> None:
    """Show no progress."""


@dataclass
class Counter:
    """Counts steps that several threads take."""

    what: str
    of: int
    progress: Progress
    done: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def step(self) -> None:
        """One more is done."""
        with self._lock:
            self.done += 1
            self.progress(self.what, self.done, self.of)


@contextmanager
def shown() -> Iterator[Progress]:
    """A progress callback (what, done, of), on standard error."""
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress as Bar  # noqa: PLC0415
    from rich.progress import TimeElapsedColumn  # noqa: PLC0415

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda what, done, of: print(printed(f"{what}: {done}"), flush=True) if done == of else None  # noqa: T201
        return
    with Bar(*Bar.get_default_columns(), TimeElapsedColumn(), console=console, transient=True) as bar:
        tasks = {}

        def progress(what: str, done: int, of: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=of)
            bar.update(tasks[what], completed=done)

        yield progress
