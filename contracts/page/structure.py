"""Defects: the front matter, the title, headings, includes, and sections that are there more than once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import zip_longest

from contracts.model.clause import Defect
from contracts.page import lists
from contracts.page.kept import UUID, defect, in_lines
from contracts.page.values import Page, Section, grouped

_PLACEHOLDER = re.compile(r"(?<=/)[{<:]+([A-Za-z]\w*)[}>]*(?=/|$)")
_WORDS = 6


def _front(page: Page) -> Iterator[Defect]:
    """Keys that the front matter lacks, though the page documents a call."""
    if page.fields or page.samples:
        missing = [key for key, value in (("title", page.path), ("method", page.method)) if not value]
        yield from (defect("front-matter", 1, key=key) for key in missing)


def _title(page: Page) -> Iterator[Defect]:
    """Where a parameter belongs, a placeholder is, and it has a list entry."""
    path, line = page.path or "", page.front.get("title", 1)
    listed = {field.name: field for field in lists.fields(page, "path")}
    placeholders, uuids = _PLACEHOLDER.findall(path), len(UUID.findall(path))
    if uuids:
        names = ", ".join(f"{{{name}}}" for name in listed) if len(listed) == uuids else "{…}"
        yield defect("title-placeholder", line, count=uuids, names=names)
    unlisted = [name for name in placeholders if listed and name not in listed]
    yield from (defect("path-parameter.not-listed", line, name=name) for name in unlisted)
    for name, field in listed.items():
        if placeholders and not uuids and name not in placeholders:
            yield defect("path-parameter.not-in-title", field.line, field=field)
        if not field.required and any(other.required for other in page.fields):
            yield defect("path-parameter.not-required", field.line, field=field)


def _includes(page: Page) -> Iterator[Defect]:
    """Includes of files that are nowhere; the same several times is one."""
    file = page.file
    folders = [file.parent, *(parent / "_includes" for parent in file.resolve().parents)] if file else []
    for path, lines in grouped((include.text, include.line) for include in page.includes).items():
        if not any((folder / path).is_file() for folder in folders):
            yield defect("unresolved-include", lines, path=path)


def _lists(page: Page) -> Iterator[Defect]:
    """Fields without a type, and fields that one list has twice."""
    for section in page.sections:
        lines = grouped((field.name, field.line) for field in section.fields)
        for field in section.fields:
            if field.type is None:
                yield defect("field-type", field.line, field=field)
            if field.line != lines[field.name][0]:
                yield defect("field-twice", field.line, field=field, first=lines[field.name][0])


def _empty(page: Page) -> Iterator[Defect]:
    """Headings with nothing below them."""
    for section, after in zip_longest(page.headings, page.headings[1:]):
        if section.blocks or section.samples or (after and after.level > section.level):
            continue
        others = [other.line for other in page.copies[section.path] if other is not section]
        also = f"; it is also in {in_lines(others)}" if others else ""
        yield defect("empty-heading", section.line, section=section, also=also)


def _copies(page: Page) -> Iterator[Defect]:
    """Sections that are there more than once: alike, which invites drift, or drifted apart."""
    filled = [[section for section in group if section.blocks] for group in page.copies.values()]
    pairs = [(group[0], other) for group in filled for other in group[1:]]
    drifts = [_difference(one, other) for one, other in pairs]
    yield from filter(None, drifts)
    alike = [pair for pair, drift in zip(pairs, drifts, strict=True) if not drift]
    if alike:
        names = ", ".join(f"{one.title} ({one.line}, {other.line})" for one, other in alike)
        yield defect("repeated-section", min(other.line for _, other in alike), names=names)
    alone = [group[0] for group in filled if len(group) == 1 and group[0].level > 1]
    several = sum(len(group) > 1 for group in filled)
    if several > max(len(alone), 1):
        yield from (defect("drift.section", one.line, section=one, several=several) for one in alone)


def _difference(one: Section, other: Section) -> Defect | None:
    """The first words in which two copies differ."""
    text, copy = ([word for word, _ in section.words] for section in (one, other))
    for tag, a, b, c, d in SequenceMatcher(None, text, copy, autojunk=False).get_opcodes():
        if tag != "equal":
            ours, theirs = _line(one, a), _line(other, c)
            here, there = _excerpt(text[a:b]), _excerpt(copy[c:d])
            return defect("drift.words", theirs, section=one, here=here, there=there, ours=ours, theirs=theirs)
    return None


def _excerpt(words: list[str]) -> str:
    """A few words: enough to find them."""
    return f"`{' '.join(words[:_WORDS])}{' …' if len(words) > _WORDS else ''}`" if words else "nothing"


def _line(section: Section, index: int) -> int:
    return section.words[min(index, len(section.words) - 1)][1] if section.words else section.line


CHECKS = (_front, _title, _includes, _lists, _empty, _copies)
"""What finds defects of the order of a page."""
