"""What CI systems read: SARIF for code scanning, and GitHub's annotations."""

import json
import re
from dataclasses import replace

import pytest
from sarif_pydantic import Sarif

from contracts import ROOT
from contracts.endpoint.discovery import SPECS
from contracts.model.clause import Level
from contracts.reports import github, sarif
from tests.selftest.test_render_sample import ENTRY, HOSTILE, KNOWN, NEW, failed, report

COMMAND = re.compile(r"::(error|warning|notice) file=([^,]+),line=(\d+),title=([^,:]+)::(.+)")


@pytest.fixture
def sample():
    """A report with divergences of all kinds, of clauses that stand in the catalogue."""
    return replace(report(), specs=SPECS / "allocate_order")


def results(made):
    """The results of a report as SARIF, from a document that a reader of the format takes."""
    content = json.loads(json.dumps(sarif.content(made)))
    Sarif.model_validate(content)
    (run,) = content["runs"]
    return run["results"], run


def test_every_divergence_is_a_result_of_its_clause_with_its_signature(sample):
    found, run = results(sample)

    assert [each["partialFingerprints"][sarif.FINGERPRINT] for each in found] == [
        divergence.signature for divergence in sample.divergences
    ]
    for each, divergence in zip(found, sample.divergences, strict=True):
        assert each["ruleId"] == divergence.clause == run["tool"]["driver"]["rules"][each["ruleIndex"]]["id"]


def test_a_result_points_at_the_line_of_its_clause(sample):
    clause = replace(NEW.clause, line=12)
    (found,), _ = results(replace(sample, verdicts=(replace(NEW, clause=clause),)))
    place = found["locations"][0]["physicalLocation"]

    assert (ROOT / place["artifactLocation"]["uri"]).is_file()
    assert place["region"]["startLine"] == 12


@pytest.mark.parametrize(("level", "word"), [(Level.MUST, "error"), (Level.SHOULD, "warning")])
def test_the_level_of_a_clause_is_that_of_its_results(sample, level, word):
    verdict = replace(NEW, clause=replace(NEW.clause, level=level))
    (found,), _ = results(replace(sample, verdicts=(verdict,)))

    assert found["level"] == word


def test_what_is_known_is_suppressed_with_its_reason_and_what_is_new_is_not(sample):
    (known,), _ = results(replace(sample, verdicts=(KNOWN,)))
    (new,), _ = results(replace(sample, verdicts=(NEW,)))

    assert [each["kind"] for each in known["suppressions"]] == ["external"]
    assert ENTRY.expires.isoformat() in known["suppressions"][0]["justification"]
    assert new["suppressions"] == []


@pytest.mark.parametrize("code", [2, 3, 5, 6])
def test_a_run_that_judged_nothing_is_no_success(sample, code):
    _, run = results(replace(sample, exit_code=code))

    assert run["invocations"] == [{"executionSuccessful": False, "exitCode": code}]


def test_every_clause_that_diverges_anew_is_one_error_on_github(sample):
    lines = github.commands(replace(sample, verdicts=(NEW, KNOWN)))
    (found,) = (COMMAND.fullmatch(line) for line in lines if line.startswith(("::error", "::warning")))

    assert found is not None
    assert (ROOT / found[2]).is_file()
    assert NEW.clause.id in found[4]


def test_no_text_of_a_target_is_a_command(sample):
    hostile = f"{HOSTILE}\r\n::set-output name=x::y %0A 100%"
    divergence = replace(NEW.divergences[0], observed=hostile)
    lines = github.commands(replace(sample, verdicts=(failed(divergence),), target="a,b:c\n::error::x"))

    assert [line for line in lines if "\n" in line or "\r" in line] == []
    assert all(COMMAND.fullmatch(line) for line in lines)


def test_more_than_github_shows_are_counted(sample):
    many = tuple(replace(NEW, clause=replace(NEW.clause, line=number)) for number in range(1, 15))
    lines = github.commands(replace(sample, verdicts=many))

    assert len(lines) == github.MOST + 1
    assert lines[-1] == "::notice::4 more clauses diverge: see the summary"


@pytest.mark.parametrize(("environment", "said"), [({"GITHUB_ACTIONS": "true"}, True), ({}, False)])
def test_annotations_are_printed_on_github_alone(sample, environment, said, capsys):
    github.announce(sample, environment)

    assert ("::error" in capsys.readouterr().out) == said
