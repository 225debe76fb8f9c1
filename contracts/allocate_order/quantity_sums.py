"""The quantities together: their sum against what was ordered, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from contracts.allocate_order.allocation_object import SECTION
from contracts.allocate_order.parsed import ALLOCATION_PATH, Line
from contracts.allocate_order.requests import Split, every_line, with_quantities
from contracts.endpoint.judges import planner
from contracts.endpoint.plan import Kit, PlannedCase, change
from contracts.model.case import Trait
from contracts.standard.requests import chained

SHORT = {
    "quantity_accepted": "accepted",
    "quantity_rejected": "rejected",
    "quantity_backordered": "backordered",
}


SOUND = frozenset({f"{SECTION}.sum-equals-ordered", f"{SECTION}.backorder-date-optional"})
"""Clauses whose traits no target refuses, however the units are split."""


@dataclass(frozen=True)
class Sum:
    """The three numbers of a line against its ordered quantity."""

    #: How many are accepted, rejected and backordered.
    numbers: tuple[int, int, int]
    #: How many are ordered.
    ordered: int

    @property
    def excess(self) -> int:
        """How far the sum lies above (or, negative, below) what was ordered."""
        return sum(self.numbers) - self.ordered


def numbers_of(line: Line) -> tuple[int, int, int] | None:
    """The three numbers of one of the order's own lines, where each is allowed on its own."""
    if not line.own or line.item is None or not isinstance(line.allocation, dict):
        return None
    numbers = [found.number for found in line.quantities.values() if found.number is not None]
    return (numbers[0], numbers[1], numbers[2]) if len(numbers) == 3 else None


def sum_of(line: Line) -> Sum | None:
    """The sum of one of the order's own lines, where each quantity is known and allowed on its own."""
    numbers = numbers_of(line)
    ordered = line.item.quantity_ordered if line.item else None
    return None if numbers is None or ordered is None else Sum(numbers, ordered)


def traits(lines: Sequence[Line]) -> Iterator[Trait]:
    """Yield the traits of the sums of a request's lines."""
    for numbers in filter(None, map(numbers_of, lines)):
        if not any(numbers):
            yield Trait(f"{SECTION}.all-zero", "all three zero", ALLOCATION_PATH)
    sums = [found for found in map(sum_of, lines) if found is not None]
    over = [each for each in sums if each.excess > 0]
    for each in sums:
        if any(each.numbers) and each.excess < 0:
            yield Trait(f"{SECTION}.sum-below-ordered", "sum below what was ordered", ALLOCATION_PATH)
        elif each.excess == 0:
            yield Trait(f"{SECTION}.sum-equals-ordered", _split(each), ALLOCATION_PATH)
    if over and len(over) < len(sums):
        label = "one line over, another below" if any(each.excess < 0 for each in sums) else "one line over"
        yield Trait(f"{SECTION}.sum-checked-per-line-item", label, ALLOCATION_PATH)
    else:
        for each in over:
            yield Trait(f"{SECTION}.sum-exceeds-ordered", _excess(each), ALLOCATION_PATH)


def _split(found: Sum) -> str:
    return " and ".join(name for name, number in zip(SHORT.values(), found.numbers, strict=True) if number)


def _excess(found: Sum) -> str:
    by = "by one" if found.excess == 1 else "by more than one"
    alone = [name for name, number in zip(SHORT.values(), found.numbers, strict=True) if number > found.ordered]
    return f"sum over what was ordered {by}, {alone[0] if alone else 'no quantity'} alone over it"


