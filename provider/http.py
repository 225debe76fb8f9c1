"""What goes in and out of a call, apart from any server: a message, an answer, and a refusal on the way."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Message:
    """A request as it came in.

    `path` is still percent-encoded; `query` is what follows its question mark. Header names are lower case,
    and one that came several times holds all its values, with commas between them.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    query: str = ""


@dataclass(frozen=True)
class Answer:
    """A response; `chunked` leaves its length open until it ends, `more` are second header fields of a name."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    chunked: bool = False
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
