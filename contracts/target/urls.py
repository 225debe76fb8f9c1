"""URLs that people write: taken apart, and shown without what may be a secret in them."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

from contracts.target.targets import UsageError

PORTS = {"http": 80, "https": 443}
SEGMENTS = re.compile(r"(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9._~!$&'()*+,;=:-]+)*")
"""The path before the documented one: segments that no server decodes, or takes for a step up."""


def without_secrets(url: str) -> str:
    """Return a URL, or what was meant as one, for a message: without user and password, query and fragment."""
    scheme, separator, rest = url.rpartition("@")[2].rpartition("://")
    if "@" in url and not separator:
        scheme, separator, _ = url.partition("://")
        scheme = scheme if separator else ""
    return scheme + separator + re.split("[?#]", rest)[0]


def base_of(url: str, place: str) -> tuple[str, str]:
    """Return the origin of a base URL, and its path without a slash at its end. Raises UsageError with the place."""
    place = f"{place} {without_secrets(url)}"
    only = f"{place}: give scheme, host, port and path only; credentials go into TIMP_TOKEN"
    if "@" in url:  # before anything is taken apart: errors of urlsplit repeat what may be a password
        raise UsageError(only)
    parts = split(url, place)
    if parts.scheme not in PORTS or not parts.hostname:
        raise UsageError(f"{place}: write it as http://HOST:PORT or https://HOST")
    if parts.query or parts.fragment:
        raise UsageError(only)
    path = parts.path.rstrip("/")
    if not SEGMENTS.fullmatch(path):
        raise UsageError(
            f"{place}: its path may have letters, digits and -._~ in each segment: write it without others"
        )
    return origin_of(parts), path


def split(url: str, place: str) -> SplitResult:
    """Return the parts of a URL, whose port is a number. Raises UsageError, which names the place."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - it raises
    except ValueError as error:
        raise UsageError(f"{place}: {error}") from None
    return parts


def origin_of(parts: SplitResult) -> str:
    """Return scheme, host and port; the port is left out if it is that of the scheme."""
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port and parts.port != PORTS[parts.scheme] else "")
