"""Which requests are sent again, and what is made of it when they pass or fail then."""

import pytest

from contracts.model.exchange import Request
from contracts.model.uuids import invented
from contracts.transport.limits import Limits, TargetLostError
from tests.field.proxies import habits
from tests.field.proxies.proxy import Answer, Proxy
from tests.selftest.transport.test_rate import Clock

REQUEST = Request("PUT", f"/timp/orders/allocation/{invented('order')}/")
POST = Request("POST", REQUEST.path)
QUICK = Limits(pause=0.001, silence_seconds=20)
BAD_GATEWAY = Answer(502, (habits.HTML,), habits.page("502 Bad Gateway"))


def answers(*statuses, after=200):
    """An answer of each status in turn, then one that never changes."""
    left = list(statuses)
    return lambda _message: (left.pop(0) if left else after, {}, b'{"detail": "no"}')


def sending(sender, there, **limits):
    """A transport to a listener, and the attempts that it tells of."""
    transport = sender(there.url, limits=Limits(**(vars(QUICK) | limits)))
    tried = []
    transport.tell(tried.append)
    return transport, tried


def roles(tried):
    return [[role for role, _ in case.steps] for case in tried]


@pytest.mark.parametrize("status", [502, 503, 504])
def test_what_a_gateway_could_not_hand_on_is_sent_again(listening, sender, status):
    there = listening(answers(status, status))
    transport, tried = sending(sender, there)

    assert transport.send(REQUEST).status == 200
    assert roles(tried) == [["broken", "broken", "passed"]]


def test_the_first_answer_is_the_answer_if_it_is_the_applications(listening, sender):
    there = listening(answers(400, 404, 409))
    transport, tried = sending(sender, there)

    assert [transport.send(REQUEST).status for _ in range(4)] == [400, 404, 409, 200]
    assert (len(there.received), tried) == (4, [])


def test_a_request_that_may_do_a_thing_twice_is_not_sent_again(listening, sender):
    there = listening(answers(502, 500))
    transport, tried = sending(sender, there)

    assert [transport.send(POST).status for _ in range(2)] == [502, 500]
    assert len(there.received) == 2
    assert roles(tried) == [["broken"]]


def test_a_target_that_hangs_up_on_reused_connections_is_asked_over_new_ones(listening, sender):
    with Proxy(listening().url, habits.hangs_up_on_reuse) as proxy:
        transport, tried = sending(sender, proxy)
        transport.send(REQUEST)

        assert [transport.send(REQUEST).status for _ in range(20)] == [200] * 20
    assert {case.steps[-1][0] for case in tried} == {"passed"}
    assert max(len(case.steps) for case in tried) == 2


def test_a_server_that_hangs_up_after_its_own_failure_loses_no_request(listening, sender):
    with Proxy(listening(answers(after=500)).url, habits.hangs_up_on_reuse) as proxy:
        transport, tried = sending(sender, proxy)

        assert {transport.send(REQUEST).status for _ in range(5)} == {500}
    assert {role for roles_of_one in roles(tried) for role in roles_of_one} == {"failed"}


def test_a_request_that_fails_each_time_while_others_pass_keeps_its_failure(listening, sender):
    there = listening(lambda message: (502 if b"deep" in message.body else 200, {}, b"{}"))
    transport, tried = sending(sender, there)
    transport.send(REQUEST)
    transport.ask_with(REQUEST)

    exchange = transport.send(Request("PUT", REQUEST.path, body=b"deep"))

    assert exchange.status == 502
    assert roles(tried) == [["broken"] * 4]


def test_a_request_that_is_answered_503_each_time_does_not_slow_the_others_down(listening, sender):
    there = listening(lambda message: (503 if b"foreign" in message.body else 200, {}, b"{}"))
    clock = Clock()
    transport = sender(there.url, limits=QUICK, clock=clock)
    transport.send(REQUEST)
    transport.ask_with(REQUEST)

    assert transport.send(Request("PUT", REQUEST.path, body=b"foreign")).status == 503
    waited = len(clock.waited)
    assert [transport.send(REQUEST).status for _ in range(10)] == [200] * 10
    assert waited > 0
    assert len(clock.waited) == waited


def test_a_target_that_is_gone_for_a_moment_is_waited_for(listening, sender):
    with Proxy(listening().url, habits.gone(2, 0.5, BAD_GATEWAY)) as proxy:
        transport, tried = sending(sender, proxy)
        transport.send(REQUEST)
        transport.ask_with(REQUEST)

        assert [transport.send(REQUEST).status for _ in range(3)] == [200] * 3
    assert len(tried) == 1


def test_a_target_that_does_not_come_back_is_given_up(listening, sender):
    with Proxy(listening().url, habits.gone(1, 600, BAD_GATEWAY)) as proxy:
        transport, _ = sending(sender, proxy, silence_seconds=0.3)
        transport.send(REQUEST)
        transport.ask_with(REQUEST)

        with pytest.raises(TargetLostError, match="is down: 502 to everything"):
            transport.send(REQUEST)


def test_a_request_that_takes_the_target_down_each_time_keeps_its_failure(listening, sender):
    down = []

    def habit(message, relay):
        if b"deep" in message.body:
            down[:] = [0] * 4
        return BAD_GATEWAY if down and down.pop() is not None else relay(message)

    with Proxy(listening().url, habit) as proxy:
        transport, tried = sending(sender, proxy)
        transport.send(REQUEST)
        transport.ask_with(REQUEST)

        assert transport.send(Request("PUT", REQUEST.path, body=b"deep")).status == 502
        assert transport.send(REQUEST).status == 200
    assert set(roles(tried)[0]) == {"broken"}


def test_a_failure_of_the_application_is_sent_again_until_it_passes(listening, sender):
    there = listening(answers(500, 500, 500))
    transport, tried = sending(sender, there)

    assert transport.send(REQUEST).status == 200
    assert roles(tried) == [["failed", "failed", "failed", "passed"]]


def test_failures_that_never_pass_are_not_sent_again_forever(listening, sender):
    there = listening(answers(after=500))
    transport, _ = sending(sender, there)

    assert [transport.send(REQUEST).status for _ in range(6)] == [500] * 6
    assert len(there.received) == 3 * 8 + 3 * 2


def test_a_token_that_is_refused_twice_on_what_was_accepted_has_expired(listening, sender):
    there = listening(answers(200, 200, after=401))
    transport, tried = sending(sender, there)
    transport.send(REQUEST)
    transport.ask_with(REQUEST)
    transport.send(REQUEST)

    with pytest.raises(TargetLostError, match="accepted until request 2, and nothing after that is judged"):
        transport.send(REQUEST)
    with pytest.raises(TargetLostError, match="accepted until request 2"):
        transport.send(Request("PUT", REQUEST.path, credential="absent"))
    assert roles(tried) == [["refused", "refused", "refused"]]


def test_a_401_to_one_kind_of_request_is_an_answer(listening, sender):
    there = listening(lambda message: (401 if message.body else 200, {}, b"{}"))
    transport, tried = sending(sender, there)
    transport.send(REQUEST)
    transport.ask_with(REQUEST)

    assert transport.send(Request("PUT", REQUEST.path, body=b"{}")).status == 401
    assert transport.send(REQUEST).status == 200
    assert tried == []
