"""Which reading a target follows, from the evidence of the cases. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from contracts.endpoint.context import Context, Elsewhere
from contracts.endpoint.discovery import Endpoint
from contracts.endpoint.oracle import observe
from contracts.model.case import BASE, ELSEWHERE, Case, Role, Trait
from contracts.model.clause import Clause
from contracts.model.exchange import Exchange


@dataclass(frozen=True, slots=True)
class Word:
    """One thing seen of a question."""

    #: The id of the clause.
    question: str
    #: What was seen, in the words that readings use.
    evidence: str
    #: Why the request may have been refused, for a question about codes.
    causes: frozenset[Trait]
    #: The same number for equal requests; 0 for questions that do not need it.
    request: int
    #: Whether the request was refused.
    refused: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one case shows, whatever is known of the target."""

    #: What came of a refused request on an unused order: the id of its exchange, and same, other or unknown.
    elsewhere: tuple[str, str] | None
    #: Whether a base was refused on an order that had accepted it.
    closed: bool
    #: What was seen of questions.
    words: tuple[Word, ...]
    #: What set a refused request apart from an accepted one where that is allowed in all, and whether a limit or a
    #: rule of the target may be why it was refused.
    denied: tuple[tuple[frozenset[Trait], bool], ...]
    #: Traits of requests that were accepted.
    taken: frozenset[Trait]
    #: The smallest and the largest of what the endpoint measures in accepted requests.
    measured: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Conclusion:
    """What is known of a question."""

    #: The name of the reading nearest to what was seen; None if nothing fits.
    reading: str | None
    #: Whether all that was seen fits it.
    consistent: bool


def conclude(clause: Clause, evidence: Counter[str], *, wavers: bool = False) -> Conclusion | None:
    """The answer to one question, or None where the evidence does not reach.

    A reading is followed when what was seen is exactly its evidence. What was seen being only a part of
    some reading's evidence settles nothing. Otherwise the target follows none, and the reading that agrees
    with most of what was seen is the one the rest departs from. It follows none either if it `wavers`: if the
    identical request was answered in two ways.
    """
    seen = frozenset(evidence)
    if not seen:
        return None
    if not wavers:
        followed = _followed(clause, seen)
        if followed is not None or any(seen < reading.evidence for reading in clause.readings):
            return followed
    agreeing = {r.name: sum(evidence[word] for word in r.evidence) for r in clause.readings}
    nearest = max(agreeing, key=lambda name: agreeing[name])
    return Conclusion(nearest if agreeing[nearest] else None, consistent=False)


def _followed(clause: Clause, seen: frozenset[str]) -> Conclusion | None:
    for reading in clause.readings:
        if reading.evidence == seen:
            return Conclusion(reading.name, consistent=True)
    if clause.mixed is not None and seen <= frozenset().union(*(r.evidence for r in clause.readings)):
        return Conclusion(clause.mixed, consistent=True)
    return None


def evidence(endpoint: Endpoint, case: Case, before: Context) -> Evidence:
    """Return what one case shows. Of the context before, only what it knows of orders counts, not the readings."""
    context = _unread(before)
    asked = [clause for clause in endpoint.concerned(context.touched(case)) if clause.is_question]
    accepted = [context.view(exchange) for exchange in case.all() if exchange.accepted]
    return Evidence(
        elsewhere=_elsewhere(case),
        closed=case.origin == BASE and case.base is not None and any(e.refused for e in case.all(Role.CHANGE)),
        words=tuple(
            Word(clause.id, seen.evidence, seen.causes, _same(clause, seen.exchange), seen.exchange.refused)
            for clause in asked
            for seen in observe(clause, case, context, endpoint.observers)
        ),
        denied=tuple(_denied(endpoint, case, context)),
        taken=frozenset(trait for view in accepted for trait in view.traits),
        measured=_bounds(value for view in accepted for value in endpoint.definition.measured(view)),
    )


def _denied(endpoint: Endpoint, case: Case, context: Context) -> Iterator[tuple[frozenset[Trait], bool]]:
    for exchange in case.all(Role.CHANGE):
        fresh = context.fresh(case, exchange) if exchange.refused else None
        if fresh and all(endpoint.catalogue.clauses[trait.clause].expects == "accepted" for trait in fresh):
            yield fresh, context.call.left_open(case, exchange, context)


