"""What a run says of the way to the application, to the word; and which failures come and go, as a table."""

import itertools

import pytest

from contracts.judging import availability
from contracts.judging.attempts import case_of, credential_case
from contracts.judging.availability import Intermediary
from contracts.judging.products import known_products
from contracts.judging.way import AlikeFailures, Reason, coding_of, way_of
from contracts.model.case import Case
from contracts.model.exchange import Exchange, Request, Response
from contracts.model.unknown import Part

JSON = (("Content-Type", "application/json"),)
NUMBERS = itertools.count(1)


def at(started, status=200, body=b"{}", *, headers=JSON, seconds=0.5, path="/a/", **more):
    """An exchange that was sent at a time; a status of None is a broken connection."""
    response = None if status is None else Response(status, tuple(headers), body)
    trouble = "ReadError" if status is None else None
    return Exchange(
        f"run-{next(NUMBERS):05d}", Request("PUT", path), response, trouble, float(started), seconds, **more
    )


def alone(exchange, origin="plan", role="change"):
    return Case(f"made/{exchange.id}", ((role, exchange),), origin)


# --------------------------------------------------------------------------------- failures that come and go


@pytest.mark.parametrize(
    ("passed", "constant", "expected"),
    [
        pytest.param(0, (), False, id="none"),
        pytest.param(0, (8,), False, id="none-passed"),
        pytest.param(1, (), True, id="one-passed"),
        pytest.param(1, (8,), True, id="one-of-two"),
        pytest.param(1, (8, 8), False, id="one-of-three"),
        pytest.param(2, (8, 8), True, id="two-of-four"),
        pytest.param(1, (1,) * 9, True, id="one-and-nine-that-were-not-repeated"),
        pytest.param(1, (2, 2), False, id="one-and-two-that-were-sent-twice"),
    ],
)
def test_failures_come_and_go_if_half_of_those_that_were_sent_again_passed(passed, constant, expected):
    pool = AlikeFailures(passed=passed, constant={str(number): times for number, times in enumerate(constant)})

    assert pool.is_intermittent is expected
    assert pool.members == passed + len(constant)


@pytest.mark.parametrize(
    ("passed", "failed", "members", "times", "expected"),
    [
        pytest.param(20, 0, 1, 8, True, id="eight-times-where-others-pass-at-the-second"),
        pytest.param(20, 0, 1, 7, False, id="seven-times-are-too-few"),
        pytest.param(20, 20, 1, 8, False, id="eight-times-where-half-of-the-repeats-fail"),
        pytest.param(20, 20, 1, 14, True, id="fourteen-times-where-half-of-the-repeats-fail"),
        pytest.param(5, 0, 1, 8, True, id="eight-times-where-few-are-known"),
        pytest.param(1, 1, 1, 8, False, id="eight-times-where-next-to-nothing-is-known"),
        pytest.param(2, 98, 1, 100, False, id="however-often-where-nearly-all-repeats-fail"),
    ],
)
def test_a_request_fails_on_its_own_if_chance_alone_does_so_once_in_a_hundred_runs(
    passed, failed, members, times, expected
):
    pool = AlikeFailures(passed=passed, failed=failed, constant=dict.fromkeys(map(str, range(members)), times))

    assert pool.fails_on_its_own(times) is expected


def test_the_attempts_at_requests_are_counted_by_what_failed():
    passes, fails = [at(1, 500), at(2, 500), at(3)], [at(4, 500), at(5, 500)]
    way = way_of([case_of(passes[:2]), case_of(passes), case_of(fails), alone(at(6, 500))])
    (pool,) = way.pools.values()

    assert (pool.passed, pool.failed, pool.members) == (1, 1, 3)
    assert sorted(pool.constant.values()) == [1, 2]
    assert pool.first is passes[0]


def test_a_request_that_passes_where_most_never_do_does_not_excuse_them():
    cases = [case_of([at(1, 500), at(2)]), *(case_of([at(1, 500)] * 2) for _ in range(2))]
    failed = cases[-1].steps[-1][1]

    assert way_of(cases[:-1]).reason(cases[1].steps[-1][1]) is Reason.INTERMITTENT
    assert way_of(cases).reason(failed) is None


# ------------------------------------------------------------------------------------------------- counting


def test_each_request_counts_once_and_what_several_cases_begin_with_does_not():
    change, read = at(2), at(3)
    one = Case("made/1", (("base", at(0)), ("before", at(1)), ("change", change), ("read", read)))
    other = Case("made/2", (("base", at(0)), ("change", at(4)), ("read", read)))
    way = way_of([one, other, case_of([at(5, 502), at(6)])])

    assert way.requests == 3
    assert list(way.sent) == [2, 3, 4]
    assert list(way.passed) == [2.5, 3.5, 4.5]


