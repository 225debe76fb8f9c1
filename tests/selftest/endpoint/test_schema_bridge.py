"""Schemathesis judges recorded answers without sending, and its cases become requests of our own."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import schemathesis

from contracts.endpoint import schema
from contracts.model.exchange import Exchange, Request, Response

ROOT = Path(__file__).parents[3]
DOCUMENT = schema.load(ROOT / "specs" / "allocate_order" / "openapi.yaml")
SPECIFICATION = schema.Specification(DOCUMENT)
TEMPLATE = "/timp/orders/allocation/{order_uuid}/"
PATH = TEMPLATE.format(order_uuid="319bba9f-71b1-4a93-8abf-67a45b8fdd5c")
UUID = "b84ccd3c-88f8-4050-accf-e049163052e3"
JSON = {"Content-Type": "application/json"}
ALLOW = {"Allow": "OPTIONS, PUT"}
CHALLENGE = {"WWW-Authenticate": "Token"}
ARRAY = [{UUID: "Allocated"}]
OBJECT = {"line_items": [{"line_item_uuid": UUID, "quantity_shipped": 0, "supplier_provided_sku_cost": 13.98}]}
ABSENT = {"line_items": [{"line_item_uuid": UUID}]}
NULLS = {"line_items": [{"line_item_uuid": UUID, "quantity_shipped": None, "supplier_provided_sku_cost": None}]}
REFUSALS = (400, 403, 404, 406, 408, 409, 411, 413, 414, 415, 422, 429, 431)


def exchange(
    status: int,
    body: object = b"",
    headers: dict | None = None,
    method: str = "PUT",
    path: str = PATH,
    **more: object,
) -> Exchange:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    fields = tuple((JSON if headers is None else headers).items())
    return Exchange("1", Request(method, path), Response(status, fields, content, **more))


def checks(*args: object, **kwargs: object) -> list[str]:
    return [problem.check for problem in SPECIFICATION.problems(exchange(*args, **kwargs))]


LEGAL = [
    *(pytest.param(exchange(code, OBJECT), id=f"{code}-object") for code in (200, 201)),
    *(pytest.param(exchange(code, ARRAY), id=f"{code}-array") for code in (200, 201)),
    pytest.param(exchange(200, ABSENT), id="fields-left-out"),
    pytest.param(exchange(200, NULLS), id="fields-null"),
    pytest.param(exchange(200, ARRAY, {"content-type": "application/json; charset=utf-8"}), id="charset"),
    pytest.param(exchange(200, ARRAY, {"Content-Type": "Application/JSON"}), id="media-type-in-another-case"),
    pytest.param(exchange(200, [{UUID: "Reported"}]), id="status-the-previous-release-does-not-list"),
    pytest.param(exchange(204, headers={}), id="204"),
    *(pytest.param(exchange(code, {"detail": "no"}), id=f"{code}-json") for code in REFUSALS),
    *(pytest.param(exchange(code, headers={}), id=f"{code}-empty") for code in REFUSALS),
    pytest.param(exchange(400), id="400-empty-yet-declared"),
    pytest.param(exchange(422, {}, {"Content-Type": "application/problem+json"}), id="problem-json"),
    pytest.param(exchange(401, {}, JSON | CHALLENGE), id="401-with-challenge"),
    pytest.param(exchange(405, {}, JSON | ALLOW), id="405-with-allow"),
    pytest.param(exchange(405, {}, JSON | {"ALLOW": "PUT"}), id="header-in-another-case"),
    pytest.param(exchange(405, {}, JSON | {"Allow": "GET", "allow": "PUT"}), id="header-in-two-lines"),
]
FAULTY = [
    pytest.param(exchange(418, {}), ["status-code"], id="undocumented-code"),
    pytest.param(exchange(418, {}, path=PATH + "?verbose=1"), ["status-code"], id="with-a-query"),
    pytest.param(exchange(500, headers={}), ["status-code"], id="server-error"),
    pytest.param(exchange(302, headers={}), ["status-code"], id="redirect"),
    pytest.param(exchange(200, b"<p>", {"Content-Type": "text/html"}), ["content-type"], id="html-success"),
    pytest.param(exchange(400, b"<p>", {"Content-Type": "text/html"}), ["content-type"], id="html-refusal"),
    pytest.param(exchange(200, ARRAY, {}), ["content-type"], id="no-media-type"),
    pytest.param(exchange(200, ARRAY, {"Content-Type": "json"}), ["content-type"], id="malformed-media-type"),
    pytest.param(exchange(200, headers={}), ["content-type"], id="success-without-body"),
    pytest.param(exchange(401, {}), ["headers"], id="401-without-challenge"),
    pytest.param(exchange(405, {}), ["headers"], id="405-without-allow"),
    pytest.param(exchange(405, {}, JSON | {"Allow": "GET"}), ["headers"], id="405-that-does-not-allow-put"),
    pytest.param(exchange(405, b"<p>", {"Content-Type": "text/html"}), ["headers", "content-type"], id="two-together"),
    pytest.param(exchange(200, "done"), ["body"], id="neither-form"),
    pytest.param(exchange(200, [{UUID: 1}]), ["body"], id="status-is-a-number"),
    pytest.param(exchange(200, {"line_items": {}}), ["body"], id="line-items-is-an-object"),
    pytest.param(
        exchange(200, {"line_items": [{"line_item_uuid": UUID, "quantity_shipped": "5"}]}),
        ["body"],
        id="digit-string",
    ),
    pytest.param(exchange(201, b"{"), ["body"], id="no-json"),
    pytest.param(exchange(400, b"{"), ["body"], id="refusal-is-not-json"),
    pytest.param(exchange(200, b'[{"a":"\xff"}]'), ["body"], id="no-utf-8"),
    pytest.param(exchange(200, b"[" * 50_000), ["body"], id="deep"),
    pytest.param(exchange(200, b'[{"a":' + b"9" * 10_000 + b"}]"), ["body"], id="giant-number"),
]


@pytest.mark.parametrize("legal", LEGAL)
def test_legal_answer_has_no_problem(legal: Exchange) -> None:
    assert SPECIFICATION.problems(legal) == ()


@pytest.mark.parametrize(("faulty", "expected"), FAULTY)
def test_faulty_answer_is_found_by_its_check_alone(faulty: Exchange, expected: list[str]) -> None:
    assert [problem.check for problem in SPECIFICATION.problems(faulty)] == expected


def test_message_is_one_line_and_says_what_was_received() -> None:
    (problem,) = SPECIFICATION.problems(exchange(418, {}))

    assert "Received: 418" in problem.message
    assert "\n" not in problem.message


def test_exchange_without_an_answer_has_no_problem() -> None:
    assert SPECIFICATION.problems(Exchange("1", Request("PUT", PATH), None, trouble="reset")) == ()


@pytest.mark.parametrize(
    "path",
    [PATH.rstrip("/"), "/timp/orders/x/", f"{PATH}more/", f"/x{PATH}"],
    ids=["no-slash", "other", "more", "less"],
)
def test_undocumented_path_has_no_problem(path: str) -> None:
    assert checks(500, path=path) == []


def test_undocumented_verb_is_held_to_what_the_path_says_of_refusals() -> None:
    assert checks(405, {}, method="GET") == ["headers"]
    assert checks(405, {}, JSON | ALLOW, method="GET") == []
    assert checks(401, {}, method="DELETE") == ["headers"]


@pytest.mark.parametrize("status", [200, 302, 500])
def test_of_other_answers_to_an_undocumented_verb_nothing_is_said(status: int) -> None:
    assert checks(status, "anything", method="GET") == []


def test_answer_to_head_needs_no_body() -> None:
    assert checks(405, headers=ALLOW, method="HEAD") == []
    assert checks(405, headers=JSON, method="HEAD") == ["headers"]


def test_body_that_was_cut_is_not_judged() -> None:
    assert checks(200, b'[{"a', complete=False) == []
    assert checks(200, b"<p", {"Content-Type": "text/html"}, complete=False) == ["content-type"]


def test_answers_that_differ_in_one_thing_are_distinguished() -> None:
    assert checks(405, {}, JSON | ALLOW) == []
    assert checks(405, {}, JSON) == ["headers"]
    assert checks(404, {}, JSON) == []
    assert checks(404, b"{", JSON) == ["body"]


def test_judging_opens_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr("socket.socket", refuse)
    fresh = schema.Specification(DOCUMENT)

    assert [problem.check for problem in fresh.problems(exchange(200, "done"))] == ["body"]
    assert fresh.problems(exchange(200, ARRAY)) == ()


def test_bridge_loads_schemathesis_only_when_used() -> None:
    program = "import sys, contracts.endpoint.schema; sys.exit('schemathesis' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0


def hand_made(**parts: object) -> schemathesis.Case:
    operation = schema.coverage(DOCUMENT, seed=1)[TEMPLATE]["PUT"]
    return operation.Case(**{"path_parameters": {"order_uuid": "x"}, "media_type": "application/json"} | parts)


def test_request_of_a_case_is_what_would_go_on_the_wire() -> None:
    request = schema.request_of(hand_made(path_parameters={"order_uuid": "a b%2F"}, query={"q": "é"}, body={"a": "é"}))

    assert request == Request(
        "PUT",
        "/timp/orders/allocation/a%20b%2F/?q=%C3%A9",
        (("Content-Type", "application/json"), ("Accept", "application/json")),
        b'{"a": "\\u00e9"}',
    )


@pytest.mark.parametrize(
    ("parts", "body"),
    [
        pytest.param({}, b"", id="none"),
        pytest.param({"body": None}, b"null", id="null"),
        pytest.param({"body": b"\xff"}, b"\xff", id="bytes"),
        pytest.param({"body": []}, b"[]", id="array"),
    ],
)
def test_body_of_a_case_is_kept_byte_for_byte(parts: dict, body: bytes) -> None:
    assert schema.request_of(hand_made(**parts)).body == body


def test_header_that_a_case_has_is_kept() -> None:
    request = schema.request_of(hand_made(headers={"Content-Type": "text/plain", "Accept": "text/html"}, body=[]))

    assert dict(request.headers) == {"Content-Type": "text/plain", "Accept": "text/html"}


def test_authorization_written_by_hand_is_given() -> None:
    request = schema.request_of(hand_made(headers={"Authorization": "Token x"}))

    assert (request.credential, request.header("Authorization")) == ("given", "Token x")
