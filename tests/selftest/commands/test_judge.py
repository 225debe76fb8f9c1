"""`judge`: what was recorded is judged as it was when it was sent, and nothing is sent for it.

`recordings/mitmproxy.har` was made by mitmproxy (`mitmdump --mode reverse:… --set hardump=…`) between a client of
eight calls and the reference provider with the fault quantity-shipped-as-string; its token was replaced by another.
"""

import base64
import json
import os
import random
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from contracts.commands.diff import compare, load
from contracts.commands.judge import judge as judging
from contracts.engine import session
from contracts.recording import store
from contracts.reports import write_all
from contracts.target.targets import Choice
from provider.allocate_order.faults import FAULTS
from tests.selftest import few
from tests.selftest.forks import command

PROGRAM = Path(sys.executable).with_name("timp-conformance")
RECORDED = Path(__file__).parents[1] / "recordings"
FOREIGN, ORDERS = RECORDED / "mitmproxy.har", RECORDED / "orders.toml"
TOKEN = "a-recorded-token-of-no-one"  # noqa: S105 - no one's
VISIBLE = [name for name, fault in FAULTS.items() if not fault.invisible]
EVERY = os.environ.get("EVERY_FAULT")
DRAWN = random.Random(0).sample(sorted(VISIBLE), 100 if EVERY else 2)
DEVIATING = [(name,) for name in DRAWN] if EVERY else [tuple(DRAWN)]
FIVE = ("quantity-shipped-as-string", "sum-exceeds-by-one", "missing-allow", "stores-no-date", "accepts-token-prefix")
SHOWING = ("allocation-object.sum-exceeds", "authentication.near-miss", "http.other-verbs", "state.")
"""The cases in which the five show, and some that are not sent without permission."""

pytestmark = pytest.mark.xdist_group("judge")


def judge(file, reports, *options):
    """The command: its exit code, and all it says."""
    done = command("judge", file, "--reports-dir", reports, *options)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module", params=["clean", "faulty", "without permission"])
def run(request, tmp_path_factory, clean):
    """The folder of a run: its reports, its journal and its HAR; and the report. Only the clean one sends all cases."""
    if request.param == "clean":
        return clean[2], clean[1]
    folder = tmp_path_factory.mktemp("run")
    options = session.Options(Choice(name="embedded", faults=FIVE if request.param == "faulty" else ()), folder)
    with pytest.MonkeyPatch.context() as patch, session.prepared(options) as known:
        few.apply(patch, *SHOWING)
        target = replace(known, may_allocate=request.param != "without permission")
        with session.begun(target, options) as begun:
            session.send(begun)
            report = session.conclude(begun, options)
            assert write_all(report, folder) == report
    return folder, report


@pytest.mark.parametrize("name", ["exchanges.jsonl", "exchanges.har"])
def test_the_recording_of_a_run_gives_its_verdicts(run, name, tmp_path):
    folder, report = run
    code, _ = judge(folder / name, tmp_path)
    sent, judged = load(folder), load(tmp_path)
    keys = ("clause", "outcome", "reading", "cases", "reason")
    again = [
        [d["reproducible"] for verdict in each["verdicts"] for d in verdict["divergences"]] for each in (sent, judged)
    ]
    kept = [{key: verdict[key] for key in keys} for verdict in sent["verdicts"]]

    assert code == report.exit_code
    assert compare(sent, judged)["differs"] is False
    assert [{key: verdict[key] for key in keys} for verdict in judged["verdicts"]] == kept
    assert again[0] == again[1]
    assert judged["causes"] == sent["causes"]


