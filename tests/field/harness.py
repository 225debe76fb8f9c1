"""Starts a server of the field, runs the suite on it, and compares the verdicts with what is wrong with the server."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import tomlkit

from provider.orders import default_orders, write_orders
from tests.field.processes import PATIENCE, end, free_port, listens
from tests.selftest.forks import command

HERE = Path(__file__).resolve().parent
SERVERS = HERE / "servers"
TOKEN = "field-suppliers-token"  # noqa: S105 - protects nothing: servers of the field listen on loopback only


@dataclass(frozen=True)
class Sign:
    """What a fault shows in a report: a clause, and a pattern that the observed text contains."""

    clause: str
    observed: str = ""

    def fits(self, clause, observed):
        """Return True if this sign describes a divergence of `clause` with the text `observed`."""
        return self.clause == clause and re.search(self.observed, observed) is not None


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with a server. Each of `shows` has to be found; `also` are consequences that may show."""

    what: str
    shows: tuple[Sign, ...]
    also: tuple[Sign, ...] = ()


@dataclass(frozen=True)
class Open:
    """A false alarm that is not mended yet, and why it is one. Unless it shows only sometimes, it has to show."""

    sign: Sign
    reason: str
    sometimes: bool = False


@dataclass(frozen=True)
class Server:
    """A server of the field, as its data file describes it."""

    name: str
    what: str
    #: The command that starts it; {python}, {port} and {here} are replaced.
    command: tuple[str, ...]
    #: A command that runs before it, for example to create a database.
    prepare: tuple[str, ...]
    #: Python modules, npm packages ("npm:express") that it needs.
    needs: tuple[str, ...]
    #: How many test orders it provides.
    orders: int
    #: The fewest clauses that have to get a verdict: a server on which nothing is tested proves nothing.
    tested: int
    pedantic: bool
    faults: tuple[Fault, ...]
    #: False alarms that the suite still raises.
    open: tuple[Open, ...]

    def missing(self):
        """Return the first thing it needs that is not installed, or None."""
        for need in self.needs:
            kind, _, name = need.rpartition(":")
            there = (HERE / "node_modules" / name).is_dir() and shutil.which("node") if kind else find_spec(name)
            if not there:
                return need
        return None


@dataclass(frozen=True)
class Result:
    """What a run says of a server, compared with its data file."""

    found: tuple[str, ...]
    missed: tuple[str, ...]
    false: tuple[str, ...]
    open: tuple[str, ...]
    requests: int
    tested: int

    @property
    def right(self):
        """Return True if nothing is missed and nothing is false."""
        return not self.missed and not self.false


def load(name):
    """Return the server whose data file is NAME.toml."""
    data = tomllib.loads((SERVERS / f"{name}.toml").read_text("utf-8"))
    faults = tuple(
        Fault(each["what"], _signs(each["shows"]), _signs(each.get("also", ()))) for each in data.pop("faults", ())
    )
    still = tuple(Open(Sign(each.pop("clause"), each.pop("observed", "")), **each) for each in data.pop("open", ()))
    lists = {key: tuple(data.pop(key, ())) for key in ("command", "prepare", "needs")}
    pedantic = data.pop("pedantic", False)
    return Server(name=name, faults=faults, open=still, pedantic=pedantic, **lists, **({"orders": 24} | data))


def _signs(entries):
    return tuple(Sign(**each) if isinstance(each, dict) else Sign(each) for each in entries)


def servers():
    """Return every server of the field, by name."""
    return {path.stem: load(path.stem) for path in sorted(SERVERS.glob("*.toml"))}


def choices():
    """Return the choices that servers without a fault make: allowed by the page, and unusual."""
    return tomllib.loads((HERE / "choices.toml").read_text("utf-8"))["choices"]


def examine(server, folder, *options):
    """Run the suite on a server, with these options and everything it writes in `folder`, and return the Result."""
    with running(server, folder) as url:
        verdicts = run(server, url, folder, *options)
    return compare(server, verdicts, choices())


# ------------------------------------------------------------------------------------------------- processes


@contextmanager
def running(server, folder):
    """Start a server as a process, wait until it accepts connections, give its URL, and end it."""
    orders = default_orders(server.orders)
    write_orders(orders, folder / "orders.toml")
    lines = [[{"uuid": i.uuid, "quantity_ordered": i.quantity_ordered} for i in order.line_items] for order in orders]
    text = json.dumps([{"uuid": order.uuid, "line_items": items} for order, items in zip(orders, lines, strict=True)])
    (folder / "orders.json").write_text(text, "utf-8")
    port = free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(SERVERS),
        "FIELD_ORDERS": str(folder / "orders.json"),
        "FIELD_TOKEN": TOKEN,
        "NODE_ENV": "production",
    }
    places = {"python": sys.executable, "port": port, "here": SERVERS}
    prepare, command = ([word.format(**places) for word in words] for words in (server.prepare, server.command))
    with (folder / "server.log").open("wb") as log:
        settings = {"cwd": folder, "env": environment, "stdout": log, "stderr": log}
        if prepare:
            subprocess.run(prepare, check=True, timeout=PATIENCE, **settings)
        process = subprocess.Popen(command, start_new_session=True, **settings)
        try:
            listens(process, port, folder / "server.log")
            yield f"http://127.0.0.1:{port}"
        finally:
            end(process)


