"""Two calls of one deployment, in one table of targets: each has a ledger and a journal of its own."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from contracts import ENDPOINT
from tests.selftest.forks import command

ELSEWHERE = Path(__file__).parents[1] / "tracking"
FAILING = "authentication.absent"
TOKEN = "the-token-of-dev"  # noqa: S105 - no one's
TABLE = """[dev]
base_url = "{}"
may_allocate = true
may_stress = true
orders = "orders.toml"
"""

pytestmark = pytest.mark.xdist_group("ledger")


def call(folder, *words):
    """The program, which knows of the other call by a variable."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "TIMP_TOKEN": TOKEN}
    return command(*words, environment=environment | {"TIMP_ENDPOINTS": str(ELSEWHERE)}, cwd=folder, few=[FAILING])


# The provider of the other call is found by the variable, too: it is served by the program.
SERVED = """
import sys
from pathlib import Path
from provider import server
settings = server.Settings(token=sys.argv[1], faults=("missing-www-authenticate",), endpoint=sys.argv[2])
with server.running(settings) as running:
    running.write_orders(Path("orders.toml"))
    print(running.base_url, flush=True)
    sys.stdin.read()
"""


def run(folder, endpoint):
    """The suite on a deployment whose answers 401 name no challenge."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "TIMP_ENDPOINTS": str(ELSEWHERE)}
    words = [sys.executable, "-c", SERVED, TOKEN, endpoint]
    with subprocess.Popen(
        words, env=environment, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as served:
        url = served.stdout.readline().strip()
        path = folder / "targets.toml"
        lines = path.read_text("utf-8").splitlines() if path.exists() else TABLE.splitlines()
        path.write_text("\n".join(["[dev]", f'base_url = "{url}"', *lines[2:], ""]), "utf-8")
        done = call(folder, "run", "--target", "dev", "--endpoint", endpoint, "-k", "clauses")
        served.communicate()
    return done


def test_each_call_has_a_ledger_of_its_own_in_the_table_of_the_target(tmp_path):
    ledgers = {}
    for endpoint in (ENDPOINT, "tracking"):
        new = run(tmp_path, endpoint)
        accepted = call(tmp_path, "accept", "--reason", "mended in 2.4")
        assert (new.returncode, accepted.returncode) == (1, 0), new.stdout + new.stderr + accepted.stderr
        ledgers[endpoint] = tomllib.loads((tmp_path / "targets.toml").read_text("utf-8"))["dev"][endpoint]
    known = run(tmp_path, "tracking")
    table = tomllib.loads((tmp_path / "targets.toml").read_text("utf-8"))["dev"]
    signatures = [{entry["signature"] for entry in ledger["known"]} for ledger in ledgers.values()]

    assert known.returncode == 0, known.stdout
    assert {endpoint: table[endpoint] for endpoint in ledgers} == ledgers
    assert [{entry["clause"] for entry in ledger["known"]} for ledger in ledgers.values()] == [
        {"authentication.challenge", "openapi.headers"}
    ] * 2
    assert signatures[0].isdisjoint(signatures[1])

    # A recording names its call: nothing has to say which it is.
    judged = call(tmp_path, "judge", "reports/exchanges.jsonl", "--reports-dir", "judged")
    assert "Add Order Tracking" in judged.stdout
    assert json.loads((tmp_path / "judged" / "verdicts.json").read_text("utf-8"))["endpoint_name"] == "tracking"
