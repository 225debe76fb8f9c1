"""Planned cases of every JSON call send what their names say, and those that need a permission say so."""

import json
from urllib.parse import unquote

import pytest

from tests.selftest.conftest import order

SENT = order(3, 10)
U = SENT.uuid
LINE = SENT.line_items[0].uuid


@pytest.fixture
def sent(bench):
    """Makes the first request of a planned case on an order of three lines of ten units."""

    def make(name):
        case = bench.planned[name]
        base = bench.endpoint.definition.bases[case.base](SENT, bench.kit)
        return case.steps[0][1](base, SENT, bench.kit)

    return make


@pytest.mark.parametrize(
    ("name", "segment"),
    [
        ("order-uuid-malformed/one character short", U[:35]),
        ("order-uuid-malformed/one character long", f"{U}0"),
        ("order-uuid-malformed/a letter beyond f", f"{U[:35]}g"),
        ("order-uuid-malformed/a word", "order"),
        ("order-uuid-malformed/zero", "0"),
        ("order-uuid-malformed/punctuation", "***"),
        ("order-uuid-malformed/a space", " "),
        ("order-uuid-malformed/NUL behind it", f"{U}\0"),
        ("order-uuid-malformed/a quote behind it", f"{U}'"),
        ("upper-case-uuid/upper case", U.upper()),
        ("compact-uuid/no hyphens", U.replace("-", "")),
        ("percent-encoded-uuid/first digit", U),
    ],
)
def test_the_path_of_a_case_is_what_its_name_says(sent, name, segment):
    request = sent(f"url-parameters.{name}")

    assert unquote(request.path) == f"/timp/orders/allocation/{segment}/"
    assert ("%" in request.path) is (segment in {"***", " ", f"{U}\0", f"{U}'", U})


def test_a_case_without_the_final_slash_has_none(sent):
    assert sent("url-parameters.final-slash/without").path == f"/timp/orders/allocation/{U}"


@pytest.mark.parametrize(
    ("name", "verb", "has_body"),
    [
        ("get/on the documented path", "GET", False),
        ("other-verbs/DELETE", "DELETE", False),
        ("other-verbs/POST", "POST", True),
        ("other-verbs/PATCH", "PATCH", True),
    ],
)
def test_another_verb_has_a_body_if_it_is_for_one(bench, sent, name, verb, has_body):
    request, base = sent(f"http.{name}"), bench.endpoint.definition.bases["plain"](SENT, bench.kit)

    assert (request.method, request.path) == (verb, base.path)
    assert (request.body, request.headers) == ((base.body, base.headers) if has_body else (b"", ()))


VALUES = {"null": None, "boolean": True, "number": 1, "string": "text", "array": [], "arrays": [[]], "object": {}}
FIELDS = {
    "body-is-an-object": lambda body: body,
    "line-items-is-an-array": lambda body: body["line_items"],
    "line-item-is-an-object": lambda body: body["line_items"][0],
    "line-item-uuid-type": lambda body: body["line_items"][0]["line_item_uuid"],
    "allocation-is-an-object": lambda body: body["line_items"][0]["allocation"],
}


@pytest.mark.parametrize("field", FIELDS)
def test_each_field_is_sent_with_values_of_other_types(bench, sent, field):
    at = f"request-parameters.{field}/"
    names = [name for name in VALUES if f"{at}{name}" in bench.planned]
    found = {name: FIELDS[field](json.loads(sent(f"{at}{name}").body)) for name in names}

    assert len(names) >= 4
    assert found == {name: VALUES[name] for name in names}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("line-items-required/absent", lambda _base: {}),
        ("line-items-required/in another object", lambda base: {"order": base}),
        ("body-is-an-object/the line_items alone", lambda base: base["line_items"]),
        ("body-is-an-object/in an array", lambda base: [base]),
        ("line-items-is-an-array/its first element", lambda base: {"line_items": base["line_items"][0]}),
        (
            "line-items-is-an-array/an object of all",
            lambda base: {"line_items": {str(number): line for number, line in enumerate(base["line_items"])}},
        ),
        ("empty-line-items/empty", lambda _base: {"line_items": []}),
        ("several-line-items/reversed", lambda base: {"line_items": base["line_items"][::-1]}),
        ("member-name-case/of line_items", lambda base: {"LINE_ITEMS": base["line_items"]}),
        ("unknown-field-in-body/note", lambda base: {**base, "note": "x"}),
    ],
)
def test_the_body_of_a_case_is_what_its_name_says(bench, sent, name, expected):
    base = json.loads(bench.endpoint.definition.bases["plain"](SENT, bench.kit).body)

    assert json.loads(sent(f"request-parameters.{name}").body) == expected(base)


