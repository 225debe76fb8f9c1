"""What a run has to say, as one frozen value. Imports the model only."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from contracts import ENDPOINT
from contracts.model.case import Case
from contracts.model.clause import Clause, Defect, Level, Outcome, Reading
from contracts.model.exchange import Exchange
from contracts.model.exits import ExitCode
from contracts.model.finding import VERSION


@dataclass(frozen=True, slots=True)
class Known:
    """A divergence that somebody has accepted, until a day; a `flaky` one may be absent.

    `category` is that of the divergence; None in entries that were written before it was kept.
    """

    signature: str
    clause: str
    reason: str
    expires: datetime.date
    link: str | None = None
    flaky: bool = False
    category: str | None = None

    @property
    def older(self) -> bool:
        """Return whether its signature is of another version than those of this release."""
        return self.signature.partition("-")[0] != VERSION

    def means(self, clause: str, category: str | None) -> bool:
        """Return whether it speaks of divergences of this clause and category, as far as both are stated."""
        return self.clause == clause and (self.category == category or None in (self.category, category))


@dataclass(frozen=True, slots=True)
class Note:
    """What of a ledger no longer holds: `kind` is healed, expired, drifted, lost or absent; `fix` is what to do.

    `signature` is that of the known divergence it is about, if it is about one.
    """

    kind: str
    clause: str
    text: str
    fix: str
    fails: bool = False
    signature: str | None = None


Facts = tuple[str, ...]
"""What is true of the request of a case, in words that follow "if", the plainest first."""


def is_flaky(reproducible: str | None) -> bool:
    """Return True if `k/n` says that a case did not show the same each time that it was sent."""
    shown, _, sent = (reproducible or "").partition("/")
    return shown != sent


@dataclass(frozen=True, slots=True)
class Divergence:
    """All findings of one clause with one signature, shown by the smallest exchange.

    `seen` of `of` cases that exercised the clause show it; `exchanges` are the ids of the requests that lead to it.
    `sometimes`: planned cases that could show it do not, or it does not show each time. `failed` and `passed` are what
    is true of the requests that show it, and of those that could and do not.
    """

    signature: str
    clause: str
    category: str
    field: str
    label: str
    expected: str
    observed: str
    seen: int
    of: int
    case: Case
    exchange: Exchange
    curl: str
    exchanges: frozenset[str] = frozenset()
    sometimes: bool = False
    failed: frozenset[Facts] = frozenset()
    passed: frozenset[Facts] = frozenset()
    known_as: Known | None = None
    reproducible: str | None = None

    @property
    def known(self) -> bool:
        """Return whether it is in the ledger."""
        return self.known_as is not None

    @property
    def flaky(self) -> bool:
        """Return whether the smallest case showed the divergence in some of its repeats only."""
        return is_flaky(self.reproducible)


@dataclass(frozen=True, slots=True)
class Cause:
    """What a maintainer would mend: the divergences that one fault explains, the one that says most first.

    `id` is its name in this report: c1 and so on. `sent` and `answered` are the smallest request and its answer in a
    line each. `when` is the condition under which it shows, None if it always does or no pattern was found.
    """

    id: str
    title: str
    level: Level
    divergences: tuple[Divergence, ...]
    sent: str
    answered: str
    when: str | None = None
    sometimes: bool = False
    intermediary: bool = False
    intermittent: bool = False

    @property
    def main(self) -> Divergence:
        """The divergence that represents it."""
        return self.divergences[0]

    @property
    def known(self) -> bool:
        """Return whether the ledger has all of it."""
        return all(divergence.known for divergence in self.divergences)

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses on which it shows."""
        return tuple(dict.fromkeys(divergence.clause for divergence in self.divergences))

    @property
    def seen(self) -> int:
        """In how many of the cases that exercised the clause of the main divergence it shows."""
        return min(self.of, sum(each.seen for each in self.divergences if each.clause == self.main.clause))

    @property
    def of(self) -> int:
        """How many cases exercised that clause."""
        return self.main.of


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a run found out about one clause; `cases` counts the cases that exercised it.

    `seconds` is how long the requests took that were planned for this clause.
    """

    clause: Clause
    outcome: Outcome
    cases: int
    reading: str | None = None
    reason: str | None = None
    divergences: tuple[Divergence, ...] = ()
    seconds: float = 0.0

    @property
    def flagged(self) -> Reading | None:
        """The reading found, where it departs from what the page's field list or a standard says."""
        if self.reading is None:
            return None
        reading = self.clause.reading(self.reading)
        return reading if reading.flagged else None