def test_limits_that_were_met_are_counted_and_said():
    way = way_of(
        [case_of([at(1, 429), at(2, 503, headers=[("Retry-After", "1")]), at(3)]), case_of([at(4, 429), at(5)])]
    )

    assert list(availability.notes(way)) == [
        "3 requests met a limit of the rate (429, or 503 with Retry-After), and passed when sent again later"
    ]


@pytest.mark.parametrize(
    ("answer", "coding"),
    [
        (at(1), None),
        (at(1, headers=[("Content-Encoding", "gzip")]), None),
        (at(1, headers=[("Content-Encoding", " X-GZIP ")]), None),
        (at(1, headers=[("Content-Encoding", "deflate")]), None),
        (at(1, headers=[("Content-Encoding", "identity")]), None),
        (at(1, headers=[("Content-Encoding", "")]), None),
        (at(1, headers=[("Content-Encoding", "BR")]), "br"),
        (at(1, headers=[("Content-Encoding", "x" * 50)]), "x" * 40),
        (at(1, body=b"", headers=[("Content-Encoding", "br")]), None),
        (at(1, None), None),
    ],
)
def test_an_answer_in_a_coding_that_cannot_be_undone_says_nothing(answer, coding):
    assert coding_of(answer) == coding
    assert way_of([alone(answer)]).reason(answer) is (Reason.CODED if coding else None)


def test_content_codings_are_one_entry_with_how_many_answers_have_them(bench):
    coded = [at(1, headers=[("Content-Encoding", name)]) for name in ("br", "zstd", "br")]
    way = way_of([*map(alone, coded), alone(at(2))])
    (seen,) = availability.judge([bench.clauses["http.content-coding-not-requested"]], way, Intermediary()).popitem()[1]

    assert (seen.times, seen.finding.exchange) == (3, coded[0])
    assert seen.finding.observed == "3 of 4 answers are in the content coding br and zstd, and identity was asked for"


def test_the_token_has_expired_since_the_first_refusal_of_what_was_accepted():
    way = way_of([credential_case([at(7, 401), at(9)]), credential_case([at(5, 401), at(6)])])

    assert way.expired_at == 5
    assert way.reason(at(4.4)) is None
    assert way.reason(at(4.5)) is Reason.EXPIRED


def test_without_the_headers_of_an_answer_no_one_says_who_gave_it():
    page = at(9, 403, b"<html><title>403 Forbidden</title>", headers=[("Server", "awselb/2.0")])
    known = [alone(at(number)) for number in range(3)]
    unknown = at(
        9, 403, page.response.body, headers=[("Server", "awselb/2.0")], lacks=frozenset({Part.RESPONSE_HEADERS})
    )

    assert way_of(known).reason(page) is Reason.INTERMEDIARY
    assert way_of(known).reason(unknown) is None


@pytest.mark.parametrize(
    ("body", "product"),
    [
        (b"<html><head><title>403 Forbidden</title></head><center>nginx</center></html>", True),
        (b" \r\n" * 9 + b"<html><head><title>403 Forbidden</title></head><center>nginx</center></html>", True),
        (b'{"detail": "<html><head><title>403 Forbidden</title></head><center>nginx</center></html>"}', False),
        (b'[ "<html><head><title>403 Forbidden</title></head><center>nginx</center></html>"]', False),
        (b"", False),
        (b" ", False),
    ],
)
def test_a_default_page_is_that_of_a_product_and_a_text_in_json_is_not(body, product):
    assert known_products().product_of(Response(403, (), body)) == ("nginx" if product else None)


def test_the_application_is_known_by_its_accepted_answers_of_json_alone():
    def answers(**more):
        return way_of([alone(at(number, **more)) for number in range(3)]).front.answers

    assert answers() == answers(body=b"[]") == 3
    assert answers(status=400) == answers(body=b"<html>") == answers(body=b"") == answers(status=None) == 0
    assert answers(lacks=frozenset({Part.RESPONSE_HEADERS})) == 0


def test_a_case_names_an_order_that_somebody_else_uses_in_any_of_its_requests():
    way = way_of([Case("shared/319bba9f", (("change", at(1)),), "shared")])
    mine, theirs = at(2, path="/orders/7a1e2b9c/"), at(3, path="/orders/319BBA9F/")

    assert way.shared == {"319bba9f"}
    assert not way.is_shared(alone(mine))
    assert way.is_shared(Case("made/x", (("base", theirs), ("change", mine))))
    assert way.requests == 0


def test_what_decides_whether_answers_are_judged_is_a_value_that_changes_with_it():
    cases = [
        case_of([at(1, 500), at(2)]),
        credential_case([at(5, 401)]),
        case_of([at(1, None), at(2, 409)]),
        case_of([at(1, None), at(2)]),
        Case("shared/319bba9f", (("change", at(1)),), "shared"),
        alone(at(1)),
    ]
    seen = [way_of(cases[:number]).known for number in range(len(cases) + 1)]

    assert len(set(seen)) == len(seen)
    assert seen == [way_of(cases[:number]).known for number in range(len(cases) + 1)]
