"""What a page says, as frozen values. Every `line` is counted from 1 in the file, front matter included."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

K = TypeVar("K")
V = TypeVar("V")

DESCRIPTION = "Description"
"""What cites call the description: the front matter's, the prose before any heading, and its copies."""
DESCRIPTIONS = frozenset({DESCRIPTION, "Short Description", "Long Description"})


FORMAT: dict[str, dict[str, str]] = tomllib.loads(Path(__file__).with_name("format.toml").read_text("utf-8"))
"""The words of the published format, by what they are words of, and what each means."""


def grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, list[V]]:
    """Return the values of each key, in the order in which they come."""
    found: dict[K, list[V]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


class PageError(ValueError):
    """A page, or what is kept of one, that cannot be read; the message is one line and says why."""


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of text."""

    #: front (the front matter), heading, prose, term, definition, include, sample or title.
    kind: str
    #: Where it begins.
    line: int
    #: What it says; the path of an include; what the sample before a title is called.
    text: str
    #: That of a heading.
    level: int = 0
    #: That of a sample.
    language: str = ""


@dataclass(frozen=True, slots=True)
class FieldEntry:
    """An entry of a field list."""

    #: The title of its section.
    section: str
    #: The name of the field.
    name: str
    #: As the page writes it; None if it gives none.
    type: str | None
    #: Whether it is marked as required.
    required: bool
    #: As the page writes it; None if it gives none.
    format: str | None
    #: That of the name.
    line: int

    @property
    def json_type(self) -> str | None:
        """What JSON calls its type; None if that is not known."""
        return next((name for word, name in FORMAT["types"].items() if (self.type or "").startswith(word)), None)

    @property
    def is_composite(self) -> bool:
        """Return whether it holds further values, which a list may describe."""
        return self.json_type in {"array", "object"}


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what is below it, up to the next heading."""

    #: The text of the heading.
    title: str
    #: That of the heading; 0 for text under none, and for the description of the front matter.
    level: int
    #: That of the heading.
    line: int
    #: The titles of the headings it is under, its own last; sections of one path are copies.
    path: tuple[str, ...]
    #: What is below it.
    blocks: tuple[Block, ...]
    #: The entries of its field lists.
    fields: tuple[FieldEntry, ...] = ()
    #: Whether code is in it.
    samples: bool = False

    @property
    def words(self) -> tuple[tuple[str, int], ...]:
        """Each word with its line; a line break within a block is not followed."""
        return tuple((word, block.line) for block in self.blocks for word in block.text.split())


@dataclass(frozen=True, slots=True)
class SampleCall:
    """What a sample sends, as far as it could be extracted."""

    #: Names and values.
    headers: tuple[tuple[str, str], ...] = ()
    #: The JSON value of its body; None if it has none, or it could not be read.
    payload: Any = None
    #: Whether the body means to be JSON and is none.
    broken: bool = False
    #: The line of the sample, from 1, at which it does not parse; None if it does, or nothing here parses its language.
    wrong: int | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """A piece of code."""

    #: What the page calls it.
    title: str
    #: json, bash, python, javascript, or as written.
    language: str
    #: The code.
    text: str
    #: That of its opening fence.
    line: int
    #: The request that it makes.
    call: SampleCall

    @property
    def name(self) -> str:
        """What it is called: its title, or its language."""
        return self.title or self.language or "without a title"

    @property
    def role(self) -> str:
        """Return `response` if it shows what comes back; all others show what is sent, the `request`."""
        return "response" if "response" in self.title.lower() else "request"

    def line_of(self, word: str) -> int:
        """The first line on which `word` is whole; the fence's where it is nowhere."""
        numbered = enumerate(self.text.split("\n"), start=self.line + 1)
        whole = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")
        return next((number for number, line in numbered if whole.search(line)), self.line)


@dataclass(frozen=True)
class Page:
    """A page of the published format. What it does not say is None or empty."""

    #: Where it was read; None for a text.
    file: Path | None
    #: Of its bytes.
    sha256: str
    #: The verb of the call.
    method: str | None
    #: Its title: the path of the call.
    path: str | None
    #: The line of each key of the front matter.
    front: dict[str, int]
    #: Before the headings, what is under none.
    sections: tuple[Section, ...]
    #: Its pieces of code.
    samples: tuple[Sample, ...]

    @functools.cached_property
    def headings(self) -> tuple[Section, ...]:
        """The sections that have a heading."""
        return tuple(section for section in self.sections if section.level)

    @functools.cached_property
    def copies(self) -> dict[tuple[str, ...], list[Section]]:
        """The sections by their path: each with its copies."""
        return grouped((section.path, section) for section in self.sections)

    @functools.cached_property
    def fields(self) -> tuple[FieldEntry, ...]:
        """The fields of all lists and all their copies."""
        return tuple(field for section in self.sections for field in section.fields)

    @functools.cached_property
    def includes(self) -> tuple[Block, ...]:
        """The places that other files are to be put in; the text is the path of the file."""
        return tuple(block for section in self.sections for block in section.blocks if block.kind == "include")

    def named(self, title: str) -> tuple[Section, ...]:
        """The sections of that title, copies included; `Description` means all the page's descriptions."""
        titles = DESCRIPTIONS if title == DESCRIPTION else {title}
        return tuple(section for section in self.sections if section.title in titles)
