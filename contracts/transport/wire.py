"""The wire under the transport: one place to connect to, and no answer that takes longer or gets larger than allowed.

httpx bounds single reads and writes, so a target that drips byte after byte is never late, and it undoes content
codings without a bound. Both are held here: in a network backend of httpcore, which every byte passes, and where
bodies are read.
"""

from __future__ import annotations

import queue
import ssl
import threading
from contextlib import closing, suppress

import httpcore
import httpx

from contracts.judging.attempts import SERVER_ERROR
from contracts.transport import http2
from contracts.transport.decoding import CodingError, decoded
from contracts.transport.limits import Limits
from contracts.transport.proxy import AUTHENTICATION_REQUIRED, Proxy
from contracts.transport.retries import Reuse
from contracts.transport.streams import Backend, Deadline

KEEPALIVE_SECONDS = 1.0
"""How long an idle connection is kept for the next request."""


class Wire(httpx.HTTPTransport):
    """Fetches answers from one origin, one at a time over one connection, in HTTP/1.1, through a proxy if there is one.

    Nothing of httpx.Client is above it: there are no cookies, which would make one request depend on another,
    and a redirect's Location is not taken apart.
    """

    def __init__(self, origin: str, context: ssl.SSLContext, proxy: Proxy | None = None) -> None:
        """Open nothing yet.

        Args:
            origin: scheme://host:port; nothing else is ever connected to, except the proxy.
            context: for https.
            proxy: hands connections on to the origin for https, and requests for http.
        """
        super().__init__(verify=context, trust_env=False)
        url = httpx.URL(origin)
        port = url.port or {"http": 80, "https": 443}[url.scheme]
        self._origin = origin.encode("ascii")
        self._deadline = Deadline()
        host, secure = url.raw_host.decode("ascii"), url.scheme == "https"
        self._backend = backend = Backend(host, port, self._deadline, proxy, tunnels=secure)
        # httpx has no parameter for a backend. Its transport does nothing with the pool but hand requests to it, map
        # its errors and close it, so ours takes the place of the one it made, which has opened nothing.
        self._pool = _SingleConnectionPool(context, backend)
        self._failed = False
        self._place = (host, port)
        self._context = context if secure else None
        self._forwards = None if secure else proxy
        self._greets: bool | None = None if self._forwards is None else False

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

        All of it takes at most `seconds`, except the resolver's own time. A body is cut after `body_bytes`, and
        where it has not ended in time. Raises httpx.TransportError where there is no such answer, httpx.DecodingError
        where the body is not in the coding it declares, and RefusedToSendError.
        """
        if fresh or self._failed:
            self._pool.close()  # it opens a new connection with the next request
        with self._deadline.within(seconds):
            response = self._answer(request) if self._forwards is None else self._forwarded(request, self._forwards)
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

    def _answer(self, request: httpx.Request) -> httpx.Response:
        try:
            return self.handle_request(request)
        except httpx.TransportError as error:
            if self._is_http2(error):
                raise httpx.RemoteProtocolError(http2.ONLY) from error
            raise

    def _forwarded(self, request: httpx.Request, proxy: Proxy) -> httpx.Response:
        """Return what comes back through the proxy, which gets the whole URL (RFC 9112 section 3.2.2)."""
        request.extensions = {**request.extensions, "target": self._origin + request.url.raw_path}
        request.headers = httpx.Headers([*request.headers.raw, *proxy.headers])
        response = self._answer(request)
        if response.status_code == AUTHENTICATION_REQUIRED:
            response.close()
            challenge = response.headers.get("Proxy-Authenticate")
            raise httpx.ProxyError(proxy.refused(response.status_code, challenge))
        return response

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
        with suppress(httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProxyError, httpcore.ProtocolError):
            stream = self._backend.connect_tcp(*self._place)
            with closing(stream):
                if self._context is not None:
                    stream = stream.start_tls(self._context, self._place[0])
                stream.write(http2.PREFACE)
                return http2.is_frame(stream.read(http2.HEADER))
        return False


class Wires:
    """Some wires to one origin, each of which serves one request at a time."""

    def __init__(self, origin: str, context: ssl.SSLContext, proxy: Proxy | None, limits: Limits) -> None:
        """Open nothing yet. `limits` says how many wires there are, and bounds each exchange; Wire has the others."""
        self._limits = limits
        self._reuse = Reuse()
        self._lock = threading.Lock()
        self._wires = [Wire(origin, context, proxy) for _ in range(limits.concurrency)]
        self._idle: queue.LifoQueue[Wire] = queue.LifoQueue()
        for wire in self._wires:
            self._idle.put(wire)

    def close(self) -> None:
        """Close all connections."""
        for wire in self._wires:
            wire.close()

    def fetch(self, request: httpx.Request, *, fresh: bool) -> tuple[httpx.Response, bytes, bool]:
        """Return what `Wire.fetch` returns, over a new connection if that is asked for, or if used ones do not work."""
        wire = self._idle.get()
        before, answered = wire.connections, False
        try:
            found = wire.fetch(
                request,
                seconds=self._limits.total_seconds,
                body_bytes=self._limits.body_bytes,
                fresh=fresh or not self._reuse.works,
            )
            answered = True
        finally:
            if wire.connections == before:
                with self._lock:
                    self._reuse.add(answered=answered)
            self._idle.put(wire)
        return found


def usual_context(*, secure: bool = True) -> ssl.SSLContext:
    """Return a context that verifies certificates against the usual roots.

    Reading them takes longer than ten requests. If nothing is `secure`, there are none.
    """
    return httpx.create_ssl_context(trust_env=False) if secure else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class _SingleConnectionPool(httpcore.ConnectionPool):
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
    """A connection that has expired if bytes follow the last answer.

    httpcore would read them as the answer to the next request, whichever that is.
    """

    def has_expired(self) -> bool:
        return super().has_expired() or (self.is_idle() and self._has_said_more())

    def _has_said_more(self) -> bool:
        parser = getattr(self._connection, "_h11_state", None)
        return parser is not None and bool(parser.trailing_data[0])
