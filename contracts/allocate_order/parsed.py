"""An allocation request taken apart, as far as it can be. Judges nothing."""

from __future__ import annotations

import functools
import json
import re
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar
from urllib.parse import unquote

from contracts.allocate_order.quantities import Quantity, classify
from contracts.model.exchange import LineItem, Order, Request
from contracts.model.nesting import is_too_deep

PREFIX: Final = "/timp/orders/allocation/"
READ_PREFIX: Final = "/timp/orders/"
QUANTITIES: Final = ("quantity_accepted", "quantity_rejected", "quantity_backordered")
DATE: Final = "backorder_date"
ITEM: Final = "line_item_uuid"
ITEM_IN_PROSE: Final = "order_item_id"
LINES: Final = "line_items"
LINE_PATH: Final = "line_items[]"
ALLOCATION_PATH: Final = "line_items[].allocation"

SMALL: Final = 65_536
"""Bytes of a JSON text up to which many read ones are kept; what is larger takes much memory when read."""

LARGE: Final = 1
"""How many larger ones are kept: one after the other is judged by all oracles, and a read one may take 20 MB."""

DIGITS: Final = 500
"""Digits of an integer that are read."""

NO_END: Final = "no end: it was cut after what one answer may have of bytes or seconds"
"""What is wrong with an answer that is not complete."""

_T = TypeVar("_T")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class Missing:
    """The value of a member that is not there at all; None is JSON's null."""


MISSING: Final = Missing()


@dataclass(frozen=True)
class Json:
    """What a JSON text says: `value`, or MISSING with the `error`; and what RFC 8259 warns of in it."""

    value: Any
    error: str | None = None
    repeated: tuple[str, ...] = ()
    constants: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """One element of `line_items`. `item` is the line that it names, `own` whether that is the request's order's."""

    entry: Any
    name: Any = MISSING
    item: LineItem | None = None
    own: bool = False
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
class Parsed:
    """A request: its path `segment` as sent and the test `order` it names, its body, and the lines in it.

    Listed names in other letter case are read as the listed ones; `other_case` says that there are such names.
    """

    segment: str
    slash: bool
    order: Order | None
    body: Json
    lines: tuple[Line, ...]
    other_case: bool = False

    @property
    def entries(self) -> Any:
        """The value of `line_items`; MISSING where the body is not an object or has none."""
        return self.body.value.get(LINES, MISSING) if isinstance(self.body.value, dict) else MISSING


def remembered(small: int) -> Callable[[Callable[[bytes], _T]], Callable[[bytes], _T]]:
    """Remember what a function makes of bodies: of so many small ones, and of LARGE large ones."""

    def decorate(function: Callable[[bytes], _T]) -> Callable[[bytes], _T]:
        of_small = functools.lru_cache(maxsize=small)(function)
        of_large = functools.lru_cache(maxsize=LARGE)(function)
        return functools.wraps(function)(lambda body: of_small(body) if len(body) <= SMALL else of_large(body))

    return decorate


@remembered(small=512)
def parse_json(body: bytes) -> Json:
    """Read a JSON text strictly: UTF-8, one value, and a note of repeated names, NaN and Infinity.

    What is nested too deeply (contracts/model/nesting.py) is not read; of an integer of more than DIGITS digits the
    first ones are.
    """
    repeated: set[str] = set()
    constants: list[str] = []

    def pairs(members: list[tuple[str, Any]]) -> dict[str, Any]:
        read = dict(members)
        if len(read) < len(members):
            repeated.update(name for name, count in Counter(name for name, _ in members).items() if count > 1)
        return read

    def constant(name: str) -> float:
        constants.append(name)
        return float(name)

    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        return Json(MISSING, f"not UTF-8 at byte {error.start}")
    if is_too_deep(text):
        return Json(MISSING, "too deep to read")
    try:
        value = json.loads(text, object_pairs_hook=pairs, parse_constant=constant, parse_int=_integer)
    except ValueError as error:
        return Json(MISSING, str(error))
    return Json(value, None, tuple(sorted(repeated)), tuple(constants))


def _integer(digits: str) -> int:
    """Converting takes time that grows with the square of the digits; so many say enough: it is beyond anything."""
    return int(digits[:DIGITS])


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


def parse(request: Request, orders: Mapping[str, Order]) -> Parsed:
    """Take a request apart; `orders` are the test orders, by lower-case UUID."""
    rest = request.path.partition("?")[0].removeprefix(PREFIX)
    segment = rest.removesuffix("/")
    named = same_uuid(unquote(segment))
    order = orders.get(named) if named else None
    written = parse_json(request.body.removeprefix(b"\xef\xbb\xbf"))
    body = replace(written, value=_as_listed(written.value))
    entries = body.value.get(LINES) if isinstance(body.value, dict) else None
    own = {item.uuid: item for item in order.line_items} if order else {}
    known = functools.cache(lambda: {item.uuid: item for each in orders.values() for item in each.line_items})
    lines = tuple(_line(entry, own, known) for entry in entries) if isinstance(entries, list) else ()
    return Parsed(segment, rest.endswith("/"), order, body, lines, body.value != written.value)


def _as_listed(body: Any) -> Any:
    """Return a body with listed names in other letter case as the page lists them."""
    if not isinstance(body, dict):
        return body
    body = _renamed(body, (LINES,))
    entries = body.get(LINES)
    return body if not isinstance(entries, list) else {**body, LINES: [_entry_as_listed(entry) for entry in entries]}


def _entry_as_listed(entry: Any) -> Any:
    if not isinstance(entry, dict):
        return entry
    entry = _renamed(entry, (ITEM, "allocation"))
    allocation = entry.get("allocation")
    return {**entry, "allocation": _renamed(allocation, QUANTITIES)} if isinstance(allocation, dict) else entry


def _renamed(members: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    listed = {name: name for name in members} | {
        other: name for name in names if name not in members for other in members if other.lower() == name
    }
    return {listed[name]: value for name, value in members.items()}


def _line(entry: Any, lines: Mapping[str, LineItem], known: Callable[[], Mapping[str, LineItem]]) -> Line:
    if not isinstance(entry, dict):
        return Line(entry)
    name = entry.get(ITEM, entry.get(ITEM_IN_PROSE, MISSING))
    spelled = canonical(name) if isinstance(name, str) else None
    own = lines.get(spelled) if spelled else None
    other = known().get(spelled) if own is None and spelled else None
    return Line(entry, name, own or other, own is not None, entry.get("allocation", MISSING))


def last_entries(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return the elements of `line_items` without earlier entries of a line that is named again."""
    last = {line.item.uuid: index for index, line in enumerate(lines) if line.own and line.item is not None}
    return tuple(
        line for index, line in enumerate(lines) if not line.own or line.item is None or last[line.item.uuid] == index
    )
