"""Which test order each planned case is sent on."""

import pytest

from contracts.endpoint import plan
from contracts.endpoint.plan import CHAINS, Need, PlannedCase
from contracts.model.exchange import LineItem, Order
from contracts.model.uuids import invented


def order(number, lines=1, units=9):
    return Order(invented("order", number), tuple(LineItem(invented(number, line), units) for line in range(lines)))


def case(number, base="plain", **need):
    return PlannedCase(f"section.clause/{number}", base, (("change", lambda request, *_: request),), Need(**need))


CASES = [
    *(case(number, base=("plain", "dated")[number % 4 == 3]) for number in range(200)),
    *(case(number, lines=2, units=1) for number in range(200, 220)),
    case(220, lines=5),
    case(221, partner=True),
    case(222, partner=True, units=1),
]


def assign(cases, orders):
    """As a run assigns them, but that each case takes its requests and a read-back."""
    return plan.assign(cases, orders, lambda each: len(each.steps) + each.read)


def served(assignment):
    chained = [each for _, chain in assignment.chains for each in chain]
    return [*chained, *(pair[2] for pair in (*assignment.pairs, *assignment.after)), *assignment.unmet]


@pytest.mark.parametrize("count", [1, 2, 3, 8, 24, 240])
def test_every_case_is_served_once_by_an_order_that_will_do(count):
    assignment = assign(CASES, [order(number, lines=1 + number % 5) for number in range(count)])

    assert sorted(each.id for each in served(assignment)) == sorted(each.id for each in CASES)
    assert all(each.need.met_by(used) for used, chain in assignment.chains for each in chain)
    assert all(each.need.met_by(used) for used, _, each in (*assignment.pairs, *assignment.after))


@pytest.mark.parametrize("count", [1, 2, 3, 8, 24, 240])
def test_what_is_sent_concurrently_shares_no_order(count):
    assignment = assign(CASES, [order(number, lines=1 + number % 5) for number in range(count)])
    used = [each.uuid for each, _ in assignment.chains]
    used += [each.uuid for pair in assignment.pairs for each in pair[:2]]

    assert len(used) == len(set(used))


def test_more_orders_than_keep_a_target_busy_are_left_alone():
    assignment = assign(CASES, [order(number, lines=1 + number % 5) for number in range(240)])

    assert len(assignment.chains) == CHAINS
    assert {len(used.line_items) for used, _ in assignment.chains} == {1, 2, 3, 4, 5}


def test_the_orders_with_the_largest_quantities_are_among_those_used():
    orders = [order(number, lines=1 + number % 5, units=number) for number in range(240)]
    used = {each.units for each, _ in assign(CASES, orders).chains}

    assert used >= set(range(225, 240))


def test_chains_are_about_as_long():
    assignment = assign(CASES[:200], [order(number) for number in range(24)])
    lengths = [len(chain) for _, chain in assignment.chains]

    assert len(lengths) == CHAINS
    assert max(lengths) - min(lengths) <= 2


def test_bases_are_kept_apart_where_there_are_orders_for_it():
    assignment = assign(CASES[:200], [order(number) for number in range(24)])

    assert sum(len({each.base for each in chain}) for _, chain in assignment.chains) < CHAINS + 4


@pytest.mark.parametrize(("count", "pairs"), [(2, 0), (16, 0), (18, 1), (20, 2)])
def test_cases_with_a_second_order_wait_only_where_no_two_are_free(count, pairs):
    assignment = assign([*CASES[:200], *CASES[221:]], [order(number) for number in range(count)])

    assert len(assignment.pairs) == pairs
    assert len(assignment.after) == 2 - pairs


def test_an_order_is_opened_for_a_case_that_none_of_the_others_will_do_for():
    orders = [*(order(number, units=1) for number in range(40)), order(40, units=500)]
    assignment = assign([*CASES[:20], case(1_000, units=500)], orders)

    assert orders[40] in [used for used, _ in assignment.chains]
    assert assignment.unmet == ()
