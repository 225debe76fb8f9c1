"""How long a target is waited for, and when it is given up: each number of docs/targets.md, as tables with a clock."""

import itertools

import pytest

from contracts.model.exchange import Exchange, Request, Response
from contracts.transport.limits import Clock, Limits, Pace, TargetLostError
from tests.selftest.transport.test_rate import Clock as OwnClock

REQUEST = Request("PUT", "/timp/orders/allocation/x/")


@pytest.fixture
def clock():
    """A time that passes only when somebody waits."""
    return OwnClock()


def exchange(status, *headers, trouble="ReadError", complete=True):
    """An exchange that was answered so; a status of None is a broken connection."""
    response = None if status is None else Response(status, headers, b"{}", complete=complete)
    return Exchange("run-00001", REQUEST, response, trouble if status is None else None)


def lost(pace, clock, answers):
    """Return the message with which a target is given up after some answers, `(status, seconds to it)`; or None."""
    for status, seconds in answers:
        sent = pace.before()
        clock.time += seconds
        try:
            pace.answered(exchange(status), sent)
        except TargetLostError as error:
            return str(error)
    return None


def test_a_run_is_patient_as_the_documentation_says():
    limits = Limits()

    assert (limits.step_seconds, limits.total_seconds, limits.concurrency) == (10, 30, 8)
    assert (limits.silence_seconds, limits.failures, limits.patience) == (30, 25, 60)
    assert (limits.requests, limits.rate) == (None, None)


def test_nothing_is_waited_for_before_the_first_request_whatever_the_time_is(clock):
    clock.time = 0.0

    assert Pace("http://here", Limits(rate=4), clock).before() == 0
    assert clock.waited == []


def test_requests_are_as_far_apart_as_the_rate_says(clock):
    pace = Pace("http://here", Limits(rate=4), clock)

    assert [pace.before() for _ in range(4)] == [100, 100.25, 100.5, 100.75]


def test_a_limit_that_does_not_say_when_is_waited_for_half_a_second_and_twice_as_long_each_time_up_to_32(clock):
    pace = Pace("http://here", Limits(), clock)
    times, message = [], None
    while message is None:
        message = lost(pace, clock, [(429, 0)])
        times.append(clock.time)

    assert message == "http://here answers 429 whatever is waited: lower its rate"
    waits = [after - before for before, after in itertools.pairwise(times)]
    assert waits == pytest.approx([0.5, 1, 2, 4, 8, 16, 32, 32])


def test_the_waits_begin_again_after_an_answer(clock):
    pace = Pace("http://here", Limits(), clock)
    assert lost(pace, clock, [(429, 0)] * 8) is None
    assert lost(pace, clock, [(200, 0)]) is None
    sent = pace.before()
    pace.answered(exchange(429), sent)

    assert pace.before() - sent == pytest.approx(0.5)
    assert lost(pace, clock, [(429, 0)] * 7) is None
    assert "whatever is waited" in lost(pace, clock, [(429, 0)])


@pytest.mark.parametrize(("asked", "waited"), [("60", 60), ("0", 0), ("1.5", 1.5)])
def test_a_limit_is_waited_for_as_long_as_it_asks(clock, asked, waited):
    pace = Pace("http://here", Limits(), clock)
    sent = pace.before()
    pace.answered(exchange(429, ("Retry-After", asked)), sent)

    assert pace.before() - sent == waited


def test_a_limit_that_asks_for_more_than_a_minute_is_the_end(clock):
    pace = Pace("http://here", Limits(), clock)

    with pytest.raises(TargetLostError) as caught:
        pace.answered(exchange(503, ("Retry-After", "61")), pace.before())
    assert str(caught.value) == "http://here asks to be left alone for 61 s (503, Retry-After): try later"


def test_a_longer_wait_is_not_made_shorter_by_the_next_limit(clock):
    pace = Pace("http://here", Limits(), clock)
    sent = pace.before()
    pace.answered(exchange(429, ("Retry-After", "9")), sent)
    pace.answered(exchange(429, ("Retry-After", "2")), sent)

    assert pace.before() - sent == 9


