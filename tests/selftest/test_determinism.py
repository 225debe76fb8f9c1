"""The same seed sends the same requests, whatever the order in which they happen to leave."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from contracts import CONFORMANCE
from provider import server
from tests.selftest.forks import command

pytestmark = pytest.mark.xdist_group("determinism")
PROGRAM = Path(sys.executable).with_name("timp-conformance")


def sent(running, folder, seed):
    """The requests of one run, how often each was sent."""
    lines = journal(running, folder, "--seed", str(seed), "--examples", "10")
    requests = (line["request"] for line in lines if line["kind"] == "exchange" and line["request"]["method"] != "GET")
    keys = ("method", "path", "credential", "text", "base64")
    return Counter(json.dumps([request.get(key) for key in keys]) for request in requests)


def journal(running, folder, *options):
    """The lines that one run kept."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "TIMP_TOKEN": running.settings.token}
    url = ["--base-url", running.base_url, "--orders", str(folder / "orders.toml"), "--may-allocate", "--may-stress"]
    command("run", *url, "--reports-dir", folder / "reports", *options, environment=environment, cwd=folder)
    return [json.loads(line) for line in (folder / "reports" / "exchanges.jsonl").read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """What three runs sent: two of one seed, one of another."""
    folder = tmp_path_factory.mktemp("runs")
    with server.running(server.Settings()) as running:
        running.write_orders(folder / "orders.toml")
        return [sent(running, folder, seed) for seed in (1, 1, 2)]


def test_the_same_seed_sends_the_same_requests(runs):
    first, second, _ = runs

    assert first == second


def test_another_seed_sends_others(runs):
    first, _, third = runs

    assert first != third


def test_the_budget_of_examples_holds_and_nothing_is_left_where_one_stood(tmp_path):
    with server.running(server.Settings()) as running:
        running.write_orders(tmp_path / "orders.toml")
        lines = journal(running, tmp_path, "--examples", "3")
    origins = Counter(line["origin"] for line in lines if line["kind"] == "case")
    properties = sum(path.read_text("utf-8").count("@given(") for path in CONFORMANCE.glob("test_*.py"))

    assert origins["property"] == 3 * properties > 0
    assert {path.name for path in tmp_path.iterdir()} == {"orders.toml", "reports"}


FAULTS = ("quantity-shipped-as-string", "sum-exceeds-by-one", "stores-before-the-sum-is-checked", "missing-allow")
WAYS = {
    "one-at-a-time": "concurrency = 1\n",
    "eight-at-once": "concurrency = 8\n",
}


def judged(running, folder, settings):
    """What plain pytest says of a target: for each clause the outcome, the reading and the signatures."""
    table = f'[here]\nbase_url = "{running.base_url}"\nmay_allocate = true\nmay_stress = true\norders = "orders.toml"\n'
    (folder / "targets.toml").write_text(f'{table}token_env = "TIMP_TOKEN"\n{settings}', "utf-8")
    reports = folder / "judged"
    command = [sys.executable, "-m", "pytest", "-q", str(CONFORMANCE), "--target", "here", "--examples", "5"]
    command += ["--targets-file", str(folder / "targets.toml"), "--reports-dir", str(reports)]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "TIMP_TOKEN": running.settings.token}
    done = subprocess.run(
        command, env=environment, cwd=CONFORMANCE.parents[1], capture_output=True, check=False, timeout=300
    )
    verdicts = json.loads((reports / "verdicts.json").read_text("utf-8"))["verdicts"]

    assert done.returncode == 1, done.stdout
    return {v["clause"]: (v["outcome"], v["reading"], {d["signature"] for d in v["divergences"]}) for v in verdicts}


def test_verdicts_are_the_same_however_many_requests_are_sent_concurrently(tmp_path):
    with server.running(server.Settings(faults=FAULTS)) as running:
        running.write_orders(tmp_path / "orders.toml")
        found = {name: judged(running, tmp_path, way) for name, way in WAYS.items()}

    assert sum(outcome == "failed" for outcome, _, _ in found["one-at-a-time"].values()) >= len(FAULTS)
    for name, verdicts in found.items():
        assert verdicts == found["one-at-a-time"], name
