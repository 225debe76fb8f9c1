"""Where on the page each clause stands, kept as data: the page itself is no part of the project."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import tomlkit

from contracts.model.clause import Clause
from contracts.page.facts import Cite
from contracts.page.kept import Places
from contracts.page.values import Page


def find_places(page: Page, clauses: Iterable[Clause]) -> Places:
    """The places of all clauses on a page; a clause whose facts do not stand there has none."""
    titles: dict[str, set[int]] = {}
    for title, line in [*((s.title, s.line) for s in page.sections), *((s.title, s.line) for s in page.samples)]:
        titles.setdefault(title, set()).add(line)
    found = {clause.id: sorted({line for cite in clause.cites for line in _lines(page, cite)}) for clause in clauses}
    return Places(
        page.sha256,
        {title: tuple(sorted(lines)) for title, lines in titles.items()},
        {clause: tuple(lines) for clause, lines in found.items() if lines},
    )


def _lines(page: Page, cite: Cite) -> Iterator[int]:
    """The lines at which a cited fact stands, those of copies too."""
    for key, name in (("method", "method"), ("path", "title")):
        if key in cite and name in page.front:
            yield page.front[name]
    if "field" in cite:
        yield from (f.line for f in page.fields if (f.name, f.section) == (cite["field"], cite["section"]))
    for sample in page.samples:
        if sample.title == cite.get("sample"):
            named = [token for token in cite.get("pointer", "").split("/") if token and not token.isdecimal()]
            yield sample.line_of(named[-1]) if named else sample.line
        if any(name.lower() == str(cite.get("header")).lower() for name, _ in sample.call.headers):
            yield sample.line_of(cite["header"])
    yield from (include.line for include in page.includes if include.path == cite.get("include"))
    if "heading" in cite:
        yield from (section.line for section in page.named(cite["heading"]))
    if "term" in cite:
        blocks = (block for section in page.named(cite["section"]) for block in section.blocks)
        yield from (block.line for block in blocks if cite["term"].lower() in " ".join(block.text.split()).lower())


def write_places(page: Page, clauses: Iterable[Clause], path: Path) -> None:
    """Keep the places of clauses, with the SHA-256 of the page; the same page and clauses, the same bytes."""
    places = find_places(page, clauses)
    document = tomlkit.document()
    document.add(
        tomlkit.comment("On which lines of the page each clause stands: `timp-conformance page FILE --write`.")
    )
    document.add(tomlkit.comment("Written by that command; an edit by hand is lost with the next."))
    document.add(tomlkit.nl())
    document["sha256"] = page.sha256
    for name in ("titles", "clauses"):
        table = tomlkit.table()
        table.update({key: list(lines) for key, lines in getattr(places, name).items()})
        document[name] = table
    path.write_text(tomlkit.dumps(document), "utf-8", newline="\n")
