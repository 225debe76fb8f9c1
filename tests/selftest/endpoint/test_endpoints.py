"""A second endpoint, in a folder of its own: found, selected and run everywhere, without an edit of anything else."""

import ast
import io
import json
import os
import subprocess
import sys
import tokenize
from collections import Counter
from pathlib import Path

import pytest

from contracts import ROOT
from contracts.endpoint.discovery import discover
from tests.selftest.conftest import PATIENCE
from tests.selftest.forks import command

pytestmark = pytest.mark.xdist_group("second endpoint")

TRACKING = Path(__file__).parents[1] / "tracking"
MOST_LINES = 350
ALIKE = 6
"""So many equal lines in a row are a copy."""

PLANNED_TWICE = "/the same request twice"
"""The end of the name of a case that sends a request that must be refused two times, whatever the first answer is."""

FOLDERS = ("contracts", "specs", "provider", "tests")


def program(*words, endpoints=str(TRACKING), few=None):
    """Run the program with the endpoints of the folder, or of others."""
    return command(*words, environment={**os.environ, "TIMP_ENDPOINTS": endpoints}, cwd=ROOT, few=few)


def by_pytest(*words, endpoints=str(TRACKING)):
    """Run pytest itself with them."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TIMP_ENDPOINTS": endpoints}
    words = [sys.executable, "-m", "pytest", *words]
    return subprocess.run(
        words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE
    )


@pytest.fixture(scope="module", name="ran")
def _ran(tmp_path_factory):
    """A run on a provider that names all packages alike, with its reports."""
    reports = tmp_path_factory.mktemp("tracking")
    words = ("--examples", "5", "--fault", "names-all-packages-alike", "--reports-dir", str(reports))
    return program("run", "--endpoint", "tracking", *words), reports


def verdicts(reports):
    """What a run says, as it is written."""
    return json.loads((reports / "verdicts.json").read_text("utf-8"))


def addition(request):
    """What a request asks to be added, where and as what."""
    head = [header for header in request["headers"] if header[0] != "X-Request-Id"]
    return request["path"], request.get("query"), json.dumps(head), request.get("text"), request.get("base64")


def test_the_endpoints_of_the_project_are_found_and_no_others():
    assert "allocate_order" in discover()
    assert "tracking" not in discover()


def test_an_endpoint_in_another_folder_is_run_and_its_fault_is_found_alone(ran):
    done, reports = ran
    failed = {each["clause"] for each in verdicts(reports)["verdicts"] if each["outcome"] == "failed"}

    assert (done.returncode, failed) == (1, {"response-parameters.package-uuid-new"}), done.stdout + done.stderr
    assert {"junit.xml", "summary.md", "exchanges.jsonl", "observed-overlay.yaml"} <= {
        p.name for p in reports.iterdir()
    }


def test_a_post_that_was_carried_out_is_never_sent_again(ran):
    lines = (ran[1] / "exchanges.jsonl").read_text("utf-8").splitlines()
    sent = [line for line in map(json.loads, lines) if line["kind"] == "exchange"]
    added = [each["request"] for each in sent if 200 <= each["response"]["status"] < 300]
    contents = {addition(each) for each in added}

    assert len(added) > 40
    assert len(contents) == len(added)


def test_a_post_with_an_unknown_effect_is_not_sent_again_either(tmp_path):
    faults = ("--fault", "answers-502-now-and-then", "--fault", "fails-now-and-then")
    done = program("run", "--endpoint", "tracking", "--examples", "3", *faults, "--reports-dir", str(tmp_path))
    lines = [json.loads(line) for line in (tmp_path / "exchanges.jsonl").read_text("utf-8").splitlines()]
    twice = [line["steps"] for line in lines if line["kind"] == "case" and line["id"].endswith(PLANNED_TWICE)]
    planned = {exchange for steps in twice for _, exchange in steps}
    posts = [each for each in lines if each["kind"] == "exchange" and each["request"]["method"] == "POST"]
    sent = [each for each in posts if each["id"] not in planned]
    unknown = [addition(each["request"]) for each in sent if each["response"]["status"] >= 500]

    assert len(unknown) > 3, done.stdout + done.stderr
    assert {Counter(addition(each["request"]) for each in sent)[each] for each in unknown} == {1}


def test_what_cannot_be_sent_again_is_not_said_to_be_reproducible(ran):
    (found,) = [d for each in verdicts(ran[1])["verdicts"] for d in each["divergences"]]

    assert found["reproducible"] is None


def test_its_journal_is_judged_as_its_own(ran, tmp_path):
    done = program("judge", str(ran[1] / "exchanges.jsonl"), "--reports-dir", str(tmp_path))
    outcomes = [{v["clause"]: v["outcome"] for v in verdicts(each)["verdicts"]} for each in (ran[1], tmp_path)]

    assert done.returncode == 1, done.stdout + done.stderr
    assert "Add Order Tracking" in done.stdout
    assert outcomes[0] == outcomes[1]


def test_pytest_itself_runs_it_with_properties_of_its_own(tmp_path):
    folders = (str(ROOT / "tests" / "conformance"), str(TRACKING / "tests" / "conformance"))
    words = ("--endpoint", "tracking", "--examples", "3", "--reports-dir", str(tmp_path), "-q", "-rA")
    done = by_pytest("-c", f"{folders[0]}/pytest.toml", *folders, *words)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "test_any_carrier_is_accepted" in done.stdout
    assert "test_no_answer_to_a_generated_request_diverges_from_a_clause[positive]" in done.stdout
    assert "test_clause[response-parameters.package-uuid-new]" in done.stdout
    assert "test_quantity_sums" not in done.stdout
    assert verdicts(tmp_path)["endpoint"] == "Add Order Tracking"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("run", "--endpoint", "tracking", "--plan"), "Add Order Tracking on embedded", id="plan"),
        pytest.param(
            ("explain", "--endpoint", "tracking", "request-parameters.foreign-line-item"),
            "ships-unknown-items",
            id="explain",
        ),
        pytest.param(("faults", "--endpoint", "tracking", "carrier"), "asks-for-a-carrier", id="faults"),
        pytest.param(
            ("prove", "--endpoint", "tracking", "ships-less-than-nothing", "missing-allow", "fails-on-nul"),
            "3 of 3 faults seen, 0 of 0 behind allowed choices, 0 of 0 correct deployments read right, 0 false alarms",
            id="prove",
        ),
    ],
)
def test_every_command_takes_the_endpoint(words, said, tmp_path):
    reports = ("--reports-dir", str(tmp_path)) if words[0] in {"run", "prove"} else ()
    done = program(*words, *reports)

    assert done.returncode == 0, done.stdout + done.stderr
    assert said in done.stdout


def test_an_endpoint_that_does_not_exist_is_a_wrong_call_that_names_what_may_be_meant():
    done = program("run", "--endpoint", "traking", "--plan")

    assert (done.returncode, done.stderr.strip()) == (
        4,
        "ERROR: --endpoint traking: no such endpoint; did you mean tracking?",
    )


def test_allocate_order_is_as_without_the_other_endpoint():
    each = (str(TRACKING), "")
    plans = [program("run", "--plan", "--details", endpoints=folders).stdout for folders in each]
    counts = [by_pytest("tests/conformance", "--collect-only", "-q", endpoints=folders).stdout for folders in each]

    assert len(plans[0].splitlines()) > 400
    assert plans[0].splitlines()[1:] == plans[1].splitlines()[1:]
    assert counts[0].splitlines()[:-1] == counts[1].splitlines()[:-1]


def code_lines(path):
    """The lines of a module that hold code: no comments, docstrings or blank lines."""
    text = path.read_text("utf-8")
    strings = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant)]
    apart = {line for node in strings for line in range(node.lineno, node.end_lineno + 1)}
    layout = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    tokens = [t for t in tokenize.generate_tokens(io.StringIO(text).readline) if t.type not in layout]
    numbers = {line for token in tokens for line in range(token.start[0], token.end[0] + 1)} - apart
    return [line.strip() for number, line in enumerate(text.splitlines(), 1) if number in numbers]


def test_the_second_endpoint_is_small():
    assert sum(len(code_lines(path)) for path in TRACKING.rglob("*.py")) <= MOST_LINES


def runs(lines):
    """Every run of ALIKE lines."""
    return {tuple(lines[at : at + ALIKE]) for at in range(len(lines) - ALIKE + 1)}


def content(path):
    """The lines of a file that count: of code without comments, of data without blank lines."""
    if path.suffix == ".py":
        return code_lines(path)
    return [line.strip() for line in path.read_text("utf-8").splitlines() if line.strip()]


def copies(first, second):
    """The runs of equal lines between the files of two lists of folders."""
    files = [
        [path for folder in folders for path in sorted(folder.rglob("*")) if path.suffix in {".py", ".toml", ".yaml"}]
        for folders in (first, second)
    ]
    found = [set().union(*(runs(content(path)) for path in paths)) for paths in files]
    return found[0] & found[1]


def test_no_endpoint_copies_another():
    own = [ROOT / each / "allocate_order" for each in ("contracts", "provider", "specs")]

    assert copies(own, [TRACKING]) == set()
    assert copies(own, own) != set()
