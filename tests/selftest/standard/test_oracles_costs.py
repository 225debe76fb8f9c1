"""The oracles of costs, of other origins and of errors without a body on hand-made answers."""

import pytest

from contracts.standard.cors import CLAUSE, STRANGER

PARAMETERS = "response-parameters.sku-cost"
COST = "supplier_provided_sku_cost"


@pytest.mark.parametrize(
    "value", ["1_3.98", "\u0661\u0663.\u0669\u0668", " 13.98", "13.98\n", "NaN", "Infinity", "13,98", "0x1F", "", "."]
)
def test_a_text_that_only_some_languages_read_is_not_a_decimal(bench, value):
    case = bench.one(bench.success(bench.base(), **{COST: value}))

    assert bench.said(f"{PARAMETERS}-type", case)[0]


@pytest.mark.parametrize("value", ["13.98", "0", "-0.00", "+13.98", "1e1", "13.", ".5", 13.5, 14], ids=repr)
def test_a_decimal_is_one_in_any_usual_spelling(bench, value):
    case = bench.one(bench.success(bench.base(), **{COST: value}))

    assert bench.said(f"{PARAMETERS}-type", case)[0] == []
    assert bench.said(f"{PARAMETERS}-not-negative", case)[0] == []


@pytest.mark.parametrize(("value", "found"), [("2E+1", True), ("1.398e1", True), (2e1, False), ("20", False)], ids=repr)
def test_a_text_with_an_exponent_shows_no_decimal_places(bench, value, found):
    case = bench.one(bench.success(bench.base(), **{COST: value}))

    assert bool(bench.said(f"{PARAMETERS}-two-places", case)[0]) == found


@pytest.mark.parametrize("value", [-13.98, -1, "-0.01"])
def test_a_cost_below_nothing_is_found(bench, value):
    case = bench.one(bench.success(bench.base(), **{COST: value}))

    assert bench.findings(case, bench.context(response_parameters__sku_cost_encoding="string")) >= {
        f"{PARAMETERS}-not-negative"
    }


def answered(bench, origin, credentials, status=200):
    """What the clause says of an answer to a page of a stranger: findings, held."""
    headers = [("Content-Type", "application/json")]
    headers += [("Access-Control-Allow-Origin", origin)] if origin else []
    headers += [("Access-Control-Allow-Credentials", credentials)] if credentials else []
    case = bench.case(f"{CLAUSE}/a page of a stranger", lambda request: bench.exchange(request, status, {}, headers))
    return bench.said(CLAUSE, case)


@pytest.mark.parametrize("origin", ["*", STRANGER])
def test_credentials_for_any_origin_are_found(bench, origin):
    assert answered(bench, origin, "true")[0]


@pytest.mark.parametrize(
    ("origin", "credentials"),
    [(None, None), ("*", None), (STRANGER, None), ("*", "false"), ("https://shop.example", "true"), (None, "true")],
)
def test_an_origin_of_its_own_or_no_credentials_are_found_by_no_oracle(bench, origin, credentials):
    assert answered(bench, origin, credentials) == ([], 1)


def test_a_page_of_a_stranger_may_be_refused(bench):
    case = bench.case(f"{CLAUSE}/a page of a stranger", lambda request: bench.refusal(request, 403))

    assert bench.findings(case) == set()


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        pytest.param((("Content-Type", "application/json"),), True, id="declared-json"),
        pytest.param((("Content-Type", "application/problem+json"),), True, id="declared-problem-json"),
        pytest.param((("Content-Type", "text/plain"),), False, id="declared-text"),
        pytest.param((), False, id="nothing-declared"),
    ],
)
def test_an_error_declared_json_has_a_body(bench, headers, found):
    case_id = "allocation-object.quantity-accepted-type/word"
    case = bench.case(case_id, lambda request: bench.exchange(request, 400, b"", headers))

    assert bench.findings(case) == ({"http.error-parses"} if found else set())
