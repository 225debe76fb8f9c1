"""Limits of a target that no clause speaks of: what is refused for one says nothing of other causes."""

import pytest

from contracts.allocate_order.limits import LARGE
from contracts.allocate_order.requests import every_line
from contracts.endpoint.oracle import observe


@pytest.mark.parametrize(
    ("excess", "seen"),
    [
        pytest.param(1, ["422"], id="one-over"),
        pytest.param(LARGE - 100, ["422"], id="far-over"),
        pytest.param(LARGE, [], id="too-large-on-its-own"),
    ],
)
def test_the_code_of_a_sum_shows_where_no_quantity_is_too_large_on_its_own(bench, excess, seen):
    request = every_line(lambda ordered: (ordered + excess, 0, 0))(bench.base(), bench.order, bench.kit)
    case = bench.one(bench.refusal(request, 422))
    clause = bench.clauses["response-codes.sum-exceeded"]

    assert [each.evidence for each in observe(clause, case, bench.context(), bench.endpoint.observers)] == seen
