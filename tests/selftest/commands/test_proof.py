"""`prove`: what is seen, missed and raised falsely is reported as it is."""

import json
import os
from dataclasses import replace

import pytest
from click.testing import CliRunner

from contracts.commands import proof
from contracts.commands.explain import everything
from contracts.commands.faults import faults as faults_command
from contracts.commands.prove import attempt
from contracts.commands.trials import Trials
from contracts.endpoint.discovery import discover
from contracts.model.case import READ_BACK
from provider.allocate_order.faults import FAULTS, VARIATIONS
from tests.selftest.forks import command

TRIALS = Trials()
ALLOW, SHAPE = "http.method-not-allowed-names-allow", "response-parameters.shape"


def test_only_names_that_a_run_takes_are_listed_and_prove_a_clause():
    known = FAULTS | VARIATIONS
    listed = CliRunner().invoke(faults_command).output.splitlines()
    explained = everything(discover()["allocate_order"]).values()

    assert [line.split()[0] for line in listed] == list(known)
    assert {proof.name for each in explained for proof in (*each.breaks, *each.also)} <= known.keys()


def trial(*faults, breaks=(), also=(), readings=None, invisible=""):
    kind = "fault" if faults else "reading"
    return proof.Trial(
        "made", "It is made.", kind, faults, readings or {}, frozenset(breaks), frozenset(also), "normal", invisible
    )


def result(made, *failed, wrong=()):
    return proof.Result(made, frozenset(failed), frozenset(failed), tuple(wrong), 900, 2.5)


@pytest.mark.parametrize(
    ("made", "missed", "alarms", "holds"),
    [
        pytest.param(result(trial("f", breaks=["a"]), "a"), set(), set(), True, id="seen"),
        pytest.param(result(trial("f", breaks=["a"], also=["b"]), "a", "b"), set(), set(), True, id="seen-by-another"),
        pytest.param(result(trial("f", breaks=["a"])), {"a"}, set(), False, id="missed"),
        pytest.param(result(trial("f", breaks=["a", "b"]), "a"), {"b"}, set(), False, id="seen-in-part"),
        pytest.param(result(trial("f", breaks=["a"]), "a", "c"), set(), {"c"}, False, id="false-alarm"),
        pytest.param(result(trial("f", breaks=["a"], invisible="Why not.")), {"a"}, set(), True, id="invisible"),
        pytest.param(result(trial("f", also=["a"]), "a"), set(), set(), True, id="seen-by-one-that-may"),
        pytest.param(result(trial("f", also=["a"])), set(), set(), False, id="seen-by-none"),
        pytest.param(result(trial()), set(), set(), True, id="correct"),
        pytest.param(result(trial(), "c"), set(), {"c"}, False, id="correct-with-an-alarm"),
        pytest.param(result(trial(), wrong=["misread"]), set(), set(), False, id="correct-and-misread"),
    ],
)
def test_a_result_holds_where_all_is_seen_and_nothing_else(made, missed, alarms, holds):
    assert (made.missed, made.alarms, made.holds) == (missed, alarms, holds)


def named(name, made):
    return replace(made, trial=replace(made.trial, name=name))


def test_the_matrix_counts_and_names_what_does_not_hold():
    results = [
        named("first", result(trial("f", breaks=["a"]), "a")),
        named("second", result(trial("g", breaks=["a"]), "a", "c")),
        named("third", result(trial("h", breaks=["b"]))),
        named("fourth", result(trial("i", breaks=["a"]), "a")),
        named("fifth", result(trial())),
    ]
    matrix = proof.content(results, ["a", "b", "c"], 9.0)
    text = proof.markdown(results, ["a", "b", "c"], 9.0)
    counts = {"faults": 4, "seen": 3, "correct": 1, "read_right": 1, "alarms": 1, "proven": 2, "alone": 1}

    assert counts.items() <= matrix["summary"].items()
    assert matrix["unproven"] == ["b"]
    assert matrix["never_alone"] == ["c"]
    assert matrix["faults_alike"] == [["first", "fourth"]]
    assert matrix["clauses_alike"] == []
    assert text.count("| `third` |") == 2
    assert text.count("| `first` |") == 1


