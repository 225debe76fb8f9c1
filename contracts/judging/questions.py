"""Which reading a target follows, from the evidence of the cases. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from contracts.endpoint.context import Context
from contracts.endpoint.discovery import Endpoint
from contracts.endpoint.oracle import observe
from contracts.model.case import Case, Trait
from contracts.model.clause import Clause


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one case shows, whatever is known of the target.

    `words` are what was seen of questions, as (clause, word) pairs. `denied` is what set a refused request apart from
    an accepted one where that is lawful in all; `taken` are the traits of requests that were accepted.
    """

    words: tuple[tuple[str, str], ...]
    denied: tuple[frozenset[Trait], ...]
    taken: frozenset[Trait]


@dataclass(frozen=True)
class Answer:
    """The reading nearest to what was seen (None: nothing fits), and whether everything seen fits it."""

    reading: str | None
    consistent: bool


def conclude(clause: Clause, evidence: Counter[str]) -> Answer | None:
    """The answer to one question, or None where the evidence does not reach.

    A reading is followed when what was seen is exactly its evidence. What was seen being only a part of
    some reading's evidence settles nothing. Otherwise the target follows none, and the reading that agrees
    with most of what was seen is the one the rest departs from.
    """
    seen = frozenset(evidence)
    if not seen:
        return None
    for reading in clause.readings:
        if reading.evidence == seen:
            return Answer(reading.name, consistent=True)
    if clause.mixed is not None and seen <= frozenset().union(*(r.evidence for r in clause.readings)):
        return Answer(clause.mixed, consistent=True)
    if any(seen < reading.evidence for reading in clause.readings):
        return None
    agreeing = {r.name: sum(evidence[word] for word in r.evidence) for r in clause.readings}
    nearest = max(agreeing, key=lambda name: agreeing[name])
    return Answer(nearest if agreeing[nearest] else None, consistent=False)


def evidence(endpoint: Endpoint, case: Case, before: Context) -> Evidence:
    """What one case shows. Of the context before, only what it knows of orders counts, not the readings found."""
    context = _unread(before)
    clauses = endpoint.catalogue.clauses
    asked = [clause for clause in endpoint.concerned(context.touched(case)) if clause.is_question]
    apart = [context.fresh(case, exchange) for exchange in case.all("change") if exchange.refused]
    return Evidence(
        words=tuple((c.id, seen.evidence) for c in asked for seen in observe(c, case, context, endpoint.observers)),
        denied=tuple(f for f in apart if f and all(clauses[trait.clause].expects == "accepted" for trait in f)),
        taken=frozenset(t for exchange in case.all() if exchange.accepted for t in context.view(exchange).traits),
    )


def _unread(context: Context) -> Context:
    return replace(context, readings={}, undecided=frozenset(), denied=frozenset())


def settle(endpoint: Endpoint, shown: Iterable[Evidence], before: Context) -> Context:
    """The context all further judging uses: readings found, questions undecided, lawful requests denied."""
    seen: dict[str, Counter[str]] = {clause.id: Counter() for clause in endpoint.catalogue.questions}
    denied: set[frozenset[Trait]] = set()
    taken: set[Trait] = set()
    for each in shown:
        for question, word in each.words:
            seen[question][word] += 1
        denied.update(each.denied)
        taken |= each.taken
    readings: dict[str, str] = {}
    undecided: list[str] = []
    for clause in endpoint.catalogue.questions:
        answer = conclude(clause, seen[clause.id])
        if answer is None:
            continue
        if answer.reading is not None:
            readings[clause.id] = answer.reading
        if not answer.consistent:
            undecided.append(clause.id)
    refused = frozenset(trait for apart in denied for trait in ((apart - taken) or apart))
    return replace(_unread(before), readings=readings, undecided=frozenset(undecided), denied=refused)
