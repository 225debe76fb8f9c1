"""An allocation request taken apart, as far as it can be. Judges nothing."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from contracts.endpoint.call import Call
from contracts.model.exchange import LineItem, Order, Request
from contracts.standard import parsed as standard
from contracts.standard.numbers import Quantity, classify
from contracts.standard.parsed import canonical
from contracts.standard.texts import MISSING

PREFIX: Final = "/timp/orders/allocation/"
READ_PREFIX: Final = "/timp/orders/"
QUANTITIES: Final = ("quantity_accepted", "quantity_rejected", "quantity_backordered")
DATE: Final = "backorder_date"
ITEM: Final = "line_item_uuid"
ITEM_IN_PROSE: Final = "order_item_id"
LINES: Final = "line_items"
LINE_PATH: Final = "line_items[]"
ALLOCATION_PATH: Final = "line_items[].allocation"


@dataclass(frozen=True)
class Line:
    """One element of `line_items` of a request."""

    #: The element, as JSON.
    entry: Any
    #: Its `line_item_uuid`.
    name: Any = MISSING
    #: The line item that it names; None if it names none of a test order.
    item: LineItem | None = None
    #: Whether that line item belongs to the order of the request.
    own: bool = False
    #: Its `allocation`, as JSON.
    allocation: Any = MISSING

    def value(self, field: str) -> Any:
        """A member of the allocation, MISSING where it is not there."""
        return self.allocation.get(field, MISSING) if isinstance(self.allocation, dict) else MISSING

    @functools.cached_property
    def quantities(self) -> Mapping[str, Quantity]:
        """The value of each quantity field that is there."""
        found = {field: self.value(field) for field in QUANTITIES}
        return {field: classify(value) for field, value in found.items() if value is not MISSING}


@dataclass(frozen=True)
class ParsedAllocation(standard.Parsed):
    """A request of Allocate Order, with the lines in its body."""

    #: The elements of `line_items`.
    lines: tuple[Line, ...] = ()

    @property
    def entries(self) -> Any:
        """The value of `line_items`; MISSING where the body is not an object or has none."""
        return self.body.value.get(LINES, MISSING) if isinstance(self.body.value, dict) else MISSING


def parse(request: Request, orders: Mapping[str, Order], call: Call) -> ParsedAllocation:
    """Take a request apart; `orders` are the test orders, by lower-case UUID."""
    found = standard.parse(request, orders, call)
    value, order = found.body.value, found.order
    entries = value.get(LINES) if isinstance(value, dict) else None
    own = {item.uuid: item for item in order.line_items} if order else {}
    known = functools.cache(lambda: {item.uuid: item for each in orders.values() for item in each.line_items})
    lines = tuple(_line(entry, own, known) for entry in entries) if isinstance(entries, list) else ()
    return ParsedAllocation(found.segment, found.slash, order, found.body, found.other_case, lines)


def _line(entry: Any, lines: Mapping[str, LineItem], known: Callable[[], Mapping[str, LineItem]]) -> Line:
    if not isinstance(entry, dict):
        return Line(entry)
    name = entry.get(ITEM, entry.get(ITEM_IN_PROSE, MISSING))
    spelled = canonical(name) if isinstance(name, str) else None
    own = lines.get(spelled) if spelled else None
    other = known().get(spelled) if own is None and spelled else None
    return Line(entry, name, own or other, own is not None, entry.get("allocation", MISSING))


def earlier_entries(lines: Sequence[Line]) -> Iterator[tuple[Line, Line]]:
    """Yield each element of `line_items` whose line is named again, with the last one that names it."""
    last = {line.item.uuid: line for line in lines if line.own and line.item is not None}
    for line in lines:
        if line.own and line.item is not None and last[line.item.uuid] is not line:
            yield line, last[line.item.uuid]


def last_entries(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return the elements of `line_items` without earlier entries of a line that is named again."""
    earlier = {id(line) for line, _ in earlier_entries(lines)}
    return tuple(line for line in lines if id(line) not in earlier)
