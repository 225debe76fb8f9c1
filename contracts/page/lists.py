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
from contracts.page.values import FORMAT, Field, Page, Sample, Section, grouped

_NOISE = frozenset({"object", "array", "list", "parameter", "field", "the", "a", "an", "of", "individual"})

_Mismatch = tuple[str, str, Field | None, Any]
"""A place where a sample departs from the lists: the kind of defect, the key at fault, its field, its value."""


def words(text: str) -> tuple[str, ...]:
    """The words of a name or a title, lower case, singular, without those that say only what kind of thing it is."""
    singular = (re.sub(r"(?<![su])s$", "", re.sub("ies$", "y", word)) for word in re.findall("[a-z]+", text.lower()))
    return tuple(word for word in singular if word not in _NOISE)


def sections(page: Page, role: str) -> tuple[Section, ...]:
    """The lists of one role, without their copies: those whose title says so, and what follows them."""
    found, current = [], None
    for section in page.headings:
        current = next((word for title in reversed(section.path) if (word := _role(title))), current)
        if current == role and section.fields and section is page.copies[section.path][0]:
            found.append(section)
    return tuple(found)


def fields(page: Page, role: str) -> list[Field]:
    """The fields of all lists of one role."""
    return [field for section in sections(page, role) for field in section.fields]


def _role(title: str) -> str | None:
    roles = FORMAT["roles"]
    return next((roles[word] for word in re.findall("[a-z]+", title.lower()) if word in roles), None)


def _outermost(page: Page, role: str) -> tuple[Field, ...]:
    """The fields of the whole that the lists of a role describe: those of the lists that say so, or of the first."""
    own = sections(page, role)
    roots = [section for section in own if _role(section.title) == role] or own[:1]
    return tuple(field for section in roots for field in section.fields)


def insides(page: Page, role: str) -> dict[Field, Section]:
    """Return which list describes the inside of which field of a role: each list once, the surest match first."""
    own, outer = sections(page, role), _outermost(page, role)
    inner = [section for section in own if section.fields[0] not in outer]
    holders = [field for field in fields(page, role) if field.is_composite]
    pairs = [(field, section) for field in holders for section in inner if section.title != field.section]
    found: dict[Field, Section] = {}
    for field, section in sorted(pairs, key=lambda pair: _likeness(*pair), reverse=True):
        if _likeness(field, section) and section not in found.values():
            found.setdefault(field, section)
    return found


def _likeness(field: Field, section: Section) -> int:
    """Return how surely a list describes the inside of a field: by its name, by its text, by a word, or not at all."""
    name, title = words(field.name), words(section.title)
    if name == title:
        return 3
    spoken_of = f" {' '.join(title)} " in f" {' '.join(words(field.definition))} "
    return 2 if spoken_of else int(bool(set(name) & set(title)))


def _mismatches(page: Page) -> Iterator[Defect]:
    """Every way in which the payloads of the samples depart from the lists; the same in several samples is one."""
    for role in ("request", "response"):
        outer, inside = _outermost(page, role), insides(page, role)
        samples = [each for each in page.samples if each.role == role and outer and each.call.payload is not None]
        found = [(sample, each) for sample in samples for each in _compare(outer, inside, sample.call.payload)]
        groups = grouped(((*each[:3], json_type(each[3])), (sample, each)) for sample, each in found)
        yield from (_defect(outer, group) for group in groups.values())


def json_type(value: Any) -> str:
    """Return what JSON calls the type of a value; a whole number is an integer."""
    names = {str: "string", int: "integer", float: "number", list: "array", dict: "object", bool: "boolean"}
    return "null" if value is None else names.get(type(value), "value")


def _compare(listed: tuple[Field, ...], inside: dict[Field, Section], value: Any) -> Iterator[_Mismatch]:
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


def _value(field: Field, inside: dict[Field, Section], value: Any) -> Iterator[_Mismatch]:
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
            else:
                yield "sample-item", field.name, field, item


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
    directives = re.sub(r"([ymd])\1*", lambda run: FORMAT["dates"].get(run[0], "%j"), form)
    with suppress(ValueError):
        return datetime.strptime(value, directives).strftime(directives) == value  # noqa: DTZ007 - a day has no zone
    return False


def _defect(outer: tuple[Field, ...], group: list[tuple[Sample, _Mismatch]]) -> Defect:
    """The same mismatch in one sample or in several as one defect."""
    first, (kind, name, field, value) = group[0]
    whole = kind in {"sample-shape", "sample-missing-field"}
    text = value if isinstance(value, str) else ""
    form = (field and field.format) or "of a UUID"
    iso = kind == "sample-format" and form.lower() != "yyyy-mm-dd" and re.fullmatch(r"\d{4}-\d\d-\d\d", text)
    bare = re.fullmatch(r"-?\d+(\.\d+)?", text)
    return defect(
        f"{kind}.iso" if iso else kind,
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


CHECKS = (_mismatches,)
"""What finds samples that depart from the field lists."""
