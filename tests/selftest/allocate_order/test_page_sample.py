"""The page's own sample: what is sent of it, and when its refusal is a divergence."""

import json
from dataclasses import replace

import pytest

from contracts.allocate_order.requests import Dialect
from contracts.model.case import Case
from tests.selftest.conftest import order

CLAUSE = "request-parameters.page-sample"
SENT = order(2, 6)
REFUSED = "refused (400): the page's own sample"
ENCODING, PAST = "allocation-object.quantity-encoding", "allocation-object.backorder-date-past"


@pytest.mark.parametrize(("name", "spell"), [("as printed", str), ("with integers", int)])
@pytest.mark.parametrize(
    "target",
    [(Dialect(form="iso"), int, "2027-04-14"), (Dialect(digits=True, form="month-name"), str, "2027-Apr-14")],
    ids=["integers", "digit strings"],
)
def test_the_sample_is_sent_with_its_numbers_and_its_date_and_then_as_the_target_takes_them(bench, name, spell, target):
    dialect, encoded, day = target
    kit = replace(bench.kit, dialect=dialect)
    (case,) = (case for case in bench.endpoint.planned(kit) if case.id == f"{CLAUSE}/{name}")
    base = bench.endpoint.definition.bases[case.base](SENT, kit)
    made = [edit(base, SENT, kit) for _, edit in (*case.steps, *case.if_refused)]
    fields = ("quantity_accepted", "quantity_rejected", "quantity_backordered", "backorder_date")
    due = [(*map(spell, (5, 0, 1)), "2019-01-01"), (*map(encoded, (5, 0, 1)), day)]

    assert (case.need.units, case.need.exactly) == (6, True)
    for request, values in zip(made, due, strict=True):
        lines = json.loads(request.body)["line_items"]
        assert [line["line_item_uuid"] for line in lines] == [item.uuid for item in SENT.line_items]
        assert [line["allocation"] for line in lines] == [dict(zip(fields, values, strict=True))] * 2


@pytest.mark.parametrize(
    ("statuses", "readings", "observed", "held"),
    [
        pytest.param([200], {}, [], 1, id="carried-out"),
        pytest.param([400, 200], {}, [REFUSED], 0, id="refused-and-the-same-numbers-are-carried-out"),
        pytest.param([400, 400], {}, [], 0, id="the-same-numbers-are-refused-too"),
        pytest.param([400], {}, [], 0, id="nothing-else-was-sent"),
        pytest.param([500, 200], {}, [], 0, id="an-error-of-the-server"),
        pytest.param([400, 200], {ENCODING: "digit-strings"}, [], 0, id="another-encoding-is-taken"),
        pytest.param([200], {PAST: "refused"}, [], 0, id="a-past-date-is-refused-otherwise"),
    ],
)
def test_the_sample_is_missed_where_what_it_has_is_taken_otherwise(bench, statuses, readings, observed, held):
    case = bench.planned[f"{CLAUSE}/with integers"]
    base = bench.endpoint.definition.bases[case.base](SENT, bench.kit)
    edits = [edit for _, edit in (*case.steps, *case.if_refused)]
    answers = [
        ("change", bench.answer(edit(base, SENT, bench.kit), status))
        for edit, status in zip(edits, statuses, strict=False)
    ]
    made = Case(case.id, (("base", bench.success(base)), *answers))
    context = bench.endpoint.context((SENT,), bench.defaults | readings)
    findings, count = bench.said(CLAUSE, made, context)

    assert ([finding.observed for finding in findings], count) == (observed, held)
    assert bench.said(CLAUSE, replace(made, id="made/by hand"), context) == ([], 0)
