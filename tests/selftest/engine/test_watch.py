"""What test orders show at the start and at the end of a run, and what of it comes from somebody else."""

import json
from dataclasses import replace

import httpx
import pytest

from contracts.engine import session
from contracts.judging.attempts import SHARED
from contracts.target.targets import Choice

pytestmark = pytest.mark.xdist_group("watch")


@pytest.fixture
def options(tmp_path):
    return session.Options(Choice(name="embedded"), tmp_path)


def allocate(run, order, *numbers):
    """Allocate each line of an order as another client would, with quantities accepted, rejected and backordered."""
    names = ("quantity_accepted", "quantity_rejected", "quantity_backordered")
    lines = [
        {"line_item_uuid": line.uuid, "allocation": dict(zip(names, numbers, strict=True))} for line in order.line_items
    ]
    put(run, order, {"line_items": lines})


def put(run, order, body):
    """Send an allocation as another client would."""
    answer = httpx.put(
        f"{run.target.base_url}/timp/orders/allocation/{order.uuid}/",
        json=body,
        headers={"Authorization": f"Token {run.target.tokens['valid'].reveal()}"},
    )
    assert answer.status_code == 200


def least(order):
    """The smallest quantity of a line: with six units there are values that no request of a run sends."""
    return min(line.quantity_ordered for line in order.line_items)


def earlier(run, order):
    """An allocation that the run sent to an order before its last one."""
    sent = [e for case in run.cases for e in case.all() if e.accepted and order.uuid in e.request.path]
    return next(e for e in sent if e.request.method == "PUT" and e.request.body != sent[-1].request.body)


def test_an_order_that_somebody_else_allocates_is_named_and_nothing_stored_on_it_is_judged(options, few_cases):
    few_cases("allocation-object.quantity-encoding", "allocation-object.sum-")
    with session.started(options) as run:
        order, other = sorted(run.orders, key=least)[-2:]
        allocate(run, order, 2, 3, 0)
        put(run, other, json.loads(earlier(run, other).request.body))  # what this run sent is not somebody else's
        report = session.conclude(run, options)
        judged = [case for case in run.cases if any(order.uuid in e.request.path for _, e in case.steps)]
        said = {clause for case in judged for clause in run.said(case)}

    assert report.exit_code == 0, report.why
    assert [case.id for case in run.cases if case.origin == SHARED] == [f"somebody else/{order.uuid}"]
    assert [line for line in report.troubles if order.uuid in line and line.startswith("somebody else uses 1 of")]
    assert "allocation-object.quantity-encoding" in said
    assert not said & {"state.read-back", "state.refused-leaves-nothing", "state.other-order-untouched"}


def test_an_order_that_changes_while_a_run_begins_is_used_by_somebody_else(options, monkeypatch):
    with session.prepared(options) as target, session.begun(target, options) as run:
        order = next(each for each in run.orders if least(each) > 5)
        numbers = iter([(1, 4, 0), (2, 3, 0)])
        read = run.read
        monkeypatch.setattr(
            run, "read", lambda each: (allocate(run, order, *next(numbers)) if each is order else None) or read(each)
        )
        run.unread = ""
        run.watch.begin()

    assert [case.id for case in run.cases if case.origin == SHARED] == [f"somebody else/{order.uuid}"]


def test_a_fault_of_the_application_is_not_taken_for_somebody_else(tmp_path, few_cases):
    few_cases("state.", "allocation-object.sum-equals-ordered")
    options = session.Options(Choice(name="embedded", faults=("adds-instead-of-replacing",)), tmp_path)
    with session.started(options) as run:
        report = session.conclude(run, options)

    assert report.exit_code == 1
    assert not [case for case in run.cases if case.origin == SHARED]


def test_an_order_that_is_changed_by_a_request_for_another_one_is_a_finding_with_that_request(tmp_path, few_cases):
    few_cases("state.", "allocation-object.sum-equals-ordered")
    options = session.Options(Choice(name="embedded", faults=("clears-other-orders",)), tmp_path)
    with session.prepared(options) as target:
        # Or what is sent concurrently clears an order next to a request that is refused, and changes nothing again.
        in_turn = replace(target, limits=replace(target.limits, concurrency=1))
        with session.begun(in_turn, options) as run:
            session.send(run)
            report = session.conclude(run, options)
    found = [each for each in report.divergences if each.clause == "state.other-order-untouched"]

    assert [each.reproducible for each in found] == ["3/3"]
    assert found[0].case.all("other")
    assert not [case for case in run.cases if case.origin == SHARED]