def run(server, url, folder, *options, keys=None, variables=None):
    """Run the suite as its users do, with these options, and return verdicts.json.

    `keys` are further ones of the target's table, `variables` of the environment.
    """
    table = {
        "base_url": url,
        "token_env": "FIELD_TOKEN",
        "may_allocate": True,
        "may_stress": True,
        "orders": "orders.toml",
    } | (keys or {})
    if "token_command" in table:
        del table["token_env"]
    (folder / "targets.toml").write_text(tomlkit.dumps({server.name: table}), "utf-8")
    words = ["run", "--target", server.name, "--targets-file", "targets.toml", "--reports-dir", "reports"]
    words += [*(["--pedantic"] if server.pedantic else []), *options]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "FIELD_TOKEN": TOKEN, **(variables or {})}
    done = command(*words, environment=environment, cwd=folder)
    (folder / "run.log").write_text(done.stdout + done.stderr, "utf-8")
    path = folder / "reports" / "verdicts.json"
    if not path.exists():
        raise RuntimeError(f"the run ended with {done.returncode}: {done.stdout[-1000:]}{done.stderr[-1000:]}")
    verdicts = json.loads(path.read_text("utf-8"))
    if verdicts["exit_code"] != done.returncode:
        raise RuntimeError(f"the process ended with {done.returncode}, verdicts.json says {verdicts['exit_code']}")
    return verdicts


# ------------------------------------------------------------------------------------------------ comparison


def compare(server, verdicts, all_choices):
    """Return the Result: which faults are found and missed, and what is reported that is none of them."""
    diverging = list(_divergences(verdicts, pedantic=server.pedantic))
    seen = [*diverging, *_misread(server, verdicts, all_choices)]
    expected = [sign for fault in server.faults for sign in (*fault.shows, *fault.also)]
    still = [entry.sign for entry in server.open]
    gone = [entry.sign for entry in server.open if not entry.sometimes and not _shows(entry.sign, seen)]
    false = [f"{clause}: {text}" for clause, text in seen if not _any(expected + still, clause, text)]
    false += [f"an open entry that no longer shows: {sign.clause} {sign.observed}" for sign in gone]
    if verdicts["exit_code"] != int(bool(diverging)):
        false.append(f"exit {verdicts['exit_code']}: {verdicts['why']}")
    missed = [
        f"{fault.what} ({sign.clause} {sign.observed})"
        for fault in server.faults
        for sign in fault.shows
        if not _shows(sign, seen)
    ]
    tested = sum(verdict["outcome"] in {"passed", "failed"} for verdict in verdicts["verdicts"])
    if tested < server.tested:
        missed.append(f"only {tested} clauses have a verdict, at least {server.tested} are expected")
    return Result(
        found=tuple(fault.what for fault in server.faults if all(_shows(sign, seen) for sign in fault.shows)),
        missed=tuple(missed),
        false=tuple(false),
        open=tuple(f"{c}: {text}" for c, text in seen if _any(still, c, text) and not _any(expected, c, text)),
        requests=verdicts["requests"],
        tested=tested,
    )


def _divergences(verdicts, *, pedantic):
    """Give (clause, observed) of each divergence, and with --pedantic of each flagged reading."""
    for verdict in verdicts["verdicts"]:
        for divergence in verdict["divergences"]:
            yield verdict["clause"], divergence["observed"]
    for flagged in verdicts["flagged"] if pedantic else ():
        yield flagged["clause"], f"flagged: {flagged['reading']}"


def _misread(server, verdicts, all_choices):
    """Give (clause, text) of each question whose reading is not the one that the server was written with."""
    read = {verdict["clause"]: verdict["reading"] for verdict in verdicts["verdicts"]}
    for choice in all_choices:
        if server.name in choice["servers"] and "reading" in choice:
            clause, name = choice["clause"], choice["reading"]
            if read.get(clause) != name:
                yield clause, f"read as {read.get(clause)}, and is {name}"


def _any(signs, clause, observed):
    return any(sign.fits(clause, observed) for sign in signs)


def _shows(sign, seen):
    return any(sign.fits(clause, observed) for clause, observed in seen)
