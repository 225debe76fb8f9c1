"""A second endpoint is found and judged without an edit of anything that is there."""

import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import contracts
from contracts.endpoint import discovery as endpoints
from contracts.engine import session, verdicts
from contracts.model.clause import Outcome
from contracts.model.exchange import LineItem, Order
from contracts.target.targets import Choice, Target
from contracts.transport.secrets import Secret

TOY = Path(__file__).parent / "toy"
ORDER = Order("319bba9f-71b1-4a93-8abf-67a45b8fdd5c", (LineItem("b84ccd3c-88f8-4050-accf-e049163052e3", 6),))


@pytest.fixture
def toyland(monkeypatch):
    """The endpoints of the project, and that of the toy folder."""
    monkeypatch.setattr(contracts, "HOMES", (*contracts.HOMES, TOY))
    monkeypatch.setattr(contracts, "__path__", [*contracts.__path__, str(TOY / "contracts")])
    yield endpoints.discover()
    for name in [name for name in sys.modules if name.startswith("contracts.ping")]:
        del sys.modules[name]


@contextmanager
def pinged(with_body):
    """A server that answers a ping with 200, and a ping with a body with this code."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_PUT(self):
            length = int(self.headers.get("Content-Length") or 0)
            self.rfile.read(length)
            self.send_response(with_body if length else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def outcomes(endpoint, base_url, folder):
    """The outcome of each clause of an endpoint on a server."""
    tokens = {"valid": Secret("the token")}
    target = Target("toy", base_url, tokens, (ORDER,), may_allocate=True, may_stress=True)
    with session.begun(target, session.Options(Choice(), folder), endpoint=endpoint) as run:
        session.send(run)
        report = verdicts.report(run, defects=(), complete=True, pedantic=False)
    return {verdict.clause.id: verdict.outcome for verdict in report.verdicts}


def test_the_endpoint_of_the_project_is_found():
    assert set(endpoints.discover()) == {"allocate_order"}


def test_a_toy_endpoint_passes_on_a_server_that_keeps_its_page(toyland, tmp_path):
    with pinged(400) as url:
        assert outcomes(toyland["ping"], url, tmp_path) == {"ping.answer": Outcome.PASSED, "ping.body": Outcome.PASSED}


def test_a_toy_endpoint_fails_on_a_server_that_does_not(toyland, tmp_path):
    with pinged(200) as url:
        assert outcomes(toyland["ping"], url, tmp_path) == {"ping.answer": Outcome.PASSED, "ping.body": Outcome.FAILED}
