"""The oracles of refusals, credentials, HTTP and robustness on hand-made answers."""

import pytest

from contracts.model.case import Case
from contracts.model.exchange import Exchange

JSON = (("Content-Type", "application/json"),)
TYPE = "allocation-object.quantity-accepted-type/word"


SAID = {"error": {"code": "no"}}


def refused(bench, status=400, body=SAID, headers=JSON, case_id=TYPE):  # None: without a body
    """A planned case whose change is refused in some way."""
    return bench.case(case_id, lambda request: bench.exchange(request, status, body, headers))


@pytest.mark.parametrize(
    ("clause", "case"),
    [
        pytest.param("http.error-media-type", {"headers": (("Content-Type", "text/html"),), "body": b"<p>"}, id="html"),
        pytest.param("http.error-media-type", {"headers": (), "body": b"no"}, id="no-media-type"),
        pytest.param("http.error-parses", {"body": b"{"}, id="error-cut-short"),
        pytest.param("http.no-internals", {"body": {"e": "Traceback (most recent call last)"}}, id="python"),
        pytest.param("http.no-internals", {"body": {"e": "at com.shop.Api.put(Api.java:12)"}}, id="java"),
        pytest.param("http.no-internals", {"body": {"e": "at put (/srv/app/put.js:10:5)"}}, id="node"),
        pytest.param("http.no-internals", {"body": {"e": "at node:internal/main:10:5"}}, id="node-itself"),
        pytest.param("http.no-internals", {"body": {"e": "app/orders.rb:12:in `put'"}}, id="ruby"),
        pytest.param("http.no-internals", {"body": {"e": "at A.Put(String s) in A.cs:line 12"}}, id="dot-net"),
        pytest.param("http.no-internals", {"body": {"e": "Warning: odd in a.php on line 12"}}, id="php"),
        pytest.param(
            "http.no-internals",
            {"body": b"<b>Notice</b>:  odd in <b>/srv/a.php</b> on line <b>12</b>"},
            id="php-in-html",
        ),
        pytest.param("http.no-internals", {"body": {"e": "at file:///srv/app/put.mjs:10:5"}}, id="node-module"),
        pytest.param("http.no-internals", {"body": {"e": 'File "<string>", line 1'}}, id="python-without-a-file"),
        pytest.param("http.no-internals", {"body": {"e": "in /home/app/orders/put.py"}}, id="a-file-below-home"),
        pytest.param("http.no-internals", {"body": {"e": "in C:\\inetpub\\orders"}}, id="a-path-of-windows"),
        pytest.param("http.no-internals", {"body": {"e": "ORA-00942: no such table"}}, id="oracle"),
        pytest.param("http.no-internals", {"body": {"e": "psycopg2.OperationalError: gone"}}, id="postgres"),
        pytest.param("http.no-internals", {"body": {"e": "select id, sku from orders".upper()}}, id="two-columns"),
        pytest.param("http.no-internals", {"body": {"e": 'UPDATE "orders" SET sku = 1'}}, id="an-update"),
        pytest.param("http.no-internals", {"body": {"e": "INSERT INTO orders (id) VALUES (1)"}}, id="an-insert"),
        pytest.param("http.no-internals", {"body": {"e": "goroutine 1 [running]"}}, id="go"),
        pytest.param("http.no-internals", {"body": {"e": "SQLSTATE[42000]"}}, id="sql-error"),
        pytest.param("http.no-internals", {"body": {"e": "SELECT id FROM orders"}}, id="sql-query"),
        pytest.param("http.no-internals", {"body": {"e": "in /var/www/app/orders.php"}}, id="server-path"),
        pytest.param(
            "http.no-internals", {"status": 200, "body": {"debug": "SELECT id FROM orders"}}, id="query-in-a-success"
        ),
        pytest.param("http.no-server-error", {"status": 500}, id="server-error"),
        pytest.param("http.no-server-error", {"status": 503}, id="unavailable"),
        pytest.param(
            "http.no-server-error", {"status": 501, "case_id": "http.get/on the documented path"}, id="501-for-get"
        ),
        pytest.param("http.no-server-error", {"status": 501}, id="501-for-the-documented-verb"),
        pytest.param(
            "response-codes.bad-credentials",
            {"status": 400, "case_id": "authentication.wrong-token/other"},
            id="400-for-a-wrong-token",
        ),
        pytest.param(
            "response-codes.refusal-fits-its-cause",
            {"status": 404, "case_id": "authentication.empty/empty"},
            id="404-for-empty-credentials",
        ),
        pytest.param(
            "response-codes.wrong-verb", {"status": 404, "case_id": "http.get/on the documented path"}, id="404-for-get"
        ),
        pytest.param(
            "http.method-not-allowed-names-allow",
            {
                "status": 405,
                "case_id": "http.other-verbs/POST",
                "headers": (*JSON, ("Allow", "GET"), ("Allow", "HEAD")),
            },
            id="put-in-none-of-several-fields",
        ),
        pytest.param(
            "http.method-not-allowed-names-allow",
            {"status": 405, "case_id": "url-parameters.final-slash/without"},
            id="no-allow-without-the-slash",
        ),
        pytest.param("response-codes.documented", {"status": 418}, id="teapot"),
        pytest.param("response-codes.documented", {"status": 302}, id="redirect"),
        pytest.param(
            "response-codes.refusal-fits-its-cause",
            {"status": 409, "case_id": "allocation-object.quantity-accepted-negative/minus one"},
            id="a-code-for-something-else",
        ),
        pytest.param("authentication.token-not-echoed", {"body": {"e": "[secret valid] is fine"}}, id="echo-in-body"),
        pytest.param(
            "authentication.token-not-echoed", {"headers": (*JSON, ("X-User", "[secret valid]"))}, id="echo-in-header"
        ),
        pytest.param(
            "authentication.challenge", {"status": 401, "case_id": "authentication.absent/absent"}, id="no-challenge"
        ),
        pytest.param(
            "http.method-not-allowed-names-allow", {"status": 405, "case_id": "http.other-verbs/POST"}, id="no-allow"
        ),
        pytest.param(
            "http.method-not-allowed-names-allow",
            {"status": 405, "case_id": "http.other-verbs/POST", "headers": (*JSON, ("Allow", "GET"))},
            id="allow-without-put",
        ),
        pytest.param(
            "http.method-not-allowed-names-allow",
            {"status": 405, "case_id": "http.other-verbs/POST", "headers": (*JSON, ("Allow", "PUT, post"))},
            id="allow-with-what-is-refused",
        ),
        pytest.param(
            "robustness.long-strings",
            {"status": 500, "case_id": "robustness.long-strings/date"},
            id="falls-over-a-long-string",
        ),
        pytest.param(
            "robustness.deep-json", {"status": 502, "case_id": "robustness.deep-json/arrays 500"}, id="falls-over-depth"
        ),
        pytest.param(
            "robustness.odd-text",
            {"status": 500, "case_id": "robustness.odd-text/NUL in the date"},
            id="falls-over-nul",
        ),
        pytest.param("openapi.status-code", {"status": 418}, id="schemathesis-status"),
    ],
)
def test_a_faulty_refusal_is_found_by_its_clause(bench, clause, case):
    assert bench.said(clause, refused(bench, **case))[0]


