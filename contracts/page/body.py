"""Reads the body of a page: headings, definition lists, samples with their titles, includes."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from markdown_it import MarkdownIt
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from contracts.page.calls import call_of, language_of
from contracts.page.values import DESCRIPTION, DESCRIPTIONS, Block, Field, Sample, Section

_MARKDOWN = MarkdownIt("commonmark").use(front_matter_plugin).use(deflist_plugin)
_ATTRIBUTES = re.compile(r"\s*\{:(.*)\}\s*$")
_TITLE = re.compile(r"""\btitle=(?:"([^"]*)"|'([^']*)')""")
_INCLUDE = re.compile(r"\{%-?\s*include(?:_relative)?\s+([^\s%]+)[^%]*%\}")
_KINDS = {"heading_open": "heading", "dt_open": "term", "dd_open": "definition", "dl_close": "", "heading_close": ""}
_DEFINITION = re.compile(r"(?:\(([^)]*)\)\s*)?([*_]{1,3}required[*_]{1,3}\s*)?(.*)", re.IGNORECASE | re.DOTALL)
_FORMAT = re.compile(
    r"\b[ymd]{1,4}(?:[-/.][ymd]{1,4}){1,2}\b|\b\d+ decimal places\b|\bISO 8601\b|\bRFC 3339\b", re.IGNORECASE
)


def blocks(text: str, first: int) -> Iterator[Block]:
    """Yield what a piece of kramdown consists of; it begins on line `first` of its file."""
    kind, level = "", 0
    for token in _MARKDOWN.parse(text):
        line = first + (token.map[0] if token.map else 0)
        if token.type in _KINDS:
            kind, level = _KINDS[token.type], int(token.tag[1:]) if token.type == "heading_open" else 0
        elif token.type == "fence":
            yield Block("sample", line, token.content, language=language_of(token.info, token.content))
        elif token.type == "front_matter":
            yield Block("front", line, token.content)
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


def sections(found: list[Block]) -> Iterator[Section]:
    """Yield the sections that blocks make up; the first is what comes before any heading, if anything does."""
    starts = [at for at, block in enumerate(found) if block.kind == "heading"]
    above: list[Block] = []
    for start, end in pairwise([-1, *starts, len(found)]):
        below = found[start + 1 : end]
        inside = tuple(block for block in below if block.kind not in {"sample", "title"})
        head = found[start] if start >= 0 else Block("heading", inside[0].line if inside else 0, DESCRIPTION)
        # What is below a description is under no heading: a page may have its parts there a second time.
        above = [block for block in above if block.level < head.level and block.text not in DESCRIPTIONS]
        title = DESCRIPTION if head.text == f"Long {DESCRIPTION}" else head.text
        path = (*(block.text for block in above), title)
        above.append(head)
        if head.level or inside:
            has_samples = any(block.kind == "sample" for block in below)
            yield Section(
                head.text, head.level, head.line, path, inside, tuple(_fields(head.text, inside)), has_samples
            )


def _fields(section: str, inside: tuple[Block, ...]) -> Iterator[Field]:
    """Yield the entries of the section's lists: a name, and all the definitions that follow it."""
    terms = [at for at, block in enumerate(inside) if block.kind == "term"]
    for start, end in pairwise([*terms, len(inside)]):
        texts = [block.text for block in inside[start:end] if block.kind == "definition"]
        yield _field(section, inside[start], " ".join(texts).strip())


def _field(section: str, term: Block, text: str) -> Field:
    kinds, marked, definition = _DEFINITION.findall(text)[0]
    words = [word.strip().lower() for word in kinds.split(",")]
    form = _FORMAT.search(definition)
    return Field(
        section=section,
        name=term.text.strip("`* "),
        type=", ".join(word for word in words if word not in {"required", "optional"}) or None,
        required=bool(marked) or "required" in words,
        format=form[0] if form else None,
        definition=definition,
        line=term.line,
    )
