"""The standard oracles, which `expects`, `decided_by` or `codes` in `clauses.toml` choose: most clauses need no other.

Pure: no I/O, no clock, no randomness, no pytest, no httpx.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from contracts.endpoint.context import Context
from contracts.endpoint.judges import Breach, Held, Judge, Observation, Observer
from contracts.model.case import VARYING, Case, Role, Trait
from contracts.model.clause import Clause
from contracts.model.exchange import Exchange
from contracts.model.finding import Finding
from contracts.model.unknown import as_far_as_known


def judge(
    clause: Clause, case: Case, context: Context, judges: Mapping[str, Judge], observers: Mapping[str, Observer]
) -> Iterator[Finding | Held]:
    """Return what one clause says of one case, until it reads something that the recording does not contain."""
    return as_far_as_known(case, lambda seen: _judge(clause, seen, context, judges, observers))


def _judge(
    clause: Clause, case: Case, context: Context, judges: Mapping[str, Judge], observers: Mapping[str, Observer]
) -> Iterator[Finding | Held]:
    own = judges.get(clause.id)
    if own is not None:
        seen = own(case, context)
    elif clause.is_question:
        seen = _answered(clause, case, context, observers)
    else:
        seen = standard_of(clause)(clause, case, context)
    for item in seen:
        if isinstance(item, Held):
            yield item
        elif not (item.refusal and context.excuses(item.exchange)):
            yield _finding(clause, case, item)


def standard_of(clause: Clause) -> Callable[..., Iterator[Breach | Held]]:
    """Return the standard oracle of a clause without one of its own."""
    for_duties = refused if clause.expects == "refused" else accepted
    return _answered if clause.is_question else _coded if clause.refusals_of else for_duties


def has_oracle(clause: Clause, judges: Mapping[str, Judge], observers: Mapping[str, Observer]) -> bool:
    """Return whether anything judges this clause."""
    standard = clause.expects or clause.refusals_of or clause.decided_by or clause.pooled
    return bool(standard) or clause.id in judges or clause.id in observers


def _finding(clause: Clause, case: Case, breach: Breach) -> Finding:
    return Finding(
        clause=clause.id,
        category=breach.category or clause.category,
        expected=breach.expected,
        observed=breach.observed,
        exchange=breach.exchange,
        case=case,
        label=breach.label,
        field=breach.field,
        answer=breach.exchange.answer,
        refusal=breach.refusal,
        endpoint=clause.endpoint,
    )


def in_words(trait: Trait) -> str:
    """A trait in words: what of which field."""
    return f"{trait.label} in {trait.field}" if trait.field else trait.label


def accepted_or_refused(exchange: Exchange) -> str:
    """Return whether a request was accepted or refused, such as `accepted (200)`; of other answers the status."""
    word = "accepted" if exchange.accepted else "refused" if exchange.refused else None
    return f"{word} ({exchange.status})" if word else str(exchange.status)


def _mine(clause: Clause, case: Case, exchange: Exchange, context: Context) -> list[Trait]:
    traits = context.view(exchange).traits
    if not context.may_change:
        traits |= context.fresh(case, exchange) or frozenset()
    return sorted((t for t in traits if t.clause == clause.id), key=lambda t: (t.field, t.label))


def refused(clause: Clause, case: Case, context: Context) -> Iterator[Breach | Held]:
    """The standard oracle of what has to be refused."""
    for exchange in case.all(*VARYING):
        for trait in _mine(clause, case, exchange, context):
            if exchange.accepted:
                seen = f"{accepted_or_refused(exchange)}: {in_words(trait)}"
                yield Breach(exchange, "a refusal", seen, trait.label, trait.field)
            elif exchange.refused and _alone(clause, case, exchange, trait, context):
                yield Held(trait.label, trait.field)


def accepted(clause: Clause, case: Case, context: Context) -> Iterator[Breach | Held]:
    """Judge what has to be accepted, unless a limit or a rule of the target may be why it is refused.

    Of two requests sent at the same time, one may be refused.
    """
    for exchange in judged(case):
        for trait in _mine(clause, case, exchange, context):
            if exchange.accepted:
                yield Held(trait.label, trait.field)
            elif exchange.refused and _alone(clause, case, exchange, trait, context):
                if context.call.left_open(case, exchange, context):
                    continue
                seen = f"{accepted_or_refused(exchange)}: {in_words(trait)}"
                yield Breach(exchange, "200 or 201", seen, trait.label, trait.field, refusal=True)


def judged(case: Case) -> Iterator[Exchange]:
    """Yield the exchanges that say something of their own request.

    A refusal in a race may be about the other request (RFC 9110 section 15.5.10), and says nothing.
    """
    yield from case.all(Role.CHANGE, Role.REPEAT)
    yield from (exchange for exchange in case.all(Role.RACE) if not exchange.refused)


def _coded(clause: Clause, case: Case, context: Context) -> Iterator[Breach | Held]:
    for exchange in judged(case):
        causes = _causes_of_the_code(clause, case, exchange, context)
        if not causes:
            continue
        cause = min(causes, key=lambda trait: (trait.field, trait.label))
        if exchange.status in clause.codes:
            yield Held(cause.label, cause.field)
            continue
        due = " or ".join(str(code) for code in clause.codes)
        yield Breach(exchange, due, f"{exchange.status} for {in_words(cause)}", cause.label, cause.field, refusal=True)


def observe(clause: Clause, case: Case, context: Context, observers: Mapping[str, Observer]) -> Iterator[Observation]:
    """Return the evidence that one case gives on a question, as far as the recording contains it."""
    return as_far_as_known(case, lambda seen: _observe(clause, seen, context, observers))


def _observe(clause: Clause, case: Case, context: Context, observers: Mapping[str, Observer]) -> Iterator[Observation]:
    own = observers.get(clause.id)
    if own is not None:
        yield from own(case, context)
        return
    for exchange in judged(case):
        if clause.decided_by == "code":
            yield from _observed_code(clause, case, exchange, context)
        else:
            yield from observed_answer(clause, case, exchange, context)


def observed_answer(clause: Clause, case: Case, exchange: Exchange, context: Context) -> Iterator[Observation]:
    """Whether one request with a trait of this clause is carried out or refused, in the words of its readings."""
    for trait in _mine(clause, case, exchange, context):
        prefix = f"{trait.label} " if clause.decided_by == "label" else ""
        if exchange.accepted:
            yield Observation(f"{prefix}accepted", exchange, trait.label, trait.field)
        elif exchange.refused and _alone(clause, case, exchange, trait, context):
            yield Observation(f"{prefix}refused", exchange, trait.label, trait.field)


def _alone(clause: Clause, case: Case, exchange: Exchange, trait: Trait, context: Context) -> bool:
    """Return whether a refusal says something of this very trait."""
    return trait in (context.fresh(case, exchange) or ()) and context.isolates(case, exchange, clause.id)


def _observed_code(clause: Clause, case: Case, exchange: Exchange, context: Context) -> Iterator[Observation]:
    causes = _causes_of_the_code(clause, case, exchange, context)
    if causes:
        yield Observation(str(exchange.status), exchange, causes=causes)
    elif exchange.accepted and clause.id in (clause.refusals_of or (clause.id,)):
        for trait in _mine(clause, case, exchange, context):
            yield Observation("accepted", exchange, trait.label, trait.field)


def _causes_of_the_code(clause: Clause, case: Case, exchange: Exchange, context: Context) -> frozenset[Trait]:
    """Return what a refusal is for, of which this clause says the code; nothing if something else may be the cause.

    If the target takes such a value for another one, it may have refused the request for that: 5.5 that is taken for 5
    makes a wrong sum. So may a limit of its own.
    """
    if not exchange.refused or not context.isolates(case, exchange, *(clause.refusals_of or (clause.id,))):
        return frozenset()
    if context.call.left_open(case, exchange, context):
        return frozenset()
    fresh = context.fresh(case, exchange) or frozenset()
    return frozenset() if fresh & context.taken else fresh


def _answered(
    clause: Clause, case: Case, context: Context, observers: Mapping[str, Observer]
) -> Iterator[Breach | Held]:
    reading = context.reading(clause.id)
    if reading is None and clause.id not in context.undecided:
        return
    for seen in observe(clause, case, context, observers):
        if reading is not None and (seen.evidence in reading.evidence or clause.mixed == reading.name):
            yield Held(seen.label or seen.evidence, seen.field)
            continue
        due = f"one reading in all answers: {' or '.join(f'{r.name} ({r.means})' for r in clause.readings)}"
        where = f" for {in_words(Trait(clause.id, seen.label, seen.field))}" if seen.label else ""
        label, refusal = seen.label or seen.evidence, seen.exchange.refused
        yield Breach(seen.exchange, due, f"{seen.evidence}{where}", label, seen.field, refusal=refusal)
