"""Redaction of two megabytes of what nearly is a secret, over one."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bench.measure import Row, in_turns
from contracts.transport.redaction import Redactor
from contracts.transport.secrets import Secret

TOKEN = "abcdefghijklmnopqrstuvwxyz" * 3
MEGABYTE = 1_000_000
PARTS = {
    "a truncated token": TOKEN[:51] + "!" * 100,
    "percent signs": "%61%62%63",
    "base64": "YWJjZGVmZ2hpamtsbW5v",
    "numbers": "97, 98, 99, ",
}
"""What the bodies repeat."""


def rows(_folder: Path, rounds: int) -> Iterator[Row]:
    """Each kind of body, in CPU time."""
    redactor = Redactor({"valid": Secret(TOKEN)})
    for name, part in PARTS.items():
        body = (part.encode() * MEGABYTE)[:MEGABYTE]
        works = {"one": partial(_cpu, redactor, body), "two": partial(_cpu, redactor, body * 2)}
        found = in_turns(works, min(rounds, 3))
        yield Row(f"redacting 2 MB of {name}, over 1 MB", found["two"] / found["one"], "<= 2.3")


def _cpu(redactor: Redactor, body: bytes) -> float:
    before = time.process_time()
    redactor.clean(body)
    return time.process_time() - before
