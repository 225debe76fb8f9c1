"""Exchanges that belong together, and what the clauses see in a request."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from contracts.model.clause import Outcome
from contracts.model.exchange import Exchange

READ_BACK = "order detail call"
"""The source of a clause that needs an order read back."""

PLANNED = "plan"
"""The origin of planned cases: they are the same in every run of one seed."""

PROPERTY, SCHEMATHESIS = GENERATED = "property", "schemathesis"
"""The origins of generated cases: another seed makes others."""

BASE = "base"
ELSEWHERE = "elsewhere"
"""Origins of cases: an accepted request that others vary, and a refused one that was sent to an unused order."""


class Role(StrEnum):
    """What an exchange is in its case."""

    #: An accepted request, which the others vary.
    BASE = "base"
    #: The base with one thing changed.
    CHANGE = "change"
    #: The change, sent again.
    REPEAT = "repeat"
    #: Another change of the order that was just changed.
    AGAIN = "again"
    #: Sent concurrently with another one.
    RACE = "race"
    #: Refused, and the reason is unknown.
    TRIED = "tried"
    #: A request for another order.
    OTHER = "other"
    #: The order, read back after the base.
    BEFORE = "before"
    #: The order, read back after all.
    READ = "read"


VARYING = (Role.CHANGE, Role.REPEAT, Role.RACE)
"""What varies the base."""

READ_BACKS = frozenset({Role.BEFORE, Role.READ})


def clause_of(case_id: str) -> str:
    """Return the clause with which the id of a case begins: `robustness.deep-json` of `robustness.deep-json/arrays`."""
    return case_id.partition("/")[0]


class Identified:
    """A case with an id of the form CLAUSE/LABEL."""

    __slots__ = ()
    id: str

    @property
    def clause(self) -> str:
        """The clause that the case is for."""
        return clause_of(self.id)

    @property
    def label(self) -> str:
        """What is special in the case."""
        return self.id.partition("/")[2]


@dataclass(frozen=True, slots=True)
class Unsent:
    """Why a planned or a generated case was not sent, or shows nothing."""

    #: In words, for the reports.
    reason: str
    #: The outcome of a clause of which nothing else was sent.
    outcome: Outcome = Outcome.UNTESTED


@dataclass(frozen=True, slots=True)
class Case(Identified):
    """The exchanges that belong together, oldest first, each with its role."""

    #: CLAUSE/LABEL: the clause that it was planned for, and what is special in it.
    id: str
    #: Roles and exchanges; where they are attempts at one request, what each answer was takes the place of a role.
    steps: tuple[tuple[str, Exchange], ...]
    #: Who sent it: `plan`, `base`, a property, and so on.
    origin: str = PLANNED

    @property
    def key(self) -> tuple[str, str]:
        """The id of the case and of its last exchange, which is another one where a case was sent again."""
        return self.id, self.steps[-1][1].id

    def all(self, *roles: Role) -> tuple[Exchange, ...]:
        """The exchanges of these roles, in order; with no role named, all but the read-backs."""
        if roles:
            return tuple([exchange for role, exchange in self.steps if role in roles])
        return tuple([exchange for role, exchange in self.steps if role not in READ_BACKS])

    def repeats_an_accepted_one(self, exchange: Exchange) -> bool:
        """Return True if the same request was accepted earlier in the case: a refusal is then one of a repeat."""
        for _, earlier in self.steps:
            if earlier.id == exchange.id:
                return False
            if earlier.accepted and earlier.request.content == exchange.request.content:
                return True
        return False

    @property
    def base(self) -> Exchange | None:
        """The accepted request that the others vary, if the case has one."""
        for role, exchange in self.steps:
            if role == Role.BASE:
                return exchange
        return None


def led_to(case: Case, exchange: Exchange) -> list[Exchange]:
    """Return what led to an exchange of a case: the requests since the base if it is a read-back, else itself."""
    places = [number for number, (_, each) in enumerate(case.steps) if each.id == exchange.id]
    if not places or case.steps[places[-1]][0] not in READ_BACKS:
        return [exchange]
    sent = [(role, each) for role, each in case.steps[: places[-1]] if role not in READ_BACKS]
    changes = [each for role, each in sent if role != Role.BASE]
    return changes or [each for _, each in sent[-1:]] or [exchange]


@dataclass(frozen=True, slots=True)
class Trait:
    """One property of a request that a clause speaks of."""

    #: The id of the clause.
    clause: str
    #: The class of what is sent.
    label: str
    #: The field that has it, as a path without indexes; empty if it is about the whole.
    field: str = ""


@dataclass(frozen=True)
class View:
    """A request as the endpoint understands it."""

    #: What a target meets first and has to decide on.
    traits: frozenset[Trait]
    #: What comes after them (a bad quantity in a request without credentials): it may explain a status code only.
    masked: frozenset[Trait] = frozenset()
    #: Whether there is something in it of which no clause speaks: nothing says what to do with the whole.
    unjudged: bool = False
    #: The endpoint's own.
    detail: Any = None
