"""Entries of a recording that are not calls of the API: what a browser does on its own, and what was not finished."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

WEBSOCKET = "WebSocket"
PREFLIGHT = "CORS preflight"
ABORTED = "call without an answer (aborted, blocked, or not finished)"
CACHED = "answer from a cache or a service worker"
MOCKED = "answer of a test in place of the API"
INTERNAL = "redirect by the browser itself"

_FROM_CACHE = ("_fromCache", "_fromDiskCache", "fromCache", "_servedFromCache", "_fetchedViaServiceWorker")
_FAILED = ("_error", "_failureText", "_errorMessage")


def why_skipped(entry: Mapping[str, Any]) -> str | None:
    """Return the kind of an entry that is not a call of the API, or None for a call. Raises ValueError."""
    request, response = _mapping(entry, "request"), _mapping(entry, "response")
    method, url = str(request.get("method", "")).upper(), str(request.get("url", ""))[:8].lower()
    status = status_of(response)
    if (
        url.startswith(("ws:", "wss:"))
        or status == 101
        or _kind(entry) == "websocket"
        or entry.get("_webSocketMessages")
    ):
        return WEBSOCKET
    if method == "OPTIONS" or _kind(entry) == "preflight":
        return PREFLIGHT
    if any(place.get(name) for place in (entry, response) for name in _FROM_CACHE) or status == 304:
        return CACHED
    if entry.get("_wasFulfilled"):  # Playwright's `route.fulfill`
        return MOCKED
    if status is None or any(place.get(name) for place in (entry, response) for name in _FAILED):
        return ABORTED
    return INTERNAL if _is_internal(status, response) else None


def status_of(response: Mapping[str, Any]) -> int | None:
    """Return the status code of an answer; None if there was none, as for 0 and -1.

    Raises ValueError if it is not a status code.
    """
    value = response.get("status")
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit() and len(value.strip()) == 3:
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if value is None or value == "":
        return None
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("response.status is not a number")  # noqa: TRY004 - one error for all that is wrong
    if value <= 0:
        return None
    if not 100 <= value <= 999:
        raise ValueError("response.status is not a status code")
    return value


def is_redirect(entry: Mapping[str, Any]) -> bool:
    """Return whether an entry was answered with a redirect; False where that cannot be read."""
    try:
        return (status_of(_mapping(entry, "response")) or 0) // 100 == 3
    except ValueError:
        return False


def _is_internal(status: int, response: Mapping[str, Any]) -> bool:
    """Return True for a redirect that a browser made up: to https by its own list, or by an extension."""
    if not 300 <= status < 400:
        return False
    if str(response.get("statusText", "")).lower() == "internal redirect":
        return True
    names = {name.lower() for name in _names(response.get("headers"))}
    return "non-authoritative-reason" in names or "-extension:" in str(response.get("redirectURL", ""))[:40]


def _names(headers: Any) -> Iterator[str]:
    if isinstance(headers, Mapping):
        yield from (name for name in headers if isinstance(name, str))
    elif isinstance(headers, list):
        for each in headers:
            name = each.get("name") if isinstance(each, Mapping) else each[0] if isinstance(each, list) and each else ""
            if isinstance(name, str):
                yield name


def _kind(entry: Mapping[str, Any]) -> str:
    return str(entry.get("_resourceType", "")).lower()


def _mapping(entry: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = entry.get(name)
    if found is not None and not isinstance(found, Mapping):
        raise ValueError(f"{name} is not an object")
    return found or {}
