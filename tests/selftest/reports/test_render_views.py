"""All renderings of one report say the same of every clause."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from junitparser import JUnitXml

from contracts.model.clause import Level, Outcome
from contracts.model.report import Report
from contracts.reports import WRITERS, allure, junit, summary_markdown, verdicts_json, words, write_all
from contracts.reports.causes_markdown import CURL_LIMIT
from contracts.reports.folder import MARKER
from tests.selftest.report_sample import SEEN, allure_results, label, on_terminal, report


def shown_as(sample: Report) -> dict[str, str]:
    """The outcome of each clause, `known` where all it shows is known: what every view has to say."""
    return {v.clause.id: "known" if words.only_known(v) else v.outcome.value for v in sample.verdicts}


def test_the_sample_shows_every_outcome_level_and_standing() -> None:
    sample = report()

    assert {verdict.outcome for verdict in sample.verdicts} == set(Outcome)
    assert {verdict.clause.level for verdict in sample.verdicts if verdict.divergences} == set(Level)
    assert {(found.known, found.reproducible) for found in sample.divergences} == {
        (True, "3/3"),
        (False, "3/3"),
        (False, "2/3"),
        (False, None),
    }
    assert [verdict.clause.id for verdict in sample.flagged] == ["allocation-object.quantity-encoding"]


def test_json_says_what_the_report_says() -> None:
    rows = verdicts_json.content(report())["verdicts"]
    said = {
        row["clause"]: "known" if row["divergences"] and all(d["known"] for d in row["divergences"]) else row["outcome"]
        for row in rows
    }

    assert said == shown_as(report())


def test_junit_says_what_the_report_says() -> None:
    (suite,) = JUnitXml.fromstring(junit.render(report()))
    said = {}
    for case in suite:
        (result,) = case.result or [None]
        said[case.name] = {"failure": "failed", "skipped": getattr(result, "type", "")}.get(
            getattr(result, "_tag", ""), "error" if result else "passed"
        )

    assert said == {**shown_as(report()), "http.no-reflection healed": "failed", "suite error 1": "error"}
    assert {case.classname for case in suite if case.name.startswith("http.")} == {"Allocate Order.http"}


def test_allure_says_what_the_report_says(tmp_path: Path) -> None:
    allure.write(report(), tmp_path)
    clauses = [result for result in allure_results(tmp_path) if ": clause " in result["fullName"]]
    statuses = {
        "passed": ("passed", "passed"),
        "failed": ("failed", "failed"),
        "known": ("skipped", "failed"),
        "cantTell": ("unknown", "cantTell"),
        "inapplicable": ("skipped", "inapplicable"),
        "untested": ("skipped", "untested"),
    }

    assert {label(result, "story"): (result["status"], label(result, "outcome")) for result in clauses} == {
        clause: statuses[shown] for clause, shown in shown_as(report()).items()
    }


def test_summary_and_terminal_count_what_the_report_counts() -> None:
    counts = {name: str(count) for name, count in words.tally(report().verdicts).items()}
    rows = [line.split() for line in on_terminal(report(), details=True).splitlines()]
    heads = rows.index(["section", *counts])

    assert ["all", *counts.values()] in rows[heads:]
    assert f"| **All** | {' | '.join(f'**{count}**' for count in counts.values())} |" in summary_markdown.render(
        report()
    )


@pytest.mark.parametrize(
    "render",
    [lambda sample: on_terminal(sample, details=True), summary_markdown.render],
    ids=["terminal", "summary"],
)
def test_every_divergence_question_flag_defect_note_warning_and_trouble_is_shown(
    render: Callable[[Report], str],
) -> None:
    sample = report()
    said = render(sample)

    for found in sample.divergences:
        assert found.clause in said
        assert words.new_or_known(found) in said
        if len(found.curl) <= CURL_LIMIT:
            assert found.curl in said
    for verdict in words.questions(sample):
        assert verdict.clause.id in said
        assert verdict.reading is None or verdict.reading in said
    assert said.count("flagged") >= 2
    assert "departs from" in said
    assert words.one_line(sample.errors[0]) in said
    assert sample.troubles[0] in said
    assert sample.warnings[0] in said
    for note in sample.ledger:
        assert note.kind in said
        assert note.fix in " ".join(said.split())
    assert re.search(r"owner of the page.*\(7\)", said)
    assert sample.why in said
    assert "Release: no" in said


@pytest.mark.parametrize("exit_code", range(7))
def test_every_exit_code_answers_whether_to_release(exit_code: int) -> None:
    sample = report(exit_code=exit_code, why="so it is")

    lines = on_terminal(sample, width=100).splitlines()

    assert lines[0].startswith(words.RELEASE[exit_code])
    assert lines[0].endswith(f"(exit {exit_code})")
    assert lines[1].startswith("so it is; Allocate Order on dev")
    assert lines[-1] == f"exit {exit_code}: so it is"
    assert summary_markdown.render(sample).splitlines()[2].startswith(f"**{words.headline(sample)}.**")


def test_a_warning_is_in_every_report(tmp_path: Path) -> None:
    (warning,) = report().warnings
    allure.write(report(), tmp_path)

    assert verdicts_json.content(report())["warnings"] == [warning]
    assert warning in junit.render(report())
    assert warning in summary_markdown.render(report())
    assert warning in on_terminal(report())
    assert warning in (tmp_path / "allure-results" / "environment.properties").read_text("utf-8")


def test_incomplete_run_says_so() -> None:
    for render in (on_terminal, summary_markdown.render):
        assert "not complete" in render(report(complete=False))
        assert "not complete" not in render(report())


def test_junit_is_xml_whatever_a_target_answers() -> None:
    (suite,) = JUnitXml.fromstring(junit.render(report()))
    (case,) = (case for case in suite if case.name == "http.no-reflection")
    (failure,) = case.result

    assert SEEN in failure.message
    assert f"observed  {SEEN}" in failure.text
    assert "<script" not in junit.render(report())


def test_junit_counts_one_failure_for_each_failed_clause_and_note() -> None:
    document = JUnitXml.fromstring(junit.render(report()))

    assert (document.tests, document.failures, document.errors, document.skipped) == (14, 5, 1, 5)


def test_junit_has_the_time_of_the_run_and_of_what_was_sent_for_each_clause() -> None:
    first, *others = report().verdicts
    written = junit.render(replace(report(), verdicts=(replace(first, seconds=1.5), *others)))
    elements = list(ElementTree.fromstring(written).iter())  # noqa: S314 - we wrote it
    times = {name: [each.get("time") for each in elements if each.tag == name] for name in JENKINS}

    assert times["testsuites"] == times["testsuite"] == ["4.125"]
    assert times["testcase"][0] == "1.5"
    assert all(times["testcase"])


JENKINS = {
    "testsuites": ({"name", "time", "tests", "failures", "errors"}, {"testsuite"}),
    "testsuite": (
        {"name", "tests", "failures", "errors", "group", "time", "skipped", "timestamp", "hostname", "id"}
        | {"package", "file", "log", "url"},
        {"testsuite", "properties", "testcase", "system-out", "system-err"},
    ),
    "testcase": (
        {"name", "time", "classname", "group"},
        {"skipped", "error", "failure", "system-out", "system-err"},
    ),
    "properties": (set(), {"property"}),
    "property": ({"name", "value"}, set()),
    **dict.fromkeys(("skipped", "error", "failure"), ({"type", "message"}, set())),
    **dict.fromkeys(("system-out", "system-err"), (set(), set())),
}
"""The attributes and the children of each element by the schema of Jenkins' xUnit plugin (junit-10.xsd)."""

