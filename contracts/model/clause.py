"""What the page states, as values: clauses, their readings, and defects of the page itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    """How much a clause binds: a `must` fails the run, a `should` only with `--pedantic`."""

    MUST = "must"
    SHOULD = "should"


class Status(StrEnum):
    """Whether the page says one thing, two things, or nothing."""

    CLEAR = "clear"
    CONTRADICTED = "contradicted"
    SILENT = "silent"


class Outcome(StrEnum):
    """The EARL words for what a run found out about a clause."""

    PASSED = "passed"
    FAILED = "failed"
    CANT_TELL = "cantTell"
    INAPPLICABLE = "inapplicable"
    UNTESTED = "untested"


UNSAID = (Outcome.UNTESTED, Outcome.CANT_TELL)
"""What says nothing of a clause."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to answer a question of the page."""

    #: How the reading is called, unique among the readings of its clause.
    name: str
    #: What a target does that follows it, in words.
    means: str
    #: What is seen on a target that follows it, in the words that the observer of the clause uses.
    evidence: frozenset[str]
    #: What it departs from, such as "field list", "samples" or "HTTP"; None if from nothing.
    departs_from: str | None = None
    #: What the page would have to say to mean this and nothing else.
    says: str = ""

    @property
    def flagged(self) -> bool:
        """Following the field list against the samples is what the page asks for: only that is not flagged."""
        return self.departs_from not in (None, "samples")


@dataclass(frozen=True, slots=True)
class Clause:
    """One duty or fact, as `clauses.toml` states it."""

    #: SECTION.SLUG, unique.
    id: str
    #: Whether what breaks it fails a run.
    level: Level
    #: Whether the page says one thing about it, two, or nothing.
    status: Status
    #: What it demands, in one sentence.
    means: str
    #: The heading of the page under which it is stated, or belongs.
    where: str
    #: What states it: "page", "RFC 9110", and so on.
    source: tuple[str, ...]
    #: The kind of divergence, as reports name it.
    category: str
    #: Facts of the page that it rests on, as tables of `clauses.toml`; `timp-conformance page` checks them.
    cites: tuple[Mapping[str, Any], ...] = ()
    #: "accepted" or "refused": the standard oracle; None if another one judges it.
    expects: str | None = None
    #: How the standard observer of a question sees its evidence: "code", "label" or "answer".
    decided_by: str | None = None
    #: The status codes with which requests may be refused.
    codes: tuple[int, ...] = ()
    #: The clauses of whose refusals a clause about status codes speaks.
    refusals_of: tuple[str, ...] = ()
    #: The breach and its place: divergences of one kind with the same class of answer have one cause.
    kind: str = ""
    #: Clauses that an answer may break only because it breaks this one.
    explains: tuple[str, ...] = ()
    #: Whether an answer that breaks it may break any other clause for that reason alone.
    basic: bool = False
    #: The readings of a question; empty if it is none.
    readings: tuple[Reading, ...] = ()
    #: The name of the reading of a target that does both; None if a target has to choose.
    mixed: str | None = None
    #: Names of readings by question: the clause applies only to a target that follows one of them.
    under: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: Whether it is judged over all answers of a run (contracts/judging/availability.py).
    pooled: bool = False
    #: Where `clauses.toml` states it.
    line: int = 0
    #: The name of the endpoint whose clause it is.
    endpoint: str = ""

    @property
    def section(self) -> str:
        """The part of the id before the dot: the section of the page, and the module that judges it."""
        return self.id.partition(".")[0]

    @property
    def is_question(self) -> bool:
        """Return whether a target may choose between readings."""
        return bool(self.readings)

    @property
    def is_about_a_trait(self) -> bool:
        """Return whether it speaks only of requests that have a trait of it: what becomes of them is what it says.

        The observer of a question may look at other requests too, such as the base.
        """
        return self.expects is not None

    def reading(self, name: str) -> Reading:
        """The reading called `name`; KeyError when the clause has none such."""
        for reading in self.readings:
            if reading.name == name:
                return reading
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class Defect:
    """A place where the page departs from itself: found by reading it, with the words to change."""

    #: Which check of the page found it.
    kind: str
    #: Where on the page.
    line: int
    #: What departs from what.
    what: str
    #: The words to change.
    suggestion: str