def line_of(request, index=0):
    return json.loads(request.body)["line_items"][index]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("line-item-uuid-required/absent", {"line_item_uuid": None}),
        ("line-item-uuid-required/in camel case", {"lineItemUuid": LINE, "line_item_uuid": None}),
        ("line-item-uuid-type/in an array", {"line_item_uuid": [LINE]}),
        ("line-item-uuid-type/in an object", {"line_item_uuid": {"value": LINE}}),
        ("line-item-uuid-malformed/its own cut short", {"line_item_uuid": LINE[:33]}),
        ("member-name-case/of line_item_uuid", {"LINE_ITEM_UUID": LINE, "line_item_uuid": None}),
        ("allocation-required/absent", {"allocation": None}),
        ("unknown-field-in-line-item/note", {"note": "x"}),
    ],
)
def test_the_first_line_of_a_case_is_what_its_name_says_and_the_others_are_as_they_were(bench, sent, name, expected):
    base = bench.endpoint.definition.bases["plain"](SENT, bench.kit)
    wanted = {key: value for key, value in {**line_of(base), **expected}.items() if value is not None}

    assert line_of(sent(f"request-parameters.{name}")) == wanted
    assert (
        json.loads(sent(f"request-parameters.{name}").body)["line_items"][1:] == json.loads(base.body)["line_items"][1:]
    )


@pytest.mark.parametrize(
    ("name", "identifier"),
    [("line-item-uuid-malformed/empty", ""), ("line-item-uuid-malformed/word", "line")],
)
def test_one_more_line_has_the_identifier_of_the_name(sent, name, identifier):
    assert line_of(sent(f"request-parameters.{name}"), 3)["line_item_uuid"] == identifier


def test_a_line_named_twice_is_rejected_the_second_time(bench, sent):
    request = sent("request-parameters.repeated-line-item/differing")

    assert line_of(request, 3) == {
        "line_item_uuid": LINE,
        "allocation": {"quantity_accepted": 0, "quantity_rejected": 10, "quantity_backordered": 0},
    }
    assert bench.planned["request-parameters.repeated-line-item/differing"].need.units == 2


def test_a_line_in_upper_case_is_the_first_and_all_are_rejected(sent):
    lines = json.loads(sent("request-parameters.upper-case-line-item-uuid/upper case").body)["line_items"]

    assert [line["line_item_uuid"] for line in lines] == [LINE.upper(), *(line.uuid for line in SENT.line_items[1:])]
    assert {line["allocation"]["quantity_rejected"] for line in lines} == {10}


def test_some_lines_only_are_all_but_the_first(sent):
    lines = json.loads(sent("request-parameters.some-line-items-only/without the first").body)["line_items"]

    assert [line["line_item_uuid"] for line in lines] == [line.uuid for line in SENT.line_items[1:]]
    assert {line["allocation"]["quantity_rejected"] for line in lines} == {10}


