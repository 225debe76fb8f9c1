"""Where on the page each clause stands, kept as data: the page itself is no part of the project."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import tomlkit

from contracts.model import Clause
from contracts.page.facts import Cite
from contracts.page.values import Page, PageError


@dataclass(frozen=True)
class Places:
    """Lines of the page: of each heading and sample by its title, and of what each clause cites by the clause's id.

    `sha256` is that of the page they were found on, empty where nobody looked.
    """

    sha256: str = ""
    titles: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    clauses: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def of(self, clause: Clause) -> tuple[int, ...]:
        """Where a clause stands: what it cites, or else the heading or the sample it belongs to."""
        return self.clauses.get(clause.id) or self.titles.get(clause.where, ())

    def title_at(self, line: int) -> str:
        """What a line stands under: the last title at it or before it; empty above the first."""
        before = [(start, title) for title, starts in self.titles.items() for start in starts if start <= line]
        return max(before, default=(0, ""))[1]


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
    for key in ("method", "path"):
        if key in cite:
            yield page.front["title" if key == "path" else key]
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


def load_places(path: Path) -> Places:
    """The places kept in a file; none where there is no file. Raises PageError where it does not hold places."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return Places()
    except (OSError, ValueError) as error:
        raise PageError(f"{path}: cannot be read: {error}") from error
    tables = [data.get(name, {}) for name in ("titles", "clauses")]
    if not all(isinstance(table, dict) and all(map(_are_lines, table.values())) for table in tables):
        raise PageError(f"{path}: [titles] and [clauses] hold a list of lines for each name, and nothing else")
    titles, clauses = ({name: tuple(lines) for name, lines in table.items()} for table in tables)
    return Places(str(data.get("sha256", "")), titles, clauses)


def _are_lines(value: object) -> bool:
    return isinstance(value, list) and all(type(line) is int for line in value)
