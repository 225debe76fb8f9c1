"""An answer taken apart: its shape, and what it says of each line item. Judges nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from contracts.allocate_order.parsed import ITEM, LINES, Line, ParsedAllocation
from contracts.endpoint.context import Context
from contracts.model.case import Case
from contracts.model.exchange import Exchange
from contracts.model.unknown import NotRecordedError, Part
from contracts.standard.parsed import same_uuid
from contracts.standard.texts import MISSING, parse_json, remembered

COMPARED = ("quantity_shipped", "supplier_provided_sku_cost")
"""The documented members of an entry that say something of a line."""

LISTED = frozenset({ITEM, *COMPARED})
SHOWN = 5
"""How many unlisted fields are named."""

STATUSES = ("Allocated", "Backordered", "Cancelled", "Rejected", "Item Not Found")
"""The statuses of the array form, as the previous release lists them."""

NOT_FOUND = frozenset({"item not found", "not found", "unknown"})
"""Statuses, as they are compared, which say that the line item does not exist."""


@dataclass(frozen=True)
class Entry:
    """What an answer says of one line item: the listed fields, or its status alone."""

    #: The UUID of the line item, as the answer has it.
    name: Any
    #: What the answer says of it, by member.
    members: dict[str, Any]
    #: Its status; MISSING if it has none.
    status: Any = MISSING

    @property
    def key(self) -> str | None:
        """The UUID it names, in lower case."""
        return self.name.lower() if isinstance(self.name, str) else None


@dataclass(frozen=True)
class Answer:
    """What an answer says: its form, and what it says of each line item."""

    #: object, array, objects in array, statuses in object, or other.
    shape: str
    #: What is said of each line item.
    entries: tuple[Entry, ...] = ()
    #: Elements that are no entry of that form.
    strays: tuple[Any, ...] = ()
    #: The names of the members next to `line_items`.
    others: tuple[str, ...] = ()

    @property
    def is_listed(self) -> bool:
        """Return whether its line items have the fields of the field list."""
        return self.shape in {"object", "objects in array"}

    @property
    def is_of_statuses(self) -> bool:
        """Return whether its line items have a status alone, by their UUID."""
        return self.shape in {"array", "statuses in object"}


def read(exchange: Exchange) -> Answer | None:
    """The answer to an accepted allocation; None if it is not JSON, says a thing twice, or has no end."""
    if exchange.response is None or not exchange.accepted or not exchange.response.complete:
        return None
    if exchange.request.method != "PUT":
        return None  # what another verb shows is not an answer to an allocation
    return _read(exchange.response.body)


@remembered(small=256)
def _read(body: bytes) -> Answer | None:
    parsed = parse_json(body)
    if parsed.error is not None or parsed.repeated:
        return None
    value = parsed.value
    if isinstance(value, list):
        return _listed("objects in array", value) if _has_fields(value) else _of_statuses("array", value)
    if not isinstance(value, dict) or not isinstance(value.get(LINES), list):
        return Answer("other")
    lines = value[LINES]
    others = tuple(name for name in value if name != LINES)
    if lines and not _has_fields(lines) and all(_has_statuses(element) for element in lines):
        return _of_statuses("statuses in object", lines, others)
    return _listed("object", lines, others)


def _listed(shape: str, elements: list[Any], others: tuple[str, ...] = ()) -> Answer:
    good = [e for e in elements if isinstance(e, dict)]
    entries = tuple(Entry(e.get(ITEM, MISSING), e, _status(e)) for e in good)
    return Answer(shape, entries, tuple(e for e in elements if not isinstance(e, dict)), others)


def _of_statuses(shape: str, elements: list[Any], others: tuple[str, ...] = ()) -> Answer:
    good = [e for e in elements if _has_statuses(e)]
    entries = tuple(Entry(name, {name: status}, status) for e in good for name, status in e.items())
    return Answer(shape, entries, tuple(e for e in elements if not _has_statuses(e)), others)


def _has_fields(elements: list[Any]) -> bool:
    return any(isinstance(element, dict) and ITEM in element for element in elements)


def _has_statuses(element: Any) -> bool:
    """Return whether an element gives statuses to line items: to one, as in the page's sample, or to several."""
    return isinstance(element, dict) and (len(element) == 1 or all(same_uuid(name) for name in element))


