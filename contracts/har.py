"""HAR 1.2 as others write it: entries of one call, with what is secret taken out. Reads a stream."""

from __future__ import annotations

import base64
import datetime
import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import ijson

from contracts.model.exchange import Exchange, Request, Response
from contracts.recording import Facts, RecordingError, facts_of
from contracts.store import Store, alone
from contracts.transport.journal import header_pair
from contracts.transport.redaction import Redactor
from contracts.transport.secrets import SHORTEST, Secret

KEPT = frozenset({"content-type", "accept", "user-agent", "x-request-id", "content-length"})
"""Request headers that are read: any other may hold a secret, and none of them is judged."""

DROPPED = frozenset({"content-encoding", "transfer-encoding"})
"""Response headers that speak of bytes on the wire; a HAR has the content decoded."""


@dataclass
class Har:
    """What a HAR says of a call: `passed_over` counts entries of anything else, `origins` are where it was sent."""

    facts: Facts | None = None
    passed_over: int = 0
    origins: set[str] = field(default_factory=set)


def read(path: Path, store: Store, prefix: str, read_prefix: str | None, base_url: str | None = None) -> Har:
    """Keep the entries of a HAR whose path begins with the prefix, at one origin if it is given.

    In a HAR of a run of ours, orders that were read back begin with `read_prefix`, and it says which exchanges are a
    case; in another, each is a case of its own. Raises RecordingError.
    """
    found = Har()
    try:
        with path.open("rb") as file:
            found.facts = next((facts_of(_plain(each)) for each in ijson.items(file, "log._run")), None)
        prefixes = (prefix, read_prefix or prefix) if found.facts else (prefix,)
        with path.open("rb") as file:
            told = next(ijson.items(file, "log._cases.item"), None) is not None
        with path.open("rb") as file:
            for number, entry in enumerate(ijson.items(file, "log.entries.item")):
                exchange = _take(found, _plain(entry), number, prefixes, base_url)
                if exchange is not None:
                    store.add_exchange(exchange)
                    if not told:
                        store.add_case(alone(exchange))
        with path.open("rb") as file:
            for case in ijson.items(file, "log._cases.item") if told else ():
                store.add_case(case)
    except ijson.JSONError as error:
        raise RecordingError(f"{path}: is no JSON: {str(error)[:200]}") from None
    except _EntryError as error:
        raise RecordingError(f"{path}: {error}") from None
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise RecordingError(f"{path}: log: is no HAR 1.2: {str(error)[:200]}") from None
    if not store.exchanges and not found.passed_over:
        raise RecordingError(f"{path}: log.entries: there is none; export the recording as HAR 1.2")
    return found


class _EntryError(ValueError):
    """An entry that is none; the message names it."""


def _take(found: Har, entry: Any, number: int, prefixes: tuple[str, ...], base_url: str | None) -> Exchange | None:
    """The exchange of an entry, or None where it is passed over."""
    try:
        url = urlsplit(entry["request"]["url"])
        origin = f"{url.scheme}://{url.netloc.rpartition('@')[2]}"
        if not url.path.startswith(prefixes) or (base_url is not None and origin != base_url.rstrip("/")):
            found.passed_over += 1
            return None
        exchange = _exchange(entry, f"entry-{number + 1:06}")
        found.origins.add(origin)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        said = f"{error} is missing" if isinstance(error, KeyError) else str(error)[:200]
        raise _EntryError(f"log.entries[{number}]: is no entry of HAR 1.2: {said}") from None
    return exchange


def _exchange(entry: Mapping[str, Any], name: str) -> Exchange:
    asked = entry["request"]
    url = urlsplit(asked["url"])
    path = f"{url.path}?{url.query}" if url.query else url.path
    headers = [(str(each["name"]), str(each["value"])) for each in asked["headers"]]
    told = [value for key, value in headers if key.lower() == "authorization"]
    credential = entry.get("_credential") or ("unknown" if told else "absent")
    kept = tuple(header_pair(key, value) for key, value in headers if key.lower() in KEPT)
    redactor = _redactor(tuple(told))
    request = Request(
        asked["method"], path, kept, redactor.clean(_text((asked.get("postData") or {}), "text")), credential
    )
    started = datetime.datetime.fromisoformat(entry["startedDateTime"]).timestamp()
    seconds = max(float(entry["time"]), 0.0) / 1000
    response = _response(entry["response"], redactor)
    trouble = None if response else str(entry.get("_trouble") or entry["response"].get("_error") or "no answer")
    return Exchange(str(entry.get("_id") or name), request, response, trouble, started, seconds)


def _response(answered: Mapping[str, Any], redactor: Redactor) -> Response | None:
    """The response; none where the client had none (its status is 0)."""
    status = int(answered["status"])
    if not 100 <= status < 600:
        return None
    told = ((str(each["name"]), str(each["value"])) for each in answered["headers"])
    kept = redactor.clean_headers(pair for pair in told if pair[0].lower() not in DROPPED)
    headers = tuple(header_pair(*pair) for pair in kept)
    body = redactor.clean(_text(answered.get("content") or {}, "text"))
    return Response(status, headers, body, complete=answered.get("_complete", True))


@functools.lru_cache(maxsize=64)
def _redactor(headers: tuple[str, ...]) -> Redactor:
    """Takes out what stood in Authorization, wherever it comes back."""
    words = {word for header in headers for word in (header, header.partition(" ")[2]) if len(word) >= SHORTEST}
    return Redactor({f"unknown {n}".replace(" 1", ""): Secret(word) for n, word in enumerate(sorted(words), 1)})


def _text(content: Mapping[str, Any], key: str) -> bytes:
    """A body: text is UTF-8, or what base64 says."""
    text = content.get(key) or ""
    if content.get("encoding") == "base64" or content.get("_encoding") == "base64":
        return base64.b64decode(text)
    return str(text).encode("utf-8", "surrogatepass")


def _plain(value: Any) -> Any:
    """Ijson's decimals as floats."""
    if isinstance(value, Decimal):
        return float(value) if value % 1 else int(value)
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value