GONE = "http://here has stopped answering: ReadError"
NEVER = "http://here does not answer: ReadError"


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        pytest.param([(None, 0)] * 5, None, id="never-answered-five-times"),
        pytest.param([(None, 0)] * 6, NEVER, id="never-answered-six-times"),
        pytest.param([(None, 29)], None, id="never-answered-in-29-seconds"),
        pytest.param([(None, 30)], NEVER, id="never-answered-in-30-seconds"),
        pytest.param([(200, 0), *[(None, 0)] * 500], None, id="gone-for-a-moment-however-many-fail"),
        pytest.param([(200, 0), *[(None, 1)] * 29], None, id="gone-for-29-seconds"),
        pytest.param([(200, 0), *[(None, 1)] * 30], GONE, id="gone-for-30-seconds"),
        pytest.param([(200, 0), *[(None, 20)] * 2], None, id="two-long-silences"),
        pytest.param([(200, 0), *[(None, 20)] * 3], GONE, id="three-long-silences"),
        pytest.param([(200, 0), *[(None, 20), (None, 20), (404, 0)] * 5], None, id="answers-between-the-silences"),
        pytest.param([(200, 0), *[(502, 10)] * 2], None, id="a-gateway-without-it-for-20-seconds"),
        pytest.param([(200, 0), *[(502, 10)] * 3], "http://here is down: 502 to everything", id="a-gateway-without-it"),
    ],
)
def test_a_target_that_is_gone_is_given_up_after_half_a_minute_or_six_times_if_it_never_answered(
    clock, answers, expected
):
    assert lost(Pace("http://here", Limits(), clock), clock, answers) == expected


@pytest.mark.parametrize(
    ("last", "said"),
    [
        (exchange(None, trouble="ConnectError"), "has stopped answering: ConnectError"),
        (exchange(None, trouble=None), "has stopped answering: no answer"),
        (exchange(200, complete=False), "has stopped answering: its answers do not end"),
        (exchange(504, ("Server", "nginx")), "is down: 504 to everything (Server: nginx)"),
        (exchange(503), "is down: 503 to everything"),
    ],
)
def test_what_came_instead_of_an_answer_is_named(clock, last, said):
    pace = Pace("http://here", Limits(silence_seconds=0), clock)
    pace.answered(exchange(200), pace.before())
    for _ in range(2):
        pace.answered(last, pace.before())

    with pytest.raises(TargetLostError) as caught:
        pace.answered(last, pace.before())
    assert str(caught.value) == f"http://here {said}"


def test_a_target_that_is_not_up_yet_is_waited_for_as_long_as_its_table_says(clock):
    pace = Pace("http://here", Limits(), clock)

    assert pace.wait_until(300) == 400
    assert lost(pace, clock, [(502, 30)] * 9) is None
    assert lost(pace, clock, [(None, 29)]) is None
    assert "does not answer" in lost(pace, clock, [(None, 30)])


def test_a_target_that_says_try_later_is_not_one_that_is_not_up(clock):
    pace = Pace("http://here", Limits(), clock)
    pace.wait_until(300)

    with pytest.raises(TargetLostError, match="left alone"):
        pace.answered(exchange(429, ("Retry-After", "99")), pace.before())


def failing(*statuses):
    """Return which of some answers in a row is the one with which the target is given up, and the message."""
    pace = Pace("http://here", Limits(), OwnClock())
    for number, status in enumerate(statuses, start=1):
        try:
            pace.after(exchange(status))
        except TargetLostError as error:
            return number, str(error)
    return None


def test_25_failures_in_a_row_are_the_end_and_24_are_not():
    assert failing(*[500] * 24, 200, *[599] * 24, 499, *[501] * 24, None, *[500] * 24) is None
    assert failing(200, *[500] * 24, 501) == (
        26,
        "http://here has answered 25 requests in a row with a 5xx, the last of them 501 to PUT: it is left in peace",
    )


def test_a_503_that_is_not_a_limit_does_not_slow_what_comes_after_it(clock):
    pace = Pace("http://here", Limits(), clock)
    for _ in range(2):
        pace.answered(exchange(200), pace.before())
    pace.answered(exchange(503), pace.before())
    assert pace.may_be_limit
    pace.before()
    pace.no_limit()
    before = clock.time

    assert [pace.before() for _ in range(3)] == [before] * 3
    pace.answered(exchange(503), before)
    assert [pace.before() for _ in range(3)] == [before] * 3


def test_what_waits_for_its_turn_is_woken_when_the_run_ends():
    class Ending(Clock):
        def wait(self, ended, seconds):
            pace.end()
            assert ended.wait(0)
            super().wait(ended, seconds)  # as long as the run takes, if nothing wakes it

    pace = Pace("http://here", Limits(rate=0.0001), Ending())
    pace.before()

    with pytest.raises(TargetLostError, match="the run has ended"):
        pace.before()


def test_the_first_reason_to_give_up_is_the_one_that_is_said(clock):
    pace = Pace("http://here", Limits(), clock)

    assert str(pace.give_up(TargetLostError("first"))) == "first"
    assert str(pace.give_up(TargetLostError("second"))) == "first"
    pace.end(ValueError("third"))
    with pytest.raises(TargetLostError, match="first"):
        pace.before()
