"""Conditions: stated if they hold for all that fails and nothing that passes, and for enough of both."""

import pytest

from contracts.commands.prove import attempt
from contracts.commands.trials import Trials
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


@pytest.mark.parametrize("name", ["fails-if-nothing-accepted", "text-if-several-lines", "text-in-45-of-100-answers"])
def test_a_run_states_the_condition_of_a_fault_and_none_for_chance(name):
    (trial,) = (trial for trial in Trials().faults() if trial.name == name)

    assert attempt(trial).wrong == ()


def test_there_are_enough_faults_with_a_condition_and_by_chance():
    assert len({fault.when for fault in (*conditional.FAILING, *conditional.SAYING)}) >= 12
    assert len((*conditional.FAILING, *conditional.SAYING)) >= 15
    assert len(conditional.BY_CHANCE) == 5
