"""The statuses of line items in an answer that has nothing else of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

from contracts.allocate_order.answers import STATUSES, asked
from contracts.allocate_order.parsed import LINE_PATH, Line
from contracts.allocate_order.quantity_sums import SHORT, sum_of
from contracts.allocate_order.response_parameters import answers
from contracts.endpoint.context import Context
from contracts.endpoint.judges import HELD, Breach, Held, oracle
from contracts.model.case import Case
from contracts.model.exchange import Exchange
from contracts.standard.texts import kind

WHOLE = {"accepted": "Allocated", "rejected": "Rejected", "backordered": "Backordered"}


def _statuses(case: Case, context: Context) -> Iterator[tuple[Exchange, Any, Collection[str | None]]]:
    """The status of each entry that answers own lines of the request, and which quantity has all units of these lines.

    Each quantity is there once, that of the last line first: a request may name one line a thousand times.
    """
    for exchange, answer in answers(case, context):
        if not answer.is_of_statuses:
            continue
        wholes: dict[str | None, dict[str | None, None]] = defaultdict(dict)
        for line in reversed(asked(exchange, context)):
            if line.own:
                wholes[str(line.name).lower()][_whole(line)] = None
        yield from ((exchange, entry.status, wholes[entry.key]) for entry in answer.entries if entry.key in wholes)


@oracle("response-parameters.status-known")
def status_known(case: Case, context: Context) -> Iterator[Breach | Held]:
    """One of the statuses of the previous release."""
    for exchange, status, _ in _statuses(case, context):
        if status in STATUSES:
            yield HELD
        else:
            label = "unknown status" if isinstance(status, str) else kind(status)
            yield Breach(exchange, " or ".join(STATUSES), f"{status!r:.60}", label, LINE_PATH)


@oracle("response-parameters.status-agrees")
def status_agrees(case: Case, context: Context) -> Iterator[Breach | Held]:
    """A line accepted, rejected or backordered as a whole says so; a line named twice, as one of its entries has it."""
    for exchange, status, wholes in _statuses(case, context):
        known = [whole for whole in wholes if whole is not None]
        if status not in STATUSES or len(known) < len(wholes):
            continue
        if status in {WHOLE[whole] for whole in known}:
            yield HELD
        else:
            yield Breach(exchange, WHOLE[known[0]], f"{status} for a line all {known[0]}", known[0], LINE_PATH)


def _whole(line: Line) -> str | None:
    """The one quantity that has all units of a line; None if no quantity has, or the line is spelled unusually."""
    found = sum_of(line) if line.item is not None and line.name == line.item.uuid else None
    if found is None or found.excess:
        return None
    nonzero = [name for name, number in zip(SHORT.values(), found.numbers, strict=True) if number]
    return nonzero[0] if len(nonzero) == 1 else None
