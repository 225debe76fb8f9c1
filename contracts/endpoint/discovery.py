"""What the core needs to know of an endpoint, and how endpoints are found. Knows none of them.

An endpoint is a sub-package of `contracts` whose `__init__` holds `ENDPOINT`, an `EndpointDefinition`; its modules
hold functions marked `@oracle`, `@observer` or `@planner` (contracts/endpoint/oracle.py). Its data lies in the folder
of the same name under `specs/`, its properties are among the tests of `tests/conformance/`. All this is in this
project, or in a folder that the variable TIMP_ENDPOINTS names (contracts/__init__.py).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import contracts
from contracts.endpoint import catalogue
from contracts.endpoint.context import Context
from contracts.endpoint.oracle import Judge, Observer, marked
from contracts.endpoint.plan import Change, Kit, PlannedCase, Planner
from contracts.endpoint.planning import planned
from contracts.model.case import Case, View
from contracts.model.clause import Clause
from contracts.model.definition import DefinitionError
from contracts.model.exchange import Exchange, Order, Request
from contracts.model.spelling import meant


@dataclass(frozen=True)
class Calibration:
    """What one accepted request taught: `dialect` is the endpoint's own; None when nothing was accepted."""

    dialect: Any | None
    cases: tuple[Case, ...]


@dataclass(frozen=True)
class EndpointDefinition:
    """The definition of an endpoint, which its package declares.

    `prefix` is the path before the one segment that names an order, `read_prefix` the same for reading an
    order back. `view` turns an exchange's request into traits; `calibrate` finds a request that is accepted,
    taking a new order once one was changed; `bases` makes the accepted requests that planned cases vary, by name,
    or None where the dialect has none. `unreadable` says why a read-back does not show what an accepted request
    stored, or nothing if it does; `unused` whether a read-back shows that nothing is stored. `another` makes of an
    accepted request another one for the same order, where a target might take an order only once; `assumed` is the
    dialect before calibration. `remarks` are lines worth telling of what was answered that break no clause. `measured`
    are values of a request, comparable with each other: the limits of a target are among the accepted ones.
    `facts` are what is true of a request in its case, in words that follow "if", the plainest first; `said` is what a
    request says, in one line.
    `shows` returns the order that an exchange shows to exist, with the lines and quantities that it shows; `by_absence`
    are the clauses about orders and line items that do not exist, which need a whole list of those that do. `untouched`
    is the clause that an order does not change when another one is changed, if there is such a clause.
    """

    title: str
    method: str
    prefix: str
    read_prefix: str | None
    view: Callable[[Exchange, Mapping[str, Order]], View]
    calibrate: Callable[[Callable[[Request], Exchange], Callable[[], Order], Kit], Calibration]
    bases: Mapping[str, Callable[[Order, Kit], Request | None]]
    unused: Callable[[Exchange], bool] = lambda _read: True
    unreadable: Callable[[Exchange, Exchange], str] = lambda _accepted, _read: ""
    another: Change | None = None
    assumed: Any = None
    remarks: Callable[[Iterable[Case]], Iterable[str]] = lambda _cases: ()
    shows: Callable[[Exchange], Order | None] = lambda _exchange: None
    by_absence: frozenset[str] = frozenset()
    untouched: str = ""
    measured: Callable[[View], Iterable[Any]] = lambda _view: ()
    facts: Callable[[Case, Exchange, Context], Iterable[str]] = lambda _case, _exchange, _context: ()
    said: Callable[[Exchange, Context], str] = lambda sent, _context: f"{sent.request.method} {sent.request.path}"


