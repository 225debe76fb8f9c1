"""Requests as the clauses see them: what a quantity, a date and a whole request are."""

import datetime
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.allocate_order import dates
from contracts.endpoint.discovery import discover
from contracts.model.exchange import Exchange, Order, Request
from contracts.standard import numbers


@pytest.mark.parametrize(
    ("text", "kind", "label"),
    [
        ("0", "integer", "integer"),
        ("-0", "integer", "integer"),
        ("2147483647", "integer", "integer"),
        ("2147483648", "overflow", "2^31 and more"),
        ("9007199254740992", "overflow", "2^53 and more"),
        ("9223372036854775808", "overflow", "2^63 and more"),
        ("9" * 5000, "overflow", "beyond any number"),
        ("1e400", "overflow", "beyond any number"),
        ("-1", "negative", "negative integer"),
        ("-1.0", "negative", "negative integral number"),
        ("5.0", "spelling", "integral-number"),
        ("5e0", "spelling", "integral-number"),
        ("5.5", "type", "fraction"),
        ("true", "type", "boolean"),
        ("null", "type", "null"),
        ("[5]", "type", "array"),
        ("{}", "type", "object"),
        ('"5"', "digit string", "digit string"),
        ('"2147483648"', "overflow", "digit string of 2^31 and more"),
        ('"05"', "spelling", "leading-zero"),
        ('"+5"', "spelling", "plus-sign"),
        ('" 5"', "spelling", "spaces"),
        ('"5 "', "spelling", "spaces"),
        ('"5.0"', "spelling", "decimal-string"),
        ('"\uff15"', "spelling", "full-width"),
        ('"-5"', "negative", "negative digit string"),
        ('""', "type", "empty string"),
        ('"five"', "type", "other string"),
        ('"5.5"', "type", "other string"),
        ('"0x5"', "type", "other string"),
        ('"1_0"', "type", "other string"),
        ('"1,000"', "type", "other string"),
        ('"\u00b2"', "type", "other string"),
        ('"\u0665"', "unclear", "unclear spelling"),
        ('" +5"', "unclear", "unclear spelling"),
    ],
)
def test_a_quantity_is_recognised_by_its_json(text, kind, label):
    body = f'{{"q": {text}}}'.encode()
    value = numbers.classify(parse(body))

    assert (value.kind, value.label) == (kind, label)


def parse(body):
    """The value under `q`, read as the suite reads bodies."""
    from contracts.standard.texts import parse_json

    return parse_json(body).value["q"]


@pytest.mark.parametrize(
    ("text", "kind", "label"),
    [
        ("2027-06-15", "date", "iso"),
        ("2027-Jun-15", "date", "month-name"),
        ("2028-02-29", "date", "iso"),
        ("2000-02-29", "date", "iso"),
        ("2400-02-29", "date", "iso"),
        ("2027-02-29", "calendar", "29 February of a common year"),
        ("2100-02-29", "calendar", "29 February of a century"),
        ("2027-Feb-30", "calendar", "30 or 31 February"),
        ("2027-02-31", "calendar", "30 or 31 February"),
        ("2027-02-32", "calendar", "day beyond 31"),
        ("2027-04-32", "calendar", "day beyond 31"),
        ("2027-04-31", "calendar", "day 31 of a month of 30"),
        ("2027-01-32", "calendar", "day beyond 31"),
        ("2027-01-00", "calendar", "day 0"),
        ("2027-13-01", "calendar", "month beyond 12"),
        ("2027-00-01", "calendar", "month 0"),
        ("0000-01-01", "unclear", "year 0"),
        ("0000-02-29", "unclear", "year 0"),
        ("0000-02-30", "calendar", "30 or 31 February"),
        ("2027-002-030", "calendar", "30 or 31 February"),
        ("2027-013-001", "calendar", "month beyond 12"),
        ("20270230", "unclear", "30 or 31 February"),
        ("9999-12-31", "date", "iso"),
        ("2027-06-15T00:00:00Z", "spelling", "with-time"),
        ("20270615", "spelling", "compact"),
        ("2027-6-5", "spelling", "unpadded"),
        ("2027-006-015", "spelling", "three-digits"),
        ("", "spelling", "empty"),
        ("tomorrow", "malformed", "words"),
        ("2027", "malformed", "a year alone"),
        ("2027-06", "malformed", "a year and a month"),
        ("15/06/2027", "other", "the day first"),
        ("15.06.2027", "other", "the day first"),
        ("2027/06/15", "other", "slashes"),
        ("27-06-15", "other", "a year of two digits"),
        ("2027-W24-2", "spelling", "week"),
        ("2027-166", "spelling", "ordinal"),
        ("2027-W54-1", "unclear", "week that does not exist"),
        ("2027-W24-0", "unclear", "week that does not exist"),
        ("2027-366", "unclear", "ordinal that does not exist"),
        ("2027-000", "unclear", "ordinal that does not exist"),
        ("2027W242", "unclear", "another form"),
        ("2027166", "unclear", "another form"),
        ("2027-W24", "unclear", "another form"),
        ("1813017600", "other", "seconds since 1970"),
        ("2027-JUN-15", "unclear", "another form"),
        ("\u0662\u0660\u0662\u0667-06-15", "unclear", "another form"),
    ],
)
def test_a_date_is_recognised_by_its_text(text, kind, label):
    found = dates.classify(text)

    assert (found.kind, found.label) == (kind, label)