@pytest.mark.parametrize(
    "case",
    [
        pytest.param({"body": {"error": "no"}}, id="json"),
        pytest.param({"body": "no"}, id="json-string"),
        pytest.param(
            {"body": {"detail": "x"}, "headers": (("Content-Type", "application/problem+json"),)}, id="problem-json"
        ),
        pytest.param({"headers": (), "body": None}, id="no-body"),
        pytest.param({"body": {"quantity_accepted": ["A valid integer is required."]}}, id="field-errors"),
        pytest.param({"body": {"error": "line_items[0]: at least one of the quantities"}}, id="words-like-code"),
        pytest.param(
            {
                "status": 401,
                "case_id": "authentication.absent/absent",
                "headers": (*JSON, ("www-authenticate", "Bearer")),
                "body": {},
            },
            id="another-challenge",
        ),
        pytest.param(
            {"status": 405, "case_id": "http.other-verbs/POST", "headers": (*JSON, ("allow", "OPTIONS, put"))},
            id="allow-in-another-order",
        ),
        pytest.param(
            {
                "status": 405,
                "case_id": "http.other-verbs/POST",
                "headers": (*JSON, ("Allow", ""), ("Allow", "OPTIONS"), ("Allow", "PUT")),
            },
            id="allow-in-several-fields",
        ),
        pytest.param(
            {
                "status": 401,
                "case_id": "authentication.absent/absent",
                "headers": (*JSON, ("WWW-Authenticate", ""), ("WWW-Authenticate", "Token")),
            },
            id="the-challenge-in-the-second-field",
        ),
        pytest.param({"status": 501, "case_id": "http.other-verbs/PATCH"}, id="501-for-patch"),
        pytest.param({"status": 501, "case_id": "http.other-verbs/DELETE"}, id="501-for-delete"),
        pytest.param({"status": 400, "case_id": "authentication.empty/empty"}, id="400-for-empty-credentials"),
        pytest.param({"status": 400, "case_id": "authentication.scheme-only/scheme-only"}, id="400-for-a-scheme-alone"),
        pytest.param({"status": 400, "case_id": "authentication.bare-token/bare"}, id="400-for-a-token-alone"),
        pytest.param({"status": 400, "case_id": "authentication.other-scheme/scheme: Basic"}, id="400-for-basic"),
        pytest.param({"status": 403, "case_id": "url-parameters.order-uuid-malformed/a word"}, id="403-for-no-order"),
        pytest.param(
            {"body": {"errors": []}, "headers": (("Content-Type", "application/vnd.api+json; x=y"),)}, id="json-api"
        ),
        pytest.param({"body": {"e": "see https://example.com/home/docs/x.html"}}, id="a-link-below-home"),
        pytest.param({"body": {"e": "see http://example.com/usr/lib/python/ and /home/docs/"}}, id="links-like-paths"),
        pytest.param({"body": {"e": "Notice: the sum is too large on line 1"}}, id="a-notice-of-a-line"),
        pytest.param({"body": {"e": "Warning: odd value in orders.csv on line 12"}}, id="a-warning-of-a-line"),
        pytest.param({"body": {"e": 'File "orders.csv", line 3 has no quantity'}}, id="a-line-of-a-file-of-data"),
        pytest.param({"body": {"e": "SELECT one line item FROM the order"}}, id="a-sentence-with-select"),
        pytest.param({"body": {"e": "UPDATE it and SET the rest"}}, id="a-sentence-with-update"),
        pytest.param({"body": {"e": "line item ORA-12345 is closed"}}, id="a-number-of-a-product"),
        pytest.param({"body": {"e": "closed at (/door:12:30)"}}, id="a-time-behind-a-slash"),
        pytest.param({"status": 413, "case_id": "robustness.long-strings/date"}, id="too-large"),
        pytest.param({"status": 414, "case_id": "robustness.long-path/8000"}, id="uri-too-long"),
        pytest.param(
            {
                "status": 401,
                "case_id": "authentication.before-the-body/bad bodies",
                "headers": (*JSON, ("WWW-Authenticate", "Token")),
            },
            id="401-before-the-body",
        ),
        pytest.param(
            {"status": 422, "case_id": "allocation-object.quantity-accepted-negative/minus one"}, id="422-for-400"
        ),
        pytest.param({"status": 404, "case_id": "url-parameters.order-uuid-malformed/a word"}, id="404-for-no-uuid"),
        pytest.param({"status": 400, "case_id": "url-parameters.order-uuid-malformed/a word"}, id="400-for-no-uuid"),
    ],
)
def test_an_allowed_refusal_is_reported_by_no_oracle(bench, case):
    assert bench.findings(refused(bench, **case)) == set()


