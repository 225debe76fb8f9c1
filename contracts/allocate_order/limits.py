"""Limits of a target that no clause speaks of: of days, and of quantities."""

from __future__ import annotations

from contracts.allocate_order import days
from contracts.allocate_order.answers import asked
from contracts.allocate_order.quantity_sums import numbers_of
from contracts.endpoint.context import Context
from contracts.model.case import Case
from contracts.model.exchange import Exchange

LARGE = 1_000_000
"""From here on a target may find a quantity too large, whatever was ordered."""


def is_left_open(case: Case, exchange: Exchange, context: Context) -> bool:
    """Return True if a request may be refused for its day, a large quantity, or one of a line of unknown quantity."""
    return days.is_left_open(case, exchange, context) or _is_large(exchange, context) or _is_unknown(exchange, context)


def _is_large(exchange: Exchange, context: Context) -> bool:
    lines = asked(exchange, context)
    return any((found.number or 0) >= LARGE for line in lines for found in line.quantities.values())


def _is_unknown(exchange: Exchange, context: Context) -> bool:
    """Return whether units are allocated of a line of which is unknown how many are ordered: too many, or too few."""
    unknown = (line for line in asked(exchange, context) if line.item and line.item.quantity_ordered is None)
    return any(any(numbers_of(line) or ()) for line in unknown)
