"""The payload that the page's samples print, with nothing but its UUIDs replaced."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from contracts.allocate_order.dates import write
from contracts.allocate_order.parsed import DATE, ITEM, LINES, QUANTITIES
from contracts.allocate_order.requests import backorder_day
from contracts.endpoint.context import Context, Demand
from contracts.endpoint.judges import HELD, Breach, Held, oracle, planner
from contracts.endpoint.oracle import accepted_or_refused
from contracts.endpoint.plan import Change, Kit, Need, PlannedCase
from contracts.model.case import Case, Role
from contracts.model.exchange import Order, Request
from contracts.standard.texts import dump

CLAUSE = "request-parameters.page-sample"
NUMBERS = (5, 0, 1)
DAY = "2019-01-01"
"""What the samples allocate of a line item of six units, and their date."""


OTHERWISE = "the target refuses the same quantities with a date ahead too, so the sample shows nothing"


@oracle(CLAUSE)
def carried_out(case: Case, context: Context) -> Iterator[Breach | Held]:
    """The sample is carried out, unless a reading of this target refuses what it has.

    It is refused as itself if the same order takes the same quantities, in the target's encoding and with a date ahead.
    """
    if case.clause != CLAUSE:
        return
    sample, *others = case.all(Role.CHANGE)
    if {context.demand(trait) for trait in context.view(sample).traits} - {Demand.ACCEPT}:
        return
    if sample.accepted:
        yield HELD
    elif sample.refused and any(other.accepted for other in others):
        yield Breach(sample, "200 or 201", f"{accepted_or_refused(sample)}: the page's own sample")


@planner
def cases(kit: Kit) -> Iterator[PlannedCase]:
    """The sample as it is printed, with strings of digits, and with the integers of the field list."""
    need = Need(units=sum(NUMBERS), exactly=True)
    usual = _sample(str if kit.dialect.digits else int, write(backorder_day(kit), kit.dialect.form or "iso"))
    for name, spell in {"as printed": str, "with integers": int}.items():
        steps = ((Role.CHANGE, _sample(spell, DAY)),)
        more = ((Role.CHANGE, usual),)
        yield PlannedCase(f"{CLAUSE}/{name}", "plain", steps, need, if_refused=more, otherwise=OTHERWISE)


def _sample(spell: type[str | int], day: str) -> Change:
    def change(base: Request, order: Order, _kit: Kit) -> Request:
        allocation = dict(zip(QUANTITIES, map(spell, NUMBERS), strict=True)) | {DATE: day}
        lines = [{ITEM: line.uuid, "allocation": allocation} for line in order.line_items]
        return replace(base, body=dump({LINES: lines}))

    return change
