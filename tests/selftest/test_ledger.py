"""What is known of a target: strict both ways, read with care, written by `accept`."""

import datetime
import json
import os
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
import tomlkit

from contracts import ENDPOINT, SPECS
from contracts.endpoint.catalogue import load
from contracts.engine import session, verdicts
from contracts.model.clause import Outcome
from contracts.model.report import Known, Verdict
from contracts.target import ledger
from contracts.target.embedded import target
from contracts.target.targets import Choice
from provider import server
from tests.selftest.forks import command
from tests.selftest.test_render_sample import NEW

pytestmark = pytest.mark.xdist_group("ledger")
CATALOGUE = load(SPECS / "allocate_order" / "clauses.toml")
PROGRAM = Path(sys.executable).with_name("timp-conformance")
TODAY = datetime.date(2027, 3, 15)
ALLOW, SHAPE, OTHER = "http.method-not-allowed-names-allow", "response-parameters.shape", "http.no-reflection"
ENTRY = {"signature": "2-9f0c41d2a7b3", "clause": ALLOW, "reason": "in 2.4", "expires": datetime.date(2027, 3, 31)}


def all_passed(**changed):
    """A verdict for each clause: passed, except some."""
    found = {name: Verdict(clause, Outcome.PASSED, 3) for name, clause in CATALOGUE.clauses.items()}
    return [changed.get(name, verdict) for name, verdict in found.items()]


def notes(known=(), pinned=(), covered=(), **changed):
    entries = {entry.signature: entry for entry in known}
    kept = ledger.Ledger(dict(pinned), tuple(covered), entries)
    return [(note.kind, note.fails) for note in ledger.compare(kept, all_passed(**changed), TODAY, "dev")]


def test_nothing_known_is_nothing_to_say():
    assert notes() == []


def test_a_known_divergence_whose_clause_passed_has_healed():
    assert notes([Known(**ENTRY)]) == [("healed", True)]


@pytest.mark.parametrize(("days", "said"), [(0, []), (-1, [("expired", True)])], ids=["last-day", "day-after"])
def test_a_known_divergence_that_still_shows_expires_after_its_day(days, said):
    (seen,) = NEW.divergences
    entry = ENTRY | {"signature": seen.signature, "clause": seen.clause, "expires": TODAY + datetime.timedelta(days)}

    assert notes([Known(**entry)], **{seen.clause: NEW}) == said


def test_a_flaky_one_may_be_absent():
    assert notes([Known(**ENTRY, flaky=True)]) == [("absent", False)]


def test_one_that_comes_and_goes_is_never_gone():
    clause = "availability.every-request-is-answered"

    assert notes([Known(**{**ENTRY, "clause": clause})]) == [("absent", False)]


@pytest.mark.parametrize("outcome", [Outcome.UNTESTED, Outcome.CANT_TELL, Outcome.INAPPLICABLE])
def test_one_whose_clause_was_not_exercised_is_listed_and_fails_nothing(outcome):
    unsaid = Verdict(CATALOGUE.clauses[ALLOW], outcome, 0, None, "why")

    assert notes([Known(**ENTRY)], **{ALLOW: unsaid}) == [("absent", False)]


@pytest.mark.parametrize(("outcome", "said"), [(Outcome.UNTESTED, [("lost", True)]), (Outcome.INAPPLICABLE, [])])
def test_coverage_is_lost_where_a_clause_gets_no_verdict_any_more(outcome, said):
    unsaid = Verdict(CATALOGUE.clauses[ALLOW], outcome, 0, None, "why")

    assert notes(covered=[ALLOW, OTHER], **{ALLOW: unsaid}) == said


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        pytest.param(Verdict(CATALOGUE.clauses[SHAPE], Outcome.PASSED, 3, "object"), [], id="followed"),
        pytest.param(Verdict(CATALOGUE.clauses[SHAPE], Outcome.PASSED, 3, "array"), [("drifted", True)], id="another"),
        pytest.param(Verdict(CATALOGUE.clauses[SHAPE], Outcome.FAILED, 3, None), [("drifted", True)], id="none"),
        pytest.param(Verdict(CATALOGUE.clauses[SHAPE], Outcome.CANT_TELL, 0), [("absent", False)], id="not-looked-at"),
    ],
)
def test_a_pinned_reading_is_held_to(verdict, said):
    assert notes(pinned={SHAPE: "object"}, **{SHAPE: verdict}) == said


