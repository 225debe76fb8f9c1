"""What a success says of costs: a decimal with at most two places, and not less than nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from contracts.allocate_order.parsed import LINE_PATH
from contracts.allocate_order.response_parameters import COST, entries
from contracts.endpoint.context import Context
from contracts.endpoint.judges import HELD, Breach, Held, Observation, observer, oracle, planner
from contracts.endpoint.plan import Kit, PlannedCase, change
from contracts.model.case import Case
from contracts.model.exchange import Exchange
from contracts.standard.requests import with_header
from contracts.standard.texts import kind

DECIMAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)


def _costs(case: Case, context: Context) -> Iterator[tuple[Exchange, Any, Decimal | None]]:
    for exchange, entry, _ in entries(case, context):
        value = entry.members.get(COST)
        if value is not None:
            yield exchange, value, _decimal(value)


def _decimal(value: Any) -> Decimal | None:
    """Return the decimal that a JSON value is; None for what only some languages read, such as "1_3.98"."""
    written = isinstance(value, str) and DECIMAL.fullmatch(value)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    try:
        found = Decimal(str(value)) if written or number else None
    except InvalidOperation:  # an exponent beyond any
        return None
    return found if found is not None and found.is_finite() else None


@oracle("response-parameters.sku-cost-type")
def sku_cost_type(case: Case, context: Context) -> Iterator[Breach | Held]:
    """A number, or a string that is one."""
    for exchange, value, number in _costs(case, context):
        if number is not None:
            yield HELD
        else:
            yield Breach(exchange, "a decimal", kind(value), kind(value), f"{LINE_PATH}.{COST}")


@observer("response-parameters.sku-cost-encoding")
def sku_cost_encoding(case: Case, context: Context) -> Iterator[Observation]:
    """A JSON number or a string."""
    for exchange, value, number in _costs(case, context):
        if number is not None:
            yield Observation("string" if isinstance(value, str) else "number", exchange)


@oracle("response-parameters.sku-cost-two-places")
def sku_cost_two_places(case: Case, context: Context) -> Iterator[Breach | Held]:
    """At most two decimal places."""
    for exchange, value, number in _costs(case, context):
        if number is None:
            continue
        written = number if isinstance(value, str) else number.normalize()
        exponent = written.as_tuple().exponent
        if isinstance(value, str) and "e" in value.lower():
            yield Breach(exchange, "a decimal without an exponent", f"{value!r:.40}", "exponent", f"{LINE_PATH}.{COST}")
        elif isinstance(exponent, int) and exponent >= -2:
            yield HELD
        else:
            yield Breach(exchange, "at most two decimal places", f"{value!r:.40}", "more places", f"{LINE_PATH}.{COST}")


@oracle("response-parameters.sku-cost-not-negative")
def sku_cost_not_negative(case: Case, context: Context) -> Iterator[Breach | Held]:
    """Zero or more."""
    for exchange, value, number in _costs(case, context):
        if number is not None and number >= 0:
            yield HELD
        elif number is not None:
            yield Breach(exchange, "0 or more", f"{value!r:.40}", "negative", f"{LINE_PATH}.{COST}")


@planner
def cases(_kit: Kit) -> Iterator[PlannedCase]:
    """The accepted request of a client that reads German: texts may be in German then, numbers are as in any JSON."""
    german = with_header("Accept-Language", "de-DE")
    yield change("response-parameters.sku-cost-type/for a reader of German", german)
