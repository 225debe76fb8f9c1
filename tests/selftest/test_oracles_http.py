"""The oracles of refusals, credentials, HTTP and robustness on hand-made answers."""

import pytest

from contracts.model.case import Case
from contracts.model.exchange import Exchange

JSON = (("Content-Type", "application/json"),)
TYPE = "allocation-object.quantity-accepted-type/word"


def refused(bench, status=400, body=None, headers=JSON, case_id=TYPE):
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
        pytest.param("http.no-internals", {"body": {"e": "goroutine 1 [running]"}}, id="go"),
        pytest.param("http.no-internals", {"body": {"e": "SQLSTATE[42000]"}}, id="sql-error"),
        pytest.param("http.no-internals", {"body": {"e": "SELECT id FROM orders"}}, id="sql-query"),
        pytest.param("http.no-internals", {"body": {"e": "in /var/www/app/orders.php"}}, id="server-path"),
        pytest.param(
            "http.no-internals", {"status": 200, "body": {"debug": "SELECT id FROM orders"}}, id="query-in-a-success"
        ),
        pytest.param("http.no-server-error", {"status": 500}, id="server-error"),
        pytest.param("http.no-server-error", {"status": 503}, id="unavailable"),
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
        pytest.param({"headers": ()}, id="no-body"),
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
        pytest.param({"status": 413, "case_id": "robustness.long-strings/date"}, id="too-large"),
        pytest.param({"status": 414, "case_id": "robustness.long-path/8000"}, id="uri-too-long"),
        pytest.param(
            {
                "status": 401,
                "case_id": "authentication.before-the-body/empty",
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
def test_a_lawful_refusal_is_minded_by_nobody(bench, case):
    assert bench.findings(refused(bench, **case)) == set()


ORDER, BODY = "authentication.before-the-order/unknown order", "authentication.before-the-body/no JSON"


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
        pytest.param(BODY, (401, 400), id="the-body-is-bad"),
        pytest.param(BODY, (401, 200), id="the-body-is-good"),
    ],
)
def test_what_is_told_before_the_token_is_looked_at_is_found(bench, case_id, statuses):
    assert before_the_token(bench, case_id, *statuses)[0]


@pytest.mark.parametrize(
    ("statuses", "held"),
    [
        pytest.param((401, 401), 1, id="401-for-both"),
        pytest.param((404, 404), 1, id="404-for-both"),
        pytest.param((200, 404), 0, id="the-token-is-not-looked-at"),
    ],
)
@pytest.mark.parametrize("case_id", [ORDER, BODY])
def test_the_same_answer_for_a_wrong_token_tells_nothing(bench, case_id, statuses, held):
    assert before_the_token(bench, case_id, *statuses) == ([], held)


def test_a_documented_request_refused_for_no_reason_is_found(bench):
    request = bench.variant(bench.base(), body=bench.base("dated").body)
    case = Case("made/by hand", (("change", bench.refusal(request, 400)),))

    assert bench.findings(case) == {"request-parameters.documented-request-accepted"}


def test_no_answer_at_all_is_a_finding(bench):
    silent = Exchange("made-silent", bench.base(), None, "ReadTimeout", 0.0, 10.0)

    assert bench.findings(bench.one(silent)) == {"http.no-server-error"}


def test_markup_that_comes_back_as_html_is_found_and_as_json_is_not(bench):
    case_id = "http.no-reflection/in a string"
    body = b"<script>alert(1)</script>"
    html = refused(bench, body=body, headers=(("Content-Type", "text/html"),), case_id=case_id)
    json = refused(bench, body={"error": body.decode()}, case_id=case_id)

    assert bench.said("http.no-reflection", html)[0]
    assert bench.said("http.no-reflection", json) == ([], 1)


@pytest.mark.parametrize(
    ("status", "location", "evidence"),
    [
        pytest.param(404, None, "404", id="not-found"),
        pytest.param(200, None, "accepted", id="served"),
        pytest.param(308, "{path}/", "redirect", id="redirect"),
        pytest.param(301, "http://127.0.0.1{path}/?x=1", "redirect", id="absolute-redirect"),
        pytest.param(302, "/login", "redirect elsewhere", id="redirect-elsewhere"),
    ],
)
def test_a_path_without_its_slash_is_seen_for_what_becomes_of_it(bench, status, location, evidence):
    def answer(request):
        headers = (("Location", location.format(path=request.path)),) if location else ()
        return bench.exchange(request, status, headers=headers)

    case = bench.case("url-parameters.final-slash/without", answer)
    seen = [o.evidence for o in bench.endpoint.observers["url-parameters.final-slash"](case, bench.context())]

    assert seen == [evidence]


@pytest.mark.parametrize(
    ("name", "status", "evidence"),
    [
        pytest.param("Item Not Found", 200, "reported", id="reported"),
        pytest.param("Allocated", 200, "carried out", id="carried-out"),
        pytest.param(None, 422, "422", id="refused"),
    ],
)
def test_a_foreign_line_item_is_seen_for_what_becomes_of_it(bench, name, status, evidence):
    def answer(request):
        lines = [{line["line_item_uuid"]: name or "x"} for line in bench.lines(request)]
        return bench.exchange(request, status, lines if name else {"error": "no"})

    case = bench.case("request-parameters.foreign-line-item/invented", answer)
    seen = [o.evidence for o in bench.endpoint.observers["request-parameters.foreign-line-item"](case, bench.context())]

    assert seen == [evidence]
