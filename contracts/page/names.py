"""Defects: one thing under several names, names of nothing, words spelt in two ways, fields of another call."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from contracts.model.clause import Defect
from contracts.page import lists
from contracts.page.lists import Node, words
from contracts.page.values import Block, Field, Page
from contracts.page.wording import told

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
        what = f"The prose calls `{name}` ({told(lines)}) what is no field of any list or sample."
        yield Defect("unknown-name", lines[0], what, f"If `{meant[name]}` is meant, write it.")


def _likeness(one: str, other: str) -> float:
    """The part of their words that two identifiers share, from 0 to 1; an id is a uuid."""
    ours, theirs = ({"id" if word == "uuid" else word for word in words(name)} for name in (one, other))
    return len(ours & theirs) / len(ours | theirs) if ours | theirs else 0.0


def _several_names(page: Page) -> Iterator[Defect]:
    """A field whose inside, and whose own text, call it by another name than its own."""
    names: dict[str, dict[tuple[str, ...], list[tuple[int, str]]]] = {}
    for role in ("request", "response"):
        for node in _walk(lists.described(page, role)):
            if lists.is_composite(node.field):
                own = names.setdefault(node.field.name, {})
                for line, name in _called(node):
                    own.setdefault(words(name), []).append((line, name))
    for field, called in names.items():
        if len(called) > 1:
            listed = ", ".join(f"{places[0][1]} ({told(line for line, _ in places)})" for places in called.values())
            line = min(place[0] for place in [*called.values()][1])
            what = f"What `{field}` holds has several names: {listed}."
            yield Defect("several-names", line, what, "Call it by one name, best that of the field.")


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
    alike: dict[tuple[str, str], list[tuple[bool, int, int, str]]] = {}
    for word in lines.keys() | named:
        rank = word in named, len(lines.get(word, ())), len(word), word
        alike.setdefault((word[:2], word[-1:]), []).append(rank)
    for group in alike.values():
        for *_, word in group:
            yield from _spelling(word, lines.get(word, []), group)


def _spelling(word: str, places: list[int], group: list[tuple[bool, int, int, str]]) -> Iterator[Defect]:
    """The slip that a word is, if the best of those it could be meant for ranks above it."""
    best = max(rank for rank in group if rank[-1] == word or _slip(word, rank[-1]))
    if places and best[-1] != word:
        what = f"`{word}` ({told(places)}) is elsewhere on the page spelt `{best[-1]}`."
        yield Defect("spelling", min(places), what, f"Write `{best[-1]}`.")


def _slip(word: str, other: str) -> bool:
    """Whether two long words that begin and end alike differ by one letter too few, or by two neighbours swapped."""
    shorter, longer = sorted((word, other), key=len)
    if len(longer) < _LONG_WORD:
        return False
    if len(longer) - len(shorter) == 1:
        return any(longer[:at] + longer[at + 1 :] == shorter for at in range(2, len(longer) - 1))
    apart = [at for at, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b]
    return len(shorter) == len(longer) and len(apart) == 2 and _swapped(shorter, longer, *apart)


def _swapped(one: str, other: str, at: int, then: int) -> bool:
    return then == at + 1 and one[at] == other[then] and one[then] == other[at]


def _unshown(page: Page) -> Iterator[Defect]:
    """Fields of the response that no sample of it shows, those that point to another call apart."""
    shown = [json.dumps(s.call.payload) for s in page.samples if s.is_response and s.call.payload is not None]
    listed = [field for section in lists.sections(page, "response") for field in section.fields]
    hidden = [field for field in listed if shown and not any(json.dumps(field.name) in payload for payload in shown)]
    found = [(field, _foreign(page, field)) for field in hidden]
    for field, term in found:
        if term:
            what = f"No sample of the response shows `{field.name}`, and its text speaks of the {term}, of which the "
            what += "page says nothing else: it looks carried over from another call."
            yield Defect("foreign-field", field.line, what, "Take it out of the list, or show it in the sample.")
    rest = [field for field, term in found if not term]
    if rest:
        names = ", ".join(f"`{field.name}` (line {field.line})" for field in rest)
        what = f"No sample of the response shows {names}, which its list has."
        yield Defect("unshown-field", rest[0].line, what, "Show every listed field in a sample.")


def _foreign(page: Page, field: Field) -> str | None:
    """A capitalised term of a field's text whose words stand nowhere else on the page."""
    elsewhere = [block.text for block in _blocks(page) if field.definition not in block.text]
    elsewhere += [other.name.replace("_", " ") for other in page.fields]
    known = set(words(" ".join(elsewhere)))
    return next((term for term in _TERM.findall(field.definition) if not known & set(words(term))), None)
