"""Which test order each planned case is sent on."""

import pytest

from contracts.endpoint.plan import Need, PlannedCase
from contracts.engine.turns import BUSY, assign
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


def used_by(turn):
    return [order for order in (turn.order, turn.partner) if order is not None]


def served(turns):
    every = [turn for queue in (*turns.queues, turns.after) for turn in queue]
    return [*(each for turn in every for each in turn.cases), *turns.unmet]


def chains(turns):
    """The cases of each order that serves cases without a second one, with the order."""
    alone = [queue for queue in turns.queues if queue[0].partner is None]
    return [(queue[0].order, [each for turn in queue for each in turn.cases]) for queue in alone]


@pytest.mark.parametrize("count", [1, 2, 3, 8, 24, 240])
def test_every_case_is_served_once_by_an_order_that_will_do(count):
    assignment = assign(CASES, [order(number, lines=1 + number % 5) for number in range(count)])

    assert sorted(each.id for each in served(assignment)) == sorted(each.id for each in CASES)
    every = [turn for queue in (*assignment.queues, assignment.after) for turn in queue]
    assert all(each.need.met_by(turn.order) for turn in every for each in turn.cases)
    assert all(each.need.partner == (turn.partner is not None) for turn in every for each in turn.cases)


@pytest.mark.parametrize("count", [1, 2, 3, 8, 24, 240])
def test_what_is_sent_concurrently_shares_no_order(count):
    assignment = assign(CASES, [order(number, lines=1 + number % 5) for number in range(count)])
    used = [{order.uuid for turn in queue for order in used_by(turn)} for queue in assignment.queues]

    assert sum(map(len, used)) == len(set().union(*used))


def test_more_orders_than_keep_a_target_busy_are_left_alone():
    assignment = assign(CASES, [order(number, lines=1 + number % 5) for number in range(240)])

    assert len(chains(assignment)) == BUSY
    assert {len(used.line_items) for used, _ in chains(assignment)} == {1, 2, 3, 4, 5}


def test_the_orders_with_the_largest_quantities_are_among_those_used():
    orders = [order(number, lines=1 + number % 5, units=number) for number in range(240)]
    used = {each.units for each, _ in chains(assign(CASES, orders))}

    assert used >= set(range(225, 240))


def test_chains_are_about_as_long():
    assignment = assign(CASES[:200], [order(number) for number in range(24)])
    lengths = [len(chain) for _, chain in chains(assignment)]

    assert len(lengths) == BUSY
    assert max(lengths) - min(lengths) <= 2


def test_bases_are_kept_apart_where_there_are_orders_for_it():
    assignment = assign(CASES[:200], [order(number) for number in range(24)])

    assert sum(len({each.base for each in chain}) for _, chain in chains(assignment)) < BUSY + 4


@pytest.mark.parametrize(("count", "pairs"), [(2, 0), (16, 0), (18, 1), (24, 1)])
def test_cases_with_a_second_order_take_turns_on_two_that_are_free_and_wait_where_none_are(count, pairs):
    assignment = assign([*CASES[:200], *CASES[221:]], [order(number) for number in range(count)])

    assert len(assignment.queues) - len(chains(assignment)) == pairs
    assert len(assignment.after) == 2 - 2 * pairs


def test_an_order_is_opened_for_a_case_that_none_of_the_others_will_do_for():
    orders = [*(order(number, units=1) for number in range(40)), order(40, units=500)]
    assignment = assign([*CASES[:20], case(1_000, units=500)], orders)

    assert orders[40] in [used for used, _ in chains(assignment)]
    assert assignment.unmet == ()


def test_orders_that_have_a_base_are_used_before_others():
    orders = [order(number) for number in range(BUSY)]
    ready = {orders[3].uuid, orders[7].uuid}
    turns = assign(CASES[:2], orders, lambda each: {"plain"} if each.uuid in ready else ())

    assert {used.uuid for used, _ in chains(turns)} == ready
