"""Reads what the field lists of a page describe together, and finds defects: samples that depart from them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any

from contracts.model.clause import Defect
from contracts.page.kept import UUID, defect
from contracts.page.values import FORMAT, FieldEntry, Page, Sample, Section, grouped

_Mismatch = tuple[str, str, FieldEntry | None, Any]
"""A place where a sample departs from the lists: the kind of defect, the key at fault, its field, its value."""


def sections(page: Page, role: str) -> tuple[Section, ...]:
    """The lists of one role, without their copies: those whose title says so, and what follows them."""
    found, current = [], None
    for section in page.headings:
        current = next((word for title in reversed(section.path) if (word := _role(title))), current)
        if current == role and section.fields and section is page.copies[section.path][0]:
            found.append(section)
    return tuple(found)


def fields(page: Page, role: str) -> list[FieldEntry]:
    """The fields of all lists of one role."""
    return [field for section in sections(page, role) for field in section.fields]


def _role(title: str) -> str | None:
    roles = FORMAT["roles"]
    return next((roles[word] for word in re.findall("[a-z]+", title.lower()) if word in roles), None)


def insides(page: Page, role: str) -> dict[FieldEntry, Section]:
    """Return which list describes the inside of which field of a role: the next one whose heading has a word of it."""
    found: dict[FieldEntry, Section] = {}
    for section in sections(page, role)[1:]:
        open_ones = (field for field in fields(page, role) if field.is_composite and field not in found)
        holder = next((each for each in open_ones if each not in section.fields and _shares(each, section)), None)
        if holder:
            found[holder] = section
    return found


def _shares(field: FieldEntry, section: Section) -> bool:
    """Return whether a word of a field's name is one of a heading, in the singular or in the plural."""
    title = re.findall("[a-z]{3,}", section.title.lower())
    return any(one.startswith(two) or two.startswith(one) for one in field.name.split("_") for two in title)


def _mismatches(page: Page) -> Iterator[Defect]:
    """Every way in which the payloads of the samples depart from the lists; the same in several samples is one."""
    for role in ("request", "response"):
        lists, inside = sections(page, role), insides(page, role)
        outer = tuple(field for each in lists if each not in inside.values() for field in each.fields)
        samples = [each for each in page.samples if each.role == role and outer and each.call.payload is not None]
        found = [(sample, each) for sample in samples for each in _compare(outer, inside, sample.call.payload)]
        groups = grouped(((*each[:3], json_type(each[3])), (sample, each)) for sample, each in found)
        yield from (_defect(outer, group) for group in groups.values())


def json_type(value: Any) -> str:
    """Return what JSON calls the type of a value; a whole number is an integer."""
    names = {str: "string", int: "integer", float: "number", list: "array", dict: "object", bool: "boolean"}
    return "null" if value is None else names.get(type(value), "value")


def _compare(listed: tuple[FieldEntry, ...], inside: dict[FieldEntry, Section], value: Any) -> Iterator[_Mismatch]:
    """One object against its list; a whole that is not an object is named once, and not looked into."""
    if not isinstance(value, dict):
        yield "sample-shape", "", None, value
        return
    unlisted = value.keys() - {field.name for field in listed}
    yield from (("sample-unlisted-field", str(name), None, value[name]) for name in unlisted)
    for field in listed:
        if field.name in value:
            yield from _value(field, inside, value[field.name])
        elif field.required:
            yield "sample-missing-field", field.name, field, None


def _value(field: FieldEntry, inside: dict[FieldEntry, Section], value: Any) -> Iterator[_Mismatch]:
    if value is None and not field.required:
        return
    if field.json_type not in {None, json_type(value)} and (field.json_type, type(value)) != ("number", int):
        yield "sample-type", field.name, field, value
    elif not _formed(field, value):
        yield "sample-format", field.name, field, value
    elif field in inside:
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict):
                yield from _compare(inside[field].fields, inside, item)


def _formed(field: FieldEntry, value: Any) -> bool:
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
    directives = re.sub(r"([ymd])\1*", lambda run: FORMAT["dates"].get(run[0], "%j"), form)
    with suppress(ValueError):
        return datetime.strptime(value, directives).strftime(directives) == value  # noqa: DTZ007 - a day has no zone
    return False


def _defect(outer: tuple[FieldEntry, ...], group: list[tuple[Sample, _Mismatch]]) -> Defect:
    """The same mismatch in one sample or in several as one defect."""
    first, (kind, name, field, value) = group[0]
    whole = kind in {"sample-shape", "sample-missing-field"}
    text = value if isinstance(value, str) else ""
    form = (field and field.format) or "of a UUID"
    bare = re.fullmatch(r"-?\d+(\.\d+)?", text)
    return defect(
        kind,
        [sample.line if whole else sample.line_of(name) for sample, _ in group],
        name=name,
        field=field,
        titles=", ".join(dict.fromkeys(sample.name for sample, _ in group)),
        type=json_type(value),
        shown=json.dumps(value),
        form=form,
        right=f"{text} without quotes" if bare else f"a value of type {field and field.type}",
        role=first.role,
        listed_fields=", ".join(f"`{each.name}` (line {each.line})" for each in outer),
        items=_items(value),
    )


def _items(value: Any) -> str:
    """Return what an array holds, in words; nothing for other values."""
    if not isinstance(value, list) or not value:
        return ""
    keyed = isinstance(value[0], dict) and value[0] and all(UUID.fullmatch(key) for key in value[0])
    return f" of {json_type(value[0])}s{' keyed by UUIDs' if keyed else ''}"


def _unshown(page: Page) -> Iterator[Defect]:
    """Fields of the response that no sample of it shows."""
    responses = [each.call.payload for each in page.samples if each.role == "response"]
    shown = json.dumps([payload for payload in responses if payload is not None])
    hidden = [field for field in fields(page, "response") if json.dumps(field.name) not in shown and shown != "[]"]
    if hidden:
        names = ", ".join(f"`{field.name}` (line {field.line})" for field in hidden)
        yield defect("unshown-field", hidden[0].line, names=names)


CHECKS = (_mismatches, _unshown)
"""What finds samples that depart from the field lists."""
