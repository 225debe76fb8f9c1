"""What CI systems show of a run while it is printed: annotations on GitHub."""

import re
from dataclasses import replace

import pytest

from contracts import SPECS
from contracts.reports import github
from tests.selftest.report_sample import HOSTILE, KNOWN, NEW, failed, report

COMMAND = re.compile(r"::(error|warning|notice) title=([^,:]+)::(.+)")


@pytest.fixture
def sample():
    """A report with divergences of all kinds, of clauses that are in the catalogue."""
    return replace(report(), specs=SPECS / "allocate_order")


def test_every_new_cause_is_one_error_on_github(sample):
    lines = github.commands(report(verdicts=(NEW, KNOWN), specs=sample.specs))
    (found,) = (COMMAND.fullmatch(line) for line in lines if line.startswith(("::error", "::warning")))

    assert found is not None
    assert NEW.clause.id in found[2]


def test_no_annotation_names_a_file_since_the_reader_does_not_have_it(sample):
    assert [line for line in github.commands(sample) if "file=" in line] == []


def test_no_text_of_a_target_is_a_command(sample):
    hostile = f"{HOSTILE}\r\n::set-output name=x::y %0A 100%"
    divergence = replace(NEW.divergences[0], observed=hostile)
    lines = github.commands(report(verdicts=(failed(divergence),), target="a,b:c\n::error::x", specs=sample.specs))

    assert [line for line in lines if "\n" in line or "\r" in line] == []
    assert all(COMMAND.fullmatch(line) for line in lines)


def test_more_than_github_shows_are_counted(sample):
    lines = github.commands(replace(sample, causes=sample.causes[:1] * 14, verdicts=()))

    assert len(lines) == github.MOST + 1
    assert lines[-1] == "::notice::4 more causes: see the summary"


@pytest.mark.parametrize(("environment", "said"), [({"GITHUB_ACTIONS": "true"}, True), ({}, False)])
def test_annotations_are_printed_on_github_alone(sample, environment, said, capsys):
    github.announce(sample, environment)

    assert ("::error" in capsys.readouterr().out) == said


def test_where_commands_are_stopped_annotations_are_let_through_and_nothing_after_them(sample, capsys):
    github.announce(sample, {"GITHUB_ACTIONS": "true", "TIMP_STOPPED": "6a1f"})
    first, *annotations, last = capsys.readouterr().out.splitlines()

    assert (first, last) == ("::6a1f::", "::stop-commands::6a1f")
    assert annotations == github.commands(sample)
