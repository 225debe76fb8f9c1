"""Limits of a target that no clause speaks of: of days, and of quantities."""

from __future__ import annotations

from contracts.allocate_order import days
from contracts.allocate_order.parsed import ParsedAllocation
from contracts.endpoint.context import Context
from contracts.model.case import Case
from contracts.model.exchange import Exchange

LARGE = 1_000_000
"""From here on a target may find a quantity too large, whatever was ordered."""


def is_left_open(case: Case, exchange: Exchange, context: Context) -> bool:
    """Return True if a request may be refused for its day, or for a quantity that is too large on its own."""
    return days.is_left_open(case, exchange, context) or _is_large(exchange, context)


def _is_large(exchange: Exchange, context: Context) -> bool:
    parsed = context.view(exchange).detail
    lines = parsed.lines if isinstance(parsed, ParsedAllocation) else ()
    return any((found.number or 0) >= LARGE for line in lines for found in line.quantities.values())
