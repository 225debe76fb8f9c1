"""What is kept as data: the words of defects, the defects that a page was found to have, where each clause is on it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, get_origin, get_type_hints

import tomlkit

from contracts.model.clause import Clause, Defect
from contracts.page.values import PageError

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
"""A UUID in its usual spelling."""

TEXTS = tomllib.loads(Path(__file__).with_name("defects.toml").read_text("utf-8"))
"""What is said of each kind of defect, and what is suggested."""

T = TypeVar("T")


@dataclass(frozen=True)
class Noticed:
    """A defect that a reader of the page noticed."""

    #: What kind of defect it is.
    kind: str
    #: What it cites of the page, as a clause does: there is a defect as long as the page says that.
    cite: dict[str, Any]
    #: What is wrong; `{lines}` in it are the lines that are cited.
    what: str
    #: What to write.
    suggestion: str


@dataclass(frozen=True)
class Places:
    """Lines of the page."""

    #: The hash of the page on which they were found; empty if none was read.
    sha256: str = ""
    #: Those of each heading and sample, by its title.
    titles: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    #: Those that each clause cites, by the id of the clause.
    clauses: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def of(self, clause: Clause) -> tuple[int, ...]:
        """Where a clause is: what it cites, or else the heading or the sample it belongs to."""
        return self.clauses.get(clause.id) or self.titles.get(clause.where, ())

    def title_at(self, line: int) -> str:
        """What a line is under: the last title at it or before it; empty above the first."""
        before = [(start, title) for title, starts in self.titles.items() for start in starts if start <= line]
        return max(before, default=(0, ""))[1]


def _load(path: Path) -> dict[str, Any]:
    """Return what a file holds; nothing if it does not exist. Raises PageError where it cannot be read."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise PageError(f"{path}: cannot be read: {error}") from error


def load_defects(path: Path) -> tuple[Defect, ...]:
    """The defects kept in a file; none if it does not exist. Raises PageError where it does not hold defects."""
    return _tables(path, Defect)


def load_noticed(path: Path) -> tuple[Noticed, ...]:
    """The noticed defects in a file; none if it does not exist. Raises PageError where it does not hold them."""
    return _tables(path, Noticed)


def _tables(path: Path, kind: type[T]) -> tuple[T, ...]:
    """Return the tables `defects` of a file, which have a key for each field of a dataclass, and no other."""
    types = {name: get_origin(hint) or hint for name, hint in get_type_hints(kind).items()}
    entries = _load(path).get("defects", [])
    if not isinstance(entries, list) or any(not isinstance(each, dict) or _types(each) != types for each in entries):
        raise PageError(f"{path}: each of [[defects]] needs {', '.join(types)}, and nothing else")
    return tuple(kind(**entry) for entry in entries)


def _types(table: dict[str, Any]) -> dict[str, type]:
    return {key: type(value) for key, value in table.items()}


def load_places(path: Path) -> Places:
    """The places kept in a file; none if it does not exist. Raises PageError where it does not hold places."""
    data = _load(path)
    tables = [data.get(name, {}) for name in ("titles", "clauses")]
    if not all(isinstance(table, dict) and all(map(_are_lines, table.values())) for table in tables):
        raise PageError(f"{path}: [titles] and [clauses] hold a list of lines for each name, and nothing else")
    titles, clauses = ({name: tuple(lines) for name, lines in table.items()} for table in tables)
    return Places(str(data.get("sha256", "")), titles, clauses)


def _are_lines(value: object) -> bool:
    return isinstance(value, list) and all(type(line) is int for line in value)


def write(path: Path, what: str, **content: object) -> None:
    """Write what a page is found to say to a TOML file, after a comment that says `what` it is."""
    comment = f"# {what}: `timp-conformance page FILE --write`.\n"
    comment += "# Written by that command; an edit by hand is lost with the next.\n\n"
    path.write_text(comment + tomlkit.dumps(content), "utf-8", newline="\n")


def defect(kind: str, lines: int | Collection[int], /, **values: object) -> Defect:
    """Return a defect on these lines in the words of TEXTS, which may have `values` and their attributes in them.

    `{lines}` in the words are all lines.
    """
    numbers = [lines] if isinstance(lines, int) else lines
    texts = {key: text.format(**{"lines": in_lines(numbers)} | values) for key, text in TEXTS[kind].items()}
    return Defect(kind, min(numbers), **texts)


def in_lines(lines: Collection[int]) -> str:
    """Return `line 3`, or `lines 3, 7`: each once, in order."""
    numbers = sorted(set(lines))
    return f"line{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}"
