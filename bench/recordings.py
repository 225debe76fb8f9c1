"""Judging recordings of more and more exchanges: time for each, and memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.measure import PROGRAM, Ran, Row, program, served, suite

SIZES = (1_000, 10_000, 100_000)


def rows(folder: Path, rounds: int) -> Iterator[Row]:
    """A run's HAR, as another tool would have written it, repeated until it has so many exchanges."""
    with served() as target:
        suite(target, folder / "run")
        orders = folder / "orders.toml"
        orders.write_bytes(target.orders.read_bytes())
    entries = json.loads((folder / "run" / "exchanges.har").read_text("utf-8"))["log"]["entries"]
    small = [entry for entry in entries if len(json.dumps(entry)) < 10_000]
    found: list[Ran] = []
    for size in SIZES if rounds > 1 else SIZES[:2]:
        write(folder / "long.har", small, size)
        ran = program(
            PROGRAM, "judge", str(folder / "long.har"), "--orders", str(orders), "--reports-dir", str(folder / "r")
        )
        found.append(ran)
        if len(found) > 1:
            before = found[-2]
            name = f"{size:,} exchanges over {size // 10:,}"
            yield Row(f"judging a recording of {name}: time", ran.seconds / before.seconds, "<= 10", f"exit {ran.code}")
            yield Row(f"judging a recording of {name}: peak memory", ran.memory / before.memory, "1")


def write(path: Path, entries: list[dict[str, Any]], size: int) -> None:
    """A HAR with so many entries, each without what only ours have, and with an answer that no other has."""
    foreign = [{key: value for key, value in entry.items() if not key.startswith("_")} for entry in entries]
    with path.open("w", encoding="utf-8") as file:
        file.write('{"log": {"version": "1.2", "creator": {"name": "bench", "version": "1"}, "entries": [')
        file.writelines(
            (",\n" if number else "") + json.dumps(distinct(foreign[number % len(foreign)], number))
            for number in range(size)
        )
        file.write("]}}")


def distinct(entry: dict[str, Any], number: int) -> dict[str, Any]:
    """The entry with a number in its answer, if that is a JSON object."""
    content = entry["response"]["content"]
    text = content.get("text") or ""
    if not text.startswith('{"'):
        return entry
    numbered = f'{{"number": {number}, {text[1:]}'
    answered = entry["response"] | {"content": content | {"text": numbered, "size": len(numbered)}}
    return entry | {"response": answered}
