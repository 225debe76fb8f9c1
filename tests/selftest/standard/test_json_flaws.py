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
