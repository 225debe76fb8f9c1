"""The same seed sends the same requests, whatever the order in which they happen to leave."""

import json
import os
import subprocess
import sys
from collections import Counter

import pytest

from contracts import CONFORMANCE, ROOT
from contracts.commands.diff import load
from provider import server
from provider.allocate_order.faults import FAULTS as EVERY_FAULT
from tests.selftest import few
from tests.selftest.conftest import all_permitted
from tests.selftest.forks import command

pytestmark = pytest.mark.xdist_group("determinism")


def sent(lines):
    """The requests of one run, how often each was sent."""
    requests = (line["request"] for line in lines if line["kind"] == "exchange" and line["request"]["method"] != "GET")
    keys = ("method", "path", "credential", "text", "base64")
    return Counter(json.dumps([request.get(key) for key in keys]) for request in requests)


def journal(running, folder, *options):
    """The lines that one run kept."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "TIMP_TOKEN": running.settings.token}
    url = all_permitted(running, folder)
    words = (*url, "--reports-dir", folder / "reports", *options)
    kept = ("robustness.odd-text", "state.concurrent", "http.no-reflection")
    command("run", *words, environment=environment, cwd=folder, few=kept)
    return [json.loads(line) for line in (folder / "reports" / "exchanges.jsonl").read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """The journals of three runs of three examples, two of one seed and one of another, and the folder of all."""
    folder = tmp_path_factory.mktemp("runs")
    with server.running(server.Settings()) as running:
        return [journal(running, folder, "--examples", "3", "--seed", str(seed)) for seed in (1, 1, 2)], folder


def test_the_same_seed_sends_the_same_requests(runs):
    (first, second, _), _ = runs

    assert sent(first) == sent(second)


def test_another_seed_sends_others(runs):
    (first, _, third), _ = runs

    assert sent(first) != sent(third)


def test_the_budget_of_examples_holds_and_nothing_is_left_where_one_was(runs):
    journals, folder = runs
    properties = sum(path.read_text("utf-8").count("@given(") for path in CONFORMANCE.glob("test_*.py"))

    for lines in journals:
        origins = Counter(line["origin"] for line in lines if line["kind"] == "case")
        assert origins["property"] == 3 * properties > 0
    assert {path.name for path in folder.iterdir()} == {"orders.toml", "reports"}


FAULTS = ("quantity-shipped-as-string", "sum-exceeds-by-one", "stores-before-the-sum-is-checked", "missing-allow")
BROKEN = [clause for fault in FAULTS for clause in EVERY_FAULT[fault].breaks]


def by_pytest(words, environment):
    """The exit code of plain pytest with these words, and what it printed."""
    program = [sys.executable, "-m", "pytest", "-q", str(CONFORMANCE)]
    done = subprocess.run([*program, *words], env=environment, cwd=ROOT, capture_output=True, check=False)
    return done.returncode, done.stdout


def by_program(words, environment):
    """The same of the program."""
    done = command("run", *words, environment=environment, cwd=ROOT)
    return done.returncode, done.stdout


WAYS = {
    "one-at-a-time": ("concurrency = 1\n", by_program),
    "eight-concurrently": ("concurrency = 8\n", by_pytest),
}


def judged(running, folder, settings, call):
    """What is said of a target: for each clause the outcome, the reading and the signatures."""
    table = f'[here]\nbase_url = "{running.base_url}"\nmay_allocate = true\nmay_stress = true\norders = "orders.toml"\n'
    (folder / "targets.toml").write_text(f'{table}token_env = "TIMP_TOKEN"\n{settings}', "utf-8")
    reports = folder / "judged"
    words = ["--target", "here", "--examples", "3"]
    words += ["--targets-file", str(folder / "targets.toml"), "--reports-dir", str(reports)]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "TIMP_TOKEN": running.settings.token}
    code, printed = call(words, environment | few.environment(*BROKEN))
    verdicts = json.loads((reports / "verdicts.json").read_text("utf-8"))["verdicts"]

    assert code == 1, printed
    return {v["clause"]: (v["outcome"], v["reading"], {d["signature"] for d in v["divergences"]}) for v in verdicts}


def test_verdicts_are_the_same_by_pytest_or_program_and_however_many_requests_are_sent_concurrently(tmp_path):
    with server.running(server.Settings(faults=FAULTS)) as running:
        running.write_orders(tmp_path / "orders.toml")
        found = {name: judged(running, tmp_path, *way) for name, way in WAYS.items()}

    assert sum(outcome == "failed" for outcome, _, _ in found["one-at-a-time"].values()) >= len(FAULTS)
    for name, verdicts in found.items():
        assert verdicts == found["one-at-a-time"], name


OF_SECTIONS = {
    fault.breaks[0].partition(".")[0]: name for name, fault in reversed(EVERY_FAULT.items()) if not fault.invisible
}
"""A fault for each section of clauses."""

ALL = "EVERY_FAULT" in os.environ
SEEDED = tuple(OF_SECTIONS.values()) if ALL else ("quantity-shipped-as-string",)
SEEDS = range(5) if ALL else range(2)


@pytest.mark.parametrize("fault", SEEDED)
def test_a_fault_has_the_same_signatures_with_each_seed(fault, tmp_path):
    needs = [word for pair in EVERY_FAULT[fault].needs.items() for word in ("--reading", "=".join(pair))]
    found = {}
    for seed in SEEDS:
        reports = tmp_path / str(seed)
        words = ("--fault", fault, *needs, "--seed", str(seed), "--examples", "5", "--reports-dir", reports)
        command("run", *words, few=() if ALL else EVERY_FAULT[fault].breaks)
        found[seed] = {d["signature"]: d["observed"] for v in load(reports)["verdicts"] for d in v["divergences"]}

    assert found[0]
    assert {frozenset(signatures) for signatures in found.values()} == {frozenset(found[0])}, found
