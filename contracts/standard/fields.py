"""The members of a body against the table of fields: what is missing, of another type, or not listed."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from contracts.endpoint.call import Call, Field
from contracts.endpoint.judges import planner
from contracts.endpoint.plan import Kit, PlannedCase, change
from contracts.model.case import Trait
from contracts.standard.numbers import classify
from contracts.standard.requests import changed, with_value
from contracts.standard.texts import MISSING, kind

TYPES: dict[str, type] = {"object": dict, "array": list, "string": str}
NUMBERS = ("integer", "decimal")
PLAIN = {"integer": ("integer",), "decimal": ("integer", "spelling", "type")}
"""The kinds (contracts/standard/numbers.py) of numbers that are not negative and that every JSON parser reads alike."""


def traits(value: Any, path: str, call: Call, *, deep: bool = True) -> Iterator[Trait]:
    """Yield the traits of a value and of its members; of what is in them only if `deep`."""
    field = call.field(path)
    if field is None:
        return
    if not is_of_type(value, field.type):
        yield _of_type(value, field)
    elif field.type == "object":
        yield from _of_members(value, field, call, deep=deep)
    elif field.type == "array" and deep:
        for element in value:
            yield from traits(element, f"{path}[]", call)


def _of_members(value: dict[str, Any], field: Field, call: Call, *, deep: bool) -> Iterator[Trait]:
    members = call.members(field.path)
    if value.keys() - {name for each in members for name in each.names}:
        yield Trait(field.unlisted, "an unlisted field", field.path)
    for each in members:
        found = next((value[name] for name in each.names if name in value), MISSING)
        if found is MISSING:
            if each.required:
                yield Trait(each.missing, "absent", each.path)
        elif not is_of_type(found, each.type):
            yield _of_type(found, each)
        elif deep:
            yield from traits(found, each.path, call)


def _of_type(value: Any, field: Field) -> Trait:
    clause = field.null if value is None and field.null else field.typed
    label = classify(value).label if field.type in NUMBERS else kind(value)
    return Trait(clause, label, field.path)


def is_of_type(value: Any, name: str) -> bool:
    """Return True if a JSON value is of a type of the table, or is read as a number by some (`is_open`)."""
    if name not in NUMBERS:
        return isinstance(value, TYPES[name])
    fraction = name == "decimal" and (isinstance(value, float) or (isinstance(value, str) and _is_decimal(value)))
    return fraction or classify(value).kind != "type"


def is_open(value: Any, path: str, call: Call) -> bool:
    """Return True if a number is written in a way of which the table says nothing: in a string, or with many digits."""
    field = call.field(path)
    if field is None:
        return False
    if field.type in NUMBERS:
        unusual = isinstance(value, str) or classify(value).kind not in PLAIN[field.type]
        return is_of_type(value, field.type) and unusual
    if field.type == "array":
        return isinstance(value, list) and any(is_open(each, f"{path}[]", call) for each in value)
    listed = call.members(path) if isinstance(value, dict) else ()
    return any(is_open(value[each.name], each.path, call) for each in listed if each.name in value)


def _is_decimal(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


# ------------------------------------------------------------------------------------------------- cases

VALUES: dict[str, Any] = {
    "null": None,
    "boolean": True,
    "number": 1,
    "fraction": 5.5,
    "string": "text",
    "array": [],
    "arrays": [[]],
    "object": {},
    "condition": {"$ne": ""},
}
ONLY = {
    "arrays": ("object",),
    "fraction": ("integer",),
    "object": ("array", "object", "integer", "decimal"),
    "condition": ("string",),
}
"""The types for which some of them say something that others do not."""


@planner
def type_cases(kit: Kit) -> Iterator[PlannedCase]:
    """Each member missing, and of every other type."""
    for field in _planned(kit.call):
        if field.missing:
            yield change(f"{field.missing}/absent", with_value(field.path, MISSING))
        for name, value in VALUES.items():
            if field.type in ONLY.get(name, (field.type,)) and not is_of_type(value, field.type):
                clause = field.null if value is None and field.null else field.typed
                yield change(f"{clause}/{name}", _set(field, value))
        if field.unlisted:
            yield change(f"{field.unlisted}/note", changed(field.path, lambda value: {**value, "note": "x"}))


def _set(field: Field, value: Any) -> Any:
    return with_value(field.path, value) if field.path else changed("", lambda _body: value)


@planner
def container_cases(kit: Kit) -> Iterator[PlannedCase]:
    """Valid content in the wrong container: in an array, in an object, without its array, or inside another object."""
    call = kit.call
    required = [field for field in call.members("") if field.required]
    if len(required) == 1:
        name = required[0].name
        yield change(f"{required[0].missing}/in another object", changed("", lambda body: {"order": body}))
        if required[0].type == "array":
            typed = next(field for field in call.fields if not field.path).typed
            yield change(f"{typed}/the {name} alone", changed("", lambda body: body[name]))
    for field in _planned(call):
        if field.type == "array":
            yield change(f"{field.typed}/its first element", changed(field.path, lambda value: value[0]))
            yield change(f"{field.typed}/an object of all", changed(field.path, lambda value: dict(enumerate(value))))
        elif field.required or field.type == "object":
            yield change(f"{field.typed}/in an array", changed(field.path, lambda value: [value]))
        if field.type == "string" and field.required:
            yield change(f"{field.typed}/in an object", changed(field.path, lambda value: {"value": value}))


@planner
def name_cases(kit: Kit) -> Iterator[PlannedCase]:
    """Listed names written otherwise: in upper case, which may be read as the listed ones, and in camel case."""
    for field in _planned(kit.call):
        if field.required:
            upper = changed(field.parent or "", renaming(field.name, field.name.upper()))
            yield change(f"request-parameters.member-name-case/of {field.name}", upper)
            if field.type not in {"object", "array"} and "_" in field.name:
                camel = changed(field.parent or "", renaming(field.name, camel_case(field.name)))
                yield change(f"{field.missing}/in camel case", camel)


def renaming(name: str, spelled: str) -> Any:
    """Return what makes of an object one in which a member has another name."""
    return lambda value: {spelled if key == name else key: member for key, member in value.items()}


def camel_case(name: str) -> str:
    """Return `quantity_accepted` as `quantityAccepted`."""
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


def _planned(call: Call) -> Iterator[Field]:
    """The rows for which cases are planned here."""
    return (field for field in call.fields if field.cases)
