"""Defects: one thing under several names, names of nothing, words spelt in two ways, fields of another call."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from contracts.model.clause import Defect
from contracts.page import lists
from contracts.page.kept import defect, in_lines
from contracts.page.lists import words
from contracts.page.values import Block, Field, Page, grouped

_IDENTIFIER = re.compile(r"\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b")
_PHRASE = re.compile(r"((?:\b[A-Z]\w+\s+)+)(?:array|objects?|list)\b")
_ARTICLE = re.compile(r"\b(?:the|an?|each|array|list)\s", re.IGNORECASE)
_TERM = re.compile(r"\b[A-Z][a-z]+(?: [A-Z][a-z]+)+\b")
_ALIKE = 0.5
_LONG_WORD = 8


def _blocks(page: Page) -> list[Block]:
    """What is written in sentences."""
    return [block for section in page.sections for block in section.blocks if block.kind in {"prose", "definition"}]


def _unknown_identifiers(page: Page) -> Iterator[Defect]:
    """Identifiers of the prose that are no field, where a field has nearly their name."""
    known = dict.fromkeys(field.name for field in page.fields)
    found: list[tuple[tuple[str, str], int]] = []
    for block in _blocks(page):
        here = set(_IDENTIFIER.findall(block.text))
        for name in here - known.keys():
            likeness = {other: _likeness(name, other) for other in known if other not in here}
            meant = max(likeness, key=likeness.__getitem__, default=name)
            if likeness.get(meant, 0) >= _ALIKE:
                found.append(((name, meant), block.line))
    for (name, meant), lines in grouped(found).items():
        yield defect("unknown-name", lines, name=name, meant=meant)


def _likeness(one: str, other: str) -> float:
    """The part of their words that two identifiers share, from 0 to 1; an id is a uuid."""
    ours, theirs = ({"id" if word == "uuid" else word for word in words(name)} for name in (one, other))
    return len(ours & theirs) / len(ours | theirs) if ours | theirs else 0.0


def _several_names(page: Page) -> Iterator[Defect]:
    """A field whose inside, and whose own text, call it by another name than its own."""
    named: list[tuple[str, tuple[int, str]]] = []
    for role in ("request", "response"):
        inside = lists.insides(page, role)
        for field in [field for field in lists.fields(page, role) if field.is_composite]:
            titles = [(inside[field].line, inside[field].title)] if field in inside else []
            phrases = [(field.line, _ARTICLE.sub("", phrase).strip()) for phrase in _PHRASE.findall(field.definition)]
            named += [(field.name, name) for name in ((field.line, field.name), *titles, *phrases) if name[1]]
    for field_name, names in grouped(named).items():
        called = list(grouped((words(name), (line, name)) for line, name in names).values())
        if len(called) > 1:
            listed = ", ".join(f"{found[0][1]} ({in_lines([line for line, _ in found])})" for found in called)
            yield defect("several-names", min(called[1])[0], name=field_name, names=listed)


def _spellings(page: Page) -> Iterator[Defect]:
    """Long words that differ from another of the page by a letter left out, or two swapped, inside.

    No dictionary is asked: a field's name is right, of two other spellings the rarer is taken for the slip, and of
    two as rare the shorter.
    """
    found = [(word, block.line) for block in _blocks(page) for word in re.findall("[a-z]+", block.text.lower())]
    lines, named = grouped(found), {word for field in page.fields for word in field.name.split("_")}
    ranks = {word: (word in named, len(lines.get(word, ())), len(word), word) for word in lines.keys() | named}
    slips = {word: _slips(word) for word in ranks}
    for word, places in lines.items():
        best = max((other for other in ranks if word in slips[other] or other in slips[word]), key=ranks.__getitem__)
        if best != word:
            yield defect("spelling", places, word=word, meant=best)


def _slips(word: str) -> set[str]:
    """The word, and the spellings of a long word with a letter left out inside, or two neighbours swapped."""
    inside = range(2, len(word) - 1) if len(word) >= _LONG_WORD else ()
    left_out = {word[:at] + word[at + 1 :] for at in inside}
    return {word} | left_out | {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in inside[:-1]}


def _unshown(page: Page) -> Iterator[Defect]:
    """Fields of the response that no sample of it shows, those that point to another call apart."""
    responses = [each.call.payload for each in page.samples if each.role == "response"]
    shown = json.dumps([payload for payload in responses if payload is not None])
    hidden = [
        field for field in lists.fields(page, "response") if json.dumps(field.name) not in shown and shown != "[]"
    ]
    foreign = {field: term for field in hidden for term in _foreign(page, field)[:1]}
    for field, term in foreign.items():
        yield defect("foreign-field", field.line, field=field, term=term)
    rest = [field for field in hidden if field not in foreign]
    if rest:
        names = ", ".join(f"`{field.name}` (line {field.line})" for field in rest)
        yield defect("unshown-field", rest[0].line, names=names)


def _foreign(page: Page, field: Field) -> list[str]:
    """The capitalised terms of a field's text whose words are nowhere else on the page."""
    elsewhere = [block.text for block in _blocks(page) if field.definition not in block.text]
    known = set(words(" ".join([*elsewhere, *(other.name.replace("_", " ") for other in page.fields)])))
    return [term for term in _TERM.findall(field.definition) if not known & set(words(term))]


CHECKS = (_unknown_identifiers, _several_names, _spellings, _unshown)
"""What finds defects of the names on a page."""
