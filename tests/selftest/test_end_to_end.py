"""The command line as its users meet it: a deviating provider, its report in every form, and wrong calls."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from junitparser import JUnitXml

from provider import server
from tests.selftest.conftest import PATIENCE
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


def call(*arguments, tokens=None):
    """Run the program with an environment that says nothing but the tokens."""
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **(tokens or {})}
    done = command(*arguments, environment=environment)
    assert "Traceback" not in done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def deviating(tmp_path_factory):
    """A provider with five deviations that also takes strings of digits, and what the suite says of it."""
    folder = tmp_path_factory.mktemp("deviating")
    settings = server.Settings(faults=tuple(FAULTS), readings={ENCODING: "both"})
    with server.running(settings) as running:
        running.write_orders(folder / "orders.toml")
        tokens = {"TIMP_TOKEN": settings.token}
        reports = folder / "reports"
        url = (
            "--base-url",
            running.base_url,
            "--orders",
            str(folder / "orders.toml"),
            "--may-allocate",
            "--may-stress",
        )
        done = call("run", *url, "--reports-dir", str(reports), tokens=tokens)
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


# ------------------------------------------------------------------------------------------- wrong calls

MANIFEST = """
[[orders]]
uuid = "319bba9f-71b1-4a93-8abf-67a45b8fdd5c"
[[orders.line_items]]
uuid = "b84ccd3c-88f8-4050-accf-e049163052e3"
quantity_ordered = 6
"""
UNREACHABLE = "http://127.0.0.1:1"
TOKEN = {"TIMP_TOKEN": "no-ones-token"}


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        pytest.param("[[orders]\n", "invalid TOML", id="no-toml"),
        pytest.param("orders = 3\n", "orders: name at least one", id="no-orders"),
        pytest.param('[[orders]]\nuuid = "x"\n', "line_items: name at least one", id="no-line-items"),
        pytest.param(MANIFEST.replace("319b", "xxxx"), "uuid: 'xxxxba9f", id="no-uuid"),
        pytest.param(MANIFEST.replace("= 6", "= 0"), "quantity_ordered: 0", id="quantity-of-nothing"),
        pytest.param(MANIFEST.replace("= 6", '= "6"'), "quantity_ordered: '6'", id="quantity-as-string"),
        pytest.param(MANIFEST + MANIFEST, "is there twice", id="an-order-twice"),
    ],
)
def test_a_wrong_manifest_of_orders_is_one_clear_line(tmp_path, manifest, said):
    path = tmp_path / "orders.toml"
    path.write_text(manifest, "utf-8")

    done = call("--base-url", UNREACHABLE, "--orders", str(path), "--reports-dir", str(tmp_path / "r"), tokens=TOKEN)

    assert done.returncode == 4
    assert said in done.stderr
    assert str(path) in done.stderr


@pytest.mark.parametrize(
    ("arguments", "tokens", "code", "said"),
    [
        pytest.param(["--target", "nope"], None, 4, "no such target", id="unknown-target"),
        pytest.param(["--target", "embedded", "--base-url", UNREACHABLE], None, 4, "leave out", id="target-and-url"),
        pytest.param(["--base-url", UNREACHABLE], None, 4, "TIMP_TOKEN is not set", id="no-token"),
        pytest.param(["--base-url", UNREACHABLE], {"TIMP_TOKEN": "short"}, 4, "fewer than 8", id="token-too-short"),
        pytest.param(
            ["--base-url", UNREACHABLE, "--may-allocate"], TOKEN, 4, "name them with --orders", id="no-orders"
        ),
        pytest.param(["--base-url", "ftp://127.0.0.1"], TOKEN, 4, "write it as", id="other-scheme"),
        pytest.param(["--base-url", "http://127.0.0.1:x"], TOKEN, 4, "--base-url", id="port-no-number"),
        pytest.param(["--base-url", "http://a:b@127.0.0.1"], TOKEN, 4, "TIMP_TOKEN", id="credentials-in-url"),
        pytest.param(["--base-url", "http://api-dev.example.com"], TOKEN, 4, "write https", id="elsewhere"),
        pytest.param(["--reading", "a.b=c"], None, 4, "no such question", id="unknown-question"),
        pytest.param(["--fault", "nope"], None, 4, "no such fault", id="unknown-fault"),
        pytest.param(["--seed", "x"], None, 4, "--seed", id="seed-no-number"),
        pytest.param(["nope"], None, 4, "no such command", id="unknown-command"),
        pytest.param(["serve", "--reading", "a"], None, 4, "CLAUSE=NAME", id="reading-without-value"),
    ],
)
def test_a_wrong_call_is_one_clear_line_and_exit_4(tmp_path, arguments, tokens, code, said):
    where = [] if arguments[0] in {"serve", "nope"} else ["--reports-dir", str(tmp_path)]

    done = call(*arguments, *where, tokens=tokens)

    assert done.returncode == code
    assert said in done.stderr


@pytest.fixture
def manifest(tmp_path):
    """Orders that do not exist."""
    path = tmp_path / "orders.toml"
    path.write_text(MANIFEST, "utf-8")
    return str(path)


def test_a_port_where_nothing_listens_is_exit_6(tmp_path, manifest):
    done = call(
        "--base-url",
        UNREACHABLE,
        "--orders",
        manifest,
        "--may-allocate",
        "--reports-dir",
        str(tmp_path / "r"),
        tokens=TOKEN,
    )

    assert done.returncode == 6
    assert "does not answer" in done.stdout


@pytest.fixture(scope="module")
def honest():
    with server.running(server.Settings()) as running:
        yield running


def test_a_wrong_token_is_exit_6(tmp_path, manifest, honest):
    url = ("--base-url", honest.base_url, "--orders", manifest, "--may-allocate")

    done = call(*url, "--reports-dir", str(tmp_path / "r"), tokens=TOKEN)

    assert done.returncode == 6
    assert "refuses the token" in done.stdout


def test_orders_the_target_does_not_know_are_exit_5_with_what_was_refused(tmp_path, manifest, honest):
    tokens = {"TIMP_TOKEN": honest.settings.token}
    url = ("--base-url", honest.base_url, "--orders", manifest, "--may-allocate")

    done = call(*url, "--reports-dir", str(tmp_path / "r"), tokens=tokens)

    assert done.returncode == 5
    assert "does not know the test orders: 404 to everything" in " ".join(done.stdout.split())
    assert json.loads((tmp_path / "r" / "verdicts.json").read_text("utf-8"))["exit_code"] == 5


@pytest.mark.parametrize(
    ("status", "ending"),
    [
        pytest.param(500, (5, ["http.no-server-error"]), id="an-application-that-fails"),
        pytest.param(503, (6, []), id="a-gateway-without-an-application"),
    ],
)
def test_a_failure_of_every_request_is_a_finding_if_it_is_the_applications(
    tmp_path, manifest, listening, status, ending
):
    failing = listening(lambda _message: (status, {"Content-Type": "application/json"}, b'{"error": "broken"}'))
    url = ("--base-url", failing.url, "--orders", manifest, "--may-allocate")

    done = call(*url, "--reports-dir", str(tmp_path / "r"), tokens=TOKEN)
    verdicts = json.loads((tmp_path / "r" / "verdicts.json").read_text("utf-8"))

    found = [verdict["clause"] for verdict in verdicts["verdicts"] if verdict["divergences"]]
    assert (done.returncode, found) == ending


def test_what_schemathesis_generates_is_answered_before_the_verdicts(tmp_path):
    settings = server.Settings(latency=0.03)
    with server.running(settings) as running:
        running.write_orders(tmp_path / "orders.toml")
        url = (
            "--base-url",
            running.base_url,
            "--orders",
            str(tmp_path / "orders.toml"),
            "--may-allocate",
            "--may-stress",
        )
        chosen = ("-k", "openapi or clause", "--examples", "10", "--reports-dir", str(tmp_path))
        done = call("run", *url, *chosen, tokens={"TIMP_TOKEN": settings.token})
    lines = [json.loads(line) for line in (tmp_path / "exchanges.jsonl").read_text("utf-8").splitlines()]
    generated = [number for number, line in enumerate(lines) if line.get("origin") == "schemathesis"]
    *_, concluded = (number for number, line in enumerate(lines) if line["kind"] == "run")

    assert done.returncode == 0, done.stdout
    assert len(generated) > 100
    assert max(generated) < concluded
