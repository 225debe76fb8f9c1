"""A campaign: the properties over and over with fresh seeds, as long as there is time and something new comes."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import pytest

from contracts.generation.settings import functions_of, seed_with
from contracts.target.targets import UsageError

if TYPE_CHECKING:
    from contracts.engine.run import Run

QUIET_ROUNDS = 5
"""After so many rounds in which no property found anything new, more of them are not worth their requests."""

UNITS = {"s": 1, "m": 60, "h": 3600}


def seconds(text: str) -> int:
    """How long `90s`, `30m` or `1h` is. Raises UsageError."""
    found = re.fullmatch(r"([1-9][0-9]{0,5})([smh])", text)
    if found is None:
        raise UsageError(f"--for {text}: say it as 90s, 30m or 1h")
    return int(found[1]) * UNITS[found[2]]


def campaign(
    items: Sequence[pytest.Item],
    after: pytest.Item | None,
    run: Run,
    duration: int,
    say: Callable[[str], None],
) -> None:
    """Run the items of properties again and again, each round from the next seed; `after` is what pytest runs next.

    It ends when the seconds of `duration` are over, when nothing new came for QUIET_ROUNDS rounds, or when the target
    is lost; a round that has begun is finished.
    """
    end = time.monotonic() + duration
    quiet = 0
    while quiet < QUIET_ROUNDS and time.monotonic() < end and run.stopped is None:
        known = run.known | run.found
        run.round += 1
        seed_with(functions_of(items), run.seed + run.round - 1)
        for item in items:
            item.ihook.pytest_runtest_protocol(item=item, nextitem=after)
        new = len(run.found - known)
        quiet = 0 if new else quiet + 1
        told = f"{new} new" if new else f"nothing new for {quiet} of {QUIET_ROUNDS} rounds"
        say(f"round {run.round}, seed {run.seed + run.round - 1}: {run.transport.requests} requests so far; {told}")
