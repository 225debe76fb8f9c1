"""Defects: what samples send and get back, held against the field lists."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from contracts.model.clause import Defect
from contracts.page import lists
from contracts.page.lists import Node
from contracts.page.values import Field, Page, Sample
from contracts.page.wording import UUID, defect, in_lines

_JSON_TYPES = {
    "string": ("string", "text", "char", "uuid", "date", "time", "url", "email"),
    "integer": ("integer", "int"),
    "number": ("decimal", "number", "float", "double"),
    "boolean": ("boolean", "bool"),
    "array": ("array", "list"),
    "object": ("object", "hash", "map"),
}
_PLACES = re.compile(r"(\d+) decimal places", re.IGNORECASE)
_DATES = {"yyyy": "%Y", "yy": "%y", "mmmm": "%B", "mmm": "%b", "mm": "%m", "m": "%m", "dd": "%d", "d": "%d"}
"""What parts of a format are to `strptime`; three digits of a day are that of a year."""


@dataclass(frozen=True, slots=True)
class _Mismatch:
    """A place where one sample departs from the lists; `name` is the key that is at fault."""

    kind: str
    name: str
    field: Field | None
    value: Any
    sample: Sample
    line: int


def find(page: Page) -> Iterator[Defect]:
    """Every way in which the payloads of the samples depart from the lists; the same in several samples is one."""
    trees = {role: lists.described(page, role) for role in ("request", "response")}
    grouped: dict[tuple[Any, ...], list[_Mismatch]] = {}
    for sample in page.samples:
        tree = trees["response" if sample.is_response else "request"]
        if tree and sample.call.payload is not None:
            for found in _compare(tree, sample.call.payload, sample):
                key = (found.kind, found.name, json_type(found.value), found.field and found.field.line)
                grouped.setdefault(key, []).append(found)
    yield from (_defect(trees, group) for group in grouped.values())


def json_type(value: Any) -> str:
    """Return what JSON calls the type of a value; a whole number is an integer."""
    names = {str: "string", int: "integer", float: "number", list: "array", dict: "object", bool: "boolean"}
    return "null" if value is None else names.get(type(value), "value")


def _compare(nodes: tuple[Node, ...], value: Any, sample: Sample) -> Iterator[_Mismatch]:
    """One object against its list; a whole that is not an object is named once, and not looked into."""
    if not isinstance(value, dict):
        yield _Mismatch("sample-shape", "", None, value, sample, sample.line)
        return
    known = {node.field.name: node for node in nodes}
    for name in value:
        if name not in known:
            yield _Mismatch("sample-unlisted-field", str(name), None, value[name], sample, sample.line_of(str(name)))
    for name, node in known.items():
        if name in value:
            yield from _value(node, value[name], sample)
        elif node.field.required:
            yield _Mismatch("sample-missing-field", name, node.field, None, sample, sample.line)


def _value(node: Node, value: Any, sample: Sample) -> Iterator[_Mismatch]:
    field, line = node.field, sample.line_of(node.field.name)
    if value is None and not field.required:
        return
    if not _fits(field.type, value):
        yield _Mismatch("sample-type", field.name, field, value, sample, line)
    elif not _formed(field, value):
        yield _Mismatch("sample-format", field.name, field, value, sample, line)
    elif node.children:
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict):
                yield from _compare(node.children, item, sample)
            else:
                yield _Mismatch("sample-item", field.name, field, item, sample, line)


def _fits(listed: str | None, value: Any) -> bool:
    """Return whether a value has the listed type; a type this reader does not know fits anything."""
    wanted = next((name for name, words in _JSON_TYPES.items() if listed and listed.startswith(words)), None)
    return wanted in {None, json_type(value)} or (wanted, json_type(value)) == ("number", "integer")


def _formed(field: Field, value: Any) -> bool:
    """Return whether a value has the listed format; a UUID is a format that the name alone asks for."""
    if isinstance(value, str) and field.name.endswith("uuid"):
        return bool(UUID.fullmatch(value)) or re.search(r"[{<\[:$]", value) is not None
    form = (field.format or "").lower()
    if places := _PLACES.match(form):
        exponent = Decimal(str(value)).as_tuple().exponent if json_type(value) in {"number", "integer"} else 0
        return isinstance(exponent, int) and -exponent <= int(places[1])
    if isinstance(value, str) and re.fullmatch(r"[ymd]+(?:[-/.][ymd]+)+", form):
        directives = re.sub(r"([ymd])\1*", lambda run: _DATES.get(run[0], "%j"), form)
        with suppress(ValueError):
            return datetime.strptime(value, directives).strftime(directives) == value  # noqa: DTZ007 - a day has no zone
        return False
    return True


def _defect(trees: dict[str, tuple[Node, ...]], group: list[_Mismatch]) -> Defect:
    """The same mismatch in one sample or in several as one defect."""
    first = group[0]
    field, value, kind = first.field, first.value, json_type(first.value)
    role = "response" if first.sample.is_response else "request"
    titles = ", ".join(dict.fromkeys(found.sample.title or found.sample.language for found in group))
    iso = isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value)
    is_iso = first.kind == "sample-format" and iso and field and (field.format or "").lower() != "yyyy-mm-dd"
    bare = isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?", value)
    return defect(
        f"{first.kind}.iso" if is_iso else first.kind,
        min(found.line for found in group),
        name=first.name,
        where=f"{in_lines(found.line for found in group)} ({titles})",
        type=kind,
        shown=json.dumps(value),
        listed=field.line if field else 0,
        listed_type=field.type if field else None,
        form=(field and field.format) or "of a UUID",
        right=f"{value} without quotes" if bare else f"a value of type {field.type if field else None}",
        role=role,
        listed_fields=", ".join(f"`{node.field.name}` (line {node.field.line})" for node in trees[role]),
        items=_items(value),
    )


def _items(value: Any) -> str:
    """Return what an array holds, in words; nothing for other values."""
    if not isinstance(value, list) or not value:
        return ""
    keyed = isinstance(value[0], dict) and value[0] and all(UUID.fullmatch(key) for key in value[0])
    return f" of {json_type(value[0])}s{' keyed by UUIDs' if keyed else ''}"
