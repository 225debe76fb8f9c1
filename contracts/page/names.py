"""Defects: one thing under several names, names of nothing, words spelt in two ways, fields of another call."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from contracts.model.clause import Defect
from contracts.page import lists
from contracts.page.lists import Node, words
from contracts.page.values import Block, Field, Page
from contracts.page.wording import defect, in_lines

_IDENTIFIER = re.compile(r"\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b")
_PHRASE = re.compile(r"((?:\b[A-Z]\w+\s+)+)(?:array|objects?|list)\b")
_TERM = re.compile(r"\b[A-Z][a-z]+(?: [A-Z][a-z]+)+\b")
_ARTICLES = frozenset({"the", "a", "an", "each", "array", "list"})
_ALIKE = 0.5
_LONG_WORD = 8


def find(page: Page) -> Iterator[Defect]:
    """All that the names on the page show."""
    yield from _unknown_identifiers(page)
    yield from _several_names(page)
    yield from _spellings(page)
    yield from _unshown(page)


def _blocks(page: Page) -> Iterator[Block]:
    """What is written in sentences."""
    return (block for section in page.sections for block in section.blocks if block.kind in {"prose", "definition"})


def _unknown_identifiers(page: Page) -> Iterator[Defect]:
    """Identifiers of the prose that are no field, where a field has nearly their name."""
    known = dict.fromkeys(field.name for field in page.fields)
    found: dict[str, list[int]] = {}
    meant: dict[str, str] = {}
    for block in _blocks(page):
        here = set(_IDENTIFIER.findall(block.text))
        for name in sorted(here - known.keys()):
            nearest = max((other for other in known if other not in here), key=lambda k: _likeness(name, k), default="")
            if _likeness(name, nearest) >= _ALIKE:
                found.setdefault(name, []).append(block.line)
                meant[name] = nearest
    for name, lines in found.items():
        yield defect("unknown-name", lines[0], name=name, lines=in_lines(lines), meant=meant[name])


def _likeness(one: str, other: str) -> float:
    """The part of their words that two identifiers share, from 0 to 1; an id is a uuid."""
    ours, theirs = ({"id" if word == "uuid" else word for word in words(name)} for name in (one, other))
    return len(ours & theirs) / len(ours | theirs) if ours | theirs else 0.0


def _several_names(page: Page) -> Iterator[Defect]:
    """A field whose inside, and whose own text, call it by another name than its own."""
    names: dict[str, dict[tuple[str, ...], list[tuple[int, str]]]] = {}
    for role in ("request", "response"):
        for node in _walk(lists.described(page, role)):
            if node.field.json_type in {"array", "object"}:
                own = names.setdefault(node.field.name, {})
                for line, name in _called(node):
                    own.setdefault(words(name), []).append((line, name))
    for field, called in names.items():
        if len(called) > 1:
            listed = ", ".join(f"{found[0][1]} ({in_lines(line for line, _ in found)})" for found in called.values())
            yield defect("several-names", min([*called.values()][1])[0], name=field, names=listed)


def _walk(nodes: tuple[Node, ...]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from _walk(node.children)


def _called(node: Node) -> Iterator[tuple[int, str]]:
    """The names one field goes by, its own first."""
    yield node.field.line, node.field.name
    if node.section:
        yield node.section.line, node.section.title
    for phrase in _PHRASE.finditer(node.field.definition):
        name = " ".join(word for word in phrase[1].split() if word.lower() not in _ARTICLES)
        if name:
            yield node.field.line, name


def _spellings(page: Page) -> Iterator[Defect]:
    """Long words that differ from another of the page by a letter left out, or two swapped, inside.

    No dictionary is asked: a field's name is right, of two other spellings the rarer is taken for the slip, and of
    two as rare the shorter.
    """
    lines: dict[str, list[int]] = {}
    for block in _blocks(page):
        for word in re.findall(r"[A-Za-z]+", block.text.lower()):
            lines.setdefault(word, []).append(block.line)
    named = {word for field in page.fields for word in field.name.split("_")}
    ranks = {word: (word in named, len(lines.get(word, ())), len(word), word) for word in lines.keys() | named}
    meant: dict[str, set[str]] = {word: {word} for word in ranks}
    for word in ranks:
        for slip in _slips(word) & ranks.keys():
            meant[word].add(slip)
            meant[slip].add(word)
    for word, found in lines.items():
        best = max(meant[word], key=ranks.__getitem__)
        if best != word:
            yield defect("spelling", min(found), word=word, lines=in_lines(found), meant=best)


def _slips(word: str) -> set[str]:
    """The spellings of a long word with a letter left out inside, or two neighbours swapped."""
    inside = range(2, len(word) - 1) if len(word) >= _LONG_WORD else ()
    left_out = {word[:at] + word[at + 1 :] for at in inside}
    return left_out | {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in inside if at + 2 < len(word)}


def _unshown(page: Page) -> Iterator[Defect]:
    """Fields of the response that no sample of it shows, those that point to another call apart."""
    shown = [json.dumps(s.call.payload) for s in page.samples if s.role == "response" and s.call.payload is not None]
    listed = [field for section in lists.sections(page, "response") for field in section.fields]
    hidden = [field for field in listed if shown and not any(json.dumps(field.name) in payload for payload in shown)]
    terms = {field.name: _foreign(page, field) for field in hidden}
    for field in hidden:
        if terms[field.name]:
            yield defect("foreign-field", field.line, name=field.name, term=terms[field.name])
    rest = [field for field in hidden if not terms[field.name]]
    if rest:
        names = ", ".join(f"`{field.name}` (line {field.line})" for field in rest)
        yield defect("unshown-field", rest[0].line, names=names)


def _foreign(page: Page, field: Field) -> str | None:
    """A capitalised term of a field's text whose words are nowhere else on the page."""
    elsewhere = [block.text for block in _blocks(page) if field.definition not in block.text]
    elsewhere += [other.name.replace("_", " ") for other in page.fields]
    known = set(words(" ".join(elsewhere)))
    return next((term for term in _TERM.findall(field.definition) if not known & set(words(term))), None)
