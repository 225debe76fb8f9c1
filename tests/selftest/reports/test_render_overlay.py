"""`observed-overlay.yaml`: applied to our specification, it describes what the target does."""

import copy

import pytest
import yaml
from jsonschema import Draft202012Validator
from oas_patch.overlay import apply_overlay
from openapi_spec_validator import validate

from contracts import SPECS
from contracts.endpoint.discovery import discover
from contracts.engine import session
from contracts.reports import overlay
from contracts.target.targets import Choice
from tests.selftest import few

pytestmark = pytest.mark.xdist_group("overlay")
DATA = SPECS / "allocate_order"
ENDPOINT = discover()["allocate_order"]
QUESTIONS = {clause.id for clause in ENDPOINT.catalogue.questions}
KNOWN = overlay.load(DATA / "observed.yaml")
SPECIFICATION = yaml.safe_load((DATA / "openapi.yaml").read_text("utf-8"))


def observed(folder, faults, readings, *kept):
    """The overlay of a run of few cases against a provider, and its answers to what it carried out."""
    options = session.Options(Choice(name="embedded", faults=faults, readings=readings), folder)
    with pytest.MonkeyPatch.context() as patch:
        few.apply(patch, *kept)
        with session.started(options) as run:
            report = session.conclude(run, options)
    overlay.write(report, folder)
    content = yaml.safe_load((folder / "observed-overlay.yaml").read_text("utf-8"))
    return content, [e for case in run.cases for e in case.all() if e.accepted and e.request.method == "PUT"]


@pytest.fixture(scope="module")
def choosing(tmp_path_factory):
    """The overlay of a provider that makes allowed choices, and its answers."""
    readings = {
        "allocation-object.quantity-encoding": "digit-strings",
        "allocation-object.backorder-date-form": "month-name",
        "response-parameters.shape": "array",
    }
    return observed(tmp_path_factory.mktemp("choosing"), (), readings, "allocation-object.sum-equals", *readings)


@pytest.fixture(scope="module")
def deviating(tmp_path_factory):
    """The overlay of a provider with deviations, and its answers."""
    faults = ("quantity-shipped-as-string", "sum-exceeds-by-one")
    readings = {"url-parameters.final-slash": "redirect"}
    return observed(tmp_path_factory.mktemp("deviating"), faults, readings, "allocation-object.sum-exceeds", *QUESTIONS)


def applied(actions):
    """Our specification with actions applied: valid, or the test ends here."""
    document = apply_overlay(copy.deepcopy(SPECIFICATION), {"actions": actions})
    validate(document)
    return document


def is_valid(document, name, value):
    """Whether a value is what a schema of a document describes."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    return Draft202012Validator(schema).is_valid(value)


def allocation(quantity, date="2030-01-31"):
    """An allocation with one quantity written so."""
    return {
        "quantity_accepted": quantity,
        "quantity_rejected": quantity,
        "quantity_backordered": quantity,
        "backorder_date": date,
    }


EVERY = [
    pytest.param(actions, id=f"{clause} {name}")
    for clause, kinds in KNOWN.items()
    for named in kinds.values()
    for name, actions in named.items()
]


@pytest.mark.parametrize("actions", EVERY)
def test_what_is_kept_for_a_reading_leaves_a_valid_specification_and_does_something(actions):
    document = applied(actions)

    assert (document != SPECIFICATION) == bool(actions)


def test_what_is_kept_is_kept_for_readings_that_are_there():
    clauses = ENDPOINT.catalogue.clauses

    assert set(KNOWN) <= set(clauses)
    for name, kinds in KNOWN.items():
        assert set(kinds.get("readings", {})) <= {reading.name for reading in clauses[name].readings}


def test_an_encoding_a_form_and_a_shape_are_described_as_they_are(choosing):
    content, answers = choosing
    document = applied(content["actions"])

    assert is_valid(document, "Allocation", allocation("5", "2030-Jan-31"))
    assert not is_valid(document, "Allocation", allocation(5, "2030-Jan-31"))
    assert not is_valid(document, "Allocation", allocation("5", "2030-01-31"))
    assert all(is_valid(document, "Answer", yaml.safe_load(e.response.body)) for e in answers)
    assert not is_valid(document, "Answer", {"line_items": []})


def test_a_divergence_is_described_where_our_specification_forbids_it(deviating):
    content, answers = deviating
    document = applied(content["actions"])
    values = [yaml.safe_load(e.response.body) for e in answers]
    values = [value for value in values if value["line_items"]]

    assert values
    assert not any(is_valid(SPECIFICATION, "Answer", value) for value in values)
    assert all(is_valid(document, "Answer", value) for value in values)


def test_a_code_that_our_specification_does_not_list_is_added(tmp_path):
    content, _ = observed(tmp_path, ("success-is-202",), {})
    (responses,) = (path["put"]["responses"] for path in applied(content["actions"])["paths"].values())

    assert responses["202"] == {"description": "Observed: Accepted."}


def test_what_openapi_cannot_say_is_listed_and_every_finding_is_somewhere(deviating):
    content, _ = deviating
    rest = {each["clause"]: each for each in content["x-not-expressed"]}
    said = {each["description"] for each in content["actions"]} | set(rest)
    silent = {name for name, kinds in KNOWN.items() if [] in kinds.get("readings", {}).values()}

    assert rest["url-parameters.final-slash"]["reading"] == "redirect"
    assert "200" in rest["allocation-object.sum-exceeds-ordered"]["observed"]
    assert said | silent >= QUESTIONS
