"""What is said of a target that was gone, of what hides it, and of answers that take long: to the word."""

import pytest

from contracts.judging import availability
from contracts.judging.attempts import case_of
from contracts.judging.availability import Intermediary
from contracts.judging.way import way_of
from contracts.model.case import Case
from tests.selftest.judging.test_way_numbers import alone, at


def gone(*times):
    """Attempts at requests, one each, that failed at these times and passed at the last of them."""
    *lost, back = times
    return case_of([*(at(each, 502, seconds=0) for each in lost), at(back, seconds=0)])


def answered(*times):
    return [alone(at(each, seconds=0)) for each in times]


@pytest.mark.parametrize(
    ("cases", "expected"),
    [
        pytest.param([*answered(1, 9), gone(3, 4, 9)], [], id="two-attempts-come-and-go"),
        pytest.param([*answered(1, 9), gone(3, 4, 5, 9)], ["once, 6.0 s in all, from request {} on: 502"], id="three"),
        pytest.param(
            [*answered(1, 9), gone(3, 9), gone(4, 9), gone(6, 9)],
            ["once, 6.0 s in all, from request {} on: 502"],
            id="three-requests",
        ),
        pytest.param([*answered(1, 4.5, 9), gone(3, 4, 5, 9)], [], id="an-answer-between"),
        pytest.param(
            [*answered(1, 10, 20, 29), gone(3, 4, 5, 10), gone(21, 22, 23, 29)],
            ["2 times, 15.0 s in all, from request {} on: 502"],
            id="twice",
        ),
        pytest.param(
            [*answered(1), gone(3, 4, 5, 7, 99)],
            ["once, 4.0 s in all, from request {} on: 502"],
            id="not-back-at-the-end",
        ),
    ],
)
def test_three_attempts_in_a_row_without_an_answer_are_an_outage_with_its_seconds(cases, expected):
    lost = min((each for case in cases for _, each in case.steps if each.status == 502), key=lambda each: each.started)
    way = way_of(cases)

    assert list(availability.notes(way)) == [f"the target was gone {text.format(lost.id)}" for text in expected]
    assert bool(list(availability.coming_and_going(way))) is (not expected)


def test_what_was_lost_is_named_with_each_code_once_and_the_smallest_is_shown(bench):
    lost = [
        [at(1, None, path="/longer/"), at(2, path="/longer/")],
        [at(3, 504), at(4)],
        [at(5, 502), at(6)],
        [at(7, 504), at(8)],
    ]
    way = way_of([*map(case_of, lost), *answered(1.5, 3.5, 5.5, 7.5)])
    (seen,) = availability.reachable(bench.clauses["availability.every-request-is-answered"], way, Intermediary())

    assert seen.times == 4
    assert seen.finding.exchange is lost[1][0]
    assert seen.finding.observed == "4 of 4 requests got 502 or 504 or no answer, and passed when sent again"


def test_of_more_than_eight_hidden_clauses_the_others_are_counted(bench):
    clause = bench.clauses["availability.no-intermediary-answers"]

    def observed(number):
        case = alone(at(1, 403))
        front = Intermediary({"nginx"}, 2, (case, case.steps[0][1]), [f"c{n}" for n in range(number)])
        return next(iter(availability.direct(clause, way_of([]), front))).finding.observed

    named = ", ".join(f"c{n}" for n in range(8))
    assert observed(0) == "2 answers are of nginx"
    assert observed(8) == f"2 answers are of nginx; they hide {named}"
    assert observed(10) == f"2 answers are of nginx; they hide {named} and 2 more"


def test_shared_orders_are_counted_with_the_first_of_them():
    way = way_of([Case(f"shared/{name}", (("change", at(1)),), "shared") for name in ("b", "a", "b")])
    (line,) = availability.notes(way)

    assert line.startswith("somebody else uses 2 of the test orders, such as a: it shows values")


def test_answers_in_time_are_judged_if_the_table_says_how_long_and_an_answer_came(bench):
    clause = bench.clauses[availability.IN_TIME]

    def judged(*cases, most=2.0):
        return availability.judge([clause], way_of(cases, most), Intermediary())

    assert judged(alone(at(1, seconds=2.0))) == {clause.id: []}
    assert [seen.times for seen in judged(alone(at(1, seconds=2.1)), alone(at(2, 500, seconds=3)))[clause.id]] == [2]
    assert judged(alone(at(1, seconds=9)), most=None) == {}
    assert judged(alone(at(1, None, seconds=9))) == judged(alone(at(1, 502, seconds=9))) == judged() == {}
