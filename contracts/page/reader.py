"""Reads a page: splits off the front matter, and keeps count of the lines."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml
from frontmatter.default_handlers import YAMLHandler

from contracts.page import kramdown
from contracts.page.copies import numbered
from contracts.page.values import DESCRIPTION, Block, Page, PageError, Section

LIMIT = 1_000_000
"""The most bytes a page may have: what is larger is no page."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_FENCE = re.compile(r"^ {0,3}(?:~~~|```)", re.MULTILINE)
_BOUNDARY = re.compile(r"^-{3,}[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A scalar of the front matter: `first` is the line on which its text begins, `key` is empty below the top."""

    key: str
    value: str
    line: int
    first: int


def read(source: str | Path) -> Page:
    """Read a page from its text, or from a file. Raises PageError, in one line, for what is no page."""
    file = source if isinstance(source, Path) else None
    name = str(file) if file else "the text"
    raw = _bytes(file) if file else str(source).encode("utf-8", "surrogatepass")
    front, body, line = _split(_decoded(raw, name), name)
    entries = tuple(_entries(front, name))
    values = {entry.key: entry for entry in entries if entry.key}
    parts = [kramdown.parse(entry.value, entry.first) for entry in entries if _FENCE.search(entry.value)]
    main = kramdown.parse(body, line)
    summary = values.get("description")
    sections = (_summary(summary), *main.sections) if summary and summary.value else main.sections
    samples = (sample for part in (*parts, main) for sample in part.samples)
    return Page(
        file=file,
        sha256=hashlib.sha256(raw).hexdigest(),
        method=values["method"].value.lower() if "method" in values else None,
        path=values["title"].value if "title" in values else None,
        description=summary.value if summary else None,
        front={entry.key: entry.line for entry in values.values()},
        sections=numbered(sections),
        samples=tuple(sorted(samples, key=lambda sample: sample.line)),
        includes=tuple(include for part in (*parts, main) for include in part.includes),
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
    control = _CONTROL.search(text)
    if control:
        line = text.count("\n", 0, control.start()) + 1
        raise PageError(f"{name}: is not text: a control character stands in line {line}")
    return text


def _split(text: str, name: str) -> tuple[str, str, int]:
    """The front matter, padded so that its lines count as in the file; the body; the line it begins on."""
    # The library's own boundary also takes the empty lines after it, and so loses count.
    handler = YAMLHandler(fm_boundary=_BOUNDARY)
    if not handler.detect(text):
        return "", text, 1
    try:
        front, body = handler.split(text)
    except ValueError as error:
        raise PageError(f"{name}: the front matter that line 1 opens is never closed") from error
    return front, body, text.count("\n", 0, len(text) - len(body)) + 1


def _entries(front: str, name: str) -> Iterator[_Entry]:
    """Every scalar of the front matter. The tree is walked as composed, which keeps lines and expands nothing."""
    try:
        root = yaml.compose(front, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f" in line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "it cannot be read"
        raise PageError(f"{name}: the front matter is no YAML: {problem}{place}") from error
    if root is None:
        return
    if not isinstance(root, yaml.MappingNode):
        raise PageError(f"{name}: the front matter has no keys")
    for key, value in root.value:
        if isinstance(value, yaml.ScalarNode):
            yield _entry(str(key.value), value)
        else:
            yield from (_entry("", node) for node in _scalars(value))


def _entry(key: str, node: yaml.ScalarNode) -> _Entry:
    """A block scalar begins on the line after its indicator."""
    line = node.start_mark.line + 1
    return _Entry(key, node.value, line, line + 1 if node.style in {"|", ">"} else line)


def _scalars(root: yaml.Node) -> Iterator[yaml.ScalarNode]:
    """The scalars below a node, each once however often aliases name it."""
    waiting = [root]
    seen: set[int] = set()
    while waiting:
        node = waiting.pop(0)
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            yield node
        elif isinstance(node, yaml.MappingNode):
            waiting += [value for _, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value


def _summary(entry: _Entry) -> Section:
    """The front matter's description as a section without a heading: what the body calls the short one."""
    title = f"Short {DESCRIPTION}"
    return Section(title, 0, entry.line, (title,), (Block("prose", entry.first, entry.value),), ())
