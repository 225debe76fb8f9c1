"""Targets that mean harm, or are broken beyond HTTP: how they run, and what they can write into the socket.

Each gets one connection at a time in a thread of its own, with the bytes of the request that was read before (none
where it is `early`), and is cut off when the client hangs up. `hostile_servers.py` holds them by name.
"""

import contextlib
import itertools
import json
import socket
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

LINES = ("b84ccd3c-88f8-4050-accf-e049163052e3", "0d7f0c4e-9c56-4e0e-8f0a-5b8f2c1f7a11")
ORDERS = f"""
[[orders]]
uuid = "319bba9f-71b1-4a93-8abf-67a45b8fdd5c"
[[orders.line_items]]
uuid = "{LINES[0]}"
quantity_ordered = 6
"""
"""The file of the order that these targets provide."""

Behaviour = Callable[[socket.socket, bytes], None]
PAUSE = 0.02
"""Seconds between two bytes of a server that drips."""


@dataclass(frozen=True)
class Server:
    """`behave` writes raw bytes; the rest is what must come of an allocation that was sent there.

    `trouble` is a pattern of the transport's trouble, where there can be no answer. Else `finds` are clauses that
    find something in the answer; none at all does where it is empty. `whole` is whether the answer has an end.
    """

    behave: Behaviour
    trouble: str | None = None
    finds: frozenset[str] = frozenset()
    whole: bool = True
    early: bool = False


# --------------------------------------------------------------------------------------------- how they run


class Running:
    """A server that listens on a free port of this machine; `requests` are those it was sent."""

    def __init__(self, server: Server) -> None:
        self.requests: list[bytes] = []
        self._server = server
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.origin = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._ended = False
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while not self._ended:
                connection, _ = self._listener.accept()
                self._open.add(connection)
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            if self._server.early:
                self.requests.append(b"")
                self._server.behave(connection, b"")
            else:
                while request := _request(connection):
                    self.requests.append(request)
                    self._server.behave(connection, request)
        self._open.discard(connection)

    def stop(self) -> None:
        """Hang up on everybody."""
        self._ended = True
        for one in (self._listener, *self._open):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


@contextlib.contextmanager
def running(server: Server) -> Iterator[Running]:
    """A hostile server for as long as the block takes."""
    found = Running(server)
    try:
        yield found
    finally:
        found.stop()


def _request(connection: socket.socket) -> bytes:
    """One request, head and body; empty at the end of the connection."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65_536)
        if not part:
            return b""
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    wanted = next((int(v) for k, _, v in (h.partition(b":") for h in head.split(b"\r\n")) if k == b"Content-Length"), 0)
    while len(body) < wanted:
        part = connection.recv(65_536)
        if not part:
            return b""
        body += part
    return head + b"\r\n\r\n" + body


# ------------------------------------------------------------------------------------------- what they write


def answered(**changed: object) -> bytes:
    """The honest answer of the field list, with members of the first line changed."""
    plain = {"quantity_shipped": 0, "supplier_provided_sku_cost": 13.98}
    first, *others = ({"line_item_uuid": name} | plain for name in LINES)
    return json.dumps({"line_items": [first | changed, *others]}).encode()


def spelled(field: str, text: bytes) -> bytes:
    """The honest answer with this text for a member of the first line, JSON or not."""
    return answered(**{field: "HERE"}).replace(b'"HERE"', text)


BODY = answered()
JSON = b"Content-Type: application/json"


def head(*headers: bytes, status: bytes = b"200 OK", kind: bytes = JSON) -> bytes:
    """A head, with the headers given."""
    return b"\r\n".join([b"HTTP/1.1 " + status, kind, *headers, b"", b""])


def message(body: bytes = BODY, *headers: bytes, status: bytes = b"200 OK", kind: bytes = JSON) -> bytes:
    """A whole answer with its right length."""
    return head(b"Content-Length: %d" % len(body), *headers, status=status, kind=kind) + body


def chunked(*chunks: bytes) -> bytes:
    """An answer in chunks as they are."""
    return head(b"Transfer-Encoding: chunked") + b"".join(chunks)


def chunk(data: bytes) -> bytes:
    """One correct chunk."""
    return b"%x\r\n%s\r\n" % (len(data), data)


def answers(body: bytes = BODY, *headers: bytes, status: bytes = b"200 OK", kind: bytes = JSON) -> Behaviour:
    """Write a whole answer, and leave the connection open for the next request."""
    data = message(body, *headers, status=status, kind=kind)
    return lambda connection, _request: connection.sendall(data)


def writes(data: bytes) -> Behaviour:
    """Write this, no more and no less, and end the connection."""

    def behave(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)

    return behave


def forever(start: bytes, part: bytes) -> Behaviour:
    """Write one thing, then another without end, as fast as it is taken."""

    def behave(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(start)
        while True:
            connection.sendall(part)

    return behave


def dripping(start: bytes, rest: bytes) -> Behaviour:
    """Write one thing, then another byte by byte, over and over."""

    def behave(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(start)
        for byte in itertools.cycle(rest):
            time.sleep(PAUSE)
            connection.sendall(bytes([byte]))

    return behave


def stalling(start: bytes) -> Behaviour:
    """Write this, and wait for the client to give up."""

    def behave(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(start)
        while connection.recv(65_536):
            pass

    return behave


def resetting(start: bytes) -> Behaviour:
    """Write this, and reset the connection."""

    def behave(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(start)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    return behave


def bomb(megabytes: int) -> bytes:
    """The gzip form of so many megabytes of spaces, about a thousandth as long; it has no end."""
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    start = packer.compress(b" " * 2**20) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(b" " * 2**20) + packer.flush(zlib.Z_FULL_FLUSH)
    return start + again * (megabytes - 1)


def gzipped(data: bytes, window: int = zlib.MAX_WBITS | 16) -> bytes:
    """Data in the coding gzip, or in another form of deflate."""
    packer = zlib.compressobj(9, zlib.DEFLATED, window)
    return packer.compress(data) + packer.flush()