@dataclass(frozen=True, slots=True)
class Touched:
    """A test order that requests named: how many, and the last of them that was carried out."""

    order: str
    requests: int
    last: Exchange | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """All a run has to say, frozen. Renderings read it and compute nothing.

    `troubles` are transport errors that did not repeat, `errors` trouble in the suite itself; both are one line each.
    `warnings` are what to know before trusting the run, `orders` the test orders it named. `named` says whether the
    target is named in a file, `ledger` what no longer holds of what is accepted there, and `entries` are those that
    would make new divergences known, by signature. `why` is the exit code's reason in one sentence, `started` seconds
    since the epoch. `statuses` are the codes with which the call was answered, and `specs` is where the endpoint's data
    lies, which some renderings put into words. `recorded` counts the calls of a recording that were judged; None for a
    run. `times` says how long answers took. `endpoint` is the title of the call, `endpoint_name` its name in
    options and tables.
    """

    endpoint: str
    target: str
    base_url: str
    may_allocate: bool
    seed: int
    complete: bool
    verdicts: tuple[Verdict, ...]
    defects: tuple[Defect, ...]
    errors: tuple[str, ...]
    troubles: tuple[str, ...]
    requests: int
    started: float
    seconds: float
    exit_code: ExitCode
    why: str
    pedantic: bool = False
    warnings: tuple[str, ...] = ()
    orders: tuple[Touched, ...] = ()
    named: bool = False
    ledger: tuple[Note, ...] = ()
    entries: Mapping[str, str] = field(default_factory=dict)
    sections: Mapping[str, str] = field(default_factory=dict)
    statuses: tuple[int, ...] = ()
    specs: Path | None = None
    recorded: int | None = None
    causes: tuple[Cause, ...] = ()
    times: str = ""
    endpoint_name: str = ENDPOINT

    def with_errors(self, errors: Iterable[str]) -> Report:
        """The same report of a run in which the suite failed as well, as `errors` say."""
        every = tuple(dict.fromkeys([*self.errors, *errors]))
        return replace(self, errors=every, exit_code=ExitCode.SUITE_FAILED, why=f"the suite itself failed: {every[0]}")

    @property
    def divergences(self) -> tuple[Divergence, ...]:
        """All divergences, in the order of the clauses."""
        return tuple(d for verdict in self.verdicts for d in verdict.divergences)

    def verdict(self, clause: str) -> Verdict:
        """Return the verdict on a clause; StopIteration if the report has none."""
        return next(verdict for verdict in self.verdicts if verdict.clause.id == clause)

    @property
    def flagged(self) -> tuple[Verdict, ...]:
        """The verdicts whose reading departs from the field list or from a standard."""
        return tuple(verdict for verdict in self.verdicts if verdict.flagged)


def table_name(target: str) -> str:
    """Return the name of a target's table in TOML: its own, in quotes if needed, or one made of the host of a URL."""
    host = urlsplit(target).netloc.rpartition("@")[2] if "://" in target else ""
    name = re.sub(r"[^A-Za-z0-9]+", "-", host).strip("-") if host else target
    return name if re.fullmatch("[A-Za-z0-9_-]+", name) else json.dumps(name, ensure_ascii=False)
