"""Hostile targets: each exchange with one ends in an answer or a trouble, and no oracle stumbles over it."""

import contextlib
import os
import re
import subprocess
import sys
import threading
import tracemalloc
from functools import partial

import httpx
import pytest

from contracts import ROOT
from contracts.transport.interlock import RefusedToSendError
from contracts.transport.limits import Limits, TargetLostError
from contracts.transport.wire import Wire
from tests.selftest import hostile
from tests.selftest.conftest import PATIENCE, TOKEN
from tests.selftest.forks import command
from tests.selftest.hostile_servers import SERVERS

MINUTE = 60.0
LIMITS = Limits(step_seconds=0.5, total_seconds=1.5, silence_seconds=MINUTE)


@pytest.fixture
def transport_to(sender):
    """A transport to an origin, with small limits; closed at the end."""
    return lambda origin, **limits: sender(origin, limits=Limits(**(vars(LIMITS) | limits)))


def ended(call):
    """The result of a call in a thread, which must end."""
    results = []
    thread = threading.Thread(target=lambda: results.append(call()), daemon=True)
    thread.start()
    thread.join(PATIENCE)
    assert not thread.is_alive(), "it hangs"
    assert results, "it raised"
    return results[0]


@pytest.mark.parametrize("name", SERVERS)
def test_an_exchange_ends_as_it_must(name, bench, transport_to):
    server = SERVERS[name]
    with hostile.running(server) as target:
        # What ends on its own is waited for, however slow this machine is.
        waits = (
            {} if server.trouble is None or "Timeout" in server.trouble else {"step_seconds": 20, "total_seconds": 50}
        )
        transport = transport_to(target.origin, **waits)

        exchange = ended(lambda: transport.send(bench.base()))
        found = bench.findings(bench.one(exchange))

    if server.trouble is not None:
        assert exchange.response is None
        assert re.search(server.trouble, exchange.trouble)
        assert len(exchange.trouble) <= 300
        assert "http.no-server-error" in found
    else:
        assert exchange.trouble is None
        assert exchange.response.complete is server.whole
        assert server.finds <= found
        assert server.finds or not found


# --------------------------------------------------------------------------------------------- bounds


@pytest.mark.parametrize("name", ["endless body", "endless chunks", "gzip bomb", "gzip bomb in one chunk"])
def test_an_answer_without_an_end_takes_little_memory(name, bench, transport_to):
    with hostile.running(SERVERS[name]) as target:
        transport = transport_to(target.origin)
        transport.send(bench.base())
        tracemalloc.start()
        try:
            before, _ = tracemalloc.get_traced_memory()
            exchange = ended(lambda: transport.send(bench.base()))
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

    assert peak - before < 6 * LIMITS.body_bytes
    assert len(exchange.response.body) <= 65_536


def test_a_target_that_takes_no_request_is_given_up(bench, transport_to):
    hanging = threading.Event()
    never = hostile.Server(lambda *_: hanging.wait(MINUTE), early=True)
    with hostile.running(never) as target:
        large = bench.variant(bench.base(), body=b" " * 8_000_000)

        exchange = ended(lambda: transport_to(target.origin).send(large))
        hanging.set()

    assert re.search("WriteTimeout|ReadTimeout", exchange.trouble)


NEAR_MISSES = {
    "a": b"a",
    "at": b"at ",
    "Java": b"at a(",
    "Node.js": b"at (/",
    "Ruby": b"/",
    ".NET": b"at a() in ",
    "PHP": b"Warning:",
    "Python": b'File "',
    "SELECT": b"SELECT ",
    "UPDATE": b"UPDATE ",
}

JUDGE = """
import sys
from tests.selftest.conftest import Workbench
bench = Workbench()
for part in sys.argv[1:]:
    body = (part.encode() * 900_000)[:900_000]
    bench.findings(bench.one(bench.exchange(bench.base(), 400, body)))
    bench.findings(bench.one(bench.exchange(bench.base(), 200, body)))
print("judged")
"""


def test_a_megabyte_of_near_misses_is_judged():
    words = [sys.executable, "-c", JUDGE, *(part.decode() for part in NEAR_MISSES.values())]

    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False, timeout=PATIENCE)

    assert done.stdout.strip() == "judged", done.stderr


# ---------------------------------------------------------------------------- one exchange and the next


def test_a_target_that_never_answered_is_given_up_once_the_silence_was_long(bench, transport_to):
    with hostile.running(SERVERS["silence"]) as target:
        transport = transport_to(target.origin, step_seconds=0.1, silence_seconds=0.1)

        with pytest.raises(TargetLostError, match="does not answer: ReadTimeout"):
            transport.send(bench.base())


def test_a_target_that_answers_is_not_given_up_for_one_long_silence(bench, transport_to):
    silent = threading.Event()

    def behave(connection, request):
        (hostile.stalling(b"") if silent.is_set() else hostile.answers())(connection, request)

    with hostile.running(hostile.Server(behave)) as target:
        transport = transport_to(target.origin, step_seconds=0.1, silence_seconds=0.1)
        transport.send(bench.base())
        silent.set()
        troubles = [transport.send(bench.base()).trouble for _ in range(1)]
        with pytest.raises(TargetLostError, match="has stopped answering: ReadTimeout"):
            transport.send(bench.base())

    assert all(troubles)


