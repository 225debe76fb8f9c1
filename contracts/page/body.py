"""Reads the body of a page: headings, definition lists, samples with their titles, includes."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

from markdown_it import MarkdownIt
from mdit_py_plugins.deflist import deflist_plugin

from contracts.page import languages
from contracts.page.calls import call_of
from contracts.page.values import DESCRIPTION, Block, Field, Sample, Section

_MARKDOWN = MarkdownIt("commonmark").use(deflist_plugin)
_ATTRIBUTES = re.compile(r"\s*\{:(.*)\}\s*$")
_TITLE = re.compile(r"""\btitle=(?:"([^"]*)"|'([^']*)')""")
_INCLUDE = re.compile(r"\{%-?\s*include(?:_relative)?\s+([^\s%]+)[^%]*%\}")
_KINDS = {"heading_open": "heading", "dt_open": "term", "dd_open": "definition", "dl_close": "", "heading_close": ""}
_TYPE = re.compile(r"\(([^)]*)\)\s*")
_REQUIRED = re.compile(r"[*_]{1,3}required[*_]{1,3}\s*", re.IGNORECASE)
_DATE_PART = r"(?:y{2,4}|m{1,4}|d{1,4})"
_FORMAT = re.compile(
    rf"\b{_DATE_PART}(?:[-/.]{_DATE_PART}){{1,2}}\b|\b\d+ decimal places\b|\bISO 8601\b|\bRFC 3339\b", re.IGNORECASE
)


def blocks(text: str, first: int) -> Iterator[Block]:
    """Yield what a piece of kramdown consists of; it begins on line `first` of its file."""
    kind, level = "", 0
    for token in _MARKDOWN.parse(text):
        line = first + (token.map[0] if token.map else 0)
        if token.type in _KINDS:
            kind, level = _KINDS[token.type], int(token.tag[1:]) if token.type == "heading_open" else 0
        elif token.type == "fence":
            yield Block("sample", line, token.content, language=languages.name(token.info, token.content))
        elif token.type == "inline" and kind == "heading":
            yield Block(kind, line, html.unescape(token.content).strip().rstrip(":").strip(), level)
        elif token.type == "inline":
            yield from _rows(kind or "prose", html.unescape(token.content), line)


def _rows(kind: str, text: str, line: int) -> Iterator[Block]:
    """Yield the attributes and includes of a text, each of which has a row of its own, and the other rows as one."""
    prose: list[tuple[int, str]] = []
    for number, row in enumerate(text.split("\n"), start=line):
        if attributes := _ATTRIBUTES.match(row):
            yield from (Block("title", number, found[1] or found[2] or "") for found in _TITLE.finditer(attributes[1]))
        elif include := _INCLUDE.search(row):
            yield Block("include", number, include[1])
        else:
            prose.append((number, row))
    if prose:
        yield Block(kind, prose[0][0], " ".join(row for _, row in prose))


def samples(found: Iterable[Block]) -> Iterator[Sample]:
    """Yield the samples among blocks, each with the title that follows it."""
    for block, after in pairwise([*found, Block("", 0, "")]):
        if block.kind == "sample":
            title = after.text if after.kind == "title" else ""
            yield Sample(title, block.language, block.text, block.line, call_of(block.language, block.text))


def sections(found: list[Block]) -> list[Section]:
    """Return the sections that blocks make up; the first is what comes before any heading, if anything does."""
    starts = [at for at, block in enumerate(found) if block.kind == "heading"]
    made: list[Section] = []
    above: list[Block] = []
    for start, end in pairwise([-1, *starts, len(found)]):
        inside = [block for block in found[start + 1 : end] if block.kind not in {"sample", "title"}]
        has_samples = any(block.kind == "sample" for block in found[start + 1 : end])
        if start >= 0:
            above = [*(block for block in above if block.level < found[start].level), found[start]]
        elif not inside:
            continue
        head = found[start] if start >= 0 else Block("heading", inside[0].line, DESCRIPTION)
        path = tuple(block.text for block in above) or (DESCRIPTION,)
        fields = tuple(_fields(head.text, inside))
        made.append(Section(head.text, head.level, head.line, path, tuple(inside), fields, has_samples))
    return made


def _fields(section: str, inside: list[Block]) -> Iterator[Field]:
    """Yield the entries of the section's lists: a name, and all the definitions that follow it."""
    terms = [at for at, block in enumerate(inside) if block.kind == "term"]
    for start, end in pairwise([*terms, len(inside)]):
        texts = [block.text for block in inside[start:end] if block.kind == "definition"]
        yield _field(section, inside[start], " ".join(texts).strip())


def _field(section: str, term: Block, text: str) -> Field:
    kind = _TYPE.match(text)
    words = [word.strip().lower() for word in kind[1].split(",")] if kind else []
    rest = text[kind.end() :] if kind else text
    marked, form = _REQUIRED.match(rest), _FORMAT.search(rest)
    return Field(
        section=section,
        name=term.text.strip("`* "),
        type=", ".join(word for word in words if word not in {"required", "optional"}) or None,
        required=marked is not None or "required" in words,
        format=form[0] if form else None,
        definition=rest[marked.end() :] if marked else rest,
        line=term.line,
    )


def groups(found: Iterable[Section]) -> list[list[Section]]:
    """Return the sections, each with its copies, in the order of the page.

    Two sections are copies where they are under the same headings, or one of them under all headings of the
    other and some more: a page whose parts are there a second time below a heading of their own. A section under
    two different headings, such as an object of the request and one of the response, is not a copy.
    """
    made: list[list[Section]] = []
    for section in found:
        group = next((group for group in made if _same(_key(group[0]), _key(section))), None)
        if group is None:
            made.append([section])
        else:
            group.append(section)
    return made


def numbered(found: list[Section]) -> tuple[Section, ...]:
    """Return the sections, each with the number of its copy."""
    copies = {id(section): copy for group in groups(found) for copy, section in enumerate(group, 1)}
    return tuple(replace(section, copy=copies[id(section)]) for section in found)


def _key(section: Section) -> tuple[str, ...]:
    """The long description is the text before any heading, again."""
    *above, title = section.path
    return (*above, DESCRIPTION if title == f"Long {DESCRIPTION}" else title)


def _same(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return longer[len(longer) - len(shorter) :] == shorter
