"""The OpenAPI document is valid, its examples too, and it speaks of the clauses of the page."""

from collections.abc import Iterator
from pathlib import Path

import openapi_spec_validator
import pytest
from openapi_schema_validator import OAS30Validator

from contracts.endpoint import catalogue, schema

SPECS = Path(__file__).parents[3] / "specs" / "allocate_order"
DOCUMENT = schema.load(SPECS / "openapi.yaml")
CLAUSES = catalogue.load(SPECS / "clauses.toml").clauses
OPERATION = DOCUMENT["paths"]["/timp/orders/allocation/{order_uuid}/"]["put"]
ANSWERS = {"Response Parameters", "Line Item Objects"}
CODE_TABLE = {200, 201, 204, 400, 401, 403, 404, 405, 409, 415, 422}
HTTP_HAS_TOO = {406, 408, 411, 413, 414, 429, 431}
UUID = "b84ccd3c-88f8-4050-accf-e049163052e3"


def errors(name: str, value: object) -> list[str]:
    validator = OAS30Validator(
        {"$ref": f"#/components/schemas/{name}", "components": DOCUMENT["components"]},
        format_checker=OAS30Validator.FORMAT_CHECKER,
    )
    return [error.message for error in validator.iter_errors(value)]


def nodes(node: object, name: str) -> Iterator[tuple[str, str]]:
    """Clause ids with the name of the field, parameter or other key under which they are."""
    if isinstance(node, list):
        for child in node:
            yield from nodes(child, name)
    elif isinstance(node, dict):
        if "$ref" in node:
            node = DOCUMENT["components"]["schemas"][node["$ref"].rpartition("/")[2]]
        ids = node.get("x-clause", [])
        yield from ((clause, node.get("name", name)) for clause in ([ids] if isinstance(ids, str) else ids))
        for key, child in node.items():
            yield from nodes(child, key)


ASKED = {*nodes(OPERATION["parameters"], ""), *nodes(OPERATION["requestBody"], "requestBody")}
ANSWERED = set(nodes(OPERATION["responses"], ""))
NAMED = {clause for clause, _ in (*nodes(DOCUMENT["paths"], ""), *nodes(DOCUMENT["components"], ""))}
CITED = [
    pytest.param(clause.id, cite["field"], cite.get("section") in ANSWERS, id=f"{clause.id}-{number}")
    for clause in CLAUSES.values()
    for number, cite in enumerate(clause.cites)
    if "field" in cite
]
EXAMPLES = [
    pytest.param(name, example["value"], id=f"{name}-{label}")
    for name, node in (("Request", OPERATION["requestBody"]), ("Answer", OPERATION["responses"]["200"]))
    for label, example in node["content"]["application/json"]["examples"].items()
]


def test_document_is_valid_openapi() -> None:
    openapi_spec_validator.validate(DOCUMENT)


def test_document_is_of_the_version_under_which_integers_stay_integers() -> None:
    assert DOCUMENT["openapi"] == "3.0.3"


@pytest.mark.parametrize(("name", "value"), EXAMPLES)
def test_example_is_valid_under_its_schema(name: str, value: object) -> None:
    assert errors(name, value) == []


@pytest.mark.parametrize("value", [5, "5", "0"], ids=repr)
@pytest.mark.parametrize("field", ["quantity_accepted", "quantity_rejected", "quantity_backordered"])
def test_integers_of_the_field_list_and_digit_strings_of_the_samples_are_valid(field: str, value: object) -> None:
    assert errors("Request", with_quantity(field, value)) == []


@pytest.mark.parametrize("value", [-1, 5.5, True, None, "", "05", "-5", "5.0", "five", [5], {}], ids=repr)
@pytest.mark.parametrize("field", ["quantity_accepted", "quantity_rejected", "quantity_backordered"])
def test_anything_else_is_not_a_quantity(field: str, value: object) -> None:
    assert errors("Request", with_quantity(field, value))


def with_quantity(field: str, value: object) -> object:
    allocation = {"quantity_accepted": 5, "quantity_rejected": 0, "quantity_backordered": 1, field: value}
    return {"line_items": [{"line_item_uuid": UUID, "allocation": allocation}]}


@pytest.mark.parametrize(
    "cost",
    [
        pytest.param(13.98, id="number"),
        pytest.param(4.35, id="number-that-no-binary-fraction-equals"),
        pytest.param(14, id="integer"),
        pytest.param("13.98", id="string"),
        pytest.param("13", id="string-without-places"),
        pytest.param(None, id="null"),
    ],
)
def test_each_legal_cost_is_valid(cost: object) -> None:
    line = {"line_item_uuid": UUID, "supplier_provided_sku_cost": cost}

    assert errors("Answer", {"line_items": [line]}) == []


@pytest.mark.parametrize(
    "line",
    [
        pytest.param({"line_item_uuid": UUID, "supplier_provided_sku_cost": "13.987"}, id="three-places"),
        pytest.param({"line_item_uuid": UUID, "supplier_provided_sku_cost": "much"}, id="cost-in-words"),
        pytest.param({"line_item_uuid": UUID, "quantity_shipped": "5"}, id="digit-string"),
        pytest.param({"line_item_uuid": UUID, "quantity_shipped": -1}, id="negative-quantity"),
        pytest.param({"line_item_uuid": 5}, id="identifier-is-a-number"),
        pytest.param({"quantity_shipped": 5}, id="no-identifier"),
    ],
)
def test_illegal_line_item_is_invalid(line: object) -> None:
    assert errors("Answer", {"line_items": [line]})


def test_codes_are_those_of_the_table_and_of_http() -> None:
    assert {int(code) for code in OPERATION["responses"]} == CODE_TABLE | HTTP_HAS_TOO


@pytest.mark.parametrize(("code", "header"), [("401", "WWW-Authenticate"), ("405", "Allow")])
def test_header_that_http_requires_is_required(code: str, header: str) -> None:
    assert OPERATION["responses"][code]["headers"][header]["required"]


@pytest.mark.parametrize("clause", sorted(NAMED))
def test_clause_named_in_the_document_exists(clause: str) -> None:
    assert clause in CLAUSES


@pytest.mark.parametrize(("clause", "field", "answered"), CITED)
def test_clause_that_cites_a_field_is_named_at_it(clause: str, field: str, answered: bool) -> None:
    assert (clause, field) in (ANSWERED if answered else ASKED)


def test_document_names_no_deployment() -> None:
    (server,) = DOCUMENT["servers"]

    assert server["url"] == "https://{host}"
    assert server["variables"]["host"]["default"].endswith(".example.com")
