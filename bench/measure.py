"""A row of the table, a provider in a process of its own, and work done in turns: a busy machine slows all of it."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from contracts.engine import session
from contracts.target.targets import Choice

TOKEN = "bench-token-of-the-supplier"  # noqa: S105 - of a provider on loopback that dies with the bench
ALLOWED = ("--may-allocate", "--may-stress")
PERMITTED = {"may_allocate": True, "may_stress": True}
PROGRAM = str(Path(sys.executable).with_name("timp-conformance"))


@dataclass(frozen=True)
class Row:
    """One ratio: of what to what, the figure, what it should be, and from what it was computed."""

    name: str
    ratio: float
    aim: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Served:
    """A reference provider in a process of its own."""

    base_url: str
    orders: Path
    access_log: Path

    def choice(self) -> Choice:
        """It as a target of the suite."""
        return Choice(base_url=self.base_url, given={"orders": str(self.orders), **PERMITTED})


@contextlib.contextmanager
def served(*, latency: int = 0, orders: int = 24, fault: str | None = None) -> Iterator[Served]:
    """A provider that answers, with so many milliseconds of latency and so many orders."""
    with socket.socket() as free, tempfile.TemporaryDirectory() as folder:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        manifest, log = Path(folder) / "orders.toml", Path(folder) / "access.log"
        command = [PROGRAM, "serve", "--port", str(port), "--token", TOKEN]
        command += ["--latency", str(latency), "--orders", str(orders), "--orders-out", str(manifest)]
        command += ["--access-log", str(log)] + (["--fault", fault] if fault else [])
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            if not process.stdout or not process.stdout.readline():
                raise RuntimeError("the reference provider did not start")
            yield Served(f"http://127.0.0.1:{port}", manifest, log)
        finally:
            process.terminate()
            process.wait()


def in_turns(works: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """The median of what each returns, over so many rounds of one after the other."""
    found: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            found[name].append(work())
    return {name: statistics.median(values) for name, values in found.items()}


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    before = time.perf_counter()
    work()
    return time.perf_counter() - before


@dataclass(frozen=True)
class Ran:
    """A program that has ended: its wall time, its peak memory in bytes, its exit code and what it said."""

    seconds: float
    memory: int
    code: int
    said: str


LAUNCHER = """
import json, os, resource, subprocess, sys, time
before = time.perf_counter()
done = subprocess.run(sys.argv[2:], stdout=open(sys.argv[1], "w"), stderr=subprocess.STDOUT)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print(json.dumps([time.perf_counter() - before, peak, done.returncode]))
"""
"""Runs between us and a program, whose peak counts what its parent held when it began: we hold much."""


def program(*words: str) -> Ran:
    """Run a program, measured from outside."""
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as said:
        command = [sys.executable, "-S", "-c", LAUNCHER, said.name, *words]
        environment = {**os.environ, "TIMP_TOKEN": TOKEN}
        measured = subprocess.run(command, stdout=subprocess.PIPE, env=environment, check=True)
        seconds, memory, code = json.loads(measured.stdout)
        return Ran(seconds, memory, code, said.read())


def suite(target: Served, reports: Path, *options: str) -> Ran:
    """The whole suite as a user runs it, against a provider of its own process."""
    words = [PROGRAM, "run", "--base-url", target.base_url]
    words += ["--orders", str(target.orders), *ALLOWED, "--reports-dir", str(reports), *options]
    return program(*words)


def options(target: Served, reports: Path) -> session.Options:
    """The same for a run within this process."""
    return session.Options(target.choice(), reports)