@pytest.mark.parametrize(
    ("days", "clauses"),
    [
        pytest.param(-2, {"past"}, id="two-days-ago"),
        pytest.param(-1, set(), id="yesterday"),
        pytest.param(0, set(), id="today"),
        pytest.param(10, set(), id="ahead"),
    ],
)
def test_only_what_is_past_everywhere_on_earth_is_past(bench, days, clauses):
    text = (bench.kit.today + datetime.timedelta(days=days)).isoformat()
    body = bench.base("dated").body.decode().replace("2027-04-14", text)
    exchange = bench.exchange(bench.variant(bench.base(), body=body.encode()))
    seen = bench.context().view(exchange)

    assert {t.clause.rpartition("-")[2] for t in seen.traits if t.clause.endswith("-past")} == clauses
    assert seen.unjudged == (abs(days) < 2)


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("2027-04-14", {"form"}),
        ("2027-05-01", {"form", "month-ends"}),
        ("2027-04-30", {"form", "month-ends"}),
        ("2028-02-28", {"form"}),
        ("2028-02-29", {"form", "leap-day"}),
        ("2029-Feb-28", {"form", "month-ends"}),
        ("9999-12-31", {"form", "far-future"}),
        ("2027-005-001", {"three-digits", "month-ends"}),
        ("2027-004-014", {"three-digits"}),
        ("2027-004-031", {"calendar"}),
        ("20270501", {"compact"}),
        ("2027-5-1", {"unpadded"}),
        ("2027-05-01T00:00:00Z", {"with-time"}),
        ("2027-121", {"ordinal"}),
        ("2027-W17-6", {"week"}),
        ("27-05-01", {"other-form"}),
        ("2027-04-31", {"calendar"}),
        ("soon", {"malformed"}),
        ("2027-MAY-01", set()),
    ],
)
def test_a_date_has_the_trait_of_its_form_and_in_a_form_that_may_be_asked_for_that_of_its_day(bench, text, clauses):
    body = bench.base("dated").body.decode().replace("2027-04-14", text)
    traits = bench.context().view(bench.exchange(bench.variant(bench.base(), body=body.encode()))).traits
    dates_of = "allocation-object.backorder-date-"

    assert {trait.clause.removeprefix(dates_of) for trait in traits if trait.clause.startswith(dates_of)} == clauses


@pytest.mark.parametrize(
    ("text", "unjudged"),
    [
        ("2032-12-15", False),
        ("2033-01-15", True),
        ("9999-12-31", False),
        ("9999-12-30", True),
        ("2033-15-01", False),
        ("20330115", True),
        ("2027-MAY-15", True),
        ("2033-01-15x", True),
    ],
)
def test_of_a_date_more_than_five_years_ahead_no_clause_speaks(bench, text, unjudged):
    body = bench.base("dated").body.decode().replace("2027-04-14", text)

    assert bench.context().view(bench.exchange(bench.variant(bench.base(), body=body.encode()))).unjudged is unjudged


def test_what_comes_after_wrong_credentials_decides_nothing(bench):
    request = bench.variant(bench.base(), credential="absent", body=b"{", method="POST")
    seen = bench.context().view(bench.exchange(request))

    assert {trait.clause for trait in seen.traits} == {"authentication.absent"}
    assert {"http.other-verbs", "http.malformed-json"} <= {trait.clause for trait in seen.masked}


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "line_items",
                    "line_item_uuid",
                    "allocation",
                    "quantity_accepted",
                    "quantity_rejected",
                    "backorder_date",
                    "x",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)
PATHS = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=60).map("/timp/orders/allocation/".__add__)


@given(
    path=PATHS,
    body=st.one_of(st.binary(max_size=60), JSON_VALUES.map(lambda value: json.dumps(value).encode())),
    media_type=st.none() | st.text(st.characters(max_codepoint=126, min_codepoint=32), max_size=30),
    method=st.sampled_from(["PUT", "GET", "POST", "OPTIONS"]),
)
def test_any_request_at_all_can_be_seen_and_looks_the_same_twice(path, body, media_type, method):
    order = Order("319bba9f-71b1-4a93-8abf-67a45b8fdd5c", ())
    headers = () if media_type is None else (("Content-Type", media_type),)
    exchange = Exchange("x", Request(method, path, headers, body), None, "none", 0.0, 0.0)

    first, second = (discover()["allocate_order"].view(exchange, {order.uuid: order}) for _ in range(2))
    assert first == second


@given(value=JSON_VALUES)
def test_any_body_at_all_can_be_seen(bench, value):
    exchange = bench.exchange(bench.variant(bench.base(), body=json.dumps(value).encode()))
    seen = bench.context().view(exchange)

    assert {trait.clause for trait in seen.traits | seen.masked} <= set(bench.clauses)
