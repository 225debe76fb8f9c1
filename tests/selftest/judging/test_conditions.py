"""Conditions: stated if they hold for all that fails and nothing that passes, and for enough of both."""

import pytest

from contracts.commands.prove import attempt
from contracts.commands.trials import Trials
from contracts.engine import session
from contracts.judging.conditions import condition
from provider.allocate_order.faults import conditional


def cases(*facts, count=3):
    """So many different cases in which these facts hold."""
    return [(*facts, f"case {number}") for number in range(count)]


def test_a_fact_of_all_failing_cases_and_of_no_passing_one_is_the_condition():
    assert condition(cases("zero", "one line"), cases("one line")) == "zero"


def test_the_fewest_facts_are_taken_then_the_first():
    failed = cases("zero", "dated", "one line")

    assert condition(failed, cases("one line")) == "zero"
    assert condition(failed, [*cases("zero", "one line"), *cases("dated", "one line")]) == "zero and dated"


@pytest.mark.parametrize(("failing", "passing"), [(2, 3), (3, 2), (0, 9)])
def test_nothing_is_said_of_fewer_than_three_of_each(failing, passing):
    assert condition(cases("zero", count=failing), cases("one line", count=passing)) is None


def test_one_counterexample_is_enough_against_it():
    assert condition(cases("zero"), [*cases("one line"), ("zero", "case 0")]) is None


def test_more_than_three_facts_are_no_condition():
    failed = cases("a", "b", "c", "d")
    passed = [tuple(fact for fact in "abcd" if fact != left) for left in "abcd"]

    assert condition(failed, passed) is None


@pytest.fixture
def tried(monkeypatch):
    """Tries a fault; returns what is wrong with the run, and the conditions that its report states."""
    reports, conclude = [], session.conclude
    monkeypatch.setattr(session, "conclude", lambda *given: reports.append(conclude(*given)) or reports[-1])

    def attempted(name):
        (trial,) = (trial for trial in Trials().faults() if trial.name == name)
        wrong = attempt(trial).wrong
        return wrong, [cause.when for cause in reports[-1].causes]

    return attempted


CONDITIONS = {
    "fails-if-nothing-accepted": "nothing is accepted",
    "text-if-several-lines": "there are several lines",
}


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_run_states_the_condition_of_a_fault(name, tried, few_cases):
    few_cases("allocation-object.sum-", "state.", "request-parameters.")

    assert tried(name) == ((), [CONDITIONS[name]])


def test_a_run_states_no_condition_for_chance(tried):
    assert tried("text-in-45-of-100-answers") == ((), [None])


def test_there_are_enough_faults_with_a_condition_and_by_chance():
    assert len({fault.when for fault in (*conditional.FAILING, *conditional.SAYING)}) >= 12
    assert len((*conditional.FAILING, *conditional.SAYING)) >= 15
    assert len(conditional.BY_CHANCE) == 5
