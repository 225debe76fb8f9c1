"""An answer taken apart: its shape, and what it says of each line item. Judges nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from contracts.allocate_order.parsed import ITEM, LINES, MISSING, Line, Parsed, parse_json
from contracts.context import Context
from contracts.model import Exchange

NOT_FOUND = ("item not found", "not found", "unknown")


@dataclass(frozen=True)
class Entry:
    """What an answer says of one line item: its members (object form) or its status (array form)."""

    name: Any
    members: dict[str, Any]
    status: Any = MISSING

    @property
    def key(self) -> str | None:
        """The UUID it names, in lower case."""
        return self.name.lower() if isinstance(self.name, str) else None


@dataclass(frozen=True)
class Answer:
    """`shape` is object, array or other; `strays` are elements that are no entry of that shape."""

    shape: str
    entries: tuple[Entry, ...] = ()
    strays: tuple[Any, ...] = ()


def read(exchange: Exchange) -> Answer | None:
    """The answer of an accepted request, or None where it is no JSON, says a thing twice, or has no end."""
    if exchange.response is None or not exchange.accepted or not exchange.response.complete:
        return None
    parsed = parse_json(exchange.response.body)
    if parsed.error is not None or parsed.repeated:
        return None
    value = parsed.value
    if isinstance(value, dict) and isinstance(value.get(LINES), list):
        elements = value[LINES]
        good = [e for e in elements if isinstance(e, dict)]
        entries = tuple(Entry(e.get(ITEM, MISSING), e, _status(e)) for e in good)
        return Answer("object", entries, tuple(e for e in elements if not isinstance(e, dict)))
    if isinstance(value, list):
        good = [e for e in value if isinstance(e, dict) and len(e) == 1]
        entries = tuple(Entry(name, e, status) for e in good for name, status in e.items())
        return Answer("array", entries, tuple(e for e in value if not (isinstance(e, dict) and len(e) == 1)))
    return Answer("other")


def _status(members: dict[str, Any]) -> Any:
    return next((value for key, value in members.items() if "status" in key.lower()), MISSING)


def asked(exchange: Exchange, context: Context) -> tuple[Line, ...]:
    """The lines of the request, as parsed."""
    parsed = context.view(exchange).detail
    return parsed.lines if isinstance(parsed, Parsed) else ()


def reported(exchange: Exchange, context: Context, *, all_lines: bool = False) -> bool:
    """Whether an answer carries out none of the request's foreign lines (of all lines, if `all_lines`).

    A line is not carried out if the answer leaves it out, or gives it a status that says so.
    """
    answer = read(exchange)
    if answer is None:
        return False
    names = {str(line.name).lower() for line in asked(exchange, context) if all_lines or not line.own}
    about = [entry for entry in answer.entries if entry.key in names]
    return not any(_carried_out(entry) for entry in about)


def _carried_out(entry: Entry) -> bool:
    return not (isinstance(entry.status, str) and entry.status.lower() in NOT_FOUND)
