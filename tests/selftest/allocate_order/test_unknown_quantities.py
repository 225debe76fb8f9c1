"""Orders of unknown quantities: little can be said of what is allocated of them."""

from dataclasses import replace

import pytest

from contracts.allocate_order.requests import allocated
from tests.selftest.conftest import ORDER

UNKNOWN = replace(ORDER, line_items=tuple(replace(item, quantity_ordered=None) for item in ORDER.line_items))
SPLITS = {
    "nothing": lambda _ordered: (0, 0, 0),
    "one": lambda _ordered: (1, 0, 0),
    "one of each": lambda _ordered: (1, 1, 1),
    "all": lambda ordered: (ordered - 1, 1, 0),
}


def found(bench, order, split):
    """The clauses that find something in a refusal of an allocation, with the quantities of an order."""
    request = allocated(split)(bench.base(), ORDER, bench.kit)
    return bench.findings(bench.one(bench.refusal(request, 422)), bench.endpoint.context((order,), bench.defaults))


@pytest.mark.parametrize("split", SPLITS.values(), ids=list(SPLITS))
def test_a_refusal_is_not_a_finding(bench, split):
    assert found(bench, UNKNOWN, split) == set()


def test_where_the_quantity_is_known_the_refusal_of_all_that_is_ordered_is_one(bench):
    assert found(bench, ORDER, SPLITS["all"]) == {"allocation-object.sum-equals-ordered"}


def test_that_nothing_is_allocated_is_seen_whatever_is_ordered(bench):
    exchange = bench.refusal(allocated(lambda _ordered: (0, 0, 0))(bench.base(), ORDER, bench.kit), 422)
    traits = [
        {trait.clause for trait in bench.endpoint.context((order,), bench.defaults).view(exchange).traits}
        for order in (ORDER, UNKNOWN)
    ]

    assert ["allocation-object.all-zero" in each for each in traits] == [True, True]
