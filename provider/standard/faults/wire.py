"""A success on the wire: its code, its media type, its JSON, its shape."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from provider.fault import Fault, Stage, fault
from provider.http import Answer
from provider.standard.handler import StandardCall

AT = "response-parameters"
BODY, TYPE, STATUS = "openapi.body", "openapi.content-type", "openapi.status-code"
PARSES, REFLECTED = f"{AT}.json-parses", "http.no-reflection"


def answering(name: str, what: str, edit: Callable[[Answer], Answer], *breaks: str, also: tuple[str, ...]) -> Fault:
    """Make a fault that edits a success."""

    def deviation(_call: StandardCall, honest: Stage, *seen: Any) -> Answer:
        return edit(honest(*seen))

    return Fault(name, what, "carried_out", deviation, breaks, also)


def _status(status: int, phrase: str) -> Fault:
    what = f"A success is answered {status} {phrase}."
    edit = lambda answer: replace(answer, status=status)  # noqa: E731
    return answering(f"success-is-{status}", what, edit, "response-codes.success", also=(STATUS,))


def _declared(name: str, media_type: str | None) -> Fault:
    headers = {"Content-Type": media_type} if media_type else {}
    what = f"A success is declared {media_type}." if media_type else "A success declares no media type."
    return answering(name, what, lambda a: replace(a, headers=headers), f"{AT}.media-type", also=(TYPE, REFLECTED))


def changed(
    name: str, what: str, edit: Callable[[bytes], bytes], clause: str = PARSES, also: tuple[str, ...] = ()
) -> Fault:
    """Make a fault that edits the bytes of a success."""
    seen = (BODY, "openapi.headers", *also)
    return answering(name, what, lambda a: replace(a, body=edit(a.body)), clause, also=seen)


@fault("carried_out", "response-codes.success", also=(STATUS,))
def answers_204(_call: StandardCall, honest: Stage, *seen: Any) -> Answer:
    """A success is answered 204, without a body."""
    honest(*seen)
    return Answer(204)


STATUSES = (
    _status(202, "Accepted"),
    _status(206, "Partial Content"),
    _status(207, "Multi-Status"),
    _status(226, "IM Used"),
)
MEDIA_TYPES = (
    _declared("success-as-text", "text/plain"),
    _declared("success-as-html", "text/html; charset=utf-8"),
    _declared("success-as-text-json", "text/json"),
    _declared("success-as-problem", "application/problem+json"),
    _declared("success-as-octets", "application/octet-stream"),
    _declared("success-without-a-media-type", None),
)
JSON = (
    changed("success-cut-off", "The last character of a success is missing.", lambda body: body[:-1]),
    changed("success-without-a-body", "A success has no body.", lambda _body: b""),
    changed("success-with-something-behind", "A success has a character behind the JSON.", lambda body: body + b";"),
    changed("success-twice", "A success is written twice.", lambda body: body + body),
    changed("success-as-a-call", "A success is the argument of a call.", lambda body: b"callback(" + body + b")"),
    changed("success-in-single-quotes", "A success is quoted as Python does.", lambda body: body.replace(b'"', b"'")),
    changed("success-with-a-trailing-comma", "A success ends in a comma.", lambda body: body[:-1] + b"," + body[-1:]),
    changed("success-in-utf-16", "A success is UTF-16.", lambda body: body.decode().encode("utf-16")),
    changed("success-with-a-byte-order-mark", "A byte order mark is before it.", lambda body: b"\xef\xbb\xbf" + body),
)
