"""The oracles of answers on hand-made ones: each finds its fault, and none reports an allowed alternative."""

import json
from dataclasses import replace

import pytest

from contracts.allocate_order.answers import remarks
from contracts.allocate_order.requests import every_line
from contracts.model.case import Case

JSON = (("Content-Type", "application/json"),)
ARRAY = {"response_parameters__shape": "array"}
ROOT = "response-parameters"
REJECT = every_line(lambda ordered: (0, ordered, 0))


def answered(bench, change):
    """A case whose answer is the honest one, changed: `change` gets the JSON value, or gives bytes."""
    request = bench.base()
    honest = {"line_items": bench.lines(request)}
    return bench.one(bench.exchange(request, 200, change(honest)))


def each(**changed):
    """A change of the members of every line."""
    return lambda value: {"line_items": [line | changed for line in value["line_items"]]}


def without(*names):
    """A change that drops members of every line."""
    return lambda value: {"line_items": [{k: v for k, v in e.items() if k not in names} for e in value["line_items"]]}


def first_only(value):
    return {"line_items": value["line_items"][:1]}


def twice(value):
    return {"line_items": value["line_items"] + value["line_items"][:1]}


def one_more(value):
    foreign = value["line_items"][0] | {"line_item_uuid": "00000000-0000-4000-8000-000000000000"}
    return {"line_items": [*value["line_items"], foreign]}


def repeated_member(value):
    return json.dumps(value).replace('"quantity_shipped": 0', '"quantity_shipped": 0, "quantity_shipped": 1').encode()


@pytest.mark.parametrize(
    ("clause", "change"),
    [
        pytest.param(f"{ROOT}.json-parses", lambda _v: b"{", id="cut-short"),
        pytest.param(f"{ROOT}.json-parses", lambda _v: b'"\xe9"', id="latin-1"),
        pytest.param(f"{ROOT}.json-parses", lambda _v: b"", id="no-body"),
        pytest.param(f"{ROOT}.json-unambiguous", repeated_member, id="member-twice"),
        pytest.param(f"{ROOT}.json-parses", lambda _v: b'{"line_items": [NaN]}', id="nan"),
        pytest.param(f"{ROOT}.shape", lambda _v: {"items": []}, id="another-shape"),
        pytest.param(f"{ROOT}.shape", lambda _v: "done", id="a-string"),
        pytest.param(f"{ROOT}.line-items-are-objects", lambda v: {"line_items": [*v["line_items"], 5]}, id="stray"),
        pytest.param(f"{ROOT}.line-item-uuid", without("line_item_uuid"), id="nameless"),
        pytest.param(f"{ROOT}.line-item-uuid", each(line_item_uuid=5), id="name-a-number"),
        pytest.param(f"{ROOT}.line-item-uuid", each(line_item_uuid="first"), id="name-no-uuid"),
        pytest.param(f"{ROOT}.every-line-item-answered", first_only, id="first-line-only"),
        pytest.param(f"{ROOT}.every-line-item-answered", lambda _v: {"line_items": []}, id="no-line"),
        pytest.param(f"{ROOT}.no-line-item-answered-twice", twice, id="a-line-twice"),
        pytest.param(f"{ROOT}.no-foreign-line-item-answered", one_more, id="a-foreign-line"),
        pytest.param(f"{ROOT}.quantity-shipped-type", each(quantity_shipped="5"), id="string-encoded-integer"),
        pytest.param(f"{ROOT}.quantity-shipped-type", each(quantity_shipped=0.5), id="fraction"),
        pytest.param(f"{ROOT}.quantity-shipped-type", each(quantity_shipped=True), id="boolean"),
        pytest.param(f"{ROOT}.quantity-shipped-range", each(quantity_shipped=-1), id="negative"),
        pytest.param(f"{ROOT}.quantity-shipped-range", each(quantity_shipped=7), id="more-than-ordered"),
        pytest.param(f"{ROOT}.sku-cost-type", each(supplier_provided_sku_cost="cheap"), id="cost-a-word"),
        pytest.param(f"{ROOT}.sku-cost-type", each(supplier_provided_sku_cost=[13]), id="cost-an-array"),
        pytest.param(f"{ROOT}.sku-cost-two-places", each(supplier_provided_sku_cost=13.985), id="three-places"),
        pytest.param(
            f"{ROOT}.sku-cost-two-places", each(supplier_provided_sku_cost="13.980"), id="three-written-places"
        ),
        pytest.param(f"{ROOT}.sku-cost-encoding", each(supplier_provided_sku_cost="13.98"), id="another-encoding"),
        pytest.param(f"{ROOT}.quantity-shipped-presence", without("quantity_shipped"), id="no-longer-there"),
        pytest.param(f"{ROOT}.sku-cost-presence", each(supplier_provided_sku_cost=None), id="null-where-it-was"),
    ],
)
def test_a_faulty_answer_is_found_by_its_clause(bench, clause, change):
    findings, _ = bench.said(clause, answered(bench, change))

    assert findings
    assert all(finding.expected and finding.observed for finding in findings)