def _elsewhere(case: Case) -> tuple[str, str] | None:
    if case.origin != ELSEWHERE:
        return None
    first, *again = case.all(Role.TRIED)
    sent = case.all(Role.CHANGE)
    if any(each.answer != first.answer for each in again):
        return first.id, "same"  # it changes on its own: the state of the order does not explain it
    return first.id, ("unknown" if not sent else "same" if sent[0].answer == first.answer else "other")


def _unread(context: Context) -> Context:
    nothing: frozenset[Trait] = frozenset()
    return replace(
        context, readings={}, undecided=frozenset(), denied=nothing, taken=nothing, span=None, elsewhere=Elsewhere()
    )


def _not_asked(endpoint: Endpoint, readings: Mapping[str, str]) -> list[str]:
    """Return the questions that do not arise under the readings found of other questions."""
    return [
        clause.id
        for clause in endpoint.catalogue.questions
        if any(readings.get(question, names[0]) not in names for question, names in clause.under.items())
    ]


def settle(endpoint: Endpoint, shown: Iterable[Evidence], before: Context) -> Context:
    """The context all further judging uses: readings found, questions undecided, allowed requests denied."""
    words: Counter[Word] = Counter()
    denied: set[tuple[frozenset[Trait], bool]] = set()
    measured: tuple[Any, ...] = ()
    taken: set[Trait] = set()
    closed = False
    elsewhere: dict[str, set[str]] = {"same": set(), "other": set(), "unknown": set()}
    for each in shown:
        closed = closed or each.closed
        if each.elsewhere is not None:
            elsewhere[each.elsewhere[1]].add(each.elsewhere[0])
        words.update(each.words)
        denied.update(each.denied)
        taken |= each.taken
        measured = _bounds((*measured, *each.measured))
    clauses = endpoint.catalogue.clauses
    coerced = frozenset(trait for trait in taken if clauses[trait.clause].expects == "refused")
    telling = {w: count for w, count in words.items() if not w.causes & coerced}
    seen, wavering = _tally(endpoint, telling)
    ruled = closed or bool(elsewhere["other"])
    taken_alone, _ = _tally(endpoint, {w: count for w, count in telling.items() if ruled and not w.refused})
    readings: dict[str, str] = {}
    undecided: list[str] = []
    for clause in endpoint.catalogue.questions:
        if clause.mixed and clause.decided_by == "answer" and not before.may_change:
            continue  # what is accepted does not show, so nothing says whether all are refused or only some
        answer = conclude(clause, seen[clause.id], wavers=clause.id in wavering)
        if ruled and answer is not None and not answer.consistent:
            answer = conclude(clause, taken_alone[clause.id])  # the state may explain the refusals
        if answer is None:
            continue
        if answer.reading is not None:
            readings[clause.id] = answer.reading
        if not answer.consistent:
            undecided.append(clause.id)
    for name in _not_asked(endpoint, readings):
        readings.pop(name, None)
        undecided = [each for each in undecided if each != name]
    # What other requests were accepted with explains a refusal only where no limit of the target may be why.
    refused = frozenset(t for apart, limited in denied for t in ((apart - taken) or (() if limited else apart)))
    found = Elsewhere(ruled, frozenset(elsewhere["same"]), frozenset(elsewhere["unknown"]))
    return replace(
        _unread(before),
        readings=readings,
        undecided=frozenset(undecided),
        denied=refused,
        taken=coerced,
        span=(measured[0], measured[-1]) if measured else None,
        elsewhere=found,
    )


def _bounds(values: Iterable[Any]) -> tuple[Any, ...]:
    """Return the smallest and the largest of some values; nothing of none."""
    found = sorted(values)
    return (found[0], found[-1]) if found else ()


def _same(clause: Clause, exchange: Exchange) -> int:
    sent = exchange.request
    what = (sent.method, sent.path, sent.credential, sent.header("Content-Type"), sent.body)
    return hash(what) if clause.decided_by == "code" else 0


def _tally(endpoint: Endpoint, words: Mapping[Word, int]) -> tuple[dict[str, Counter[str]], set[str]]:
    """Return how often each thing was seen of each question, and the questions about codes that wavered.

    Different wrong values may have different codes; the identical request has one.
    """
    seen: dict[str, Counter[str]] = {clause.id: Counter() for clause in endpoint.catalogue.questions}
    first: dict[tuple[str, int], str] = {}
    wavering: set[str] = set()
    for word, count in words.items():
        seen[word.question][word.evidence] += count
        if word.request and first.setdefault((word.question, word.request), word.evidence) != word.evidence:
            wavering.add(word.question)
    return seen, wavering
