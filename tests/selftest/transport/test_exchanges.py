"""What is sent in addition to a request, and what is kept of the answer: ids, headers, and a body up to a bound."""

from dataclasses import replace

import pytest

from contracts.model.exchange import Request
from contracts.model.uuids import invented
from contracts.transport.interlock import RefusedToSendError
from contracts.transport.limits import Limits
from contracts.transport.secrets import Secret
from tests.selftest.conftest import ORDER, TOKEN

REQUEST = Request("PUT", f"/timp/orders/allocation/{invented('order')}/")


def test_requests_are_numbered_from_one_and_each_has_its_id_in_a_header(listening, sender):
    there = listening()
    transport = sender(there.url)
    exchanges = [transport.send(REQUEST) for _ in range(3)]

    assert [each.id.rpartition("-")[2] for each in exchanges] == ["00001", "00002", "00003"]
    assert len({each.id.rpartition("-")[0] for each in exchanges}) == 1
    assert [message.headers["X-Request-Id"] for message in there.received] == [each.id for each in exchanges]


def test_a_request_has_the_headers_of_the_suite_unless_it_has_its_own(listening, sender):
    there = listening()
    transport = sender(there.url)
    transport.send(REQUEST)
    transport.send(replace(REQUEST, headers=(("accept", "text/plain"), ("x-request-id", "mine"))))

    first, second = (message.headers for message in there.received)
    assert (first["Accept"], first["Accept-Encoding"]) == ("application/json", "identity")
    assert first["User-Agent"].startswith("timp-conformance/")
    assert TOKEN in first["Authorization"]
    assert (second["accept"], second["X-Request-Id"] != "mine") == ("text/plain", True)


def test_headers_of_a_target_are_sent_and_a_secret_one_is_kept_as_its_name(listening, sender):
    there = listening()
    transport = sender(
        there.url, headers={"X-Tenant": "shop 7", "X-Key": Secret("the-key-of-the-gate")}, rules={"own_headers": set()}
    )
    exchange = transport.send(REQUEST)

    sent = there.received[0].headers
    assert (sent["X-Tenant"], sent["X-Key"]) == ("shop 7", "the-key-of-the-gate")
    assert exchange.request.header("X-Tenant") == "shop 7"
    assert exchange.request.header("X-Key") == "[secret header X-Key]"
    assert exchange.request.header("Authorization") is None
    assert "the-key" not in repr(exchange)


@pytest.mark.parametrize(("size", "complete"), [(0, True), (9, True), (10, True), (11, False), (5_000, False)])
def test_a_body_is_kept_whole_up_to_the_bound(listening, sender, size, complete):
    there = listening(lambda _message: (200, {}, b"." * size))
    response = sender(there.url, limits=Limits(body_bytes=10)).send(REQUEST).response

    assert response.complete is complete
    assert response.body == (b"." * size if complete else response.body)
    assert len(response.body) <= 10


def test_touched_orders_are_counted_and_one_more_order_may_be_permitted(listening, sender):
    there = listening()
    transport = sender(there.url, orders=())
    request = Request("PUT", f"/timp/orders/allocation/{ORDER.uuid}/")
    with pytest.raises(RefusedToSendError):
        transport.send(request)
    transport.permit(ORDER)
    exchange = transport.send(request)

    (touched,) = transport.touched
    assert (touched.order, touched.requests, touched.last) == (ORDER.uuid, 1, exchange)
    assert (transport.requests, transport.answers, len(there.received)) == (1, 1, 1)


@pytest.mark.parametrize(("method", "length"), [("PUT", "0"), ("POST", "0"), ("PATCH", "0"), ("GET", None)])
def test_a_request_without_a_body_says_so_where_its_method_has_one(listening, sender, method, length):
    there = listening()
    sender(there.url).send(replace(REQUEST, method=method))

    assert there.received[0].headers.get("Content-Length") == length


@pytest.mark.parametrize(
    ("name", "public"), [("Authorization", False), ("authorization", False), ("Accept", True), ("X-Note", True)]
)
def test_a_part_of_the_token_is_public_if_a_header_of_the_request_has_it_unless_that_is_its_own(
    listening, sender, name, public
):
    part = TOKEN[:-4]
    there = listening(lambda _message: (200, {}, part.encode()))
    response = sender(there.url).send(replace(REQUEST, credential="absent", headers=((name, part),))).response

    assert response.body == (part.encode() if public else b"[part of secret valid]")
