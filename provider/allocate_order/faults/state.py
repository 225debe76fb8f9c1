"""What is stored on an order afterwards, and is not what was answered."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from provider.allocate_order.faults.refused import NOTHING, REFUSED
from provider.allocate_order.handler import AllocateOrder
from provider.allocate_order.validation import Line
from provider.fault import Fault, Stage, fault
from provider.http import Answer, Message, RefusalError
from provider.orders import Order
from provider.storage import Allocation

READ, REPLACED, REPEAT = "state.read-back", "state.replaced", "state.repeat"
SLUGS = ("deep-json", "giant-numbers", "long-path", "long-strings", "many-fields", "many-line-items", "odd-text")
ROBUSTNESS = tuple(f"robustness.{slug}" for slug in SLUGS)
COMPARED = (REPEAT, "authentication.before-the-order")
CONCURRENT = "state.concurrent"


@fault("store", REPLACED, REPEAT, READ, severity="critical", also=(CONCURRENT,))
def adds_instead_of_replacing(call: AllocateOrder, honest: Stage, order: Order, lines: list[Line]) -> None:
    """A further allocation adds to the stored one."""
    honest(order, _added(call.storage.allocations(order), lines))


def _added(standing: Mapping[str, Allocation], lines: list[Line]) -> list[Line]:
    """Return the lines with what is stored on the order added to each quantity."""

    def added(line: Line) -> Line:
        now, before = line.allocation, standing.get(line.key)
        if now is None or before is None:
            return line
        names = ("accepted", "rejected", "backordered")
        sums = {name: getattr(now, name) + getattr(before, name) for name in names}
        return replace(line, allocation=replace(now, **sums))

    return [added(line) for line in lines]


@fault("store", REPLACED, severity="critical", also=(READ, CONCURRENT, REPEAT), once=True)
def adds_as_far_as_was_ordered(call: AllocateOrder, honest: Stage, order: Order, lines: list[Line]) -> None:
    """A further allocation adds to the stored one; more than was ordered is refused."""
    added = _added(call.storage.allocations(order), lines)
    for line in added:
        if line.item and line.allocation and line.allocation.total > line.item.quantity_ordered:
            raise RefusalError(422, "too_much", "Together with the former allocation it is more than was ordered.")
    honest(order, added)


@fault("store", REPLACED, severity="critical", also=(REPEAT, CONCURRENT))
def keeps_the_former_date(call: AllocateOrder, honest: Stage, order: Order, lines: list[Line]) -> None:
    """An allocation without a date keeps the stored date."""
    standing = call.storage.allocations(order)

    def dated(line: Line) -> Line:
        before = standing.get(line.key)
        if line.allocation is None or line.allocation.backorder_date or before is None:
            return line
        return replace(line, allocation=replace(line.allocation, backorder_date=before.backorder_date))

    honest(order, [dated(line) for line in lines])


def _storing(
    name: str, what: str, edit: Callable[[list[Line]], list[Line]], *also: str, breaks: tuple[str, ...] = (READ,)
) -> Fault:
    """Something else is stored than what was asked."""

    def deviation(_call: AllocateOrder, honest: Stage, order: Order, lines: list[Line]) -> None:
        honest(order, edit(lines))

    return Fault(name, what, "store", deviation, breaks, (REPLACED, REPEAT, CONCURRENT, *also), "critical")


def _edited(**edits: Callable[[Allocation], Any]) -> Callable[[list[Line]], list[Line]]:
    def edit(lines: list[Line]) -> list[Line]:
        return [
            replace(line, allocation=replace(line.allocation, **{n: e(line.allocation) for n, e in edits.items()}))
            if line.allocation
            else line
            for line in lines
        ]

    return edit


def _day_before(allocation: Allocation) -> str | None:
    text = allocation.backorder_date
    if text is None or text == "0001-01-01":
        return text
    return (datetime.date.fromisoformat(text) - datetime.timedelta(days=1)).isoformat()


STORED = (
    _storing("stores-nothing", "What is accepted is not stored.", lambda _lines: []),
    _storing("stores-the-first-line-only", "Of several line items the first is stored.", lambda lines: lines[:1]),
    _storing("stores-three-lines-at-most", "Three line items are stored.", lambda lines: lines[:3]),
    _storing("stores-no-date", "The date is not stored.", _edited(backorder_date=lambda _a: None)),
    _storing("stores-the-day-before", "The day before the date is stored.", _edited(backorder_date=_day_before)),
    _storing(
        "stores-the-first-of-the-month",
        "The first of the date's month is stored.",
        _edited(backorder_date=lambda a: a.backorder_date and f"{a.backorder_date[:8]}01"),
    ),
    _storing(
        "swaps-accepted-and-rejected",
        "Accepted and rejected quantities change places.",
        _edited(accepted=lambda a: a.rejected, rejected=lambda a: a.accepted),
    ),
    _storing("loses-rejected-units", "Rejected units are not stored.", _edited(rejected=lambda _a: 0)),
    _storing(
        "stores-backordered-as-rejected",
        "Backordered units are stored as rejected.",
        _edited(rejected=lambda a: a.rejected + a.backordered, backordered=lambda _a: 0),
    ),
    _storing(
        "stores-255-units-at-most", "255 units are stored at most.", _edited(accepted=lambda a: min(a.accepted, 255))
    ),
)


@fault("store", REPLACED, severity="critical", also=(READ, CONCURRENT, REPEAT))
def keeps_the_first_allocation(call: AllocateOrder, honest: Stage, order: Order, lines: list[Line]) -> None:
    """A further allocation is answered as carried out, and changes nothing."""
    standing = call.storage.allocations(order)
    honest(order, [line for line in lines if line.key not in standing])


@fault("store", REPLACED, severity="critical", also=(READ, CONCURRENT, REPEAT))
def keeps_the_larger_quantity(call: AllocateOrder, honest: Stage, order: Order, lines: list[Line]) -> None:
    """Of a former and a further allocation, the larger accepted quantity is kept."""
    standing = call.storage.allocations(order)
    kept = [
        replace(line, allocation=standing[line.key])
        if line.allocation and line.key in standing and standing[line.key].accepted > line.allocation.accepted
        else line
        for line in lines
    ]
    honest(order, kept)


@fault(
    "store",
    "state.other-order-untouched",
    severity="critical",
    also=(READ, REPLACED, REPEAT, REFUSED, NOTHING, CONCURRENT),
    causes="an order that another one's allocation changed shows it wherever it is read next",
)
def clears_other_orders(call: AllocateOrder, honest: Stage, order: Order, lines: list[Line]) -> None:
    """Allocating an order takes away what was stored on all others."""
    call.storage._connection.execute(  # noqa: SLF001 - a fault may
        "update allocations set accepted = 0 where line_item_uuid not in"
        " (select uuid from line_items where order_uuid = ?)",
        (order.uuid,),
    )
    honest(order, lines)


def in_sequence(order: Order, lines: list[Line]) -> list[Line]:
    """The lines of a request as the order has them; those of no line item last."""
    places = {item.uuid: place for place, item in enumerate(order.line_items)}
    return sorted(lines, key=lambda line: places.get(line.key, len(places)))


@fault("store", READ, severity="critical", also=(REPLACED, REPEAT, CONCURRENT))
def stores_lines_in_the_sequence_of_the_order(
    _call: AllocateOrder, honest: Stage, order: Order, lines: list[Line]
) -> None:
    """The first allocation of a request is stored for the first line item of the order, and so on."""
    pairs = zip(in_sequence(order, lines), lines, strict=True)
    honest(order, [replace(line, allocation=other.allocation) for line, other in pairs])


@fault("store", REPEAT, also=(READ, REPLACED))
def exchanges_day_and_month(_call: AllocateOrder, honest: Stage, order: Order, lines: list[Line]) -> None:
    """The day of a date is stored as its month, and the month as its day, if there is such a date."""
    honest(order, [replace(line, allocation=_exchanged(line.allocation)) for line in lines])


def _exchanged(stored: Allocation | None) -> Allocation | None:
    year, month, day = (stored.backorder_date or "--").split("-") if stored else ("", "", "")
    return replace(stored, backorder_date=f"{year}-{day}-{month}") if stored and "01" <= day <= "12" else stored


@fault("store", READ, severity="critical", also=(REPLACED, REPEAT, CONCURRENT, "state.other-order-untouched"))
def loses_one_allocation_in_five(call: AllocateOrder, honest: Stage, order: Order, lines: list[Line]) -> None:
    """Every fifth allocation is not stored."""
    seen = call.__dict__["stored"] = call.__dict__.get("stored", 0) + 1
    honest(order, lines if seen % 5 else [])


@fault(
    "carried_out",
    REPEAT,
    "response-parameters.every-line-item-answered",
    causes="the answer to a repeat lacks lines, and is not the first answer again",
)
def answers_changed_lines_only(call: AllocateOrder, honest: Stage, order: Order, lines: list[Line]) -> Any:
    """The identical request again is answered without line items."""
    last = call.__dict__.setdefault("last", {})
    same = last.get(order.uuid) == lines
    last[order.uuid] = lines
    return honest(order, [] if same else lines)


@fault("store", READ)
def does_not_store_lines_named_in_upper_case(_call: AllocateOrder, honest: Stage, order: Order, lines: Any) -> None:
    """A line item that is named in upper case is answered as carried out, and nothing of it is stored."""
    honest(order, [line for line in lines if line.item is None or line.name == line.item.uuid])


@fault("store", CONCURRENT, severity="critical", also=(REPLACED, REPEAT, READ))
def mixes_two_allocations(call: AllocateOrder, honest: Stage, order: Order, lines: list[Line]) -> None:
    """Of two allocations within a tenth of a second, parts of both are stored."""
    standing, last = call.storage.allocations(order), call.__dict__.setdefault("times", {})
    if time.monotonic() - last.get(order.uuid, 0) < 0.1:
        lines = [
            replace(line, allocation=replace(line.allocation, accepted=standing[line.key].accepted))
            if line.allocation and line.key in standing
            else line
            for line in lines
        ]
    last[order.uuid] = time.monotonic()
    honest(order, lines)


@fault("store", CONCURRENT, severity="critical", also=(REPLACED, REPEAT, READ))
def saves_the_whole_order(call: AllocateOrder, honest: Stage, order: Order, lines: list[Line]) -> None:
    """Of two allocations of different line items within a tenth of a second, the second undoes the first."""
    standing, now, kept = call.storage.allocations(order), time.monotonic(), call.__dict__.setdefault("undone", {})
    before, others = kept.get(order.uuid, (0.0, {}))
    kept[order.uuid] = (now, {line.key: standing[line.key] for line in lines if line.key in standing})
    honest(order, lines)
    if now - before < 0.1 and others.keys().isdisjoint(line.key for line in lines):
        call.storage.store(others)


# Which request that is depends on what else is sent: it may be one that is compared with another.
@fault(
    "answer",
    "availability.no-intermittent-errors",
    also=("http.no-server-error", "response-codes.malformed-json", *ROBUSTNESS, *COMPARED),
)
def fails_after_many_calls(call: AllocateOrder, honest: Stage, message: Message) -> Answer:
    """Of the requests after the two hundredth, every fiftieth is answered 500."""
    seen = call.__dict__["calls"] = call.__dict__.get("calls", 0) + 1
    if seen > 200 and seen % 50 == 0:
        return Answer(500, b'{"error": "server_error"}', {"Content-Type": "application/json"})
    answer: Answer = honest(message)
    return answer
