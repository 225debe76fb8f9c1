"""Defects: what samples send and get back, held against the field lists."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from contracts.model.clause import Defect
from contracts.page import lists
from contracts.page.lists import Node
from contracts.page.values import Field, Page, Sample
from contracts.page.wording import UUID, told

_JSON_TYPES: tuple[tuple[tuple[str, ...], str], ...] = (
    (("string", "text", "char", "uuid", "date", "time", "url", "email"), "string"),
    (("integer", "int"), "integer"),
    (("decimal", "number", "float", "double"), "number"),
    (("boolean", "bool"), "boolean"),
    (("array", "list"), "array"),
    (("object", "hash", "map"), "object"),
)
_PLACES = re.compile(r"(\d+) decimal places", re.IGNORECASE)
_LETTERS = 3


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
    grouped: dict[tuple[str, str, str, int], list[_Mismatch]] = {}
    for sample in page.samples:
        tree = lists.described(page, "response" if sample.is_response else "request")
        if not tree or sample.call.payload is None:
            continue
        for found in _compare(tree, sample.call.payload, sample):
            listed = found.field.line if found.field else 0
            key = (found.kind, found.name, json_type(found.value), listed)
            grouped.setdefault(key, []).append(found)
    for group in grouped.values():
        yield _defect(page, group)


def json_type(value: Any) -> str:
    """What JSON calls the type of a value; a whole number is an integer."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    names = {str: "string", int: "integer", float: "number", list: "array", dict: "object"}
    return names.get(type(value), "value")


def _compare(nodes: tuple[Node, ...], value: Any, sample: Sample) -> Iterator[_Mismatch]:
    """One object against its list; a whole that is no object is told once, and not looked into."""
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
        inside = value if isinstance(value, list) else [value]
        for item in inside:
            if isinstance(item, dict):
                yield from _compare(node.children, item, sample)
            else:
                yield _Mismatch("sample-item", field.name, field, item, sample, line)


def _fits(listed: str | None, value: Any) -> bool:
    """Whether a value has the listed type; a type this reader does not know fits anything."""
    wanted = next((json for names, json in _JSON_TYPES if listed and listed.startswith(names)), None)
    return wanted is None or wanted == json_type(value) or (wanted == "number" and json_type(value) == "integer")


def _formed(field: Field, value: Any) -> bool:
    """Whether a value has the listed format; a UUID is a format that the name alone asks for."""
    if isinstance(value, str) and field.name.endswith("uuid"):
        return bool(UUID.fullmatch(value)) or re.search(r"[{<\[:$]", value) is not None
    form = (field.format or "").lower()
    if places := _PLACES.match(form):
        exponent = Decimal(str(value)).as_tuple().exponent if json_type(value) in {"number", "integer"} else 0
        return isinstance(exponent, int) and -exponent <= int(places[1])
    if isinstance(value, str) and re.fullmatch(r"[ymd]+(?:[-/.][ymd]+)+", form):
        return bool(re.fullmatch(_date_pattern(form), value)) and _exists(form, value)
    return True


def _date_pattern(form: str) -> str:
    """A format token as a pattern: each letter is one digit; three or four for a month may be its name."""

    def run(match: re.Match[str]) -> str:
        letter, length = match[1], len(match[0])
        if letter != "y" and length >= _LETTERS:
            return rf"(?:\d{{{length}}}|[A-Za-z]{{{length}{',' if length > _LETTERS else ''}}})"
        return rf"\d{{{length}}}"

    return re.sub(r"([ymd])\1*", run, form.replace(".", r"\."))


def _exists(form: str, value: str) -> bool:
    if form != "yyyy-mm-dd":
        return True
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _defect(page: Page, group: list[_Mismatch]) -> Defect:
    first = group[0]
    lines = sorted({found.line for found in group})
    titles = ", ".join(dict.fromkeys(found.sample.title or found.sample.language for found in group))
    what, suggestion = _WORDS[first.kind](page, first, f"{told(lines)} ({titles})")
    return Defect(first.kind, lines[0], what, suggestion)


def _shape(page: Page, found: _Mismatch, where: str) -> tuple[str, str]:
    role = "response" if found.sample.is_response else "request"
    tree = lists.described(page, role)
    names = ", ".join(f"`{node.field.name}` (line {node.field.line})" for node in tree)
    item = f" of {json_type(found.value[0])}s" if isinstance(found.value, list) and found.value else ""
    keyed = " keyed by UUIDs" if item and isinstance(found.value[0], dict) and _keyed(found.value[0]) else ""
    what = f"The {role}'s field list describes an object with {names}; the sample on {where} is of type "
    what += f"{json_type(found.value)}{item}{keyed}, in which none of the listed fields can stand."
    return what, "Find out which of the two deployments follow, and write the other after it."


def _item(_: Page, found: _Mismatch, where: str) -> tuple[str, str]:
    line = found.field.line if found.field else 0
    what = f"What `{found.name}` (line {line}) holds has a field list; on {where} it is a {json_type(found.value)}."
    return what, "Write objects in the samples, or take the list of their fields out."


def _keyed(value: dict[str, Any]) -> bool:
    return bool(value) and all(UUID.fullmatch(key) for key in value)


def _unlisted(_: Page, found: _Mismatch, where: str) -> tuple[str, str]:
    what = f"The field `{found.name}` stands in samples on {where} and in no field list of its place."
    return what, f"Add `{found.name}` to the list, or take it out of the samples."


def _missing(_: Page, found: _Mismatch, where: str) -> tuple[str, str]:
    listed = found.field.line if found.field else 0
    what = f"The field `{found.name}` is required by the list in line {listed} and missing in samples on {where}."
    return what, f"Add `{found.name}` to the samples, or do not mark it as required."


def _type(_: Page, found: _Mismatch, where: str) -> tuple[str, str]:
    listed, line = (found.field.type, found.field.line) if found.field else ("", 0)
    shown, kind = json.dumps(found.value), json_type(found.value)
    what = f"`{found.name}` is of type {listed} in the list (line {line}) and a {kind} such as {shown} on {where}."
    bare = found.value if kind == "string" and re.fullmatch(r"-?\d+(\.\d+)?", found.value) else None
    fix = f"Write {bare} without quotes in the samples" if bare else f"Write a value of type {listed} in the samples"
    return what, f"{fix}, or say in the list that a {kind} is meant."


def _format(_: Page, found: _Mismatch, where: str) -> tuple[str, str]:
    form = (found.field and found.field.format) or "of a UUID"
    line, shown = found.field.line if found.field else 0, json.dumps(found.value)
    what = f"`{found.name}` has the format {form} in the list (line {line}); {shown} on {where} has not."
    return what, _format_advice(form, found.value)


def _format_advice(form: str, value: Any) -> str:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value) and form.lower() != "yyyy-mm-dd":
        return "Write yyyy-mm-dd in the list, if the samples are right; else write the samples as the list says."
    return "Make the list and the samples say the same."


_WORDS = {
    "sample-shape": _shape,
    "sample-item": _item,
    "sample-unlisted-field": _unlisted,
    "sample-missing-field": _missing,
    "sample-type": _type,
    "sample-format": _format,
}
