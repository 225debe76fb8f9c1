"""How another correct deployment answers line items that are named twice, or that are not the order's."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from provider.allocate_order.handler import AllocateOrder
from provider.allocate_order.validation import Line
from provider.fault import Fault, Stage, fault
from provider.http import Answer, as_json
from provider.orders import Order

REPEATS = {"request-parameters.repeated-line-item": "last-counts"}
REPEATS_IN_ARRAY = {**REPEATS, "response-parameters.shape": "array"}
REPORTS = {"request-parameters.foreign-line-item": "reported"}
REPORTS_IN_ARRAY = {**REPORTS, "response-parameters.shape": "array"}

EARLY_DRAFT = {
    "request-parameters.some-line-items-only": "refused",
    "allocation-object.sum-below-ordered": "refused",
}

# ------------------------------------------------------------------------------------- a line item named twice


@fault("carried_out", needs=REPEATS)
def answers_each_entry(call: AllocateOrder, _honest: Stage, _order: Order, lines: list[Line]) -> Answer:
    """A line item that is named twice is answered twice."""
    return as_json(200, call.answered(lines))


@fault("carried_out", needs=REPEATS_IN_ARRAY)
def answers_each_entry_with_its_status(call: AllocateOrder, _honest: Stage, _order: Order, lines: list[Line]) -> Answer:
    """In the array form, each entry of a line item named twice is answered with its own status."""
    return as_json(200, call.answered(lines))


@fault("carried_out", needs=REPEATS_IN_ARRAY)
def answers_each_entry_with_the_last_status(
    call: AllocateOrder, _honest: Stage, _order: Order, lines: list[Line]
) -> Answer:
    """In the array form, each entry of a line item named twice is answered with the status of the last."""
    last = {line.key: line for line in lines}
    return as_json(200, call.answered([last[line.key] for line in lines]))


@fault("entries", needs=REPEATS)
def passes_over_earlier_entries(_call: AllocateOrder, honest: Stage, body: Any) -> list[Any]:
    """Of a line item named twice, only the last entry is looked at."""
    entries: list[Any] = honest(body)
    names = [json.dumps(e.get("line_item_uuid")) if isinstance(e, dict) else str(i) for i, e in enumerate(entries)]
    last = {name: index for index, name in enumerate(names)}
    return [entry for index, entry in enumerate(entries) if last[names[index]] == index]


@fault("entries")
def takes_the_same_entry_twice(_call: AllocateOrder, honest: Stage, body: Any) -> list[Any]:
    """A line item may be named again in the same words; in other ones it is refused."""
    entries: list[Any] = honest(body)
    return list({json.dumps(entry): entry for entry in entries}.values())


@fault("carried_out", needs={"response-parameters.shape": "array"})
def answers_all_lines_in_one_object(_call: AllocateOrder, honest: Stage, order: Order, lines: list[Line]) -> Answer:
    """In the array form, one object has the statuses of all line items."""
    answer: Answer = honest(order, lines)
    statuses = {name: status for entry in json.loads(answer.body) for name, status in entry.items()}
    return replace(answer, body=json.dumps([statuses]).encode())


# ----------------------------------------------------------------------------------- lines that are not the order's


def _reporting(name: str, what: str, edit: Callable[[dict[str, Any]], dict[str, Any]], needs: dict[str, str]) -> Fault:
    """A line that is not the order's is reported in other words."""

    def deviation(_call: AllocateOrder, honest: Stage, *seen: Any) -> Answer:
        answer: Answer = honest(*seen)
        value = json.loads(answer.body)
        entries = value["line_items"] if isinstance(value, dict) else value
        edited = [edit(entry) if "Item Not Found" in entry.values() else entry for entry in entries]
        body = {"line_items": edited} if isinstance(value, dict) else edited
        return replace(answer, body=json.dumps(body).encode())

    return Fault(name, what, "carried_out", deviation, (), needs=needs)


REPORTED = (
    _reporting(
        "reports-a-code",
        "A line that is not the order's has the status NOT_FOUND.",
        lambda entry: {**entry, "line_item_status": "NOT_FOUND"},
        REPORTS,
    ),
    _reporting(
        "reports-a-status-of-its-own",
        "A line that is not the order's has the status IGNORED.",
        lambda entry: {**entry, "line_item_status": "IGNORED"},
        REPORTS,
    ),
    _reporting(
        "reports-an-error",
        "A line that is not the order's has a member error.",
        lambda entry: {"line_item_uuid": entry["line_item_uuid"], "error": {"code": "unknown_line"}},
        REPORTS,
    ),
    _reporting(
        "reports-a-status-of-its-own-in-the-array",
        "In the array form, a line that is not the order's is Skipped.",
        lambda entry: dict.fromkeys(entry, "Skipped"),
        REPORTS_IN_ARRAY,
    ),
)


@fault("store", needs=EARLY_DRAFT)
def keeps_to_the_early_draft(_call: AllocateOrder, honest: Stage, order: Order, lines: list[Line]) -> None:
    """A request names all line items, and answers for all units of each."""
    honest(order, lines)
