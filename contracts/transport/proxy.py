"""A forward proxy: what is said to it, so that it hands requests on to the target and to no other place."""

from __future__ import annotations

import base64
from dataclasses import dataclass

import httpcore

from contracts.transport.secrets import Secret

AUTHENTICATION_REQUIRED = 407


@dataclass(frozen=True)
class Proxy:
    """A forward proxy that speaks plain HTTP/1.1, as its clients see it."""

    #: Its name or address.
    host: str
    #: Its port.
    port: int
    #: The user, if it asks for one.
    user: str = ""
    #: The password, if it asks for one.
    password: Secret | None = None

    @property
    def url(self) -> str:
        """Its URL, without credentials."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """What it gets in addition to a request, and does not hand on (RFC 9110 section 11.7.2)."""
        if not self.user and self.password is None:
            return []
        pair = f"{self.user}:{self.password.reveal() if self.password else ''}".encode()
        return [(b"Proxy-Authorization", b"Basic " + base64.b64encode(pair))]

    def refused(self, status: int, challenge: str | None) -> str:
        """Return what to say if it does not hand a request on."""
        asks = f"; it asks for {challenge}" if challenge else ""
        fix = ": give it a user in its URL, and the variable of the password" * (status == AUTHENTICATION_REQUIRED)
        return f"the proxy {self.url} answers {status}{asks}{fix}"

    def tunnel(self, stream: httpcore.NetworkStream, host: str, port: int) -> httpcore.NetworkStream:
        """Return a stream to a host through a connection to the proxy (RFC 9110 section 9.3.6).

        Raises httpcore.ProxyError if it refuses.
        """
        name = f"[{host}]" if ":" in host else host
        target = f"{name}:{port}".encode("ascii")
        origin = httpcore.Origin(b"http", self.host.encode("ascii"), self.port)
        request = httpcore.Request(
            b"CONNECT",
            httpcore.URL(scheme=b"http", host=origin.host, port=self.port, target=target),
            headers=[(b"Host", target), *self.headers],
        )
        response = httpcore.HTTP11Connection(origin, stream).handle_request(request)
        if not 200 <= response.status < 300:
            stream.close()
            named = {name.lower(): value.decode("latin-1") for name, value in response.headers}
            raise httpcore.ProxyError(self.refused(response.status, named.get(b"proxy-authenticate")))
        tunnelled: httpcore.NetworkStream = response.extensions["network_stream"]
        return tunnelled
