"""Calls an endpoint's planners, and names the planner and the case where one of them cannot be used."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from contracts.endpoint.plan import Change, Kit, PlannedCase, Planner
from contracts.model.clause import Clause, Status
from contracts.model.definition import DefinitionError, in_a_line
from contracts.model.exchange import Order, Request
from contracts.model.spelling import meant

STANDARD = "contracts.standard."
"""The modules whose planners have cases for clauses that an endpoint may leave out."""


def planned(
    planners: Iterable[Planner], kit: Kit, clauses: Mapping[str, Clause], bases: Collection[str]
) -> Iterator[PlannedCase]:
    """Yield the cases of all planners. Raises DefinitionError, also later in a change of a case.

    Args:
        planners: the planners of an endpoint.
        kit: what they build with.
        clauses: the clauses that a case may be for, by id.
        bases: the names of the requests that a case may vary.
    """
    seen: dict[str, str] = {}
    for planner in planners:
        place = f"{inspect.getsourcefile(planner)}: planner {planner.__name__}"
        try:
            cases = list(planner(kit))
        except Exception as error:
            raise DefinitionError(f"{place}: {in_a_line(error)}") from error
        for case in cases:
            entry = f"{place}: case {case.id}"
            clause = clauses.get(case.clause)
            if clause is None and planner.__module__.startswith(STANDARD):
                continue
            if clause is None:
                raise DefinitionError(f"{entry}: {case.clause}: no such clause{meant(case.clause, clauses)}")
            if case.base not in bases:
                raise DefinitionError(f"{entry}: base {case.base}: no such request{meant(case.base, bases)}")
            if case.id in seen:
                raise DefinitionError(f"{entry}: planner {seen[case.id]} has a case of this name too")
            seen[case.id] = planner.__name__
            known = replace(case, expects=clause.expects, silent=clause.status is Status.SILENT)
            yield _with_place(known, entry)


def _with_place(case: PlannedCase, entry: str) -> PlannedCase:
    """Return the case; a change of it that fails says where it is defined."""
    steps = tuple((role, _change(edit, entry)) for role, edit in case.steps)
    return replace(case, steps=steps, if_refused=tuple((role, _change(edit, entry)) for role, edit in case.if_refused))


def _change(edit: Change, entry: str) -> Change:
    @functools.wraps(edit)
    def changed(request: Request, order: Order, kit: Kit) -> Request:
        try:
            return edit(request, order, kit)
        except Exception as error:
            raise DefinitionError(f"{entry}: {in_a_line(error)}") from error

    return changed
