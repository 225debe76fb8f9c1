"""`diff`: what differs between two runs is listed, all of it and nothing else."""

import copy
import json
import sys
from pathlib import Path

import jsonschema
import pytest
from markdown_it import MarkdownIt

from contracts import ROOT
from contracts.commands.diff import compare, load
from contracts.engine import session
from contracts.reports import difference, verdicts_json
from contracts.target.targets import Choice
from provider.allocate_order.faults import FAULTS
from tests.selftest import few
from tests.selftest.forks import command

PROGRAM = Path(sys.executable).with_name("timp-conformance")
EIGHT = (
    "accepts-date-13-01",
    "accepts-negative-quantity-rejected",
    "accepts-token-prefix",
    "answers-only-first-line",
    "finds-orders-by-their-beginning",
    "leaks-an-sql-query",
    "reads-xml-as-json",
    "takes-patch-for-put",
)
"""Of different kinds, each breaking one clause and touching no other."""
BROKEN = {clause for name in EIGHT for clause in FAULTS[name].breaks}

pytestmark = pytest.mark.xdist_group("diff")


def judged(folder, *faults, **options):
    """A run against a provider with the cases in which the faults show and few others, as verdicts.json has it."""
    asked = session.Options(Choice(name="embedded", faults=faults, **options), folder)
    with pytest.MonkeyPatch.context() as patch:
        few.apply(patch, *BROKEN)
        with session.started(asked) as run:
            report = session.conclude(run, asked)
    verdicts_json.write(report, folder)
    return load(folder)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A run with eight faults, and a clean one."""
    folders = [tmp_path_factory.mktemp("faulty"), tmp_path_factory.mktemp("clean")]
    return folders, (judged(folders[0], *EIGHT), judged(folders[1]))


def schema():
    return json.loads((ROOT / "contracts" / "commands" / "diff.schema.json").read_text("utf-8"))


def test_between_eight_faults_and_none_there_are_these_eight(runs):
    found = compare(*runs[1])

    assert len(BROKEN) == len(EIGHT)
    assert {divergence["clause"] for divergence in found["only_a"]} == BROKEN
    assert {row["clause"]: (row["a"], row["b"]) for row in found["outcomes"]} == dict.fromkeys(
        BROKEN, ("failed", "passed")
    )
    assert (found["only_b"], found["readings"], found["warnings"], found["differs"]) == ([], [], [], True)
    jsonschema.validate(found, schema())


def test_the_other_way_round_they_are_on_the_other_side(runs):
    there, back = compare(*runs[1]), compare(*reversed(runs[1]))

    assert (back["only_a"], back["only_b"]) == (there["only_b"], there["only_a"])


def test_between_a_run_and_itself_there_is_nothing(runs):
    for run in runs[1]:
        found = compare(run, run)
        assert (found["outcomes"], found["readings"], found["only_a"], found["only_b"]) == ([], [], [], [])
        assert found["differs"] is False


def test_a_reading_that_differs_is_a_difference(runs, tmp_path):
    other = judged(tmp_path, readings={"response-parameters.sku-cost-encoding": "string"})
    found = compare(runs[1][1], other)

    rows = [{"clause": "response-parameters.sku-cost-encoding", "a": "number", "b": "string"}]
    assert (found["readings"], found["outcomes"], found["differs"]) == (rows, [], True)


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        pytest.param("seed", 7, "seed: 0 and 7", id="seed"),
        pytest.param(
            "complete",
            False,
            "not everything was sent in B: what is missing there may be unseen, not gone",
            id="interrupted",
        ),
        pytest.param("pedantic", True, "pedantic: False and True", id="pedantic"),
    ],
)
def test_runs_on_other_cases_are_compared_with_a_warning(runs, key, value, words):
    other = copy.deepcopy(runs[1][1])
    other[key] = value

    assert compare(runs[1][1], other)["warnings"] == [words]


def test_runs_that_were_given_different_things_are_warned_of(runs):
    other = copy.deepcopy(runs[1][1])
    other["verdicts"][0]["outcome"] = "untested"
    (warning,) = compare(runs[1][1], other)["warnings"]

    assert warning.startswith("clauses with a verdict in one of them only: 1;")


def test_a_run_without_permission_and_one_of_another_version_are_warned_of(runs):
    other = copy.deepcopy(runs[1][1])
    other["target"]["may_allocate"] = False
    del other["verdicts"][0]
    found = compare(runs[1][1], other)

    assert len(found["warnings"]) == 2
    assert found["outcomes"] == [{"clause": runs[1][1]["verdicts"][0]["clause"], "a": "passed", "b": None}]
    jsonschema.validate(found, schema())


def differences(*words):
    """The command: its exit code, and what it wrote to standard output and to standard error."""
    done = command("diff", *words)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("form", ["terminal", "markdown", "json"])
def test_every_form_names_every_clause_that_differs(runs, form):
    code, output, _ = differences(*runs[0], "--format", form)

    assert code == 1
    for name in EIGHT:
        assert FAULTS[name].breaks[0] in output


def test_no_difference_is_exit_0(runs):
    code, output, _ = differences(runs[0][1], runs[0][1] / "verdicts.json")

    assert code == 0
    assert "Nothing differs" in output


def test_what_a_target_said_is_not_markup(runs):
    found = compare(*runs[1])
    found["only_a"][0]["observed"] = "<script>alert(1)</script> | `x` **b**"
    kinds = {
        t.type for token in MarkdownIt().parse(difference.markdown(found)) for t in [token, *(token.children or [])]
    }

    assert kinds.isdisjoint({"html_block", "html_inline", "link_open"})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(None, "cannot be read", id="not-there"),
        pytest.param("{", "is not JSON", id="no-json"),
        pytest.param("[" * 100_000, "is not JSON", id="deep"),
        pytest.param("[]", "the whole", id="no-object"),
        pytest.param('{"schema": 2}', "required", id="another-form"),
    ],
)
def test_what_is_not_a_run_is_one_line_and_exit_4(tmp_path, text, words):
    place = tmp_path / "verdicts.json"
    if text is not None:
        place.write_text(text)
    code, _, error = differences(place, place)

    assert code == 4
    assert words in error
    assert error.count("\n") <= 4


def test_signatures_of_two_versions_are_named_where_they_hide_what_is_the_same(runs):
    newer, clean = runs[1]
    older = json.loads(json.dumps(newer).replace('"2-', '"'))
    said = "signatures of two versions: no divergence can be found in both"

    assert said in compare(older, newer)["warnings"]
    assert said not in compare(newer, newer)["warnings"] + compare(older, clean)["warnings"]
