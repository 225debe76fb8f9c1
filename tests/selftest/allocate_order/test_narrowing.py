"""The narrowed specification speaks of one test order and of what the target takes, and of nothing else."""

import copy
import datetime as dt
import functools
import json
import re
from pathlib import Path

import hypothesis
import openapi_spec_validator
import pytest
from schemathesis import Case, GenerationMode

from contracts.allocate_order.narrowing import QUANTITIES, narrowed
from contracts.endpoint import schema
from contracts.model.exchange import Exchange, LineItem, Order, Request, Response

PATH = "/timp/orders/allocation/{order_uuid}/"
DOCUMENT = schema.load(Path(__file__).parents[3] / "specs" / "allocate_order" / "openapi.yaml")
PAGE = {"319bba9f-71b1-4a93-8abf-67a45b8fdd5c", "b84ccd3c-88f8-4050-accf-e049163052e3"}
LINES = {"2d0b3d0e-6f0c-4c55-8a0f-6c2d7c1f0a11", "7f0d5f6e-1b1f-4f57-9d0e-3c1a5b8e2b22"}
ORDER = Order(
    "0c7a3a5e-2f43-4f0e-b1a9-5d5f7a1b9c33",
    tuple(LineItem(uuid, quantity) for uuid, quantity in zip(sorted(LINES), (12, 6), strict=True)),
)
ENCODING, FORM, SHAPE = (
    "allocation-object.quantity-encoding",
    "allocation-object.backorder-date-form",
    "response-parameters.shape",
)


