"""The functions of an endpoint that judge: how they are marked, and what they yield.

An oracle of a clause is a generator over one case and the context. It yields `HELD` each time the case exercised the
clause and the target kept it, and a `Breach` each time the target did not. What it does not exercise it passes over.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Final, TypeVar

from contracts.endpoint.context import Context
from contracts.model.case import Case, Trait
from contracts.model.exchange import Exchange


@dataclass(frozen=True, slots=True)
class Held:
    """The clause was exercised, and kept."""

    #: The class of what was sent, where the clause is about that.
    label: str = ""
    #: The field it is about, as a path without indexes.
    field: str = ""


HELD: Final = Held()


@dataclass(frozen=True, slots=True)
class Breach:
    """What an oracle saw in place of what was due."""

    #: The exchange that shows it.
    exchange: Exchange
    #: What was due, in words.
    expected: str
    #: What was seen, in words.
    observed: str
    #: The class of what was sent.
    label: str = ""
    #: The field it is about, as a path without indexes.
    field: str = ""
    #: The kind of divergence, if it is another than the clause's.
    category: str | None = None
    #: Whether it is that the request was refused, or with which code, which the state of the order may explain.
    refusal: bool = False


@dataclass(frozen=True, slots=True)
class Observation:
    """One piece of evidence for a question."""

    #: What was seen, in the words that readings use.
    evidence: str
    #: The exchange that shows it.
    exchange: Exchange
    #: The class of what was sent.
    label: str = ""
    #: The field it is about, as a path without indexes.
    field: str = ""
    #: Why the request was refused, for a question about codes.
    causes: frozenset[Trait] = frozenset()


Judge = Callable[[Case, Context], Iterator[Breach | Held]]
Observer = Callable[[Case, Context], Iterator[Observation]]
_F = TypeVar("_F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Marked:
    """A function of an endpoint's module that takes part in judging."""

    #: oracle, observer or planner.
    kind: str
    #: The id of its clause; empty for a planner.
    clause: str
    #: The function.
    judge: Any


def oracle(*clauses: str) -> Callable[[_F], _F]:
    """Mark a generator over (case, context) as the oracle of a clause; of several, it gets the id first."""
    return _mark("oracle", clauses)


def observer(*clauses: str) -> Callable[[_F], _F]:
    """Mark a generator over (case, context) as what sees the evidence for a question."""
    return _mark("observer", clauses)


def planner(function: _F) -> _F:
    """Mark a generator over a `Kit` as a source of planned cases."""
    return _mark("planner", ("",))(function)


def _mark(kind: str, clauses: tuple[str, ...]) -> Callable[[_F], _F]:
    def mark(function: _F) -> _F:
        several = len(clauses) > 1
        judges = [_bind(function, clause) if several else function for clause in clauses]
        function.__dict__["marks"] = [
            Marked(kind, clause, judge) for clause, judge in zip(clauses, judges, strict=True)
        ]
        return function

    return mark


def _bind(function: Callable[..., Any], clause: str) -> Callable[..., Any]:
    return functools.update_wrapper(lambda case, context: function(clause, case, context), function)


def marked(module: ModuleType) -> Iterator[Marked]:
    """The marked functions a module defines itself, in its order."""
    for value in vars(module).values():
        if getattr(value, "__module__", None) == module.__name__:
            yield from getattr(value, "marks", ())
