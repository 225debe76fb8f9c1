"""What grows with what: twice the clauses, ten times the orders, a thousand lines in an order, several trials."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path

from bench.measure import PROGRAM, Row, in_turns, options, program, seconds, served, suite
from contracts.endpoint.discovery import Endpoint
from contracts.endpoint.plan import Need, PlannedCase
from contracts.engine import session
from contracts.engine.calibrate import calibrate
from contracts.engine.run import Run
from contracts.model.case import Case
from contracts.model.uuids import invented
from contracts.standard.requests import unchanged
from contracts.target import embedded
from contracts.target.targets import Choice
from provider import server
from provider.orders import LineItem, Order, default_orders

FAULTS = ("quantity-shipped-as-string", "sum-exceeds-by-one", "missing-allow", "stores-no-date")


def rows(folder: Path, rounds: int) -> Iterator[Row]:
    """Each against its own usual size."""
    yield from clauses(folder, rounds)
    yield from orders(folder, min(rounds, 3))
    yield from lines(folder, rounds)
    yield from proof(folder)


def clauses(folder: Path, rounds: int) -> Iterator[Row]:
    """Judging all cases of one run by all oracles, and by each of them twice."""
    with served() as target:
        asked = options(target, folder / "clauses")
        with session.prepared(asked) as known, session.begun(known, asked) as run:
            session.send(run)
            usual, twice = run.endpoint, doubled(run.endpoint)
            found = in_turns({"usual": lambda: judging(run, usual), "twice": lambda: judging(run, twice)}, rounds)
    yield Row("judging by twice the clauses, over judging by all", found["twice"] / found["usual"], "<= 2")


def doubled(endpoint: Endpoint) -> Endpoint:
    """An endpoint in which every clause is there twice, and its oracle with it."""
    more = {f"{name}-again": replace(each, id=f"{name}-again") for name, each in endpoint.catalogue.clauses.items()}
    listed = replace(endpoint.catalogue, clauses={**endpoint.catalogue.clauses, **more})
    judges = {**endpoint.judges, **{f"{name}-again": judge for name, judge in endpoint.judges.items()}}
    return replace(endpoint, catalogue=listed, judges=judges, _concerned={})


def judging(run: Run, endpoint: Endpoint) -> float:
    """Seconds to judge all cases again."""
    run.endpoint = endpoint
    run._judged.clear()  # noqa: SLF001 - what is measured is judging, not remembering
    return seconds(lambda: [run.judge(case) for case in run.cases])


def orders(folder: Path, rounds: int) -> Iterator[Row]:
    """A run with ten times the test orders."""
    with served(orders=24) as few, served(orders=240) as many:
        works = {
            "few": lambda: suite(few, folder / "few").seconds,
            "many": lambda: suite(many, folder / "many").seconds,
        }
        found = in_turns(works, rounds)
    yield Row("a run with 240 test orders, over one with 24", found["many"] / found["few"], "<= 1")


def lines(folder: Path, rounds: int) -> Iterator[Row]:
    """Judging one allocation of an order with ever more lines; what is parsed is forgotten each time."""
    sizes = (1, 10, 100, 1000)
    large = tuple(
        Order(invented(0, size), tuple(LineItem(invented(size, n), 5) for n in range(size))) for size in sizes
    )
    asked = session.Options(Choice(), folder / "lines")
    with server.running(server.Settings(orders=(*default_orders(3), *large))) as running:
        target = embedded.target(running)
        with session.begun(target, asked) as run:
            run.stock.begin()
            run.adopt(calibrate(run))
            named = target.orders[3:]
            for order in named:
                run.stock.spend(order)  # an unused one might be kept as it is
            made = [PlannedCase("", "plain", (("change", unchanged),), Need(order=o), read=False) for o in named]
            cases = [case for case in run.generate("bench", made) if isinstance(case, Case)]
            works = {str(size): partial(_judging_once, run, case) for size, case in zip(sizes, cases, strict=True)}
            found = in_turns(works, rounds)
    for less, more in pairwise(map(str, sizes)):
        yield Row(f"judging an allocation of {more} lines, over one of {less}", found[more] / found[less], "<= 10")


def _judging_once(run: Run, case: Case) -> float:
    for cache in (run._judged, run._evidence, run.context._views, run.context._touched):  # noqa: SLF001
        cache.clear()
    return seconds(lambda: run.judge(case))


def proof(folder: Path) -> Iterator[Row]:
    """Concurrent trials, over as many runs of the planned cases one after another."""
    started = time.perf_counter()
    for name in FAULTS:
        program(PROGRAM, "prove", name, "--jobs", "1", "--reports-dir", str(folder / "alone"))
    alone = time.perf_counter() - started
    together = program(PROGRAM, "prove", *FAULTS, "--reports-dir", str(folder / "together")).seconds
    matrix = json.loads((folder / "together" / "proof.json").read_text("utf-8"))["summary"]
    detail = f"{len(FAULTS)} faults, {matrix['seen']} seen, {os.cpu_count()} cores"
    yield Row("`prove` of several faults, over one after another", together / alone, "", detail)
