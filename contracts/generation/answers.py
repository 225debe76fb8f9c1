"""What a property sees of an answer: whether the target did what it states, and what excuses it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from contracts.endpoint.context import Demand
from contracts.engine.run import Run
from contracts.model.case import Case, Role
from contracts.model.exchange import Exchange
from contracts.model.finding import Finding

SHOWN = 300
"""Characters of an answer that a failed property shows."""


@dataclass(frozen=True, repr=False)
class GeneratedAnswer:
    """The answer to one generated request. Answers that say nothing of the application are left out."""

    #: The request and its answer.
    exchange: Exchange
    #: What the clauses have against the request's case.
    findings: tuple[Finding, ...]
    #: Whether all of these are in the target's ledger, and there is one.
    is_known: bool
    #: Whether a reading that this target follows, the state of the order, or another request explains the refusal.
    excused: bool
    #: The request and the answer in words.
    words: str

    def __repr__(self) -> str:
        """As a failed assertion shows it."""
        return self.words

    @property
    def accepted(self) -> bool:
        """Return True if the target says that it did what was asked."""
        return self.exchange.accepted

    @property
    def refused(self) -> bool:
        """Return True if the target says that the request is at fault."""
        return self.exchange.refused


def answer_in(case: Case, run: Run, *, has_witnesses: bool) -> GeneratedAnswer | None:
    """Return the answer in a generated case; None if it says nothing of the application.

    `has_witnesses`: after a refusal other requests show what it means, which is nothing unless they are accepted.
    """
    if run.way.aside(case) is not None:
        return None
    exchange, *others = case.all(Role.CHANGE)
    findings = tuple(run.judge(case))
    found = findings or tuple(_of_denied(case, exchange, run))
    return GeneratedAnswer(
        exchange=exchange,
        findings=findings,
        is_known=bool(found) and all(is_known(each, run) for each in found),
        excused=exchange.refused and _is_excused(case, exchange, run, others if has_witnesses else None),
        words=f"{run.endpoint.definition.said(exchange, run.context)} was answered {_answered(exchange)}",
    )


def _is_excused(case: Case, exchange: Exchange, run: Run, witnesses: list[Exchange] | None) -> bool:
    if run.context.excuses(exchange):
        return True
    if witnesses is not None and not (witnesses and all(each.accepted for each in witnesses)):
        return True
    fresh = run.context.fresh(case, exchange)
    return fresh is None or any(run.context.demand(trait) is not Demand.ACCEPT for trait in fresh)


def _of_denied(case: Case, exchange: Exchange, run: Run) -> Iterator[Finding]:
    """Yield the findings of other cases about what sets a refused request apart, and is refused on its own."""
    denied = (run.context.fresh(case, exchange) or frozenset()) & run.context.denied if exchange.refused else ()
    places = {(trait.clause, trait.label, trait.field) for trait in denied}
    if places:
        every = (finding for other in run.cases for finding in run.judge(other))
        yield from (each for each in every if (each.clause, each.label, each.field) in places)


def is_known(finding: Finding, run: Run) -> bool:
    """Return True if the target's ledger has a finding, as what shows always or sometimes."""
    known_as, clause, category = run.target.ledger.known_as, finding.clause, finding.category
    always = known_as(finding.signature, clause, category, sometimes=False)
    return bool(always or known_as(finding.signature_when(sometimes=True), clause, category, sometimes=True))


def _answered(exchange: Exchange) -> str:
    if exchange.response is None:
        return f"by nothing: {exchange.trouble}"
    return f"{exchange.status} {exchange.response.body.decode('utf-8', 'replace')[:SHOWN]}"