# ------------------------------------------------------------------------------------- bytes of the body


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("malformed-json/cut short", lambda body: body[:-1]),
        ("malformed-json/a word", lambda _body: b"order"),
        ("malformed-json/form fields", lambda _body: b"line_items=1"),
        ("json-extensions/single quotes", lambda body: body.replace(b'"', b"'")),
        ("invalid-utf-8/cut character", lambda body: body[:-1] + b',"note":"\xe2\x82"}'),
        ("byte-order-mark/before", lambda body: b"\xef\xbb\xbf" + body),
    ],
)
def test_the_bytes_of_a_body_are_what_the_name_says(bench, sent, name, expected):
    base = bench.endpoint.definition.bases["plain"](SENT, bench.kit)

    assert sent(f"http.{name}").body == expected(base.body)


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("giant-numbers/5,000 digits", b":" + b"9" * 5000 + b","),
        ("giant-numbers/a giant exponent", b":1e400000,"),
        ("giant-numbers/a giant negative exponent", b":1e-400000,"),
        ("giant-numbers/a long fraction", b":0." + b"3" * 5000 + b","),
        ("special-characters/a query", b"' OR '1'='1"),
        ("special-characters/a template", b"{{7331*1337}}${7331*1337}"),
        ("special-characters/a backslash", b'"\\\\"'),
        ("odd-text/NUL in the identifier", b'"\\u0000"'),
        ("odd-text/a lone surrogate in the identifier", b'"\\ud800"'),
        ("odd-text/a control character in the identifier", b'"\\u001b[31m\xc3\xbc"'),
        ("odd-text/right-to-left override and a noncharacter in the identifier", b'"\xe2\x80\xae0\xef\xbf\xbf"'),
    ],
)
def test_a_body_has_the_odd_value_of_the_name(sent, name, part):
    assert part in sent(f"robustness.{name}").body


@pytest.mark.parametrize(
    ("name", "text", "in_the_name"),
    [
        ("a query", "' OR '1'='1", True),
        ("a double quote", '"', False),
        ("a percent sign", "%s%n%25", False),
        ("a backslash", "\\", True),
        ("a template", "{{7331*1337}}${7331*1337}", True),
    ],
)
def test_special_characters_are_sent_in_one_text_each(sent, name, text, in_the_name):
    line = line_of(sent(f"robustness.special-characters/{name}"))

    assert (line["line_item_uuid"] == text) is in_the_name
    assert (line["allocation"].get("backorder_date") == text) is not in_the_name


@pytest.mark.parametrize(("name", "depth"), [("500", 500), ("20000", 20_000)])
def test_a_deep_body_is_as_deep_as_its_name_says(sent, name, depth):
    assert b"[" * depth in sent(f"robustness.deep-json/arrays {name}").body
    assert b"[" * (depth + 2) not in sent(f"robustness.deep-json/arrays {name}").body
    assert sent(f"robustness.deep-json/objects {name}").body.count(b"{") >= depth


def test_long_and_many_values_are_as_many_as_their_names_say(sent):
    many = json.loads(sent("robustness.many-fields/unknown").body)

    assert len([name for name in many if name.startswith("field_")]) == 1000
    assert len(json.loads(sent("robustness.many-line-items/repeated").body)["line_items"]) == 1000
    assert b"x" * 100_000 in sent("robustness.long-strings/identifier").body
    assert b"x" * 100_001 not in sent("robustness.long-strings/identifier").body
    assert len(sent("robustness.long-path/8000").path) >= 8000


@pytest.mark.parametrize(
    "clause",
    ["deep-json", "long-strings", "giant-numbers", "many-line-items", "many-fields", "long-path", "special-characters"],
)
def test_huge_and_deep_requests_and_injections_need_a_permission(bench, clause):
    cases = [case for name, case in bench.planned.items() if name.startswith(f"robustness.{clause}/")]

    assert cases
    assert {case.stress for case in cases} == {True}


def test_of_the_others_only_the_token_elsewhere_needs_that_permission(bench):
    sections = {case.clause for case in bench.planned.values() if case.stress and not case.id.startswith("robustness.")}

    assert sections == {"authentication.token-elsewhere"}
    assert not any(case.stress for name, case in bench.planned.items() if name.startswith("robustness.odd-text"))
