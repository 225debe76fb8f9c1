"""Valid content that is taken out of the wrong container."""

from __future__ import annotations

from typing import Any

from provider.allocate_order.handler import AllocateOrder
from provider.allocate_order.validation import DATE, QUANTITIES
from provider.fault import Stage, fault

AT = "request-parameters"
STRANGERS = ("response-parameters.no-foreign-line-item-answered",)
"""What is answered then are line items that the request, as the page reads it, does not name."""


def _out_of_a_list(value: Any) -> Any:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


@fault("name", f"{AT}.line-item-uuid-type", also=STRANGERS)
def unwraps_identifiers(_call: AllocateOrder, honest: Stage, entry: dict[str, Any]) -> Any:
    """A line item may be named by an array of one UUID, or an object with it."""
    given = _out_of_a_list(entry.get("line_item_uuid"))
    if isinstance(given, dict) and len(given) == 1:
        given = next(iter(given.values()))
    return honest(entry if given is None else {**entry, "line_item_uuid": given})


@fault("date", "allocation-object.backorder-date-type")
def unwraps_dates(_call: AllocateOrder, honest: Stage, allocation: dict[str, Any], backordered: int) -> Any:
    """A date may be in an array of one."""
    if isinstance(allocation.get(DATE), list) and allocation[DATE]:
        allocation = {**allocation, DATE: _out_of_a_list(allocation[DATE])}
    return honest(allocation, backordered)


@fault("quantity", *(f"allocation-object.{name.replace('_', '-')}-type" for name in QUANTITIES))
def takes_the_value_of_an_object(_call: AllocateOrder, honest: Stage, allocation: dict[str, Any], field: str) -> Any:
    """A quantity may be an object with the quantity as its value."""
    given = allocation.get(field)
    if isinstance(given, dict) and "value" in given:
        allocation = {**allocation, field: given["value"]}
    return honest(allocation, field)


@fault("entries", f"{AT}.body-is-an-object", also=STRANGERS)
def takes_the_line_items_for_the_body(_call: AllocateOrder, honest: Stage, body: Any) -> Any:
    """The body may be the array of line items."""
    return honest({"line_items": body} if isinstance(body, list) else body)


@fault("entries", f"{AT}.body-is-an-object", also=STRANGERS)
def takes_the_first_of_a_list_for_the_body(_call: AllocateOrder, honest: Stage, body: Any) -> Any:
    """The body may be in an array of one."""
    return honest(_out_of_a_list(body))


@fault("entries", f"{AT}.line-items-required", also=STRANGERS)
def unwraps_the_body(_call: AllocateOrder, honest: Stage, body: Any) -> Any:
    """The body may be inside another object."""
    inner = next(iter(body.values())) if isinstance(body, dict) and len(body) == 1 else None
    return honest(inner if isinstance(inner, dict) and "line_items" in inner else body)


@fault("entries", f"{AT}.line-items-is-an-array", also=STRANGERS)
def takes_the_values_of_an_object(_call: AllocateOrder, honest: Stage, body: Any) -> Any:
    """The line items may be the values of an object."""
    lines = body.get("line_items") if isinstance(body, dict) else None
    return honest({**body, "line_items": list(lines.values())} if isinstance(lines, dict) and "0" in lines else body)


@fault("line", f"{AT}.line-item-is-an-object", f"{AT}.allocation-is-an-object", also=STRANGERS)
def unwraps_line_items(_call: AllocateOrder, honest: Stage, entry: Any, order: Any) -> Any:
    """A line item, and its allocation, may be in an array of one."""
    entry = _out_of_a_list(entry)
    if isinstance(entry, dict) and isinstance(entry.get("allocation"), list):
        entry = {**entry, "allocation": _out_of_a_list(entry["allocation"])}
    return honest(entry, order)
