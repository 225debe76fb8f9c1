"""What may leave. Judges the bytes of a prepared request, and raises before the first of them is sent."""

from __future__ import annotations

import functools
import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit
from uuid import UUID

from contracts.judging.attempts import may_be_sent_again
from contracts.model.exchange import Exchange, Order
from contracts.model.uuids import compact, is_invented
from contracts.transport import layers
from contracts.transport.credentials import NOTHING, Added
from contracts.transport.layers import TooDeepError
from contracts.transport.spellings import Spellings, found

FRAMING = frozenset({"transfer-encoding", "content-encoding", "connection", "upgrade", "te", "trailer", "expect"})
"""Headers that change what a body is, or whose it is."""

REROUTING = frozenset(
    {"forwarded", "x-host", "x-original-host", "x-original-uri", "x-original-url", "x-rewrite-url", "via"}
)
"""Headers by which some servers take a request for one to another place."""

OVERRIDING = ("x-http-method", "x-method-override", "_method")
"""What some servers take for the verb in place of the verb."""

_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f]")

LONG = 16
"""Characters of a token that is in no request by chance."""


class RefusedToSendError(Exception):
    """A request that the interlock does not let out; the message says which rule it breaks."""


def check_may_be_sent_again(sent: Iterable[Exchange]) -> None:
    """Raise RefusedToSendError unless all of these requests may be sent again."""
    if not all(map(may_be_sent_again, sent)):
        raise RefusedToSendError("a request that was carried out, and whose method is not idempotent, again")


def is_loopback(base_url: str) -> bool:
    """Return whether a base URL names this machine: `localhost`, 127.0.0.0/8 or ::1."""
    host = urlsplit(base_url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True)
class Outgoing:
    """A request as it would be on the wire."""

    #: The verb.
    method: str
    #: That of the connection: scheme, host and port.
    origin: str
    #: Path and query.
    target: bytes
    #: All of them.
    headers: tuple[tuple[bytes, bytes], ...] = ()
    #: All of it.
    body: bytes = b""
    #: What its credentials added to it.
    credentials: Added = NOTHING
    #: Where they put a token that belongs into Authorization, in words; empty if they do not.
    elsewhere: str = ""
    #: Those that this target has.
    tokens: tuple[str, ...] = field(default=(), repr=False)

    @property
    def bare(self) -> Outgoing:
        """The request without what its credentials add."""
        names = {name.lower().encode() for name, _ in self.credentials.headers}
        path, mark, query = self.target.partition(b"?")
        own = self.credentials.in_query.encode()
        query = query.removesuffix(own).removesuffix(b"&") if own else query
        body = self.body.replace(self.credentials.in_body.encode(), b"", 1) if self.credentials.members else self.body
        return replace(
            self,
            target=path + mark + query if query or not own else path,
            headers=tuple(pair for pair in self.headers if pair[0].lower() not in names),
            body=body,
            credentials=NOTHING,
        )


