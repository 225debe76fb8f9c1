"""Hand-made cases: a test order, the suite's own requests for it, and answers that were not sent; and listeners."""

import datetime
import json
import socket
import socketserver
import threading
import time
import uuid
from contextlib import ExitStack, closing
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from hypothesis import settings

from contracts.allocate_order.requests import Dialect
from contracts.cli import collect_seldom
from contracts.endpoint.discovery import discover
from contracts.endpoint.judges import Held
from contracts.endpoint.oracle import judge
from contracts.endpoint.plan import Kit
from contracts.engine import session
from contracts.model.case import Case
from contracts.model.exchange import Exchange, LineItem, Order, Request, Response
from contracts.model.uuids import invented
from contracts.reports import write_all
from contracts.target.targets import Choice
from contracts.transport.client import Transport
from contracts.transport.interlock import Interlock
from contracts.transport.journal import Journal
from contracts.transport.secrets import Secret
from tests.field.proxies.forward import pump
from tests.field.proxies.serving import Serving
from tests.selftest import few

collect_ignore = ["tracking"]  # an endpoint of its own, whose tests are run against a target

# How long an example takes depends on what else the machine does. What another process kept would not be shrunk again.
settings.register_profile("selftest", deadline=None, database=None)
settings.load_profile("selftest")

ORDER = Order(
    "319bba9f-71b1-4a93-8abf-67a45b8fdd5c",
    (LineItem("b84ccd3c-88f8-4050-accf-e049163052e3", 6), LineItem("0d7f0c4e-9c56-4e0e-8f0a-5b8f2c1f7a11", 4)),
)
PARTNER = Order("7a1e2b9c-3f60-4f7e-9a55-0c9d1e2f3a4b", (LineItem("c0ffee00-1234-4abc-8def-001122334455", 5),))
TODAY = datetime.date(2027, 3, 15)
NOON = datetime.datetime(2027, 3, 15, 12, tzinfo=datetime.UTC).timestamp()
TOKEN = "the-suppliers-token"  # noqa: S105 - no one's
JSON = (("Content-Type", "application/json"),)
PATIENCE = 1800
"""Seconds after which a child process certainly hangs, on a slow and busy machine too."""


def pytest_collection_finish():
    """Let no test look for cycles among the objects of thousands of tests: a run makes so many that it often would."""
    collect_seldom()


def order(lines, units=6):
    """An invented order of so many line items, of so many units each."""
    return Order(invented("o", lines, units), tuple(LineItem(invented("l", lines, n), units) for n in range(lines)))


def all_permitted(running, folder):
    """Write the orders of a provider to a folder; return the options of a run on it that permit everything."""
    manifest = folder / "orders.toml"
    running.write_orders(manifest)
    return ["--base-url", running.base_url, "--orders", str(manifest), "--may-allocate", "--may-stress"]


