"""Where a redirect leads: to the documented path of the same order, or elsewhere. Judges nothing."""

from __future__ import annotations

from typing import Final
from urllib.parse import unquote, urljoin, urlsplit

from contracts.endpoint.context import Context
from contracts.model.exchange import Exchange
from contracts.standard.parsed import same_uuid

REDIRECTS: Final = frozenset({301, 302, 307, 308})
PORTS: Final = {"http": 80, "https": 443}
UNKNOWN: Final = "http://host.invalid"
"""Represents the origin in a recording that does not say which it was; no origin is compared then."""


def documented_path(path: str, prefix: str) -> str | None:
    """Return the documented path of the order that `path` names in any spelling of its UUID, None without a UUID."""
    segment = path.partition("?")[0].removeprefix(prefix).removesuffix("/")
    uuid = same_uuid(unquote(segment))
    return None if uuid is None else f"{prefix}{uuid}/"


def redirected_to(exchange: Exchange, base_url: str) -> str | None:
    """Return the path to which a redirect leads on the origin that was asked; None if it leads to another origin.

    `Location` is a URI reference, relative to what was asked (RFC 9110 section 10.2.2). `base_url` is that of the
    target, with the path before the documented one if there is any; it is empty if a recording does not say it.
    """
    location = (exchange.response.header("Location") or "").strip() if exchange.response else ""
    if exchange.status not in REDIRECTS or not location:
        return None
    base = (base_url or UNKNOWN).rstrip("/")
    asked = base + exchange.request.path
    try:
        found = urljoin(asked, location)
        if base_url and _origin(found) not in _origins(exchange, asked):
            return None
        before = urlsplit(base).path
        path = urlsplit(found).path
    except ValueError:
        return None
    return path.removeprefix(before) if path.startswith(before) else None


def _origins(exchange: Exchange, asked: str) -> set[tuple[str, str | None, int | None]]:
    """The origin of the URL that was asked, and that of its Host header, which the target's table may state."""
    host = exchange.request.header("Host")
    return {_origin(asked)} | ({_origin(f"{urlsplit(asked).scheme}://{host}")} if host else set())


def to_documented_path(exchange: Exchange, context: Context) -> bool:
    """Return True if a redirect leads to the documented path of the order that the request names.

    So it only writes the path in another way: with its final slash, the UUID in lower case, with its hyphens, decoded.
    """
    found = redirected_to(exchange, context.base_url)
    asked = exchange.request.path.partition("?")[0]
    due = documented_path(asked, context.call.prefix)
    return found is not None and found != asked and found in {due, f"{asked}/"}


def _origin(url: str) -> tuple[str, str | None, int | None]:
    """The origin of a URL; a port that is left out is that of the scheme. ValueError for what is not a URL."""
    parts = urlsplit(url)
    return parts.scheme.lower(), parts.hostname, parts.port or PORTS.get(parts.scheme.lower())
