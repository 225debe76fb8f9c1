"""The test orders that requests named in their path: how often, and the last accepted change of each."""

import pytest

from contracts.model.exchange import Exchange, Request, Response
from contracts.model.report import Touched
from contracts.transport.touches import Touches
from tests.selftest.conftest import ORDER, PARTNER

ORDERS = {order.uuid.replace("-", ""): order.uuid for order in (ORDER, PARTNER)}


def exchange(status=200, method="PUT", uuid=ORDER.uuid):
    """An exchange that named an order."""
    response = None if status is None else Response(status, (), b"")
    return Exchange("run-1", Request(method, f"/timp/orders/allocation/{uuid}/"), response)


def touched(*exchanges):
    touches = Touches("PUT")
    for each in exchanges:
        touches.add(each, ORDERS)
    return touches.of(ORDERS)


def test_orders_that_were_named_are_in_the_sequence_of_the_manifest():
    other, one = exchange(uuid=PARTNER.uuid), exchange(uuid=ORDER.uuid.upper())

    assert touched(other, one, other) == (Touched(ORDER.uuid, 1, one), Touched(PARTNER.uuid, 2, other))
    assert touched() == ()
    assert touched(exchange(uuid="7a1e2b9c-3f60-4f7e-9a55-0c9d1e2d3a4b")) == ()


@pytest.mark.parametrize(
    "later",
    [
        *(exchange(method=method) for method in ("GET", "POST", "PATCH", "DELETE", "TRACE", "QUERY", "put")),
        *(exchange(status) for status in (302, 400, 409, 500, None)),
    ],
    ids=lambda later: f"{later.request.method}-{later.status}",
)
def test_only_an_accepted_change_is_the_last(later):
    first, second = exchange(201), exchange(200)

    assert touched(first, later) == (Touched(ORDER.uuid, 2, first),)
    assert touched(later) == (Touched(ORDER.uuid, 1, None),)
    assert touched(first, second) == (Touched(ORDER.uuid, 2, second),)
