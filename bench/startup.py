"""From the command to the first request a target sees, over what a script takes that imports httpx and sends one."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench.measure import ALLOWED, PROGRAM, Row, Served, in_turns, program, served

SCRIPT = "import sys, httpx; httpx.get(sys.argv[1], trust_env=False)"


def rows(folder: Path, rounds: int) -> Iterator[Row]:
    """In turns: our start, until the provider has logged a request, and the script's."""
    with served() as target:
        found = in_turns(
            {
                "ours": lambda: until_first_request(target, folder),
                "script": lambda: program(sys.executable, "-c", SCRIPT, target.base_url).seconds,
                "help": lambda: program(PROGRAM, "--help").seconds,
                "python": lambda: program(sys.executable, "-c", "pass").seconds,
            },
            rounds,
        )
    yield Row("start to first request, over a script that imports httpx and sends one", found["ours"] / found["script"])
    yield Row("`timp-conformance --help`, over an interpreter that does nothing", found["help"] / found["python"])


def until_first_request(target: Served, folder: Path) -> float:
    """Seconds from the command to the first line of the provider's log that was not there before."""
    before = target.access_log.stat().st_size
    started = time.perf_counter()
    words = [PROGRAM, "run", "--base-url", target.base_url, "--orders", str(target.orders), *ALLOWED]
    process = subprocess.Popen([*words, "--reports-dir", str(folder / "start")], stdout=subprocess.DEVNULL)
    try:
        while target.access_log.stat().st_size == before and process.poll() is None:
            time.sleep(0.002)
        return time.perf_counter() - started
    finally:
        process.terminate()
        process.wait()
