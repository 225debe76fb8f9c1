"""The first request that a target accepts, by the names of a call: as a table of answers."""

import datetime

import pytest

from contracts.endpoint.plan import Kit
from contracts.model.exchange import Exchange, Order, Request, Response
from contracts.model.uuids import invented
from contracts.standard.calibration import first_of

PAGE, JSON = b"\xef\xbb\xbf <!doctype html>", b"{}"
BASES = {
    "one": lambda order, _kit: Request("PUT", f"/{order.uuid}/1"),
    "none": lambda _order, _kit: None,
    "two": lambda order, _kit: Request("PUT", f"/{order.uuid}/2"),
}


@pytest.mark.parametrize(
    ("may_change", "answers", "found", "roles"),
    [
        pytest.param(True, [200], "one", ["change"], id="the-first"),
        pytest.param(True, [400, 201], "two", ["change", "change"], id="the-second"),
        pytest.param(True, [404, 400], None, ["change", "change"], id="neither"),
        pytest.param(True, [PAGE, 200], "two", ["change", "change"], id="a-page-is-not-an-answer"),
        pytest.param(True, [500, 503], None, ["change", "change"], id="no-word-of-the-request"),
        pytest.param(False, [404], "one", ["change"], id="the-order-alone-is-not-found"),
        pytest.param(False, [400, 404], "two", ["tried", "change"], id="the-second-is-well-formed"),
        pytest.param(False, [400, 422], "one", ["tried", "tried"], id="both-were-looked-at"),
        pytest.param(False, [401, 403], "one", ["tried", "tried"], id="the-token-is-not-the-reason-of-both"),
        pytest.param(False, [401, 401], None, ["tried", "tried"], id="the-token-is-refused"),
        pytest.param(False, [500, 500], None, ["tried", "tried"], id="nothing-was-refused"),
    ],
)
def test_the_first_request_that_passes_is_the_base_of_the_others(may_change, answers, found, roles):
    left, order = list(answers), Order(invented("order"), ())

    def send(request):
        answer = left.pop(0)
        status, body = (200, answer) if isinstance(answer, bytes) else (answer, JSON)
        return Exchange(f"run-{len(left)}", request, Response(status, (), body))

    kit = Kit(0, datetime.date(2027, 3, 15), may_change=may_change)
    made = first_of(BASES)(send, lambda: order, kit)

    assert made.dialect == found
    assert [role for case in made.cases for role, _ in case.steps] == roles
    assert [case.id for case in made.cases] == ["calibration/one", "calibration/two"][: len(roles)]
    assert left == []
