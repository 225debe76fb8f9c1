"""The body of an allocation as the clauses see it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

from contracts.allocate_order import (
    allocation_object,
    backorder_dates,
    quantity_sums,
    request_parameters,
)
from contracts.allocate_order.parsed import (
    ALLOCATION_PATH,
    DATE,
    LINE_PATH,
    Line,
    ParsedAllocation,
    earlier_entries,
    last_entries,
    parse,
)
from contracts.endpoint.call import Call
from contracts.model.case import Trait
from contracts.standard import fields
from contracts.standard.view import TraitReader


def _content(parsed: ParsedAllocation, call: Call, today: datetime.date) -> Iterator[Trait]:
    yield from fields.traits(parsed.body.value, "", call, deep=False)
    yield from request_parameters.set_traits(parsed)
    yield from _of_lines(last_entries(parsed.lines), parsed, call, today)


def _of_lines(lines: Sequence[Line], parsed: ParsedAllocation, call: Call, today: datetime.date) -> Iterator[Trait]:
    yield from quantity_sums.traits(lines)
    for line in lines:
        yield from fields.traits(line.entry, LINE_PATH, call, deep=False)
        yield from request_parameters.identity_traits(line, order_known=parsed.order is not None)
        if isinstance(line.allocation, dict) and (line.own or parsed.order is None):
            yield from fields.traits(line.allocation, ALLOCATION_PATH, call, deep=False)
            yield from allocation_object.traits(line)
            yield from backorder_dates.traits(line, today)


def _differs_in_earlier_entries(parsed: ParsedAllocation, call: Call, today: datetime.date) -> bool:
    """Return True if an earlier entry of a line named twice has a trait that no last entry has.

    A target in which the last entry counts may look at the earlier ones or not; how its units are split is the same.
    """
    earlier = [line for line, _ in earlier_entries(parsed.lines)]
    if not earlier:
        return False
    last = last_entries(parsed.lines)
    apart = set(_of_lines(earlier, parsed, call, today)) - set(_of_lines(last, parsed, call, today))
    return any(trait.clause not in quantity_sums.SOUND for trait in apart)


def _repeats_alike(parsed: ParsedAllocation) -> bool:
    """Return True if lines are named again in the same words alone: nothing says whether that means anything."""
    pairs = list(earlier_entries(parsed.lines))
    return bool(pairs) and all(earlier.entry == last.entry for earlier, last in pairs)


def _is_open(parsed: ParsedAllocation, call: Call, today: datetime.date) -> bool:
    readable = [line for line in parsed.lines if isinstance(line.allocation, dict)]
    return (
        any(request_parameters.unjudged(line) for line in parsed.lines)
        or any(allocation_object.unjudged(line) or backorder_dates.unjudged(line, today) for line in readable)
        or _differs_in_earlier_entries(parsed, call, today)
        or _repeats_alike(parsed)
    )


view = TraitReader(parse, _content, _is_open, dated=(DATE,))
"""Takes a request of Allocate Order apart."""
