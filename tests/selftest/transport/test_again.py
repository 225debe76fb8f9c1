"""Whether a request is sent again, by how often it was sent and what came back: as tables, with a clock."""

import pytest

from contracts.model.exchange import Exchange, Request, Response
from contracts.transport.limits import Limits, Pace
from contracts.transport.retries import Retries
from tests.selftest.transport.test_rate import Clock

LOCKED, OTHER = b'{"detail": "database is locked"}', b'{"detail": "out of range"}'
SOON = (("Retry-After", "1"),)


def exchange(status, method="PUT", body=LOCKED, headers=(), seconds=0.01):
    """An exchange that was answered so; a status of None is a broken connection."""
    response = None if status is None else Response(status, headers, body)
    return Exchange("run-1", Request(method, "/a/"), response, None, 0.0, seconds)


class Asked:
    """Retries on a clock, of a target that is up when it is looked at, and how often it was."""

    def __init__(self, *up):
        self.clock, self.looks, self._up = Clock(), 0, list(up)
        self.pace = Pace("http://here", Limits(), self.clock)
        self.retries = Retries(self.pace, Limits(), self.is_up)

    def is_up(self):
        """Whether it is up now: what was said at the beginning, in turn, and then that it is."""
        self.looks += 1
        return self._up.pop(0) if self._up else True

    def again(self, *tried, answers=None):
        """Return whether the last of some attempts is made again; there were answers to others if that is said."""
        return self.retries.again(tried, answers or [0] * len(tried))

    def times(self, status, most=20, **more):
        """Return how often a request is sent that is answered so each time."""
        tried = [exchange(status, **more)]
        while len(tried) < most and self.again(*tried, answers=range(len(tried))):
            tried.append(exchange(status, **more))
        return len(tried)


@pytest.mark.parametrize(
    ("status", "more", "expected"),
    [
        pytest.param(200, {}, 1, id="accepted"),
        pytest.param(404, {}, 1, id="refused"),
        pytest.param(502, {}, 3, id="a-gateway"),
        pytest.param(504, {}, 3, id="a-gateway-that-waits"),
        pytest.param(None, {}, 3, id="a-broken-connection"),
        pytest.param(503, {}, 7, id="503-that-may-be-a-limit"),
        pytest.param(None, {"seconds": 9.9}, 3, id="silence-of-nine-seconds"),
        pytest.param(None, {"seconds": 10.0}, 2, id="silence-of-ten-seconds"),
        pytest.param(502, {"seconds": 10.0}, 3, id="an-answer-after-ten-seconds"),
        pytest.param(500, {}, 8, id="a-failure-of-the-application"),
        pytest.param(429, {}, 20, id="a-limit-of-the-rate"),
        pytest.param(503, {"headers": SOON}, 20, id="a-limit-that-says-when"),
        pytest.param(502, {"method": "POST"}, 1, id="a-gateway-and-POST"),
        pytest.param(None, {"method": "PATCH"}, 1, id="a-broken-connection-and-PATCH"),
        pytest.param(500, {"method": "POST"}, 1, id="a-failure-and-POST"),
        pytest.param(429, {"method": "POST"}, 20, id="429-says-that-nothing-was-done"),
        pytest.param(503, {"method": "POST", "headers": SOON}, 1, id="503-does-not"),
    ],
)
def test_a_request_is_sent_so_often_while_others_are_answered(status, more, expected):
    assert Asked().times(status, **more) == expected


def test_503_is_sent_three_times_once_it_is_known_to_be_no_limit():
    asked = Asked()
    asked.pace.no_limit()

    assert asked.times(503) == 3


def test_each_pause_is_twice_as_long_as_the_one_before():
    asked = Asked()
    asked.times(503)
    assert asked.clock.waited == pytest.approx([0.1, 0.2, 0.4, 0.8, 1.6, 3.2])

    asked = Asked()
    asked.times(500)
    assert asked.clock.waited == pytest.approx([0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3])


def test_attempts_that_were_answered_otherwise_do_not_count_as_lost():
    asked = Asked()
    tried = [exchange(status) for status in (None, 500, 502)]

    assert asked.again(*tried)
    assert not asked.again(*tried, exchange(502), answers=[0, 1, 2, 3])


def test_a_target_that_answers_others_meanwhile_is_there_and_is_not_looked_at():
    asked = Asked(False)

    assert not asked.again(*[exchange(502)] * 3, answers=[0, 5, 6])
    assert asked.looks == 0


def test_a_target_that_answers_none_is_looked_at_each_half_second_until_it_is_back():
    asked = Asked(False, False, True)

    assert asked.again(*[exchange(502)] * 3, answers=[0, 6, 6])
    assert (asked.looks, asked.clock.waited) == (3, [0.5, 0.5])


def test_the_looks_are_a_second_apart_at_most():
    asked = Asked(False, True)
    asked.retries = Retries(asked.pace, Limits(pause=3), asked.is_up)

    assert asked.again(*[exchange(502)] * 3)
    assert asked.clock.waited == [1.0]


def test_what_never_accepted_a_request_is_not_waited_for():
    asked = Asked(None)

    assert not asked.again(*[exchange(502)] * 3)
    assert (asked.looks, asked.clock.waited) == (1, [])


def test_a_target_that_has_come_back_while_another_thread_looked_is_not_looked_at_again():
    asked = Asked(False)
    asked.pace.answers = 7

    assert asked.again(*[exchange(502)] * 3, answers=[0, 6, 6])
    assert asked.looks == 0


def test_503_each_time_while_others_pass_is_not_a_limit_and_502_says_nothing_of_it():
    asked = Asked()
    asked.times(502)
    assert asked.pace.may_be_limit

    asked.times(503)
    assert not asked.pace.may_be_limit


def test_failures_that_never_pass_are_sent_twice_after_three_requests_and_one_that_passes_changes_it():
    asked = Asked()
    assert [asked.times(500) for _ in range(5)] == [8, 8, 8, 2, 2]
    assert asked.times(500, body=OTHER) == 8
    assert asked.times(501) == 8

    assert not asked.again(exchange(500), exchange(200))
    assert asked.times(500) == 8
    assert asked.times(501) == 8


def test_an_answer_to_the_first_attempt_says_nothing_of_failures():
    asked = Asked()
    for _ in range(3):
        asked.times(500)
    assert not asked.again(exchange(200))
    assert not asked.again(exchange(None), exchange(200))

    assert asked.times(500) == 2
