"""What is true of an allocation request, and what it says, in words. Judges nothing."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Sequence
from typing import Final

from contracts.allocate_order.dates import classify
from contracts.allocate_order.parsed import DATE, QUANTITIES, Line, ParsedAllocation
from contracts.allocate_order.quantity_sums import SHORT
from contracts.endpoint.context import Context
from contracts.model.case import Case, Role
from contracts.model.exchange import Exchange
from contracts.standard.texts import MISSING

BOUNDS: Final = (0, 1, 127, 255, 32_767)
"""The largest numbers of usual machine types, and those that are special by themselves."""

VALUE: Final = 40
"""Characters of a value that are shown."""


def facts(case: Case, exchange: Exchange, context: Context) -> tuple[str, ...]:
    """Return what is true of a request in its case, the plainest first, in words that follow "if"."""
    parsed = context.view(exchange).detail
    if not isinstance(parsed, ParsedAllocation) or not parsed.lines:
        return ()
    lines = parsed.lines
    return (*_of_quantities(lines), *_of_lines(lines), *_of_dates(lines, exchange), *_of_case(case, exchange))


def _numbers(line: Line) -> dict[str, int]:
    return {field: found.number for field, found in line.quantities.items() if found.number is not None}


def _of_quantities(lines: Sequence[Line]) -> Iterator[str]:
    numbers = [_numbers(line) for line in lines]
    for field in QUANTITIES:
        values = [each[field] for each in numbers if field in each]
        if values:
            yield f"nothing is {SHORT[field]}" if not any(values) else f"something is {SHORT[field]}"
    yield from sorted({f"the sum is {word} what was ordered" for line in lines if (word := _sum(line)) is not None})
    every = [number for each in numbers for number in each.values()]
    if every:
        largest = max(every)
        yield from (f"a quantity is above {bound}" for bound in BOUNDS if largest > bound)
        yield from (f"no quantity is above {bound}" for bound in reversed(BOUNDS) if largest <= bound)


def _sum(line: Line) -> str | None:
    numbers = _numbers(line)
    ordered = line.item.quantity_ordered if line.item else None
    if ordered is None or len(numbers) < len(QUANTITIES):
        return None
    total = sum(numbers.values())
    return "below" if total < ordered else "above" if total > ordered else "equal to"


def _of_lines(lines: Sequence[Line]) -> Iterator[str]:
    count = len(lines)
    if count == 1:
        yield "there is one line"
        return
    yield "there are several lines"
    yield "there are two lines" if count == 2 else "there are more than two lines"
    names = [line.item.uuid for line in lines if line.item is not None]
    yield "no line is named twice" if len(names) == len(set(names)) else "a line is named twice"


def _of_dates(lines: Sequence[Line], exchange: Exchange) -> Iterator[str]:
    texts = [value for line in lines if isinstance(value := line.value(DATE), str)]
    yield "a date is given" if texts else "no date is given"
    today = datetime.datetime.fromtimestamp(exchange.started, datetime.UTC).date()
    for day in sorted({day for text in texts if (day := classify(text).date) is not None}):
        if day < today:
            yield "the date is in the past"
        elif day.year == today.year:
            yield "the date is in this year"
        else:
            yield "the date is in the next year" if day.year == today.year + 1 else "the date is in a later year"


def _of_case(case: Case, exchange: Exchange) -> Iterator[str]:
    roles = [role for role, each in case.steps if each.id == exchange.id]
    if Role.RACE in roles:
        yield "another request is sent at the same time"
    yield "the request was sent before" if case.repeats_an_accepted_one(exchange) else "the request was not sent before"
    if Role.AGAIN in roles:
        yield "the order was allocated otherwise just before"


# ------------------------------------------------------------------------------------------- for a reader


def said(exchange: Exchange, context: Context) -> str:
    """Return what a request says in one line: of each line item what was ordered, and what is sent."""
    parsed = context.view(exchange).detail
    method = exchange.request.method
    if not isinstance(parsed, ParsedAllocation) or method != "PUT" or not parsed.lines:
        return f"{method} {exchange.request.path}"
    shown = [_line(line) for line in parsed.lines[:3]]
    more = f"; and {len(parsed.lines) - 3} more lines" if len(parsed.lines) > 3 else ""
    return "; ".join(shown) + more


def _line(line: Line) -> str:
    ordered = line.item.quantity_ordered if line.item else None
    values = [f"{SHORT[field]} {_value(line.value(field))}" for field in QUANTITIES if line.value(field) is not MISSING]
    numbers = _numbers(line)
    total = f" = {sum(numbers.values())}" if len(numbers) == len(QUANTITIES) else ""
    date = f"{DATE} {_value(line.value(DATE))}, " if line.value(DATE) is not MISSING else ""
    first = f"ordered {ordered}: " if ordered is not None else ""
    return f"{date}{first}{' + '.join(values) or 'no quantity'}{total}"


def _value(value: object) -> str:
    """Return a value as JSON, which is how it was sent, up to so many characters."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= VALUE else text[: VALUE - 1] + "…"
