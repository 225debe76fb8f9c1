"""Which code refuses a value of the allocation."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.allocate_order.backorder_dates import impossible
from contracts.allocate_order.parsed import QUANTITIES
from contracts.allocate_order.requests import every_line, in_place_of
from contracts.endpoint.judges import planner
from contracts.endpoint.plan import Change, Kit, Need, PlannedCase
from contracts.model.case import Role
from contracts.standard.texts import MISSING


@planner
def cases(_kit: Kit) -> Iterator[PlannedCase]:
    """What is refused with one of two codes, sent twice: different values may have different codes, one has one."""
    twice: dict[str, tuple[str, Change]] = {
        "missing-field": ("plain", in_place_of(0, QUANTITIES[1], MISSING)),
        "wrong-type": ("plain", in_place_of(0, QUANTITIES[1], "five")),
        "sum-exceeded": ("plain", every_line(lambda n: (n + 1, 0, 0))),
        "impossible-date": ("dated", impossible),
    }
    for slug, (base, edit) in twice.items():
        steps = ((Role.CHANGE, edit), (Role.CHANGE, edit))
        need = Need(units=1) if slug == "sum-exceeded" else Need()
        yield PlannedCase(f"response-codes.{slug}/the same request twice", base, steps, need)
