"""What judging depends on: when two contexts say the same, and what one of them remembers of a case."""

from dataclasses import replace

import pytest

from contracts.endpoint.context import Elsewhere
from contracts.model.case import Case, Trait
from tests.selftest.conftest import ORDER, PARTNER

QUESTION = "allocation-object.quantity-encoding"
TRAIT = Trait("allocation-object.sum-exceeds-ordered", "one more", "")


@pytest.mark.parametrize(
    "changed",
    [
        {"readings": {QUESTION: "both"}},
        {"undecided": frozenset({QUESTION})},
        {"denied": frozenset({TRAIT})},
        {"taken": frozenset({TRAIT})},
        {"span": (1, 2)},
        {"orders": {ORDER.uuid: ORDER}},
        {"elsewhere": Elsewhere(state_rule=True)},
        {"elsewhere": Elsewhere(confirmed=frozenset({"a-1"}))},
        {"elsewhere": Elsewhere(unknown=frozenset({"a-1"}))},
    ],
)
def test_a_context_with_another_finding_does_not_say_the_same(bench, changed):
    context = bench.endpoint.context((ORDER, PARTNER), {QUESTION: "integers"})

    assert context.same_as(replace(context))
    assert not context.same_as(replace(context, **changed))


def test_what_is_remembered_says_nothing_of_a_target(bench):
    context, other = bench.context(), bench.context()
    context.view(bench.success(bench.base()))

    assert context.same_as(other)


@pytest.mark.parametrize(
    ("found", "name", "excused"),
    [
        (Elsewhere(), "a-1", False),
        (Elsewhere(unknown=frozenset({"a-1"})), "a-1", True),
        (Elsewhere(unknown=frozenset({"a-1"})), "a-2", False),
        (Elsewhere(state_rule=True), "a-1", True),
        (Elsewhere(state_rule=True, confirmed=frozenset({"a-1"})), "a-1", False),
        (Elsewhere(state_rule=True, confirmed=frozenset({"a-1"})), "a-2", True),
    ],
)
def test_a_refusal_is_excused_if_the_state_of_orders_explains_some_and_an_unused_order_did_not_share_it(
    bench, found, name, excused
):
    refused = replace(bench.refusal(bench.base(), 409), id=name)

    assert replace(bench.context(), elsewhere=found).excuses(refused) is excused


class Reading:
    """Counts how often requests are read."""

    def __init__(self, context):
        self.read = []
        self._reader = context.reader
        self.context = replace(context, reader=self, _views={}, _fresh={}, _touched={})

    def __call__(self, exchange, orders):
        """Read a request."""
        self.read.append(exchange.id)
        return self._reader(exchange, orders)


def test_a_request_is_read_once_and_again_after_its_case_is_forgotten_except_the_base_of_others(bench):
    base, change = bench.success(bench.base()), bench.success(bench.base("dated"))
    case, reading = Case("made/by hand", (("base", base), ("change", change))), Reading(bench.context())
    context = reading.context
    for _ in range(2):
        context.touched(case)
        context.fresh(case, change)
    assert reading.read == [base.id, change.id]

    context.forget(case)
    context.touched(case)
    context.fresh(case, change)
    assert reading.read == [base.id, change.id, change.id]
    assert len(context._views) == 2
    context.forget(case)
    assert (list(context._views), context._fresh, context._touched) == ([base.id], {}, {})


def test_the_same_exchange_in_two_cases_is_set_apart_from_the_base_of_each(bench):
    plain, change = bench.success(bench.base()), bench.refusal(bench.base("dated"), 400)
    one = Case("made/one", (("base", plain), ("change", change)))
    other = Case("made/other", (("base", bench.success(bench.base("dated"))), ("change", change)))
    none = Case("made/none", (("change", change),))
    context = bench.context()

    assert context.fresh(one, change)
    assert context.fresh(other, change) == frozenset()
    assert context.fresh(none, change) is None
    assert context.fresh(one, change)
