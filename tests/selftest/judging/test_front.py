"""Who has answered: the application, something in front of it, or one of several backends."""

import dataclasses
import itertools

import pytest

from contracts.judging import availability, way
from contracts.judging.availability import Intermediary
from contracts.model.case import Case
from contracts.model.exchange import Response
from tests.field.proxies import habits
from tests.selftest.judging.conftest import JSON, alone, said


def in_front(exchange, signed=(), own=5):
    """Who answers, to a reader of a run in which the application signs its answers so."""
    answers = [dataclasses.replace(exchange, id=f"own-{n}", response=signed_by(exchange, signed)) for n in range(own)]
    return way.way_of(map(alone, answers)).front.intermediary(exchange)


def signed_by(exchange, signed):
    echo = (("X-Request-Id", exchange.request.header("X-Request-Id")),) if "echo" in signed else ()
    headers = (*JSON, *(pair for pair in signed if pair != "echo"), *echo)
    return Response(200, headers, b'{"line_items": []}')


UVICORN, NGINX, EXPRESS = ("Server", "uvicorn"), ("Server", "nginx"), ("X-Powered-By", "Express")
DENIED = b'{"message": "Forbidden"}'
APIGEE = b'{"fault":{"faultstring":"Failed","detail":{"errorcode":"steps.jsonthreatprotection.ExecutionFailed"}}}'
APIM = b'{ "statusCode": 404, "message": "Resource not found" }'
NEST = b'{"statusCode":404,"message":"Resource not found"}'
CHALLENGE = b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>Enable JavaScript</body></html>"
CLOUDFLARE = ("Server", "cloudflare")
PAGE = habits.page("403 Forbidden")


@pytest.mark.parametrize(
    ("answer", "signed", "who"),
    [
        pytest.param((413, habits.nginx_page("413 Too Large"), [NGINX]), [], "nginx", id="default-page"),
        pytest.param((403, habits.apache_page("403 Forbidden"), []), [], "Apache", id="unsigned-default-page"),
        pytest.param((403, PAGE, [("Server", "Apache")]), [UVICORN], "Apache", id="another-server"),
        pytest.param((403, PAGE, []), [UVICORN], "something unnamed", id="no-server"),
        pytest.param((403, PAGE, [NGINX]), [NGINX, EXPRESS], "something unnamed", id="not-powered"),
        pytest.param((403, PAGE, [NGINX]), [NGINX, "echo"], "something unnamed", id="id-not-repeated"),
        pytest.param((200, PAGE, []), [UVICORN], "something unnamed", id="success-of-another"),
        pytest.param((403, PAGE, [("Server", "awselb/2.0")]), [], "awselb/2.0", id="signs-where-no-one-else-does"),
        pytest.param((500, PAGE, [("Server", "Apache")]), [UVICORN], "Apache", id="failure-of-another-server"),
        pytest.param((500, APIGEE, []), [], "Apigee", id="fault-in-json"),
        pytest.param((404, APIM, []), [], "Azure API Management", id="another-fault-in-json"),
        pytest.param((403, DENIED, [("x-amzn-errortype", "Denied")]), [], "Amazon API Gateway", id="its-own-header"),
        pytest.param((404, DENIED, [("X-Kong-Response-Latency", "0")]), [], "Kong", id="another-with-its-own-header"),
        pytest.param((403, CHALLENGE, [("Server", "cloudflare")]), [CLOUDFLARE], "Cloudflare", id="challenge"),
    ],
)
def test_an_intermediary_is_recognised_by_what_it_is(exchanges, request_, answer, signed, who):
    request = dataclasses.replace(request_, headers=(*request_.headers, ("X-Request-Id", "run-7")))

    assert in_front(exchanges(*answer, request=request), signed) == who