def test_fields_that_the_page_does_not_list_are_a_remark_and_no_finding(bench):
    case = answered(bench, lambda value: {**each(sku="A-7")(value), "status": "ok"})

    assert list(remarks([case])) == ["answers have fields that the page does not list: sku, status"]
    assert bench.findings(case) == set()


def test_documented_fields_are_no_remark(bench):
    assert list(remarks([answered(bench, lambda value: value)])) == []


def test_a_string_encoded_integer_is_named_so(bench):
    case = answered(bench, each(quantity_shipped="5"))

    finding = bench.said(f"{ROOT}.quantity-shipped-type", case)[0][0]

    assert (finding.category, finding.label) == ("string-encoded integer", "string-encoded integer")
    assert finding.field == "line_items[].quantity_shipped"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda v: v, id="as-documented"),
        pytest.param(lambda v: {"line_items": v["line_items"][::-1]}, id="lines-in-another-order"),
        pytest.param(lambda v: v | {"took": "2 ms"}, id="a-further-member"),
        pytest.param(each(line_item_status="Allocated"), id="a-further-member-of-a-line"),
        pytest.param(lambda v: json.dumps(v, indent=4).encode(), id="white-space"),
        pytest.param(each(quantity_shipped=4), id="something-shipped"),
        pytest.param(each(supplier_provided_sku_cost=13), id="a-whole-cost"),
        pytest.param(each(supplier_provided_sku_cost=13.5), id="one-place"),
        pytest.param(
            lambda v: {"line_items": [e | {"line_item_uuid": e["line_item_uuid"].upper()} for e in v["line_items"]]},
            id="upper-case-uuids",
        ),
    ],
)
def test_an_allowed_answer_is_reported_by_no_oracle(bench, change):
    assert bench.findings(answered(bench, change)) == set()


def test_201_is_as_good_as_200(bench):
    request = bench.base()

    assert bench.findings(bench.one(replaced_status(bench.success(request), 201))) == set()


def replaced_status(exchange, status):
    """The same exchange with another status code."""
    return replace(exchange, response=replace(exchange.response, status=status))


@pytest.mark.parametrize("status", [202, 204, 206])
def test_another_success_cannot_carry_the_answer(bench, status):
    case = bench.one(replaced_status(bench.success(REJECT(bench.base(), bench.order, bench.kit)), status))

    assert "response-codes.success" in bench.findings(case)


ONE_LESS = every_line(lambda ordered: (ordered - 1, 0, 0))