EQUAL: dict[str, Split] = {
    "all accepted": lambda n: (n, 0, 0),
    "all rejected": lambda n: (0, n, 0),
    "one rejected": lambda n: (n - 1, 1, 0),
    "one accepted": lambda n: (1, n - 1, 0),
}
EQUAL_DATED: dict[str, Split] = {
    "all backordered": lambda n: (0, 0, n),
    "one backordered": lambda n: (n - 1, 0, 1),
    "rejected and backordered": lambda n: (0, 1, n - 1),
    "all three": lambda n: (n - 2, 1, 1),
}
OVER: dict[str, Split] = {
    "accepted one over": lambda n: (n + 1, 0, 0),
    "rejected one over": lambda n: (0, n + 1, 0),
    "accepted and rejected": lambda n: (n, 1, 0),
    "each at most the ordered quantity": lambda n: (n - 1, 2, 0),
    "twice the ordered quantity": lambda n: (n, n, 0),
    "accepted far over": lambda n: (n + 1000, 0, 0),
    "a byte over": lambda n: (n + 256, 0, 0),
    "two bytes over": lambda n: (n + 65536, 0, 0),
    "a digit in front": lambda n: (n + 10**9, 0, 0),
}
OVER_DATED: dict[str, Split] = {
    "backordered one over": lambda n: (0, 0, n + 1),
    "accepted and backordered": lambda n: (n, 0, 1),
    "a sum that is the ordered quantity in 32 bits": lambda n: (2**31 - 1, 2**31 - 1, n + 2),
}
IN_THE_MIDDLE = ("accepted and rejected",)
"""What is sent in a line that is neither the first nor the last one."""

AS_ELSEWHERE = ("all accepted", "one backordered", "all rejected")
"""What other requests have in every line: the same again would be a repeat, which may be answered 204."""

PARTLY: dict[str, Split] = {
    "two accepted": lambda _n: (2, 0, 0),
    "one rejected": lambda _n: (0, 1, 0),
    "one backordered": lambda _n: (0, 0, 1),
}
BELOW: dict[str, Split] = {
    "one below": lambda n: (n - 1, 0, 0),
    "one rejected": lambda _n: (0, 1, 0),
}


@planner
def single_cases(_kit: Kit) -> Iterator[PlannedCase]:
    """The sum of the first line at, over and below what was ordered, in every split."""
    for name, split in EQUAL.items():
        yield change(f"{SECTION}.sum-equals-ordered/{name}", with_quantities(split), units=2)
    large = with_quantities(EQUAL["all accepted"])
    yield change(f"{SECTION}.sum-equals-ordered/more accepted than a byte holds", large, units=256)
    for name, split in EQUAL_DATED.items():
        yield change(f"{SECTION}.sum-equals-ordered/{name}", with_quantities(split), base="dated", units=3)
    for name, split in BELOW.items():
        yield change(f"{SECTION}.sum-below-ordered/{name}", with_quantities(split), units=2)
    yield change(f"{SECTION}.all-zero/first line", with_quantities(lambda _n: (0, 0, 0)), units=1)


@planner
def varied_cases(_kit: Kit) -> Iterator[PlannedCase]:
    """Further ways to fill the quantities of all lines: a fault may need a combination of them."""
    for base, splits in {"plain": EQUAL, "dated": EQUAL_DATED}.items():
        for name, split in splits.items():
            if name in AS_ELSEWHERE:
                continue
            at = f"{SECTION}.sum-equals-ordered/{name}"
            yield change(f"{at}, several lines", every_line(split), base=base, lines=2, units=3)
    for base, (name, split) in zip(("plain", "plain", "dated"), PARTLY.items(), strict=True):
        yield change(f"{SECTION}.sum-below-ordered/{name}, every line", every_line(split), base=base, units=3)
    byte = every_line(lambda _n: (200, 0, 0))
    yield change(f"{SECTION}.sum-below-ordered/what a byte holds", byte, units=256)


@planner
def excess_cases(_kit: Kit) -> Iterator[PlannedCase]:
    """The sum over what was ordered: in every line of the order, and in one of several."""
    for base, splits in {"plain": OVER, "dated": OVER_DATED}.items():
        for name, split in splits.items():
            yield change(f"{SECTION}.sum-exceeds-ordered/{name}", every_line(split), base=base, units=1)
            place, index, lines = ("middle", 1, 3) if name in IN_THE_MIDDLE else ("last", -1, 2)
            several = f"{SECTION}.sum-checked-per-line-item/{name} in the {place}"
            yield change(several, with_quantities(split, index), base=base, lines=lines, units=1)
    yield change(
        f"{SECTION}.sum-checked-per-line-item/last over, first below",
        chained(with_quantities(lambda n: (n - 1, 0, 0), 0), with_quantities(lambda n: (n + 1, 0, 0), -1)),
        lines=2,
        units=2,
    )
    yield change(
        f"{SECTION}.sum-checked-per-line-item/first over",
        with_quantities(lambda n: (n + 1, 0, 0), 0),
        lines=3,
        units=1,
    )
