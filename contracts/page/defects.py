"""Finds the defects of a page, and keeps them as data.

Each is found by reading the page alone: it departs from itself, whatever a deployment does.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from contracts.model.clause import Defect
from contracts.page import lists, names, samples, structure
from contracts.page.kept import write
from contracts.page.values import Page


def find_defects(page: Page) -> tuple[Defect, ...]:
    """All defects of a page, in the order of their lines."""
    found = (defect for part in (structure, lists, samples, names) for check in part.CHECKS for defect in check(page))
    return tuple(sorted(found, key=lambda defect: (defect.line, defect.kind, defect.what)))


def write_defects(page: Page, path: Path) -> None:
    """Keep the defects of a page, with the SHA-256 of the page they were found in; the same page, the same bytes."""
    found = [asdict(defect) for defect in find_defects(page)]
    content = {"defects": found} if found else {}
    write(path, "Where the page departs from itself, found by reading it", sha256=page.sha256, **content)