def test_a_path_without_its_slash_need_not_answer_to_put(bench):
    headers = (*JSON, ("Allow", "GET, HEAD"))
    case = refused(bench, 405, {}, headers, case_id="url-parameters.final-slash/without")

    assert bench.findings(case, bench.context(url_parameters__final_slash="refused")) == set()


ORDER, BODY = "authentication.before-the-order/unknown order", "authentication.before-the-body/bad bodies"


def before_the_token(bench, case_id, *statuses):
    """What the clause says where a good request with a wrong token, and another, are answered so: findings, held."""
    left = iter(statuses)
    case = bench.case(case_id, lambda request: bench.exchange(request, next(left), {"error": "no"}, JSON))
    return bench.said(case_id.partition("/")[0], case)


@pytest.mark.parametrize(
    ("case_id", "statuses"),
    [
        pytest.param(ORDER, (401, 404), id="the-order-is-unknown"),
        pytest.param(ORDER, (403, 404), id="the-order-is-unknown-under-403"),
        pytest.param(ORDER, (422, 404), id="the-order-is-unknown-under-422"),
    ],
)
def test_a_target_that_shows_without_credentials_whether_an_order_exists_is_found(bench, case_id, statuses):
    assert before_the_token(bench, case_id, *statuses)[0]


@pytest.mark.parametrize(
    ("statuses", "held"),
    [
        pytest.param((401, 401), 1, id="401-for-both"),
        pytest.param((404, 404), 1, id="404-for-both"),
        pytest.param((200, 404), 0, id="the-token-is-not-looked-at"),
    ],
)
def test_the_same_answer_for_a_wrong_token_tells_nothing(bench, statuses, held):
    assert before_the_token(bench, ORDER, *statuses) == ([], held)


