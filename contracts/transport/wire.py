"""The wire under the transport: one place to connect to, and no answer that takes longer or gets larger than allowed.

httpx bounds single reads and writes, so a target that drips byte after byte is never late, and it undoes content
codings without a bound. Both are held here: in a network backend of httpcore, which every byte passes, and where
bodies are read.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from typing import Any

import httpcore
import httpx

from contracts.judging.attempts import SERVER_ERROR
from contracts.transport import http2
from contracts.transport.decoding import CodingError, decoded
from contracts.transport.heads import Head
from contracts.transport.interlock import RefusedToSendError

KEEPALIVE_SECONDS = 1.0
"""How long an idle connection is kept for the next request."""


class Wire(httpx.HTTPTransport):
    """Fetches answers from one origin, one at a time over one connection, in HTTP/1.1, without proxies.

    Nothing of httpx.Client stands above it: there are no cookies, which would make one request depend on another,
    and nobody takes a redirect's Location apart.
    """

    def __init__(self, origin: str, context: ssl.SSLContext) -> None:
        """Open nothing yet.

        Args:
            origin: scheme://host:port; nothing else is ever connected to.
            context: for https.
        """
        super().__init__(verify=context, trust_env=False)
        url = httpx.URL(origin)
        port = url.port or {"http": 80, "https": 443}[url.scheme]
        self._deadline = Deadline()
        self._backend = backend = Backend(url.raw_host.decode("ascii"), port, self._deadline)
        # httpx has no parameter for a backend. Its transport does nothing with the pool but hand requests to it, map
        # its errors and close it, so ours takes the place of the one it made, which has opened nothing.
        self._pool = _Pool(context, backend)
        self._failed = False
        self._place = (url.raw_host.decode("ascii"), port)
        self._context = context if url.scheme == "https" else None
        self._greets: bool | None = None

    @property
    def connections(self) -> int:
        """How many connections were opened so far."""
        return self._backend.connections

    def fetch(
        self, request: httpx.Request, *, seconds: float, body_bytes: int, fresh: bool = False
    ) -> tuple[httpx.Response, bytes, bool]:
        """Send a request; return status and headers, the body with its coding undone, and whether that is all of it.

        With `fresh`, over a new connection. Also after a 5xx: several servers close the connection then and do not
        say so, which they may (RFC 9112 section 9.5), and a request that is on its way meanwhile is lost.

        All of it takes at most `seconds`, but for the resolver's own time. A body is cut after `body_bytes`, and
        where it has not ended in time. Raises httpx.TransportError where there is no such answer, httpx.DecodingError
        where the body is not in the coding it declares, and RefusedToSendError.
        """
        if fresh or self._failed:
            self._pool.close()  # it opens a new connection with the next request
        with self._deadline.within(seconds):
            try:
                response = self.handle_request(request)
            except httpx.TransportError as error:
                if self._is_http2(error):
                    raise httpx.RemoteProtocolError(http2.ONLY) from error
                raise
            self._greets = False
            self._failed = response.status_code >= SERVER_ERROR
            if refused := self._backend.head.headers:
                response.headers = httpx.Headers([*response.headers.raw, *refused])
            body = bytearray()
            try:
                for data in decoded(response.iter_raw(), response.headers.get("Content-Encoding", "")):
                    body += data
                    if len(body) > body_bytes:
                        return response, bytes(body[:body_bytes]), False
            except httpx.ReadTimeout:
                return response, bytes(body), False
            except CodingError as error:
                raise httpx.DecodingError(str(error)) from error
            finally:
                response.close()
        return response, bytes(body), True

    def _is_http2(self, error: httpx.TransportError) -> bool:
        """Return True if a request got no answer because the target speaks HTTP/2 only.

        Some servers hang up on what is not HTTP/2 without a word. They are asked once, over a connection of its own.
        """
        if self._backend.head.is_http2 or http2.refuses_http1(error):
            return True
        if self._greets is None and isinstance(error, httpx.RemoteProtocolError):
            self._greets = self._answers_http2()
        return bool(self._greets)

    def _answers_http2(self) -> bool:
        with suppress(httpcore.NetworkError, httpcore.TimeoutException):
            stream = self._backend.connect_tcp(*self._place)
            with closing(stream):
                if self._context is not None:
                    stream = stream.start_tls(self._context, self._place[0])
                stream.write(http2.PREFACE)
                return http2.is_frame(stream.read(http2.HEADER))
        return False


class Deadline(threading.local):
    """When the exchange of the calling thread has to be over; one that nobody bounded has no time at all."""

    at = 0.0

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Bound all that this thread does on the wire meanwhile."""
        self.at = time.monotonic() + seconds
        try:
            yield
        finally:
            self.at = 0.0

    @contextmanager
    def step(self, seconds: float | None) -> Iterator[float]:
        """How long one step may take: `seconds`, or less where less is left. Raises httpcore.ReadTimeout."""
        left = self.at - time.monotonic()
        if left > 0:
            try:
                yield left if seconds is None else min(seconds, left)
            except httpcore.TimeoutException:
                if time.monotonic() < self.at:
                    raise
            else:
                return
        raise httpcore.ReadTimeout("the exchange takes longer than it may")


