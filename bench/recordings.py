"""Judging recordings of more and more exchanges: time for each, and memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.measure import PROGRAM, Ran, Row, program, served, suite

SIZES = (1_000, 10_000, 100_000)

FAULT = "quantity-shipped-as-string"
"""Of the provider that is recorded: what diverges is kept, too."""


def rows(folder: Path, rounds: int) -> Iterator[Row]:
    """A run's HAR, as another tool would have written it, repeated until it has so many exchanges."""
    with served(fault=FAULT) as target:
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
            first, before = found[0], found[-2]
            name = f"judging a recording of {size:,} exchanges over"
            yield Row(f"{name} {size // 10:,}: time", ran.seconds / before.seconds, "<= 10", f"exit {ran.code}")
            yield Row(f"{name} {SIZES[0]:,}: peak memory", ran.memory / first.memory, "<= 1.15")


def write(path: Path, entries: list[dict[str, Any]], size: int) -> None:
    """A HAR with so many entries, each without what only ours have, with a request and an answer of its own."""
    foreign = [{key: value for key, value in entry.items() if not key.startswith("_")} for entry in entries]
    with path.open("w", encoding="utf-8") as file:
        file.write('{"log": {"version": "1.2", "creator": {"name": "bench", "version": "1"}, "entries": [')
        file.writelines(
            (",\n" if number else "") + json.dumps(distinct(foreign[number % len(foreign)], number))
            for number in range(size)
        )
        file.write("]}}")


def distinct(entry: dict[str, Any], number: int) -> dict[str, Any]:
    """The entry with a number in its JSON objects: as white space in the request, as a member in the answer."""
    spaces = f"{number:b}".replace("0", " ").replace("1", "\t")
    sent, answered = entry["request"], entry["response"]
    return entry | {
        "request": sent | {"postData": _with(sent.get("postData", {}), spaces)},
        "response": answered | {"content": _with(answered["content"], f'"number": {number}, ')},
    }


def _with(content: dict[str, Any], text: str) -> dict[str, Any]:
    before = content.get("text") or ""
    if not before.startswith('{"'):
        return content
    after = before.replace("{", "{" + text, 1)
    return content | {"text": after, **({"size": len(after)} if "size" in content else {})}
