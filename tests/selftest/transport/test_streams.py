"""Each step on the wire keeps the deadline of its exchange, and another place than the target is not connected to."""

import socket
import time

import httpcore
import httpx
import pytest

from contracts.transport.interlock import RefusedToSendError
from contracts.transport.retries import Reuse
from contracts.transport.streams import Backend, Deadline
from contracts.transport.wire import Wire

LATE = "the exchange takes longer than it may"


def slow(until):
    """Be late, after some time."""
    while time.monotonic() < until:
        time.sleep(0.001)
    raise httpcore.ConnectTimeout("slow")


def test_a_step_takes_what_it_asks_for_or_what_is_left():
    deadline = Deadline()

    with deadline.within(1000):
        for asked, most in ((5.0, 5.0), (None, 1000.0), (2000.0, 1000.0)):
            with deadline.step(asked) as seconds:
                assert most - 100 < seconds <= most


@pytest.mark.parametrize("seconds", [0, -1])
def test_no_step_begins_after_the_deadline(seconds):
    deadline = Deadline()

    with deadline.within(seconds), pytest.raises(httpcore.ReadTimeout, match=LATE), deadline.step(5):
        pytest.fail("the step began")


def test_outside_of_an_exchange_no_step_begins():
    deadline = Deadline()
    with deadline.within(1000):
        pass

    with pytest.raises(httpcore.ReadTimeout, match=LATE), deadline.step(5):
        pytest.fail("the step began")


def test_a_step_that_is_late_before_the_deadline_is_named_as_what_it_is_and_after_it_as_the_exchange():
    deadline = Deadline()

    with deadline.within(1000), pytest.raises(httpcore.ConnectTimeout, match="slow"), deadline.step(5):
        raise httpcore.ConnectTimeout("slow")
    with deadline.within(0.01), pytest.raises(httpcore.ReadTimeout, match=LATE), deadline.step(5):
        slow(until=deadline.at)


def test_another_failure_of_a_step_stays_what_it_is():
    deadline = Deadline()

    with deadline.within(1000), pytest.raises(httpcore.ConnectError, match="refused"), deadline.step(5):
        raise httpcore.ConnectError("refused")


@pytest.mark.parametrize("place", [("127.0.0.2", 80), ("127.0.0.1", 81), ("localhost", 80)])
def test_another_host_or_port_is_not_connected_to(place):
    backend = Backend("127.0.0.1", 80, Deadline(), None, tunnels=False)

    with pytest.raises(RefusedToSendError, match=r"is not the target 127\.0\.0\.1:80"):
        backend.connect_tcp(*place)
    assert backend.connections == 0


def test_each_connection_is_counted():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        deadline = Deadline()
        backend = Backend("127.0.0.1", port, deadline, None, tunnels=False)
        with deadline.within(1000):
            for _ in range(2):
                backend.connect_tcp("127.0.0.1", port, 5.0).close()

    assert backend.connections == 2


def test_a_host_without_an_address_is_an_error_of_the_connection():
    backend = Backend("x..example", 80, Deadline(), None, tunnels=False)

    with pytest.raises(httpcore.ConnectError):
        backend.connect_tcp("x..example", 80)


NOWHERE = "x..example"
"""A host that no name server is asked about: it is none."""


@pytest.mark.parametrize(
    ("origin", "url", "error"),
    [
        (f"http://{NOWHERE}", f"http://{NOWHERE}/", httpx.ConnectError),
        (f"http://{NOWHERE}", f"http://{NOWHERE}:80/", httpx.ConnectError),
        (f"https://{NOWHERE}", f"https://{NOWHERE}:443/", httpx.ConnectError),
        (f"http://{NOWHERE}:81", f"http://{NOWHERE}:81/", httpx.ConnectError),
        (f"http://{NOWHERE}", f"https://{NOWHERE}/", RefusedToSendError),
        (f"https://{NOWHERE}", f"http://{NOWHERE}/", RefusedToSendError),
        (f"http://{NOWHERE}:81", f"http://{NOWHERE}/", RefusedToSendError),
    ],
)
def test_an_origin_without_a_port_has_that_of_its_scheme(origin, url, error):
    with Wire(origin, httpx.create_ssl_context()) as wire, pytest.raises(error):
        wire.fetch(httpx.Request("GET", url), seconds=1000, body_bytes=10)


@pytest.mark.parametrize(
    ("used", "broken", "works"),
    [
        pytest.param(0, 0, True, id="nothing-known"),
        pytest.param(3, 3, True, id="three-of-three"),
        pytest.param(4, 4, False, id="four-of-four"),
        pytest.param(13, 4, False, id="four-of-thirteen"),
        pytest.param(14, 4, True, id="four-of-fourteen"),
        pytest.param(20, 6, False, id="three-of-ten"),
        pytest.param(100, 29, True, id="less-than-three-of-ten"),
    ],
)
def test_used_connections_are_kept_unless_four_of_them_and_three_of_ten_are_not_answered(used, broken, works):
    reuse = Reuse()
    for number in range(used):
        reuse.add(answered=number >= broken)

    assert reuse.works is works
    assert Reuse().works
