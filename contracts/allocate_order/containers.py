"""Valid content in the wrong container: in an array, in an object, without its array, or inside another object."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from contracts.allocate_order.dates import write
from contracts.allocate_order.parsed import DATE, ITEM, LINES
from contracts.allocate_order.requests import backorder_day, body_edit, dump, raw_body, with_member
from contracts.endpoint.oracle import planner
from contracts.endpoint.plan import Change, Kit, PlannedCase, change

AT = "request-parameters"


@planner
def cases(kit: Kit) -> Iterator[PlannedCase]:
    """An accepted request, each level of it in a container that the page does not give it."""
    whole: dict[str, Callable[[Any], Any]] = {
        "body-is-an-object/the line items alone": lambda body: body[LINES],
        "body-is-an-object/in an array": lambda body: [body],
        "line-items-required/in another object": lambda body: {"order": body},
        "line-items-is-an-array/its first element": lambda body: {LINES: body[LINES][0]},
        "line-items-is-an-array/an object of all": lambda body: {LINES: dict(enumerate(body[LINES]))},
        "line-item-is-an-object/in an array": lambda body: {LINES: [body[LINES][:1], *body[LINES][1:]]},
    }
    for name, wrap in whole.items():
        yield change(f"{AT}.{name}", _whole(wrap))
    for name, member, wrapped in (
        ("line-item-uuid-type/in an array", ITEM, lambda value: [value]),
        ("line-item-uuid-type/in an object", ITEM, lambda value: {"uuid": value}),
        ("allocation-is-an-object/in an array", "allocation", lambda value: [value]),
    ):
        yield change(f"{AT}.{name}", _first(member, wrapped))
    text = write(backorder_day(kit), kit.dialect.form or "iso")
    for name, value in {"in an array": [text], "in an object": {"date": text}}.items():
        yield change(f"allocation-object.backorder-date-type/{name}", with_member(DATE, value), base="dated")


def _whole(wrap: Callable[[Any], Any]) -> Change:
    """A change that puts what the body says into another container."""
    return raw_body(lambda body: dump(wrap(json.loads(body))))


def _first(member: str, wrapped: Callable[[Any], Any]) -> Change:
    """A change that puts a member of the first line item into another container."""
    return body_edit(lambda body, _order, _kit: body[LINES][0].update({member: wrapped(body[LINES][0][member])}))
