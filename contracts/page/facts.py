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
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from contracts.model.clause import Clause
from contracts.page.kept import UUID, write
from contracts.page.lists import json_type
from contracts.page.values import DESCRIPTION, DESCRIPTIONS, Page, grouped

Cite = Mapping[str, Any]

_OPTIONAL = frozenset({"type", "required", "format", "starts", "value"})
"""The keys that a cite may leave out; it needs all others of the fact that it cites."""


@dataclass(frozen=True, slots=True)
class BrokenCite:
    """A cite that finds nothing on the page."""

    #: The clause that cites it.
    clause: str
    #: What is cited.
    cite: Cite
    #: The line of the clause in its file; 0 if it is unknown.
    line: int = 0


@dataclass(frozen=True, slots=True)
class Statement:
    """Something the page says, and the cite that a clause on it would have."""

    #: The line on which the page says it.
    line: int
    #: The cite that a clause on it would have.
    cite: Cite


def check(page: Page, clauses: Iterable[Clause]) -> tuple[BrokenCite, ...]:
    """Return the cited facts that are not on the page; a cite of no known kind is one of them."""
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
    titles = grouped((each.title, each.line) for part in (page.sections, page.samples) for each in part)
    places = {each.id: sorted({line for cite in each.cites for line in lines_of(page, cite)}) for each in clauses}
    write(
        path,
        "On which lines of the page each clause is",
        sha256=page.sha256,
        titles={title: sorted(set(lines)) for title, lines in titles.items()},
        clauses={clause: lines for clause, lines in places.items() if lines},
    )


def lines_of(page: Page, cite: Cite) -> tuple[int, ...]:
    """Return the lines on which the page says what a cite claims, those of copies too; none if it does not say it."""
    facts = chain(_facts(page), _facts_asked_for(page, cite))
    return tuple(
        line
        for line, fact in facts
        if fact.keys() - _OPTIONAL <= cite.keys() <= fact.keys()
        and all(_agree(key, cited, fact[key]) for key, cited in cite.items())
    )


def statements(page: Page) -> tuple[Statement, ...]:
    """Return all that the page states and a clause can cite, each once, in the order of the lines."""
    first: dict[str, Statement] = {}
    lists = [section.fields for section in page.sections if any(field.required for field in section.fields)]
    marking = {field.line for fields in lists for field in fields}
    for line, fact in sorted(_facts(page), key=lambda found: found[0]):
        for cite in _single(fact, marks=line in marking):
            first.setdefault(repr(cite), Statement(line, cite))
    return tuple(first.values())


def _facts(page: Page) -> Iterator[tuple[int, Cite]]:
    """Yield all that the page says, with its line; of a field, all that its list says of it. No UUID is named."""
    if page.method:
        yield page.front["method"], {"method": page.method}
    if page.path:
        yield page.front["title"], {"path": UUID.sub("{uuid}", page.path)}
    filled = {section.title for section in page.sections if section.blocks or section.samples}
    for section in page.sections:
        if section.title in filled:
            yield section.line, {"heading": DESCRIPTION if section.title in DESCRIPTIONS else section.title}
        for field in section.fields:
            said = {"type": field.type, "format": field.format, "required": field.required}
            yield field.line, {"field": field.name, "section": field.section, **said}
    for sample in page.samples:
        yield sample.line, {"sample": sample.title}
        yield from ((sample.line_of(name), {"header": name, "starts": value}) for name, value in sample.call.headers)
    yield from ((include.line, {"include": include.text}) for include in page.includes)


def _facts_asked_for(page: Page, cite: Cite) -> Iterator[tuple[int, Cite]]:
    """Yield what the page says at the pointer that a cite has, and where it says the term that a cite has."""
    if "pointer" in cite:
        names = [token for token in cite["pointer"].split("/") if token and not token.isdecimal()]
        for sample in page.samples:
            with suppress(LookupError, TypeError, ValueError):
                value = _at(sample.call.payload, cite["pointer"])
                line = sample.line_of(names[-1]) if names else sample.line
                found = {"sample": sample.title, "pointer": cite["pointer"], "value": value, "type": json_type(value)}
                yield line, found
    if {"term", "section"} == cite.keys():
        term = " ".join(cite["term"].lower().split())
        blocks = (block for section in page.named(cite["section"]) for block in section.blocks)
        yield from ((block.line, cite) for block in blocks if term in " ".join(block.text.lower().split()))


def _at(payload: Any, pointer: str) -> Any:
    """Return the value at a JSON pointer (RFC 6901). Raises LookupError, TypeError or ValueError where none is."""
    if payload is None:
        raise LookupError(pointer)
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        payload = payload[int(key)] if isinstance(payload, list) else payload[key]
    return payload


def _agree(key: str, cited: Any, said: Any) -> bool:
    """Return whether the page says what a cite has at a key."""
    if key == "path":
        ours, theirs = cited.split("/"), said.split("/")
        return len(ours) == len(theirs) and all(map(_same_segment, ours, theirs))
    if key == "header":
        return bool(cited.lower() == said.lower())
    return said.startswith(cited) if key == "starts" else type(cited) is type(said) and cited == said


def _same_segment(cited: str, written: str) -> bool:
    """Return whether a segment of a path is the cited one, in which `{name}` means any placeholder."""
    return written.startswith(("{", ":", "<")) if re.fullmatch(r"\{\w+\}", cited) else cited == written


def _single(fact: Cite, *, marks: bool) -> list[Cite]:
    """Return a cite for each thing that is said of a field. It says something not to mark it if others are marked."""
    if "field" not in fact:
        return [fact]
    base = {"field": fact["field"], "section": fact["section"]}
    said = {key: fact[key] for key in ("type", "format", "required") if key != "required" or marks}
    return [base | {key: value} for key, value in said.items() if value is not None] or [base]


def _covers(cite: Cite, statement: Cite) -> bool:
    """Return whether a clause's cite speaks of a statement; a heading is covered by whatever cites its section."""
    if "heading" in statement:
        return statement["heading"] in {cite.get("heading"), cite.get("section")}
    return all(_agree(key, cite[key], said) if key in cite else key == "starts" for key, said in statement.items())
