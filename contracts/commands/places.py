"""Where a clause is in the code, as file and line: what judges it, what sends requests for it, and what proves it."""

from __future__ import annotations

import functools
import inspect
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contracts import ELSEWHERE, PACKAGE, ROOT
from contracts.endpoint import oracle
from contracts.endpoint.plan import Kit
from contracts.endpoint.planning import planned
from contracts.engine.calibrate import calibrate
from contracts.judging.availability import POOLED

if TYPE_CHECKING:
    from contracts.commands.trials import Trials
    from contracts.endpoint.discovery import Endpoint
    from contracts.model.clause import Clause

ACCEPTS_NOTHING = "what breaks it accepts nothing, and ends with exit code 5 or 6"

HOSTILE_SERVERS = "tests/selftest/hostile_servers.py"
HOSTILE = frozenset({"http.header-syntax"})
"""What only servers written for the tests send, and their file."""

SHARED_READINGS = "provider/standard/readings.py"
"""The switches of the questions that every call has."""

Places = Mapping[str, tuple[str, ...]]
"""Names by the file and the line where they are."""


def place(function: Callable[..., Any]) -> str:
    """Return the file and the line where a function begins, below the project's folder."""
    while isinstance(function, functools.partial):
        function = function.func
    code = inspect.unwrap(function).__code__
    return f"{_short(Path(code.co_filename))}:{code.co_firstlineno}"


def _short(path: Path) -> str:
    homes = (PACKAGE.parent, *ELSEWHERE)
    return next((str(path.relative_to(home)) for home in homes if path.is_relative_to(home)), str(path))


def judged_at(endpoint: Endpoint, clause: Clause) -> str:
    """Return where a clause is judged: by an oracle of its own, or a standard one."""
    own = endpoint.judges.get(clause.id) or endpoint.observers.get(clause.id) or POOLED.get(clause.id)
    return place(own or oracle.standard_of(clause))


def senders(endpoint: Endpoint, kit: Kit) -> dict[str, Places]:
    """Return where the requests for each clause are made up: in planners, or in calibration and all that follows."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for planner in endpoint.planners:
        for case in planned((planner,), kit, endpoint.catalogue.clauses, endpoint.definition.bases):
            found[case.clause][place(planner)].add(planner.__name__)
    every = {place(endpoint.definition.calibrate): ("calibration, and all that is sent after it",)}
    return {
        clause.id: _sorted(_of(found, (clause.id, *clause.refusals_of))) or every
        for clause in endpoint.catalogue.clauses.values()
    }


def _of(found: Mapping[str, Mapping[str, set[str]]], clauses: Iterable[str]) -> dict[str, set[str]]:
    joined: dict[str, set[str]] = defaultdict(set)
    for clause in clauses:
        for where, names in found.get(clause, {}).items():
            joined[where] |= names
    return joined


def proofs(trials: Trials, clause: Clause) -> Places:
    """Return the faults and the choices of the reference provider that prove a clause, by where they are.

    What the server of the reference provider cannot send is proved by a server of its own. A target that breaks what
    has no proof accepts nothing, and no clause could be judged: that is where the run ends.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for name, fault in trials.found.items():
        if clause.id in (*fault.breaks, *fault.also):
            found[place(fault.deviation)].add(name)
    if clause.id in trials.call.switches:
        handler = Path(inspect.getfile(trials.call.handler))
        own = sorted(handler.parent.rglob("*.py"), key=lambda path: (path.name != "readings.py", path))
        where = _line_with(f'"{clause.id}":', [PACKAGE.parent / SHARED_READINGS, *own, handler])
        found[where] |= {f"{clause.id}={name}" for name in trials.call.switches[clause.id]}
    if clause.id in HOSTILE:
        found[_line_with(f'"{clause.id}"', [ROOT / HOSTILE_SERVERS])].add("hostile servers")
    return _sorted(found) or {place(calibrate): (ACCEPTS_NOTHING,)}


def _line_with(text: str, paths: Sequence[Path]) -> str:
    """Return the first file and line that has a text; the last file alone where none has it, or it is not installed."""
    for path in filter(Path.is_file, paths):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if text in line:
                return f"{_short(path)}:{number}"
    return _short(paths[-1])


def _sorted(found: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    return {where: tuple(sorted(names)) for where, names in sorted(found.items())}
