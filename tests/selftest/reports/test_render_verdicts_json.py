"""`verdicts.json`: the promised form, its schema, and that it is replaced whole."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from contracts.reports.verdicts_json import SCHEMA, content, write
from tests.selftest.report_sample import HOSTILE, report

PROMISED = {
    "": {"schema", "target", "seed", "complete", "summary", "verdicts", "flagged", "defects"}
    | {"errors", "requests", "seconds", "exit_code"},
    "target": {"name", "base_url", "may_allocate"},
    "summary": {"passed", "failed", "cantTell", "inapplicable", "untested", "flagged", "new", "known", "causes"},
    "causes": {"id", "title", "level", "known", "seen", "of", "when", "intermediary", "intermittent", "signatures"}
    | {"sent", "answered"},
    "verdicts": {"clause", "level", "outcome", "reading", "cases", "reason", "divergences"},
    "flagged": {"clause", "reading", "departs_from"},
}
VALIDATOR = Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))
Change = Callable[[dict[str, Any]], Any]


def of(data: dict[str, Any], outcome: str) -> dict[str, Any]:
    """The first verdict with this outcome."""
    return next(verdict for verdict in data["verdicts"] if verdict["outcome"] == outcome)


def test_report_is_written_in_the_promised_form(tmp_path: Path) -> None:
    write(report(), tmp_path)
    data = json.loads((tmp_path / "verdicts.json").read_text("utf-8"))

    VALIDATOR.validate(data)
    for place, keys in PROMISED.items():
        part = data[place] if place else data
        for row in part if isinstance(part, list) else [part]:
            assert keys <= row.keys(), place
    assert {
        "signature",
        "cause",
        "seen",
        "of",
        "category",
        "expected",
        "observed",
        "known",
        "reproducible",
        "curl",
    } <= of(data, "failed")["divergences"][0].keys()


def test_report_is_written_with_its_values() -> None:
    data = content(report())

    assert data["summary"] == {
        "passed": 3,
        "failed": 5,
        "cantTell": 2,
        "inapplicable": 1,
        "untested": 1,
        "flagged": 1,
        "new": 4,
        "known": 2,
        "causes": 6,
    }
    assert data["target"] == {"name": "dev", "base_url": "https://api-dev.example.com", "may_allocate": True}
    assert data["flagged"] == [
        {"clause": "allocation-object.quantity-encoding", "reading": "both", "departs_from": "field list"}
    ]
    assert (data["exit_code"], data["why"], data["requests"]) == (1, "3 new divergences at level must", 640)
    assert of(data, "untested")["reason"] == "`may_stress` is false"
    assert [question["reading"] for question in data["questions"]] == ["not-found", None, "both"]


def test_text_of_a_target_comes_back_unchanged(tmp_path: Path) -> None:
    write(report(), tmp_path)
    raw = (tmp_path / "verdicts.json").read_bytes()
    observed = [d["observed"] for v in json.loads(raw)["verdicts"] for d in v["divergences"]]

    assert HOSTILE in observed
    assert raw.decode("utf-8", "strict").count("\x1b") == 0


def test_former_file_stays_whole_for_its_readers(tmp_path: Path) -> None:
    write(report(seed=1), tmp_path)
    with (tmp_path / "verdicts.json").open("rb") as reader:
        write(report(seed=2), tmp_path)

        assert json.load(reader)["seed"] == 1
    assert json.loads((tmp_path / "verdicts.json").read_bytes())["seed"] == 2
    assert [path.name for path in tmp_path.iterdir()] == ["verdicts.json"]


def test_failed_replacement_leaves_no_draft_behind(tmp_path: Path) -> None:
    (tmp_path / "verdicts.json").mkdir()
    with pytest.raises(OSError, match=r"verdicts\.json"):
        write(report(), tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["verdicts.json"]


def test_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(VALIDATOR.schema)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda data: data.update(verdicts=[]), id="no-verdicts"),
        pytest.param(lambda data: data.update(complete=False, exit_code=2), id="interrupted"),
        pytest.param(lambda data: data["target"].update(base_url=""), id="recording-without-url"),
        pytest.param(lambda data: of(data, "failed")["divergences"][0].update(reproducible=None), id="not-sent-again"),
        pytest.param(lambda data: of(data, "passed").update(reason="said so"), id="passed-with-a-reason"),
        pytest.param(lambda data: data.update(seed=-1), id="negative-seed"),
    ],
)
def test_schema_accepts(change: Change) -> None:
    data = copy.deepcopy(content(report()))
    change(data)

    assert VALIDATOR.is_valid(data)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda data: data.update(schema=3), id="another-version"),
        pytest.param(lambda data: data.pop("exit_code"), id="no-exit-code"),
        pytest.param(lambda data: data.update(exit_code=7), id="unknown-exit-code"),
        pytest.param(lambda data: data.update(verdict="ok"), id="unknown-key"),
        pytest.param(lambda data: data.update(why=""), id="exit-code-without-a-reason"),
        pytest.param(lambda data: data["summary"].update(passed=-1), id="negative-count"),
        pytest.param(lambda data: data["summary"].pop("flagged"), id="count-left-out"),
        pytest.param(lambda data: data["target"].update(credentials={}), id="credentials-of-the-target"),
        pytest.param(lambda data: of(data, "passed").update(outcome="skipped"), id="unknown-outcome"),
        pytest.param(lambda data: of(data, "passed").update(level="may"), id="unknown-level"),
        pytest.param(lambda data: of(data, "passed").update(clause="Section 1.2"), id="clause-that-is-not-a-slug"),
        pytest.param(lambda data: of(data, "passed").update(cases=0), id="passed-without-a-case"),
        pytest.param(
            lambda data: of(data, "passed").update(divergences=of(data, "failed")["divergences"]),
            id="passed-with-a-divergence",
        ),
        pytest.param(lambda data: of(data, "failed").update(divergences=[]), id="failed-without-a-divergence"),
        pytest.param(lambda data: of(data, "untested").update(reason=None), id="untested-without-a-reason"),
        pytest.param(lambda data: of(data, "cantTell").update(reason=""), id="cant-tell-without-a-reason"),
        pytest.param(lambda data: of(data, "inapplicable").update(reason=None), id="inapplicable-without-a-reason"),
        pytest.param(lambda data: of(data, "failed")["divergences"][0].update(signature="9F0C"), id="no-signature"),
        pytest.param(lambda data: of(data, "failed")["divergences"][0].update(reproducible=3), id="no-fraction"),
        pytest.param(lambda data: of(data, "failed")["divergences"][0].update(seen=0), id="nothing-found"),
        pytest.param(lambda data: data["flagged"][0].update(departs_from=None), id="flagged-for-nothing"),
        pytest.param(lambda data: data["questions"][0].update(readings=["one"]), id="question-of-one-reading"),
        pytest.param(lambda data: data["defects"][0].update(line="10"), id="string-encoded-integer"),
        pytest.param(lambda data: data["errors"].append(""), id="error-without-words"),
    ],
)
def test_schema_rejects(change: Change) -> None:
    data = copy.deepcopy(content(report()))
    change(data)

    assert not VALIDATOR.is_valid(data)
