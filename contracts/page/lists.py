"""What the field lists of a page describe together: the fields of the request, those of the response, their insides."""

from __future__ import annotations

import re

from contracts.page.values import Field, Page, Section

_ROLES = {"url": "path", "path": "path", "query": "query", "header": "header", "request": "request", "body": "request"}
_ROLES |= {"headers": "header", "response": "response"}
_NOISE = frozenset({"object", "array", "list", "parameter", "field", "the", "a", "an", "of", "individual"})


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


def outermost(page: Page, role: str) -> tuple[Field, ...]:
    """The fields of the whole that the lists of a role describe: those of the lists that say so, or of the first."""
    own = sections(page, role)
    roots = [section for section in own if _role(section.title) == role] or own[:1]
    return tuple(field for section in roots for field in section.fields)


def inside(page: Page, role: str) -> dict[Field, Section]:
    """Return which list describes the inside of which field of a role: each list once, the surest match first."""
    own, outer = sections(page, role), outermost(page, role)
    fields = [field for section in own for field in section.fields if field.is_composite]
    inner = [section for section in own if section.fields[0] not in outer]
    pairs = [(field, section) for field in fields for section in inner if section.title != field.section]
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
