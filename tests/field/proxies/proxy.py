"""A reverse proxy on a free port of this machine; its habit decides what becomes of each request."""

import http.client
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import urlsplit

from tests.field.proxies.serving import Serving

HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "server", "date"})


@dataclass(frozen=True)
class Message:
    """A request as it came in; `number` counts those of the proxy from 1, `reused` those of one connection after it."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    number: int
    reused: bool = False

    def header(self, name):
        """Return the value of a header, or None."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass(frozen=True)
class Answer:
    """An answer as it goes out."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def signed(self, *headers):
        """Return the answer with more headers."""
        return Answer(self.status, (*self.headers, *headers), self.body)


@dataclass
class Proxy:
    """Relays to `target`, a base URL. `habit(message, relay)` returns an Answer, or None to hang up.

    `relay(message)` is what the target answers. As a context manager it is open, and `url` is its own base URL.
    """

    target: str
    habit: object = lambda message, relay: relay(message)
    #: A folder with `localhost.pem` and `client-authority.pem`, to speak TLS with clients that show a certificate.
    tls: Path | None = None
    sent: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self):
        proxy = self

        class Handler(_Handler):
            owner = proxy

        self._serving = Serving(Handler)
        if self.tls is not None:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=self.tls / "client-authority.pem")
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_cert_chain(self.tls / "localhost.pem")
            server = self._serving.server
            server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        self.url = self._serving.url
        self._serving.__enter__()
        return self

    def __exit__(self, *error):
        self._serving.__exit__(*error)

    def next(self):
        """Return the number of one more request."""
        with self._lock:
            self.sent += 1
            return self.sent


class _Handler(BaseHTTPRequestHandler):
    """One connection of a client, with one of its own to the target."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    owner: Proxy
    seen = 0

    def __getattr__(self, name):
        if name.startswith("do_"):
            return self.reply
        raise AttributeError(name)

    def reply(self):
        """Answer one request as the habit says."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = tuple(self.headers.items())
        message = Message(self.command, self.path, headers, body, self.owner.next(), reused=self.seen > 0)
        self.seen += 1
        answer = self.owner.habit(message, self.relay)
        if answer is None:
            self.close_connection = True
            return
        self.send_response_only(answer.status)
        for name, value in (*answer.headers, ("Content-Length", str(len(answer.body)))):
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def relay(self, message):
        """Return what the target answers."""
        place = urlsplit(self.owner.target)
        far = http.client.HTTPConnection(place.hostname, place.port, timeout=30)
        try:
            far.putrequest(message.method, message.path, skip_host=True, skip_accept_encoding=True)
            for name, value in message.headers:
                far.putheader(name, value)
            far.endheaders(message.body or None)
            response = far.getresponse()
            headers = tuple(pair for pair in response.getheaders() if pair[0].lower() not in HOP_BY_HOP)
            return Answer(response.status, headers, response.read())
        finally:
            far.close()

    def handle(self):
        """Serve until the client hangs up, however it does."""
        with suppress(OSError):
            super().handle()

    def log_message(self, *_arguments):
        """Say nothing."""
