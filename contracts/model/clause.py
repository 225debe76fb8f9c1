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


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to answer a question of the page.

    `evidence` is the set of things seen on a target that follows this reading, in the words the clause's
    observer uses; `departs_from` names what this reading leaves ("field list", "samples", "HTTP", ...). `says` is
    what the page would have to say to mean this and nothing else.
    """

    name: str
    means: str
    evidence: frozenset[str]
    departs_from: str | None = None
    says: str = ""

    @property
    def flagged(self) -> bool:
        """Following the field list against the samples is what the page asks for: only that is not flagged."""
        return self.departs_from not in (None, "samples")


@dataclass(frozen=True, slots=True)
class Clause:
    """One duty or fact, as `clauses.toml` states it.

    `expects`, `decided_by` and `codes` say which standard oracle judges it; a clause with none of them has
    an oracle of its own. `refusals_of` are the clauses whose refusals a clause about status codes speaks of. `under`
    names the readings of other questions without which the clause does not apply to a target. `pooled` says that it is
    judged over all answers of a run (contracts/judging/availability.py); what breaks it may be absent from a run.

    `kind` is the breach and its place: divergences of one kind with the same class of answer have one cause. An answer
    that breaks this clause may break those in `explains` for that reason alone; `basic`: any other clause.
    `endpoint` is the name of the endpoint whose clause it is.
    """

    id: str
    level: Level
    status: Status
    means: str
    where: str
    source: tuple[str, ...]
    category: str
    cites: tuple[Mapping[str, Any], ...] = ()
    expects: str | None = None
    decided_by: str | None = None
    codes: tuple[int, ...] = ()
    refusals_of: tuple[str, ...] = ()
    kind: str = ""
    explains: tuple[str, ...] = ()
    basic: bool = False
    readings: tuple[Reading, ...] = ()
    mixed: str | None = None
    under: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pooled: bool = False
    line: int = 0
    endpoint: str = ""

    @property
    def section(self) -> str:
        """The part of the id before the dot: the section of the page, and the module that judges it."""
        return self.id.partition(".")[0]

    @property
    def is_question(self) -> bool:
        """Return whether a target may choose between readings."""
        return bool(self.readings)

    def reading(self, name: str) -> Reading:
        """The reading called `name`; KeyError when the clause has none such."""
        for reading in self.readings:
            if reading.name == name:
                return reading
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class Defect:
    """A place where the page departs from itself: found by reading it, with the words to change."""

    kind: str
    line: int
    what: str
    suggestion: str
