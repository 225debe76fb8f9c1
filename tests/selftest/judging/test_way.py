"""What says nothing of the application, and what is said of the way to it: from recorded attempts alone."""

import dataclasses
import random
import re

import pytest

from contracts.judging import availability, way
from contracts.judging.attempts import case_of, credential_case
from contracts.judging.availability import IN_TIME, POOLED
from contracts.model.unknown import Part
from tests.selftest.judging.conftest import NOTHING_IN_FRONT, NUMBERS, alone, passed, said

LOCKED = b'{"detail": "database is locked (17)"}'


def test_every_pooled_clause_has_a_judge(bench):
    assert {clause.id for clause in bench.clauses.values() if clause.pooled} == set(POOLED)


def test_nothing_is_said_of_requests_that_were_sent_once(bench, exchanges):
    assert said(bench, [*passed(exchanges, 5), alone(exchanges(500)), alone(exchanges(404))]) == []


# ------------------------------------------------------------------------------------------- times


def timed(exchanges, *seconds):
    return [alone(dataclasses.replace(exchanges(), seconds=each)) for each in seconds]


def in_time(bench, cases, most):
    judged = availability.judge(bench.clauses.values(), way.way_of(cases, most), NOTHING_IN_FRONT)
    return judged.get(IN_TIME)


def test_answers_that_take_longer_than_the_table_says_are_one_entry_with_the_distribution(bench, exchanges):
    cases = timed(exchanges, *[0.01] * 90, *[0.4] * 8, 2.5, 3.0)
    (seen,) = in_time(bench, cases, 2.0)

    assert seen.times == 2
    assert seen.finding.observed == (
        "2 of 100 answers took longer than 2 s: half of them 0.01 s at most, 95 of 100 0.4 s, the longest 3 s"
    )
    assert seen.finding.exchange.seconds == 3.0
    assert str(bench.clauses[IN_TIME].level) == "should"


def test_answers_that_take_as_long_as_the_table_says_are_no_entry(bench, exchanges):
    assert in_time(bench, timed(exchanges, 0.01, 2.0), 2.0) == []


def test_without_max_seconds_times_are_shown_and_not_judged(bench, exchanges):
    cases = timed(exchanges, 0.01, 20.0)

    assert in_time(bench, cases, None) is None
    assert availability.times(way.way_of(cases)) == "half of them 20 s at most, 95 of 100 20 s, the longest 20 s"


def test_a_time_that_a_recording_lacks_is_not_judged(bench, exchanges):
    cases = [alone(dataclasses.replace(exchanges(), seconds=9.0, lacks=frozenset({Part.TIME})))]

    assert in_time(bench, cases, 2.0) is None
    assert availability.times(way.way_of(cases)) == ""


def test_a_longer_time_of_another_run_has_the_same_signature(bench, exchanges):
    (one,) = in_time(bench, timed(exchanges, 3.0), 2.0)
    (other,) = in_time(bench, timed(exchanges, 0.1, 4.0, 5.0), 2.0)

    assert one.finding.signature == other.finding.signature


# ------------------------------------------------------------------------------------------- lost answers


@pytest.mark.parametrize("status", [502, 503, 504, None])
def test_lost_answers_are_one_entry_of_level_should_with_one_signature(bench, exchanges, status):
    cases = passed(exchanges, 10)
    for _ in range(2):
        cases += [case_of([exchanges(status), exchanges()]), *passed(exchanges, 10)]
    ((clause, level, times, observed),) = said(bench, cases)
    found = availability.judge(bench.clauses.values(), way.way_of(cases), NOTHING_IN_FRONT)[clause]

    assert (clause, level, times) == ("availability.every-request-is-answered", "should", 2)
    assert observed.startswith("2 of 30 requests got ")
    assert found[0].finding.signature == "2-cf73cc7b9a7f"


def test_what_failed_while_the_target_was_gone_is_not_reported(bench, exchanges):
    lost = [[exchanges(502), exchanges(None)] for _ in range(2)]
    cases = [*passed(exchanges, 5), *(case_of([*each, exchanges()]) for each in lost), *passed(exchanges, 5)]

    assert said(bench, cases) == []
    assert ["gone" in line for line in availability.notes(way.way_of(cases))] == [True]


def test_a_request_that_was_refused_after_its_answer_was_lost_is_not_judged(exchanges):
    lost, refused = exchanges(502), exchanges(409)
    found = way.way_of([case_of([lost, refused])])

    assert found.aside(alone(refused)) is way.Reason.UNSURE
    assert found.aside(alone(exchanges(409))) is None


def test_a_request_that_was_carried_out_after_its_answer_was_lost_is_judged(exchanges):
    lost, accepted = exchanges(502), exchanges(200)

    assert way.way_of([case_of([lost, accepted])]).aside(alone(accepted)) is None


def test_reading_an_order_leaves_nothing_unsure(exchanges, request_):
    reading = dataclasses.replace(request_, method="GET")
    lost, missing = exchanges(502, request=reading), exchanges(404, request=reading)

    assert way.way_of([case_of([lost, missing])]).aside(alone(missing)) is None


def test_a_request_that_got_no_answer_however_often_it_was_sent_is_judged(bench, exchanges):
    tried = [exchanges(502) for _ in range(3)]
    cases = [*passed(exchanges, 5), case_of(tried), alone(tried[-1]), *passed(exchanges, 5)]

    assert way.way_of(cases).aside(alone(tried[-1])) is None
    assert said(bench, cases) == []


