"""Single, named faults: at which stage of the honest call, what replaces it, which clauses that breaks."""

from __future__ import annotations

from functools import partial
from typing import Any

from provider.allocate_order.faults import (
    answers,
    authentication,
    availability,
    conditional,
    containers,
    dates,
    echoes,
    errors,
    http,
    interruptions,
    leaks,
    names,
    path,
    quantities,
    questions,
    requests,
    robustness,
    state,
    sums,
    texts,
    variations,
    variations_of_dates,
    variations_of_http,
    variations_of_lines,
    variations_of_state,
    variations_text,
    wire,
)
from provider.allocate_order.faults.fault import Fault, faults_of
from provider.allocate_order.handler import AllocateOrder
from provider.names import spelled_like

FAULTS = faults_of(
    *(path, requests, names, quantities, sums, dates, answers, wire),
    *(authentication, containers, echoes, http, texts, errors, leaks, robustness, state, questions, availability),
    conditional,
)
VARIATIONS = faults_of(
    *(variations, variations_of_dates, variations_of_http, variations_of_lines, variations_of_state, variations_text),
    interruptions,
)
"""What a deployment may do otherwise, and no oracle may report."""


def stages() -> frozenset[str]:
    """Return the names of the stages of the honest call, which a fault can replace."""
    return frozenset(name for name in dir(AllocateOrder) if name[0] != "_" and callable(getattr(AllocateOrder, name)))


def with_faults(names: tuple[str, ...]) -> type[AllocateOrder]:
    """The call with some faults or variations, one around the other where they share a stage.

    Raises ValueError for a name there is not.
    """
    call = AllocateOrder
    known = FAULTS | VARIATIONS
    for name in names:
        if name not in known:
            raise ValueError(f"fault {name}: no such fault{spelled_like(name, known)}")
        call = _with(known[name], call)
    return call


def _with(fault: Fault, call: type[AllocateOrder]) -> type[AllocateOrder]:
    honest = getattr(call, fault.stage)

    def stage(self: AllocateOrder, *seen: Any, **named: Any) -> Any:
        return fault.deviation(self, partial(honest, self), *seen, **named)

    return type(call.__name__, (call,), {fault.stage: stage})
