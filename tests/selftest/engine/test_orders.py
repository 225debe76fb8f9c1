"""Test orders: each used by one thing at a time, some of them once, some made on demand."""

import json
from collections import defaultdict
from dataclasses import replace

import pytest

from contracts.endpoint.plan import Need, PlannedCase
from contracts.engine import session
from contracts.engine.making import imaginary
from contracts.engine.orders import ExhaustedError, SingleUse
from contracts.engine.reusable import Imaginary, Reusable
from contracts.engine.standing import Standing
from contracts.model.clause import Outcome
from contracts.model.exchange import Exchange, LineItem, Order, Request, Response
from contracts.target.embedded import target
from contracts.target.targets import Choice
from contracts.transport.limits import Limits
from provider import server
from provider.orders import default_orders
from tests.selftest import few
from tests.selftest.conftest import order

pytestmark = pytest.mark.xdist_group("orders")
PART = {"quantity_accepted": 1, "quantity_rejected": 0, "quantity_backordered": 0}
ONCE = {"state.second-allocation": "refused"}


def test_the_smallest_order_that_will_do_is_leased_until_it_is_spent():
    small, large = order(1), order(3)
    orders = Reusable([large, small])

    assert orders.fresh(Need()) is small
    orders.spend(small)
    assert orders.fresh(Need()) is large
    assert orders.fresh(Need(lines=2)) is large
    with pytest.raises(ExhaustedError, match="none is left that will do: it needs one of 4 line items"):
        orders.fresh(Need(lines=4))


def test_a_command_is_asked_when_no_order_is_left():
    made = [order(1, units) for units in (1, 2, 3)]
    added = []
    orders = Reusable([], made.copy().pop, added.append)

    assert orders.fresh(Need(units=2)).line_items[0].quantity_ordered >= 2
    assert added == orders.orders


def case(number, **need):
    return PlannedCase(f"a.clause/{number}", "plain", (("change", lambda base, *_: base),), Need(**need))


def accepted(order, name="plain"):
    """The base of this name, accepted on an order."""
    return Standing(name, Exchange("x", Request("PUT", f"/{order.uuid}/"), Response(200, (), b"{}")), None)


@pytest.mark.parametrize(
    ("method", "status", "repeats"),
    [
        pytest.param("PUT", 200, True, id="idempotent"),
        pytest.param("POST", 201, False, id="carried-out"),
        pytest.param("POST", 422, True, id="refused"),
    ],
)
def test_a_request_is_repeated_if_it_does_no_more_when_it_comes_again_and_never_on_an_order_that_is_used_once(
    method, status, repeats
):
    sent = [Exchange("x", Request(method, "/"), Response(status, (), b"{}"))]

    assert Reusable([]).repeats(sent) is repeats
    assert not SingleUse([]).repeats(sent)


def test_reusable_orders_serve_many_cases_each_and_are_used_concurrently():
    stock = Reusable([order(lines) for lines in (1, 2)])
    turns = stock.turns([case(number) for number in range(6)], lambda _case: True)

    assert len(turns.queues) == 2
    assert sum(len(turn.cases) for queue in turns.queues for turn in queue) == 6


def named(name, *units):
    return Order(name, tuple(LineItem(f"{name}-{number}", each) for number, each in enumerate(units)))


@pytest.mark.parametrize(
    ("names", "spent", "used"), [("abcd", [], "acd"), ("abcd", ["b"], "abd"), ("abc", [], "abc")], ids=str
)
def test_the_largest_reusable_order_that_others_can_serve_for_stays_unused(names, spent, used):
    orders = {"a": named("a", 5), "b": named("b", 5, 5), "c": named("c", 6, 6), "d": named("d", 6, 6)}
    stock = Reusable([orders[name] for name in names])
    for name in spent:
        stock.spend(orders[name])
    turns = stock.turns([case(number) for number in range(12)], lambda _case: True)

    assert {turn.order.uuid for queue in turns.queues for turn in queue} == set(used)


