"""The command line as its users meet it: a deviating provider, and its report in every form."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from junitparser import JUnitXml

from provider import server
from tests.selftest.conftest import PATIENCE, all_permitted
from tests.selftest.forks import command

pytestmark = pytest.mark.xdist_group("end to end")
PROGRAM = Path(sys.executable).with_name("timp-conformance")
FAULTS = {
    "quantity-shipped-as-string": "response-parameters.quantity-shipped-type",
    "accepts-date-02-30": "allocation-object.backorder-date-calendar",
    "sum-exceeds-by-one": "allocation-object.sum-exceeds-ordered",
    "answers-only-first-line": "response-parameters.every-line-item-answered",
    "stores-despite-refusal": "state.all-or-nothing",
}
ENCODING = "allocation-object.quantity-encoding"


def call(*arguments, tokens=None, few=None):
    """Run the program with an environment that says nothing but the tokens, and may say to send few cases."""
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **(tokens or {})}
    done = command(*arguments, environment=environment, few=few)
    assert "Traceback" not in done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def deviating(tmp_path_factory):
    """A provider with five deviations that also takes strings of digits, and what the suite says of it."""
    folder = tmp_path_factory.mktemp("deviating")
    settings = server.Settings(faults=tuple(FAULTS), readings={ENCODING: "both"})
    with server.running(settings) as running:
        tokens = {"TIMP_TOKEN": settings.token}
        reports = folder / "reports"
        url = all_permitted(running, folder)
        done = call("run", *url, "--examples", "2", "--reports-dir", str(reports), tokens=tokens)
        yield done, reports, tokens


@pytest.fixture(scope="module")
def verdicts(deviating):
    return json.loads((deviating[1] / "verdicts.json").read_text("utf-8"))


def test_the_run_exits_1(deviating, verdicts):
    assert (deviating[0].returncode, verdicts["exit_code"]) == (1, 1)


def test_every_report_counts_the_same_causes_divergences_and_clauses(deviating, verdicts):
    done, reports, _ = deviating
    results = [json.loads(path.read_text("utf-8")) for path in (reports / "allure-results").glob("*-result.json")]
    causes = [each for each in results if {"name": "feature", "value": "00 What to mend"} in each["labels"]]
    summary = (reports / "summary.md").read_text("utf-8")
    junit = JUnitXml.fromfile(str(reports / "junit.xml"))
    failed = [each for each in verdicts["verdicts"] if each["divergences"]]
    members = [each["cause"] for verdict in failed for each in verdict["divergences"]]
    sentence = re.search(r"(\d+) new causes \((\d+) divergences on (\d+) clauses\)", done.stdout)

    assert [int(number) for number in sentence.groups()] == [len(verdicts["causes"]), len(members), len(failed)]
    assert {each["id"] for each in verdicts["causes"]} == set(members)
    assert sorted(s for each in verdicts["causes"] for s in each["signatures"]) == sorted(
        each["signature"] for verdict in failed for each in verdict["divergences"]
    )
    assert verdicts["summary"]["causes"] == len(verdicts["causes"])
    assert len(re.findall(r"^\d+\. (?:must|should), new", done.stdout, re.MULTILINE)) == len(verdicts["causes"])
    assert len(re.findall(r"^### \d+\. ", summary, re.MULTILINE)) == len(verdicts["causes"])
    assert sentence[0] in summary
    assert len(causes) == len(verdicts["causes"])
    assert {path.stem for path in (reports / "replay").glob("*.sh")} == set(members)
    assert sum(suite.failures for suite in junit) == len(failed)


def test_the_ending_in_the_documents_is_a_real_one(deviating):
    text = (Path(__file__).parents[2] / "docs" / "reports.md").read_text("utf-8")
    shown = re.search(r"^(Release: no .*?^exit 1: .*?)$", text, re.MULTILINE | re.DOTALL)[1].splitlines()
    # Other lines depend on the target: `make demo` has the embedded one, which permits more.
    summary = [line for line in shown if line != "…" and not re.match("Release|Clauses|Open|More: |   shows ", line)]
    said = [line.rstrip() for line in deviating[0].stdout.splitlines()]

    assert len(summary) > 10
    assert [line for line in summary if line not in said and "embedded" not in line] == []


@pytest.mark.parametrize("clause", FAULTS.values(), ids=list(FAULTS))
def test_a_deviation_is_in_every_report(deviating, verdicts, clause):
    done, reports, _ = deviating
    failed = {verdict["clause"] for verdict in verdicts["verdicts"] if verdict["outcome"] == "failed"}
    allure = [json.loads(path.read_text("utf-8")) for path in (reports / "allure-results").glob("*-result.json")]

    assert clause in failed
    assert clause in done.stdout + (reports / "summary.md").read_text("utf-8")
    assert clause in (reports / "summary.md").read_text("utf-8")
    causes = [result for result in allure if result["fullName"].startswith("Allocate Order: cause ")]
    assert any(clause in result["description"] and result["status"] == "failed" for result in causes)
    assert clause in (reports / "junit.xml").read_text("utf-8")


def test_digit_strings_taken_for_integers_are_flagged_everywhere_and_fail_nothing(deviating, verdicts):
    done, reports, _ = deviating
    allure = [json.loads(path.read_text("utf-8")) for path in (reports / "allure-results").glob("*-result.json")]

    assert {"clause": ENCODING, "reading": "both", "departs_from": "field list"} in verdicts["flagged"]
    assert re.search(rf"flagged:\s+{ENCODING}", done.stdout)
    (flagged,) = (result for result in allure if result["fullName"].endswith(f"flagged {ENCODING}"))
    assert flagged["status"] == "unknown"


def test_each_printed_curl_gets_the_answer_that_was_reported(deviating, verdicts):
    _, reports, tokens = deviating
    lines = [json.loads(line) for line in (reports / "exchanges.jsonl").read_text("utf-8").splitlines()]
    statuses = {line["id"]: line["response"]["status"] for line in lines if line["kind"] == "exchange"}
    shown = [found for verdict in verdicts["verdicts"] for found in verdict["divergences"]]
    environment = {"PATH": os.environ["PATH"], **tokens}

    replayed = {
        found["request_id"]: subprocess.run(
            ["/bin/sh", "-c", found["curl"]],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=PATIENCE,
        ).stdout.split()[-1]
        for found in shown
    }

    assert shown
    assert replayed == {name: str(statuses[name]) for name in replayed}


def test_no_token_is_in_any_file_or_on_the_terminal(deviating):
    done, reports, tokens = deviating
    token = tokens["TIMP_TOKEN"].encode()

    assert token not in (done.stdout + done.stderr).encode()
    assert [path.name for path in reports.rglob("*") if path.is_file() and token in path.read_bytes()] == []


def test_what_schemathesis_generates_is_answered_before_the_verdicts(tmp_path):
    settings = server.Settings(latency=0.03)
    with server.running(settings) as running:
        url = all_permitted(running, tmp_path)
        chosen = ("-k", "openapi or clause", "--examples", "10", "--reports-dir", str(tmp_path))
        done = call("run", *url, *chosen, tokens={"TIMP_TOKEN": settings.token}, few=())
    lines = [json.loads(line) for line in (tmp_path / "exchanges.jsonl").read_text("utf-8").splitlines()]
    generated = [number for number, line in enumerate(lines) if line.get("origin") == "schemathesis"]
    *_, concluded = (number for number, line in enumerate(lines) if line["kind"] == "run")

    assert done.returncode == 0, done.stdout
    assert len(generated) > 100
    assert max(generated) < concluded
