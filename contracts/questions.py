"""Which reading a target follows, from the evidence of the cases. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from contracts.context import Context
from contracts.endpoint import Endpoint
from contracts.model import Case, Clause, Trait
from contracts.oracle import observe

Evidence = tuple[tuple[str, str], ...]


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
    """What one case shows on questions: (clause, word) pairs.

    Of the context before, only what it knows of orders counts, and not the readings found so far.
    """
    context = _unread(before)
    asked = [clause for clause in endpoint.concerned(context.touched(case)) if clause.is_question]
    return tuple((c.id, seen.evidence) for c in asked for seen in observe(c, case, context, endpoint.observers))


def _unread(context: Context) -> Context:
    return replace(context, readings={}, undecided=frozenset(), denied=frozenset())


def settle(endpoint: Endpoint, cases: Sequence[Case], words: Iterable[Evidence], before: Context) -> Context:
    """The context all further judging uses: readings found, questions undecided, lawful requests denied."""
    context = _unread(before)
    seen: dict[str, Counter[str]] = {clause.id: Counter() for clause in endpoint.catalogue.questions}
    for question, word in (pair for pairs in words for pair in pairs):
        seen[question][word] += 1
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
    denied = frozenset(_denied(endpoint, cases, context))
    return replace(context, readings=readings, undecided=frozenset(undecided), denied=denied)


def _denied(endpoint: Endpoint, cases: Sequence[Case], context: Context) -> Iterable[Trait]:
    """Traits of refused requests that are lawful in all; of several, those never seen in an accepted request."""
    clauses = endpoint.catalogue.clauses
    changes = ((case, exchange) for case in cases for exchange in case.all("change") if exchange.refused)
    apart = [fresh for case, exchange in changes if (fresh := context.fresh(case, exchange))]
    refused = [fresh for fresh in apart if all(clauses[trait.clause].expects == "accepted" for trait in fresh)]
    if refused:
        taken = {t for case in cases for e in case.all() if e.accepted for t in context.view(e).traits}
        for fresh in refused:
            yield from (fresh - taken) or fresh
