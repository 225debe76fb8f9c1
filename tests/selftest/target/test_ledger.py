"""What is known of a target: strict both ways, read with care, written by `accept`."""

import datetime
import tomllib
from dataclasses import replace

import pytest

from contracts import ENDPOINT, SPECS
from contracts.endpoint.catalogue import load
from contracts.model.clause import Outcome
from contracts.model.report import Known, Verdict
from contracts.target import ledger
from tests.selftest.report_sample import NEW

pytestmark = pytest.mark.xdist_group("ledger")
CATALOGUE = load(SPECS / "allocate_order" / "clauses.toml")
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
    (line,) = ledger.Ledger(known={OLDER.signature: OLDER}).remarks("dev")
    assert line.startswith("1 known entry has a signature of an older version")
    assert ledger.Ledger(known={ENTRY["signature"]: Known(**ENTRY)}).remarks("dev") == ()


# ---------------------------------------------------------------------------------------- whole runs


@pytest.mark.parametrize("by_chance", [False, True])
def test_the_entry_that_is_suggested_is_flaky_only_if_the_divergence_shows_by_chance(by_chance):
    found = replace(NEW.divergences[0], sometimes=True, by_chance=by_chance)
    written = tomllib.loads(ledger.entry_for(found, "the shop", "allocate_order", TODAY))
    (entry,) = written["the shop"]["allocate_order"]["known"]

    assert entry == {
        "signature": found.signature,
        "clause": found.clause,
        "category": found.category,
        "reason": "…",
        "expires": TODAY + datetime.timedelta(days=90),
        **({"flaky": True} if by_chance else {}),
    }
