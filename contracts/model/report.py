"""What a run has to say, as one frozen value. Imports the model only."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from contracts import ENDPOINT
from contracts.model.case import Case
from contracts.model.clause import Clause, Defect, Level, Outcome, Reading
from contracts.model.exchange import Exchange
from contracts.model.exits import ExitCode
from contracts.model.finding import VERSION, version_of


@dataclass(frozen=True, slots=True)
class Known:
    """A divergence that somebody has accepted, until a day."""

    #: That of the divergence.
    signature: str
    #: The id of its clause.
    clause: str
    #: Why it is accepted.
    reason: str
    #: The last day on which it is.
    expires: datetime.date
    #: Where it is followed up.
    link: str | None = None
    #: Whether it may be absent from a run.
    flaky: bool = False
    #: That of the divergence; None in entries that were written before it was kept.
    category: str | None = None

    @property
    def older(self) -> bool:
        """Return whether its signature is of another version than those of this release."""
        return version_of(self.signature) != VERSION

    def means(self, clause: str, category: str | None) -> bool:
        """Return whether it speaks of divergences of this clause and category, as far as both are stated."""
        return self.clause == clause and (self.category == category or None in (self.category, category))


@dataclass(frozen=True, slots=True)
class Note:
    """What of a ledger no longer holds."""

    #: healed, expired, drifted, lost or absent.
    kind: str
    #: The id of the clause it is about.
    clause: str
    #: What no longer holds, in one sentence.
    text: str
    #: What to do about it.
    fix: str
    #: Whether it fails the run.
    fails: bool = False
    #: That of the known divergence it is about, if it is about one.
    signature: str | None = None


Facts = tuple[str, ...]
"""What is true of the request of a case, in words that follow "if", the plainest first."""
Numbers = int
"""A set of exchanges: the bit of an exchange's number is set. A long recording has very many that show the same."""


def is_flaky(reproducible: str | None) -> bool:
    """Return True if `k/n` says that a case did not show the same each time that it was sent."""
    shown, _, sent = (reproducible or "").partition("/")
    return shown != sent


@dataclass(frozen=True, slots=True)
class Divergence:
    """All findings of one clause with one signature, shown by the smallest exchange."""

    #: What is the same for the same kind of breach in every run.
    signature: str
    #: The id of the clause.
    clause: str
    #: The kind of divergence, as reports name it.
    category: str
    #: The field it is about, as a path without indexes.
    field: str
    #: The class of what was sent.
    label: str
    #: What was due, in words.
    expected: str
    #: What was seen in its place, in words.
    observed: str
    #: How many cases show it.
    seen: int
    #: How many cases exercised the clause.
    of: int
    #: The smallest case that shows it.
    case: Case
    #: The exchange of that case that shows it.
    exchange: Exchange
    #: Commands that send the case again, one on each line.
    curl: str
    #: All requests that lead to it.
    exchanges: Numbers = 0
    #: Whether planned cases that could show it do not, or it does not show each time.
    sometimes: bool = False
    #: Whether another run may not show it, though nothing was corrected.
    by_chance: bool = False
    #: What is true of the requests that show it.
    failed: frozenset[Facts] = frozenset()
    #: What is true of the requests that could show it and do not.
    passed: frozenset[Facts] = frozenset()
    #: Its entry in the ledger.
    known_as: Known | None = None
    #: k/n: its case was sent n times, and k of them showed it; None if it was not sent again.
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
    """What a maintainer would mend: the divergences that one fault explains."""

    #: Its name in this report: c1 and so on.
    id: str
    #: What was observed, in which field, and what was due.
    title: str
    #: The highest of its clauses.
    level: Level
    #: The one that says most first.
    divergences: tuple[Divergence, ...]
    #: The smallest request, in one line.
    sent: str
    #: Its answer, in one line.
    answered: str
    #: The condition under which it shows; None if it always does, or no pattern was found.
    when: str | None = None
    #: Whether it does not show each time that it could.
    sometimes: bool = False
    #: Whether it is about answers of a gateway, and not of the application.
    intermediary: bool = False
    #: Whether it comes and goes for the same request.
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
    """What a run found out about one clause."""

    #: The clause.
    clause: Clause
    #: One of EARL's words.
    outcome: Outcome
    #: How many cases exercised it.
    cases: int
    #: The name of the reading that the target follows; None if it is not known, or nothing is asked.
    reading: str | None = None
    #: Why there is no verdict; None if there is one.
    reason: str | None = None
    #: What breaks it.
    divergences: tuple[Divergence, ...] = ()
    #: How long the requests took that were planned for it.
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
    """A test order that requests named."""

    #: Its UUID.
    order: str
    #: How many named it.
    requests: int
    #: The last of them that was carried out.
    last: Exchange | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """All a run has to say, frozen. Renderings read it and compute nothing."""

    #: The title of the endpoint.
    endpoint: str
    #: The name of the target, or its URL.
    target: str
    #: Where requests went.
    base_url: str
    #: Whether the target permits to change its test orders.
    may_allocate: bool
    #: That of invented names and generated requests.
    seed: int
    #: False if the run ended before all was sent and judged.
    complete: bool
    #: One for each clause, in the order of `clauses.toml`.
    verdicts: tuple[Verdict, ...]
    #: Where the page departs from itself.
    defects: tuple[Defect, ...]
    #: Trouble in the suite itself, one line each.
    errors: tuple[str, ...]
    #: Transport errors that did not repeat, one line each.
    troubles: tuple[str, ...]
    #: How many were sent.
    requests: int
    #: Seconds since the epoch (UTC).
    started: float
    #: How long the run took.
    seconds: float
    #: What the process ends with.
    exit_code: ExitCode
    #: The reason of the exit code, in one sentence.
    why: str
    #: Whether level `should` and flagged readings fail the run.
    pedantic: bool = False
    #: What to know before trusting the run.
    warnings: tuple[str, ...] = ()
    #: The test orders that requests named.
    orders: tuple[Touched, ...] = ()
    #: Whether the target has a table in a file.
    named: bool = False
    #: What no longer holds of what is accepted there.
    ledger: tuple[Note, ...] = ()
    #: The entry that would make a new divergence known, by signature.
    entries: Mapping[str, str] = field(default_factory=dict)
    #: The titles of the page's sections, by slug.
    sections: Mapping[str, str] = field(default_factory=dict)
    #: The status codes with which the call was answered.
    statuses: tuple[int, ...] = ()
    #: Where the endpoint's data is, which some renderings put into words.
    specs: Path | None = None
    #: How many calls of a recording were judged; None for a run.
    recorded: int | None = None
    #: What a maintainer would mend, what fails a run first.
    causes: tuple[Cause, ...] = ()
    #: How long answers took, in words.
    times: str = ""
    #: The name of the endpoint, as `--endpoint` takes it.
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
