"""Reads the body of a page: headings, definition lists, samples with their titles, includes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin

from contracts.page import languages
from contracts.page.calls import call_of
from contracts.page.values import DESCRIPTION, Block, Field, Include, Sample, Section

_MARKDOWN = MarkdownIt("commonmark").use(deflist_plugin)
_ATTRIBUTES = re.compile(r"\{:(.*)\}\s*$")
_TITLE = re.compile(r"""\btitle=(?:"([^"]*)"|'([^']*)')""")
_INCLUDE = re.compile(r"\{%-?\s*include(?:_relative)?\s+([^\s%]+)[^%]*%\}")
_TYPE = re.compile(r"\(([^)]*)\)\s*")
_REQUIRED = re.compile(r"[*_]{1,3}required[*_]{1,3}\s*", re.IGNORECASE)
_DATE_PART = r"(?:y{2,4}|m{1,4}|d{1,4})"
_FORMAT = re.compile(
    rf"\b{_DATE_PART}(?:[-/.]{_DATE_PART}){{1,2}}\b|\b\d+ decimal places\b|\bISO 8601\b|\bRFC 3339\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a piece of kramdown holds; the first section is what stands before any heading, if anything does."""

    sections: tuple[Section, ...]
    samples: tuple[Sample, ...]
    includes: tuple[Include, ...]


@dataclass
class _Open:
    """A section while it is being read."""

    title: str
    level: int
    line: int
    path: tuple[str, ...]
    blocks: list[Block] = field(default_factory=list)
    samples: bool = False

    def closed(self) -> Section:
        return Section(
            title=self.title,
            level=self.level,
            line=self.line,
            path=self.path,
            blocks=tuple(self.blocks),
            fields=tuple(_fields(self.title, self.blocks)),
            samples=self.samples,
        )


@dataclass
class _Reader:
    """Walks the tokens of one piece; `first` is the line of the file on which it begins."""

    first: int
    sections: list[_Open]
    samples: list[Sample] = field(default_factory=list)
    includes: list[Include] = field(default_factory=list)
    kind: str = "prose"
    after_fence: bool = False

    def take(self, token: Token) -> None:
        line = self.first + (token.map[0] if token.map else 0)
        if token.type == "heading_open":
            self._heading(int(token.tag[1:]), line)
        elif token.type in {"dt_open", "dd_open"}:
            self.kind = "term" if token.type == "dt_open" else "definition"
        elif token.type in {"dl_close", "heading_close"}:
            self.kind = "prose"
        elif token.type == "inline":
            self._text(token.content, line)
        elif token.type == "fence":
            self._sample(token, line)

    def _heading(self, level: int, line: int) -> None:
        self.kind = "heading"
        self.after_fence = False
        above = [section for section in self._ancestors() if section.level < level]
        self.sections.append(_Open("", level, line, tuple(section.title for section in above)))

    def _ancestors(self) -> list[_Open]:
        """The headings that are open here, outermost first."""
        chain: list[_Open] = []
        for section in self.sections:
            chain = [other for other in chain if other.level < section.level]
            chain += [section] if section.level else []
        return chain

    def _text(self, text: str, line: int) -> None:
        current = self.sections[-1]
        if self.kind == "heading":
            current.title = text.strip().rstrip(":").strip()
            current.path = (*current.path, current.title)
            return
        prose = []
        for number, row in enumerate(text.split("\n"), start=line):
            if attributes := _ATTRIBUTES.match(row.strip()):
                self._attributes(attributes[1])
            elif include := _INCLUDE.search(row):
                self.includes.append(Include(include[1], number, current.title))
                current.blocks.append(Block("include", number, row.strip()))
            else:
                prose.append(Block(self.kind, number, row))
        self.after_fence = False
        if prose:
            whole = " ".join(block.text for block in prose)
            current.blocks.append(Block(self.kind, prose[0].line, whole))

    def _attributes(self, attributes: str) -> None:
        title = _TITLE.search(attributes)
        if self.after_fence and title:
            sample = self.samples.pop()
            title_text = title[1] if title[1] is not None else title[2]
            self.samples.append(Sample(title_text, sample.language, sample.text, sample.line, sample.call))

    def _sample(self, token: Token, line: int) -> None:
        language = languages.name(token.info, token.content)
        self.samples.append(Sample("", language, token.content, line, call_of(language, token.content)))
        self.sections[-1].samples = True
        self.after_fence = True


def parse(text: str, first: int) -> Parsed:
    """Read a piece of kramdown that begins on line `first` of its file. What it does not know it passes over."""
    reader = _Reader(first, [_Open(DESCRIPTION, 0, first, (DESCRIPTION,))])
    for token in _MARKDOWN.parse(text):
        reader.take(token)
    preamble, *headed = (section.closed() for section in reader.sections)
    if preamble.blocks:
        preamble = Section(
            preamble.title,
            0,
            preamble.blocks[0].line,
            preamble.path,
            preamble.blocks,
            preamble.fields,
            preamble.samples,
        )
        headed = [preamble, *headed]
    return Parsed(tuple(headed), tuple(reader.samples), tuple(reader.includes))


def _fields(section: str, blocks: list[Block]) -> list[Field]:
    """The entries of the section's lists: a name, and all the definitions that follow it."""
    found: list[tuple[Block, list[str]]] = []
    for block in blocks:
        if block.kind == "term":
            found.append((block, []))
        elif block.kind == "definition" and found:
            found[-1][1].append(block.text)
    return [_field(section, term, " ".join(texts).strip()) for term, texts in found]


def _field(section: str, term: Block, text: str) -> Field:
    kind = _TYPE.match(text)
    words = [word.strip() for word in kind[1].split(",")] if kind else []
    rest = text[kind.end() :] if kind else text
    marked = _REQUIRED.match(rest)
    token = _FORMAT.search(rest)
    types = [word for word in words if word.lower() not in {"required", "optional"}]
    return Field(
        section=section,
        name=term.text.strip("`* "),
        type=", ".join(types).lower() or None,
        required=marked is not None or "required" in [word.lower() for word in words],
        format=token[0] if token else None,
        definition=rest[marked.end() :] if marked else rest,
        line=term.line,
    )
