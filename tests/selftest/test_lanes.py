"""What is sent in the background: one thing at a time on an order, different orders concurrently."""

import threading
from contextlib import closing

import pytest

from contracts.generation.prefetch import BUSY, Lanes
from contracts.model.exchange import Order
from contracts.model.uuids import invented
from contracts.target.targets import Target
from contracts.transport.limits import Limits

SECONDS = 10
ORDERS = [Order(invented(number), ()) for number in range(2 * BUSY)]


class Attempting:
    """A run as far as lanes know it: an attempt ends when it is let go, and says on which order it was."""

    target = Target(
        "here", "http://127.0.0.1", {}, (), may_allocate=True, may_stress=True, limits=Limits(concurrency=3)
    )

    def __init__(self):
        self.begun = {order.uuid: threading.Event() for order in ORDERS}
        self.go = {order.uuid: threading.Event() for order in ORDERS}
        self.busy = set()
        self.met = []

    def attempt(self, order, _base, edit, name, _origin):
        """End once its order is let go."""
        self.met += [order.uuid] * (order.uuid in self.busy)
        self.busy.add(order.uuid)
        self.begun[order.uuid].set()
        assert self.go[order.uuid].wait(SECONDS)
        self.busy.remove(order.uuid)
        return edit(name)


@pytest.fixture
def run():
    run = Attempting()
    yield run
    for event in run.go.values():
        event.set()


def refused(_name):
    raise LookupError("no such base")


def test_different_orders_are_used_concurrently_and_each_by_one_thing(run):
    with closing(Lanes(run)) as lanes:
        sent = [lanes.send("property", "plain", str, ORDERS[:3]) for _ in range(9)]
        assert all(run.begun[order.uuid].wait(SECONDS) for order in ORDERS[:3])
        assert len(run.busy) == 3
        for order in ORDERS[:3]:
            run.go[order.uuid].set()

        assert [each.result(SECONDS) for each in sent] == [f"property/{number}" for number in range(1, 10)]
    assert run.met == []


def test_the_same_attempts_are_sent_on_the_same_orders_and_on_no_more_than_keep_it_busy(run):
    for event in run.go.values():
        event.set()
    with closing(Lanes(run)) as lanes:
        for _ in range(4 * BUSY):
            lanes.send("property", "plain", str, ORDERS).result(SECONDS)

    assert [order.uuid for order in ORDERS if run.begun[order.uuid].is_set()] == [o.uuid for o in ORDERS[:BUSY]]


def test_what_was_waited_for_no_longer_counts(run):
    for event in run.go.values():
        event.set()
    with closing(Lanes(run)) as lanes:
        for _ in range(5):
            lanes.send("schemathesis", "plain", str, ORDERS[:1]).result(SECONDS)
        lanes.settled()
        for _ in range(4):
            lanes.send("property", "plain", str, ORDERS[:4]).result(SECONDS)

    assert all(run.begun[order.uuid].is_set() for order in ORDERS[:4])


def test_why_one_was_not_sent_is_reported_and_the_next_is_sent(run):
    run.go[ORDERS[0].uuid].set()
    with closing(Lanes(run)) as lanes:
        first = lanes.send("property", "plain", refused, ORDERS[:1])
        second = lanes.send("property", "plain", str, ORDERS[:1])

        assert str(first.exception(SECONDS)) == "no such base"
        assert second.result(SECONDS) == "property/2"


def test_closed_lanes_begin_nothing_more(run):
    lanes = Lanes(run)
    sent = [lanes.send("property", "plain", str, [order]) for order in ORDERS[:6]]
    assert run.begun[ORDERS[2].uuid].wait(SECONDS)
    threading.Timer(0.1, lambda: [run.go[order.uuid].set() for order in ORDERS]).start()

    lanes.close()

    assert [each.done() for each in sent] == [True] * 3 + [False] * 3
