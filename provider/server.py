"""The provider on a port of this machine: an ASGI application under uvicorn, in a thread of its own."""

from __future__ import annotations

import asyncio
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

import uvicorn
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from provider.calls import DEFAULT, call_of
from provider.fault import with_faults
from provider.http import Answer, Message
from provider.orders import Order, default_orders, write_orders
from provider.readings import Readings
from provider.standard.handler import LARGEST_BODY, StandardCall, Tokens
from provider.storage import Storage

PIECE = 64
"""Bytes of a chunk, where an answer comes in chunks."""


def _token(prefix: str) -> str:
    return f"{prefix}-{secrets.token_urlsafe(12)}Aa"


@dataclass(frozen=True)
class Settings:
    """How a provider behaves, and which orders it has.

    Raises ValueError for a reading, a fault or an endpoint there is not.
    """

    #: How it reads what the page leaves open, by question.
    readings: Mapping[str, str] = field(default_factory=dict)
    #: The names of what is wrong with it.
    faults: tuple[str, ...] = ()
    #: The supplier's token; made up if it is left out, as are the next two.
    token: str = field(repr=False, default_factory=lambda: _token("supplier"))
    #: The token of a retailer.
    retailer_token: str = field(repr=False, default_factory=lambda: _token("retailer"))
    #: The token of a supplier's user who may not allocate.
    unpermitted_token: str = field(repr=False, default_factory=lambda: _token("unpermitted"))
    #: The supplier's orders.
    orders: tuple[Order, ...] = field(default_factory=default_orders)
    #: The orders of another supplier.
    others: tuple[Order, ...] = field(default_factory=lambda: default_orders(1, seed=1))
    #: Seconds before each answer.
    latency: float = 0.0
    #: A file, or `:memory:`.
    database: str = ":memory:"
    #: The address that it listens on.
    host: str = "127.0.0.1"
    #: The port; 0 is any free one.
    port: int = 0
    #: The file for a line about each request.
    access_log: Path | None = None
    #: The name of the call that it serves.
    endpoint: str = DEFAULT

    def __post_init__(self) -> None:
        self.make()

    def make(self) -> Callable[[Storage], StandardCall]:
        """Return what makes the call of the endpoint, as it is to behave. Raises ValueError."""
        call = call_of(self.endpoint)
        readings = Readings(self.readings, call.switches)
        handler = with_faults(call.handler, self.faults, call.known)
        tokens = Tokens(self.token, self.retailer_token, self.unpermitted_token)
        return lambda storage: handler(readings, storage, tokens)


@dataclass(frozen=True)
class Server:
    """A provider that answers."""

    #: Where it answers.
    base_url: str
    #: How it behaves.
    settings: Settings

    @property
    def orders(self) -> tuple[Order, ...]:
        """The test orders."""
        return self.settings.orders

    def write_orders(self, path: Path) -> None:
        """Write the manifest of the test orders."""
        write_orders(self.orders, path)


class Application:
    """The ASGI application. Calls are answered one at a time; what latency adds, they wait side by side."""

    def __init__(self, call: StandardCall, latency: float, log: TextIO | None) -> None:
        self._call = call
        self._latency = latency
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        body = await _body(receive)
        if body is None:
            return
        if self._latency:
            await asyncio.sleep(self._latency)
        message = _message(scope, body)
        answer = self._call.answer(message)
        if self._log is not None:
            self._log.write(f"{message.method} {message.path} {len(body)} {answer.status}\n")
            self._log.flush()
        await _response(answer)(scope, receive, send)


def _response(answer: Answer) -> Response:
    response: Response
    if answer.chunked:
        pieces = (answer.body[at : at + PIECE] for at in range(0, len(answer.body), PIECE))
        response = StreamingResponse(pieces, answer.status, answer.headers)
    else:
        response = Response(answer.body, answer.status, answer.headers)
    for name, value in answer.more:
        response.headers.append(name, value)
    return response


async def _body(receive: Receive) -> bytes | None:
    """The body, of one too large its beginning; None where the client went away.

    All of it is read, as a client that is still sending might not see an answer.
    """
    body = bytearray()
    while True:
        event = await receive()
        if event["type"] == "http.disconnect":
            return None
        body += event.get("body", b"")
        del body[LARGEST_BODY + 1 :]
        if not event.get("more_body", False):
            return bytes(body)


def _message(scope: Scope, body: bytes) -> Message:
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    path, query = scope["raw_path"].decode("ascii"), scope["query_string"].decode("ascii")
    return Message(scope["method"], path, headers, body, query)


@contextmanager
def running(settings: Settings) -> Iterator[Server]:
    """A provider, answering until the block ends.

    Raises OSError where the port is taken or the access log cannot be written, sqlite3.Error where the database
    cannot be used.
    """
    with ExitStack() as stack:
        listening = stack.enter_context(_listening(settings.host, settings.port))
        storage = stack.enter_context(closing(Storage(settings.database)))
        storage.add(settings.orders, own=True)
        storage.add(settings.others, own=False)
        log = stack.enter_context(settings.access_log.open("a", encoding="utf-8")) if settings.access_log else None
        call = settings.make()(storage)
        stack.enter_context(_serving(Application(call, settings.latency, log), listening))
        host, port = listening.getsockname()[:2]
        yield Server(f"http://{host}:{port}", settings)


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    # The protocol is named so that asyncio turns Nagle's algorithm off: it looks at that number.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, port))
        except OSError as error:
            raise OSError(error.errno, f"port {port} on {host}: {error.strerror}") from None
        yield listening


@contextmanager
def _serving(application: Application, listening: socket.socket) -> Iterator[None]:
    config = uvicorn.Config(
        application,
        log_config=None,
        access_log=False,
        lifespan="off",
        loop="asyncio",
        http="h11",
        ws="none",
        server_header=False,
        proxy_headers=False,
        h11_max_incomplete_event_size=65536,
        timeout_graceful_shutdown=2,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="provider")
    thread.start()
    try:
        while not server.started and thread.is_alive():
            time.sleep(0.005)
        if not server.started:
            raise RuntimeError("The server did not start.")
        yield
    finally:
        server.should_exit = True
        thread.join()
