"""What a success says: its line items, quantities, costs and statuses."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from provider.allocate_order.faults.state import COMPARED, in_sequence
from provider.allocate_order.handler import AllocateOrder
from provider.allocate_order.validation import Line
from provider.fault import Deviation, Fault, Stage, fault
from provider.http import Answer, Message
from provider.orders import Order

AT = "response-parameters"
SHIPPED, COST = f"{AT}.quantity-shipped", f"{AT}.sku-cost"
BODY = ("openapi.body",)
ARRAY, OBJECT = {f"{AT}.shape": "array"}, {f"{AT}.shape": "object"}


def _saying(value: Any) -> Deviation:
    return lambda _call, _honest, *_seen: value


FIELDS: tuple[tuple[str, str, Any, str], ...] = (
    ("quantity-shipped-as-true", "shipped", True, f"{SHIPPED}-type"),
    ("quantity-shipped-as-array", "shipped", [], f"{SHIPPED}-type"),
    ("quantity-shipped-as-object", "shipped", {"units": 0}, f"{SHIPPED}-type"),
    ("quantity-shipped-as-fraction", "shipped", 0.5, f"{SHIPPED}-type"),
    ("quantity-shipped-as-word", "shipped", "none", f"{SHIPPED}-type"),
    ("quantity-shipped-as-empty-text", "shipped", "", f"{SHIPPED}-type"),
    ("quantity-shipped-as-decimal-string", "shipped", "0.0", f"{SHIPPED}-type"),
    ("quantity-shipped-negative", "shipped", -1, f"{SHIPPED}-range"),
    ("quantity-shipped-beyond-the-order", "shipped", 100_000, f"{SHIPPED}-range"),
    ("quantity-shipped-of-2-to-the-63", "shipped", 2**63, f"{SHIPPED}-range"),
    ("cost-as-true", "cost", True, f"{COST}-type"),
    ("cost-as-word", "cost", "cheap", f"{COST}-type"),
    ("cost-as-object", "cost", {"amount": 13.98}, f"{COST}-type"),
    ("cost-as-array", "cost", [13.98], f"{COST}-type"),
    ("cost-with-currency", "cost", "$13.98", f"{COST}-type"),
    ("cost-with-a-comma", "cost", "13,98", f"{COST}-type"),
    ("cost-as-empty-text", "cost", "", f"{COST}-type"),
    ("cost-with-underscores", "cost", "1_3.98", f"{COST}-type"),
    ("cost-in-arabic-digits", "cost", "\u0661\u0663.\u0669\u0668", f"{COST}-type"),
    ("cost-with-spaces", "cost", " 13.98 ", f"{COST}-type"),
    ("cost-negative", "cost", -13.98, f"{COST}-not-negative"),
    ("cost-with-the-noise-of-binary", "cost", 13.980000000000002, f"{COST}-two-places"),
    ("cost-of-a-thousandth", "cost", 0.001, f"{COST}-two-places"),
)
"""What is answered in a field: the fault, the stage, the value, the clause that breaks."""

BY_VALUE = tuple(
    Fault(name, f"{stage}: {value!r} is answered.", stage, _saying(value), (clause,), BODY)
    for name, stage, value, clause in FIELDS
)


@fault("shipped", f"{SHIPPED}-type", also=BODY)
def quantity_shipped_as_string(_call: AllocateOrder, honest: Stage, line: Line) -> str:
    """quantity_shipped is a string of digits."""
    return str(honest(line))


@fault("shipped", f"{SHIPPED}-range")
def quantity_shipped_one_too_many(_call: AllocateOrder, honest: Stage, line: Line) -> Any:
    """One unit more than was ordered is said to be shipped."""
    return line.item.quantity_ordered + 1 if line.item else honest(line)


@fault("shipped", f"{SHIPPED}-range", also=BODY)
def quantity_shipped_negative_where_rejected(_call: AllocateOrder, honest: Stage, line: Line) -> Any:
    """Of a line item rejected in full, less than nothing is shipped."""
    rejected = line.allocation and line.allocation.rejected == line.allocation.total
    return -1 if rejected else honest(line)


@fault("entry", f"{SHIPPED}-type", also=BODY)
def quantity_shipped_as_string_from_the_fourth_line_on(
    _call: AllocateOrder, honest: Stage, line: Line, index: int
) -> Any:
    """From the fourth line item on, quantity_shipped is a string of digits."""
    entry = honest(line, index)
    return {**entry, "quantity_shipped": "0"} if index > 2 else entry


@fault("shipped", f"{SHIPPED}-type", also=(*BODY, "state.repeat"))
def quantity_shipped_as_string_one_time_in_twenty(call: AllocateOrder, honest: Stage, line: Line) -> Any:
    """In every twentieth line item that is answered, quantity_shipped is a string of digits."""
    seen = call.__dict__["seen"] = call.__dict__.get("seen", 0) + 1
    return str(honest(line)) if seen % 20 == 0 else honest(line)


@fault("cost", f"{COST}-two-places")
def cost_with_three_decimals(_call: AllocateOrder, honest: Stage, line: Line) -> Any:
    """supplier_provided_sku_cost has three decimal places."""
    return f"{honest(line)}5" if isinstance(honest(line), str) else round(honest(line) + 0.005, 3)


@fault("cost", f"{COST}-two-places", also=BODY, needs={f"{COST}-encoding": "string"})
def cost_with_an_exponent(_call: AllocateOrder, honest: Stage, line: Line) -> str:
    """supplier_provided_sku_cost is a text with an exponent."""
    return f"{float(honest(line)):.3E}"


@fault("entry", f"{COST}-encoding", also=BODY)
def cost_as_string_in_every_second_line(_call: AllocateOrder, honest: Stage, line: Line, index: int) -> Any:
    """In every second line item the cost is a string."""
    entry = honest(line, index)
    return {**entry, "supplier_provided_sku_cost": "13.98"} if index % 2 else entry


# ----------------------------------------------------------------------------------------- which line items

EVERY, FOREIGN, TWICE = (
    f"{AT}.{slug}"
    for slug in ("every-line-item-answered", "no-foreign-line-item-answered", "no-line-item-answered-twice")
)


@fault("answered", EVERY)
def answers_only_first_line(_call: AllocateOrder, honest: Stage, lines: list[Line]) -> Any:
    """Of several line items only the first is answered."""
    return honest(lines[:1])


@fault("answered", EVERY, also=(f"{AT}.status-known",))
def answers_all_but_the_last_line(_call: AllocateOrder, honest: Stage, lines: list[Line]) -> Any:
    """The last of several line items is not answered."""
    return honest(lines[:-1] or lines)


@fault("answered", EVERY)
def answers_no_line(_call: AllocateOrder, honest: Stage, _lines: list[Line]) -> Any:
    """No line item is answered."""
    return honest([])


@fault("answered", EVERY)
def answers_three_lines_at_most(_call: AllocateOrder, honest: Stage, lines: list[Line]) -> Any:
    """Three line items are answered, however many there are."""
    return honest(lines[:3])


@fault("answered", EVERY)
def answers_accepted_lines_only(_call: AllocateOrder, honest: Stage, lines: list[Line]) -> Any:
    """A line item of which nothing is accepted is not answered."""
    return honest([line for line in lines if line.item is None or (line.allocation and line.allocation.accepted)])


@fault("answered", TWICE)
def answers_the_first_line_twice(_call: AllocateOrder, honest: Stage, lines: list[Line]) -> Any:
    """The first line item is answered twice."""
    return honest(lines[:1] + lines)


@fault("answered", FOREIGN, severity="critical")
def answers_a_line_of_another_order(call: AllocateOrder, honest: Stage, lines: list[Line]) -> Any:
    """A line item of another order is answered too."""
    row = call.storage._connection.execute(  # noqa: SLF001 - a fault may
        "select l.uuid from line_items l join orders o on o.uuid = l.order_uuid where not o.own"
    ).fetchone()
    return honest([*lines, Line(row[0], lines[0].item, None)] if lines else lines)


def _renamed(
    name: str, what: str, rename: Callable[[str, int], Any], *breaks: str, also: tuple[str, ...] = ()
) -> Fault:
    def deviation(_call: AllocateOrder, honest: Stage, line: Line, index: int) -> Any:
        entry = honest(line, index)
        renamed = rename(entry.pop("line_item_uuid"), index)
        return entry if renamed is None else {"line_item_uuid": renamed, **entry}

    return Fault(name, what, "entry", deviation, breaks, (*BODY, "state.repeat", *also), needs=OBJECT)


UUID = f"{AT}.line-item-uuid"
RENAMED = (
    _renamed("answers-without-names", "No answered line item has a name.", lambda _n, _i: None, UUID, EVERY),
    _renamed("answers-numbers-for-names", "Line items are named by numbers.", lambda _n, i: i + 1, UUID, EVERY),
    _renamed(
        "answers-texts-for-names", "Line items are named by words.", lambda _n, i: f"line {i}", UUID, EVERY, FOREIGN
    ),
    _renamed("answers-null-for-names", "Line items are named null.", lambda _n, _i: [None], UUID, EVERY),
)


# ----------------------------------------------------------------------------------------- the array's statuses


@fault("status", f"{AT}.status-known", severity="minor", needs=ARRAY)
def status_in_lower_case(_call: AllocateOrder, honest: Stage, line: Line) -> str:
    """In the array form, statuses are in lower case."""
    return str(honest(line)).lower()


@fault("status", f"{AT}.status-known", severity="minor", needs=ARRAY)
def status_unlisted(_call: AllocateOrder, honest: Stage, line: Line) -> str:
    """In the array form, a backordered line item is Pending."""
    return "Pending" if honest(line) == "Backordered" else str(honest(line))


@fault("status", f"{AT}.status-known", severity="minor", also=BODY, needs=ARRAY)
def status_as_number(_call: AllocateOrder, honest: Stage, line: Line) -> Any:
    """In the array form, statuses are numbers."""
    return 1 if honest(line) != "Item Not Found" else honest(line)


@fault("status", f"{AT}.status-agrees", severity="minor", needs=ARRAY)
def status_always_allocated(_call: AllocateOrder, honest: Stage, line: Line) -> str:
    """In the array form, every line item is Allocated."""
    return "Allocated" if line.item else str(honest(line))


@fault("carried_out", f"{AT}.status-agrees", needs=ARRAY)
def answers_statuses_in_the_sequence_of_the_order(
    _call: AllocateOrder, honest: Stage, order: Order, lines: list[Line]
) -> Any:
    """In the array form, line items are answered as they were sent, and their statuses as the order has them."""
    pairs = zip(lines, in_sequence(order, lines), strict=True)
    return honest(order, [replace(line, allocation=other.allocation) for line, other in pairs])


@fault("status", f"{AT}.status-agrees", severity="minor", needs=ARRAY)
def status_rejected_for_backordered(_call: AllocateOrder, honest: Stage, line: Line) -> str:
    """In the array form, a backordered line item is Rejected."""
    return "Rejected" if honest(line) == "Backordered" else str(honest(line))


@fault("answer", f"{COST}-type", also=BODY)
def writes_costs_in_the_language_of_the_reader(_call: AllocateOrder, honest: Stage, message: Message) -> Answer:
    """Costs are texts with a comma for clients that ask for German."""
    answer: Answer = honest(message)
    german = message.headers.get("accept-language", "").startswith("de")
    return replace(answer, body=answer.body.replace(b"13.98", b'"13,98"')) if german else answer


@fault(
    "carried_out",
    f"{AT}.no-foreign-line-item-answered",
    severity="critical",
    also=(*BODY, *COMPARED),
    causes="the same request may be answered with lines of another order once, and without them then",
)
def answers_lines_of_other_requests(call: AllocateOrder, honest: Stage, order: Order, lines: list[Line]) -> Answer:
    """Of orders that are allocated within a twentieth of a second, the answers have each other's line items."""
    kept, now = call.__dict__, time.monotonic()
    before, last, others = kept.get("answered_before", (0.0, order, lines))
    kept["answered_before"] = (now, order, lines)
    mixed = [*others, *lines] if last is not order and now - before < 0.05 else lines
    answer: Answer = honest(order, mixed)
    return answer


@fault("carried_out", f"{AT}.every-line-item-answered", severity="critical", also=(f"{AT}.other-line-items",))
def answers_concurrent_requests_alike(call: AllocateOrder, honest: Stage, order: Order, lines: list[Line]) -> Any:
    """Of concurrent requests for different line items of an order, each is answered as the first one."""
    kept, now = call.__dict__.setdefault("just_answered", {}), time.monotonic()
    before, first = kept.get(order.uuid, (0.0, lines))
    kept[order.uuid] = (now, lines)
    apart = {line.key for line in first}.isdisjoint(line.key for line in lines)
    return honest(order, first if apart and now - before < 1 else lines)
