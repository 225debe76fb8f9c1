"""Which days a request names for its backorders, and what the refusal of an existing day says.

A target may limit how near and how far a day is, or take some days of the week only. So a day is missed only between
two that are taken: a week before it and a week after it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Final

from contracts.allocate_order.answers import asked
from contracts.allocate_order.dates import DateText, classify
from contracts.allocate_order.parsed import DATE, ParsedAllocation
from contracts.endpoint.context import Context
from contracts.model.case import Case, View
from contracts.model.exchange import Exchange

WEEK: Final = datetime.timedelta(days=7)


def texts(exchange: Exchange, context: Context) -> tuple[DateText, ...]:
    """Return what each text in `backorder_date` of a request is as a date."""
    values = [line.value(DATE) for line in asked(exchange, context)]
    return tuple(classify(value) for value in values if isinstance(value, str))


def days(exchange: Exchange, context: Context) -> frozenset[datetime.date]:
    """Return the existing days that a request names."""
    return frozenset(text.date for text in texts(exchange, context) if text.date is not None)


def measured(view: View) -> Iterator[datetime.date]:
    """The days of a request, of which the first and the last accepted one are a target's limits."""
    if isinstance(view.detail, ParsedAllocation):
        for line in view.detail.lines:
            text = line.value(DATE)
            day = classify(text).date if isinstance(text, str) else None
            if day is not None and any(q.number for f, q in line.quantities.items() if f == "quantity_backordered"):
                yield day


def within_limits(text: DateText, context: Context) -> bool:
    """Return True if an impossible date lies between the first and the last day that this target accepted."""
    return text.near is not None and context.span is not None and context.span[0] <= text.near <= context.span[1]


def is_missed(case: Case, exchange: Exchange, context: Context) -> bool:
    """Return True if a refused request names a day that lies between two accepted ones of its case.

    These are a week before it and a week after it. Otherwise its refusal may be a limit or a rule of this target.
    """
    taken = frozenset(day for each in case.all() if each.accepted for day in days(each, context))
    return any({day - WEEK, day + WEEK} <= taken for day in days(exchange, context) if _room(day) > WEEK)


def is_left_open(case: Case, exchange: Exchange, context: Context) -> bool:
    """Return True if a request may be refused for its day: the accepted one that it varies has another."""
    known = days(case.base, context) if case.base is not None else frozenset()
    return bool(days(exchange, context) - known) and not is_missed(case, exchange, context)


def _room(day: datetime.date) -> datetime.timedelta:
    """Return how far a day is from the first and the last day that can be written."""
    return min(day - datetime.date.min, datetime.date.max - day)
