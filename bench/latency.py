"""A whole run against a slow target, over the time its requests would take if nothing but waiting were done."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from bench.measure import Row, served, suite

CONCURRENCY = 8


def rows(folder: Path, _rounds: int) -> Iterator[Row]:
    """One whole run for each delay."""
    for delay, budget in ((50, 15), (200, None)):
        with served(latency=delay) as target:
            ran = suite(target, folder / str(delay))
        requests = json.loads((folder / str(delay) / "verdicts.json").read_text("utf-8"))["requests"]
        waiting = requests * delay / 1000 / CONCURRENCY
        detail = f"{requests} requests, exit {ran.code}"
        yield Row(
            f"a whole run at {delay} ms, over requests x delay / {CONCURRENCY}", ran.seconds / waiting, "<= 1.5", detail
        )
        if budget:
            yield Row(f"a whole run at {delay} ms, over {budget} s", ran.seconds / budget, "<= 1", detail)
