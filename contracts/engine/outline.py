"""What a run would send, in words, before anything is sent: `--plan`."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from contracts.endpoint import example
from contracts.endpoint import plan as plans
from contracts.endpoint.discovery import Endpoint
from contracts.engine.making import imaginary
from contracts.engine.turns import assign
from contracts.model.case import Unsent
from contracts.target.targets import Target
from contracts.transport.credentials import LABELS, key_of


@dataclass(frozen=True)
class Outline:
    """A plan in figures.

    It is made for the readings a target is taken for before calibration; another may ask for other requests.
    """

    #: What the requests are made of.
    kit: plans.Kit
    #: The ids of the cases that would be sent.
    sent: frozenset[str]
    #: How many cases, by section of the page.
    cases: Counter[str]
    #: How many requests, by section of the page.
    requests: Counter[str]
    #: The planned requests, with the accepted ones that they vary and the read-backs after them.
    in_all: int
    #: How many test orders would be used.
    orders: int
    #: The clauses of which nothing would be sent, by the reason.
    untested: dict[str, list[str]]


def outline(endpoint: Endpoint, target: Target, *, seed: int) -> Outline:
    """The plan for one target. Sends nothing, and asks no command for orders."""
    today = datetime.datetime.now(datetime.UTC).date()
    kit = endpoint.kit(seed, today, may_change=target.may_allocate, verbs=target.may_stress)
    planned = endpoint.planned(kit)
    orders = list(target.orders) if target.may_allocate else imaginary(seed)
    stress = [] if target.may_stress else [case for case in planned if case.stress]
    skipped = {case.id: plans.NOT_PERMITTED for case in stress}
    skipped |= _without_token(endpoint, planned, kit, target.tokens)
    turns = assign([case for case in planned if case.id not in skipped], orders)
    skipped |= {case.id: plans.unmet(case) for case in turns.unmet}
    sent = [case for case in planned if case.id not in skipped]
    served = [turn for queue in (*turns.queues, turns.after) for turn in queue]
    used = {order.uuid for turn in served for order in (turn.order, turn.partner) if order is not None}
    return Outline(
        kit=kit,
        sent=frozenset(case.id for case in sent),
        cases=Counter(_section(case.id) for case in sent),
        requests=Counter(_section(case.id) for case in sent for _ in case.steps),
        in_all=round(sum(case.requests if target.may_allocate else len(case.steps) for case in sent)),
        orders=len(used) if target.may_allocate else 0,
        untested=_untested(planned, sent, skipped),
    )


def _without_token(
    endpoint: Endpoint, planned: list[plans.PlannedCase], kit: plans.Kit, tokens: Iterable[str]
) -> dict[str, Unsent]:
    """Return which cases cannot be sent for lack of another user's token, and why."""
    partner, order = imaginary(kit.seed)[1:3]
    kit, given = plans.with_partner(kit, partner), {None, "valid", *tokens}
    lacking: dict[str, Unsent] = {}
    for case in planned:
        base = endpoint.definition.bases[case.base](order, kit)
        sent = [edit(base, order, kit) for _, edit in case.steps] if base else []
        for whose in {LABELS[request.credential].whose for request in sent} - given:
            lacking[case.id] = Unsent(f"the table has no {key_of(str(whose))}")
    return lacking


def _section(case: str) -> str:
    return case.partition(".")[0]


def _untested(
    planned: list[plans.PlannedCase], sent: list[plans.PlannedCase], skipped: dict[str, Unsent]
) -> dict[str, list[str]]:
    """The clauses none of whose cases would be sent, each once, by the reason of its first case."""
    tried = {case.clause for case in sent}
    reasons = {case.clause: skipped[case.id].reason for case in reversed(planned) if case.clause not in tried}
    untested: dict[str, list[str]] = {}
    for clause in dict.fromkeys(case.clause for case in planned if case.clause in reasons):
        untested.setdefault(reasons[clause], []).append(clause)
    return untested


ANSWER_SECONDS = 0.1
"""How long an answer is taken to take, to say how long a run takes that no rate limits."""


def described(outline: Outline, endpoint: Endpoint, target: Target, *, generated: int) -> Iterator[str]:
    """Return the plan in lines; `generated` is how many requests are generated at most."""
    yield f"{endpoint.definition.title} on {target.described}"
    yield "Nothing is sent. A run would send:"
    for name, title in endpoint.catalogue.sections.items():
        if outline.cases[name]:
            yield f"  {title:28} {outline.cases[name]:4} cases, {outline.requests[name]:4} requests"
    total = sum(outline.requests.values())
    yield f"  {'planned':28} {outline.cases.total():4} cases, {total:4} requests,"
    yield f"  with the accepted requests that they vary, and orders read back, about {outline.in_all} requests;"
    in_all = outline.in_all + generated
    yield f"  then up to {generated} generated ones: about {in_all} in all, {_duration(in_all, target)}."
    if target.order_command:
        yield f"Orders are made by {target.order_command[0]} as they are needed."
    elif target.reusable_orders is False:
        yield f"Orders used: up to all {len(target.orders)} test orders, each once; then clauses go without."
    elif target.may_allocate:
        used = f"{outline.orders} of {len(target.orders)} test orders"
        yield f"Orders used: {used}; more, each once, if it takes none twice."
    else:
        yield "Orders used: none; requests name invented ones only, and most clauses need one that is accepted."
    for reason, clauses in outline.untested.items():
        yield f"No case of these is sent, as {reason}; other answers may still show them:"
        yield from (f"  {clause}" for clause in clauses)


def listed(outline: Outline, endpoint: Endpoint) -> Iterator[str]:
    """Return each planned request in a line, as a change of an accepted one, below the clause that it is for."""
    units = ", ".join(str(item.quantity_ordered) for item in example.ORDER.line_items)
    yield f"Each planned request, as a change of an accepted one, for an order of {units} ordered units:"
    for name, body in example.bases(endpoint, outline.kit).items():
        yield f"  the body of {name} is {body}"
    steps = [step for step in example.steps(endpoint, outline.kit) if f"{step.clause}/{step.label}" in outline.sent]
    for clause, own in groupby(sorted(steps, key=lambda step: step.clause), key=lambda step: step.clause):
        yield f"  {clause}"
        for step in own:
            needs = f" (needs {'; '.join(step.needs)})" if step.needs else ""
            yield f"    {step.label}: {step.base} with {'; '.join(step.changes) or 'no change'}{needs}"


def _duration(requests: int, target: Target) -> str:
    rate, many = target.limits.rate, target.limits.concurrency
    if rate:
        return f"{requests / rate:.0f} s at {rate:g} a second"
    seconds = requests * ANSWER_SECONDS / many
    return f"{seconds:.0f} s if an answer takes {ANSWER_SECONDS} s and {many} are sent concurrently"
