"""Whether the same request gets different answers again and again, as from backends of different versions. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from contracts.judging.attempts import SAFE
from contracts.model.exchange import Exchange
from contracts.model.nesting import is_too_deep

CHANGES = 3
"""So many changes of the answer to one request are more than what other requests did in between: back and forth."""

REMEMBERED = 4_096
"""Requests of which the last answer is remembered."""

DEEPEST = 8


@dataclass
class Backends:
    """Counts how often the form of the answer to a request changes: its status, and the names and types in its body."""

    _last: dict[int, int] = field(default_factory=dict)
    _changes: dict[int, int] = field(default_factory=dict)

    def add(self, exchange: Exchange) -> None:
        """Take one more answer of the application into account."""
        request = exchange.request
        if request.method in SAFE:
            return  # what is read changes with what was written
        key = hash((request.method, request.path, request.body, request.credential, request.header("Content-Type")))
        if exchange.response is None or (key not in self._last and len(self._last) >= REMEMBERED):
            return
        form = hash((exchange.response.status, form_of(exchange.response.body)))
        if self._last.setdefault(key, form) != form:
            self._changes[key] = self._changes.get(key, 0) + 1
            self._last[key] = form

    @property
    def changing(self) -> int:
        """The number of requests whose answer has changed back and forth."""
        return sum(changes >= CHANGES for changes in self._changes.values())


def form_of(body: bytes) -> str:
    """Return the names and types in a JSON text; of anything else, that it is none."""
    try:
        text = body.decode("utf-8")
        return "too deep" if is_too_deep(text) else _form(json.loads(text), DEEPEST)
    except ValueError:
        return "no JSON" if body else "no body"


def _form(value: Any, depth: int) -> str:
    if isinstance(value, dict) and depth:
        return "{" + ",".join(f"{name}:{_form(value[name], depth - 1)}" for name in sorted(value)) + "}"
    if isinstance(value, list) and depth:
        return "[" + ",".join(sorted({_form(each, depth - 1) for each in value})) + "]"
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__