def _status(members: dict[str, Any]) -> Any:
    return next((value for key, value in members.items() if "status" in key.lower()), MISSING)


def remarks(cases: Iterable[Case]) -> Iterator[str]:
    """A line about fields of successes that the page does not list. They break nothing."""
    unlisted = set()
    for exchange in (each for case in cases for each in case.all() if each is not case.base):  # that is a case, too
        answer = read(exchange)
        if answer is not None and answer.is_listed:
            unlisted |= {name for entry in answer.entries for name in entry.members} - LISTED
            unlisted |= set(answer.others)
    if unlisted:
        names = ", ".join(f"{name:.40}" for name in sorted(unlisted)[:SHOWN])
        more = f" and {len(unlisted) - SHOWN} more" if len(unlisted) > SHOWN else ""
        yield f"answers have fields that the page does not list: {names}{more}"


def repeats(case: Case, exchange: Exchange, context: Context) -> bool:
    """Return True unless this request asks for other quantities than those that were accepted before it in the case.

    What was not asked for before is unknown: the order may show it already.
    """
    shown: dict[tuple[str, str], int | None] = {}
    for each in case.all():
        if each is exchange:
            break
        if each.accepted:
            shown |= _numbers(each, context)
    asked_for = _numbers(exchange, context)
    return all(number is None or shown.get(field) in {None, number} for field, number in asked_for.items())


def _numbers(exchange: Exchange, context: Context) -> dict[tuple[str, str], int | None]:
    """Return the quantities that a request asks for, by line and field; None for what is not an integer."""
    lines = [(line.item.uuid, line) for line in asked(exchange, context) if line.item is not None]
    return {(uuid, field): found.number for uuid, line in lines for field, found in line.quantities.items()}


def asked(exchange: Exchange, context: Context) -> tuple[Line, ...]:
    """The lines of the request, as parsed. Raises NotRecordedError if its body is unknown."""
    if Part.REQUEST_BODY in exchange.lacks:
        raise NotRecordedError(Part.REQUEST_BODY)
    parsed = context.view(exchange).detail
    return parsed.lines if isinstance(parsed, ParsedAllocation) else ()


def own_lines(exchange: Exchange, context: Context) -> dict[str, Line]:
    """The order's own lines that the request names, by UUID; all of the order's if its body is unknown."""
    if Part.REQUEST_BODY not in exchange.lacks:
        return {str(line.name).lower(): line for line in asked(exchange, context) if line.own}
    parsed = context.view(exchange).detail
    order = parsed.order if isinstance(parsed, ParsedAllocation) else None
    return {item.uuid: Line(MISSING, item.uuid, item, own=True) for item in (order.line_items if order else ())}


def readable(exchange: Exchange, context: Context) -> bool:
    """Return whether the request's body is a JSON text. Raises NotRecordedError if it is unknown."""
    if Part.REQUEST_BODY in exchange.lacks:
        raise NotRecordedError(Part.REQUEST_BODY)
    parsed = context.view(exchange).detail
    return isinstance(parsed, ParsedAllocation) and parsed.body.value is not MISSING


def has_other_case(exchange: Exchange, context: Context) -> bool:
    """Return whether a request has listed names in other letter case, which a target may read or not."""
    parsed = context.view(exchange).detail
    return isinstance(parsed, ParsedAllocation) and parsed.other_case


def word(status: Any) -> str | None:
    """Return a status as it is compared: in lower case, with spaces; None for what is not a text."""
    return status.lower().replace("_", " ").replace("-", " ") if isinstance(status, str) else None


def is_missing(entry: Entry) -> bool:
    """Return True if an answer gives a line item a status that says that the line item does not exist."""
    return word(entry.status) in NOT_FOUND