WRONG = {
    "no-such-clause": ({"known": [ENTRY | {"clause": "http.nope"}]}, "clause: http.nope: no such clause"),
    "a-clause-spelt-otherwise": ({"covered": ["http.no-reflexion"]}, "did you mean http.no-reflection?"),
    "no-question": ({"pinned": {ALLOW: "yes"}}, "leaves nothing open"),
    "no-such-reading": ({"pinned": {SHAPE: "list"}}, f"pinned.{SHAPE}: 'list': write one of object, array"),
    "no-reason": ({"known": [{k: v for k, v in ENTRY.items() if k != "reason"}]}, "known[0] reason: is missing"),
    "an-empty-reason": ({"known": [ENTRY | {"reason": " "}]}, "write some words"),
    "no-expiry": ({"known": [{k: v for k, v in ENTRY.items() if k != "expires"}]}, "expires: is missing"),
    "expiry-in-quotes": ({"known": [ENTRY | {"expires": "2027-03-31"}]}, "write a day without quotes"),
    "expiry-with-a-time": (
        {"known": [ENTRY | {"expires": datetime.datetime(2027, 3, 1, tzinfo=datetime.UTC)}]},
        "a day",
    ),
    "no-signature": ({"known": [ENTRY | {"signature": "abc"}]}, "signature: 'abc': write it as a report shows it"),
    "a-signature-twice": ({"known": [ENTRY, ENTRY]}, "known[1] signature: 2-9f0c41d2a7b3: is there twice"),
    "a-signature-in-both-tables": (
        {"known": [ENTRY], ENDPOINT: {"known": [ENTRY]}},
        f"{ENDPOINT}.known[0] signature: 2-9f0c41d2a7b3: is there twice",
    ),
    "a-reading-of-the-endpoint": ({ENDPOINT: {"pinned": {SHAPE: "list"}}}, f"{ENDPOINT}.pinned.{SHAPE}: 'list': write"),
    "no-such-endpoint": ({"alocate_order": {}}, "alocate_order: no such endpoint; there are: allocate_order; did you"),
    "an-unknown-key": ({"known": [ENTRY | {"since": 3}]}, "since: no such key"),
    "flaky-no-truth": ({"known": [ENTRY | {"flaky": "yes"}]}, "flaky: 'yes': write true or false"),
    "no-table": ({"known": [3]}, "write it as a table"),
}


@pytest.mark.parametrize(("table", "said"), WRONG.values(), ids=list(WRONG))
def test_a_wrong_entry_is_one_line_with_its_key_and_what_to_write(table, said):
    with pytest.raises(ledger.LedgerError) as raised:
        ledger.read(table, "targets.toml: [dev]", CATALOGUE)

    assert said in str(raised.value)
    assert str(raised.value).startswith("targets.toml: [dev] ")
    assert "\n" not in str(raised.value)


def test_a_right_one_is_read():
    read = ledger.read({"known": [ENTRY], "pinned": {SHAPE: "array"}, "covered": [ALLOW]}, "dev", CATALOGUE)

    assert read == ledger.Ledger({SHAPE: "array"}, (ALLOW,), {ENTRY["signature"]: Known(**ENTRY)})


def test_the_table_of_an_endpoint_is_read_with_what_names_no_endpoint_and_without_those_of_others():
    more = ENTRY | {"signature": "2-000000000000"}
    own = {"known": [more], "pinned": {SHAPE: "array"}, "covered": [OTHER]}
    table = {
        "known": [ENTRY],
        "pinned": {SHAPE: "object"},
        "covered": [ALLOW],
        ENDPOINT: own,
        "another": {"known": [3]},
    }

    read = ledger.read(table, "dev", CATALOGUE, others=["another"])

    known = {entry["signature"]: Known(**entry) for entry in (ENTRY, more)}
    assert read == ledger.Ledger({SHAPE: "array"}, (ALLOW, OTHER), known)


