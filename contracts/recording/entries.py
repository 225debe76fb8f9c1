"""An entry of a HAR as an exchange: what is secret taken out, and what the recording lacks named."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from contracts.model.exchange import Exchange, Request, Response
from contracts.model.unknown import Part
from contracts.recording.bodies import Attached, body_of
from contracts.recording.elsewhere import given
from contracts.recording.moments import milliseconds, moment
from contracts.recording.skipped import status_of
from contracts.transport.journal import header_pair
from contracts.transport.redaction import Redactor
from contracts.transport.secrets import SHORTEST, Secret

Headers = tuple[tuple[str, str], ...]

KEPT = frozenset({"content-type", "accept", "user-agent", "x-request-id", "content-length"})
"""Request headers that are read: any other may hold a secret, and none of them is judged."""

DROPPED = frozenset({"content-encoding", "transfer-encoding"})
"""Response headers that speak of bytes on the wire; a recording has the content decoded."""

PORTS = {"http": 80, "https": 443}
HTTP = {"ws": "http", "wss": "https"}
WITHOUT_BODY = frozenset({"GET", "HEAD", "DELETE", "OPTIONS"})
LONGEST_URL = 100_000
LONGEST_HEADER = 100_000

_PLACEHOLDER = re.compile(r"[^a-z0-9]*(?:redact|remov|hidden|mask|filter|sanitiz|secret|omit|strip|x{3}|\*{3}|\.{3}).*")


class EntryError(ValueError):
    """An entry that cannot be read; the message says what is wrong with it."""


@dataclass(frozen=True)
class Address:
    """Where a call went."""

    #: Its origin, with the prefix of a gateway.
    base: str
    #: The path, which begins with the documented one.
    path: str


def address(entry: Any) -> SplitResult:
    """Return the URL of an entry. Raises EntryError."""
    request = entry.get("request") if isinstance(entry, Mapping) else None
    if not isinstance(request, Mapping):
        raise EntryError("request is missing" if isinstance(entry, Mapping) else "is not an object")
    url = request.get("url")
    if not isinstance(url, str) or not url or len(url) > LONGEST_URL:
        raise EntryError("request.url is missing" if url is None else "request.url is not a URL")
    try:
        return urlsplit(url)
    except ValueError as error:
        raise EntryError(f"request.url: {error}") from None


def origin(url: SplitResult) -> str:
    """Return scheme, host and port in their usual form: lower case, without the default port. Raises EntryError."""
    try:
        host, port = (url.hostname or "").lower().rstrip("."), url.port
    except ValueError as error:
        raise EntryError(f"request.url: {error}") from None
    scheme = HTTP.get(url.scheme.lower(), url.scheme.lower())
    host = f"[{host}]" if ":" in host else host
    return f"{scheme}://{host}" + (f":{port}" if port is not None and port != PORTS.get(scheme) else "")


def place(url: SplitResult, prefix: str) -> Address | None:
    """Return where a call of the documented path went; None for a URL without that path."""
    at = url.path.find(prefix)
    if at < 0:
        return None
    return Address(origin(url) + url.path[:at], url.path[at:] + ("?query=removed" if url.query else ""))


def has_credentials(entry: Any) -> bool:
    """Return True if a request of the recording has an Authorization header: then its exporter leaves them in."""
    request = entry.get("request") if isinstance(entry, Mapping) else None
    pairs = _pairs(request, "request.headers") if isinstance(request, Mapping) else None
    return any(name.lower() == "authorization" for name, _ in pairs or ())


def exchange_of(entry: Mapping[str, Any], path: str, name: str, *, credentials: bool, attached: Attached) -> Exchange:
    """Return the exchange of an entry.

    Args:
        entry: as the recording has it; its URL was read before.
        path: the documented path within the URL.
        name: the id of the exchange.
        credentials: whether the exporter leaves credentials in.
        attached: finds files that came with the recording.

    Raises EntryError.
    """
    asked, answered = entry["request"], entry.get("response")
    lacks: set[Part] = set()
    try:
        headers = _pairs(asked, "request.headers")
        redactor, label = _credential(asked, headers, lacks, leaves_in=credentials)
        body = _request_body(asked, headers, attached, lacks)
        request = Request(_method(asked), path, _kept(headers), redactor.clean(body), label)
        response = _response(answered, request.method, attached, redactor, lacks) if answered is not None else None
    except ValueError as error:
        raise EntryError(str(error)) from None
    started = moment(entry.get("startedDateTime"))
    if started is None:
        lacks.add(Part.TIME)
    seconds = milliseconds(entry.get("time"))
    trouble = None if response else "no answer"
    return Exchange(name, request, response, trouble, started or 0.0, seconds, frozenset(lacks))


def _method(asked: Mapping[str, Any]) -> str:
    method = asked.get("method")
    if not isinstance(method, str) or not re.fullmatch(r"[A-Za-z]{1,20}", method):
        raise EntryError("request.method is not a method")
    return method.upper()


def _kept(headers: Headers | None) -> Headers:
    return tuple(header_pair(name, value) for name, value in headers or () if name.lower() in KEPT)


def _request_body(asked: Mapping[str, Any], headers: Headers | None, attached: Attached, lacks: set[Part]) -> bytes:
    post = asked.get("postData")
    if headers is None or _leaves_out_type(headers, post):
        lacks.add(Part.REQUEST_HEADERS)
    if _method(asked) in WITHOUT_BODY and not post:
        return b""
    values = _by_name(headers or ())
    sizes = (asked.get("bodySize"), values.get("content-length"))
    body = body_of(post, sizes, values.get("content-encoding"), values.get("transfer-encoding"), attached)
    if body is None:
        lacks.add(Part.REQUEST_BODY)
    return body or b""


def _response(answered: Any, method: str, attached: Attached, redactor: Redactor, lacks: set[Part]) -> Response | None:
    if not isinstance(answered, Mapping):
        raise EntryError("response is not an object")
    status = status_of(answered)
    if status is None:
        return None
    headers = _pairs(answered, "response.headers")
    content = answered.get("content")
    if headers is None or _leaves_out_type(headers, content):
        lacks.add(Part.RESPONSE_HEADERS)
    values = _by_name(headers or ())
    body: bytes | None = b""
    if method != "HEAD" and status not in (204, 304):
        size = content.get("size") if isinstance(content, Mapping) else None
        sizes = (size, answered.get("bodySize"), values.get("content-length"))
        body = body_of(content, sizes, values.get("content-encoding"), values.get("transfer-encoding"), attached)
    if body is None:
        lacks.add(Part.RESPONSE_BODY)
    cleaned = redactor.clean_headers(pair for pair in headers or () if pair[0].lower() not in DROPPED)
    kept = tuple(header_pair(*pair) for pair in cleaned)
    return Response(status, kept, redactor.clean(body or b""), complete=answered.get("_complete") is not False)


def _leaves_out_type(headers: Headers, content: Any) -> bool:
    """Return True if a media type is stated for a body and the headers have none: then they are not all there."""
    stated = content.get("mimeType") if isinstance(content, Mapping) else None
    has_type = any(name.lower() == "content-type" for name, _ in headers)
    return isinstance(stated, str) and "json" in stated.lower() and not has_type


def _credential(
    asked: Mapping[str, Any], headers: Headers | None, lacks: set[Part], *, leaves_in: bool
) -> tuple[Redactor, str]:
    """Return what takes the credentials out of the answer, and their label: `unknown` or `absent`."""
    tokens = tuple(value for name, value in headers or () if name.lower() == "authorization")
    others = any(name.lower() == "cookie" for name, _ in headers or ()) or bool(asked.get("cookies"))
    tokens += given(asked, headers or ())
    if tokens:
        return _redactor(tokens), "unknown"
    if leaves_in and headers is not None and not others:
        return _redactor(()), "absent"
    lacks.add(Part.CREDENTIAL)
    return _redactor(()), "unknown"


@functools.lru_cache(maxsize=32)
def _redactor(values: tuple[str, ...]) -> Redactor:
    """Return what takes out the values of Authorization, wherever they come back; a placeholder is not a secret."""
    words = {word for value in values for word in (value, value.partition(" ")[2])}
    secrets = sorted(word for word in words if len(word) >= SHORTEST and not _is_placeholder(word))
    return Redactor({f"unknown {n}".replace(" 1", ""): Secret(word) for n, word in enumerate(secrets, 1)})


def _is_placeholder(word: str) -> bool:
    """Return True for what an exporter writes in place of a token."""
    token = word.rpartition(" ")[2].lower()
    return _PLACEHOLDER.fullmatch(token) is not None or len(set(token)) <= 2


def _by_name(headers: Headers) -> dict[str, str]:
    return {name.lower(): value for name, value in headers}


def _pairs(message: Mapping[str, Any], where: str) -> Headers | None:
    """Return the headers of a message; None if the recording has none. Raises EntryError."""
    found = tuple(pair for pair in _each(message.get("headers"), where) if not pair[0].startswith(":"))
    return found or None


def _each(headers: Any, where: str) -> Iterator[tuple[str, str]]:
    if headers is None:
        return
    if isinstance(headers, Mapping):
        for name, value in headers.items():
            for each in value if isinstance(value, list) else [value]:
                yield name, _value(each, f"{where}.{name:.40}")
    elif isinstance(headers, list):
        for number, each in enumerate(headers):
            yield _pair(each, f"{where}[{number}]")
    else:
        raise EntryError(f"{where} is not a list")


def _pair(each: Any, where: str) -> tuple[str, str]:
    if isinstance(each, Mapping):
        name, value = each.get("name"), each.get("value")
    elif isinstance(each, list) and len(each) == 2:
        name, value = each
    elif isinstance(each, str):
        name, _, value = each.partition(": ")
    else:
        raise EntryError(f"{where} is not a header")
    if not isinstance(name, str) or not name or len(name) > LONGEST_HEADER:
        raise EntryError(f"{where}.name is not a name")
    return name, _value(value, where)


def _value(value: Any, where: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool | dict | list):
        raise EntryError(f"{where}.value is not a string")
    text = str(value)
    if len(text) > LONGEST_HEADER:
        raise EntryError(f"{where}.value has more than {LONGEST_HEADER:,} characters")
    return text
