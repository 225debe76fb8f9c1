"""Reads a page: front matter with the line of each key, headings, definition lists, samples with titles, includes."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml
from markdown_it import MarkdownIt
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from contracts.page.calls import call_of, language_of
from contracts.page.values import DESCRIPTION, DESCRIPTIONS, Block, FieldEntry, Page, PageError, Sample, Section

LIMIT = 1_000_000
"""The most bytes a page may have: what is larger is not a page."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_MARKDOWN = MarkdownIt("commonmark").use(front_matter_plugin).use(deflist_plugin)
_TITLE = re.compile(r"""\btitle=(["'])(.*?)\1""")
_INCLUDE = re.compile(r"\{%-?\s*include(?:_relative)?\s+([^\s%]+)[^%]*%\}")
_KINDS = {"heading_open": "heading", "dt_open": "term", "dd_open": "definition", "dl_close": "", "heading_close": ""}
_DEFINITION = re.compile(r"(?:\(([^)]*)\)\s*)?([*_]{1,3}required[*_]{1,3}\s*)?(.*)", re.IGNORECASE | re.DOTALL)
_FORMAT = re.compile(r"\b(?:[ymd]{1,4}(?:[-/.][ymd]{1,4}){1,2}|\d+ decimal places|ISO 8601|RFC 3339)\b", re.IGNORECASE)
_FENCE = re.compile(r"^ {0,3}(?:~~~|```)", re.MULTILINE)


def read(source: str | Path) -> Page:
    """Read a page from its text, or from a file. Raises PageError, in one line, for what is not a page."""
    file = source if isinstance(source, Path) else None
    try:
        return _page(_bytes(file) if file else str(source).encode(), file)
    except (OSError, ValueError, yaml.YAMLError, RecursionError) as error:
        raise PageError(f"{file or 'the text'}: {_why(error)}") from error


def _why(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"cannot be read: {error.strerror}"
    if isinstance(error, UnicodeDecodeError):
        return f"is not UTF-8 text: {error.reason} at byte {error.start}"
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return f"the front matter is not YAML: {error.problem} in line {error.problem_mark.line + 1}"
    return str(error) if isinstance(error, PageError) else "the front matter is not YAML: it cannot be read"


def _bytes(file: Path) -> bytes:
    with file.open("rb") as stream:
        return stream.read(LIMIT + 1)


def _page(raw: bytes, file: Path | None) -> Page:
    text = _text(raw)
    blocks = list(_blocks(text, 1))
    front = ""
    if text.startswith("---"):
        if not blocks or blocks[0].kind != "front":
            raise PageError("the front matter that line 1 opens is never closed")
        # With an empty line in the place of the opening `---`, lines are counted as in the file.
        front = "\n" + blocks.pop(0).text
    scalars = _scalars(front)
    values = {key: html.unescape(node.value) for key, node in scalars.items() if node.value}
    lines = {key: _line(node) for key, node in scalars.items()}
    texts = [event for event in yaml.parse(front) if isinstance(event, yaml.ScalarEvent) and _FENCE.search(event.value)]
    aside = [block for event in texts for block in _blocks(event.value, _line(event))]
    above = [Block("heading", blocks[0].line, DESCRIPTION)] if blocks else []
    if summary := values.get("description"):
        first = lines["description"]
        above = [Block("heading", first, f"Short {DESCRIPTION}"), Block("prose", first, summary), *above]
    return Page(
        file=file,
        sha256=hashlib.sha256(raw).hexdigest(),
        method=values["method"].lower() if "method" in values else None,
        path=values.get("title"),
        front=lines,
        sections=tuple(_sections([*above, *blocks])),
        samples=tuple(_samples([*aside, *blocks])),
    )


def _text(raw: bytes) -> str:
    """Return the text with its line ends made one; a byte order mark is passed over."""
    if len(raw) > LIMIT:
        raise PageError(f"is larger than {LIMIT} bytes, which no page is")
    text = re.sub("\r\n?", "\n", raw.decode("utf-8-sig"))
    if not text.strip():
        raise PageError("is empty")
    if text.lstrip().startswith(("{", "[{")):
        raise PageError("is JSON, and not a page")
    if control := _CONTROL.search(text):
        raise PageError(f"is not text: a control character is in line {text.count(chr(10), 0, control.start()) + 1}")
    return text


def _scalars(front: str) -> dict[str, yaml.ScalarNode]:
    """Return the texts of the front matter by their keys, as composed: that keeps lines."""
    root = yaml.compose(front, Loader=yaml.SafeLoader)
    if root and not isinstance(root, yaml.MappingNode):
        raise PageError("the front matter has no keys")
    nodes = root.value if root else []
    return {str(key.value): node for key, node in nodes if isinstance(node, yaml.ScalarNode)}


def _line(scalar: Any) -> int:
    """Return the line on which a text begins; that of a block scalar is the line after its indicator."""
    return int(scalar.start_mark.line) + (2 if scalar.style in {"|", ">"} else 1)


def _blocks(text: str, first: int) -> Iterator[Block]:
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
        if row.lstrip().startswith("{:"):
            yield from (Block("title", number, title) for _, title in _TITLE.findall(row))
        elif include := _INCLUDE.search(row):
            yield Block("include", number, include[1])
        else:
            prose.append((number, row))
    if prose:
        yield Block(kind, prose[0][0], " ".join(row for _, row in prose))


def _samples(found: Iterable[Block]) -> Iterator[Sample]:
    """Yield the samples among blocks, each with the title that follows it."""
    for block, after in pairwise([*found, Block("", 0, "")]):
        if block.kind == "sample":
            title = after.text if after.kind == "title" else ""
            yield Sample(title, block.language, block.text, block.line, call_of(block.language, block.text))


def _sections(found: list[Block]) -> Iterator[Section]:
    """Yield the sections that blocks make up, the first of which is a heading."""
    starts = [at for at, block in enumerate(found) if block.kind == "heading"]
    above: list[Block] = []
    for start, end in pairwise([*starts, len(found)]):
        head, *below = found[start:end]
        inside = tuple(block for block in below if block.kind not in {"sample", "title"})
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


def _fields(section: str, inside: tuple[Block, ...]) -> Iterator[FieldEntry]:
    """Yield the entries of the section's lists: a name, and all the definitions that follow it."""
    terms = [at for at, block in enumerate(inside) if block.kind == "term"]
    for start, end in pairwise([*terms, len(inside)]):
        texts = [block.text for block in inside[start:end] if block.kind == "definition"]
        yield _field(section, inside[start], " ".join(texts).strip())


def _field(section: str, term: Block, text: str) -> FieldEntry:
    kinds, marked, definition = _DEFINITION.findall(text)[0]
    words = [word.strip().lower() for word in kinds.split(",")]
    kind = ", ".join(word for word in words if word not in {"required", "optional"}) or None
    required, form = bool(marked) or "required" in words, _FORMAT.search(definition)
    return FieldEntry(section, term.text.strip("`* "), kind, required, form[0] if form else None, term.line)