JENKINS_NEEDS = {
    "testsuite": {"name", "tests", "failures", "errors"},
    "testcase": {"name"},
    "property": {"name", "value"},
}
"""The attributes that an element has to have by that schema."""

JENKINS_TEXT = {"skipped", "error", "failure", "system-out", "system-err"}
"""The elements that hold text by that schema."""


def test_junit_has_only_what_the_schema_of_jenkins_allows() -> None:
    root = ElementTree.fromstring(junit.render(report()))  # noqa: S314 - we wrote it

    assert root.tag == "testsuites"
    for element in root.iter():
        attributes, children = JENKINS[element.tag]
        assert set(element.attrib) <= attributes
        assert {child.tag for child in element} <= children
        assert set(element.attrib) >= JENKINS_NEEDS.get(element.tag, set())
        text = (element.text or "") + "".join(child.tail or "" for child in element)
        assert element.tag in JENKINS_TEXT or not text.strip()
        if element.tag in {"testsuites", "testsuite"}:
            assert re.fullmatch(r"[0-9]*(\.[0-9]*)?", element.attrib["time"])


def test_everything_is_written_into_a_folder_that_is_made(tmp_path: Path) -> None:
    written = write_all(report(), tmp_path / "new/reports")

    assert written == report()
    assert {path.name for path in (tmp_path / "new/reports").iterdir()} == {MARKER, *WRITERS} - {"exchanges.har"}


@pytest.mark.parametrize("name", WRITERS)
def test_rendering_that_fails_is_an_error_of_the_suite_in_all_others(tmp_path: Path, name: str) -> None:
    (tmp_path / "exchanges.jsonl").touch()
    if name in {"allure-results", "replay"}:
        (tmp_path / name).write_text("a file in the way")
    else:
        (tmp_path / name).mkdir()
    written = write_all(report(), tmp_path)
    (failure,) = set(written.errors) - set(report().errors)

    assert failure.startswith(f"{name} was not written: ")
    assert (written.exit_code, written.why) == (3, f"the suite itself failed: {written.errors[0]}")
    if name != "verdicts.json":
        assert failure in json.loads((tmp_path / "verdicts.json").read_text("utf-8"))["errors"]
    if name != "summary.md":
        assert "Exit code 3" in (tmp_path / "summary.md").read_text("utf-8")
    assert {path.name for path in tmp_path.iterdir()} == {"exchanges.jsonl", MARKER, *WRITERS}


def test_allures_results_are_written_to_a_second_folder_and_no_other_file_there_is_touched(tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "own.txt").touch()
    written = write_all(report(), tmp_path / "reports", tmp_path / "theirs")
    ours, theirs = (
        {path.name for path in folder.glob("*-result.json")}
        for folder in (tmp_path / "reports" / "allure-results", tmp_path / "theirs")
    )

    assert written == report()
    assert ours == theirs
    assert (tmp_path / "theirs" / "own.txt").exists()


def test_report_without_anything_is_written_too(tmp_path: Path) -> None:
    empty = Report("", "t", "", False, 0, False, (), (), (), (), 0, 0.0, 0.0, 5, "nothing was tested")

    assert write_all(empty, tmp_path) == empty
    assert on_terminal(empty).splitlines()[-1] == "exit 5: nothing was tested"
    assert words.tally(()) == dict.fromkeys([*Outcome, "flagged"], 0)
