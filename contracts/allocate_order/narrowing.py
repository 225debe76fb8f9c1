"""The specification narrowed to what one target takes: one test order, and the readings found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.model.exchange import Order
from contracts.standard import narrowing as standard

QUANTITIES = ("quantity_accepted", "quantity_rejected", "quantity_backordered")
# Days that every month has: real dates, next year, in each form.
DAY = "(0[1-9]|1[0-9]|2[0-8])"
MONTHS = "(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
DATES = {
    "iso": f"(0[1-9]|1[0-2])-{DAY}",
    "month-name": f"{MONTHS}-{DAY}",
    "three-digits": f"0(0[1-9]|1[0-2])-0{DAY}",
}
ANSWERS = {
    "object": "AnswerObject",
    "array": "AnswerArray",
    "objects-in-array": "AnswerArrayOfObjects",
    "statuses-in-object": "AnswerObjectOfStatuses",
}


def narrowed(document: Mapping[str, Any], *, readings: Mapping[str, str], order: Order, year: int) -> dict[str, Any]:
    """A copy of the specification from which requests for `order` can be generated.

    `readings` maps clause ids to names of readings; a question not in it is left as the document has it, but that
    quantities are integers then, as in the field list.
    `year` is the one generated dates lie in.
    What is generated as valid may still break a rule that no schema can state (the sum, a line item twice).
    """
    result = standard.narrowed(document, order=order)
    schemas = result["components"]["schemas"]
    _bind_lines(schemas, readings, order)
    _bind_allocation(schemas["Allocation"]["properties"], readings, order, year)
    shape = readings.get("response-parameters.shape")
    if shape is not None:
        schemas["Answer"]["oneOf"] = [{"$ref": f"#/components/schemas/{ANSWERS[shape]}"}]
        schemas["AnswerArrayOfObjects"].pop("minItems")  # with one form left, an empty answer has that one
        schemas["AnswerObjectOfStatuses"]["properties"]["line_items"].pop("minItems")
    return result


def _bind_lines(schemas: dict[str, Any], readings: Mapping[str, str], order: Order) -> None:
    line_item_uuid = schemas["OrderItem"]["properties"]["line_item_uuid"]
    del line_item_uuid["format"]
    line_item_uuid["enum"] = [line.uuid for line in order.line_items]
    line_items = schemas["Request"]["properties"]["line_items"]
    # More entries than lines would only repeat some.
    line_items["maxItems"] = len(order.line_items)
    if readings.get("request-parameters.empty-line-items") == "refused":
        line_items["minItems"] = 1


def _bind_allocation(allocation: dict[str, Any], readings: Mapping[str, str], order: Order, year: int) -> None:
    # No one orders less than one unit, so one is within every line whose quantity is unknown.
    ordered = (line.quantity_ordered for line in order.line_items)
    most = min((1 if quantity is None else quantity for quantity in ordered), default=1)
    for name in QUANTITIES:
        if readings.get("allocation-object.quantity-encoding") == "digit-strings":
            allocation[name] = {"type": "string", "pattern": _digits_up_to(most)}
        else:
            allocation[name] = {"type": "integer", "minimum": 0, "maximum": most}
    form = readings.get("allocation-object.backorder-date-form")
    # Where both forms are taken, the one of the samples will do.
    allocation["backorder_date"]["pattern"] = f"^{year}-{DATES.get(form or 'iso', DATES['iso'])}$"


def _digits_up_to(most: int) -> str:
    """A pattern of digit strings without leading zeros, none above `most`."""
    if most < 10:
        return f"^[0-{most}]$"
    return f"^(0|[1-9][0-9]{{0,{len(str(most)) - 2}}})$"