def test_single_use_orders_serve_one_case_each_one_after_another_and_what_changes_nothing_first():
    stock = SingleUse([order(lines) for lines in (1, 2, 3)])
    (queue,) = stock.turns([case(0), case(1, units=1), case(2), case(3)], lambda each: each.need.units == 0).queues
    served = []
    for turn in queue:
        served.append((turn.cases[0].label, turn.unmet or turn.order))
        if turn.order is not None:
            stock.spend(turn.order)

    assert [label for label, _ in served] == ["1", "0", "2", "3"]
    assert len({used.uuid for _, used in served[:3]}) == 3
    assert "none is left that will do" in served[3][1]


def test_single_use_orders_serve_a_case_of_each_clause_and_of_these_first_what_the_page_speaks_of():
    stock = SingleUse([order(1) for _ in range(8)])
    named_by_the_page = [replace(case(number), id=f"a.clause/{number}") for number in range(2)]
    left_open = [replace(each, id=f"b.clause/{each.label}", silent=True) for each in named_by_the_page]
    (queue,) = stock.turns([*left_open, *named_by_the_page], lambda _case: True).queues

    assert [turn.cases[0].id for turn in queue] == ["a.clause/0", "b.clause/0", "a.clause/1", "b.clause/1"]


def test_a_base_that_was_accepted_is_known_on_its_order_or_where_orders_are_used_once_on_all():
    first, second = order(1), order(2)
    reusable, once = Reusable([first, second]), SingleUse([first, second])
    for stock in (reusable, once):
        stock.keep(first, accepted(first))

    assert (reusable.base(first, "plain"), reusable.base(second, "plain")) == (accepted(first), None)
    assert once.base(second, "plain") == accepted(first)
    assert reusable.place_of_base(second) is second
    with pytest.raises(ExhaustedError):
        once.place_of_base(second)


def test_a_changed_order_has_no_known_base_and_the_one_accepted_before_can_still_be_varied():
    used = order(1)
    stock = Reusable([used])
    stock.keep(used, accepted(used))
    stock.change(used)

    assert stock.base(used, "plain") is None
    assert stock.replaced(used, "plain") == accepted(used)
    stock.doubt(used, "plain")
    assert stock.earlier(used, "plain") is None


def test_a_base_that_is_refused_serves_only_where_no_order_exists():
    refused = Standing("plain", Exchange("x", Request("PUT", "/"), Response(404, (), b"{}")), None)

    assert not Reusable([order(1)]).serves(refused)
    assert Imaginary(imaginary(0)).serves(refused)


def run_on(settings, reports, **changed):
    """The report of a run with as much concurrently as on a target elsewhere, and the run."""
    options = session.Options(Choice(), reports)
    changed = {"limits": Limits(), **changed}
    with server.running(settings) as running, session.begun(replace(target(running), **changed), options) as run:
        session.send(run)
        return session.conclude(run, options), run


@pytest.fixture(scope="module")
def scarce(tmp_path_factory):
    """A run on a target that takes each of a dozen orders once."""
    settings = server.Settings(readings=ONCE, orders=default_orders(12))
    return *run_on(settings, tmp_path_factory.mktemp("scarce")), settings


def test_orders_that_are_used_up_leave_clauses_untested_with_the_reason(scarce):
    report, _, _ = scarce
    reasons = {verdict.reason for verdict in report.verdicts if verdict.outcome is Outcome.UNTESTED}

    assert report.exit_code == 0
    # What has to be refused spends no order, and comes first.
    assert sum(verdict.outcome is Outcome.PASSED for verdict in report.verdicts) > 90
    assert any("of the 12 test orders, each of which this target takes once" in reason for reason in reasons)
    assert all(reasons)


def test_no_order_is_allocated_twice_where_it_can_be_only_once(scarce):
    _, run, _ = scarce
    accepted = defaultdict(set)
    for case in run.cases:
        for exchange in case.all():
            if exchange.accepted and exchange.request.method == "PUT":
                accepted[exchange.request.path.lower()].add(exchange.request.body)

    assert len(accepted) >= 10
    assert {len(bodies) for bodies in accepted.values()} == {1}


