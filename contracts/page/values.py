"""What a page says, as frozen values. Every `line` is counted from 1 in the file, front matter included."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DESCRIPTION = "Description"
"""What cites call the description: the front matter's, the prose before any heading, and its copies."""

DESCRIPTIONS = frozenset({DESCRIPTION, "Short Description", "Long Description"})


class PageError(ValueError):
    """A page, or what is kept of one, that cannot be read; the message is one line and says why."""


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of text: `kind` is heading, prose, term, definition, include, sample or title.

    The text of an include is the path of the file, that of a title what the sample before it is called. `level` is that
    of a heading, `language` that of a sample.
    """

    kind: str
    line: int
    text: str
    level: int = 0
    language: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """An entry of a field list. `type` and `format` are None where the page gives none.

    `definition` is the text after the type and the mark of what is required, `line` that of the name.
    """

    section: str
    name: str
    type: str | None
    required: bool
    format: str | None
    definition: str
    line: int


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what is below it, up to the next heading.

    `path` is the titles of the headings it is under, its own last; `level` is 0 for the text that is
    under no heading and for the front matter's description. `samples` says whether code is in it. `copy` is 1 for
    the first section of that path, 2 for its first repetition.
    """

    title: str
    level: int
    line: int
    path: tuple[str, ...]
    blocks: tuple[Block, ...]
    fields: tuple[Field, ...] = ()
    samples: bool = False
    copy: int = 1

    @property
    def words(self) -> tuple[tuple[str, int], ...]:
        """Each word with its line; a line break within a block is not followed."""
        return tuple((word, block.line) for block in self.blocks for word in block.text.split())


@dataclass(frozen=True, slots=True)
class Call:
    """The request that a sample shows, as far as it could be extracted.

    `payload` is the JSON value of its body, None where it has none or it could not be read; `broken` is True for a
    body that means to be JSON and is none. `declares_json` is True where the tool sets the media type on its own.
    """

    method: str | None = None
    url: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    payload: Any = None
    broken: bool = False
    declares_json: bool = False


@dataclass(frozen=True, slots=True)
class Sample:
    """A piece of code. `line` is that of its opening fence, `language` one of `languages.NAMES` or as written."""

    title: str
    language: str
    text: str
    line: int
    call: Call

    @property
    def is_response(self) -> bool:
        """Return whether it shows what comes back; all others show what is sent."""
        return "response" in self.title.lower()

    def line_of(self, word: str) -> int:
        """The first line on which `word` is whole; the fence's where it is nowhere."""
        numbered = enumerate(self.text.split("\n"), start=self.line + 1)
        whole = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")
        return next((number for number, line in numbered if whole.search(line)), self.line)


@dataclass(frozen=True)
class Page:
    """A page of the published format. What it does not say is None or empty.

    `path` is its title and `front` holds the line of every key of the front matter. `sections` holds, before the
    headings, what is under none. `file` is None for a page read from text.
    """

    file: Path | None
    sha256: str
    method: str | None
    path: str | None
    description: str | None
    front: dict[str, int]
    sections: tuple[Section, ...]
    samples: tuple[Sample, ...]

    @functools.cached_property
    def headings(self) -> tuple[Section, ...]:
        """The sections that have a heading."""
        return tuple(section for section in self.sections if section.level)

    @functools.cached_property
    def fields(self) -> tuple[Field, ...]:
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
