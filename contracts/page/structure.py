"""Defects of the parts of a page: the title, headings, includes, sections that are there twice, samples."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import zip_longest

from contracts.model.clause import Defect
from contracts.page import lists
from contracts.page.kept import UUID, defect, in_lines
from contracts.page.values import FORMAT, Page, Section, grouped

_PLACEHOLDER = re.compile(
    r"[<>{}$\[\]…]|\.\.\.|\*\*|(?<![a-z0-9])(?:your|my|token|secret|key|example|x{3,})(?![a-z0-9])", re.IGNORECASE
)


def _title(page: Page) -> Iterator[Defect]:
    """Where a parameter belongs is a placeholder, and the list of parameters marks each as required."""
    listed, uuids = lists.fields(page, "path"), len(UUID.findall(page.path or ""))
    if uuids:
        names = ", ".join(f"{{{field.name}}}" for field in listed) if len(listed) == uuids else "{…}"
        yield defect("title-placeholder", page.front["title"], count=uuids, names=names)
    if any(field.required for field in page.fields):
        yield from (defect("path-parameter", field.line, field=field) for field in listed if not field.required)


def _includes(page: Page) -> Iterator[Defect]:
    """Includes of files that are nowhere; the same several times is one."""
    file = page.file
    folders = [file.parent, *(parent / "_includes" for parent in file.resolve().parents)] if file else []
    for path, lines in grouped((include.text, include.line) for include in page.includes).items():
        if not any((folder / path).is_file() for folder in folders):
            yield defect("unresolved-include", lines, path=path)


def _empty(page: Page) -> Iterator[Defect]:
    """Headings with nothing below them."""
    for section, after in zip_longest(page.headings, page.headings[1:]):
        if section.blocks or section.samples or (after and after.level > section.level):
            continue
        others = [other.line for other in page.copies[section.path] if other is not section]
        also = f"; it is also in {in_lines(others)}" if others else ""
        yield defect("empty-heading", section.line, section=section, also=also)


def _copies(page: Page) -> Iterator[Defect]:
    """Sections that are there more than once: alike, which invites drift, or drifted apart."""
    filled = [[section for section in group if section.blocks] for group in page.copies.values()]
    pairs = [(group[0], other) for group in filled for other in group[1:]]
    drifts = [_difference(one, other) for one, other in pairs]
    yield from filter(None, drifts)
    alike = [pair for pair, drift in zip(pairs, drifts, strict=True) if not drift]
    if alike:
        names = ", ".join(f"{one.title} ({one.line}, {other.line})" for one, other in alike)
        yield defect("repeated-section", min(other.line for _, other in alike), names=names)


def _difference(one: Section, other: Section) -> Defect | None:
    """The first word in which two copies differ."""
    for ours, theirs in zip_longest(one.words, other.words):
        (here, line), (there, there_line) = ours or ("nothing", one.line), theirs or ("nothing", other.line)
        if here != there:
            return defect("drift", there_line, section=one, here=here, there=there, line=line, there_line=there_line)
    return None


def _syntax(page: Page) -> Iterator[Defect]:
    """Without the parser's own words: they differ from one version of it to the next."""
    for sample in page.samples:
        if line := sample.call.wrong:
            at = sample.line + min(line, sample.text.rstrip("\n").count("\n") + 1)
            yield defect("sample-syntax", at, sample=sample, language=FORMAT["parsers"].get(sample.language))
        elif sample.call.broken:
            yield defect("sample-json", sample.line, sample=sample)


def _credentials(page: Page) -> Iterator[Defect]:
    """A token in a sample that could be one, rather than the place where one's own goes."""
    found: list[tuple[str, int]] = []
    for sample, (name, value) in [(each, header) for each in page.samples for header in each.call.headers]:
        scheme, _, secret = value.rpartition(" ")
        if name.lower() == "authorization" and not _PLACEHOLDER.search(secret) and not secret.isupper():
            found.append((scheme, sample.line_of(secret)))
    for scheme, lines in grouped(found).items():
        yield defect("sample-credential", lines, after=f" after {scheme}" if scheme else "", scheme=scheme)


def _bodies(page: Page) -> Iterator[Defect]:
    """Bodies that are not that of the first sample; in JSON, `true` is not 1, and 1 is not 1.0."""
    sent = [sample for sample in page.samples if sample.role == "request" and sample.call.payload is not None]
    texts = [json.dumps(sample.call.payload, sort_keys=True) for sample in sent]
    others = [sample for sample, text in zip(sent, texts, strict=True) if text != texts[0]]
    yield from (defect("sample-bodies", sample.line, sample=sample, first=sent[0]) for sample in others)


CHECKS = (_title, _includes, _empty, _copies, _syntax, _credentials, _bodies)
"""What finds defects of these kinds."""
