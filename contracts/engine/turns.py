"""Which order serves which cases: those of one order in turn, those of different orders concurrently."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, zip_longest

from contracts.endpoint.plan import IN_A_ROW, OPENING, Need, PlannedCase
from contracts.model.exchange import Order

BUSY = 16
"""So many orders keep a target busy. Each further one costs requests that bring it to a known state."""


@dataclass(frozen=True)
class Turn:
    """Cases that are sent together on an order: several only if all of them are to be refused."""

    #: The order; None if none is left for the cases.
    order: Order | None
    #: The cases, in the order in which they are sent.
    cases: tuple[PlannedCase, ...]
    #: The second order of a case that needs one.
    partner: Order | None = None
    #: Why no order is left for the cases.
    unmet: str = ""


@dataclass(frozen=True)
class Turns:
    """Who is served, and by which order."""

    #: Queues of turns, no two of which use the same order.
    queues: tuple[Iterable[Turn], ...]
    #: Turns that wait until the queues are empty.
    after: tuple[Turn, ...] = ()
    #: Cases that no order serves.
    unmet: tuple[PlannedCase, ...] = ()


@dataclass
class _Chain:
    """The cases of one order."""

    #: The order.
    order: Order
    #: Its cases.
    cases: list[PlannedCase] = field(default_factory=list)
    #: About how many requests they take.
    requests: float = 0
    #: The names of the bases that are stored there.
    bases: set[str] = field(default_factory=set)

    def more(self, case: PlannedCase) -> float:
        """Return how many requests one more case would take."""
        return case.requests + (0 if case.base in self.bases else OPENING)

    def add(self, case: PlannedCase) -> None:
        """Take one more case."""
        self.requests += self.more(case)
        self.bases.add(case.base)
        self.cases.append(case)

    def turns(self) -> Iterator[Turn]:
        """Yield first the cases to be refused, some at a time, then each other one, which replaces what is stored."""
        for _, alike in groupby(sorted(self.cases, key=lambda case: case.base), key=lambda case: case.base):
            group = sorted(alike, key=lambda case: ("refused", None, "accepted").index(case.expects))
            rows = [case for case in group if case.suits_a_row]
            for at in range(0, len(rows), IN_A_ROW):
                yield Turn(self.order, tuple(rows[at : at + IN_A_ROW]))
            yield from (Turn(self.order, (case,)) for case in group if not case.suits_a_row)


def assign(
    cases: Iterable[PlannedCase],
    orders: Sequence[Order],
    bases: Callable[[Order], Iterable[str]] = lambda _order: (),
) -> Turns:
    """Give each case an order, the same way every time; `bases` are the names of those that were accepted on an order.

    Some orders of each size are used, of these those with the largest quantities, in which most can go wrong; and
    others where a case needs them. Of those that will do, a case gets the one that has the fewest requests to serve,
    its base among them.
    """
    smallest = sorted(orders, key=lambda order: (order.size, -order.units))
    chains = {order.uuid: _Chain(order, bases=set(bases(order))) for order in _of_each_size(smallest)[:BUSY]}
    fits: dict[Need, list[Order]] = {}
    partnered: list[PlannedCase] = []
    unmet: list[PlannedCase] = []
    for case in sorted(cases, key=lambda case: (-case.need.lines, -case.need.units)):
        if case.need not in fits:
            fits[case.need] = [order for order in smallest if case.need.met_by(order)]
        fit = fits[case.need]
        if not fit or (case.need.partner and len(orders) < 2):
            unmet.append(case)
        elif case.need.partner:
            partnered.append(case)
        else:
            used = [chains[order.uuid] for order in fit if order.uuid in chains] or [_Chain(fit[0])]
            chain = min(used, key=lambda chain: chain.requests + chain.more(case))
            chain.add(case)
            chains[chain.order.uuid] = chain
    longest_first = sorted((chain for chain in chains.values() if chain.cases), key=lambda chain: -chain.requests)
    pairs, after = _paired(partnered, fits, smallest, {chain.order.uuid for chain in longest_first})
    queues = (*(tuple(chain.turns()) for chain in longest_first), *map(tuple, pairs))
    return Turns(queues, tuple(after), tuple(unmet))


def _of_each_size(smallest: Sequence[Order]) -> list[Order]:
    """Return the orders, in turn one of each number of lines."""
    alike = [list(orders) for _, orders in groupby(smallest, key=lambda order: order.size)]
    return [order for turn in zip_longest(*alike) for order in turn if order is not None]


def _paired(
    cases: Iterable[PlannedCase], fits: dict[Need, list[Order]], orders: Sequence[Order], taken: set[str]
) -> tuple[list[list[Turn]], list[Turn]]:
    """Return queues of turns of cases with a second order, on two that nothing else uses, and turns that wait.

    Cases that two orders will do for take their turns on them: the fewer orders are used, the more are left.
    """
    queues: dict[str, list[Turn]] = {}
    after: list[Turn] = []
    for case in cases:
        served = next((order for order in fits[case.need] if order.uuid in queues), None)
        if served is not None:
            queues[served.uuid].append(Turn(served, (case,), queues[served.uuid][0].partner))
            continue
        order = min(fits[case.need], key=lambda order: order.uuid in taken)
        partner = min((each for each in orders if each is not order), key=lambda each: each.uuid in taken)
        turn = Turn(order, (case,), partner)
        if {order.uuid, partner.uuid} & taken:
            after.append(turn)
        else:
            queues[order.uuid] = [turn]
        taken = taken | {order.uuid, partner.uuid}
    return list(queues.values()), after
