"""Test orders, and one request with its response or transport error."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

REMAPPED: Final = "x-amzn-remapped-"
"""What Amazon's API Gateway puts before the names of some headers of the application behind it."""

_HIT: Final = re.compile(r"(?:.*[^a-z])?(?:hit|stale|updating)\b.*", re.IGNORECASE)
_CACHED: Final = {
    "age": re.compile(r"0*[1-9]\d*"),
    "x-varnish": re.compile(r"\d+\s+\d+"),
    **dict.fromkeys(("cache-status", "cf-cache-status", "x-cache", "x-cache-status", "x-proxy-cache"), _HIT),
}
"""What caches write into an answer that they give again: RFC 9111 section 5.1, RFC 9211, and usual headers."""


@dataclass(frozen=True, slots=True)
class LineItem:
    """A line of a test order."""

    #: The name of the line item.
    uuid: str
    #: In units; None if it is not known.
    quantity_ordered: int | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """A test order: an order that the suite may change where the target permits it."""

    #: The name of the order.
    uuid: str
    #: Its lines.
    line_items: tuple[LineItem, ...]

    @property
    def uuids(self) -> tuple[str, ...]:
        """The UUIDs that requests may name: that of the order, and those of its line items."""
        return (self.uuid, *(item.uuid for item in self.line_items))

    @property
    def size(self) -> int:
        """How many line items it has."""
        return len(self.line_items)

    @property
    def units(self) -> int:
        """The largest quantity ordered of a line, in units; 0 where all are unknown."""
        return max((item.quantity_ordered or 0 for item in self.line_items), default=0)

    @property
    def least(self) -> int:
        """The smallest quantity ordered of a line, in units; 0 where one is unknown."""
        return min((item.quantity_ordered or 0 for item in self.line_items), default=0)


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent. It holds no secret."""

    #: The verb, as it is sent.
    method: str
    #: The request target as it is on the wire: percent-encoded, with its query.
    path: str
    #: Names and values in their order, without those that the transport adds.
    headers: tuple[tuple[str, str], ...] = ()
    #: What is sent after the headers.
    body: bytes = b""
    #: A label, such as "valid" or "absent", which the transport turns into a header.
    credential: str = "valid"

    @property
    def content(self) -> tuple[str | None, ...]:
        """What makes two requests one: method, path, credentials, media type and body; each has an id of its own."""
        body = self.body.decode("utf-8", "surrogateescape")
        return self.method, self.path, self.credential, self.header("Content-Type"), body

    def header(self, name: str) -> str | None:
        """The first value of a header, whatever its case."""
        return _header(self.headers, name)


@dataclass(frozen=True, slots=True)
class Response:
    """What came back, with its secrets replaced."""

    #: The status code.
    status: int
    #: Names and values in their order.
    headers: tuple[tuple[str, str], ...]
    #: After decoding of its content coding.
    body: bytes
    #: False if the body was cut at a limit.
    complete: bool = True

    def header(self, name: str) -> str | None:
        """The first value of a header, whatever its case."""
        return _header(self.headers, name)

    def listed(self, name: str) -> str | None:
        """The value of a header that is a list: several fields of one name are one list (RFC 9110 section 5.3).

        It may be remapped.
        """
        wanted = name.lower()
        values = [value for key, value in self.headers if key.lower().removeprefix(REMAPPED) == wanted]
        return ", ".join(values) if values else None

    @property
    def is_cached(self) -> bool:
        """Return whether a cache gave this answer: it shows what was true earlier."""
        return any(name.lower() in _CACHED and _CACHED[name.lower()].fullmatch(value) for name, value in self.headers)


def _header(headers: tuple[tuple[str, str], ...], name: str) -> str | None:
    wanted = name.lower()
    return next((value for key, value in headers if key.lower() == wanted), None)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request with its response, or with what went wrong."""

    #: Its name in reports and recordings; the X-Request-Id that was sent.
    id: str
    #: What was sent.
    request: Request
    #: What came back; None if nothing did.
    response: Response | None
    #: What went wrong on the way, in one line.
    trouble: str | None = None
    #: Seconds since the epoch (UTC).
    started: float = 0.0
    #: How long the answer took.
    seconds: float = 0.0
    #: The parts that a recording does not contain (contracts/model/unknown.py).
    lacks: frozenset[str] = frozenset()

    @property
    def status(self) -> int | None:
        """The status code; None when there was no answer."""
        return self.response.status if self.response else None

    @property
    def accepted(self) -> bool:
        """Return whether the target says it did what was asked (any 2xx)."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def refused(self) -> bool:
        """Return whether the target says that the request is at fault (any 4xx)."""
        return self.status is not None and 400 <= self.status < 500

    @property
    def answer(self) -> str:
        """The class of the answer, as signatures use it."""
        if self.status is None:
            return "no answer"
        if self.accepted:
            return "accepted"
        return f"refused {self.status}" if self.refused else f"invalid {self.status}"
