"""Probing and judging a ready plan, over a raw replay of the same requests; and the rest of a run."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx

from bench.measure import TOKEN, Row, Served, in_turns, options, seconds, served
from contracts.engine import session
from contracts.engine.calibrate import calibrate
from contracts.reports import write_all
from contracts.transport.credentials import added

CONCURRENT = 8


def rows(folder: Path, rounds: int) -> Iterator[Row]:
    """Interleaved: a run within this process, and the requests it sent again without any of us."""
    with served() as target:
        parts: list[dict[str, float]] = []

        def run() -> float:
            parts.append(parts_of_a_run(target, folder / "run"))
            return parts[-1]["probing"] + parts[-1]["judging"]

        run()
        chains = requests_of(folder / "run" / "exchanges.jsonl")
        sent = sum(map(len, chains))
        found = in_turns({"run": run, "replay": lambda: seconds(lambda: replay(target, chains))}, rounds)
        whole = sum(parts[-1].values())
    yield Row(
        "probing and judging a ready plan, over a raw httpx replay of its requests",
        found["run"] / found["replay"],
        "<= 1.3",
        f"{sent} requests, {CONCURRENT} concurrently",
    )
    for name in ("generation", "probing", "judging", "rendering"):
        yield Row(f"of that run: {name}", parts[-1][name] / whole)


def parts_of_a_run(target: Served, reports: Path) -> dict[str, float]:
    """The seconds of each part of a run of the planned cases."""
    asked = options(target, reports)
    with session.prepared(asked) as known, session.begun(known, asked) as run:
        clock = [time.perf_counter()]
        run.stock.begin()
        run.adopt(calibrate(run))
        clock.append(time.perf_counter())
        cases = run.planned()
        clock.append(time.perf_counter())
        run.execute(cases)
        clock.append(time.perf_counter())
        report = session.conclude(run, asked)
        clock.append(time.perf_counter())
        write_all(report, reports)
        clock.append(time.perf_counter())
    calibrated, planned, executed, judged, rendered = (after - before for before, after in pairwise(clock))
    return {"generation": planned, "probing": calibrated + executed, "judging": judged, "rendering": rendered}


def requests_of(journal: Path) -> list[list[dict[str, Any]]]:
    """The requests of a run, by the order they name: what the run sent one after another."""
    chains: dict[str, list[dict[str, Any]]] = {}
    for line in map(json.loads, journal.read_text("utf-8").splitlines()):
        if line["kind"] == "exchange":
            chains.setdefault(line["request"]["path"].split("/")[-2], []).append(line["request"])
    return sorted(chains.values(), key=len, reverse=True)


def replay(target: Served, chains: list[list[dict[str, Any]]]) -> None:
    """Send them with nothing but httpx."""
    pool = httpx.Limits(max_connections=CONCURRENT, max_keepalive_connections=CONCURRENT)
    with httpx.Client(base_url=target.base_url, trust_env=False, limits=pool) as client:

        def send(chain: list[dict[str, Any]]) -> None:
            for request in chain:
                client.send(prepared(client, request))

        with ThreadPoolExecutor(CONCURRENT) as threads:
            list(threads.map(send, chains))


def prepared(client: httpx.Client, request: dict[str, Any]) -> httpx.Request:
    """A request of the journal, with the token in place of its label."""
    credentials = added(request["credential"], {"valid": TOKEN})
    headers = [*(tuple(pair) for pair in request["headers"]), *credentials.headers]
    url = client.base_url.copy_with(raw_path=credentials.path(request["path"]).encode())
    body = credentials.body(request.get("text", "").encode())
    return client.build_request(request["method"], url, headers=headers, content=body)
