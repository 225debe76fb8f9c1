"""Reads a page: its front matter and the line of each key, then its body."""

from __future__ import annotations

import hashlib
import html
import re
from pathlib import Path
from typing import Any

import yaml

from contracts.page import body
from contracts.page.values import DESCRIPTION, Block, Page, PageError, Section

LIMIT = 1_000_000
"""The most bytes a page may have: what is larger is not a page."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
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
    if isinstance(error, yaml.YAMLError | RecursionError):
        mark = getattr(error, "problem_mark", None)
        place = f" in line {mark.line + 1}" if mark else ""
        return f"the front matter is not YAML: {getattr(error, 'problem', None) or 'it cannot be read'}{place}"
    return str(error)


def _bytes(file: Path) -> bytes:
    with file.open("rb") as stream:
        raw = stream.read(LIMIT + 1)
    if len(raw) > LIMIT:
        raise PageError(f"is larger than {LIMIT} bytes, which no page is")
    return raw


def _page(raw: bytes, file: Path | None) -> Page:
    text = _text(raw)
    blocks = list(body.blocks(text, 1))
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
    aside = [block for event in texts for block in body.blocks(event.value, _line(event))]
    sections = list(body.sections(blocks))
    if summary := values.get("description"):
        title, first = f"Short {DESCRIPTION}", lines["description"]
        sections.insert(0, Section(title, 0, first, (title,), (Block("prose", first, summary),)))
    return Page(
        file=file,
        sha256=hashlib.sha256(raw).hexdigest(),
        method=values["method"].lower() if "method" in values else None,
        path=values.get("title"),
        description=values.get("description"),
        front=lines,
        sections=tuple(sections),
        samples=tuple(body.samples([*aside, *blocks])),
    )


def _text(raw: bytes) -> str:
    """Return the text with its line ends made one; a byte order mark is passed over."""
    text = re.sub("\r\n?", "\n", raw.decode("utf-8-sig"))
    if not text.strip():
        raise PageError("is empty")
    if control := _CONTROL.search(text):
        line = text.count("\n", 0, control.start()) + 1
        raise PageError(f"is not text: a control character is in line {line}")
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
