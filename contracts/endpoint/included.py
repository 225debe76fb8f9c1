"""The clauses that an endpoint includes: what every call must do, with the call's own method, path and fields in it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from contracts import PACKAGE
from contracts.endpoint.call import Call, Field

STANDARD = PACKAGE / "standard" / "clauses.toml"
"""Their texts."""

Entries = dict[str, dict[str, dict[str, Any]]]
"""Clauses as TOML has them, by section and slug."""


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(STANDARD.read_text("utf-8"))


def names() -> list[str]:
    """Return the sections that can be included."""
    return list(_file()["sections"])


def every() -> Iterator[str]:
    """Yield the ids of the clauses that can be included by their sections."""
    return (f"{section}.{slug}" for section in names() for slug in _file()[section])


def titles(sections: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return the title and the category of sections."""
    return {name: _file()["sections"][name] for name in sections}


def included(sections: Iterable[str], call: Call) -> Entries:
    """Return the clauses of these sections, and those of the table of fields."""
    words = {
        "method": call.method,
        "path": call.path,
        "others": f"{', '.join(call.others[:-1])} and {call.others[-1]}",
    }
    found: Entries = {name: _filled(_file()[name], words) for name in sections}
    for field in call.fields:
        for kind, clause, cite in _said(field):
            section, _, slug = clause.partition(".")
            where = (field.inside or field.where) if kind == "unknown" else field.where
            entry = {"where": where, **_filled(_file()["fields"][kind], _words(call, field))}
            found.setdefault(section, {})[slug] = entry | ({"cites": [cite]} if cite else {})
    return found


def _said(field: Field) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield what the table says of a field: the kind of its clause, the clause, and the fact that it cites."""
    member = {"field": field.name, "section": field.where}
    if field.missing:
        yield "required", field.missing, {**member, "required": True}
    kind = "container" if field.type in {"object", "array"} else "value"
    if field.path and not field.path.endswith("[]"):
        yield kind, field.typed, {**member, "type": field.type}
    else:
        pointer = f"/{field.path.replace('[]', '/0').replace('.', '/')}" if field.path else ""
        yield kind, field.typed, {"sample": "Request", "pointer": pointer}
    if field.null:
        yield "null", field.null, {}
    if field.unlisted:
        yield "unknown", field.unlisted, {}


def _words(call: Call, field: Field) -> dict[str, str]:
    parent = call.field(field.parent) if field.parent is not None else None
    noun = (parent.noun if parent else "") or "body"
    name = f"Each {field.noun}" if field.path.endswith("[]") else f"`{field.name}`" if field.path else "The body"
    return {
        "name": field.name,
        "Name": name,
        "type": _a(field.type),
        "Container": _a(noun).capitalize(),
        "noun": "the body" if not field.path else _a(field.noun or field.name),
    }


def _a(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def _filled(value: Any, words: Mapping[str, str]) -> Any:
    """Return a value with words in the place of their names in braces."""
    if isinstance(value, str):
        for name, word in words.items():
            value = value.replace(f"{{{name}}}", word)
        return value
    if isinstance(value, dict):
        filled = {key: _filled(each, words) for key, each in value.items()}
        return filled | ({"method": filled["method"].lower()} if set(filled) == {"method"} else {})
    return [_filled(each, words) for each in value] if isinstance(value, list) else value
