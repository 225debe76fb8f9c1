"""What the field lists of a page describe together: the tree of the request, and that of the response."""

from __future__ import annotations

import re
from dataclasses import dataclass

from contracts.page.values import Field, Page, Section

COMPOSITE = ("array", "list", "object", "hash", "map")
"""The types whose inside another list may describe."""

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
    singular = (_singular(word) for word in re.findall(r"[a-z]+", text.lower()))
    return tuple(word for word in singular if word not in _NOISE)


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us")) else word


def is_composite(field: Field) -> bool:
    """Return whether a field holds further values."""
    return field.type is not None and field.type.startswith(COMPOSITE)


def sections(page: Page, role: str) -> tuple[Section, ...]:
    """The lists of one role, without their copies: those whose title says so, and what follows them."""
    found, current = [], None
    for section in page.headings:
        own = next((word for title in reversed(section.path) if (word := _role(title))), None)
        current = own or current
        if current == role and section.fields and section.copy == 1:
            found.append(section)
    return tuple(found)


def _role(title: str) -> str | None:
    return next((_ROLES[word] for word in re.findall(r"[a-z]+", title.lower()) if word in _ROLES), None)


def described(page: Page, role: str) -> tuple[Node, ...]:
    """The tree of `request` or `response`: its top list, and below arrays and objects the lists of their inside."""
    own = sections(page, role)
    roots = [section for section in own if _role(section.title) == role] or list(own[:1])
    links = _links(own, [section for section in own if section not in roots])
    return tuple(_node(field, links) for root in roots for field in root.fields)


def _node(field: Field, links: dict[tuple[str, str], Section]) -> Node:
    inside = links.get((field.section, field.name))
    return Node(field, inside, tuple(_node(child, links) for child in inside.fields) if inside else ())


def _links(own: tuple[Section, ...], free: list[Section]) -> dict[tuple[str, str], Section]:
    """Which list describes the inside of which field: each list once, the surest match first."""
    fields = [field for section in own for field in section.fields if is_composite(field)]
    links: dict[tuple[str, str], Section] = {}
    for matches in (_named_alike, _spoken_of, _related):
        for field in fields:
            found = [section for section in free if section.title != field.section and matches(field, section)]
            if found and (field.section, field.name) not in links:
                links[field.section, field.name] = found[0]
                free.remove(found[0])
    return links


def _named_alike(field: Field, section: Section) -> bool:
    return words(field.name) == words(section.title)


def _spoken_of(field: Field, section: Section) -> bool:
    """Return whether the field's own text names the list."""
    return f" {' '.join(words(section.title))} " in f" {' '.join(words(field.definition))} "


def _related(field: Field, section: Section) -> bool:
    return bool(set(words(field.name)) & set(words(section.title)))