def uuids(text: str) -> set[str]:
    return set(re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", text))


@functools.cache
def requests(order: Order = ORDER, mode: GenerationMode = GenerationMode.POSITIVE, **readings: str) -> list[Request]:
    """Forty requests generated from the narrowed document."""
    document = narrowed(DOCUMENT, readings=readings, order=order, year=2031)
    operation = schema.fuzzing(document, seed=1, mode=mode.value, examples=40)[PATH]["PUT"]
    drawn: list[Request] = []

    @hypothesis.seed(1)
    @hypothesis.settings(max_examples=40, database=None, deadline=None, phases=[hypothesis.Phase.generate])
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    def draw(case: Case) -> None:
        drawn.append(schema.request_of(case))

    draw()
    return drawn


def allocations(drawn: list[Request]) -> list[dict]:
    found = [line["allocation"] for request in drawn for line in json.loads(request.body)["line_items"]]
    assert found
    return found


def quantities(drawn: list[Request]) -> list:
    return [allocation[name] for allocation in allocations(drawn) for name in QUANTITIES]


def dates(drawn: list[Request]) -> list[str]:
    found = [each["backorder_date"] for each in allocations(drawn) if "backorder_date" in each]
    assert found
    return found


def test_document_given_is_not_changed() -> None:
    before = copy.deepcopy(DOCUMENT)
    narrowed(DOCUMENT, readings={ENCODING: "digit-strings", SHAPE: "array"}, order=ORDER, year=2031)

    assert before == DOCUMENT


@pytest.mark.parametrize("encoding", ["integers", "digit-strings", "both"])
@pytest.mark.parametrize("form", ["iso", "month-name", "both"])
@pytest.mark.parametrize("shape", ["object", "array"])
def test_narrowed_document_is_valid_openapi(encoding: str, form: str, shape: str) -> None:
    openapi_spec_validator.validate(
        narrowed(DOCUMENT, readings={ENCODING: encoding, FORM: form, SHAPE: shape}, order=ORDER, year=2031)
    )


def test_narrowed_document_names_the_test_order_alone() -> None:
    named = uuids(json.dumps(narrowed(DOCUMENT, readings={}, order=ORDER, year=2031)))

    assert uuids(json.dumps(DOCUMENT)) == PAGE
    assert named == {ORDER.uuid} | LINES


def test_valid_requests_address_the_test_order_and_its_lines() -> None:
    drawn = requests()
    named = {line["line_item_uuid"] for request in drawn for line in json.loads(request.body)["line_items"]}

    assert {request.path for request in drawn} == {PATH.format(order_uuid=ORDER.uuid)}
    assert named == LINES


def test_valid_requests_have_no_more_entries_than_the_order_has_lines() -> None:
    entries = {len(json.loads(request.body)["line_items"]) for request in requests()}

    assert entries == {0, 1, 2}


def test_invalid_requests_name_no_order_but_the_test_order() -> None:
    drawn = requests(mode=GenerationMode.NEGATIVE)
    named = {uuid for request in drawn for uuid in uuids(request.path + request.body.decode("latin-1"))}

    assert named <= {ORDER.uuid} | LINES


def test_valid_requests_hold_no_field_the_page_does_not_list() -> None:
    fields = {name for allocation in allocations(requests()) for name in allocation}

    assert fields == {*QUANTITIES, "backorder_date"}


@pytest.mark.parametrize("encoding", ["integers", "both"])
def test_quantities_are_integers_within_the_smallest_line(encoding: str) -> None:
    found = quantities(requests(**{ENCODING: encoding}))

    assert {type(value) for value in found} == {int}
    assert min(found) == 0
    assert max(found) == 6


@pytest.mark.parametrize(
    ("ordered", "most"),
    [
        pytest.param(0, 0, id="nothing-ordered"),
        pytest.param(6, 6, id="one-digit"),
        pytest.param(10, 9, id="two-digits"),
        pytest.param(250, 99, id="three-digits"),
        pytest.param(None, 1, id="quantity-unknown"),
    ],
)
def test_digit_strings_stay_within_the_smallest_line(ordered: int | None, most: int) -> None:
    order = Order(ORDER.uuid, (LineItem(min(LINES), ordered),))
    found = quantities(requests(order, **{ENCODING: "digit-strings"}))

    assert all(re.fullmatch("0|[1-9][0-9]*", value) for value in found)
    assert max(map(int, found)) <= most


def test_line_whose_quantity_is_unknown_takes_one_unit() -> None:
    order = Order(ORDER.uuid, (LineItem(min(LINES)),))

    assert set(quantities(requests(order))) == {0, 1}


@pytest.mark.parametrize(
    ("form", "written"),
    [
        pytest.param("iso", "%Y-%m-%d", id="iso"),
        pytest.param("both", "%Y-%m-%d", id="both"),
        pytest.param("month-name", "%Y-%b-%d", id="month-name"),
    ],
)
def test_dates_are_real_ones_of_the_form_found_and_in_the_future(form: str, written: str) -> None:
    found = dates(requests(**{FORM: form}))

    for text in found:
        date = dt.datetime.strptime(text, written).replace(tzinfo=dt.UTC)
        assert date.strftime(written) == text
        assert date > dt.datetime.now(dt.UTC)


def test_no_request_is_without_line_items_where_that_is_refused() -> None:
    readings = {"request-parameters.empty-line-items": "refused"}

    assert [] in [json.loads(request.body)["line_items"] for request in requests()]
    assert [] not in [json.loads(request.body)["line_items"] for request in requests(**readings)]


@pytest.mark.parametrize(
    ("shape", "others"),
    [
        pytest.param("object", [{min(LINES): "Allocated"}], id="object"),
        pytest.param("array", {"line_items": [{"line_item_uuid": min(LINES)}]}, id="array"),
    ],
)
def test_answer_in_the_form_not_followed_is_a_problem(shape: str, others: object) -> None:
    headers = (("Content-Type", "application/json"),)
    response = Response(200, headers, json.dumps(others).encode())
    exchange = Exchange("1", Request("PUT", PATH.format(order_uuid=ORDER.uuid)), response)
    narrow = schema.Specification(narrowed(DOCUMENT, readings={SHAPE: shape}, order=ORDER, year=2031))

    assert [problem.check for problem in narrow.problems(exchange)] == ["body"]
    assert schema.Specification(DOCUMENT).problems(exchange) == ()
