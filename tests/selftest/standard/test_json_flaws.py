"""What is wrong with a body that is not JSON, or unusual in one that is: as tables."""

import pytest


@pytest.fixture
def traits(bench):
    """Makes the traits of HTTP of a request with this body."""

    def make(body):
        view = bench.context().view(bench.exchange(bench.variant(bench.base(), body=body), 400, {}))
        clauses = ("http.", "request-parameters.body-required")
        return {
            (each.clause, each.label)
            for each in view.traits | view.masked
            if each.clause.startswith(clauses) and each.label != "charset=utf-8"
        }

    return make


@pytest.mark.parametrize(
    ("body", "clause", "label"),
    [
        (b'{"a": 1', "malformed-json", "cut short"),
        (b'{"a": 1  \n', "malformed-json", "cut short"),
        (b'{"a": [1, ', "malformed-json", "cut short"),
        (b"   ", "malformed-json", "cut short"),
        (b"order", "malformed-json", "another error"),
        (b'{"a" 1}', "malformed-json", "another error"),
        (b"{\"a': 1}", "malformed-json", "another error"),
        (b'{"a": 1} x', "json-extensions", "text after the JSON"),
        (b"{} {}", "json-extensions", "text after the JSON"),
        (b'{"a": 1,}', "json-extensions", "trailing comma"),
        (b'{"a": [1, 2, ]}', "json-extensions", "trailing comma"),
        (b"{'a': 1}", "json-extensions", "single quotes"),
        (b'{"a": "\xff"}', "invalid-utf-8", "not UTF-8"),
        (b'\xef\xbb\xbf{"a": 1}', "byte-order-mark", "a byte order mark"),
        (b'{"a": NaN}', "json-constants", "NaN"),
        (b'{"a": Infinity}', "json-constants", "Infinity"),
        (b'{"a": [1, -Infinity]}', "json-constants", "-Infinity"),
        (b"[Infinity, NaN]", "json-constants", "Infinity"),
        (b'{"a": 1, "b": 2}', "json-spelling", "white space"),
        (b'{"\\u0061":1}', "json-spelling", "escapes"),
    ],
)
def test_a_body_is_named_by_what_is_unusual_in_it(traits, body, clause, label):
    assert (f"http.{clause}", label) in traits(body)
    assert {name for name, _ in traits(body)} <= {f"http.{clause}"}


@pytest.mark.parametrize("body", [b'{"a":1}', b"[" * 50_000 + b"]" * 50_000])
def test_of_a_usual_body_and_of_one_that_is_too_deep_nothing_is_said_here(traits, body):
    assert traits(body) == set()


def test_no_body_is_a_missing_body(traits):
    assert traits(b"") == {("request-parameters.body-required", "no body")}


FIRST = '{"line_item_uuid":"a","allocation":%s}'
USUAL = '{"quantity_accepted":1,"quantity_rejected":2,"quantity_backordered":3}'
REVERSED = '{"quantity_backordered":3,"quantity_rejected":2,"quantity_accepted":1}'
OTHERWISE = '{"quantity_rejected":2,"quantity_accepted":1,"quantity_backordered":3}'


@pytest.mark.parametrize(
    ("line", "is_reversed"),
    [
        (FIRST % USUAL, False),
        (f'{{"allocation":{USUAL},"line_item_uuid":"a"}}', True),
        (f'{{"allocation":{USUAL},"note":1,"line_item_uuid":"a"}}', True),
        (f'{{"allocation":{REVERSED}}}', True),
        (f'{{"allocation":{USUAL}}}', False),
        (f'{{"allocation":{OTHERWISE}}}', False),
        (FIRST % REVERSED, False),
        ('{"note":1,"more":2}', False),
        ("{}", False),
        ("5", False),
    ],
)
def test_members_in_the_opposite_order_of_the_table_are_in_another_order(traits, line, is_reversed):
    body = f'{{"line_items":[{line}]}}'.encode()

    assert (("http.json-spelling", "another order of members") in traits(body)) is is_reversed
    assert ("http.json-spelling", "another order of members") not in traits(b'{"line_items":[]}')


@pytest.mark.parametrize(
    ("name", "value", "unjudged"),
    [
        ("Accept", "application/json", False),
        ("Accept", "", False),
        ("Accept", "text/html", True),
        ("Origin", "https://origin.invalid", True),
        ("Content-Type", "application/json; charset=utf-8", False),
        ("Content-Type", "application/json; charset=latin-1", True),
        ("Content-Type", "application/vnd.api+json", True),
        ("Content-Type", "text/plain", False),
        ("Content-Type", "multipart/form-data", True),
        ("Content-Type", "multipart/form-data; boundary=a", True),
        ("X-Note", "1", False),
    ],
)
def test_of_some_headers_of_a_request_no_clause_speaks(bench, name, value, unjudged):
    base = bench.base()
    kept = tuple(pair for pair in base.headers if pair[0] != name)
    request = bench.variant(base, headers=(*kept, (name, value)))

    assert bench.context().view(bench.exchange(request)).unjudged is unjudged
