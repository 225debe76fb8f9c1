"""One pace for all threads: slower after each limit that a target shows, and slowly faster again."""

import itertools
import threading

import pytest

from contracts.model.exchange import Exchange, Request, Response
from contracts.transport.limits import Limits, Pace, TargetLostError
from contracts.transport.rate import Rate

REQUEST = Request("PUT", "/timp/orders/allocation/x/")


class Clock:
    """A time that passes only when somebody waits."""

    def __init__(self):
        self.time = 100.0
        self.waited = []

    def now(self):
        """Return the time."""
        return self.time

    def wait(self, _ended, seconds):
        """Let the time pass."""
        self.waited.append(seconds)
        self.time += seconds


@pytest.fixture
def clock():
    """The time of a test."""
    return Clock()


def answered(status, *headers):
    """An exchange with an answer."""
    return Exchange("run-00001", REQUEST, Response(status, headers, b"{}"))


def sent(rate, clock, seconds, count=20):
    """Send so many requests, one each `seconds`."""
    for _ in range(count):
        clock.time += seconds
        rate.sent(clock.time)


def ask(pace, clock, status, seconds):
    """Send many requests that are all answered so, one each `seconds`."""
    for _ in range(100):
        pace.answered(answered(status), pace.before())
        clock.time += seconds


def test_a_rate_that_nothing_limits_spaces_nothing():
    assert Rate(None).seconds == 0
    assert Rate(4).seconds == 0.25


def test_a_limit_halves_the_rate_that_was_sent(clock):
    rate = Rate(None)
    sent(rate, clock, 0.01)

    assert rate.lower(clock.time, clock.time)
    assert rate.seconds == pytest.approx(0.02)


def test_a_crowd_that_meets_one_limit_halves_the_rate_once(clock):
    rate = Rate(None)
    sent(rate, clock, 0.01)
    before = clock.time
    rate.lower(clock.time + 0.1, before)

    assert not rate.lower(clock.time + 0.2, before)
    assert rate.seconds == pytest.approx(0.02)


def test_a_limit_that_nothing_has_passed_since_wants_time_and_no_lower_rate(clock):
    rate = Rate(None)
    sent(rate, clock, 0.01)
    rate.lower(clock.time, clock.time)

    assert rate.lower(clock.time + 1, clock.time + 0.5)
    assert rate.seconds == pytest.approx(0.02)


def test_answers_give_the_rate_back_slowly(clock):
    rate = Rate(None)
    sent(rate, clock, 0.01)
    rate.lower(clock.time, clock.time)
    slow = rate.seconds

    rate.passed(clock.time + 1)
    assert slow * 0.9 < rate.seconds < slow
    for _ in range(100):
        rate.passed(clock.time + 1)
    assert rate.seconds == 0


def test_the_rate_that_the_owner_permits_is_never_exceeded(clock):
    rate = Rate(10)
    sent(rate, clock, 0.1)
    rate.lower(clock.time, clock.time)
    for _ in range(200):
        rate.passed(clock.time + 1)

    assert rate.seconds == pytest.approx(0.1)


def test_all_threads_wait_for_what_one_of_them_was_answered(clock):
    pace = Pace("http://here", Limits(), clock)
    pace.answered(answered(429, ("Retry-After", "7")), pace.before())

    assert pace.before() == pytest.approx(107)


@pytest.mark.parametrize("status", [429, 503])
def test_a_limit_that_says_when_is_waited_for(clock, status):
    pace = Pace("http://here", Limits(), clock)
    pace.answered(answered(status, ("Retry-After", "3")), pace.before())
    pace.before()

    assert sum(clock.waited) == pytest.approx(3)


def test_a_limit_that_does_not_say_when_is_waited_for_longer_each_time(clock):
    pace = Pace("http://here", Limits(), clock)
    times = []
    for _ in range(4):
        times.append(pace.before())
        pace.answered(answered(429), times[-1])

    waits = [after - before for before, after in itertools.pairwise(times)]
    assert waits == sorted(waits)
    assert waits[-1] >= 2


def test_a_target_that_limits_everything_is_given_up(clock):
    pace = Pace("http://here", Limits(), clock)
    with pytest.raises(TargetLostError, match="answers 429 whatever is waited"):
        ask(pace, clock, 429, 0)

    assert 60 < sum(clock.waited) < 600


def test_a_target_that_is_gone_is_waited_for_and_then_given_up(clock):
    pace = Pace("http://here", Limits(silence_seconds=30), clock)
    pace.answered(answered(200), pace.before())
    with pytest.raises(TargetLostError, match="is down: 502 to everything"):
        ask(pace, clock, 502, 1)

    assert 130 <= clock.time < 140


def test_what_waits_gives_up_when_the_run_ends(clock):
    pace = Pace("http://here", Limits(rate=0.001), clock)
    pace.before()
    waiting = threading.Thread(target=pace.end)
    waiting.start()
    waiting.join()

    with pytest.raises(TargetLostError, match="has ended"):
        pace.before()


# ------------------------------------------------------------------------------------------- to the number


def rate_of(*gaps, most=None):
    """A rate after requests with these seconds between them, and the time of the last."""
    rate, now = Rate(most), 100.0
    rate.sent(now)
    for gap in gaps:
        now += gap
        rate.sent(now)
    return rate, now


def test_the_rate_is_that_of_the_last_twenty_requests():
    rate, now = rate_of(*[10.0] * 50, *[0.5] * 19)
    rate.lower(now, now)

    assert rate.seconds == pytest.approx(1.0)


def test_a_rate_is_never_lower_than_a_request_in_five_seconds():
    rate, now = rate_of(*[4.0] * 5)
    for _ in range(3):
        now += 1
        assert rate.lower(now, now)
        rate.passed(now + 1)
        now += 1

    assert 4.8 < rate.seconds <= 5


def test_of_one_request_nothing_is_known_but_that_it_may_be_one_of_five_a_second():
    rate, now = rate_of()
    rate.lower(now, now)

    assert rate.seconds == pytest.approx(0.4)


def test_a_rate_that_was_halved_is_given_back_in_35_answers():
    rate, now = rate_of(*[0.25] * 9)
    rate.lower(now, now)
    for _ in range(35):
        rate.passed(now + 1)
    assert rate.seconds == pytest.approx(0.25, rel=0.001)
    rate.passed(now + 1)

    assert rate.seconds == 0


def test_an_answer_to_what_was_sent_before_the_limit_gives_nothing_back():
    rate, now = rate_of(*[0.25] * 9)
    rate.lower(now + 1, now)
    for _ in range(50):
        rate.passed(now + 1)

    assert rate.seconds == pytest.approx(0.5)


def test_a_faster_rate_that_was_reached_before_is_the_one_that_is_given_back():
    rate, now = rate_of(*[0.1] * 19)
    rate.lower(now, now)
    rate.passed(now + 1)
    rate.lower(now + 2, now + 2)
    for _ in range(69):
        rate.passed(now + 3)
    assert rate.seconds > 0.1
    for _ in range(3):
        rate.passed(now + 3)

    assert rate.seconds == 0
