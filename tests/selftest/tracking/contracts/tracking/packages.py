"""The body of a request: a package, and what the clauses see in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.endpoint.judges import planner
from contracts.endpoint.plan import change
from contracts.model.case import Trait
from contracts.standard import fields
from contracts.standard import narrowing as standard
from contracts.standard.numbers import classify
from contracts.standard.parsed import canonical, parse, same_uuid
from contracts.standard.requests import changed, request, with_value
from contracts.standard.view import TraitReader

AT = "request-parameters"
QUANTITY = "line_items[].quantity_shipped"
ITEM = "line_items[].line_item_uuid"
REQUIRED = ("tracking_number", "line_items")
MALFORMED = {"empty": "", "a word": "item", "cut short": "71b8b807-3c6b-49c8-91dd-5798896f5"}


def package(order, kit):
    """One unit of each line item, under a tracking number that no other request has, with every documented member."""
    lines = [
        {"line_item_uuid": i.uuid, "quantity_shipped": 1, "supplier_provided_sku_cost": 13.98} for i in order.line_items
    ]
    body: dict[str, Any] = {
        "tracking_number": kit.invented("tracking", order.uuid, kit.case),
        "supplier_provided_carrier": "carrier",
        "supplier_provided_method": "ground",
        "package_weight": 1.5,
        "package_ship_cost": 4.99,
        "package_ship_date": kit.today.isoformat(),
        "line_items": lines,
        "package_attributes": [{"attribute_name": "colour", "attribute_value": "brown"}],
    }
    return request(kit.call, order, body)


def _content(parsed, call, _today) -> Iterator[Trait]:
    body = parsed.body.value
    yield from fields.traits(body, "", call)
    if not isinstance(body, dict):
        return
    if set(REQUIRED) == set(body):
        yield Trait(f"{AT}.optional-members", "required members only")
    lines = body.get("line_items")
    for line in lines if isinstance(lines, list) else ():
        if isinstance(line, dict):
            yield from _identity(line.get("line_item_uuid"), parsed.order)
            yield from _quantity(line.get("quantity_shipped"))


def _identity(name, order) -> Iterator[Trait]:
    own = {item.uuid for item in order.line_items} if order else None
    if isinstance(name, str) and same_uuid(name) is None:
        yield Trait(f"{AT}.line-item-uuid-malformed", "no UUID", ITEM)
    elif isinstance(name, str) and own is not None and canonical(name) not in own:
        yield Trait(f"{AT}.foreign-line-item", "not of this order", ITEM)


def _quantity(value) -> Iterator[Trait]:
    found = classify(value)
    if found.kind == "negative":
        yield Trait(f"{AT}.quantity-shipped-negative", found.label, QUANTITY)
    elif found.kind == "digit string":
        yield Trait(f"{AT}.quantity-shipped-as-digits", found.label, QUANTITY)


def _is_open(parsed, call, _today) -> bool:
    """Return True if a number is written unusually, except for what a clause of this call speaks of."""
    body = parsed.body.value
    lines = body.get("line_items") if isinstance(body, dict) else None
    numbers = (
        [line.get("quantity_shipped") for line in lines if isinstance(line, dict)] if isinstance(lines, list) else []
    )
    spoken = {"negative", "digit string"} & {classify(number).kind for number in numbers}
    empty = lines == [] or any(isinstance(n, str) and same_uuid(n) and canonical(n) != n for n in _names(lines))
    return empty or (fields.is_open(body, "", call) and not spoken)


def _names(lines):
    return [line.get("line_item_uuid") for line in lines if isinstance(line, dict)] if isinstance(lines, list) else []


view = TraitReader(parse, _content, _is_open)


@planner
def cases(kit):
    """Quantities, identifiers and members that only this call has."""
    for name, value in {"minus one": -1, "far below": -(2**31), "in a string": "-1"}.items():
        yield change(f"{AT}.quantity-shipped-negative/{name}", with_value(QUANTITY, value))
    yield change(f"{AT}.quantity-shipped-as-digits/one", with_value(QUANTITY, "1"))
    for name, text in MALFORMED.items():
        yield change(f"{AT}.line-item-uuid-malformed/{name}", with_value(ITEM, text))
    yield change(f"{AT}.foreign-line-item/invented", with_value(ITEM, kit.invented("line")))
    yield change(f"{AT}.optional-members/none", changed("", lambda body: {name: body[name] for name in REQUIRED}))


def narrowed(document, *, order, **_known):
    """Return the document for one order: its own line items, and no quantity that it does not have."""
    result = standard.narrowed(document, order=order)
    line = result["components"]["schemas"]["LineItem"]["properties"]
    line["line_item_uuid"] = {"type": "string", "enum": [item.uuid for item in order.line_items]}
    line["quantity_shipped"] = {"type": "integer", "minimum": 1, "maximum": 1}
    return result
