"""The facts that clauses cite of a page: whether they still stand, and what of the page no clause cites.

A cite is a table of `clauses.toml`. Its keys say what kind of fact it is:

- `method`; `path`, in which `{name}` stands for a UUID or a placeholder of the title;
- `field` with `section`, and any of `type`, `required`, `format`;
- `sample` with, if wanted, a JSON `pointer` into its payload, and the `value` or the JSON `type` found there;
- `header` with what its value `starts` with, in any sample;
- `include`; `heading`, with something below it; `term` with the `section` in whose text it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.model.clause import Clause
from contracts.page.payloads import json_type
from contracts.page.values import DESCRIPTION, DESCRIPTIONS, Field, Page
from contracts.page.wording import UUID

Cite = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BrokenCite:
    """A cite that finds nothing on the page; `line` is that of the clause in its file, 0 where unknown."""

    clause: str
    cite: Cite
    line: int = 0


@dataclass(frozen=True, slots=True)
class Statement:
    """Something the page says, and the cite that a clause on it would have."""

    line: int
    cite: Cite


def check(page: Page, clauses: Iterable[Clause]) -> tuple[BrokenCite, ...]:
    """The cited facts that do not stand on the page; a cite of no known kind is one of them."""
    return tuple(
        BrokenCite(clause.id, cite, clause.line)
        for clause in clauses
        for cite in clause.cites
        if not stands(page, cite)
    )


def uncovered(page: Page, clauses: Iterable[Clause]) -> tuple[Statement, ...]:
    """What the page says and no clause cites, in the order of its lines. Where copies differ, both count."""
    cites = [cite for clause in clauses for cite in clause.cites]
    return tuple(
        statement for statement in statements(page) if not any(_covers(cite, statement.cite) for cite in cites)
    )


def stands(page: Page, cite: Cite) -> bool:
    """Whether the page says what a cite claims; where copies differ, one of them is enough."""
    for keys, kind in _KINDS.items():
        needed, allowed = keys
        if needed <= cite.keys() <= needed | allowed:
            return kind(page, cite)
    return False


def _method(page: Page, cite: Cite) -> bool:
    return page.method == str(cite["method"]).lower()


def _path(page: Page, cite: Cite) -> bool:
    return page.path is not None and same_path(cite["path"], page.path)


def same_path(cited: str, title: str) -> bool:
    """Whether a title is the cited path, in which `{name}` stands for a UUID or a placeholder."""
    ours, theirs = cited.split("/"), title.split("/")
    return len(ours) == len(theirs) and all(map(_same_segment, ours, theirs))


def _same_segment(cited: str, written: str) -> bool:
    if not re.fullmatch(r"\{\w+\}", cited):
        return cited == written
    return bool(UUID.fullmatch(written)) or written.startswith(("{", ":", "<"))


def _field(page: Page, cite: Cite) -> bool:
    return any(_is(field, cite) for field in page.fields)


def _is(field: Field, cite: Cite) -> bool:
    same = field.name == cite["field"] and field.section == cite["section"]
    return same and all(getattr(field, key) == cite[key] for key in ("type", "required", "format") if key in cite)


def _sample(page: Page, cite: Cite) -> bool:
    return any(_shows(sample.call.payload, cite) for sample in page.samples if sample.title == cite["sample"])


def _shows(payload: Any, cite: Cite) -> bool:
    if "pointer" not in cite:
        return not {"value", "type"} & cite.keys()
    try:
        value = at(payload, cite["pointer"])
    except LookupError:
        return False
    wanted = cite.get("value", value)
    same = type(wanted) is type(value) and wanted == value
    return same and cite.get("type", json_type(value)) == json_type(value)


def at(payload: Any, pointer: str) -> Any:
    """The value a JSON pointer (RFC 6901) finds. Raises LookupError where it finds none, or there is no payload."""
    if payload is None:
        raise LookupError(pointer)
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        if isinstance(payload, list) and key.isdecimal():
            payload = payload[int(key)]
        elif isinstance(payload, dict):
            payload = payload[key]
        else:
            raise LookupError(pointer)
    return payload


def _header(page: Page, cite: Cite) -> bool:
    sent = (pair for sample in page.samples for pair in sample.call.headers)
    return any(_sends(cite, name, value) for name, value in sent)


def _sends(cite: Cite, name: str, value: str) -> bool:
    return bool(cite["header"].lower() == name.lower() and value.startswith(cite.get("starts", "")))


def _include(page: Page, cite: Cite) -> bool:
    return any(include.path == cite["include"] for include in page.includes)


def _heading(page: Page, cite: Cite) -> bool:
    return any(section.blocks or section.samples for section in page.named(cite["heading"]))


def _term(page: Page, cite: Cite) -> bool:
    wanted = " ".join(cite["term"].split()).lower()
    return any(wanted in section.text.lower() for section in page.named(cite["section"]))


_KINDS: dict[tuple[frozenset[str], frozenset[str]], Callable[[Page, Cite], bool]] = {
    (frozenset({"method"}), frozenset()): _method,
    (frozenset({"path"}), frozenset()): _path,
    (frozenset({"field", "section"}), frozenset({"type", "required", "format"})): _field,
    (frozenset({"sample"}), frozenset({"pointer", "value", "type"})): _sample,
    (frozenset({"header"}), frozenset({"starts"})): _header,
    (frozenset({"include"}), frozenset()): _include,
    (frozenset({"heading"}), frozenset()): _heading,
    (frozenset({"term", "section"}), frozenset()): _term,
}
"""For each kind of fact the keys its cite needs and those it may have, and who looks it up."""


def statements(page: Page) -> tuple[Statement, ...]:
    """All that the page states and a clause can cite, each once, in the order of the lines."""
    found = [Statement(page.front[key], {kind: value}) for key, kind, value in _front(page) if value]
    for section in page.sections:
        title = DESCRIPTION if section.title in DESCRIPTIONS else section.title
        found += [Statement(section.line, {"heading": title})] if section.blocks else []
        marks = any(field.required for field in section.fields)
        for field in section.fields:
            found += [Statement(field.line, cite) for cite in _field_cites(field, marks=marks)]
    for sample in page.samples:
        found.append(Statement(sample.line, {"sample": sample.title}))
        found += [Statement(sample.line_of(n), {"header": n, "starts": value}) for n, value in sample.call.headers]
    found += [Statement(include.line, {"include": include.path}) for include in page.includes]
    first: dict[str, Statement] = {}
    for statement in sorted(found, key=lambda statement: statement.line):
        first.setdefault(repr(statement.cite), statement)
    return tuple(first.values())


def _front(page: Page) -> tuple[tuple[str, str, str | None], ...]:
    """Key of the front matter, key of the cite, value; a cite names no particular UUID."""
    path = UUID.sub("{uuid}", page.path) if page.path else None
    return ("method", "method", page.method), ("title", "path", path)


def _field_cites(field: Field, *, marks: bool) -> list[Cite]:
    """One cite for each thing said of a field. Not being marked as required says something where others are."""
    said = {"type": field.type, "format": field.format, "required": field.required if marks else None}
    base = {"field": field.name, "section": field.section}
    return [base | {key: value} for key, value in said.items() if value is not None] or [base]


def _covers(cite: Cite, statement: Cite) -> bool:
    """Whether a clause's cite speaks of a statement; a heading is covered by whatever cites its section."""
    if "heading" in statement:
        return statement["heading"] in {cite.get("heading"), cite.get("section")}
    if "header" in statement:
        return "header" in cite and _sends(cite, statement["header"], statement["starts"])
    if "path" in statement:
        return "path" in cite and same_path(cite["path"], statement["path"])
    return all(key in cite and cite[key] == value for key, value in statement.items())
