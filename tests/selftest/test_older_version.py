"""What was written before signatures had a version is still used: a journal, a HAR, and a table of targets.

`recordings/signatures_1/` was written by this suite, when signatures had no version and nothing named its endpoint,
from the reference provider with FAULTS. The recordings are cut to some cases; the table is as `accept` wrote it.
"""

import datetime
import json
import os
import shutil
import tomllib
from pathlib import Path

import pytest

from contracts import ENDPOINT
from contracts.commands.diff import load
from provider import server
from tests.selftest.commands.test_judge import judge
from tests.selftest.forks import command
from tests.selftest.target.test_ledger_of_a_deployment import said

OLDER = Path(__file__).parent / "recordings" / "signatures_1"
FAULTS = ("quantity-shipped-as-string", "missing-www-authenticate", "missing-allow")
HEALED = "http.method-not-allowed-names-allow"
SHOWING = ("http.other-verbs", "authentication.absent", "allocation-object.sum-exceeds-ordered")
"""The cases in which the faults, and one more, show."""

pytestmark = pytest.mark.xdist_group("judge")


def failed(folder):
    return {verdict["clause"] for verdict in load(folder)["verdicts"] if verdict["outcome"] == "failed"}


@pytest.mark.parametrize("name", ["exchanges.jsonl", "exchanges.har"])
def test_a_recording_is_judged(name, tmp_path):
    code, printed = judge(OLDER / name, tmp_path)

    assert code == 1
    assert "24 exchanges, 0 of other calls passed over" in printed
    assert failed(tmp_path) == {
        "response-parameters.quantity-shipped-type",
        "authentication.challenge",
        "openapi.body",
        "openapi.headers",
    }
    assert load(tmp_path)["endpoint_name"] == ENDPOINT


def test_the_journal_that_judging_writes_is_judged_as_the_same(tmp_path):
    judge(OLDER / "exchanges.jsonl", tmp_path / "once")
    judge(tmp_path / "once" / "exchanges.jsonl", tmp_path / "twice")
    once, twice = load(tmp_path / "once"), load(tmp_path / "twice")

    assert (
        json.loads((tmp_path / "once" / "exchanges.jsonl").read_text("utf-8").splitlines()[0])["endpoint"] == ENDPOINT
    )
    assert once["verdicts"] == twice["verdicts"]


def test_a_journal_of_an_endpoint_that_there_is_not_is_refused_in_one_line(tmp_path):
    head, _, rest = (OLDER / "exchanges.jsonl").read_text("utf-8").partition("\n")
    facts = json.loads(head) | {"endpoint": "another"}
    (tmp_path / "exchanges.jsonl").write_text(f"{json.dumps(facts, separators=(',', ':'))}\n{rest}", "utf-8")
    code, printed = judge(tmp_path / "exchanges.jsonl", tmp_path / "reports")

    assert code == 4
    assert "exchanges.jsonl: endpoint another: no such endpoint" in printed.replace("\n", " ")


@pytest.fixture(name="folder")
def _folder(tmp_path):
    """A folder with the table of targets; what is known there lasts some days from today."""
    later = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=30)
    text = (OLDER / "targets.toml").read_text("utf-8").replace("expires = 2027-04-01", f"expires = {later}")
    (tmp_path / "targets.toml").write_text(text, "utf-8")
    return tmp_path


def call(folder, *words, few=None):
    files = ["--targets-file", str(folder / "targets.toml"), "--reports-dir", str(folder / "reports")]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "TIMP_TOKEN": "the-token-of-dev"}
    done = command(*words, *files, environment=environment, few=few)
    assert "Traceback" not in done.stdout + done.stderr
    return done


def run(folder, *faults, few=None):
    with server.running(server.Settings(token="the-token-of-dev", faults=faults)) as running:  # noqa: S106
        running.write_orders(folder / "orders.toml")
        path = folder / "targets.toml"
        before = tomllib.loads(path.read_text("utf-8"))["dev"]["base_url"]
        path.write_text(path.read_text("utf-8").replace(before, running.base_url), "utf-8")
        return call(folder, "--target", "dev", "-k", "clauses", few=few)


def test_entries_fail_nothing_and_accept_rewrites_them(folder):
    before = tomllib.loads((folder / "targets.toml").read_text("utf-8"))["dev"]

    known = run(folder, *FAULTS[:2])
    found = said(folder)
    assert known.returncode == 0, known.stdout
    assert (found["summary"]["new"], {note["fails"] for note in found["ledger"]}) == (0, {False})
    assert {note["clause"] for note in found["ledger"] if note["kind"] == "healed"} == {HEALED}
    line = "5 known entries have signatures of an older version, matched by clause and category"
    assert " ".join(known.stdout.split()).count(line) == 1

    accepted = call(folder, "accept", "--target", "dev")
    after = tomllib.loads((folder / "targets.toml").read_text("utf-8"))["dev"]
    entries = after[ENDPOINT]["known"]
    assert accepted.returncode == 0, accepted.stderr
    assert f"healed, taken out: 6718f9ec8cbd {HEALED}" in accepted.stdout
    assert not after.keys() & {"pinned", "covered", "known"}
    assert after[ENDPOINT]["pinned"].items() >= before["pinned"].items()
    assert {entry["clause"] for entry in entries} == {each["clause"] for each in before["known"]} - {HEALED}
    assert [entry for entry in entries if not (entry["signature"].startswith("2-") and entry["category"])] == []
    assert {(entry["reason"], entry["expires"]) for entry in entries} == {
        (each["reason"], each["expires"]) for each in before["known"]
    }

    shutil.rmtree(folder / "reports")
    again = run(folder, *FAULTS[:2])
    assert again.returncode == 0, again.stdout
    assert "of an older version" not in again.stdout
    assert said(folder)["ledger"] == []


def test_what_an_entry_does_not_speak_of_is_new(folder):
    new = run(folder, *FAULTS, "sum-exceeds-by-one", few=SHOWING)

    assert new.returncode == 1
    assert {cause["known"] for cause in said(folder)["causes"]} == {True, False}
