"""What oracles may know in addition to the case they judge: frozen, the same for a whole judgement."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from typing import Any

from contracts.endpoint.call import Call
from contracts.endpoint.catalogue import REFUSAL_CODES, Catalogue
from contracts.model.case import Case, Role, Trait, View
from contracts.model.clause import Reading
from contracts.model.exchange import Exchange, Order


class Demand(Enum):
    """What a target that keeps to the page and to the readings found does with a request."""

    ACCEPT = auto()
    REFUSE = auto()
    OPEN = auto()


@dataclass(frozen=True)
class Elsewhere:
    """What came of refused requests that were sent again to orders that the run had not used."""

    #: Whether one was not refused there: this target refuses some further changes of an order.
    state_rule: bool = False
    #: Ids of exchanges whose request was refused there in the same way.
    confirmed: frozenset[str] = frozenset()
    #: Ids of exchanges for which no order was left.
    unknown: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Context:
    """What is known of a target, and of its test orders."""

    #: The clauses of the endpoint.
    catalogue: Catalogue
    #: The test orders, by UUID in lower case; none without permission to change them.
    orders: Mapping[str, Order]
    #: The readings found, by question; of an undecided one the nearest, if there is one.
    readings: Mapping[str, str]
    #: Turns a request into its traits.
    reader: Callable[[Exchange, Mapping[str, Order]], View]
    #: Where the endpoint's data is.
    specs: Path
    #: Whether test orders may be changed; if not, requests vary one that is refused for naming no order.
    may_change: bool = True
    #: Questions on which the target follows none of the readings, or changes between them.
    undecided: frozenset[str] = frozenset()
    #: Traits of allowed requests that were refused on their own: they explain refusals of requests that have them.
    denied: frozenset[Trait] = frozenset()
    #: The target's; empty if a recording does not say it.
    base_url: str = ""
    #: Traits that have to be refused and were accepted: a refusal may be for what they were taken for.
    taken: frozenset[Trait] = frozenset()
    #: The smallest and the largest of what the endpoint measures (a day, for Allocate Order) in accepted requests.
    span: tuple[Any, Any] | None = None
    #: Which refusals the state of an order explains.
    elsewhere: Elsewhere = Elsewhere()
    #: The call, as the standard part knows it.
    call: Call = field(default_factory=Call)
    _views: dict[str, View] = field(default_factory=dict, compare=False, repr=False)
    _fresh: dict[tuple[str, str, str], frozenset[Trait] | None] = field(default_factory=dict, compare=False, repr=False)
    _touched: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict, compare=False, repr=False)

    def excuses(self, exchange: Exchange) -> bool:
        """Return True if the state of the order may be why this request was refused."""
        found = self.elsewhere
        return exchange.id in found.unknown or (found.state_rule and exchange.id not in found.confirmed)

    def same_as(self, other: Context) -> bool:
        """Return whether judging in the other context says the same."""
        return self._settled() == other._settled()

    def _settled(self) -> tuple[Any, ...]:
        """What is found out of a target, and judging depends on."""
        return self.readings, self.undecided, self.denied, self.taken, self.span, self.orders, self.elsewhere

    def view(self, exchange: Exchange) -> View:
        """The exchange's request as the endpoint understands it."""
        view = self._views.get(exchange.id)
        if view is None:
            view = self._views[exchange.id] = self.reader(exchange, self.orders)
        return view

    def forget(self, case: Case) -> None:
        """Keep nothing of a case that is not judged again; its base may be that of others."""
        for role, exchange in case.steps:
            self._fresh.pop((*case.key, exchange.id), None)
            if role != Role.BASE:
                self._views.pop(exchange.id, None)
        self._touched.pop(case.key, None)

    def touched(self, case: Case) -> frozenset[str]:
        """The clauses of which a request of the case has a trait, in front or masked. Remembered."""
        found = self._touched.get(case.key)
        if found is None:
            views = [self.view(exchange) for exchange in case.all()]
            found = frozenset(trait.clause for view in views for trait in (*view.traits, *view.masked))
            self._touched[case.key] = found
        return found

    def reading(self, clause: str) -> Reading | None:
        """The reading this target follows of a question; None while unknown."""
        name = self.readings.get(clause)
        return None if name is None else self.catalogue.clauses[clause].reading(name)

    def fresh(self, case: Case, exchange: Exchange) -> frozenset[Trait] | None:
        """Return the traits that a request has and its accepted base has not; None without such a base.

        Only a refusal with exactly one such difference says anything about it. Where nothing may be changed, the
        base is refused for naming no order, and says something of what is answered otherwise. Remembered.
        """
        key = (*case.key, exchange.id)
        if key not in self._fresh:
            self._fresh[key] = self._set_apart(case, exchange)
        return self._fresh[key]

    def _set_apart(self, case: Case, exchange: Exchange) -> frozenset[Trait] | None:
        if case.base is None and self.may_change:
            return None
        view = self.view(exchange)
        if view.unjudged:
            return None
        if case.base is None:
            return view.traits
        base = self.view(case.base)
        # RFC 9110 section 15.5.6: a 405 speaks of the verb, and what comes after it explains nothing.
        behind = frozenset() if exchange.status == 405 else view.masked
        if case.base.accepted:
            return (view.traits | behind) - base.traits
        if self.may_change or self.as_base(case, exchange):
            return None
        return (view.traits | behind) - (base.traits | base.masked)

    def as_base(self, case: Case, exchange: Exchange) -> bool:
        """Return whether a request is answered as its base, which without permission to change orders names no order.

        So the target came as far as looking for the order.
        """
        base = case.base
        return not self.may_change and base is not None and base.refused and base.answer == exchange.answer

    def isolates(self, case: Case, exchange: Exchange, *clauses: str) -> bool:
        """Return whether only these clauses can explain a refusal: nothing else differs from the accepted base.

        What the page says is accepted explains nothing, unless this target refuses it, which is a finding on its own.
        """
        fresh = self.fresh(case, exchange) or frozenset()
        suspects = {trait.clause for trait in fresh}
        explained = set(clauses) | {trait.clause for trait in fresh & self.denied}
        allowed = {name for name in suspects - explained if self.catalogue.clauses[name].expects == "accepted"}
        return bool(suspects - allowed) and suspects - allowed <= set(clauses)

    def demand(self, trait: Trait) -> Demand:
        """Return what one trait requires of the target: to accept, to refuse, or either."""
        clause = self.catalogue.clauses[trait.clause]
        if clause.expects is not None:
            return Demand.ACCEPT if clause.expects == "accepted" else Demand.REFUSE
        if clause.decided_by == "code":
            return Demand.REFUSE
        reading = self.reading(trait.clause)
        if reading is None or clause.id in self.undecided or clause.decided_by is None:
            return Demand.OPEN
        prefix = f"{trait.label} " if clause.decided_by == "label" else ""
        return Demand.ACCEPT if f"{prefix}accepted" in reading.evidence else Demand.REFUSE

    def refusal_codes(self, trait: Trait) -> frozenset[int]:
        """The codes with which a trait may be refused."""
        clause = self.catalogue.clauses[trait.clause]
        codes = clause.codes or tuple(code for r in clause.readings for code in _codes(r))
        return frozenset(codes or REFUSAL_CODES)


def _codes(reading: Reading) -> list[int]:
    return [int(word) for word in reading.evidence if word.isdigit()]
