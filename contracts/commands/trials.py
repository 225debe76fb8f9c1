"""What the suite has to prove itself on: each fault of the reference provider, and each allowed deployment."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from itertools import combinations, islice

from allpairspy import AllPairs

from contracts import ENDPOINT
from contracts.commands.proof import Trial
from contracts.endpoint.discovery import discover
from contracts.judging.attempts import IDEMPOTENT
from contracts.model.definition import DefinitionError
from contracts.model.spelling import meant
from provider.calls import CallDefinition, call_of
from provider.fault import Fault, stages

ORDERS_TAKEN_ONCE = 480
"""So many see every clause of a provider that takes each order once, whatever else it does."""


TRIPLES = 200
"""How many faults are tried behind two allowed choices each."""

TWOS = 100
"""How many pairs of faults of different kinds are tried, to see whether reports tell them apart."""

FAILS = "fails-"
"""How the names of faults begin that answer 500 in the same words: no report can tell two of them apart."""

PAIRS = "pairs-"
"""How the names of rows of readings begin."""

SAMPLED_TRIPLES = 10
"""How many of them are in a sample."""


def drawn(*names: str) -> bytes:
    """Return a place for names in a draw: as if by chance, the same every time, and whatever other names there are.

    So one more fault or variation changes few of the trials that are drawn.
    """
    return sha256("\0".join(names).encode()).digest()


class Trials:
    """The trials of one endpoint. Raises DefinitionError if the provider does not have its call."""

    def __init__(self, endpoint: str = ENDPOINT) -> None:
        self.endpoint = discover()[endpoint]
        try:
            self.call: CallDefinition = call_of(endpoint)
        except ValueError as error:
            raise DefinitionError(str(error)) from None
        self.found = {name: each for name, fault in self.call.faults.items() if (each := self._suited(fault))}

    def _suited(self, fault: Fault) -> Fault | None:
        """Return a fault as far as it is one of this call; None if its page has no clause that the fault breaks.

        A fault of what every call does alike may name clauses that this page does not have, or show only in requests
        that are sent again.
        """
        clauses = self.endpoint.catalogue.clauses
        if not fault.deviation.__module__.startswith("provider.standard."):
            return fault
        suits = clauses.keys() >= set(fault.breaks) and self.call.switches.keys() >= fault.needs.keys()
        suits = suits and (self.endpoint.call.method in IDEMPOTENT or not fault.again)
        return replace(fault, also=tuple(name for name in fault.also if name in clauses)) if suits else None

    def all(self) -> list[Trial]:
        """Return each fault alone, faults behind allowed choices, and every allowed deployment.

        Allowed are each reading that is not the default, alone; rows in which every pair of readings occurs once; and
        each variation that no clause speaks of. Raises DefinitionError if a fault cannot be used.
        """
        rows = AllPairs([list(values) for values in self.call.switches.values()]) if self.call.switches else ()
        dealt = (dict(zip(self.call.switches, row, strict=True)) for row in rows)
        return [
            *self.singles(),
            *self.triples(TRIPLES),
            *self.twos(TWOS),
            *(self._correct(f"{PAIRS}{n:02}", "pairs", row) for n, row in enumerate(dealt, 1)),
        ]

    def named(self, names: Collection[str]) -> dict[str, Trial]:
        """Return trials by name, those of these names among them.

        The drawn ones are left out if no name can be of one: drawing takes seconds. Raises DefinitionError if a fault
        cannot be used.
        """
        drawn_too = any(" " in name or name.startswith(PAIRS) for name in names)
        return {trial.name: trial for trial in (self.all() if drawn_too else self.singles())}

    def singles(self) -> list[Trial]:
        """Return each fault, each reading and each variation, alone. Raises DefinitionError if one cannot be used."""
        return [*self.faults(), *self.readings(), *self.variations()]

    def faults(self) -> list[Trial]:
        """Return each fault of the reference provider, alone. Raises DefinitionError if a fault cannot be used."""
        self.check()
        return [self._fault(fault) for fault in self.found.values()]

    def variations(self) -> list[Trial]:
        """Return each variation of the reference provider, alone."""
        return [self._variation(each) for each in self.call.variations.values()]

    def readings(self) -> list[Trial]:
        """Return each reading that is not the default, alone."""
        pairs = [(key, value) for key, values in self.call.switches.items() for value in values[1:]]
        return [self._correct(f"{key}={value}", "reading", {key: value}) for key, value in pairs]

    def sample(self) -> list[Trial]:
        """Return one fault of each section of clauses, and some triples: a minute's worth, for every commit.

        Raises DefinitionError if a fault cannot be used.
        """
        self.check()
        first: dict[str, Trial] = {}
        for fault in self.found.values():
            if not fault.invisible and fault.breaks:
                first.setdefault(fault.breaks[0].partition(".")[0], self._fault(fault))
        return [*first.values(), *self.triples(SAMPLED_TRIPLES)]

    def triples(self, count: int) -> list[Trial]:
        """Return faults behind two allowed choices each, the same ones every time.

        A choice that answers a question which the fault breaks, or that hides the fault as its definition says, is not
        drawn with it.
        """
        pairs = self.call.switches.items()
        choices = [f"{key}={value}" for key, values in pairs for value in values[1:]] + sorted(self.call.variations)
        visible = sorted(
            (each for each in self.found.values() if not each.invisible), key=lambda each: drawn(each.name)
        )
        faults = visible[: count if choices else 0]  # fewer are the first ones of more
        return [self._triple(fault, tuple(self._two(fault, choices))) for fault in faults]

    def twos(self, count: int) -> list[Trial]:
        """Return pairs of faults of different kinds, the same ones every time."""
        known = [each for each in self.found.values() if not each.invisible and not each.needs]
        pairs = sorted(combinations(known, 2), key=lambda pair: drawn(*(each.name for each in pair)))
        return [self._pair(*pair) for pair in islice(filter(self._differ, pairs), count)]

    def _differ(self, pair: tuple[Fault, Fault]) -> bool:
        """Return True if two faults are of different kinds, and reports can tell them apart."""
        clauses = self.endpoint.catalogue.clauses
        first, second = ({clauses[clause].kind for clause in (*each.breaks, *each.also)} for each in pair)
        return first.isdisjoint(second) and not all(each.name.startswith(FAILS) for each in pair)

    def _pair(self, first: Fault, second: Fault) -> Trial:
        return Trial(
            name=f"{first.name} and {second.name}",
            what=f"{first.what} {second.what}",
            kind="two",
            faults=(first.name, second.name),
            readings={},
            breaks=frozenset((*first.breaks, *second.breaks)),
            also=frozenset((*first.also, *second.also)),
            orders=self._orders({}, first, second),
        )

    def _two(self, fault: Fault, choices: list[str]) -> Iterator[str]:
        """Yield two choices that can be combined with a fault and with each other."""
        taken = {**fault.needs}
        left = 2
        for choice in sorted(choices, key=lambda choice: drawn(fault.name, choice)):
            asked = self._readings(choice)
            allowed = not self._hides(choice, fault) and not asked.keys() & set(fault.breaks)
            if left and allowed and all(taken.get(key, value) == value for key, value in asked.items()):
                taken |= asked
                left -= 1
                yield choice

    def _hides(self, choice: str, fault: Fault) -> bool:
        """Return True if a fault cannot be seen under a choice: the fault or the variation says so, or its clauses."""
        variation = self.call.variations.get(choice)
        asked = self._readings(choice)
        broken = [self.endpoint.catalogue.clauses[clause] for clause in fault.breaks]
        sources = {source for clause in broken for source in clause.source}
        inapplicable = all(
            any(asked.get(question) not in {None, *names} for question, names in clause.under.items())
            for clause in broken
        )
        named = {choice, *(f"{question}={reading}" for question, reading in asked.items())}
        hidden = not named.isdisjoint(fault.hidden_by)
        return hidden or inapplicable or (variation is not None and variation.hides in sources)

    def _readings(self, choice: str) -> Mapping[str, str]:
        """Return the readings that a choice is, or needs."""
        question, is_reading, reading = choice.partition("=")
        return {question: reading} if is_reading else self.call.variations[choice].needs

    def _triple(self, fault: Fault, choices: tuple[str, ...]) -> Trial:
        readings = dict(fault.needs)
        for choice in choices:
            readings |= self._readings(choice)
        variations = [self.call.variations[choice] for choice in choices if choice in self.call.variations]
        return Trial(
            name=" + ".join((fault.name, *choices)),
            what=fault.what,
            kind="triple",
            faults=(*(each.name for each in variations), fault.name),
            readings=readings,
            breaks=frozenset(fault.breaks),
            also=frozenset(fault.also),
            orders=self._orders(readings, fault, *variations),
        )

    def _fault(self, fault: Fault) -> Trial:
        breaks, also = frozenset(fault.breaks), frozenset(fault.also)
        return Trial(
            name=fault.name,
            what=fault.what,
            kind="fault",
            faults=(fault.name,),
            readings=fault.needs,
            breaks=breaks,
            also=also,
            severity=fault.severity,
            invisible=fault.invisible,
            when=fault.when,
            several=fault.causes,
            orders=self._orders(fault.needs, fault),
        )

    def _variation(self, each: Fault) -> Trial:
        return Trial(each.name, each.what, "variation", (each.name,), each.needs, orders=self._orders(each.needs, each))

    def _correct(self, name: str, kind: str, readings: dict[str, str]) -> Trial:
        """A provider that reads the page so. One that takes each order once needs many."""
        return Trial(name, "It is allowed.", kind, (), readings, orders=self._orders(readings))

    def _orders(self, readings: Mapping[str, str], *faults: Fault) -> int | None:
        """Return how many orders a trial needs, None for as many as usual."""
        asked = any(readings.get(question) in names for question, names in self.call.once.items())
        once = asked or any(fault.once for fault in faults)
        return ORDERS_TAKEN_ONCE if once else None

    def check(self) -> None:
        """Raise DefinitionError if a fault of the reference provider names what does not exist."""
        clauses = self.endpoint.catalogue.clauses
        for fault in (*self.found.values(), *self.call.variations.values()):
            entry = f"{fault.deviation.__code__.co_filename}: fault {fault.name}"
            _check_names(entry, "stage", (fault.stage,), stages(self.call.handler))
            _check_names(entry, "breaks", fault.breaks, clauses)
            _check_names(entry, "also", fault.also, clauses)
            _check_names(entry, "needs", fault.needs, self.call.switches)
            for question, reading in fault.needs.items():
                _check_names(entry, f"needs {question}", (reading,), self.call.switches[question])


def _check_names(entry: str, key: str, names: Iterable[str], known: Collection[str]) -> None:
    for name in names:
        if name not in known:
            raise DefinitionError(f"{entry}: {key}: {name} does not exist{meant(name, known)}")
