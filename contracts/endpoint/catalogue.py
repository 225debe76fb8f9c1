"""Loads `clauses.toml`: every clause of one call, those that it includes first in each section."""

from __future__ import annotations

import functools
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from contracts.endpoint import included
from contracts.endpoint.call import Call, Field
from contracts.model.clause import Clause, Level, Reading, Status
from contracts.model.definition import DefinitionError

REFUSAL_CODES = (400, 422)
"""What refuses a request at fault where a clause does not say more: the code table's 400 and 422."""


class CatalogueError(DefinitionError):
    """A `clauses.toml` that cannot be used; the message names file, table, key and what is wrong."""


@dataclass(frozen=True)
class Catalogue:
    """What the data of an endpoint says: its clauses, in the order of the file."""

    #: The clauses, by id.
    clauses: Mapping[str, Clause]
    #: The titles of the sections of the page, by name.
    sections: Mapping[str, str]
    #: The method, the path and the fields.
    call: Call = field(default_factory=Call)

    @functools.cached_property
    def questions(self) -> tuple[Clause, ...]:
        """The clauses a target may answer in more than one way."""
        return tuple(clause for clause in self.clauses.values() if clause.is_question)


def load(path: Path) -> Catalogue:
    """Read a `clauses.toml`. Raises CatalogueError where it is missing, malformed or contradicts itself."""
    try:
        text = path.read_text("utf-8")
        data = tomllib.loads(text)
    except OSError as error:
        raise CatalogueError(f"{path}: cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CatalogueError(f"{path}: invalid TOML: {error}") from error
    _validate(path, data)
    call = _call(data.pop("call", {}), data.pop("fields", []))
    standard = data.pop("standard", [])
    sections = data.pop("sections", {}) or {}
    sections |= {name: words for name, words in included.titles(standard).items() if name not in sections}
    entries = _joined(included.included(standard, call) if call.method else {}, data)
    _check_sections(path, entries, sections)
    lines, endpoint = _lines(text), path.parent.name
    clauses = {
        f"{section}.{slug}": _clause(f"{section}.{slug}", entry, sections[section]["category"], lines, endpoint)
        for section in sections
        for slug, entry in entries.get(section, {}).items()
    }
    _cross_check(path, clauses)
    return Catalogue(clauses, {name: section["title"] for name, section in sections.items()}, call)


def _call(call: dict[str, str], fields: list[dict[str, Any]]) -> Call:
    rows = (Field(**{**row, "also": tuple(row.get("also", ()))}) for row in fields)
    return Call(call.get("method", ""), call.get("path", ""), tuple(rows))


def _joined(standard: included.Entries, own: included.Entries) -> included.Entries:
    """Return clauses that are included, with the keys that the endpoint's own tables state instead, and its own."""
    joined: included.Entries = {section: dict(entries) for section, entries in standard.items()}
    for section, entries in own.items():
        for slug, entry in entries.items():
            before = joined.setdefault(section, {}).get(slug, {})
            readings = {**before.get("readings", {}), **entry.get("readings", {})}
            joined[section][slug] = {**before, **entry, **({"readings": readings} if readings else {})}
    return joined


def _validate(path: Path, data: dict[str, Any]) -> None:
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - heavy, and needed once

    schema = json.loads(Path(__file__).with_name("clauses.schema.json").read_text("utf-8"))
    error = next(iter(Draft202012Validator(schema).iter_errors(data)), None)
    if error is not None:
        found = ".".join(str(part) for part in error.absolute_path) or "the file"
        raise CatalogueError(f"{path}: {found}: {error.message}")


def _check_sections(path: Path, entries: included.Entries, sections: Mapping[str, Any]) -> None:
    for section, clauses in entries.items():
        if section not in sections:
            raise CatalogueError(f"{path}: [{section}]: name this section under [sections] too")
        for slug, entry in clauses.items():
            for key in ("means", "where"):
                if key not in entry:
                    raise CatalogueError(f"{path}: {section}.{slug}: '{key}' is a required property")


def _lines(text: str) -> dict[str, int]:
    """Where each table begins: `[section.slug]` -> line, counted from 1."""
    numbered = enumerate(text.splitlines(), start=1)
    return {line.strip()[1:-1]: number for number, line in numbered if line.startswith("[")}


def _clause(name: str, entry: dict[str, Any], category: str, lines: Mapping[str, int], endpoint: str) -> Clause:
    readings = tuple(
        Reading(reading, data["means"], frozenset(data["evidence"]), data.get("departs_from"), data["says"])
        for reading, data in entry.get("readings", {}).items()
    )
    return Clause(
        id=name,
        level=Level(entry.get("level", "must")),
        status=Status(entry.get("status", "clear")),
        means=entry["means"],
        where=entry["where"],
        source=tuple(entry.get("source", ["page"])),
        category=entry.get("category", category),
        cites=tuple(entry.get("cites", ())),
        expects=entry.get("expects"),
        decided_by=entry.get("decided_by"),
        codes=tuple(entry.get("codes", ())),
        refusals_of=tuple(entry.get("refusals_of", ())),
        kind=entry.get("kind", name),
        explains=tuple(entry.get("explains", ())),
        basic=entry.get("basic", False),
        readings=readings,
        mixed=entry.get("mixed"),
        under={question: tuple(names) for question, names in entry.get("under", {}).items()},
        pooled=entry.get("pooled", False),
        line=lines.get(name, 0),
        endpoint=endpoint,
    )


def _cross_check(path: Path, clauses: Mapping[str, Clause]) -> None:
    for clause in clauses.values():
        for key, names in (("refusals_of", clause.refusals_of), ("explains", clause.explains)):
            unknown = [name for name in names if name not in clauses]
            if unknown:
                raise CatalogueError(f"{path}: {clause.id}: {key}: {unknown[0]} is not a clause of this file")
        for question, names in clause.under.items():
            known = {reading.name for reading in clauses[question].readings} if question in clauses else set()
            if not known.issuperset(names):
                raise CatalogueError(f"{path}: {clause.id}: under: {question} has no reading {names}")
        if clause.decided_by and not clause.readings:
            raise CatalogueError(f"{path}: {clause.id}: decided_by: needs readings to decide between")
        if clause.mixed and clause.mixed not in {reading.name for reading in clause.readings}:
            raise CatalogueError(f"{path}: {clause.id}: mixed: {clause.mixed} is none of its readings")
