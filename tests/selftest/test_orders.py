"""Test orders: each used by one thing at a time, some of them once, some made on demand."""

import json
import os
import stat
import sys
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest

from contracts.endpoint.plan import Need, PlannedCase
from contracts.engine import session
from contracts.engine.making import imaginary, made_by
from contracts.engine.orders import ExhaustedError, Imaginary, Reusable, SingleUse
from contracts.engine.standing import Standing
from contracts.model.clause import Outcome
from contracts.model.exchange import Exchange, LineItem, Order, Request, Response
from contracts.model.uuids import invented
from contracts.target import commands
from contracts.target.embedded import target
from contracts.target.targets import Choice, UsageError
from contracts.transport.limits import Limits
from provider import server
from provider.orders import default_orders
from tests.selftest.forks import command

pytestmark = pytest.mark.xdist_group("orders")
ROOT = Path(__file__).parents[2]
PART = {"quantity_accepted": 1, "quantity_rejected": 0, "quantity_backordered": 0}
ONCE = {"state.second-allocation": "refused"}


def order(lines, units=6):
    return Order(invented("o", lines, units), tuple(LineItem(invented("l", lines, n), units) for n in range(lines)))


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


def test_orders_that_were_allocated_long_ago_are_passed_over(tmp_path):
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
    assert sum(verdict.outcome is Outcome.PASSED for verdict in report.verdicts) > 100


def test_a_divergence_is_confirmed_only_where_an_order_is_left_as_it_was(tmp_path):
    settings = server.Settings(
        readings=ONCE, faults=("missing-allow", "sum-exceeds-by-one"), orders=default_orders(120)
    )
    report, _ = run_on(settings, tmp_path)
    confirmed = {divergence.clause: divergence.reproducible for divergence in report.divergences}

    assert confirmed["http.method-not-allowed-names-allow"] == "3/3"
    assert confirmed["allocation-object.sum-exceeds-ordered"] is None


def test_what_is_declared_saves_the_experiment(tmp_path):
    settings = server.Settings(orders=default_orders(4))
    _, run = run_on(settings, tmp_path, reusable_orders=False)

    assert not run.stock.again


@pytest.fixture(scope="module")
def plenty(tmp_path_factory):
    """A run on a target with some latency that takes orders again and again."""
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


def script(path, text):
    """An executable script."""
    path.write_text(f"#!{sys.executable}\n{text}", "utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


MANIFEST = """print('''[[orders]]
uuid = "319bba9f-71b1-4a93-8abf-67a45b8fdd5c"
[[orders.line_items]]
uuid = "b84ccd3c-88f8-4050-accf-e049163052e3"
quantity_ordered = 6''')"""


def test_an_order_is_what_a_command_prints(tmp_path):
    made = made_by([str(script(tmp_path / "new-order", MANIFEST))])

    assert made.line_items == (LineItem("b84ccd3c-88f8-4050-accf-e049163052e3", 6),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("import sys; print('the-token', file=sys.stderr); sys.exit(3)", "ended with 3", id="fails"),
        pytest.param("print('no order')", "invalid TOML", id="prints-something-else"),
        pytest.param("pass", "name at least one order", id="prints-nothing"),
    ],
)
def test_a_command_that_makes_no_order_is_named_and_not_quoted(tmp_path, text, said):
    with pytest.raises(UsageError, match=said) as raised:
        made_by([str(script(tmp_path / "new-order", text))])

    assert "new-order" in str(raised.value)
    assert "the-token" not in str(raised.value)


def test_a_command_that_is_not_there_is_named():
    with pytest.raises(UsageError, match=r"order_command \./none: cannot be run"):
        made_by(["./none"])


CHILD = "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); "


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(
            "import sys; sys.stdout.write('#' * 70_000)", "prints more than 65536 bytes", id="prints-too-much"
        ),
        pytest.param("while True: print('#' * 1000)", "prints more than 65536 bytes", id="prints-for-ever"),
        pytest.param("import time; time.sleep(600)", "has not ended after 1 s", id="sleeps"),
        pytest.param(
            "import os, time; os.close(1); time.sleep(600)", "has not ended after 1 s", id="closes-and-sleeps"
        ),
        pytest.param(CHILD + "time.sleep(600)", "has not ended after 1 s", id="child-holds-the-pipe"),
    ],
)
def test_a_command_is_bounded_in_what_it_prints_and_how_long_it_takes(tmp_path, monkeypatch, text, said):
    monkeypatch.setattr(commands, "SECONDS", 1)

    with pytest.raises(UsageError, match=said):
        made_by([str(script(tmp_path / "new-order", text))])


