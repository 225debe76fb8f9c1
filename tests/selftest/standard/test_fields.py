"""What a body breaks of a table of fields, at any depth, and which numbers the table leaves open."""

import pytest

from contracts.endpoint.call import Call, Field
from contracts.model.case import Trait
from contracts.standard.fields import is_of_type, is_open, traits

CALL = Call(
    "POST",
    "/parcels/{uuid}/",
    (
        Field("", "object", required=True, noun="body"),
        Field("parcels", "array", required=True),
        Field("parcels[]", "object", noun="parcel"),
        Field("parcels[].code", "string", required=True, also=("name",)),
        Field("parcels[].count", "integer"),
        Field("parcels[].cost", "decimal", section="costs"),
        Field("parcels[].tags", "array"),
        Field("parcels[].tags[]", "string", noun="tag"),
        Field("note", "string"),
    ),
)
P = "request-parameters"
CODE = {"code": "a"}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"parcels": []}, set()),
        ({"parcels": [CODE, {"name": "a", "count": 1, "cost": "1.5", "tags": ["x"]}], "note": "n"}, set()),
        ([], {(f"{P}.body-is-an-object", "array", "")}),
        ({}, {(f"{P}.parcels-required", "absent", "parcels")}),
        ({"parcels": {}}, {(f"{P}.parcels-is-an-array", "object", "parcels")}),
        ({"parcels": None}, {(f"{P}.parcels-is-an-array", "null", "parcels")}),
        ({"parcels": [], "note": 5}, {(f"{P}.note-type", "number", "note")}),
        ({"parcels": [], "note": None}, {(f"{P}.note-null", "null", "note")}),
        ({"parcels": [], "x": 1}, {(f"{P}.unknown-field-in-body", "an unlisted field", "")}),
        ({"parcels": [CODE, 5]}, {(f"{P}.parcel-is-an-object", "number", "parcels[]")}),
        ({"parcels": [CODE, {}]}, {(f"{P}.code-required", "absent", "parcels[].code")}),
        (
            {"parcels": [{"code": 5, "x": 1}]},
            {
                (f"{P}.code-type", "number", "parcels[].code"),
                (f"{P}.unknown-field-in-parcel", "an unlisted field", "parcels[]"),
            },
        ),
        ({"parcels": [CODE | {"count": 5.5}]}, {(f"{P}.count-type", "fraction", "parcels[].count")}),
        ({"parcels": [CODE | {"count": None}]}, {(f"{P}.count-null", "null", "parcels[].count")}),
        ({"parcels": [CODE | {"cost": "nan"}]}, {("costs.cost-type", "other string", "parcels[].cost")}),
        ({"parcels": [CODE | {"tags": "x"}]}, {(f"{P}.tags-is-an-array", "string", "parcels[].tags")}),
        ({"parcels": [CODE | {"tags": ["x", 5]}]}, {(f"{P}.tag-type", "number", "parcels[].tags[]")}),
    ],
)
def test_a_body_is_compared_with_the_table_of_fields(body, expected):
    assert set(traits(body, "", CALL)) == {Trait(*each) for each in expected}


def test_only_of_the_body_itself_is_spoken_unless_it_is_asked_for_more():
    body = {"parcels": [{}, 5], "note": 5}

    assert set(traits(body, "", CALL, deep=False)) == {Trait(f"{P}.note-type", "number", "note")}
    assert set(traits([5], "parcels", CALL, deep=False)) == set()
    assert set(traits(5, "elsewhere", CALL)) == set()


@pytest.mark.parametrize(
    ("value", "name", "expected"),
    [
        ({}, "object", True),
        ([], "object", False),
        ([], "array", True),
        ("", "string", True),
        (5, "string", False),
        (5, "integer", True),
        ("5", "integer", True),
        (5.0, "integer", True),
        (5.5, "integer", False),
        (True, "integer", False),
        (5.5, "decimal", True),
        ("5.5", "decimal", True),
        ("5", "decimal", True),
        ("inf", "decimal", False),
        ("five", "decimal", False),
        (None, "decimal", False),
    ],
    ids=repr,
)
def test_a_value_is_of_a_type_of_the_table_also_as_a_number_in_a_string(value, name, expected):
    assert is_of_type(value, name) is expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"parcels": [CODE | {"count": 5, "cost": 5.5}], "note": "5"}, False),
        ({"parcels": [CODE | {"count": 2**31}]}, True),
        ({"parcels": [CODE, CODE | {"count": "5"}]}, True),
        ({"parcels": [CODE | {"count": 5.0}]}, True),
        ({"parcels": [CODE | {"cost": 5.0}]}, False),
        ({"parcels": [CODE | {"cost": "5.5"}]}, True),
        ({"parcels": [CODE | {"cost": "five"}]}, False),
        ({"parcels": [CODE | {"count": "five"}]}, False),
        ({"parcels": 5, "x": 2**31}, False),
        (5, False),
    ],
)
def test_the_table_leaves_open_what_is_said_in_a_string_or_with_many_digits(body, expected):
    assert is_open(body, "", CALL) is expected
    assert is_open(body, "elsewhere", CALL) is False
