"""`--plan`: what would be sent is shown, and nothing is sent."""

import os
import re
import sys
from pathlib import Path

import pytest

from contracts.endpoint.discovery import discover
from contracts.engine.outline import described, listed, outline
from contracts.model.exchange import LineItem, Order
from contracts.model.uuids import invented
from contracts.target.targets import Target
from contracts.transport.limits import Limits
from contracts.transport.secrets import Secret
from provider import server
from tests.selftest.forks import command

PROGRAM = Path(sys.executable).with_name("timp-conformance")
ENDPOINT = discover()["allocate_order"]


def numbered(number, lines, units=6):
    return Order(invented(number), tuple(LineItem(invented(number, n), units) for n in range(lines)))


def target(*orders, tokens=("valid", "retailer", "unpermitted"), **more):
    given = {"may_allocate": True, "may_stress": True} | more
    return Target(
        "dev", "https://api-dev.example.com", dict.fromkeys(tokens, Secret("a-token-of-no-one")), orders, **given
    )


def test_a_plan_is_shown_and_nothing_is_sent_or_written(tmp_path):
    log = tmp_path / "access.log"
    with server.running(server.Settings(access_log=log)) as running:
        running.write_orders(tmp_path / "orders.toml")
        words = ["--base-url", running.base_url, "--orders", str(tmp_path / "orders.toml"), "--may-allocate", "--plan"]
        environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "TIMP_TOKEN": running.settings.token}
        reports = ["--reports-dir", str(tmp_path / "reports")]
        done = command(*words, *reports, environment=environment)

    assert done.returncode == 0
    assert "Nothing is sent." in done.stdout
    assert "Orders used: 18 of 24 test orders" in done.stdout
    assert running.settings.token not in done.stdout + done.stderr
    assert log.read_text("utf-8") == ""
    assert not (tmp_path / "reports").exists()


def test_each_request_of_a_plan_is_listed_as_a_change_of_an_accepted_one():
    orders = [numbered(1, 1), numbered(2, 3, 100), numbered(3, 5)]
    planned = outline(ENDPOINT, target(*orders), seed=0)
    lines = list(listed(planned, ENDPOINT))
    requests = [line for line in lines if line.startswith("    ")]

    assert len(requests) == planned.requests.total()
    assert "  allocation-object.sum-exceeds-ordered" in lines
    assert (
        '    quantity_accepted as digit string: plain with /line_items/0/allocation/quantity_accepted: "10"' in requests
    )
    assert not [line for line in lines if any(order.uuid in line for order in orders)]


def test_what_is_not_sent_is_not_listed():
    planned = outline(ENDPOINT, target(numbered(1, 1), may_stress=False), seed=0)
    lines = list(listed(planned, ENDPOINT))

    assert len([line for line in lines if line.startswith("    ")]) == planned.requests.total()
    assert "  state.all-or-nothing" not in lines
    assert "  robustness.deep-json" not in lines


def test_enough_orders_leave_no_clause_out_and_all_cases_are_counted():
    planned = outline(ENDPOINT, target(numbered(1, 1), numbered(2, 3, 100), numbered(3, 5)), seed=0)

    assert planned.untested == {}
    assert planned.cases.total() > 300
    assert planned.requests.total() > planned.cases.total()
    assert planned.orders == 3


@pytest.mark.parametrize(
    ("orders", "clause", "why"),
    [
        pytest.param([numbered(1, 1)], "state.other-order-untouched", "two test orders", id="one-order"),
        pytest.param(
            [numbered(1, 1), numbered(2, 1)], "state.all-or-nothing", "one of 2 line items", id="single-lines"
        ),
        pytest.param(
            [numbered(1, 2, None), numbered(2, 2, None)], "state.concurrent", "quantity_ordered", id="no-quantities"
        ),
    ],
)
def test_what_orders_leave_untested_is_shown_with_the_reason(orders, clause, why):
    planned = outline(ENDPOINT, target(*orders), seed=0)

    assert any(clause in clauses and why in reason for reason, clauses in planned.untested.items())


def test_what_needs_the_token_of_another_user_is_shown_with_the_key_once():
    planned = outline(ENDPOINT, target(numbered(1, 1), numbered(2, 3, 100), numbered(3, 5), tokens=["valid"]), seed=0)

    assert planned.untested == {
        "the table has no retailer_token_env": ["authentication.wrong-requester"],
        "the table has no unpermitted_token_env": ["authentication.without-permission"],
    }


@pytest.mark.parametrize("lines", [1, 2])
def test_a_clause_is_listed_once(lines):
    planned = outline(ENDPOINT, target(numbered(1, lines, None), may_stress=False), seed=0)
    clauses = [clause for clauses in planned.untested.values() for clause in clauses]

    assert len(clauses) == len(set(clauses)) > 5


@pytest.mark.parametrize(
    ("more", "said"),
    [
        pytest.param(
            {"may_stress": False},
            "No case of these is sent, as there is no permission for huge and deep requests",
            id="no-stress",
        ),
        pytest.param({"may_allocate": False}, "Orders used: none", id="no-permission"),
        pytest.param({"reusable_orders": False}, "Orders used: up to all 2 test orders, each once", id="once"),
        pytest.param({"order_command": ("./new-order",)}, "Orders are made by ./new-order", id="command"),
    ],
)
def test_what_is_permitted_shapes_the_plan(more, said):
    known = target(numbered(1, 2), numbered(2, 3), **more)
    lines = list(described(outline(ENDPOINT, known, seed=0), ENDPOINT, known, generated=400))

    assert any(said in line for line in lines)
    assert lines[0].startswith("Allocate Order on dev (https://api-dev.example.com): may")


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        pytest.param(Limits(rate=5), r"about (\d+) in all, (\d+) s at 5 a second", id="at-a-rate"),
        pytest.param(
            Limits(concurrency=4), r"about (\d+) in all, (\d+) s if an answer takes 0.1 s and 4 ", id="at-any"
        ),
    ],
)
def test_a_plan_says_how_many_requests_and_how_long(limits, said):
    known = target(numbered(1, 2), numbered(2, 3), limits=limits)
    planned = outline(ENDPOINT, known, seed=0)
    lines = "\n".join(described(planned, ENDPOINT, known, generated=400))
    requests, seconds = map(int, re.search(said, lines).groups())

    assert requests == planned.in_all + 400
    assert seconds == pytest.approx(requests / (limits.rate or limits.concurrency * 10), abs=1)
