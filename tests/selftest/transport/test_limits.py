"""How much is asked of a target, and when it is left in peace."""

import email.utils
import time

import pytest

from contracts.model.exchange import Request
from contracts.model.uuids import invented
from contracts.transport.limits import CeilingReachedError, Limits, TargetLostError

REQUEST = Request("PUT", f"/timp/orders/allocation/{invented('order')}/")


def answers(*statuses, after=200, **headers):
    """An answer of each status in turn, then one that never changes."""
    left = list(statuses)
    return lambda _message: (left.pop(0) if left else after, headers, b"{}")


def test_too_many_requests_are_waited_out(listening, sender):
    there = listening(answers(429, 429, **{"Retry-After": "0"}))
    transport, tried = sender(there.url), []
    transport.tell(tried.append)

    exchange = transport.send(REQUEST)

    assert (exchange.status, len(there.received)) == (200, 3)
    assert [role for case in tried for role, _ in case.steps] == ["limited", "limited", "passed"]


def test_a_date_may_say_how_long_to_wait(listening, sender):
    there = listening(answers(429, **{"Retry-After": email.utils.formatdate(time.time() - 60, usegmt=True)}))

    assert sender(there.url).send(REQUEST).status == 200


@pytest.mark.parametrize("asked", ["3600", "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_a_target_that_wants_to_be_left_alone_for_long_is(listening, sender, asked):
    there = listening(answers(after=429, **{"Retry-After": asked}))
    transport = sender(there.url)

    with pytest.raises(TargetLostError, match="left alone"):
        transport.send(REQUEST)
    with pytest.raises(TargetLostError):
        transport.send(REQUEST)
    assert len(there.received) == 1


def test_a_target_that_says_nothing_but_too_many_is_given_up(listening, sender):
    there = listening(answers(after=429, **{"Retry-After": "0"}))

    with pytest.raises(TargetLostError, match="429 whatever is waited"):
        sender(there.url).send(REQUEST)
    assert 5 < len(there.received) < 15


def test_a_run_of_failures_stops_it_and_an_answer_between_does_not(listening, sender):
    there = listening(answers(*[500] * 8, *[501] * 8, 200, after=500))
    transport = sender(there.url, limits=Limits(failures=3, pause=0))

    statuses = [transport.send(REQUEST).status for _ in range(5)]
    with pytest.raises(TargetLostError, match="3 requests in a row with a 5xx"):
        transport.send(REQUEST)
    assert statuses == [500, 501, 200, 500, 500]


def test_the_ceiling_on_requests_holds_to_the_last(listening, sender):
    there = listening()
    transport = sender(there.url, limits=Limits(requests=5))

    for _ in range(5):
        transport.send(REQUEST)
    with pytest.raises(CeilingReachedError, match="ceiling of 5 requests"):
        transport.send(REQUEST)
    assert (len(there.received), transport.requests) == (5, 5)


def test_the_rate_spaces_requests(listening, sender):
    there = listening()
    transport = sender(there.url, limits=Limits(rate=50))

    started = [transport.send(REQUEST).started for _ in range(5)]

    # Only the lower bound is the suite's: a busy machine may take as long as it likes.
    assert started[-1] - started[0] >= 4 / 50 - 0.005


def test_what_waits_for_its_turn_gives_up_when_the_run_ends(listening, sender):
    transport = sender(listening().url, limits=Limits(rate=0.001))

    transport.send(REQUEST)
    transport.end()

    with pytest.raises(TargetLostError):
        transport.send(REQUEST)