@pytest.mark.parametrize("faults", DEVIATING, ids=" and ".join)
def test_the_recording_of_a_run_on_faults_gives_its_verdicts_and_causes(faults, tmp_path, few_cases):
    if not EVERY:
        broken = [clause for name in faults for clause in FAULTS[name].breaks]
        few_cases("request-parameters.several-line-items", *broken)
    needs = {key: value for name in faults for key, value in FAULTS[name].needs.items()}
    options = session.Options(Choice(name="embedded", faults=faults, readings=needs), tmp_path)
    with session.started(options) as begun:
        report = session.conclude(begun, options)
        assert write_all(report, tmp_path) == report
    sent = load(tmp_path)

    for name in ("exchanges.jsonl", "exchanges.har"):
        code, _ = judge(tmp_path / name, tmp_path / name.replace(".", "-"))
        judged = load(tmp_path / name.replace(".", "-"))
        assert code == report.exit_code  # 0 for a fault at level should
        assert compare(sent, judged)["differs"] is False
        assert judged["causes"] == sent["causes"] != []


def test_what_a_run_writes_is_har_that_names_every_exchange(run):
    folder, _ = run
    log = json.loads((folder / "exchanges.har").read_text("utf-8"))["log"]
    lines = map(json.loads, (folder / "exchanges.jsonl").read_text("utf-8").splitlines())
    required = {"startedDateTime", "time", "request", "response", "cache", "timings"}

    assert log["version"] == "1.2"
    assert [entry["_id"] for entry in log["entries"]] == [line["id"] for line in lines if line["kind"] == "exchange"]
    assert all(required <= set(entry) for entry in log["entries"])
    others = {key for entry in log["entries"] for key in entry} - required
    assert all(key.startswith("_") for key in others)


def test_a_recording_of_another_tool_is_judged_and_what_is_of_other_calls_is_counted(tmp_path):
    code, said = judge(FOREIGN, tmp_path, "--orders", ORDERS)
    found = {verdict["clause"]: verdict for verdict in load(tmp_path)["verdicts"]}

    assert code == 1, said
    assert "6 exchanges, 2 of other calls passed over" in said
    assert {name for name, verdict in found.items() if verdict["outcome"] == "failed"} == {
        "response-parameters.quantity-shipped-type",
        "openapi.body",
    }
    assert found["response-parameters.every-line-item-answered"]["outcome"] == "passed"
    assert found["authentication.challenge"]["outcome"] == "passed"
    assert found["robustness.deep-json"]["outcome"] == "untested"


def test_no_token_of_a_recording_is_written(tmp_path):
    entries = json.loads(FOREIGN.read_text("utf-8"))
    content = entries["log"]["entries"][0]["response"]["content"]
    content["text"] = content["text"][:-1] + f', "by": "{TOKEN}"}}'
    entries["log"]["entries"][0]["request"]["headers"].append({"name": "Cookie", "value": "session=0123456789"})
    entries["log"]["entries"][0]["response"]["headers"].append({"name": "Set-Cookie", "value": "session=9876543210"})
    (tmp_path / "content.har").write_text(json.dumps(entries))
    judge(tmp_path / "content.har", tmp_path / "reports", "--orders", ORDERS)
    written = [path.read_bytes() for path in (tmp_path / "reports").rglob("*") if path.is_file()]
    found = {verdict["clause"]: verdict for verdict in load(tmp_path / "reports")["verdicts"]}

    assert len(written) > 5
    for secret in (TOKEN, "0123456789", "9876543210"):
        assert [text for text in written if secret.encode() in text] == []
    assert found["authentication.token-not-echoed"]["outcome"] == "failed"


def test_a_body_in_base64_is_read_and_a_call_without_an_answer_is_skipped(tmp_path):
    log = json.loads(FOREIGN.read_text("utf-8"))
    first, second = log["log"]["entries"][:2]
    content = first["response"]["content"]
    content["text"], content["encoding"] = base64.b64encode(content["text"].encode()).decode(), "base64"
    second["response"] |= {"status": 0, "headers": [], "content": {}}
    (tmp_path / "other.har").write_text(json.dumps(log))
    code, said = judge(tmp_path / "other.har", tmp_path / "reports", "--orders", ORDERS)
    failed = {v["clause"] for v in load(tmp_path / "reports")["verdicts"] if v["outcome"] == "failed"}

    assert code == 1
    assert "response-parameters.quantity-shipped-type" in failed
    assert "http.no-server-error" not in failed
    assert "1 of the kind: call without an answer" in said


