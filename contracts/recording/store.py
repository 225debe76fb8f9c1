"""A recording of any length, kept in a temporary file: memory holds the exchanges that are looked at."""

from __future__ import annotations

import functools
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from contracts.model.case import Case, Role
from contracts.model.exchange import Exchange
from contracts.transport.journal import case_as_json, exchange_as_json, exchange_of, line_of, line_of_case

AT_HAND = 256
"""Exchanges that are kept parsed: those of one case, and the accepted requests that the next ones vary."""


class Store:
    """The lines of a journal. `exchanges` and `cases` count them; `began` and `ended` are seconds since the epoch."""

    def __init__(self) -> None:
        """Make the file, which SQLite removes when it is closed."""
        self._db = sqlite3.connect("")
        self._db.execute("CREATE TABLE exchanges (name TEXT PRIMARY KEY, line TEXT NOT NULL)")
        self._db.execute("CREATE TABLE cases (line TEXT NOT NULL)")
        self._exchange = functools.lru_cache(AT_HAND)(self._parsed)
        self.exchanges = 0
        self.cases = 0
        self.began = float("inf")
        self.ended = 0.0

    def add_exchange(self, exchange: Exchange) -> None:
        """Keep an exchange; one of the same id takes the place of another."""
        line = line_of(exchange_as_json(exchange))
        self._db.execute("INSERT OR REPLACE INTO exchanges VALUES (?, ?)", (exchange.id, line))
        self.exchanges += 1
        self.began = min(self.began, exchange.started or self.began)
        self.ended = max(self.ended, exchange.started + exchange.seconds)

    def add_case(self, line: Mapping[str, Any]) -> None:
        """Keep a case, as its line in a journal has it. Raises LookupError where it names an exchange not kept here."""
        steps = [(str(role), str(name)) for role, name in line["steps"]]
        for _, name in steps:
            if self._db.execute("SELECT 1 FROM exchanges WHERE name = ?", (name,)).fetchone() is None:
                raise KeyError(name)
        kept = line_of(case_as_json(str(line["id"]), str(line["origin"]), steps))
        self._db.execute("INSERT INTO cases VALUES (?)", (kept,))
        self.cases += 1

    def lines(self) -> Iterator[str]:
        """All lines: exchanges, then cases."""
        for table in ("exchanges", "cases"):
            yield from (line for (line,) in self._db.execute(f"SELECT line FROM {table} ORDER BY rowid"))  # noqa: S608

    def save(self, path: Path, head: Iterable[str] = ()) -> None:
        """Write all lines to a file, after those of `head`."""
        with path.open("w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in chain(head, self.lines()))

    def each(self) -> Iterator[Case]:
        """The cases, one at a time."""
        for (text,) in self._db.execute("SELECT line FROM cases ORDER BY rowid"):
            line = json.loads(text)
            yield Case(line["id"], tuple((role, self._exchange(name)) for role, name in line["steps"]), line["origin"])

    def number(self, name: str) -> int:
        """Return the number of the line that an exchange has."""
        (number,) = self._db.execute("SELECT rowid FROM exchanges WHERE name = ?", (name,)).fetchone()
        return int(number)

    def _parsed(self, name: str) -> Exchange:
        (text,) = self._db.execute("SELECT line FROM exchanges WHERE name = ?", (name,)).fetchone()
        return exchange_of(json.loads(text))

    def close(self) -> None:
        """Remove the file."""
        self._db.close()


def alone(exchange: Exchange) -> dict[str, Any]:
    """An exchange as a case of its own, as a line: which belong together is unknown.

    So a refusal says nothing of its cause; what was accepted, and each answer on its own, is judged.
    """
    role = Role.CHANGE if exchange.request.method != "GET" else Role.READ
    return line_of_case(Case(f"recording/{exchange.id}", ((role, exchange),), "recording"))