class Backend(httpcore.NetworkBackend):
    """Connects to one host and port, and hands out streams that keep the deadline."""

    def __init__(self, host: str, port: int, deadline: Deadline) -> None:
        self.connections = 0
        self.head = Head()
        self._place = (host, port)
        self._deadline = deadline
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect, trying each address of the host in its turn. Raises RefusedToSendError for another place."""
        if (host, port) != self._place:
            raise RefusedToSendError(f"{host}:{port} is not the target {self._place[0]}:{self._place[1]}")
        self.connections += 1
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in _addresses(host, port):
            try:
                with self._deadline.step(timeout) as seconds:
                    stream = self._plain.connect_tcp(address, port, seconds, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _Stream(stream, self._deadline, self)
        raise failure

    def begin(self) -> Head:
        """Expect the head of the next answer, and return it."""
        self.head = Head()
        return self.head


def _addresses(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(str(error)) from error
    return [str(address[0]) for *_, address in found]


class _Stream(httpcore.NetworkStream):
    """A stream each step of which keeps the deadline, and which keeps header lines from the parser that it refuses."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline, backend: Backend) -> None:
        self._stream = stream
        self._deadline = deadline
        self._backend = backend
        self._head = backend.begin()

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        while True:
            with self._deadline.step(timeout) as seconds:
                data = self._stream.read(max_bytes, seconds)
            passed = self._head.feed(data)
            if passed or not data:
                return passed

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        # httpcore's own stream gives each part that a slow reader lets through the whole time anew.
        self._head = self._backend.begin()
        sock = self._stream.get_extra_info("socket")
        rest = memoryview(buffer)
        while rest:
            with self._deadline.step(timeout) as seconds:
                rest = rest[_sent(sock, rest, seconds) :]

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        with self._deadline.step(timeout) as seconds:
            secured = self._stream.start_tls(ssl_context, server_hostname, seconds)
        return _Stream(secured, self._deadline, self._backend)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _sent(sock: socket.socket, data: memoryview, seconds: float) -> int:
    try:
        sock.settimeout(seconds)
        return sock.send(data)
    except TimeoutError as error:
        raise httpcore.WriteTimeout(str(error)) from error
    except OSError as error:
        raise httpcore.WriteError(str(error)) from error


class _Pool(httpcore.ConnectionPool):
    """A pool of one connection, which is not used again once a target has said more than it was asked.

    A pool of several would look at all of them for each request, several times.
    """

    def __init__(self, context: ssl.SSLContext, backend: Backend) -> None:
        super().__init__(max_connections=1)
        self._context = context
        self._backend = backend

    def create_connection(self, origin: httpcore.Origin) -> httpcore.ConnectionInterface:
        return _Connection(
            origin, ssl_context=self._context, keepalive_expiry=KEEPALIVE_SECONDS, network_backend=self._backend
        )


class _Connection(httpcore.HTTPConnection):
    """A connection that has expired if bytes stand behind the last answer.

    httpcore would read them as the answer to the next request, whichever that is.
    """

    def has_expired(self) -> bool:
        return super().has_expired() or (self.is_idle() and self._has_said_more())

    def _has_said_more(self) -> bool:
        parser = getattr(self._connection, "_h11_state", None)
        return parser is not None and bool(parser.trailing_data[0])
