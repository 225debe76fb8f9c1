"""A request taken apart as far as those of all calls are alike: its path, its order, its body. Judges nothing."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import unquote

from contracts.endpoint.call import Call, Field
from contracts.model.exchange import Order, Request
from contracts.standard.texts import BOM, Json, parse_json

_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Parsed:
    """A request: what its path and its body name."""

    #: The segment of the path that names the order, as it was sent.
    segment: str
    #: Whether the path ends in a slash.
    slash: bool
    #: The test order that it names.
    order: Order | None
    #: The body, read as JSON; names in other letter case are those that the page lists.
    body: Json
    #: Whether there are such names.
    other_case: bool = False


def canonical(name: str) -> str | None:
    """A UUID in its usual form, lower case, or None where the text is not one in any case of letters."""
    lowered = name.lower()
    return lowered if _UUID.fullmatch(lowered) else None


def same_uuid(text: str) -> str | None:
    """The UUID that a text spells in any form that UUIDs are written in, or None."""
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return None


def parse(request: Request, orders: Mapping[str, Order], call: Call) -> Parsed:
    """Take a request apart; `orders` are the test orders, by lower-case UUID."""
    rest = request.path.partition("?")[0].removeprefix(call.prefix)
    segment = rest.removesuffix("/")
    named = same_uuid(unquote(segment))
    order = orders.get(named) if named else None
    written = parse_json(request.body.removeprefix(BOM))
    body = replace(written, value=_as_listed(written.value, "", call))
    return Parsed(segment, rest.endswith("/"), order, body, body.value != written.value)


def _as_listed(value: Any, path: str, call: Call) -> Any:
    """Return a value with listed names in other letter case as the page lists them."""
    if isinstance(value, list):
        element = f"{path}[]"
        return [_as_listed(each, element, call) for each in value] if call.field(element) else value
    members = call.members(path)
    if not isinstance(value, dict) or not members:
        return value
    listed = _renamed(value, members)
    for field in members:
        if field.type in {"object", "array"} and field.name in listed:
            listed[field.name] = _as_listed(listed[field.name], field.path, call)
    return listed


def _renamed(members: dict[str, Any], fields: Sequence[Field]) -> dict[str, Any]:
    missing = {field.name for field in fields} - members.keys()
    return {lower if (lower := name.lower()) in missing else name: value for name, value in members.items()}
