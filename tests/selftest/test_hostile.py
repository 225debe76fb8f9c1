"""Hostile targets: each exchange with one ends in an answer or a trouble, and no oracle stumbles over it."""

import re
import threading

import pytest

from contracts.allocate_order.parsed import PREFIX, READ_PREFIX
from contracts.interlock import Interlock
from contracts.journal import Journal
from contracts.limits import Limits
from contracts.secrets import Secret
from contracts.transport import Transport
from tests.selftest import hostile

LIMITS = Limits(step_seconds=0.5, total_seconds=1.5)
TOKEN = "never-to-be-seen-0123456789"  # noqa: S105 - nobody's
MINUTE = 60.0


@pytest.fixture
def transport_to(tmp_path, bench):
    """A transport to an origin, with small limits; closed at the end."""
    opened = []

    def made(origin, **limits):
        journal = Journal(tmp_path / "exchanges.jsonl")
        interlock = Interlock(origin, PREFIX, READ_PREFIX, (bench.order,), may_allocate=True)
        transport = Transport(interlock, {"valid": Secret(TOKEN)}, journal, limits=Limits(**(vars(LIMITS) | limits)))
        opened.extend([transport, journal])
        return transport

    yield made
    for one in opened:
        one.close()


def within_a_minute(call):
    """The result of a call in a thread, which must have ended after a minute."""
    results = []
    thread = threading.Thread(target=lambda: results.append(call()), daemon=True)
    thread.start()
    thread.join(MINUTE)
    assert not thread.is_alive(), "it hangs"
    assert results, "it raised"
    return results[0]


@pytest.mark.parametrize("name", hostile.SERVERS)
def test_an_exchange_ends_as_it_must(name, bench, transport_to):
    server = hostile.SERVERS[name]
    with hostile.running(server) as target:
        transport = transport_to(target.origin)

        # One exchange, without what a run makes of a silence.
        exchange = within_a_minute(lambda: transport._once(bench.base()))
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
