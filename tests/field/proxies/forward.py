"""A forward proxy on a free port of this machine: CONNECT, and requests in absolute form (RFC 9110 section 9.3.6)."""

import base64
import http.client
import socket
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from urllib.parse import urlsplit

from tests.field.proxies.serving import Serving


class ForwardProxy(Serving):
    """Hands on what it is asked to, and keeps where it was asked to go; may require `credentials`."""

    def __init__(self, credentials=None):
        self.asked = []
        self.received = bytearray()
        self.expected = credentials and f"Basic {base64.b64encode(credentials.encode()).decode()}"
        proxy = self

        class Handler(_Handler):
            owner = proxy

        super().__init__(Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    owner: ForwardProxy

    def __getattr__(self, name):
        if name.startswith("do_"):
            return self.forward
        raise AttributeError(name)

    def parse_request(self):
        """Keep what was said, and parse it."""
        self.owner.received += self.raw_requestline
        whole = super().parse_request()
        if whole:
            self.owner.received += str(self.headers).encode("utf-8", "surrogateescape")
        return whole

    def refused(self):
        """Answer 407 if the request does not give the credentials; return whether it was not."""
        self.owner.asked.append((self.command, self.path))
        if self.owner.expected in {None, self.headers.get("Proxy-Authorization")}:
            return False
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.reply(407, [("Proxy-Authenticate", 'Basic realm="way out"')], b"")
        return True

    def do_CONNECT(self):
        """Hand on all bytes in both directions."""
        if self.refused():
            return
        host, _, port = self.path.rpartition(":")
        with socket.create_connection((host.strip("[]"), int(port)), timeout=30) as far:
            self.send_response(200)
            self.end_headers()
            self.wfile.flush()
            back = threading.Thread(target=pump, args=(far, self.connection), daemon=True)
            back.start()
            pump(self.connection, far, self.owner.received)
            back.join()
        self.close_connection = True

    def forward(self):
        """Hand on a request in absolute form."""
        if self.refused():
            return
        url = urlsplit(self.path)
        if not url.netloc:
            self.reply(400, [], b"not in absolute form")
            return
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        far = http.client.HTTPConnection(url.hostname, url.port or 80, timeout=30)
        far.putrequest(self.command, self.path[self.path.index(url.netloc) + len(url.netloc) :], skip_host=True)
        far.putheader("Host", url.netloc)
        for name, value in self.headers.items():
            if name.lower() not in {"host", "connection"} and not name.lower().startswith("proxy-"):
                far.putheader(name, value)
        far.endheaders(body)
        answer = far.getresponse()
        content = answer.read()
        kept = [pair for pair in answer.getheaders() if pair[0].lower() not in {"content-length", "connection"}]
        self.reply(answer.status, kept, content)
        far.close()

    def reply(self, status, headers, content):
        """Send an answer."""
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_arguments):
        """Say nothing."""


def pump(source, sink, kept=None):
    """Hand on what comes until there is no more."""
    with suppress(OSError):
        while data := source.recv(65536):
            if kept is not None:
                kept += data
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