@dataclass(frozen=True)
class Endpoint:
    """An endpoint with its clauses and all that judges them."""

    name: str
    definition: EndpointDefinition
    catalogue: catalogue.Catalogue
    specs: Path
    judges: Mapping[str, Judge]
    observers: Mapping[str, Observer]
    planners: tuple[Planner, ...]
    _concerned: dict[frozenset[str], tuple[Clause, ...]] = field(default_factory=dict, compare=False, repr=False)

    def concerned(self, touched: frozenset[str]) -> tuple[Clause, ...]:
        """The clauses that may have something to say of requests with traits of the clauses `touched`.

        Most have nothing to say of most: only those with an oracle of their own need no trait of theirs, or of those in
        `refusals_of`.
        """
        found = self._concerned.get(touched)
        if found is None:
            own = self.judges.keys() | self.observers.keys()
            every = self.catalogue.clauses.values()
            found = tuple(c for c in every if c.id in own or c.id in touched or not touched.isdisjoint(c.refusals_of))
            self._concerned[touched] = found
        return found

    def planned(self, kit: Kit) -> list[PlannedCase]:
        """Return the cases of all planners, as they build them with `kit`. Raises DefinitionError."""
        return list(planned(self.planners, kit, self.catalogue.clauses, self.definition.bases))

    def context(
        self,
        orders: Iterable[Order],
        readings: Mapping[str, str],
        *,
        may_change: bool = True,
        undecided: Iterable[str] = (),
        denied: Iterable[Any] = (),
        base_url: str = "",
    ) -> Context:
        """The frozen context oracles judge in."""
        return Context(
            catalogue=self.catalogue,
            orders={order.uuid.lower(): order for order in orders},
            readings=dict(readings),
            reader=self.definition.view,
            specs=self.specs,
            may_change=may_change,
            undecided=frozenset(undecided),
            denied=frozenset(denied),
            base_url=base_url,
        )


class Endpoints(Mapping[str, Endpoint]):
    """The endpoints by name. Each is loaded when it is asked for: what is wrong in one disturbs no other."""

    def __getitem__(self, name: str) -> Endpoint:
        if name not in tuple(self):
            raise KeyError(name)
        return _loaded(name)

    def __contains__(self, name: object) -> bool:
        """Return whether there is an endpoint of a name; it is not loaded for that."""
        return name in tuple(self)

    def __iter__(self) -> Iterator[str]:
        """Yield the names of the packages for which there are clauses."""
        found = (info.name for info in pkgutil.iter_modules(contracts.__path__) if info.ispkg)
        return (name for name in found if _specs(name) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def discover() -> Endpoints:
    """Return all endpoints, by name. Asking for one raises DefinitionError if it cannot be used."""
    return Endpoints()


def _specs(name: str) -> Path | None:
    """Return the folder with the data of an endpoint; None if there are no clauses of that name."""
    folders = (home / "specs" / name for home in contracts.HOMES)
    return next((folder for folder in folders if (folder / "clauses.toml").exists()), None)


@cache
def _loaded(name: str) -> Endpoint:
    specs = _specs(name)
    module = importlib.import_module(f"{contracts.__name__}.{name}")
    definition = getattr(module, "ENDPOINT", None)
    if specs is None or not isinstance(definition, EndpointDefinition):
        raise DefinitionError(f"{module.__file__}: ENDPOINT: is missing, or not an EndpointDefinition")
    return _assemble(name, module, definition, specs)


def _assemble(name: str, package: ModuleType, definition: EndpointDefinition, specs: Path) -> Endpoint:
    clauses = catalogue.load(specs / "clauses.toml")
    modules = [
        importlib.import_module(f"{package.__name__}.{info.name}") for info in pkgutil.iter_modules(package.__path__)
    ]
    functions = [function for module in modules for function in marked(module)]
    judges = {function.clause: function.judge for function in functions if function.kind == "oracle"}
    observers = {function.clause: function.judge for function in functions if function.kind == "observer"}
    for clause in [*judges, *observers]:
        if clause not in clauses.clauses:
            known = meant(clause, clauses.clauses)
            raise DefinitionError(f"{package.__file__}: an oracle judges {clause}, which {specs} does not state{known}")
    return Endpoint(
        name=name,
        definition=definition,
        catalogue=clauses,
        specs=specs,
        judges=judges,
        observers=observers,
        planners=tuple(function.judge for function in functions if function.kind == "planner"),
    )
