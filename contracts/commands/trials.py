"""What the suite has to prove itself on: each fault of the reference provider, and each allowed deployment."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Iterator, Mapping

from allpairspy import AllPairs

from contracts.commands.proof import Trial
from contracts.endpoint.discovery import discover
from contracts.model.definition import DefinitionError
from contracts.model.spelling import meant
from provider.allocate_order.faults import FAULTS, VARIATIONS, stages
from provider.allocate_order.faults.fault import Fault
from provider.allocate_order.readings import SWITCHES

ORDERS_TAKEN_ONCE = 480
"""So many see every clause of a provider that takes each order once, whatever else it does."""


TRIPLES = 200
"""How many faults are tried behind two allowed choices each."""

TWOS = 100
"""How many pairs of faults of different kinds are tried, to see whether reports tell them apart."""

SAMPLED_TRIPLES = 10
"""How many of them are in a sample."""


def trials() -> list[Trial]:
    """Return all trials: each fault alone, faults behind allowed choices, and every allowed deployment.

    Allowed are each reading that is not the default, alone; rows in which every pair of readings occurs once; and each
    variation that no clause speaks of. Raises DefinitionError if a fault cannot be used.
    """
    rows = AllPairs([list(values) for values in SWITCHES.values()])
    return [
        *faults(),
        *triples(TRIPLES),
        *twos(TWOS),
        *readings(),
        *(_correct(f"pairs-{n:02}", "pairs", dict(zip(SWITCHES, row, strict=True))) for n, row in enumerate(rows, 1)),
        *variations(),
    ]


def faults() -> list[Trial]:
    """Return each fault of the reference provider, alone. Raises DefinitionError if a fault cannot be used."""
    check_faults()
    return [_fault(fault) for fault in FAULTS.values()]


def variations() -> list[Trial]:
    """Return each variation of the reference provider, alone."""
    return [_variation(each) for each in VARIATIONS.values()]


def readings() -> list[Trial]:
    """Return each reading that is not the default, alone."""
    pairs = [(key, value) for key, values in SWITCHES.items() for value in values[1:]]
    return [_correct(f"{key}={value}", "reading", {key: value}) for key, value in pairs]


def sample() -> list[Trial]:
    """Return one fault of each section of clauses, and some triples: a minute's worth, for every commit.

    Raises DefinitionError if a fault cannot be used.
    """
    check_faults()
    first: dict[str, Trial] = {}
    for fault in FAULTS.values():
        if not fault.invisible and fault.breaks:
            first.setdefault(fault.breaks[0].partition(".")[0], _fault(fault))
    return [*first.values(), *triples(SAMPLED_TRIPLES)]


def triples(count: int) -> list[Trial]:
    """Return faults behind two allowed choices each, the same ones every time.

    A choice that answers a question which the fault breaks, or that hides the fault as its definition says, is not
    drawn with it.
    """
    choices = [f"{key}={value}" for key, values in SWITCHES.items() for value in values[1:]] + sorted(VARIATIONS)
    visible = [FAULTS[name] for name in sorted(FAULTS) if not FAULTS[name].invisible]
    drawn = random.Random(0)
    faults = (drawn.choice(visible) for _ in range(count))  # one at a time: fewer are the first ones of more
    return [_triple(fault, tuple(_two(fault, choices, drawn))) for fault in faults]


def twos(count: int) -> list[Trial]:
    """Return pairs of faults of different kinds, the same ones every time."""
    drawn = random.Random(1)
    kind = {clause.id: clause.kind for clause in discover()["allocate_order"].catalogue.clauses.values()}
    known = [each for each in FAULTS.values() if not each.invisible and not each.needs]
    found: list[Trial] = []
    while len(found) < count:
        first, second = drawn.sample(known, 2)
        kinds = [{kind[clause] for clause in (*each.breaks, *each.also)} for each in (first, second)]
        if kinds[0].isdisjoint(kinds[1]):
            found.append(_pair(first, second))
    return found


def _pair(first: Fault, second: Fault) -> Trial:
    return Trial(
        name=f"{first.name} and {second.name}",
        what=f"{first.what} {second.what}",
        kind="two",
        faults=(first.name, second.name),
        readings={},
        breaks=frozenset((*first.breaks, *second.breaks)),
        also=frozenset((*first.also, *second.also)),
        orders=_orders({}, first, second),
    )


def _two(fault: Fault, choices: list[str], drawn: random.Random) -> Iterator[str]:
    """Yield two choices that can be combined with a fault and with each other."""
    taken = {**fault.needs}
    left = 2
    for choice in drawn.sample(choices, len(choices)):
        asked = _readings(choice)
        allowed = choice not in fault.hidden_by and not asked.keys() & set(fault.breaks)
        if left and allowed and all(taken.get(key, value) == value for key, value in asked.items()):
            taken |= asked
            left -= 1
            yield choice


def _readings(choice: str) -> Mapping[str, str]:
    """Return the readings that a choice is, or needs."""
    question, is_reading, reading = choice.partition("=")
    return {question: reading} if is_reading else VARIATIONS[choice].needs


def _triple(fault: Fault, choices: tuple[str, ...]) -> Trial:
    readings = dict(fault.needs)
    for choice in choices:
        readings |= _readings(choice)
    return Trial(
        name=" + ".join((fault.name, *choices)),
        what=fault.what,
        kind="triple",
        faults=(*(choice for choice in choices if choice in VARIATIONS), fault.name),
        readings=readings,
        breaks=frozenset(fault.breaks),
        also=frozenset(fault.also),
        orders=_orders(readings, fault, *(VARIATIONS[choice] for choice in choices if choice in VARIATIONS)),
    )


def _fault(fault: Fault) -> Trial:
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
        orders=_orders(fault.needs, fault),
    )


def _variation(each: Fault) -> Trial:
    return Trial(each.name, each.what, "variation", (each.name,), each.needs, orders=_orders(each.needs, each))


def _correct(name: str, kind: str, readings: dict[str, str]) -> Trial:
    """A provider that reads the page so. One that takes each order once needs many."""
    return Trial(name, "It is allowed.", kind, (), readings, orders=_orders(readings))


def _orders(readings: Mapping[str, str], *faults: Fault) -> int | None:
    """Return how many orders a trial needs, None for as many as usual."""
    once = readings.get("state.second-allocation") in {"refused", "some"} or any(fault.once for fault in faults)
    return ORDERS_TAKEN_ONCE if once else None


def check_faults() -> None:
    """Raise DefinitionError if a fault of the reference provider names what does not exist."""
    clauses = discover()["allocate_order"].catalogue.clauses
    for fault in (FAULTS | VARIATIONS).values():
        entry = f"{fault.deviation.__code__.co_filename}: fault {fault.name}"
        _check_names(entry, "stage", (fault.stage,), stages())
        _check_names(entry, "breaks", fault.breaks, clauses)
        _check_names(entry, "also", fault.also, clauses)
        _check_names(entry, "needs", fault.needs, SWITCHES)
        for question, reading in fault.needs.items():
            _check_names(entry, f"needs {question}", (reading,), SWITCHES[question])


def _check_names(entry: str, key: str, names: Iterable[str], known: Collection[str]) -> None:
    for name in names:
        if name not in known:
            raise DefinitionError(f"{entry}: {key}: {name} does not exist{meant(name, known)}")