def test_a_fault_that_says_it_breaks_another_clause_is_found_out(few_cases):
    few_cases("http.other-verbs", "http.no-reflection")
    found = attempt(trial("missing-allow", breaks=["http.no-reflection"]))

    assert (found.missed, found.alarms) == ({"http.no-reflection"}, {ALLOW})


def test_every_fault_and_every_other_reading_is_a_trial():
    trials = {each.name: each for each in TRIALS.all()}

    assert trials["missing-allow"].breaks == {ALLOW}
    assert trials[f"{SHAPE}=array"].kind == "reading"
    assert trials["problem-details"].kind == "variation"
    assert sum(each.kind == "pairs" for each in trials.values()) > 10
    assert sum(not each.correct for each in trials.values()) >= 160


def test_the_program_runs_those_that_are_named_and_writes_the_proof(tmp_path):
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    words = ("missing-allow", f"{SHAPE}=array", "--jobs", "1", "--reports-dir", tmp_path)
    done = command("prove", *words, environment=environment)
    matrix = json.loads((tmp_path / "proof.json").read_text("utf-8"))

    assert done.returncode == 0, done.stderr
    assert "1 of 1 faults seen, 0 of 0 behind allowed choices, 1 of 1 correct deployments read right" in done.stdout
    assert [row["failed"] for row in matrix["faults"]] == [[ALLOW]]
    assert (tmp_path / "proof.md").read_text("utf-8").startswith("# What the suite notices")


def test_an_unknown_name_is_one_line_and_exit_4(tmp_path):
    done = command("prove", "nope", "--reports-dir", tmp_path)

    assert done.returncode == 4
    assert "nope: no such fault, and no such reading" in done.stderr.replace("\n", " ")


@pytest.mark.parametrize("each", TRIALS.triples(200), ids=lambda each: each.name)
def test_choices_with_a_fault_neither_answer_for_it_nor_contradict_each_other(each):
    fault, *choices = each.name.split(" + ")
    questions = [choice.partition("=")[0] for choice in choices if "=" in choice]

    assert len(choices) == 2
    assert not set(questions) & each.breaks
    assert not set(choices) & set(FAULTS[fault].hidden_by)
    assert all(
        each.readings[choice.partition("=")[0]] == choice.partition("=")[2] for choice in choices if "=" in choice
    )


def test_a_fault_that_only_a_read_back_shows_is_not_tried_where_orders_cannot_be_read_back():
    names = [each.name.split(" + ") for each in TRIALS.triples(2_000)]
    unread = {name for name, variation in VARIATIONS.items() if variation.hides}
    behind = {fault for fault, *choices in names if unread & set(choices)}
    clauses = TRIALS.endpoint.catalogue.clauses

    assert len(unread) > 5
    assert behind
    assert not any(READ_BACK in clauses[clause].source for fault in behind for clause in FAULTS[fault].breaks)


def test_a_fault_is_not_tried_under_a_choice_in_which_none_of_its_clauses_applies():
    array = "response-parameters.shape=array"
    names = {each.name for each in TRIALS.triples(2_000)}
    costs = {name for name in names if name.startswith("cost-")}

    assert any(array in name for name in names)
    assert len(costs) > 10
    assert not any(array in name for name in costs)


def test_the_same_triples_are_drawn_every_time():
    assert [each.name for each in TRIALS.triples(20)] == [each.name for each in TRIALS.triples(200)][:20]


def test_one_fault_more_changes_none_of_the_other_triples_but_the_last():
    fewer = Trials()
    before = [each.name for each in TRIALS.triples(20)]
    del fewer.found[before[5].partition(" ")[0]]

    assert [each.name for each in fewer.triples(20)][:19] == [*before[:5], *before[6:]]


def test_a_sample_has_a_fault_of_each_section_that_can_fail():
    sections = {name.partition(".")[0] for fault in FAULTS.values() for name in fault.breaks[:1] if not fault.invisible}

    assert {FAULTS[t.name].breaks[0].partition(".")[0] for t in TRIALS.sample() if t.kind == "fault"} == sections


def test_behind_other_choices_one_broken_clause_that_fails_suffices():
    alone = trial("f", breaks=["a", "b"])
    behind = replace(alone, kind="triple")

    assert (result(behind, "a").seen, result(alone, "a").seen, result(behind, "c").seen) == (True, False, False)