@dataclass(frozen=True)
class Interlock:
    """The rules for one target."""

    #: scheme://host:port of the target.
    origin: str
    #: The documented path before the segment of the order; the endpoint's own.
    prefix: str
    #: The same for reading an order back; None if that is not done.
    read_prefix: str | None
    #: The test orders.
    orders: tuple[Order, ...] = ()
    #: Whether requests may name test orders and their lines; if not, they name invented ones only.
    may_allocate: bool = False
    #: Whether other verbs than `method` and GET may name test orders.
    may_stress: bool = False
    #: Names, in lower case, of headers that each request to this target has: they hold no order.
    own_headers: frozenset[str] = frozenset()
    #: Whether http to a machine that is not this one is permitted.
    plain_http: bool = False
    #: The path before the prefixes.
    base_path: str = ""
    #: The Host header, if it is not the origin's.
    host: str | None = None
    #: The verb of the endpoint.
    method: str = "PUT"
    #: The UUID of each test order, by its 32 digits.
    test_orders: dict[str, str] = field(init=False, repr=False)
    _permitted: frozenset[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "test_orders", {compact(order.uuid): order.uuid for order in self.orders})
        names = [uuid for order in self.orders for uuid in order.uuids]
        object.__setattr__(self, "_permitted", frozenset(map(compact, names)))

    @property
    def _unread(self) -> frozenset[str]:
        """The headers that name no order, whatever they hold."""
        return self.own_headers | {"authorization", "host"}

    @functools.cached_property
    def _spellings(self) -> Spellings:
        return Spellings(self._permitted)

    def check(self, outgoing: Outgoing) -> None:
        """Raise RefusedToSendError unless this request may leave."""
        self._check_place(outgoing)
        self._check_headers(outgoing)
        bare = outgoing.bare
        self._check_tokens(outgoing, bare)
        try:
            segment = self._check_path(outgoing)
            self._check_names(bare, segment)
        except TooDeepError as error:
            raise RefusedToSendError(f"what a request names cannot be seen: {error}") from error

    def _check_place(self, outgoing: Outgoing) -> None:
        if self.origin.startswith("http:") and not (self.plain_http or is_loopback(self.origin)):
            raise RefusedToSendError(f"{self.origin}: no permission for plain http to another machine (plain_http)")
        if outgoing.origin != self.origin:
            raise RefusedToSendError(f"{outgoing.origin} is not the target {self.origin}")

    def _check_headers(self, outgoing: Outgoing) -> None:
        host = (self.host or self.origin.partition("://")[2]).encode()
        given = [(name.lower().decode("latin-1"), value) for name, value in outgoing.headers]
        for name, value in given:
            if name == "host" and value != host:
                raise RefusedToSendError(f"a Host header that is not {host.decode()}")
            if name == "content-length" and value != str(len(outgoing.body)).encode():
                raise RefusedToSendError(f"a Content-Length that is not {len(outgoing.body)}, that of the body")
            if _CONTROL.search(value):
                raise RefusedToSendError(f"the header {name} with a control character in it")
            if name in FRAMING | REROUTING or name.startswith(("proxy-", "x-forwarded-", *OVERRIDING)):
                raise RefusedToSendError(f"the header {name}: it may change where a request goes, or what it is")
        for name in ("host", "content-length", "authorization"):
            if sum(key == name for key, _ in given) > 1:
                raise RefusedToSendError(f"the header {name} more than once")

    def _check_tokens(self, outgoing: Outgoing, bare: Outgoing) -> None:
        """Raise RefusedToSendError if a token is anywhere but where the credentials put it, or may not be there.

        `bare` is the request without what its credentials add. A short token may occur in a request by chance.
        """
        if outgoing.elsewhere and not self.may_stress:
            raise RefusedToSendError(f"the token in {outgoing.elsewhere}: no permission for that (may_stress)")
        parts = [bare.target, bare.body]
        parts += [value for name, value in bare.headers if name.lower().decode("latin-1") not in self._unread]
        for token in outgoing.tokens:
            if len(token) >= LONG and any(token.encode() in part for part in parts):
                raise RefusedToSendError("a token outside of the place that is meant for it")

    def _check_path(self, outgoing: Outgoing) -> bytes:
        """The segment that names the order, without the slash behind it."""
        path, _, query = outgoing.target.partition(b"?")
        if any(name in text.lower() for text in layers.texts(query) for name in OVERRIDING):
            raise RefusedToSendError("a query that names another verb")
        reads = outgoing.method == "GET" and self.may_allocate and self.read_prefix is not None
        prefixes = [self.prefix, *([self.read_prefix] if reads and self.read_prefix else [])]
        for prefix in prefixes:
            before = (self.base_path + prefix).encode()
            rest = path[len(before) :].removesuffix(b"/")
            if path.startswith(before) and _is_one_segment(rest):
                return rest
        raise RefusedToSendError(f"{path[:80]!r} is not {self.base_path}{self.prefix} and one segment")

    def _check_names(self, outgoing: Outgoing, segment: bytes) -> None:
        # The path before the documented one is the target's own: a UUID in it is not an order.
        target = outgoing.target.removeprefix(self.base_path.encode())
        values = (value for pair in target.partition(b"?")[2].split(b"&") for value in pair.split(b"=", 1))
        parts = (target, segment, outgoing.body, *values)
        if not self.may_allocate or (outgoing.method not in {self.method, "GET"} and not self.may_stress):
            for part in (*parts, *(each for pair in outgoing.headers for each in pair)):
                named = self._spellings.first(part)
                if named is not None:
                    raise RefusedToSendError(self._why_not(outgoing, named))
        headers = [pair for pair in outgoing.headers if pair[0].lower().decode("latin-1") not in self._unread]
        named_in = (*parts, *(each for pair in headers for each in pair))
        for name in sorted({name for part in named_in for name in found(part)} | found(segment, alone=True)):
            if name not in self._permitted and not is_invented(name):
                raise RefusedToSendError(f"{UUID(name)} is neither a test order's nor invented by this suite")

    def _why_not(self, outgoing: Outgoing, named: str) -> str:
        if not self.may_allocate:
            return f"{UUID(named)} is a test order's, and there is no permission to allocate (may_allocate)"
        return (
            f"{outgoing.method} on a test order: no permission for other verbs than {self.method} and GET (may_stress)"
        )


def _is_one_segment(rest: bytes) -> bool:
    """Return whether bytes stay one segment of a path whatever layers of encoding a server takes off."""
    if not rest:
        return False
    for text in layers.texts(rest):
        bare = re.split("[;\0]", "".join(text.split()))[0]
        if "/" in text or "\\" in text or bare in {".", ".."}:
            return False
    return b"#" not in rest