def test_a_lost_post_is_not_judged_while_other_posts_pass(exchanges, request_):
    post = dataclasses.replace(request_, method="POST")
    lost, refused = exchanges(502, request=post), exchanges(405, request=post)

    assert way.way_of([case_of([lost]), alone(refused)]).aside(alone(lost)) is way.Reason.UNSURE


def test_posts_that_never_get_an_answer_are_judged(exchanges, request_):
    post = dataclasses.replace(request_, method="POST")
    lost = [exchanges(502, request=post) for _ in range(3)]

    assert way.way_of([case_of([each]) for each in lost]).aside(alone(lost[-1])) is None


# --------------------------------------------------------------------------------- failures that come and go


def test_failures_that_pass_later_are_one_entry_of_level_must(bench, exchanges):
    cases = passed(exchanges, 8)
    for number in range(4):
        failed = exchanges(500, LOCKED.replace(b"17", b"%d" % number))
        cases += [case_of([failed, exchanges()]), *passed(exchanges, 3)]
    once = exchanges(500, LOCKED)
    cases.append(alone(once))

    ((clause, level, times, observed),) = said(bench, cases)
    assert (clause, level, times) == ("availability.no-intermittent-errors", "must", 5)
    assert observed.startswith("5 of 21 requests were answered 500")
    assert way.way_of(cases).aside(alone(once)) is way.Reason.INTERMITTENT


def test_a_failure_that_never_passes_is_judged(bench, exchanges):
    tried = [exchanges(500, LOCKED) for _ in range(8)]
    cases = [*passed(exchanges, 20), case_of(tried), alone(tried[-1])]

    assert said(bench, cases) == []
    assert way.way_of(cases).aside(alone(tried[-1])) is None


def test_another_text_is_another_failure(exchanges):
    cases = [case_of([exchanges(500, LOCKED), exchanges()]) for _ in range(5)]
    crash = exchanges(500, b'{"detail": "list index out of range"}')

    assert way.way_of([*cases, alone(crash)]).aside(alone(crash)) is None


def test_a_crash_on_one_input_is_judged_though_the_same_words_come_and_go(exchanges):
    words = b"Internal Server Error"
    cases = [case_of([exchanges(500, words), exchanges()]) for _ in range(20)]
    tried = [exchanges(500, words) for _ in range(8)]
    found = way.way_of([*cases, case_of(tried), alone(tried[-1])])

    assert found.aside(alone(tried[-1])) is None


# --------------------------------------------------------------------------------------------- the token


def test_nothing_is_judged_after_the_token_was_no_longer_accepted(exchanges):
    before = alone(exchanges())
    refused = [exchanges(401) for _ in range(3)]
    after = alone(exchanges(401))
    found = way.way_of([before, credential_case(refused), after])

    assert found.aside(before) is None
    assert found.aside(after) is way.Reason.EXPIRED


# ------------------------------------------------------------------------------------- a limit of the rate


def crowd(exchanges, seconds, refused, count=200):
    """Requests one each `seconds`, of which those whose number is `refused` are answered 503 at first."""
    begun = next(NUMBERS) * 100.0
    for number in range(1, count + 1):
        at = begun + number * seconds
        exchange = exchanges(started=at)
        if refused(number):
            yield case_of([exchanges(503, started=at), dataclasses.replace(exchange, started=at + 50)])
        yield alone(exchange)


def each(count):
    """Each so many-th number."""
    return lambda number: number % count == 0


def none(_number):
    """No number."""
    return False


def test_503_that_stops_at_a_lower_rate_is_a_limit(bench, exchanges):
    cases = [*crowd(exchanges, 0.01, each(3)), *crowd(exchanges, 0.1, none)]

    assert said(bench, cases) == []
    assert any("limit of the rate" in line for line in availability.notes(way.way_of(cases)))


def test_a_limit_that_is_seldom_met_is_a_limit(bench, exchanges):
    cases = [one for _ in range(3) for one in (*crowd(exchanges, 0.02, each(12)), *crowd(exchanges, 0.05, none))]
    (line,) = [line for line in availability.notes(way.way_of(cases)) if "limit of the rate" in line]

    assert said(bench, cases) == []
    assert re.search(r"more than about 5\d requests a second", line)


@pytest.mark.parametrize("seed", range(20))
def test_503_that_comes_and_goes_at_random_is_not_a_limit(bench, exchanges, seed):
    chance = random.Random(seed)
    cases = [
        one
        for _ in range(12)
        for one in crowd(exchanges, chance.choice([0.005, 0.02, 0.1]), lambda _number: chance.random() < 0.03, 50)
    ]

    assert [entry[0] for entry in said(bench, cases)] == ["availability.every-request-is-answered"]


def test_a_few_503_at_a_high_rate_are_too_few_for_a_limit(bench, exchanges):
    cases = [*crowd(exchanges, 0.01, {60, 120, 180}.__contains__), *crowd(exchanges, 0.1, none)]

    assert [entry[0] for entry in said(bench, cases)] == ["availability.every-request-is-answered"]


def test_503_at_every_rate_is_not_a_limit(bench, exchanges):
    cases = [*crowd(exchanges, 0.01, each(3)), *crowd(exchanges, 0.1, each(3))]

    assert [entry[0] for entry in said(bench, cases)] == ["availability.every-request-is-answered"]
