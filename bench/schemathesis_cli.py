"""Against `schemathesis run`: the same specification, the same target, all of its checks and phases, 100 examples.

It is given what helps it most: the specification narrowed to an order that exists. It may go on after a failure.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.measure import PROGRAM, TOKEN, Ran, Row, Served, in_turns, program, served, suite
from contracts.allocate_order.narrowing import narrowed
from contracts.endpoint import schema
from contracts.endpoint.discovery import discover
from contracts.target.orders import load
from provider.allocate_order.faults import FAULTS

THEIRS = str(Path(sys.executable).with_name("schemathesis"))
SAMPLE = 30
"""Faults drawn from the catalogue, except those that no call can show or that need other readings."""

FAILURE = re.compile(r"^- (ST\d+ .*?)$|^\[(\d{3})\]", re.MULTILINE)


def rows(folder: Path, rounds: int) -> Iterator[Row]:
    """In turns on a provider that keeps to the page, near and far; then both on a sample of its faults."""
    ran: dict[str, Ran] = {}

    def timed(name: str, made: Ran) -> float:
        ran[name] = made
        return made.seconds

    with served() as target:
        found = in_turns(
            {
                "ours": lambda: timed("ours", suite(target, folder / "ours")),
                "theirs": lambda: timed("theirs", schemathesis(target, folder)),
            },
            rounds,
        )
        before = len(target.access_log.read_text("utf-8").splitlines())
        clean = kinds(schemathesis(target, folder).said)
        theirs = len(target.access_log.read_text("utf-8").splitlines()) - before
    ours = json.loads((folder / "ours" / "verdicts.json").read_text("utf-8"))["requests"]
    yield Row("wall time, over schemathesis run", found["ours"] / found["theirs"], "<= 0.5", f"{rounds} rounds")
    yield Row("requests, over schemathesis run", ours / theirs, "", f"{ours} and {theirs}")
    yield Row("wall time for each request, over schemathesis run", found["ours"] / ours / (found["theirs"] / theirs))
    yield Row("peak memory, over schemathesis run", ran["ours"].memory / ran["theirs"].memory, "<= 1")
    with served(latency=50) as target:
        ours_far, theirs_far = suite(target, folder / "far").seconds, schemathesis(target, folder).seconds
    yield Row("wall time on a target 50 ms away, over schemathesis run", ours_far / theirs_far, "<= 0.5", "1 round")
    yield detections(folder, clean, SAMPLE if rounds > 1 else 2)


def detections(folder: Path, clean: set[tuple[str, str]], sample: int) -> Row:
    """How many faults show: to us at a clause they break, to it as a kind of failure that the clean one has not."""
    eligible = [name for name, fault in FAULTS.items() if not fault.invisible and not fault.needs]
    drawn = random.Random(0).sample(eligible, sample)
    theirs = 0
    for name in drawn:
        with served(fault=name) as target:
            theirs += bool(kinds(schemathesis(target, folder).said) - clean)
    program(PROGRAM, "prove", *drawn, "--reports-dir", str(folder / "proof"))
    ours = json.loads((folder / "proof" / "proof.json").read_text("utf-8"))["summary"]["seen"]
    detail = f"{ours} and {theirs} of {sample} faults"
    return Row("faults detected, over schemathesis run", ours / max(theirs, 1), ">= 1.6", detail)


def schemathesis(target: Served, folder: Path) -> Ran:
    """Its command line on a provider."""
    endpoint = discover()["allocate_order"]
    order = load(target.orders)[0]
    document = narrowed(schema.load(endpoint.specs / "openapi.yaml"), readings={}, order=order, year=2028)
    (folder / "openapi.json").write_text(json.dumps(document), encoding="utf-8")
    words = [THEIRS, "run", str(folder / "openapi.json"), "--url", target.base_url, "--checks", "all", "--seed", "0"]
    words += [
        "--header",
        f"Authorization: Token {TOKEN}",
        "--max-examples",
        "100",
        "--continue-on-failure",
        "--no-color",
    ]
    return program(*words)


def kinds(said: str) -> set[tuple[str, str]]:
    """The kinds of failures it tells of, each with the status of the answer."""
    found, waiting = set(), []
    for title, status in FAILURE.findall(said):
        if title:
            waiting.append(title)
        else:
            found |= {(each, status) for each in waiting}
            waiting = []
    return found