def wait_for_lines(path, number, process):
    """Wait until a file that a process writes has so many lines; fail if the process ends before."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        ended = process.poll() is not None
        if path.exists() and path.read_bytes().count(b"\n") >= number:
            return
        if ended:
            break
        time.sleep(0.02)
    pytest.fail(f"{path.name} has fewer than {number} lines, and the process has {'ended' if ended else 'hung'}")


class Workbench:
    """Builds cases by hand and asks the oracles of Allocate Order about them."""

    def __init__(self):
        self.endpoint = discover()["allocate_order"]
        self.clauses = self.endpoint.catalogue.clauses
        self.kit = Kit(0, TODAY, Dialect(digits=False, form="iso"), partner=PARTNER)
        self.order = ORDER
        self.planned = {case.id: case for case in self.endpoint.planned(self.kit)}
        self.defaults = {clause.id: clause.readings[0].name for clause in self.endpoint.catalogue.questions}
        self._count = 0

    def base(self, name="plain"):
        """The request most cases vary."""
        return self.endpoint.definition.bases[name](self.order, self.kit)

    def exchange(self, request, status=200, body=None, headers=JSON):
        """A request with an answer: bytes as they are, anything else as JSON, nothing as no body."""
        self._count += 1
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return Exchange(f"made-{self._count:05d}", request, Response(status, tuple(headers), data), None, NOON, 0.01)

    def success(self, request, **changed):
        """The honest answer, in the form of the field list; `changed` members replace those of each line."""
        return self.exchange(request, 200, {"line_items": [line | changed for line in self.lines(request)]})

    def lines(self, request):
        """What an honest answer says of each line of a request that has any."""
        try:
            entries = json.loads(request.body.decode("utf-8-sig"))["line_items"]
            names = list(dict.fromkeys(entry["line_item_uuid"] for entry in entries))
        except (ValueError, TypeError, KeyError):
            names = []
        return [{"line_item_uuid": n, "quantity_shipped": 0, "supplier_provided_sku_cost": 13.98} for n in names]

    def refusal(self, request, status):
        """An honest refusal, with the headers its code asks for."""
        asked = {401: ("WWW-Authenticate", 'Token realm="timp"'), 405: ("Allow", "PUT")}
        headers = (*JSON, asked[status]) if status in asked else JSON
        return self.exchange(request, status, {"error": {"code": "no"}}, headers)

    def answer(self, request, status):
        """An honest success, or an honest refusal with this code."""
        return self.success(request) if status == 200 else self.refusal(request, status)

    def made(self, case_id):
        """The requests of a planned case, with their roles."""
        case = self.planned[case_id]
        base = self.base(case.base)
        return [(role, edit(base, self.order, self.kit)) for role, edit in case.steps]

    def case(self, case_id, answer, *after):
        """A planned case on its accepted base, each request answered by `answer(request)`."""
        base = self.success(self.base(self.planned[case_id].base))
        steps = [(role, answer(request)) for role, request in self.made(case_id)]
        return Case(case_id, (("base", base), *steps, *after))

    def one(self, exchange, name="made/by hand"):
        """A case of one exchange on an accepted base."""
        return Case(name, (("base", self.success(self.base())), ("change", exchange)))

    def context(self, **readings):
        """Default readings, except some: keys with double underscores for the dot and single ones for hyphens."""
        chosen = {key.replace("__", ".").replace("_", "-"): value for key, value in readings.items()}
        return self.endpoint.context((ORDER, PARTNER), self.defaults | chosen)

    def said(self, clause, case, context=None):
        """What one clause says of a case: its findings, and how often it held."""
        items = list(
            judge(self.clauses[clause], case, context or self.context(), self.endpoint.judges, self.endpoint.observers)
        )
        return [item for item in items if not isinstance(item, Held)], sum(isinstance(item, Held) for item in items)

    def findings(self, case, context=None):
        """The clauses that find something in a case."""
        context = context or self.context()
        return {clause for clause in self.clauses if self.said(clause, case, context)[0]}

    def code(self, clause):
        """The code with which an honest target in default readings refuses what breaks a clause."""
        for other in self.clauses.values():
            if clause.id in (other.refusals_of or ((other.id,) if other.decided_by == "code" else ())):
                return other.codes[0] if other.codes else int(next(iter(other.readings[0].evidence)))
        return clause.codes[0] if clause.codes else 400

    def variant(self, request, **changed):
        """A request with some of its parts replaced."""
        return replace(request, **changed)


@pytest.fixture(scope="session")
def bench():
    """Where hand-made cases are built and judged."""
    return Workbench()


@pytest.fixture(scope="session")
def clean(tmp_path_factory):
    """A run on the embedded provider, its report, and the folder with its files: for tests that only look at them."""
    folder = tmp_path_factory.mktemp("clean")
    options = session.Options(Choice(name="embedded"), folder)
    with session.started(options) as run:
        report = session.conclude(run, options)
        assert write_all(report, folder) == report
    return run, report, folder


@pytest.fixture
def few_cases(monkeypatch):
    """Lets runs of this process send few planned cases, and all whose names begin as given (tests/selftest/few.py)."""
    return lambda *kept: few.apply(monkeypatch, *kept)


@pytest.fixture
def request_of_nothing():
    """A request that is none of the endpoint's."""
    return Request("GET", "/")


class Listener(Serving):
    """A server on a port of this machine that keeps what it receives; `answer` makes (status, headers, body) of it."""

    def __init__(self, answer=lambda _message: (200, {}, b"{}")):
        self.received = []
        received = self.received

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1
            disable_nagle_algorithm = True

            def __getattr__(self, name):
                if name.startswith("do_"):
                    return self.reply
                raise AttributeError(name)

            def reply(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                message = Received(self.command, self.path, dict(self.headers.items()), body)
                received.append(message)
                status, headers, content = answer(message)
                self.send_response(status)
                for name, value in {"Content-Type": "application/json", **headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_arguments):
                """Say nothing."""

        super().__init__(Handler)


class Received(NamedTuple):
    """A request as a listener got it."""

    method: str
    path: str
    headers: dict
    body: bytes


@pytest.fixture
def listening():
    """Makes listeners, and ends them."""
    with ExitStack() as stack:
        yield lambda *answer: stack.enter_context(Listener(*answer))


@pytest.fixture
def sender(tmp_path):
    """Makes transports that send to a base URL, with limits and orders as asked."""
    with ExitStack() as stack:

        def make(url, *, orders=(ORDER,), may_allocate=True, rules=None, **more):
            endpoint = discover()["allocate_order"].definition
            journal = stack.enter_context(closing(Journal(tmp_path / f"{uuid.uuid4()}.jsonl")))
            given = {"may_allocate": may_allocate, **(rules or {})}
            interlock = Interlock(url, endpoint.prefix, endpoint.read_prefix, orders, **given)
            return stack.enter_context(closing(Transport(interlock, {"valid": Secret(TOKEN)}, journal, **more)))

        yield make


class Relay(Serving):
    """Listens before a server on this machine and keeps every byte that clients send through it."""

    def __init__(self, url):
        self.received = bytearray()
        received, there = self.received, urlsplit(url)

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                with socket.create_connection((there.hostname, there.port)) as far:
                    back = threading.Thread(target=pump, args=(far, self.request), daemon=True)
                    back.start()
                    pump(self.request, far, received)
                    back.join()

        super().__init__(Handler, socketserver.ThreadingTCPServer)


@pytest.fixture(scope="session")
def relay_class():
    """What makes a relay."""
    return Relay
