"""Defects: what samples send and get back, held against the field lists."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts.model.clause import Defect
from contracts.page import lists
from contracts.page.values import Field, Page, Sample, Section, grouped
from contracts.page.wording import UUID, defect, in_lines

_DATE_PARTS = {"yyyy": "%Y", "yy": "%y", "mmmm": "%B", "mmm": "%b", "mm": "%m", "m": "%m", "dd": "%d", "d": "%d"}
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
    for role in ("request", "response"):
        fields, inside = lists.outermost(page, role), lists.inside(page, role)
        samples = [each for each in page.samples if each.role == role and fields and each.call.payload is not None]
        found = [each for sample in samples for each in _compare(fields, inside, sample.call.payload, sample)]
        groups = grouped(((each.kind, each.name, json_type(each.value), each.field), each) for each in found)
        yield from (_defect(fields, group) for group in groups.values())


def json_type(value: Any) -> str:
    """Return what JSON calls the type of a value; a whole number is an integer."""
    names = {str: "string", int: "integer", float: "number", list: "array", dict: "object", bool: "boolean"}
    return "null" if value is None else names.get(type(value), "value")


def _compare(
    fields: tuple[Field, ...], inside: dict[Field, Section], value: Any, sample: Sample
) -> Iterator[_Mismatch]:
    """One object against its list; a whole that is not an object is named once, and not looked into."""
    if not isinstance(value, dict):
        yield _Mismatch("sample-shape", "", None, value, sample, sample.line)
        return
    for name in value.keys() - {field.name for field in fields}:
        yield _Mismatch("sample-unlisted-field", str(name), None, value[name], sample, sample.line_of(str(name)))
    for field in fields:
        if field.name in value:
            yield from _value(field, inside, value[field.name], sample)
        elif field.required:
            yield _Mismatch("sample-missing-field", field.name, field, None, sample, sample.line)


def _value(field: Field, inside: dict[Field, Section], value: Any, sample: Sample) -> Iterator[_Mismatch]:
    line = sample.line_of(field.name)
    if value is None and not field.required:
        return
    if field.json_type not in {None, json_type(value)} and (field.json_type, type(value)) != ("number", int):
        yield _Mismatch("sample-type", field.name, field, value, sample, line)
    elif not _formed(field, value):
        yield _Mismatch("sample-format", field.name, field, value, sample, line)
    elif field in inside:
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict):
                yield from _compare(inside[field].fields, inside, item, sample)
            else:
                yield _Mismatch("sample-item", field.name, field, item, sample, line)


def _formed(field: Field, value: Any) -> bool:
    """Return whether a value has the listed format; a UUID is a format that the name alone asks for."""
    form = (field.format or "").lower()
    if isinstance(value, int | float):
        return not form.endswith("decimal places") or round(value, int(form.split()[0])) == value
    if not isinstance(value, str):
        return True
    if field.name.endswith("uuid"):
        return re.search(r"[{<\[:$]", value) is not None or UUID.fullmatch(value) is not None
    if not re.fullmatch(r"[ymd]+(?:[-/.][ymd]+)+", form):
        return True
    directives = re.sub(r"([ymd])\1*", lambda run: _DATE_PARTS.get(run[0], "%j"), form)
    with suppress(ValueError):
        return datetime.strptime(value, directives).strftime(directives) == value  # noqa: DTZ007 - a day has no zone
    return False


def _defect(fields: tuple[Field, ...], group: list[_Mismatch]) -> Defect:
    """The same mismatch in one sample or in several as one defect."""
    first = group[0]
    field, value = first.field, first.value
    text = value if isinstance(value, str) else ""
    listed_type = field.type if field else None
    titles = ", ".join(dict.fromkeys(found.sample.title or found.sample.language for found in group))
    form = (field and field.format) or "of a UUID"
    iso = first.kind == "sample-format" and form.lower() != "yyyy-mm-dd" and re.fullmatch(r"\d{4}-\d\d-\d\d", text)
    return defect(
        f"{first.kind}.iso" if iso else first.kind,
        min(found.line for found in group),
        name=first.name,
        where=f"{in_lines(found.line for found in group)} ({titles})",
        type=json_type(value),
        shown=json.dumps(value),
        listed=field.line if field else 0,
        listed_type=listed_type,
        form=form,
        right=f"{text} without quotes" if re.fullmatch(r"-?\d+(\.\d+)?", text) else f"a value of type {listed_type}",
        role=first.sample.role,
        listed_fields=", ".join(f"`{field.name}` (line {field.line})" for field in fields),
        items=_items(value),
    )


def _items(value: Any) -> str:
    """Return what an array holds, in words; nothing for other values."""
    if not isinstance(value, list) or not value:
        return ""
    keyed = isinstance(value[0], dict) and value[0] and all(UUID.fullmatch(key) for key in value[0])
    return f" of {json_type(value[0])}s{' keyed by UUIDs' if keyed else ''}"