def test_what_follows_an_answer_is_not_the_answer_to_the_next_request(bench, transport_to):
    smuggled = hostile.message() + hostile.message(b'"smuggled"', status=b"418 Smuggled")
    server = hostile.Server(lambda connection, _: connection.sendall(smuggled))
    with hostile.running(server) as target:
        transport = transport_to(target.origin)

        statuses = [transport.send(bench.base()).status for _ in range(5)]

    assert statuses == [200] * 5
    assert len(target.requests) == 5


def test_a_connection_is_used_again_where_nothing_follows_the_answer(bench, transport_to):
    connections = set()

    def behave(connection, _request):
        connections.add(connection.getpeername())
        connection.sendall(hostile.message())

    with hostile.running(hostile.Server(behave)) as target:
        transport = transport_to(target.origin)
        for _ in range(5):
            transport.send(bench.base())

    assert len(connections) == 1


def test_cookies_are_not_sent_back(bench, transport_to):
    server = hostile.Server(hostile.answers(hostile.BODY, b"Set-Cookie: session=abc; Path=/"))
    with hostile.running(server) as target:
        transport = transport_to(target.origin)
        for _ in range(2):
            transport.send(bench.base())

    assert len(target.requests) == 2
    assert not any(b"cookie" in request.lower() for request in target.requests)


@pytest.mark.parametrize("status", [b"301 Moved", b"302 Found", b"303 Other", b"307 Again", b"308 Moved"])
def test_a_redirect_leads_nowhere(status, bench, transport_to):
    with contextlib.ExitStack() as stack:
        elsewhere = stack.enter_context(hostile.running(hostile.Server(hostile.answers())))
        location = f"Location: {elsewhere.origin}/timp/orders/allocation/{TOKEN}/".encode()
        server = hostile.Server(hostile.answers(b"", location, status=status))
        target = stack.enter_context(hostile.running(server))

        exchange = transport_to(target.origin).send(bench.base())

    assert exchange.status == int(status[:3])
    assert len(target.requests) == 1
    assert elsewhere.requests == []
    assert TOKEN not in str(exchange.response.headers)


def test_the_wire_connects_to_its_origin_alone():
    honest = hostile.Server(hostile.answers())
    with (
        hostile.running(honest) as target,
        hostile.running(honest) as elsewhere,
        Wire(target.origin, httpx.create_ssl_context()) as wire,
        pytest.raises(RefusedToSendError, match="is not the target"),
    ):
        wire.fetch(httpx.Request("GET", elsewhere.origin), seconds=1, body_bytes=10)

    assert elsewhere.requests == []


@pytest.mark.parametrize("kept", range(len(TOKEN) + 1))
def test_a_cut_through_a_secret_shows_no_part_of_it(kept, bench, transport_to):
    limit = 2_000
    body = b"x" * (limit - kept) + TOKEN.encode() + b"x" * 10_000
    with hostile.running(hostile.Server(hostile.answers(body))) as target:
        exchange = transport_to(target.origin, body_bytes=limit).send(bench.base())

    assert not exchange.response.complete
    assert set(exchange.response.body) <= set(b"x[secret valid]")
    assert TOKEN[:3].encode() not in exchange.response.body


# ------------------------------------------------------------------------------------------ whole runs

FEW = {
    "silence": (6, "does not answer: ReadTimeout"),
    "endless body": (6, "does not answer: its answers do not end"),
    "binary": (6, "does not answer: RemoteProtocolError"),
    "status 999": (5, "no request was accepted"),
}
MORE = {
    "dripping headers": (6, "does not answer: ReadTimeout"),
    "gzip bomb": (6, "does not answer: its answers do not end"),
    "reset in the body": (6, "does not answer: ReadError"),
    "HTTP/2 settings": (6, "does not answer: RemoteProtocolError"),
}
RUNS = FEW | (MORE if os.environ.get("EVERY_FAULT") else {})
"""How a run ends on hostile servers, with the exit code and the reason; `make prove` tries more of them."""


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A run against each of RUNS: what it said, and its exit code."""
    folder = tmp_path_factory.mktemp("runs")
    (folder / "orders.toml").write_text(hostile.ORDERS, "utf-8")
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "TIMP_TOKEN": TOKEN}
    permitted = ("--orders", folder / "orders.toml", "--may-allocate", "--may-stress")
    found = {}
    for number, name in enumerate(RUNS):
        with hostile.running(SERVERS[name]) as target:
            words = ["run", "--base-url", target.origin, *permitted, "--reports-dir", folder / str(number)]
            done = ended(partial(command, *words, environment=environment))
        found[name] = done.stdout + done.stderr, done.returncode
    return found


@pytest.mark.xdist_group("hostile runs")
@pytest.mark.parametrize("name", RUNS)
def test_a_whole_run_ends_with_one_clear_line(name, runs):
    said, code = runs[name]
    due, line = RUNS[name]

    assert code == due
    assert f"exit {due}: " in said
    assert line in " ".join(said.split())
    assert "Traceback" not in said
    assert TOKEN not in said
