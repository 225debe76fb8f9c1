"""Defects: the front matter, the title, headings, includes, and sections that stand more than once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import zip_longest
from pathlib import Path

from contracts.model.clause import Defect
from contracts.page import lists
from contracts.page.copies import groups
from contracts.page.values import Page, Section
from contracts.page.wording import UUID, told

_PLACEHOLDER = re.compile(r"[{<:]+([A-Za-z]\w*)[}>]*")
_WORDS = 6


def find(page: Page) -> Iterator[Defect]:
    """All that the order of the page itself shows."""
    yield from _front_matter(page)
    yield from _title(page)
    yield from _includes(page)
    yield from _lists(page)
    yield from _empty(page)
    yield from _copies(page)


def _front_matter(page: Page) -> Iterator[Defect]:
    """A page that documents a call names its path and its verb."""
    if not page.fields and not page.samples:
        return
    for key, value in (("title", page.path), ("method", page.method)):
        if not value:
            what = f"The front matter has no {key}, though the page documents a call."
            yield Defect("front-matter", 1, what, f"Add {key} to the front matter.")


def _title(page: Page) -> Iterator[Defect]:
    """Where a parameter belongs, a placeholder stands, and it has a list entry."""
    parts = (page.path or "").split("/")
    line = page.front.get("title", 1)
    listed = [field for section in lists.sections(page, "path") for field in section.fields]
    real = [part for part in parts if UUID.fullmatch(part)]
    placeholders = [match[1] for part in parts if (match := _PLACEHOLDER.fullmatch(part))]
    if real:
        names = [f"{{{field.name}}}" for field in listed] if len(listed) == len(real) else ["{…}"]
        what = f"The title carries {len(real)} literal UUID where a parameter of the URL belongs."
        yield Defect("title-placeholder", line, what, f"Write {', '.join(names)} in its place.")
    for name in placeholders:
        if listed and name not in [field.name for field in listed]:
            what = f"The title has the parameter `{name}`, which the list of URL parameters has not."
            yield Defect("path-parameter", line, what, f"Add `{name}` to the list, or name it alike.")
    for field in listed:
        if placeholders and not real and field.name not in placeholders:
            what = f"The list of URL parameters has `{field.name}`, which the title has not."
            yield Defect("path-parameter", field.line, what, f"Put `{{{field.name}}}` into the title.")
        if not field.required and any(other.required for other in page.fields):
            what = f"`{field.name}` is part of the path and not marked as required, as other fields of the page are."
            yield Defect("path-parameter", field.line, what, "Mark it: there is no path without it.")


def _includes(page: Page) -> Iterator[Defect]:
    """Includes whose file is neither beside the page nor in an `_includes` folder above it."""
    places: dict[str, list[int]] = {}
    for include in page.includes:
        if not (page.file and _resolves(page.file, include.path)):
            places.setdefault(include.path, []).append(include.line)
    for path, lines in places.items():
        what = f"The include of {path} ({told(lines)}) resolves to nothing, so its place says nothing."
        yield Defect("unresolved-include", lines[0], what, "Publish the page with what it includes, or link to it.")


def _lists(page: Page) -> Iterator[Defect]:
    """Fields without a type, and fields that one list has twice."""
    for section in page.sections:
        first: dict[str, int] = {}
        for field in section.fields:
            if field.type is None:
                what = f"The list of {section.title} gives no type for `{field.name}`."
                yield Defect("field-type", field.line, what, "Say the type in parentheses before the text.")
            if first.setdefault(field.name, field.line) != field.line:
                what = (
                    f"The list of {section.title} has `{field.name}` twice (lines {first[field.name]}, {field.line})."
                )
                yield Defect("field-twice", field.line, what, "Keep one of them.")


def _resolves(file: Path, include: str) -> bool:
    folders = [file.parent, *(parent / "_includes" for parent in file.resolve().parents)]
    return any((folder / include).is_file() for folder in folders)


def _empty(page: Page) -> Iterator[Defect]:
    """Headings with nothing below them."""
    twins = {id(section): group for group in groups(page.headings) for section in group}
    for section, after in zip_longest(page.headings, page.headings[1:]):
        if section.blocks or section.samples or (after and after.level > section.level):
            continue
        others = [other.line for other in twins[id(section)] if other is not section]
        also = f"; it also stands in {told(others)}" if others else ""
        what = f"Nothing stands under the heading {section.title}{also}."
        yield Defect("empty-heading", section.line, what, "Take the heading out, or say what belongs there.")


def _copies(page: Page) -> Iterator[Defect]:
    """Sections that stand more than once: alike, which invites drift, or drifted apart."""
    alike: list[tuple[Section, Section]] = []
    alone: list[Section] = []
    several = 0
    for group in groups(page.sections):
        filled = [section for section in group if section.blocks]
        several += len(filled) > 1
        alone += filled[:1] if len(filled) == 1 and filled[0].level > 1 else []
        for section in filled[1:]:
            drift = _difference(filled[0], section)
            if drift:
                yield drift
            else:
                alike.append((filled[0], section))
    if alike:
        yield _repeated(alike)
    if several > max(len(alone), 1):
        for section in alone:
            what = f"The section {section.title} stands in one of the page's copies only; {several} others have a copy."
            yield Defect("drift", section.line, what, "Say everything once.")


def _repeated(alike: list[tuple[Section, Section]]) -> Defect:
    names = ", ".join(f"{one.title} ({one.line}, {other.line})" for one, other in alike)
    what = f"Sections stand more than once, word for word: {names}."
    line = min(other.line for _, other in alike)
    return Defect("repeated-section", line, what, "Say everything once: a copy can drift.")


def _difference(one: Section, other: Section) -> Defect | None:
    """The first words in which two copies differ."""
    ours, theirs = one.words, other.words
    matcher = SequenceMatcher(None, [word for word, _ in ours], [word for word, _ in theirs], autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            here, there = _excerpt(ours[a:b]), _excerpt(theirs[c:d])
            lines = _line(ours, a, one), _line(theirs, c, other)
            what = f"The copies of {one.title} differ: {here} in line {lines[0]}, {there} in line {lines[1]}."
            return Defect("drift", lines[1], what, "Say everything once; till then, make the copies agree.")
    return None


def _excerpt(words: tuple[tuple[str, int], ...]) -> str:
    """A few words: enough to find them."""
    if not words:
        return "nothing"
    text = " ".join(word for word, _ in words[:_WORDS])
    return f"`{text}{' …' if len(words) > _WORDS else ''}`"


def _line(words: tuple[tuple[str, int], ...], index: int, section: Section) -> int:
    return words[min(index, len(words) - 1)][1] if words else section.line
