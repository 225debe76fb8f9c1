"""Finds the defects of a page, and keeps them as data.

Each is found by reading the page alone: it departs from itself, whatever a deployment does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from contracts.model.clause import Defect
from contracts.page import lists, structure
from contracts.page.facts import lines_of
from contracts.page.kept import Noticed, in_lines, write
from contracts.page.values import Page


def find_defects(page: Page, noticed: Iterable[Noticed] = ()) -> tuple[Defect, ...]:
    """All defects of a page, in the order of their lines: those found here, and those noticed that it still has."""
    found = [defect for part in (structure, lists) for check in part.CHECKS for defect in check(page)]
    cited = [(each, lines) for each in noticed if (lines := lines_of(page, each.cite))]
    found += [
        Defect(each.kind, min(lines), each.what.format(lines=in_lines(lines)), each.suggestion) for each, lines in cited
    ]
    return tuple(sorted(found, key=lambda defect: (defect.line, defect.kind, defect.what)))


def write_defects(page: Page, found: Iterable[Defect], path: Path) -> None:
    """Keep the defects of a page, with the SHA-256 of the page they were found in; the same page, the same bytes."""
    tables = [asdict(defect) for defect in found]
    content = {"defects": tables} if tables else {}
    write(path, "Where the page departs from itself, found by reading it", sha256=page.sha256, **content)
