"""Progress on the terminal while a run sends: a bar where somebody watches, single lines where not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from contracts.run import Progress


@contextmanager
def shown() -> Iterator[Progress]:
    """A progress callback (what, done, of), on standard error."""
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress as Bar  # noqa: PLC0415

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda what, done, of: print(f"{what}: {done}", flush=True) if done == of else None  # noqa: T201
        return
    with Bar(console=console, transient=True) as bar:
        tasks = {}

        def progress(what: str, done: int, of: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=of)
            bar.update(tasks[what], completed=done)

        yield progress
