"""What was read from the page and is kept as data: its defects, and where each clause stands on it. Reads no page."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from contracts.model.clause import Clause, Defect
from contracts.page.values import PageError

DEFECT = {"kind": str, "line": int, "what": str, "suggestion": str}
"""The keys of a defect, and of what type each is."""


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


def load_defects(path: Path) -> tuple[Defect, ...]:
    """The defects kept in a file; none where there is no file. Raises PageError where it does not hold defects."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return ()
    except (OSError, ValueError) as error:
        raise PageError(f"{path}: cannot be read: {error}") from error
    entries = data.get("defects", [])
    if not isinstance(entries, list) or not all(_whole(entry) for entry in entries):
        raise PageError(f"{path}: each of [[defects]] needs {', '.join(DEFECT)}, and nothing else")
    return tuple(Defect(**entry) for entry in entries)


def _whole(entry: object) -> bool:
    return (
        isinstance(entry, dict)
        and entry.keys() == DEFECT.keys()
        and all(type(entry[key]) is kind for key, kind in DEFECT.items())
    )


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
