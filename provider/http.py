"""What goes in and out of a call, apart from any server: a message, an answer, and a refusal on the way."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Message:
    """A request as it came in."""

    #: The verb.
    method: str
    #: The path, still percent-encoded.
    path: str
    #: The headers, by name in lower case; of several with one name, all values with commas between them.
    headers: Mapping[str, str]
    #: The bytes of the body.
    body: bytes
    #: What follows the question mark of the path.
    query: str = ""


@dataclass(frozen=True)
class Answer:
    """A response."""

    #: The status code.
    status: int
    #: The bytes of the body.
    body: bytes = b""
    #: The headers, by name.
    headers: Mapping[str, str] = field(default_factory=dict)
    #: Whether its length is open until it ends.
    chunked: bool = False
    #: Second headers of a name.
    more: tuple[tuple[str, str], ...] = ()


class RefusalError(Exception):
    """The request is at fault: a status code, a word for the cause, a sentence, and the field if it is one's."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        field: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.field = field
        self.headers = dict(headers or {})
        self.more: tuple[tuple[str, str], ...] = ()


def as_json(status: int, value: Any, headers: Mapping[str, str] | None = None) -> Answer:
    """An answer whose body is a JSON value."""
    return Answer(status, json.dumps(value).encode(), {"Content-Type": "application/json", **(headers or {})})
