"""Planned cases for targets of two dialects, and what they send."""

import json
from dataclasses import replace

import pytest

from contracts.allocate_order.requests import Dialect
from tests.selftest.conftest import PARTNER, order

FULL = order(6, 2000)


@pytest.fixture(scope="module", params=["integers", "digit strings and names of months"])
def planned(bench, request):
    """The planned cases for a target of either dialect, its kit, and what is known of it."""
    other = request.param != "integers"
    dialect = Dialect(digits=other, form="month-name" if other else "iso")
    kit = replace(bench.kit, dialect=dialect, partner=PARTNER)
    readings = {"allocation-object.quantity-encoding": "digit-strings" if other else "integers"}
    context = bench.endpoint.context((FULL, PARTNER), bench.defaults | readings)
    return {case.id: case for case in bench.endpoint.planned(kit)}, kit, context


def bodies(bench, planned, name):
    """The line items that a planned case sends, as `(accepted, rejected, backordered)` and date, on a given order."""
    cases, kit, _ = planned
    case = cases[name]
    sent = order(max(case.need.lines, 2), 10)
    ((_, edit), *_) = case.steps
    base = bench.endpoint.definition.bases[case.base](sent, kit)
    lines = json.loads(edit(base, sent, kit).body)["line_items"]
    return [(_numbers(line["allocation"]), line["allocation"].get("backorder_date")) for line in lines]


def _numbers(allocation):
    names = ("quantity_accepted", "quantity_rejected", "quantity_backordered")
    return tuple(int(allocation[name]) for name in names)