@pytest.mark.parametrize(
    ("before", "found"),
    [
        pytest.param([REJECT], False, id="the-same-numbers"),
        pytest.param([ONE_LESS], True, id="other-numbers"),
        pytest.param([ONE_LESS, REJECT], False, id="the-same-as-the-last"),
        pytest.param([REJECT, ONE_LESS], True, id="the-same-as-one-before-the-last"),
        pytest.param([], False, id="nothing-is-known"),
    ],
)
def test_204_says_that_what_is_asked_for_is_stored_already(bench, before, found):
    edits = [*before, REJECT]
    *others, last = (edit(bench.base(), bench.order, bench.kit) for edit in edits)
    answer = bench.exchange(last, 204)
    case = Case("made/by hand", (*(("change", bench.success(each)) for each in others), ("change", answer)))

    assert bool(bench.said("response-codes.success", case)[0]) is found


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        pytest.param(JSON, False, id="json"),
        pytest.param((("content-type", "Application/JSON; charset=utf-8"),), False, id="with-charset"),
        pytest.param((("Content-Type", "text/html"),), True, id="html"),
        pytest.param((), True, id="none"),
    ],
)
def test_the_media_type_of_a_success_is_json(bench, headers, found):
    case = bench.one(bench.exchange(bench.base(), 200, {"line_items": bench.lines(bench.base())}, headers))

    assert (f"{ROOT}.media-type" in bench.findings(case)) == found


def array(status):
    """The array form, with one status for all lines."""
    return lambda value: [{line["line_item_uuid"]: status} for line in value["line_items"]]


@pytest.mark.parametrize(
    ("status", "found"),
    [
        pytest.param("Allocated", set(), id="as-it-is"),
        pytest.param("Rejected", {f"{ROOT}.status-agrees"}, id="contradicts-the-request"),
        pytest.param("Done", {f"{ROOT}.status-known"}, id="unknown"),
        pytest.param(5, {f"{ROOT}.status-known", "openapi.body"}, id="a-number"),
    ],
)
def test_the_array_form_says_a_known_status_that_agrees(bench, status, found):
    assert bench.findings(answered(bench, array(status)), bench.context(**ARRAY)) - {"openapi.body"} == found - {
        "openapi.body"
    }


@pytest.mark.parametrize(
    ("status", "label"), [("Done", "unknown status"), ("allocated", "unknown status"), (5, "number"), (None, "null")]
)
def test_an_unknown_status_is_named_by_its_type_unless_it_is_a_text(bench, status, label):
    findings, _ = bench.said(f"{ROOT}.status-known", answered(bench, array(status)), bench.context(**ARRAY))

    assert {finding.label for finding in findings} == {label}


@pytest.mark.parametrize(
    ("stray", "seen"),
    [(5, "number"), ({"a": "Allocated", "b": "Allocated"}, "an object with a, b"), ([], "array"), (None, "null")],
)
def test_an_element_of_the_array_form_gives_statuses_to_line_items(bench, stray, seen):
    clause = f"{ROOT}.line-items-are-objects"
    honest = answered(bench, array("Allocated"))
    wrong = answered(bench, lambda value: [*array("Allocated")(value), stray, stray])

    assert bench.said(clause, honest, bench.context(**ARRAY)) == ([], 1)
    findings, held = bench.said(clause, wrong, bench.context(**ARRAY))
    assert ([finding.observed for finding in findings], held) == ([seen], 0)


def test_the_array_form_is_reported_by_no_oracle_where_it_is_the_reading(bench):
    assert bench.findings(answered(bench, array("Allocated")), bench.context(**ARRAY)) == set()


def test_an_answer_that_is_not_json_is_judged_by_no_clause_built_on_it(bench):
    assert bench.findings(answered(bench, lambda _v: b"<html>")) <= {f"{ROOT}.json-parses", "openapi.body"}


@pytest.mark.parametrize(
    ("cost", "presence"),
    [pytest.param(None, "null", id="null"), pytest.param(13.98, "sometimes", id="sometimes")],
)
def test_a_field_that_is_null_or_there_at_times_is_reported_by_no_oracle_where_that_is_the_reading(
    bench, cost, presence
):
    context = bench.context(response_parameters__sku_cost_presence=presence)

    assert bench.findings(answered(bench, each(supplier_provided_sku_cost=cost)), context) == set()


def test_a_number_of_any_length_in_a_member_that_is_not_listed_is_valid(bench):
    honest = bench.success(bench.base()).response
    body = honest.body[:-1] + b', "more": ' + b"9" * 10_000 + b"}"
    case = bench.one(bench.exchange(bench.base(), 200, body))

    assert "openapi.body" not in bench.findings(case)
