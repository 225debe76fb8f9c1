"""A ledger over the life of a deployment: what is new, accepted, healed, and what a report suggests."""

import datetime
import json
import os
import tomllib
from dataclasses import replace

import pytest
import tomlkit

from contracts import ENDPOINT, SPECS
from contracts.endpoint.catalogue import load
from contracts.engine import session, verdicts
from contracts.target import ledger
from contracts.target.embedded import target
from contracts.target.targets import Choice
from provider import server
from tests.selftest.forks import command
from tests.selftest.report_sample import NEW

pytestmark = pytest.mark.xdist_group("ledger")
ALLOW = "http.method-not-allowed-names-allow"
FAULTS = ("missing-allow", "accepts-date-02-30", "quantity-shipped-as-string", "missing-www-authenticate")
CASES = (
    "allocation-object.backorder-date-calendar",
    "http.other-verbs",
    "authentication.absent",
    "robustness.long-path",
    "allocation-object.sum-exceeds",
)
"""What the faults show in, and what is not sent where nothing may be stressed."""


@pytest.fixture(scope="module")
def dev(tmp_path_factory):
    """A deployment with three deviations, its table of targets, and how to run the suite on it."""
    folder = tmp_path_factory.mktemp("dev")
    path = folder / "targets.toml"
    token = "the-token-of-dev"  # noqa: S105 - no one's

    def run(*faults, **readings):
        """The suite on the deployment as it is now: exit code, what was said, and the verdicts."""
        given = {key.replace("__", ".").replace("_", "-"): value for key, value in readings.items()}
        with server.running(server.Settings(token=token, faults=faults, readings=given)) as running:
            running.write_orders(folder / "orders.toml")
            lines = path.read_text("utf-8").splitlines() if path.exists() else ["# ours", "[dev]", ""]
            lines[2] = f'base_url = "{running.base_url}"  # where it answers'
            if len(lines) == 3:
                lines += ["may_allocate = true", "may_stress = true", 'orders = "orders.toml"']
            path.write_text("\n".join(lines) + "\n", "utf-8")
            return call(folder, "--target", "dev", "-k", "clauses")

    return folder, run


def call(folder, *words):
    files = ["--targets-file", str(folder / "targets.toml"), "--reports-dir", str(folder / "reports")]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "TIMP_TOKEN": "the-token-of-dev"}
    done = command(*words, *files, environment=environment, few=CASES)
    assert "Traceback" not in done.stdout + done.stderr
    return done


def said(folder):
    return json.loads((folder / "reports" / "verdicts.json").read_text("utf-8"))


def test_a_ledger_is_strict_both_ways_over_the_life_of_a_deployment(dev):
    folder, run = dev
    path = folder / "targets.toml"

    new = run(*FAULTS)
    assert new.returncode == 1
    assert "timp-conformance accept --target dev" in new.stdout
    assert "[[dev.allocate_order.known]]" in (folder / "reports" / "summary.md").read_text("utf-8")

    assert call(folder, "accept").returncode == 4  # no reason
    assert "c99: no such cause or divergence" in call(folder, "accept", "c99", "--reason", "no").stderr
    first = said(folder)["causes"][0]["signatures"]
    assert first[0] in command("explain", "c1", "--reports-dir", folder / "reports").stdout
    assert call(folder, "accept", "c1", "--reason", "mended in 2.4", "--link", "https://x.example/1").returncode == 0
    assert [each["signature"] for each in tomllib.loads(path.read_text("utf-8"))["dev"][ENDPOINT]["known"]] == first
    accepted = call(folder, "accept", "--reason", "mended in 2.4", "--link", "https://x.example/1")
    assert accepted.returncode == 0
    kept = tomllib.loads(path.read_text("utf-8"))["dev"][ENDPOINT]
    signatures = [entry["signature"] for entry in kept["known"]]
    assert {entry["reason"] for entry in kept["known"]} == {"mended in 2.4"}
    assert len(kept["covered"]) > 70
    assert len(kept["pinned"]) > 10
    assert path.read_text("utf-8").startswith("# ours\n[dev]\nbase_url")
    assert "# where it answers" in path.read_text("utf-8")
    before = path.read_bytes()

    known = run(*FAULTS)
    assert (known.returncode, said(folder)["summary"]["known"]) == (0, len(signatures))
    again = call(folder, "accept", "--reason", "mended in 2.4")
    assert again.stdout == "nothing has changed\n"
    assert path.read_bytes().splitlines()[3:] == before.splitlines()[3:]

    text = path.read_text("utf-8")
    path.write_text(text.replace("may_stress = true", "may_stress = false"), "utf-8")
    drifted = run(*FAULTS, response_parameters__shape="array")
    assert drifted.returncode == 1
    fails = {note["kind"]: note["clause"] for note in said(folder)["ledger"] if note["fails"]}
    assert fails.keys() == {"drifted", "lost", "healed"}
    assert fails["healed"] == "openapi.body"  # an array has no quantity_shipped

    aged = tomlkit.parse(text)
    next(entry for entry in aged["dev"][ENDPOINT]["known"] if entry["clause"] != ALLOW)["expires"] = datetime.date(
        2020, 1, 1
    )
    path.write_text(tomlkit.dumps(aged), "utf-8")
    changed = run(*FAULTS[1:], "sum-exceeds-by-one")
    assert changed.returncode == 1
    assert 'take the known entry with signature = "' in " ".join(changed.stdout.split())
    assert {note["kind"] for note in said(folder)["ledger"]} == {"healed", "expired"}
    assert "[[dev.allocate_order.known]]" in (folder / "reports" / "summary.md").read_text("utf-8")

    path.write_text(text, "utf-8")
    run(*FAULTS[2:])
    mended = call(folder, "accept")
    assert mended.returncode == 0
    assert mended.stdout.count("healed, taken out") == len(signatures) - len(
        tomllib.loads(path.read_text("utf-8"))["dev"][ENDPOINT]["known"]
    )


