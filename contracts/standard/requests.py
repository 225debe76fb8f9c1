"""Requests of a call, and edits of them. What is sent; never what is expected."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from contracts.endpoint.call import Call
from contracts.endpoint.plan import Change, Kit, PlannedCase
from contracts.endpoint.plan import change as planned
from contracts.model.exchange import Order, Request
from contracts.standard.texts import MISSING, dump

JSON_TYPE = ("Content-Type", "application/json; charset=utf-8")

NUMBER = "here is a number"


def request(call: Call, order: Order, body: Any) -> Request:
    """The documented request with this body, as compact JSON."""
    return Request(call.method, f"{call.prefix}{order.uuid}/", (JSON_TYPE,), dump(body))


# ------------------------------------------------------------------------------------------------- edits


def body_edit(edit: Callable[[dict[str, Any], Order, Kit], None]) -> Change:
    """A change that edits the body in place."""

    def change(base: Request, order: Order, kit: Kit) -> Request:
        body = json.loads(base.body)
        edit(body, order, kit)
        return replace(base, body=dump(body))

    return change


def body_value(value: Any) -> Change:
    """A change that replaces the whole body by a JSON value."""
    return lambda base, _order, _kit: replace(base, body=dump(value))


def raw_body(edit: Callable[[bytes], bytes]) -> Change:
    """A change of the body's bytes."""
    return lambda base, _order, _kit: replace(base, body=edit(base.body))


def at(path: str, edit: Callable[[Any, str | int], None]) -> Change:
    """A change of the first member of a path: `edit` gets what holds it, and its name or index there."""

    def change(body: dict[str, Any], _order: Order, _kit: Kit) -> None:
        steps: list[str | int] = []
        for name in path.split("."):
            bare = name.removesuffix("[]")
            steps += [bare, 0] if bare != name else [bare]
        value: Any = body
        for step in steps[:-1]:
            value = value[step]
        edit(value, steps[-1])

    return body_edit(change)


def with_value(path: str, value: Any) -> Change:
    """The first member of a path set to a value (MISSING: left out)."""

    def edit(holder: Any, name: str | int) -> None:
        if value is MISSING:
            del holder[name]
        else:
            holder[name] = value

    return at(path, edit)


def changed(path: str, wrap: Callable[[Any], Any]) -> Change:
    """The first member of a path, or with an empty one the whole body, replaced by what `wrap` makes of it."""
    if not path:
        return raw_body(lambda body: dump(wrap(json.loads(body))))
    return at(path, lambda holder, name: holder.__setitem__(name, wrap(holder[name])))


def written(edit: Change, number: bytes) -> Change:
    """An edit that sets NUMBER, with a number in its place that no JSON writer of ours would write."""
    return chained(edit, raw_body(lambda body: body.replace(f'"{NUMBER}"'.encode(), number, 1)))


def in_place_of_a_number(
    kit: Kit, name: str, number: bytes, *, stress: bool = False, read: bool = True
) -> Iterator[PlannedCase]:
    """A case in which a number of the call is written as no JSON writer of ours would write it, if it has a number."""
    place = kit.call.places.get("number")
    if place is not None:
        yield planned(name, written(place.write(NUMBER), number), base=place.base, stress=stress, read=read)


def chained(*changes: Change) -> Change:
    """Several changes, one after another."""

    def change(base: Request, order: Order, kit: Kit) -> Request:
        for each in changes:
            base = each(base, order, kit)
        return base

    return change


def with_another(kit: Kit, edit: Change) -> Change:
    """The change of a request that asks for something else than what is stored, if the call has such a one.

    So it shows if a target stores first and refuses then.
    """
    return edit if kit.call.another is None else chained(kit.call.another, edit)


def with_header(name: str, value: str | None) -> Change:
    """The request with a header set, or without it."""

    def change(base: Request, _order: Order, _kit: Kit) -> Request:
        kept = tuple(pair for pair in base.headers if pair[0].lower() != name.lower())
        return replace(base, headers=kept if value is None else (*kept, (name, value)))

    return change


def with_credential(label: str) -> Change:
    """The request with other credentials (contracts/transport/credentials.py lists the labels)."""
    return lambda base, _order, _kit: replace(base, credential=label)


def with_segment(call: Call, segment: Callable[[str], str], *, slash: bool = True) -> Change:
    """The request with another path segment in place of the order's UUID."""

    def change(base: Request, order: Order, _kit: Kit) -> Request:
        return replace(base, path=f"{call.prefix}{segment(order.uuid)}{'/' if slash else ''}")

    return change


def unchanged(base: Request, _order: Order, _kit: Kit) -> Request:
    """The base itself."""
    return base
