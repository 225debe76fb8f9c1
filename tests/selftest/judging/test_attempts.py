"""What an answer says of the way to the application, and what attempts at one request say together: as tables."""

import pytest

from contracts.judging.attempts import case_of, is_away, is_doubtful, may_be_sent_again, number_of, sign
from contracts.judging.backends import Backends, form_of
from contracts.model.exchange import Exchange, Request, Response
from tests.field.proxies import habits

SOON = ("Retry-After", "1")
OF_A_PRODUCT = (500, ("x-amzn-ErrorType", "InternalServerErrorException"))


def exchange(status, *headers, method="PUT", body=b"{}", path="/a/", name="run-00001"):
    """An exchange that was answered so; a status of None is a broken connection."""
    response = None if status is None else Response(status, headers, body)
    return Exchange(name, Request(method, path), response, "ReadError" if status is None else None)


@pytest.mark.parametrize(
    ("said", "answers"),
    [
        ("passed", [(200,), (201,), (302,), (400,), (401,), (404,), (409,), (428,), (430,), (499,)]),
        ("limited", [(429,), (429, SOON), (503, SOON)]),
        (
            "broken",
            [
                (None,),
                (502,),
                (503,),
                (504,),
                (520,),
                (530,),
                (502, SOON),
                (504, SOON),
                (503, ("Retry-After", "soon")),
                OF_A_PRODUCT,
            ],
        ),
        ("failed", [(500,), (501,), (505,), (507,), (599,)]),
    ],
)
def test_an_answer_passes_or_is_limited_broken_or_failed(said, answers):
    assert {answer: sign(exchange(*answer)).value for answer in answers} == dict.fromkeys(answers, said)


def test_a_default_page_may_be_that_of_the_server_that_runs_the_application():
    assert sign(exchange(500, body=habits.apache_page("500 Internal Server Error"))).value == "failed"


def test_nothing_is_there_if_nothing_answers_or_a_gateway_alone():
    away = {
        status
        for status in (None, 200, 404, 429, 500, 501, 502, 503, 504, 505, 519, 520, 527, 528, 530)
        if is_away(exchange(status))
    }

    assert away == {None, 502, 503, 504, 520, 527, 530}


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "POST", "PATCH", "PURGE"])
def test_a_request_is_sent_again_if_its_method_is_idempotent_or_it_was_refused(method):
    idempotent = method not in {"POST", "PATCH", "PURGE"}  # RFC 9110 section 9.2.2

    assert may_be_sent_again(exchange(200, method=method)) is idempotent
    assert may_be_sent_again(exchange(None, method=method)) is idempotent
    assert may_be_sent_again(exchange(400, method=method))


@pytest.mark.parametrize(
    ("method", "statuses", "expected"),
    [
        ("PUT", (200,), False),
        ("PUT", (400,), False),
        ("PUT", (None,), False),
        ("PUT", (None, 200), False),
        ("PUT", (None, 409), True),
        ("PUT", (502, 409), True),
        ("PUT", (500, 409), True),
        ("PUT", (429, 409), False),
        ("PUT", (500, 500), False),
        ("PUT", (None, 429, 409), True),
        ("DELETE", (None, 404), True),
        ("GET", (None, 404), False),
        ("HEAD", (None, 404), False),
        ("OPTIONS", (None, 404), False),
        ("TRACE", (None, 404), False),
        ("POST", (None,), True),
        ("POST", (502,), True),
        ("POST", (500,), False),
        ("POST", (201,), False),
    ],
)
def test_what_a_request_did_is_doubtful_if_it_was_refused_after_a_lost_answer_or_may_not_be_sent_again(
    method, statuses, expected
):
    assert is_doubtful([exchange(status, method=method) for status in statuses]) is expected


def test_the_attempts_are_a_case_named_after_the_last_with_what_each_says():
    case = case_of([exchange(None, name="run-00001"), exchange(500, name="run-00002"), exchange(200, name="run-00003")])

    assert (case.id, case.origin) == ("attempts/run-00003", "attempts")
    assert [role for role, _ in case.steps] == ["broken", "failed", "passed"]


@pytest.mark.parametrize(
    ("name", "number"), [("run-00001", 1), ("a-b-00042", 42), ("00007", 7), ("run-x", 0), ("har", 0)]
)
def test_the_number_of_a_request_ends_its_name(name, number):
    assert number_of(exchange(200, name=name)) == number


# ------------------------------------------------------------------------------------- several backends

OTHER = b'{"detail": "no"}'


def changing(*exchanges):
    """Return the number of requests whose answers changed back and forth."""
    backends = Backends()
    for each in exchanges:
        backends.add(each)
    return backends.changing


def answers(number, **request):
    """A request that is answered in one of two forms in turn, and changes so often."""
    return [exchange(200, body=(b"{}", OTHER)[turn % 2], **request) for turn in range(number + 1)]


def test_an_answer_that_changes_three_times_is_of_several_backends():
    assert changing(*answers(2)) == 0
    assert changing(*answers(3)) == 1
    assert changing(*answers(3), *answers(4, path="/b/"), *answers(2, path="/c/")) == 2


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "TRACE"])
def test_what_is_read_may_change(method):
    assert changing(*answers(9, method=method)) == 0


def test_a_lost_answer_and_another_value_are_no_change():
    assert changing(*[exchange(status) for status in (200, None) * 5]) == 0
    assert changing(*[exchange(200, body=b'{"a": %d}' % number) for number in range(9)]) == 0
    assert changing(*[exchange(status) for status in (200, 201) * 2]) == 1


def test_requests_are_remembered_up_to_4096():
    first = [exchange(200, path=f"/{number}/") for number in range(4096)]

    assert changing(*first, *answers(3, path="/later/")) == 0
    assert changing(*first[:-1], *answers(3, path="/later/")) == 1
    assert changing(*first, *answers(3, path="/0/")) == 1


@pytest.mark.parametrize(
    ("body", "form"),
    [
        (b"", "no body"),
        (b"<html>", "no JSON"),
        (b"\xff", "no JSON"),
        (b"1", "number"),
        (b"1.5", "number"),
        (b"true", "bool"),
        (b"null", "NoneType"),
        (b'"1"', "str"),
        (b'{"b": 1, "a": "x"}', "{a:str,b:number}"),
        (b'[1, 2, "3"]', "[number,str]"),
        (b'[{"a": 1}, {"a": 2}]', "[{a:number}]"),
        (b"[" * 8 + b"1" + b"]" * 8, "[" * 8 + "number" + "]" * 8),
        (b"[" * 9 + b"1" + b"]" * 9, "[" * 8 + "list" + "]" * 8),
        (b'{"a":' * 8 + b"1" + b"}" * 8, "{a:" * 8 + "number" + "}" * 8),
        (b'{"a":' * 9 + b"1" + b"}" * 9, "{a:" * 8 + "dict" + "}" * 8),
        (b"[" * 100_000, "too deep"),
    ],
)
def test_the_form_of_a_body_is_its_names_and_types(body, form):
    assert form_of(body) == form
