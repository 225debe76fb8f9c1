"""`explain`: a clause in all its parts, a divergence by its signature, and a document that is never stale."""

import json
import re

import pytest
from click.testing import CliRunner

from contracts import ROOT
from contracts.commands.explain import everything
from contracts.commands.explain import explain as explaining
from contracts.commands.places import ACCEPTS_NOTHING
from contracts.endpoint.discovery import discover
from tests.selftest.forks import command


@pytest.fixture(scope="module")
def every():
    """All clauses with what is to be said of them."""
    return everything(discover()["allocate_order"])


@pytest.fixture
def said(every, monkeypatch):
    """The command where what is to be said of all clauses is known already: what it says."""
    monkeypatch.setattr("contracts.commands.explain.everything", lambda _: every)

    def of(*words):
        done = CliRunner().invoke(explaining, words)
        assert done.exit_code == 0, done.output
        return done.output

    return of


def explain(*words):
    """The command: its exit code, and what it says."""
    done = command("explain", *words)
    return done.returncode, done.stdout, done.stderr


def test_the_document_is_as_make_docs_writes_it(tmp_path):
    assert explain("--write", tmp_path)[0] == 0
    assert [path.name for path in tmp_path.iterdir()] == ["clauses.md"]
    assert (tmp_path / "clauses.md").read_text("utf-8") == (ROOT / "docs" / "clauses.md").read_text("utf-8")


def test_each_planned_request_is_shown_as_a_difference_from_the_one_it_varies(said):
    output = said("http.json-constants")

    assert (
        "| `-Infinity` | plain | `/line_items/0/allocation/quantity_accepted: -Infinity`;"
        " `/line_items/0/allocation/quantity_rejected: 10` | `-Infinity` |  |"
    ) in output


def test_a_clause_is_explained_in_all_its_parts():
    code, output, _ = explain("authentication.near-miss")

    assert code == 0
    for part in (
        "Written under Curl, line 153",
        "`near: prefix`",
        "authentication.py",
        "`accepts-token-prefix`",
        "accept",
    ):
        assert part in output


def test_a_question_is_explained_with_its_readings_and_how_to_pin_one(said):
    output = said("response-parameters.shape")

    assert re.search(r"\| `object` \|.*\| yes \|", output)
    assert '[NAME.pinned]\n"response-parameters.shape" = "object"' in output


def test_every_clause_is_somewhere_is_judged_and_has_a_fault_that_it_sees(every):
    assert [name for name, each in every.items() if not each.lines and "page" in each.clause.source] == []
    assert [name for name, each in every.items() if not (ROOT / each.file).is_file()] == []
    unproved = {name for name, each in every.items() if not (each.breaks or each.also or each.clause.is_question)}
    # A target that breaks the first two accepts nothing: exit 5 or 6, and no clause has a verdict. Only the servers of
    # tests/selftest/hostile_servers.py send what breaks the third one.
    accepts_nothing = {"url-parameters.order-uuid-addresses-the-order", "authentication.token"}
    assert unproved == {*accepts_nothing, "http.header-syntax"}


def test_every_clause_says_at_which_file_and_line_it_is_judged_sent_and_proved(every):
    for name, each in every.items():
        places = dict(each.code)
        assert list(places) == ["Judged", "Sent", "Proved"], name
        for place in [place for where in places.values() for place in where]:
            path, _, number = place.rpartition(":")
            line = (ROOT / path).read_text("utf-8").splitlines()[int(number) - 1]
            assert re.search(rf'^\s*(@|def |.*lambda)|"{name}"', line), (name, place, line)
        assert all(places.values()), name


def test_what_proves_a_clause_is_a_fault_or_a_choice_unless_breaking_it_leaves_nothing_to_judge(every):
    ended = {name for name, each in every.items() if (ACCEPTS_NOTHING,) in dict(each.code)["Proved"].values()}

    assert ended == {"url-parameters.order-uuid-addresses-the-order", "authentication.token"}


def test_a_clause_is_explained_with_its_places(said):
    output = said("allocation-object.sum-exceeds-ordered")

    assert re.search(r"- Judged at `contracts/endpoint/oracle.py:\d+`", output)
    assert re.search(r"- Sent at `contracts/allocate_order/quantity_sums.py:\d+`: excess", output)
    assert re.search(r"- Proved at `provider/allocate_order/faults/sums.py:\d+`: sum-exceeds-by-one", output)


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        pytest.param("sum-exceeds", "allocation-object.sum-exceeds-ordered", id="a-part"),
        pytest.param("authentication.near-mis", "authentication.near-miss", id="a-letter-less"),
        pytest.param("statte.repeat", "state.repeat", id="a-letter-more"),
        pytest.param("shpae", "response-parameters.shape", id="letters-swapped"),
    ],
)
def test_a_clause_there_is_not_ends_with_what_may_be_meant(word, meant):
    code, _, error = explain(word)

    assert code == 4
    assert meant in error.replace("\n", " ")


def test_a_name_like_nothing_ends_with_where_all_are_listed():
    code, _, error = explain("qqqqqq")

    assert code == 4
    assert "`timp-conformance explain` lists all clauses" in error.replace("\n", " ")


def test_without_a_name_all_clauses_are_listed(every):
    code, output, _ = explain()

    assert code == 0
    assert [name for name in every if f"| `{name}` |" not in output] == []


def test_a_divergence_of_the_last_run_is_explained_with_its_clause(tmp_path, said):
    found = {
        "signature": "0123456789ab",
        "category": "sum",
        "field": "line_items[]",
        "label": "by one",
        "expected": "a refusal",
        "observed": "200",
        "known": False,
        "reproducible": "3/3",
        "seen": 4,
        "of": 12,
        "request_id": "r-1",
        "curl": "curl -X PUT",
    }
    verdict = {"clause": "allocation-object.sum-exceeds-ordered", "level": "must", "divergences": [found]}
    (tmp_path / "verdicts.json").write_text(json.dumps({"verdicts": [verdict]}))

    output = said("0123456789ab", "--reports-dir", str(tmp_path))

    for part in (
        "# Divergence 0123456789ab",
        "Observed: `200`",
        "curl -X PUT",
        "# allocation-object.sum-exceeds-ordered",
    ):
        assert part in output
