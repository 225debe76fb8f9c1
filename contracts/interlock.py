"""What may leave. Judges the bytes of a prepared request, and raises before the first of them is sent."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes, urlsplit

VERBS_ON_LENT_ORDERS = frozenset({"PUT"})


class RefusedToSendError(Exception):
    """A request that the interlock does not let out; the message says which rule it breaks."""


def is_loopback(base_url: str) -> bool:
    """Whether a base URL names this machine: `localhost`, 127.0.0.0/8 or ::1."""
    host = urlsplit(base_url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True)
class Interlock:
    """The rules for one target: `origin` is scheme://host:port, the prefixes are the endpoint's own."""

    origin: str
    prefix: str
    read_prefix: str | None

    def check(self, *, method: str, origin: str, path: bytes) -> None:
        """Raise RefusedToSendError unless this request may leave.

        Args:
            method: the verb as it goes on the wire.
            origin: scheme, host and port of the connection that would be opened.
            path: the request target as it goes on the wire, with its query.
        """
        if not is_loopback(self.origin):
            raise RefusedToSendError(f"{self.origin} is not this machine: only loopback targets are let out so far")
        if origin != self.origin:
            raise RefusedToSendError(f"{origin} is not the target {self.origin}")
        segment = path.partition(b"?")[0]
        reading = self.read_prefix is not None and method == "GET" and self._one_segment(segment, self.read_prefix)
        if not reading and not self._one_segment(segment, self.prefix):
            raise RefusedToSendError(f"{segment[:80]!r} is not {self.prefix} and one segment")

    @staticmethod
    def _one_segment(path: bytes, prefix: str) -> bool:
        if not path.startswith(prefix.encode()):
            return False
        rest = path[len(prefix) :].removesuffix(b"/")
        decoded = unquote_to_bytes(rest)
        return bool(rest) and b"/" not in decoded and b"\\" not in decoded and decoded.strip(b" ") not in (b".", b"..")