@pytest.mark.parametrize(
    ("target", "table"),
    [
        pytest.param("dev", "dev", id="a-name"),
        pytest.param("the shop", "the shop", id="with-a-blank"),
        pytest.param("https://api-dev.example.com:8443", "api-dev-example-com-8443", id="by-its-url"),
    ],
)
def test_the_entry_that_a_report_shows_is_toml_and_names_the_table_of_the_target(target, table):
    text = ledger.entry_for(NEW.divergences[0], target, ENDPOINT, datetime.date(2027, 1, 1))
    ((name, content),) = tomllib.loads(text).items()

    assert name == table
    assert ledger.read(content, "here", load(SPECS / "allocate_order" / "clauses.toml")).known


@pytest.mark.parametrize(
    ("change", "why"),
    [
        pytest.param({"complete": False}, "is not whole", id="interrupted"),
        pytest.param({"exit_code": 6}, "is not whole", id="target-lost"),
        pytest.param({"target": {"name": "embedded", "base_url": "http://127.0.0.1:1"}}, "no table", id="embedded"),
        pytest.param(
            {"target": {"name": "prod", "base_url": "https://x.example"}}, "the last run was of prod", id="other"
        ),
    ],
)
def test_only_a_whole_run_of_that_target_is_accepted(tmp_path, change, why):
    (tmp_path / "reports").mkdir()
    (tmp_path / "targets.toml").write_text("[dev]\n", "utf-8")
    run = {"complete": True, "exit_code": 0, "why": "", "target": {"name": "dev", "base_url": "https://x.example"}}
    run |= {"verdicts": [], "questions": [], "ledger": []} | change
    (tmp_path / "reports" / "verdicts.json").write_text(json.dumps(run), "utf-8")

    done = call(tmp_path, "accept", *(["--target", "dev"] if run["target"]["name"] == "prod" else []))

    assert done.returncode == 4
    assert why in done.stderr.replace("\n", " ")


def test_a_pinned_flagged_reading_does_not_fail_a_pedantic_run(tmp_path, few_cases):
    encoding = "allocation-object.quantity-encoding"
    few_cases(encoding)
    options = session.Options(Choice(), tmp_path, pedantic=True)
    with server.running(server.Settings(readings={encoding: "both"})) as running:
        for pinned, code in (({}, 1), ({encoding: "both"}, 0)):
            known = replace(target(running), ledger=ledger.Ledger(pinned))
            with session.begun(known, options) as run:
                session.send(run)
                report = verdicts.report(run, defects=(), complete=True, pedantic=True)
            assert (report.exit_code, len(report.flagged)) == (code, 1)
