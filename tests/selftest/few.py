"""Few planned cases: for tests of what a run does with what it sends, to which most cases add nothing.

A test that says what a run finds keeps the cases of the clauses that it speaks of. Where it says that nothing is found,
all cases are sent, or it says little.
"""

import os

from contracts import ROOT
from contracts.endpoint.discovery import Endpoint

EVERY = 20
"""One of so many cases is left."""

KEPT = "SELFTEST_KEEPS"
"""The variable with the beginnings of the names of cases that are all left, with semicolons between them."""

whole = Endpoint.planned


def environment(*kept, options=""):
    """The variables of a program that sends few cases, but all whose names begin so; and more options of pytest."""
    chosen = f"-p {__name__} {options}".strip()
    return {"PYTEST_ADDOPTS": chosen, "PYTHONPATH": str(ROOT), KEPT: ";".join(kept)}


def planned(endpoint, kit):
    """In place of the method of an endpoint: one case of each EVERY, and those that are kept."""
    kept = tuple(filter(None, os.environ.get(KEPT, "").split(";")))
    return [case for n, case in enumerate(whole(endpoint, kit)) if n % EVERY == 0 or case.id.startswith(kept)]


def apply(patch, *kept):
    """In runs of this process, until a `MonkeyPatch` is undone."""
    patch.setattr(Endpoint, "planned", planned)
    patch.setenv(KEPT, ";".join(kept))


def pytest_configure():
    """As a plugin: in each run of this process."""
    Endpoint.planned = planned
