"""Judging takes time in proportion to the line items, whatever the answer looks like and however lines are named."""

import json
import sys
from dataclasses import replace

import pytest

from contracts.endpoint.oracle import judge
from contracts.model.case import Case, Role
from contracts.model.exchange import Request
from contracts.model.uuids import invented
from tests.selftest.conftest import order

FEW, MANY = 20, 200

NAMES = {
    "each-of-the-order": lambda given, _number: given.uuids[1:],
    "one-again-and-again": lambda given, number: given.uuids[1:2] * number,
    "of-no-order": lambda _given, number: [invented("growth", number, at) for at in range(number)],
}
"""Which line items a request names, of an order and as many as there are to be."""

ANSWERS = {
    "object": lambda lines, _statuses: {"line_items": lines},
    "array-of-objects": lambda lines, _statuses: lines,
    "array-of-statuses": lambda _lines, statuses: statuses,
    "statuses-in-an-object": lambda _lines, statuses: {"line_items": statuses},
}


def case(bench, given, names, answer):
    """An accepted order, then a request for lines of these names, with the order before and after it."""
    base = bench.success(bench.endpoint.definition.bases["plain"](given, bench.kit))
    units = {"quantity_accepted": 6, "quantity_rejected": 0, "quantity_backordered": 0}
    asked = json.dumps({"line_items": [{"line_item_uuid": name, "allocation": units} for name in names]}).encode()
    request = replace(base.request, body=asked)
    lines = [{"line_item_uuid": n, "quantity_shipped": 0, "supplier_provided_sku_cost": 13.98} for n in names]
    sent = bench.exchange(request, 200, answer(lines, [{name: "Allocated"} for name in names]))
    stored = {"quantity_allocated": 6, "quantity_rejected": 0, "quantity_backordered": 0}
    shown = {"line_items": [{"line_item_uuid": name, "allocation": stored} for name in given.uuids[1:]]}
    detail = Request("GET", f"{bench.endpoint.definition.read_prefix}{given.uuid}/")
    before, after = (bench.exchange(detail, 200, shown) for _ in range(2))
    return Case("made/lines", ((Role.BASE, base), (Role.BEFORE, before), (Role.CHANGE, sent), (Role.READ, after)))


def calls(bench, names, answer, number):
    """How many functions are called, by the clause that is judged."""
    given = order(number if names is NAMES["each-of-the-order"] else 1)
    made = case(bench, given, names(given, number), answer)
    context = bench.endpoint.context((given,), bench.defaults)
    context.touched(made)  # the requests are taken apart, once for all clauses
    counted = {}
    for clause in bench.clauses.values():
        counted[clause.id] = 0

        def count(_frame, event, _argument, clause=clause.id):
            counted[clause] += event in {"call", "c_call"}

        usual = sys.getprofile()
        sys.setprofile(count)
        try:
            list(judge(clause, made, context, bench.endpoint.judges, bench.endpoint.observers))
        finally:
            sys.setprofile(usual)
    return counted


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
@pytest.mark.parametrize("names", NAMES.values(), ids=NAMES)
def test_ten_times_the_line_items_take_a_clause_about_ten_times_the_calls(bench, names, answer):
    calls(bench, names, answer, FEW - 1)  # imports, and what is remembered of the clauses
    few, many = (calls(bench, names, answer, number) for number in (FEW, MANY))

    beyond = {clause: (few[clause], many[clause]) for clause in few if many[clause] > 15 * few[clause] + 1000}
    assert beyond == {}
    assert sum(many.values()) > 2 * sum(few.values())
