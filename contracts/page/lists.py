"""What the field lists of a page describe together: the tree of the request, and that of the response."""

from __future__ import annotations

import re
from dataclasses import dataclass

from contracts.page.values import Field, Page, Section

_ROLES = {"url": "path", "path": "path", "query": "query", "header": "header", "request": "request", "body": "request"}
_ROLES |= {"headers": "header", "response": "response"}
_NOISE = frozenset({"object", "array", "list", "parameter", "field", "the", "a", "an", "of", "individual"})


@dataclass(frozen=True, slots=True)
class Node:
    """A field with the list that describes its inside; `section` is None where no list does."""

    field: Field
    section: Section | None = None
    children: tuple[Node, ...] = ()


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


def _role(title: str) -> str | None:
    return next((_ROLES[word] for word in re.findall("[a-z]+", title.lower()) if word in _ROLES), None)


def described(page: Page, role: str) -> tuple[Node, ...]:
    """The tree of `request` or `response`: its top list, and below arrays and objects the lists of their inside."""
    own = sections(page, role)
    roots = [section for section in own if _role(section.title) == role] or list(own[:1])
    links = _links(own, [section for section in own if section not in roots])
    return tuple(_node(field, links) for root in roots for field in root.fields)


def _node(field: Field, links: dict[tuple[str, str], Section]) -> Node:
    inside = links.get((field.section, field.name))
    return Node(field, inside, tuple(_node(child, links) for child in inside.fields) if inside else ())


def _links(own: tuple[Section, ...], inner: list[Section]) -> dict[tuple[str, str], Section]:
    """Return which list describes the inside of which field: each list once, the surest match first."""
    fields = [field for section in own for field in section.fields if field.json_type in {"array", "object"}]
    pairs = [(field, section) for field in fields for section in inner if section.title != field.section]
    links: dict[tuple[str, str], Section] = {}
    for field, section in sorted(pairs, key=lambda pair: _likeness(*pair), reverse=True):
        if _likeness(field, section) and section not in links.values():
            links.setdefault((field.section, field.name), section)
    return links


def _likeness(field: Field, section: Section) -> int:
    """Return how surely a list describes the inside of a field: by its name, by its text, by a word, or not at all."""
    name, title = words(field.name), words(section.title)
    if name == title:
        return 3
    spoken_of = f" {' '.join(title)} " in f" {' '.join(words(field.definition))} "
    return 2 if spoken_of else int(bool(set(name) & set(title)))