def test_orders_that_were_allocated_long_ago_are_passed_over(tmp_path, few_cases):
    few_cases("state.", "allocation-object.sum-")
    settings = server.Settings(readings=ONCE, orders=default_orders(40))
    options = session.Options(Choice(), tmp_path)
    with server.running(settings) as running, session.begun(target(running), options) as run:
        used = sorted(run.orders, key=lambda order: len(order.line_items))[:3]
        for each in used:
            body = json.dumps({"line_items": [{"line_item_uuid": each.line_items[0].uuid, "allocation": PART}]})
            headers = (("Content-Type", "application/json"),)
            path = f"/timp/orders/allocation/{each.uuid}/"
            assert run.transport.send(Request("PUT", path, headers, body.encode())).accepted
        session.send(run)
        report = session.conclude(run, options)

    assert run.stopped is None
    assert report.exit_code == 0
    assert sum(verdict.outcome is Outcome.PASSED for verdict in report.verdicts) > 65


def test_a_divergence_is_confirmed_only_where_an_order_is_left_as_it_was(tmp_path, few_cases):
    few_cases("http.other-verbs", "allocation-object.sum-exceeds-ordered")
    settings = server.Settings(
        readings=ONCE, faults=("missing-allow", "sum-exceeds-by-one"), orders=default_orders(120)
    )
    report, _ = run_on(settings, tmp_path)
    confirmed = {divergence.clause: divergence.reproducible for divergence in report.divergences}

    assert confirmed["http.method-not-allowed-names-allow"] == "3/3"
    assert confirmed["allocation-object.sum-exceeds-ordered"] is None


def test_what_is_declared_saves_the_experiment(tmp_path, few_cases):
    few_cases()
    settings = server.Settings(orders=default_orders(4))
    _, run = run_on(settings, tmp_path, reusable_orders=False)

    assert not run.stock.again


@pytest.fixture(scope="module")
def plenty(tmp_path_factory):
    """A run on a target with some latency that takes orders again and again."""
    with pytest.MonkeyPatch.context() as patch:
        few.apply(patch, "state.", "allocation-object.sum-", "request-parameters.")
        return run_on(server.Settings(latency=0.01), tmp_path_factory.mktemp("plenty"))


def test_no_order_is_used_by_two_things_concurrently_unless_they_race_on_purpose(plenty):
    _, run = plenty
    racing = {exchange.id for case in run.cases for exchange in case.all("race")}
    names = {order.uuid for order in run.orders}
    spans = defaultdict(set)
    for case in run.cases:
        for exchange in case.all():
            name = exchange.request.path.lower().strip("/").rpartition("/")[2]
            if exchange.id not in racing and name in names:
                spans[name].add((exchange.started, exchange.started + exchange.seconds))
    overlaps = [
        name
        for name, times in spans.items()
        for (_, ended), (began, _) in zip(sorted(times), sorted(times)[1:], strict=False)
        if began < ended - 0.002  # two clocks: the wall's for the start, a finer one for the time it took
    ]

    assert max(len(times) for times in spans.values()) > 5
    assert overlaps == []


def test_every_test_order_that_was_named_is_reported_with_its_last_allocation(plenty):
    report, run = plenty
    touched = {each.order: each for each in report.orders}
    last = {}
    for case in run.cases:
        for exchange in case.all():
            if exchange.accepted and exchange.request.method == "PUT":
                name = next((o.uuid for o in run.orders if o.uuid in exchange.request.path.lower()), None)
                if name and exchange.started > last.get(name, exchange).started - 1e-9:
                    last[name] = exchange

    assert set(touched) >= set(last)
    assert {name: touched[name].last.request.body for name in last} == {n: e.request.body for n, e in last.items()}
    assert sum(each.requests for each in touched.values()) > 300
