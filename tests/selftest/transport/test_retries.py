"""Which requests are sent again, and what is made of it when they pass or fail then."""

import pytest

from contracts.model.exchange import Exchange, Request, Response
from contracts.model.uuids import invented
from contracts.transport.limits import Limits, Pace, TargetLostError
from contracts.transport.retries import Retries
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


# ------------------------------------------------------------------------------- attempts, without a target

LATER = (("Retry-After", "1"),)


def answered(status, seconds=0.1, headers=(), method="PUT"):
    """An attempt that was answered so after some seconds; a status of None is a broken connection."""
    response = None if status is None else Response(status, headers, b"{}")
    return Exchange("run-00001", Request(method, REQUEST.path), response, seconds=seconds)


def retries(is_up=None):
    """What decides, the pace that it has, and its clock; `is_up` are answers of the probe, one after another."""
    clock, probed = Clock(), list(is_up or [None])
    pace = Pace("http://here", Limits(), clock)
    return Retries(pace, Limits(), lambda: probed.pop(0)), pace, clock


BROKEN, LOST, HANGING = answered(502), answered(None), answered(None, 10.0)
PLAIN, SLOW = answered(503), answered(504, 10.0)


@pytest.mark.parametrize(
    ("tried", "expected"),
    [
        pytest.param([BROKEN] * 2, True, id="three-times"),
        pytest.param([BROKEN] * 3, False, id="not-four-times"),
        pytest.param([PLAIN] * 6, True, id="seven-times-where-it-may-be-a-limit"),
        pytest.param([PLAIN] * 7, False, id="not-eight-times"),
        pytest.param([BROKEN, BROKEN, PLAIN], True, id="the-last-one-may-be-a-limit"),
        pytest.param([PLAIN, PLAIN, BROKEN], False, id="the-last-one-is-not-a-limit"),
        pytest.param([*[PLAIN] * 5, BROKEN], False, id="the-last-of-many-is-not-a-limit"),
        pytest.param([HANGING], True, id="hanging-twice"),
        pytest.param([HANGING] * 2, False, id="hanging-not-three-times"),
        pytest.param([answered(None, 30.0)] * 2, False, id="hanging-for-longer"),
        pytest.param([LOST, HANGING], False, id="the-last-one-hangs"),
        pytest.param([HANGING, LOST], True, id="the-first-one-hangs"),
        pytest.param([answered(429), HANGING, LOST], True, id="one-between-hangs"),
        pytest.param([answered(429), LOST, HANGING], False, id="the-last-of-three-hangs"),
        pytest.param([PLAIN, HANGING, answered(503, 10.0)], True, id="a-slow-limit-after-one-that-hangs"),
        pytest.param([SLOW] * 2, True, id="a-slow-answer-of-a-gateway-does-not-hang"),
        pytest.param([answered(429)], True, id="a-limit"),
        pytest.param([answered(503, headers=LATER)], True, id="a-limit-that-says-when"),
        pytest.param([answered(429, method="POST")], True, id="a-limit-before-anything-was-done"),
        pytest.param([answered(503, headers=LATER, method="POST")], False, id="perhaps-done"),
        pytest.param([answered(404)], False, id="an-answer"),
        pytest.param([BROKEN, answered(200)], False, id="an-answer-at-last"),
    ],
)
def test_a_request_is_sent_again_as_its_last_attempt_says(tried, expected):
    assert retries()[0].again(tried, range(len(tried))) is expected


@pytest.mark.parametrize(
    ("answers", "is_up", "expected"),
    [
        pytest.param([0, 1, 2], [True], False, id="others-are-answered"),
        pytest.param([0, 0, 1], [True], False, id="another-is-answered-before-the-last"),
        pytest.param([0, 1, 1], [True], True, id="nothing-is-answered-and-the-target-is-up"),
        pytest.param([1, 1, 1], [False, False, True], True, id="the-target-comes-back"),
        pytest.param([1, 1, 1], [None], False, id="nothing-can-be-asked"),
    ],
)
def test_a_request_that_stays_without_an_answer_is_sent_again_if_the_target_was_gone(answers, is_up, expected):
    tried, (again, _, clock) = [BROKEN] * 3, retries(is_up)

    assert again.again(tried, answers) is expected
    assert clock.waited == [0.5] * is_up.count(False)


def test_a_target_that_has_answered_meanwhile_is_back():
    again, pace, _ = retries([None])
    pace.answered(answered(200), pace.before())

    assert again.again([BROKEN] * 3, [0, 0, 0])
    assert not again.again([BROKEN] * 3, [1, 1, 1])


@pytest.mark.parametrize(
    ("tried", "answers", "limit"),
    [([PLAIN] * 7, range(7), False), ([PLAIN] * 7, [0] * 7, True), ([BROKEN, PLAIN, BROKEN], range(3), True)],
    ids=["others-are-answered", "the-target-was-gone", "the-last-is-another"],
)
def test_503_each_time_is_not_a_limit_of_the_rate_if_others_are_answered(tried, answers, limit):
    again, pace, _ = retries([True])
    again.again(tried, answers)

    assert pace.may_be_limit is limit


def test_failures_that_were_constant_three_times_are_sent_twice_until_one_passes():
    failed, (again, _, _) = answered(500), retries()
    assert [again.again([failed] * times, []) for times in (1, 7, 8, 8)] == [True, True, False, False]
    assert again.again([failed] * 7, [])
    assert not again.again([failed] * 8, [])

    assert [again.again([failed] * times, []) for times in (1, 2, 3)] == [True, False, False]
    assert again.again([answered(501)] * 2, [])
    assert not again.again([answered(501), failed, answered(200)], [])
    assert [again.again([failed] * times, []) for times in (2, 7, 8)] == [True, True, False]


def test_the_pauses_grow_with_the_attempts():
    again, _, clock = retries()
    for tried in ([BROKEN], [BROKEN] * 2, [PLAIN] * 5, [answered(500)], [answered(500)] * 3):
        again.again(tried, range(len(tried)))

    assert clock.waited == pytest.approx([0.1, 0.2, 1.6, 0, 0.1])
