"""The words of the suite as frozen values. Imports nothing but the standard library."""

from __future__ import annotations

import hashlib
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
    an oracle of its own. `causes` are the clauses whose refusals a clause about status codes speaks of. `under`
    names the readings of other questions without which the clause does not apply to a target.
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
    causes: tuple[str, ...] = ()
    readings: tuple[Reading, ...] = ()
    mixed: str | None = None
    under: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    line: int = 0

    @property
    def section(self) -> str:
        """The part of the id before the dot: the section of the page, and the module that judges it."""
        return self.id.partition(".")[0]

    @property
    def is_question(self) -> bool:
        """Whether a target may choose between readings."""
        return bool(self.readings)

    def reading(self, name: str) -> Reading:
        """The reading called `name`; KeyError when the clause has none such."""
        for reading in self.readings:
            if reading.name == name:
                return reading
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class LineItem:
    """A line of a lent order. `quantity_ordered` is in units, None when nobody said."""

    uuid: str
    quantity_ordered: int | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """An order lent to the suite."""

    uuid: str
    line_items: tuple[LineItem, ...]

    @property
    def units(self) -> int:
        """The largest quantity ordered of a line, in units; 0 where nobody said any."""
        return max((item.quantity_ordered or 0 for item in self.line_items), default=0)


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent. Holds no secret: `credential` is a label which the transport turns into a header.

    `path` is the request target as it stands on the wire, percent-encoded, with its query.
    """

    method: str
    path: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    credential: str = "valid"

    def header(self, name: str) -> str | None:
        """The first value of a header, whatever its case."""
        return _header(self.headers, name)


@dataclass(frozen=True, slots=True)
class Response:
    """What came back, redacted. `complete` is False where the body was cut at a limit."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    complete: bool = True

    def header(self, name: str) -> str | None:
        """The first value of a header, whatever its case."""
        return _header(self.headers, name)


def _header(headers: tuple[tuple[str, str], ...], name: str) -> str | None:
    wanted = name.lower()
    return next((value for key, value in headers if key.lower() == wanted), None)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request with its response, or with the transport's trouble in one line.

    `started` is seconds since the epoch (UTC); `seconds` is how long the answer took. `lacks` names the parts that a
    recording does not contain (contracts/unknown.py).
    """

    id: str
    request: Request
    response: Response | None
    trouble: str | None = None
    started: float = 0.0
    seconds: float = 0.0
    lacks: frozenset[str] = frozenset()

    @property
    def status(self) -> int | None:
        """The status code; None when there was no answer."""
        return self.response.status if self.response else None

    @property
    def accepted(self) -> bool:
        """Whether the target says it did what was asked (any 2xx)."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def refused(self) -> bool:
        """Whether the target says that the request is at fault (any 4xx)."""
        return self.status is not None and 400 <= self.status < 500

    @property
    def answer(self) -> str:
        """The class of the answer, as signatures use it."""
        if self.status is None:
            return "no answer"
        if self.accepted:
            return "accepted"
        return f"refused {self.status}" if self.refused else f"invalid {self.status}"


READ_BACKS = frozenset({"before", "read"})


@dataclass(frozen=True, slots=True)
class Case:
    """The exchanges that belong together, oldest first, each with its role.

    Roles: `base` (an accepted request), `change` (the base with one thing changed), `repeat` (the change
    once more), `again` (another allocation of the order just allocated), `race` (sent at once with another), `tried`
    (refused, and nobody knows why), `before` and `read` (the order read back after the base, and after all).
    """

    id: str
    steps: tuple[tuple[str, Exchange], ...]
    origin: str = "plan"

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from others of the same id, which were sent again: its last exchange."""
        return self.id, self.steps[-1][1].id

    def all(self, *roles: str) -> tuple[Exchange, ...]:
        """The exchanges of these roles, in order; with no role named, all but the read-backs."""
        if roles:
            return tuple([exchange for role, exchange in self.steps if role in roles])
        return tuple([exchange for role, exchange in self.steps if role not in READ_BACKS])

    @property
    def base(self) -> Exchange | None:
        """The accepted request that the others vary, if the case has one."""
        for role, exchange in self.steps:
            if role == "base":
                return exchange
        return None


@dataclass(frozen=True, slots=True)
class Trait:
    """One property of a request that a clause speaks of: `field` is a path without indexes."""

    clause: str
    label: str
    field: str = ""


@dataclass(frozen=True)
class View:
    """A request as the endpoint understands it.

    `traits` are those a target meets first and must decide on; `masked` are further ones that stand behind
    them (a bad quantity in a request without credentials), which may explain a status code and nothing else.
    `unjudged` says that there is something in it on which no clause speaks, so that nobody can say what a
    target should do with the whole. `detail` belongs to the endpoint.
    """

    traits: frozenset[Trait]
    masked: frozenset[Trait] = frozenset()
    unjudged: bool = False
    detail: Any = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One observed breach of a clause; `label` is the class of what was sent, `answer` of what came back."""

    clause: str
    category: str
    expected: str
    observed: str
    exchange: Exchange
    case: Case
    label: str = ""
    field: str = ""
    answer: str = ""

    @property
    def signature(self) -> str:
        """Twelve hex digits, the same for the same kind of breach in every run: no values, seeds or UUIDs."""
        kind = f"{self.clause}\n{self.category}\n{self.field}\n{self.label}\n{self.answer}"
        return hashlib.sha256(kind.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Defect:
    """A place where the page departs from itself: found by reading it, with the words to change."""

    kind: str
    line: int
    what: str
    suggestion: str
