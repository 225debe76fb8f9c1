"""Reads a page of the published format: what it states, whether the clauses cite it, where it departs from itself."""

from contracts.page.defects import find_defects, load_defects, write_defects
from contracts.page.facts import BrokenCite, Statement, check, statements, uncovered
from contracts.page.places import Places, load_places
from contracts.page.reader import read
from contracts.page.values import Page, PageError

__all__ = [
    "BrokenCite",
    "Page",
    "PageError",
    "Places",
    "Statement",
    "check",
    "find_defects",
    "load_defects",
    "load_places",
    "read",
    "statements",
    "uncovered",
    "write_defects",
]