@pytest.mark.parametrize(
    ("statuses", "evidence"),
    [
        pytest.param((401, 401, 401, 401), ["as a good body"] * 3, id="credentials-first"),
        pytest.param((401, 400, 401, 401), ["as a bad body", "as a good body", "as a good body"], id="json-first"),
        pytest.param((403, 422, 422, 422), ["as a bad body"] * 3, id="validated-first"),
        pytest.param((200, 400, 400, 400), [], id="the-token-is-not-looked-at"),
        pytest.param((401, 500, 500, 500), [], id="an-error-of-the-server"),
    ],
)
def test_the_order_of_checks_is_seen_as_a_question(bench, statuses, evidence):
    left = iter(statuses)
    case = bench.case(BODY, lambda request: bench.exchange(request, next(left), {"error": "no"}, JSON))
    seen = bench.endpoint.observers["authentication.before-the-body"](case, bench.context())

    assert [each.evidence for each in seen] == evidence


def test_a_documented_request_refused_for_no_reason_is_found(bench):
    case = Case("made/by hand", (("change", bench.refusal(bench.base(), 400)),))

    assert bench.findings(case) == {"request-parameters.documented-request-accepted"}


def test_a_refusal_that_may_be_for_its_day_is_left_open(bench):
    case = Case("made/by hand", (("change", bench.refusal(bench.base("dated"), 400)),))

    assert bench.findings(case) == set()


def test_no_answer_at_all_is_a_finding(bench):
    silent = Exchange("made-silent", bench.base(), None, "ReadTimeout", 0.0, 10.0)

    assert bench.findings(bench.one(silent)) == {"http.no-server-error"}


@pytest.mark.parametrize(("declared", "found"), [("text/html", 1), ("image/svg+xml", 1), ("", 1), ("text/plain", 0)])
def test_markup_that_comes_back_is_found_where_a_browser_renders_it(bench, declared, found):
    headers = (("Content-Type", declared),) if declared else ()
    body, case_id = b"<script>alert(1)</script>", "http.no-reflection/in the number"
    case = refused(bench, body=body, headers=headers, case_id=case_id)

    assert len(bench.said("http.no-reflection", case)[0]) == found