@pytest.mark.parametrize(
    ("answer", "signed"),
    [
        pytest.param((400, PAGE, [UVICORN]), [UVICORN], id="framework-page-of-the-same-server"),
        pytest.param((403, PAGE, []), [], id="a-page-alone"),
        pytest.param((404, NEST, []), [], id="an-error-of-a-framework-in-json"),
        pytest.param(
            (500, b"Internal Server Error", [UVICORN]), [UVICORN, "echo"], id="crash-outside-of-the-middleware"
        ),
        pytest.param((500, b"Internal Server Error", [NGINX]), [NGINX, "echo"], id="the-same-behind-a-gateway"),
        pytest.param((500, PAGE, []), [("Server", "gunicorn")], id="failure-that-the-server-does-not-sign"),
        pytest.param((500, PAGE, [NGINX]), [NGINX, EXPRESS], id="failure-that-the-framework-does-not-sign"),
        pytest.param((400, PAGE, [EXPRESS]), [EXPRESS, "echo"], id="refused-before-the-middleware"),
        pytest.param((400, b"{}", [UVICORN]), [UVICORN, "echo"], id="the-same-by-its-server"),
        pytest.param(
            (404, PAGE, [("Server", "gunicorn")]),
            [("Server", "gunicorn"), ("X-Powered-By", "PHP/8.3")],
            id="refusals-that-only-the-server-signs",
        ),
        pytest.param((404, b"<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>", []), [], id="werkzeug"),
        pytest.param((404, b"404 page not found\n", []), [], id="Go"),
        pytest.param((502, habits.nginx_page("502 Bad Gateway"), [NGINX]), [UVICORN], id="a-gateway-without-an-answer"),
    ],
)
def test_pages_and_failures_of_the_application_are_its_own(exchanges, request_, answer, signed):
    request = dataclasses.replace(request_, headers=(*request_.headers, ("X-Request-Id", "run-7")))

    assert in_front(exchanges(*answer, request=request), signed) is None


def test_two_answers_of_an_application_do_not_say_how_it_signs(exchanges):
    assert in_front(exchanges(403, PAGE, []), [UVICORN], own=2) is None


def of_apache(cases):
    """The answers of an intermediary, without which nothing is known of a clause."""
    front = Intermediary(hides=["http.no-reflection"])
    for case in cases:
        front.add(case, {"Apache": case.steps[-1][1]})
    return front


def test_an_intermediary_is_one_entry_that_names_it_and_what_it_hides(bench, exchanges):
    cases = tuple(alone(exchanges(403, habits.apache_page("403 Forbidden"))) for _ in range(3))
    front = of_apache(cases)

    ((clause, level, times, observed),) = said(bench, cases, front)
    assert (clause, level, times) == ("availability.no-intermediary-answers", "should", 3)
    assert observed == "3 answers are of Apache; they hide http.no-reflection"


def test_one_answer_of_an_intermediary_is_counted_as_one(bench, exchanges):
    case = alone(exchanges(403, habits.apache_page("403 Forbidden")))

    ((_, _, _, observed),) = said(bench, (case,), of_apache((case,)))
    assert observed == "1 answer is of Apache; it hides http.no-reflection"


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))), ids=str)
def test_the_smallest_of_the_requests_that_got_its_answer_is_shown_and_of_several_the_first(exchanges, request_, order):
    def sized(body, path):
        return dataclasses.replace(request_, body=b"x" * body, path="/" * path)

    last = [exchanges(403, request=sized(*size)) for size in ((10, 20), (20, 10), (12, 20), (4, 27))]
    bases = [exchanges(request=sized(*size)) for size in ((9, 9), (8, 8), (1, 1), (2, 2))]
    cases = [
        Case(f"plan/{number}", (("base", base), ("before", bases[0]), ("change", changed)))
        for number, (base, changed) in enumerate(zip(bases, last, strict=True))
    ]

    assert of_apache([cases[index] for index in order]).smallest == (cases[0], last[0])


# -------------------------------------------------------------------------------------- several backends


def answered_in_turn(exchanges, *bodies):
    """A run in which one request is sent again and again, and its answers take turns."""
    return way.way_of([alone(exchanges(200, body)) for _ in range(4) for body in bodies])


def test_an_answer_that_changes_back_and_forth_is_reported(exchanges):
    found = answered_in_turn(exchanges, b'{"line_items": [{"quantity_shipped": 0}]}', b'{"line_items": []}')

    assert any("more than one backend" in line for line in availability.notes(found))


@pytest.mark.parametrize(
    "bodies",
    [
        pytest.param([b'{"quantity_shipped": 0}', b'{"quantity_shipped": 3}'], id="other-values"),
        pytest.param([b'{"a": 1.0, "b": "x"}', b'{"b": "y", "a": 1}'], id="another-order"),
        pytest.param([b"{}"], id="the-same"),
    ],
)
def test_answers_of_one_form_are_of_one_backend(exchanges, bodies):
    assert list(availability.notes(answered_in_turn(exchanges, *bodies))) == []


def test_an_answer_that_changes_once_is_of_one_backend(exchanges):
    cases = [alone(exchanges(status, b"{}")) for status in (200, 200, 409, 409, 409)]

    assert list(availability.notes(way.way_of(cases))) == []
