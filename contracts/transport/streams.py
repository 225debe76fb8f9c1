"""Connections to one place, through a proxy if there is one, each step of which keeps the deadline of its exchange."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpcore

from contracts.transport.heads import Head
from contracts.transport.interlock import RefusedToSendError
from contracts.transport.proxy import Proxy


class Deadline(threading.local):
    """When the exchange of the calling thread has to be over; one without a limit has no time at all."""

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
    """Connects to one host and port, through a proxy if there is one, and hands out streams that keep the deadline."""

    def __init__(self, host: str, port: int, deadline: Deadline, proxy: Proxy | None, *, tunnels: bool) -> None:
        self._proxy = proxy
        self._tunnels = tunnels
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
        if self._proxy is None:
            return self._connected(host, port, timeout, local_address, socket_options)
        near = self._connected(self._proxy.host, self._proxy.port, timeout, local_address, socket_options)
        return self._proxy.tunnel(near, host, port) if self._tunnels else near

    def _connected(
        self, host: str, port: int, timeout: float | None, local_address: str | None, options: Iterable[Any] | None
    ) -> httpcore.NetworkStream:
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in _addresses(host, port):
            try:
                with self._deadline.step(timeout) as seconds:
                    stream = self._plain.connect_tcp(address, port, seconds, local_address, options)
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
        # httpcore's own stream gives each part that a slow reader lets through the whole time again.
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
