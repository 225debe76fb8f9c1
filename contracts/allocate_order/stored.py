"""What an order detail shows as stored, and what a request asks to store. Judges nothing."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from contracts.allocate_order.answers import asked
from contracts.allocate_order.dates import classify
from contracts.allocate_order.parsed import DATE, ITEM, LINES, QUANTITIES, Line
from contracts.allocate_order.passed_over import PassedOver
from contracts.endpoint.context import Context
from contracts.model.case import Case
from contracts.model.exchange import Exchange
from contracts.standard.texts import DIGITS, MISSING, parse_json

READ_NAMES = dict(zip(("quantity_allocated", "quantity_rejected", "quantity_backordered"), QUANTITIES, strict=True))
"""The order detail's names of the quantities, and the request's."""

EASTERNMOST = 14
"""Hours by which the clock of the first time zone is ahead of UTC."""

_WITH_TIME = re.compile(r"(.+?)[T ](\d{2}):\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?", re.ASCII)


@dataclass(frozen=True)
class Day:
    """A date as it was sent or shown."""

    #: The JSON value.
    value: Any
    #: The days that it can mean; empty if it cannot be read.
    days: frozenset[datetime.date] = frozenset()


REMEMBERED = 256
"""So many bodies of order details are remembered with what they show."""

Stored = Mapping[str, Mapping[str, Any]]
"""What is stored of an order: line UUID -> numbers by the request's names, and a Day or None.

What is unknown is left out.
"""


def read_back(exchange: Exchange) -> Stored | None:
    """Return the allocations that an order detail shows; None if it has no list of line items, or is of a cache."""
    response = exchange.response
    if response is None or response.status != 200 or not response.complete or response.is_cached:
        return None
    return _stored(response.body)


@lru_cache(maxsize=REMEMBERED)
def _stored(body: bytes) -> Stored | None:
    """Return the same for a body. Remembered: several cases share a read-back, and several clauses look at it."""
    entries = _listed(body)
    if entries is None:
        return None
    stored: dict[str, Mapping[str, Any]] = {}
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.get(ITEM), str):
            continue
        allocation = entry.get("allocation", MISSING)
        if isinstance(allocation, dict):
            stored[entry[ITEM].lower()] = dict(_shown(allocation))
        elif allocation is None:
            stored[entry[ITEM].lower()] = dict.fromkeys(QUANTITIES, 0) | {DATE: None}
    return stored


def _entries(exchange: Exchange) -> list[Any] | None:
    if exchange.status != 200 or exchange.response is None or not exchange.response.complete:
        return None
    return _listed(exchange.response.body)


def _listed(body: bytes) -> list[Any] | None:
    value = parse_json(body).value
    entries = value.get(LINES) if isinstance(value, dict) else None
    return entries if isinstance(entries, list) else None


def unreadable(accepted: Exchange, read: Exchange) -> str:
    """Return why the order detail `read` does not show what `accepted` stored, naming the member; "" if it does."""
    entries = _entries(read)
    if read.status != 200:
        return f"reading an order back is answered {read.status or 'not at all'}"
    if read.response is not None and read.response.is_cached:
        return "reading an order back is answered by a cache"
    if entries is None:
        return f"the order detail has no array `{LINES}`"
    dated = any(line.get("allocation", {}).get(DATE) for line in _lines(accepted))
    wanted = (*READ_NAMES, DATE) if dated else tuple(READ_NAMES)
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.get(ITEM), str):
            return f"a line item of the order detail has no `{ITEM}`"
        allocation = entry.get("allocation", MISSING)
        if allocation is not None and not isinstance(allocation, dict):
            return "a line item of the order detail has no `allocation`"
        absent = [name for name in wanted if allocation is not None and name not in allocation]
        if absent:
            return f"the `allocation` of the order detail has no `{absent[0]}`"
    return "" if entries else "the order detail shows no line item"


def unused(read: Exchange) -> bool:
    """Return True if an order detail shows that nothing is allocated, or does not show what is."""
    return not any(number for line in (read_back(read) or {}).values() for number in line.values())


def _lines(exchange: Exchange) -> Iterator[dict[str, Any]]:
    value = parse_json(exchange.request.body).value
    for line in value.get(LINES, []) if isinstance(value, dict) else []:
        if isinstance(line, dict) and isinstance(line.get("allocation", {}), dict):
            yield line


def _shown(allocation: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for theirs, ours in READ_NAMES.items():
        number = _number(allocation.get(theirs, MISSING))
        if number is not None:
            yield ours, number
    if DATE in allocation:
        yield DATE, day(allocation[DATE])


def _number(value: Any) -> int | float | None:
    """A quantity that is null was not allocated."""
    if value is None:
        return 0
    if isinstance(value, str) and value.isdecimal() and len(value) < DIGITS:
        return int(value)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def day(value: Any) -> Day | None:
    """Return the date that a JSON value gives; None for null and an empty text, which give none."""
    if value is None or value == "":
        return None
    return Day(value, frozenset(_days(value)) if isinstance(value, str) else frozenset())


def _days(text: str) -> Iterator[datetime.date]:
    """The days that a text can mean. A late hour may be the midnight of the next day in another time zone."""
    plain = classify(text).date
    timed = _WITH_TIME.fullmatch(text)
    begun = classify(timed[1]).date if timed else None
    if plain is not None:
        yield plain
    elif timed is not None and begun is not None:
        yield begun
        if int(timed[2]) >= 24 - EASTERNMOST:
            yield begun + datetime.timedelta(days=1)


def meant(case: Case, exchange: Exchange, context: Context) -> Stored:
    """Return what an accepted request asks to store; of a line named twice, the last entry.

    Lines that the answer reports as not found, or leaves out, are not in it.
    """
    due: dict[str, Mapping[str, Any]] = {}
    for line in asked(exchange, context):
        if line.own:
            due[str(line.name).lower()] = dict(_asked_for(line))
    is_passed_over = PassedOver(case, exchange, context)
    return {name: allocation for name, allocation in due.items() if not is_passed_over(name)}


def _asked_for(line: Line) -> Iterator[tuple[str, Any]]:
    for field, found in line.quantities.items():
        if found.number is not None:
            yield field, found.number
    value = line.value(DATE)
    if value is MISSING or value is None or isinstance(value, str):
        yield DATE, None if value is MISSING else day(value)


def differences(shown: Stored, due: Stored) -> list[str]:
    """Return the fields in which a read-back differs from what is due, where both are known.

    A date is due only with a backorder: without one, a target may drop it.
    """
    fields = set()
    for name, allocation in due.items():
        there = shown.get(name, {})
        for field, value in allocation.items():
            idle = field == DATE and (value is None or not allocation.get("quantity_backordered"))
            if field in there and not idle and _differ(there[field], value):
                fields.add(field)
    return sorted(fields)


def changes(before: Stored, after: Stored) -> list[str]:
    """Return the fields in which two read-backs of one order differ, where both are known."""
    return sorted(
        {
            field
            for name, allocation in before.items()
            for field, value in allocation.items()
            if field in after.get(name, {}) and _differ(after[name][field], value)
        }
    )


def _differ(one: Any, other: Any) -> bool:
    """Equal values are equal, however they are meant; a date that cannot be read is unknown, not different."""
    if isinstance(one, Day) and isinstance(other, Day) and one.value != other.value:
        return bool(one.days and other.days) and one.days.isdisjoint(other.days)
    return bool(one != other)
