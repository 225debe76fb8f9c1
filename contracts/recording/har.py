"""The parts of a HAR, one after the other, within bounds: its entries, and what a run of ours adds to it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from contracts.recording.bounded import BeyondBoundsError, BrokenJsonError, JsonReader
from contracts.recording.files import Source
from contracts.recording.moments import moment
from contracts.recording.recorded import RecordingError


@dataclass(frozen=True)
class Piece:
    """A part of a HAR."""

    #: entry, case, run, or end: the file ends early.
    kind: str
    #: Its number among the entries.
    position: int
    #: What it holds; None if it could not be read.
    value: Any
    #: Why it could not be read.
    problem: str | None = None


NAMED: Final = frozenset({"_id", "_credential"})
"""Members of our own entries that have another place in the journal; all others have the same name there."""

LISTS: Final = {"entries": "entry", "_cases": "case"}


def pieces(source: Source) -> Iterator[Piece]:
    """Yield the parts of a HAR. Raises RecordingError if it is not JSON, or not a HAR, and OSError."""
    with source.text() as file:
        reader = JsonReader(file)
        began = False
        try:
            for piece in _pieces(reader):
                began = True
                yield piece
        except BrokenJsonError as error:
            if not began:
                raise RecordingError(f"{source.name}: {error}") from None
            yield Piece("end", 0, None, str(error))
        except _NotHarError as error:
            raise RecordingError(f"{source.name}: {error}") from None


class _NotHarError(ValueError):
    """JSON that is not a HAR."""


def _pieces(reader: JsonReader) -> Iterator[Piece]:
    _expect(reader, "{", "is not a HAR: not an object")
    for name in reader.members():
        if name == "log":
            _expect(reader, "{", "log is not an object")
            for inner in reader.members():
                yield from _member(reader, inner)
        else:  # some tools leave the outermost object out
            yield from _member(reader, name)


def _member(reader: JsonReader, name: str) -> Iterator[Piece]:
    if name in LISTS:
        _expect(reader, "[", f"log.{name} is not a list")
        for position in reader.elements():
            yield _read(reader, LISTS[name], position)
    elif name == "_run":
        yield _read(reader, "run", 0)
    else:
        reader.skip()


def _read(reader: JsonReader, kind: str, position: int) -> Piece:
    try:
        return Piece(kind, position, reader.value())
    except BeyondBoundsError as error:
        return Piece(kind, position, None, str(error))


def _expect(reader: JsonReader, mark: str, message: str) -> None:
    found = reader.peek()
    if found and found != mark:
        raise _NotHarError(message)


def own_line(entry: Mapping[str, Any], path: str) -> dict[str, Any]:
    """Return an entry of a run's own HAR as the line of its journal. Raises ValueError, LookupError or TypeError.

    `path` is the documented path within its URL.
    """
    asked, answered = entry["request"], entry["response"]
    line: dict[str, Any] = {
        "kind": "exchange",
        "id": entry["_id"],
        "started": moment(entry["startedDateTime"]),
        "seconds": entry["time"] / 1000,
        "request": {
            "method": asked["method"],
            "path": path,
            "credential": entry["_credential"],
            "headers": _named(asked["headers"]),
            **_body(asked.get("postData", {"text": ""}), "_encoding"),
        },
    }
    if answered["status"]:
        line["response"] = {
            "status": answered["status"],
            "headers": _named(answered["headers"]),
            "complete": answered["_complete"],
            **_body(answered["content"], "encoding"),
        }
    extra = {name: value for name, value in entry.items() if name.startswith("_") and name not in NAMED}
    return line | {name.removeprefix("_"): value for name, value in extra.items()}


def _named(headers: list[Mapping[str, str]]) -> list[list[str]]:
    return [[header["name"], header["value"]] for header in headers]


def _body(content: Mapping[str, Any], encoding: str) -> dict[str, str]:
    text = content["text"]
    if content.get(encoding) != "base64":
        return {"text": text}
    try:
        base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(f"a body is not base64: {error}") from None
    return {"base64": text}
