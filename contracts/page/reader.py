"""Reads a page: its front matter and the line of each key, then its body."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from contracts.page import body
from contracts.page.values import DESCRIPTION, Block, Page, PageError, Section

LIMIT = 1_000_000
"""The most bytes a page may have: what is larger is not a page."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_FENCE = re.compile(r"^ {0,3}(?:~~~|```)", re.MULTILINE)
_BOUNDARY = re.compile(r"^-{3,}[ \t]*\n?", re.MULTILINE)


def read(source: str | Path) -> Page:
    """Read a page from its text, or from a file. Raises PageError, in one line, for what is not a page."""
    file = source if isinstance(source, Path) else None
    name = str(file) if file else "the text"
    raw = _bytes(file) if file else str(source).encode("utf-8", "surrogatepass")
    front, main, line = _split(_decoded(raw, name), name)
    scalars = list(_scalars(front, name))
    blocks = [block for _, text, first in scalars if _FENCE.search(text) for block in body.blocks(text, first)]
    blocks_of_body = list(body.blocks(main, line))
    lines = {key: first for key, _, first in scalars if key}
    values = {key: html.unescape(text) for key, text, _ in scalars if key and text}
    sections = body.sections(blocks_of_body)
    if summary := values.get("description"):
        title, first = f"Short {DESCRIPTION}", lines["description"]
        sections = [Section(title, 0, first, (title,), (Block("prose", first, summary),)), *sections]
    return Page(
        file=file,
        sha256=hashlib.sha256(raw).hexdigest(),
        method=values["method"].lower() if "method" in values else None,
        path=values.get("title"),
        description=values.get("description"),
        front=lines,
        sections=body.numbered(sections),
        samples=tuple(body.samples([*blocks, *blocks_of_body])),
    )


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            raw = stream.read(LIMIT + 1)
    except (OSError, ValueError) as error:
        raise PageError(f"{file}: cannot be read: {getattr(error, 'strerror', None) or error}") from error
    if len(raw) > LIMIT:
        raise PageError(f"{file}: is larger than {LIMIT} bytes, which no page is")
    return raw


def _decoded(raw: bytes, name: str) -> str:
    """The text with its line ends made one; a byte order mark is passed over."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PageError(f"{name}: is not UTF-8 text: {error.reason} at byte {error.start}") from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise PageError(f"{name}: is empty")
    if control := _CONTROL.search(text):
        line = text.count("\n", 0, control.start()) + 1
        raise PageError(f"{name}: is not text: a control character is in line {line}")
    return text


def _split(text: str, name: str) -> tuple[str, str, int]:
    """The front matter, padded so that its lines count as in the file; the body; the line it begins on."""
    if not _BOUNDARY.match(text):
        return "", text, 1
    before, *parts = _BOUNDARY.split(text, maxsplit=2)
    if len(parts) < 2:
        raise PageError(f"{name}: the front matter that line 1 opens is never closed")
    front, main = f"{before}\n{parts[0]}", parts[1]
    return front, main, text.count("\n", 0, len(text) - len(main)) + 1


def _scalars(front: str, name: str) -> Iterator[tuple[str, str, int]]:
    """Yield each scalar of the front matter: its key, empty below the top; its text; the line on which that begins.

    The tree is walked as composed, which keeps lines and expands nothing; a node that aliases name comes once.
    """
    try:
        root = yaml.compose(front, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f" in line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "it cannot be read"
        raise PageError(f"{name}: the front matter is not YAML: {problem}{place}") from error
    if root is None:
        return
    if not isinstance(root, yaml.MappingNode):
        raise PageError(f"{name}: the front matter has no keys")
    waiting = [(str(key.value), node) for key, node in root.value]
    seen: set[int] = set()
    for key, node in waiting:
        if isinstance(node, yaml.ScalarNode):
            # The text of a block scalar begins on the line after its indicator.
            yield key, node.value, node.start_mark.line + (2 if node.style in {"|", ">"} else 1)
        elif id(node) not in seen:
            seen.add(id(node))
            waiting += [("", each[1] if isinstance(each, tuple) else each) for each in node.value]
