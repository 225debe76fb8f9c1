"""What is accepted of the three quantities together, or refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from provider.allocate_order.handler import AllocateOrder
from provider.allocate_order.validation import Line, refused
from provider.fault import Fault, Stage, fault
from provider.orders import Order

OVER = "allocation-object.sum-exceeds-ordered"
EACH_LINE = "allocation-object.sum-checked-per-line-item"
EQUAL = "allocation-object.sum-equals-ordered"


@fault("check_sum", OVER, EACH_LINE)
def sum_exceeds_by_one(_call: AllocateOrder, honest: Stage, *quantities: int) -> None:
    """The sum may exceed what was ordered by one."""
    *parts, ordered = quantities
    if sum(parts) != ordered + 1:
        honest(*quantities)


@fault("check_sum", OVER, also=(EACH_LINE, "state.repeat"))
def sum_exceeds_by_one_every_other_time(call: AllocateOrder, honest: Stage, *quantities: int) -> None:
    """Every other time that the same quantities come, their sum may exceed what was ordered by one."""
    *parts, ordered = quantities
    seen = call.__dict__.setdefault("seen", Counter())
    seen[quantities] += 1
    if sum(parts) != ordered + 1 or seen[quantities] % 2 == 0:
        honest(*quantities)


@fault("check_sum", OVER, EACH_LINE)
def sum_not_checked(_call: AllocateOrder, honest: Stage, *quantities: int) -> None:
    """The sum may exceed what was ordered by anything."""
    *parts, ordered = quantities
    if sum(parts) <= ordered:
        honest(*quantities)


@fault("check_sum", OVER, EACH_LINE)
def sum_in_32_bits(_call: AllocateOrder, honest: Stage, *quantities: int) -> None:
    """Quantities are added up in 32 bits."""
    *parts, ordered = quantities
    honest(sum(parts) % 2**32, 0, 0, ordered)


@fault("check_sum", OVER, EACH_LINE)
def sum_of_four_digits(_call: AllocateOrder, honest: Stage, *quantities: int) -> None:
    """Of each quantity, the last four digits count."""
    *parts, ordered = quantities
    honest(*(number % 10**4 for number in parts), ordered)


def _of_eight_bits(bits: int) -> Iterator[Fault]:
    def deviation(_call: AllocateOrder, honest: Stage, *quantities: int) -> None:
        *parts, ordered = quantities
        if sum(parts) < 2**bits or sum(parts) % 2**bits != ordered:
            honest(*quantities)

    what = f"The sum counts from zero again at 2^{bits}."
    yield Fault(f"sum-wraps-at-{bits}-bits", what, "check_sum", deviation, (OVER, EACH_LINE))


WRAPS = (*_of_eight_bits(8), *_of_eight_bits(16))


def _without(index: int, name: str) -> Fault:
    def deviation(_call: AllocateOrder, honest: Stage, *quantities: int) -> None:
        *parts, ordered = quantities
        others = sum(parts) - parts[index]
        if sum(parts) <= ordered or others > ordered:
            honest(*quantities)

    what = f"Where the sum exceeds what was ordered, the quantity {name} does not count."
    return Fault(f"sum-without-{name}", what, "check_sum", deviation, (OVER, EACH_LINE))


WITHOUT = tuple(_without(index, name) for index, name in enumerate(("accepted", "rejected", "backordered")))


@fault("check_sum", OVER, EACH_LINE)
def each_quantity_alone(_call: AllocateOrder, honest: Stage, *quantities: int) -> None:
    """No quantity may exceed what was ordered; their sum may."""
    *parts, ordered = quantities
    if sum(parts) <= ordered or max(parts) > ordered:
        honest(*quantities)


@fault("check_sum", OVER, EACH_LINE)
def sum_not_checked_with_a_backorder(_call: AllocateOrder, honest: Stage, *quantities: int) -> None:
    """Where something is backordered, the sum may exceed what was ordered."""
    *parts, ordered = quantities
    if sum(parts) <= ordered or not parts[2]:
        honest(*quantities)


@fault("check_sum", OVER, EACH_LINE)
def sum_not_checked_from_100_units_on(_call: AllocateOrder, honest: Stage, *quantities: int) -> None:
    """A sum of a hundred units and more is not looked at."""
    *parts, ordered = quantities
    if sum(parts) <= ordered or sum(parts) < 100:
        honest(*quantities)


@fault(
    "check_sum",
    OVER,
    EACH_LINE,
    invisible="No planned case has such a sum: the properties of a whole run find it.",
)
def sum_not_checked_above_a_million(_call: AllocateOrder, honest: Stage, *quantities: int) -> None:
    """A sum from a million to a billion is not looked at."""
    if not 1_000_000 <= sum(quantities[:3]) <= 1_000_000_000:
        honest(*quantities)


def _lines_checked(call: AllocateOrder, body: Any, order: Order, honest_ones: slice) -> list[Line]:
    """The lines of a request, the sums of some of them unchecked."""
    entries = call.entries(body)
    checked = set(range(len(entries))[honest_ones])
    lines = []
    for index, entry in enumerate(entries):
        if index not in checked:
            call.__dict__["check_sum"] = lambda *quantities: _only_below(call, *quantities)
        try:
            lines.append(call.line(entry, order))
        finally:
            call.__dict__.pop("check_sum", None)
    call.together(lines, order)
    return lines


def _only_below(call: AllocateOrder, *quantities: int) -> None:
    *parts, ordered = quantities
    if sum(parts) <= ordered:
        type(call).check_sum(call, *quantities)


@fault("validate", EACH_LINE)
def sum_checked_for_the_first_line_only(call: AllocateOrder, _honest: Stage, body: Any, order: Order) -> list[Line]:
    """The sum is checked for the first line item alone."""
    return _lines_checked(call, body, order, slice(0, 1))


@fault("validate", EACH_LINE, also=(OVER,))
def sum_checked_for_the_last_line_only(call: AllocateOrder, _honest: Stage, body: Any, order: Order) -> list[Line]:
    """The sum is checked for the last line item alone."""
    return _lines_checked(call, body, order, slice(-1, None))


@fault("validate", EACH_LINE)
def sum_not_checked_from_the_fourth_line_on(call: AllocateOrder, _honest: Stage, body: Any, order: Order) -> list[Line]:
    """The sum is checked for the first three line items."""
    return _lines_checked(call, body, order, slice(0, 3))


@fault("validate", EACH_LINE)
def sum_checked_over_the_order(call: AllocateOrder, _honest: Stage, body: Any, order: Order) -> list[Line]:
    """The sum is checked once, over all line items of the request."""
    lines = _lines_checked(call, body, order, slice(0, 0))
    whole = sum(line.allocation.total for line in lines if line.allocation)
    if whole > sum(line.item.quantity_ordered for line in lines if line.item):
        raise refused(
            "line_items", "It answers for more than was ordered.", call.readings.code("response-codes.sum-exceeded")
        )
    return lines


def _refused(name: str, what: str, condition: Any) -> Fault:
    def deviation(_call: AllocateOrder, honest: Stage, *quantities: int) -> None:
        honest(*quantities)
        if sum(quantities[:3]) == quantities[3] and condition(*quantities[:3]):
            raise refused("allocation", "It is not taken so.", 422)

    return Fault(
        name, what, "check_sum", deviation, (EQUAL,), ("state.second-allocation", "response-parameters.status-agrees")
    )


REFUSES = (
    _refused("refuses-all-rejected", "A line item rejected in full is refused.", lambda a, r, b: r and not a + b),
    _refused("refuses-all-backordered", "A line item backordered in full is refused.", lambda a, r, b: b and not a + r),
    _refused("refuses-one-accepted", "One unit accepted with others is refused.", lambda a, r, b: a == 1 and r + b),
    _refused(
        "refuses-rejected-with-accepted",
        "Accepted in part and rejected in part is refused.",
        lambda a, r, _b: a and r,
    ),
    _refused(
        "refuses-rejected-with-backordered",
        "Rejected with backordered units are refused.",
        lambda _a, r, b: r and b,
    ),
)