def test_a_run_that_was_killed_is_judged_as_far_as_it_came(run, tmp_path):
    folder, report = run
    text = (folder / "exchanges.jsonl").read_bytes()
    (tmp_path / "cut.jsonl").write_bytes(text[: len(text) // 2])
    code, said = judge(tmp_path / "cut.jsonl", tmp_path / "reports")
    found = {verdict["clause"]: verdict["outcome"] for verdict in load(tmp_path / "reports")["verdicts"]}

    assert code in {0, 1}, said
    if report.may_allocate:
        assert found["allocation-object.sum-equals-ordered"] == "passed"  # the orders are known without an option


def test_traffic_of_several_hosts_has_to_be_separated(tmp_path):
    log = json.loads(FOREIGN.read_text("utf-8"))
    first = log["log"]["entries"][0]["request"]
    first["url"] = first["url"].replace("http://127.0.0.1:8811", "https://api-dev.example.com")
    (tmp_path / "two.har").write_text(json.dumps(log))
    code, said = judge(tmp_path / "two.har", tmp_path / "reports")
    chosen, counted = judge(tmp_path / "two.har", tmp_path / "reports", "--base-url", "https://api-dev.example.com")

    assert (code, chosen) == (4, 1)
    assert "https://api-dev.example.com" in said.replace("\n", " ")
    assert "1 exchanges, 7 of other calls passed over" in counted


def test_a_recording_of_other_calls_alone_tests_nothing(tmp_path):
    log = json.loads(FOREIGN.read_text("utf-8"))
    log["log"]["entries"] = [e for e in log["log"]["entries"] if "allocation" not in e["request"]["url"]]
    (tmp_path / "none.har").write_text(json.dumps(log))

    assert judge(tmp_path / "none.har", tmp_path / "reports")[0] == 5


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(None, "cannot be read", id="not-there"),
        pytest.param(b"", "ends early", id="empty"),
        pytest.param(b"\x00\xff\xfe", "is not", id="binary"),
        pytest.param(b"{", "ends early", id="cut-short"),
        pytest.param(b"[]", "is not a HAR", id="no-object"),
        pytest.param(b'{"log": {"entries": []}}', "log.entries: is empty", id="no-entries"),
        pytest.param(b'{"log": {"entries": [{"request": {}}]}}', "log.entries[0]", id="no-url"),
        pytest.param(b'{"log": {"entries": [[]]}}', "log.entries[0]", id="no-entry"),
        pytest.param(b'{"log": {"_run": 5, "entries": []}}', "log", id="no-facts"),
        pytest.param(b'{"kind":"exchange"}\n', "line 1: is not a line of a journal: 'request'", id="no-exchange"),
        pytest.param(b'{"kind":"case","id":"x","origin":"plan","steps":[["base","y"]]}\n', "line 1", id="no-such"),
        pytest.param(b'{"kind":"run"}\nx\n', "line 1", id="no-run"),
    ],
)
def test_what_is_not_a_recording_is_one_line_and_exit_4(tmp_path, data, words):
    file = tmp_path / "file"
    if data is not None:
        file.write_bytes(data)
    code, said = judge(file, tmp_path / "reports")

    assert code == 4, said
    assert words in said.replace("\n", " ")


def test_a_disk_that_is_full_is_trouble_in_the_suite(run, tmp_path, monkeypatch):
    class Full(store.Store):
        def __init__(self):
            super().__init__()
            self._db.execute("PRAGMA max_page_count = 20")

    folder, _ = run
    monkeypatch.setattr("contracts.commands.judge.Store", Full)
    done = CliRunner().invoke(judging, [str(folder / "exchanges.jsonl"), "--reports-dir", str(tmp_path)])

    assert done.exit_code == 3
    assert "cannot be kept in a temporary file: database or disk is full" in done.output.replace("\n", " ")
    assert list(tmp_path.iterdir()) == []


def test_a_recording_is_not_written_over(run):
    folder, _ = run
    code, said = judge(folder / "exchanges.jsonl", folder)

    assert code == 4
    assert "would be written over" in said.replace("\n", " ")
    assert (folder / "exchanges.jsonl").stat().st_size > 0
