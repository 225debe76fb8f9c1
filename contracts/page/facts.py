"""The facts that clauses cite of a page: where they are, and what of the page no clause cites.

A cite is a table of `clauses.toml`. Its keys say what kind of fact it is:

- `method`; `path`, in which `{name}` means a UUID or a placeholder of the title;
- `field` with `section`, and any of `type`, `required`, `format`;
- `sample` with, if wanted, a JSON `pointer` into its payload, and the `value` or the JSON `type` found there;
- `header` with what its value `starts` with, in any sample;
- `include`; `heading`, with something below it; `term` with the `section` in whose text it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contracts.model.clause import Clause
from contracts.page.kept import write
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
    """The cited facts that are not on the page; a cite of no known kind is one of them."""
    cited = ((clause, cite) for clause in clauses for cite in clause.cites)
    return tuple(BrokenCite(clause.id, cite, clause.line) for clause, cite in cited if not lines_of(page, cite))


def states(page: Page, clauses: Iterable[Clause], key: str) -> bool:
    """Return whether the page states what these clauses cite of it by `key`, as `method` or `path`."""
    cites = [cite for clause in clauses for cite in clause.cites if key in cite]
    return bool(cites) and all(lines_of(page, cite) for cite in cites)


def uncovered(page: Page, clauses: Iterable[Clause]) -> tuple[Statement, ...]:
    """Return the statements of the page that no clause cites, by line; of copies that differ, both."""
    cites = [cite for clause in clauses for cite in clause.cites]
    return tuple(said for said in statements(page) if not any(_covers(cite, said.cite) for cite in cites))


def write_places(page: Page, clauses: Iterable[Clause], path: Path) -> None:
    """Keep the lines of headings, samples and clauses; the same page and clauses, the same bytes."""
    titles: dict[str, set[int]] = {}
    for title, line in [(each.title, each.line) for part in (page.sections, page.samples) for each in part]:
        titles.setdefault(title, set()).add(line)
    places = {each.id: sorted({line for cite in each.cites for line in lines_of(page, cite)}) for each in clauses}
    write(
        path,
        "On which lines of the page each clause is",
        sha256=page.sha256,
        titles={title: sorted(lines) for title, lines in titles.items()},
        clauses={clause: lines for clause, lines in places.items() if lines},
    )


def lines_of(page: Page, cite: Cite) -> tuple[int, ...]:
    """The lines on which the page says what a cite claims, those of copies too; none if it does not say it."""
    for (needed, allowed), find in _KINDS.items():
        if needed <= cite.keys() <= needed | allowed:
            return tuple(find(page, cite))
    return ()


def _method(page: Page, cite: Cite) -> Iterator[int]:
    if page.method == str(cite["method"]).lower():
        yield page.front["method"]


def _path(page: Page, cite: Cite) -> Iterator[int]:
    if page.path is not None and same_path(cite["path"], page.path):
        yield page.front["title"]


def same_path(cited: str, title: str) -> bool:
    """Return whether a title is the cited path, in which `{name}` means a UUID or a placeholder."""
    ours, theirs = cited.split("/"), title.split("/")
    return len(ours) == len(theirs) and all(map(_same_segment, ours, theirs))


def _same_segment(cited: str, written: str) -> bool:
    if not re.fullmatch(r"\{\w+\}", cited):
        return cited == written
    return bool(UUID.fullmatch(written)) or written.startswith(("{", ":", "<"))


def _field(page: Page, cite: Cite) -> Iterator[int]:
    claimed = {"name" if key == "field" else key: value for key, value in cite.items()}
    same = (field for field in page.fields if all(getattr(field, key) == value for key, value in claimed.items()))
    return (field.line for field in same)


def _sample(page: Page, cite: Cite) -> Iterator[int]:
    named = [token for token in cite.get("pointer", "").split("/") if token and not token.isdecimal()]
    for sample in page.samples:
        if sample.title == cite["sample"] and _shows(sample.call.payload, cite):
            yield sample.line_of(named[-1]) if named else sample.line


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
        if not isinstance(payload, dict) and not (isinstance(payload, list) and key.isdecimal()):
            raise LookupError(pointer)
        payload = payload[key] if isinstance(payload, dict) else payload[int(key)]
    return payload


def _header(page: Page, cite: Cite) -> Iterator[int]:
    for sample in page.samples:
        yield from (sample.line_of(cite["header"]) for pair in sample.call.headers if _sends(cite, *pair))


def _sends(cite: Cite, name: str, value: str) -> bool:
    return bool(cite["header"].lower() == name.lower() and value.startswith(cite.get("starts", "")))


def _include(page: Page, cite: Cite) -> Iterator[int]:
    return (include.line for include in page.includes if include.text == cite["include"])


def _heading(page: Page, cite: Cite) -> Iterator[int]:
    found = page.named(cite["heading"])
    return (section.line for section in found if any(each.blocks or each.samples for each in found))


def _term(page: Page, cite: Cite) -> Iterator[int]:
    blocks = (block for section in page.named(cite["section"]) for block in section.blocks)
    return (block.line for block in blocks if _even(cite["term"]) in _even(block.text))


def _even(text: str) -> str:
    return " ".join(text.split()).lower()


_KINDS: dict[tuple[frozenset[str], frozenset[str]], Callable[[Page, Cite], Iterator[int]]] = {
    (frozenset({"method"}), frozenset()): _method,
    (frozenset({"path"}), frozenset()): _path,
    (frozenset({"field", "section"}), frozenset({"type", "required", "format"})): _field,
    (frozenset({"sample"}), frozenset({"pointer", "value", "type"})): _sample,
    (frozenset({"header"}), frozenset({"starts"})): _header,
    (frozenset({"include"}), frozenset()): _include,
    (frozenset({"heading"}), frozenset()): _heading,
    (frozenset({"term", "section"}), frozenset()): _term,
}
"""For each kind of fact the keys its cite needs and those it may have, and what finds its lines."""


def statements(page: Page) -> tuple[Statement, ...]:
    """All that the page states and a clause can cite, each once, in the order of the lines."""
    first: dict[str, Statement] = {}
    for line, cite in sorted(_said(page), key=lambda said: said[0]):
        first.setdefault(repr(cite), Statement(line, cite))
    return tuple(first.values())


def _said(page: Page) -> Iterator[tuple[int, Cite]]:
    """Yield all that the page states, with its line; a cite names no particular UUID."""
    if page.method:
        yield page.front["method"], {"method": page.method}
    if page.path:
        yield page.front["title"], {"path": UUID.sub("{uuid}", page.path)}
    for section in page.sections:
        if section.blocks:
            yield section.line, {"heading": DESCRIPTION if section.title in DESCRIPTIONS else section.title}
        marks = any(field.required for field in section.fields)
        yield from ((field.line, cite) for field in section.fields for cite in _field_cites(field, marks=marks))
    for sample in page.samples:
        yield sample.line, {"sample": sample.title}
        yield from ((sample.line_of(name), {"header": name, "starts": value}) for name, value in sample.call.headers)
    yield from ((include.line, {"include": include.text}) for include in page.includes)


def _field_cites(field: Field, *, marks: bool) -> list[Cite]:
    """One cite for each thing said of a field. Not being marked as required says something where others are."""
    said = {"type": field.type, "format": field.format, "required": field.required if marks else None}
    base = {"field": field.name, "section": field.section}
    return [base | {key: value} for key, value in said.items() if value is not None] or [base]


def _covers(cite: Cite, statement: Cite) -> bool:
    """Return whether a clause's cite speaks of a statement; a heading is covered by whatever cites its section."""
    if "heading" in statement:
        return statement["heading"] in {cite.get("heading"), cite.get("section")}
    if "header" in statement:
        return "header" in cite and _sends(cite, statement["header"], statement["starts"])
    if "path" in statement:
        return "path" in cite and same_path(cite["path"], statement["path"])
    return all(key in cite and cite[key] == value for key, value in statement.items())