def test_an_order_or_a_line_that_a_command_returns_again_is_an_error():
    first, line = order(2), order(1).line_items[0]
    other = Order(invented("another"), (first.line_items[1],))
    for again in (first, other):
        orders = Reusable([], [again, first].pop)
        assert orders.fresh(Need()) is first
        with pytest.raises(UsageError, match="a second time; let it make a new order"):
            orders.fresh(Need(), other_than=first)
    assert Reusable([first], lambda: Order(invented("new"), (line,))).fresh(Need(), other_than=first).line_items == (
        line,
    )


def test_a_command_is_run_so_often_and_no_more():
    numbers = iter(range(10_000))
    orders = Reusable([], lambda: Order(invented("o", next(numbers)), (LineItem(invented("l", next(numbers)), 1),)))

    for _ in range(400):
        orders.spend(orders.fresh(Need()))
    with pytest.raises(ExhaustedError, match="order_command was run 400 times, the most that one run asks of it"):
        orders.fresh(Need())
    assert next(numbers) == 800


@pytest.fixture
def commanded(tmp_path):
    """Runs the command line on a target whose orders a script makes; says what came of it."""

    def run(text, *words):
        script(tmp_path / "new-order", f"open({str(tmp_path / 'ran')!r}, 'w').close()\n{text}")
        settings = server.Settings()
        with server.running(settings) as running:
            table = f'[dev]\nbase_url = "{running.base_url}"\nmay_allocate = true\n'
            table += 'order_command = ["./new-order"]\n'
            (tmp_path / "targets.toml").write_text(table, "utf-8")
            here = ["--target", "dev", "--targets-file", tmp_path / "targets.toml", "--reports-dir", tmp_path]
            environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "TIMP_TOKEN": settings.token}
            done = command(*here, *words, environment=environment)
        return done, (tmp_path / "ran").exists()

    return run


def test_a_plan_runs_no_command(commanded):
    done, ran = commanded(MANIFEST, "--plan")

    assert done.returncode == 0
    assert "Nothing is sent" in done.stdout
    assert not ran


def test_a_run_whose_command_returns_an_order_again_ends_with_exit_4_and_says_so(commanded):
    done, ran = commanded(MANIFEST)

    assert ran
    assert done.returncode == 4
    assert "319bba9f-71b1-4a93-8abf-67a45b8fdd5c a second time; let it make a new order" in " ".join(
        done.stdout.split()
    )
    assert "Traceback" not in done.stdout + done.stderr


TAKE = """
import pathlib, tomllib
place = pathlib.Path(__file__).parent
taken = place / "taken"
number = len(taken.read_text()) if taken.exists() else 0
taken.write_text("x" * (number + 1))
order = tomllib.loads((place / "stock.toml").read_text())["orders"][number]
print(f'[[orders]]\\nuuid = "{order["uuid"]}"')
for line in order["line_items"]:
    print(f'[[orders.line_items]]\\nuuid = "{line["uuid"]}"\\nquantity_ordered = {line["quantity_ordered"]}')
"""


@pytest.mark.parametrize(("readings", "asked"), [({}, range(4, 5)), (ONCE, range(60, 120))], ids=["reusable", "once"])
def test_orders_are_made_as_they_are_needed(tmp_path, readings, asked):
    script(tmp_path / "new-order", TAKE)
    settings = server.Settings(readings=readings, orders=default_orders(200))
    with server.running(settings) as running:
        running.write_orders(tmp_path / "stock.toml")
        text = f'[dev]\nbase_url = "{running.base_url}"\nmay_allocate = true\norder_command = ["./new-order"]\n'
        (tmp_path / "targets.toml").write_text(text, "utf-8")
        words = ["--target", "dev", "--targets-file", tmp_path / "targets.toml", "--reports-dir", tmp_path]
        environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "TIMP_TOKEN": settings.token}
        done = command(*words, "--examples", "1", environment=environment)
    verdicts = json.loads((tmp_path / "verdicts.json").read_text("utf-8"))

    assert done.returncode == 0
    assert len((tmp_path / "taken").read_text("utf-8")) in asked
    assert verdicts["summary"]["passed"] > 135
    assert {each["order"] for each in verdicts["orders"]} <= {order.uuid for order in settings.orders}