def test_what_names_no_endpoint_is_not_another_endpoints():
    read = ledger.read(
        {"known": [ENTRY], ENDPOINT: {"covered": [ALLOW]}}, "dev", CATALOGUE, "another", others=[ENDPOINT]
    )

    assert read == ledger.Ledger()


# ------------------------------------------------------------------------------- entries of an older version

OLDER = Known(**ENTRY | {"signature": "9f0c41d2a7b3"})


def as_known(*known, category="HTTP", sometimes=False):
    kept = ledger.Ledger(known={entry.signature: entry for entry in known})
    return kept.known_as("2-0123456789ab", ALLOW, category, sometimes=sometimes)


def test_an_entry_of_an_older_version_is_the_one_for_what_its_clause_and_category_show():
    of_category = replace(OLDER, category="HTTP")

    assert as_known(OLDER) == OLDER
    assert as_known(of_category) == of_category
    assert as_known(of_category, category="status code") is None
    assert as_known(replace(OLDER, clause=OTHER)) is None
    assert as_known(Known(**ENTRY)) is None
    assert as_known(replace(OLDER, signature="1-9f0c41d2a7b3")) is not None


def test_of_several_it_is_the_one_that_shows_as_often_and_lasts_longest():
    longer = replace(OLDER, signature="0" * 12, expires=TODAY + datetime.timedelta(99))
    flaky = replace(OLDER, signature="1" * 12, flaky=True)

    assert as_known(OLDER, longer, flaky) == longer
    assert as_known(OLDER, longer, flaky, sometimes=True) == flaky


def test_an_exact_entry_comes_before_one_of_an_older_version():
    exact = replace(OLDER, signature="2-0123456789ab")

    assert as_known(OLDER, exact) == exact


@pytest.mark.parametrize(
    ("days", "seen", "said"),
    [
        pytest.param(0, True, [], id="seen"),
        pytest.param(-1, True, [("expired", False)], id="expired"),
        pytest.param(0, False, [("healed", False)], id="healed"),
    ],
)
def test_an_entry_of_an_older_version_never_fails(days, seen, said):
    (found,) = NEW.divergences
    entry = replace(OLDER, clause=found.clause, expires=TODAY + datetime.timedelta(days))

    assert notes([entry], **({found.clause: NEW} if seen else {})) == said


def test_one_line_says_how_many_there_are_and_what_rewrites_them():
    kept = ledger.Ledger(known={name * 12: replace(OLDER, signature=name * 12) for name in "01"})

    (line,) = kept.remarks("the shop")
    assert line.startswith("2 known entries have signatures of an older version")
    assert line.endswith("`timp-conformance accept --target 'the shop'` rewrites what was seen")
    assert ledger.Ledger(known={ENTRY["signature"]: Known(**ENTRY)}).remarks("dev") == ()


# ---------------------------------------------------------------------------------------- whole runs

FAULTS = ("missing-allow", "quantity-shipped-as-string", "missing-www-authenticate")


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
    done = command(*words, *files, environment=environment)
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
    accepted = call(folder, "accept", "--reason", "mended in 2.4", "--link", "https://x.example/1")
    assert accepted.returncode == 0
    kept = tomllib.loads(path.read_text("utf-8"))["dev"][ENDPOINT]
    signatures = [entry["signature"] for entry in kept["known"]]
    assert {entry["reason"] for entry in kept["known"]} == {"mended in 2.4"}
    assert len(kept["covered"]) > 140
    assert len(kept["pinned"]) > 40
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
    assert {note["kind"] for note in said(folder)["ledger"] if note["fails"]} == {"drifted", "lost"}

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


def test_a_pinned_flagged_reading_does_not_fail_a_pedantic_run(tmp_path):
    encoding = "allocation-object.quantity-encoding"
    options = session.Options(Choice(), tmp_path, pedantic=True)
    with server.running(server.Settings(readings={encoding: "both"})) as running:
        for pinned, code in (({}, 1), ({encoding: "both"}, 0)):
            known = replace(target(running), ledger=ledger.Ledger(pinned))
            with session.begun(known, options) as run:
                session.send(run)
                report = verdicts.report(run, defects=(), complete=True, pedantic=True)
            assert (report.exit_code, len(report.flagged)) == (code, 1)
