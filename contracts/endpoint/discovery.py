"""What the core needs to know of an endpoint, and how endpoints are found. Knows none of them.

An endpoint is a sub-package of `contracts` whose `__init__` holds `ENDPOINT`, an `EndpointDefinition`; its modules
hold functions marked `@oracle`, `@observer` or `@planner` (contracts/endpoint/judges.py). Its data lies in the folder
of the same name under `specs/`, its properties are among the tests of `tests/conformance/`. All this is in this
project, or in a folder that the variable TIMP_ENDPOINTS names (contracts/__init__.py).
"""

from __future__ import annotations

import datetime
import importlib
import pkgutil
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import contracts
from contracts.endpoint import catalogue, included
from contracts.endpoint.call import Call, Hook, Place
from contracts.endpoint.context import Context
from contracts.endpoint.judges import Judge, Observer, marked
from contracts.endpoint.plan import Change, Kit, PlannedCase, Planner
from contracts.endpoint.planning import planned
from contracts.model.case import Case, View
from contracts.model.clause import Clause
from contracts.model.definition import DefinitionError
from contracts.model.exchange import Exchange, Order, Request
from contracts.model.spelling import meant


@dataclass(frozen=True)
class Calibration:
    """What one accepted request showed."""

    #: How the target is spoken to, in a value of the endpoint's own; None if nothing was accepted.
    dialect: Any | None
    #: What was sent for it.
    cases: tuple[Case, ...]


Narrow = Callable[..., dict[str, Any]]
"""Takes an OpenAPI document, and by name `readings`, `order` and `year`, in which dates lie."""


@dataclass(frozen=True)
class EndpointDefinition:
    """The definition of an endpoint, which its package declares."""

    #: Its name in reports.
    title: str
    #: The path before the order's UUID for reading an order back; None if that cannot be done.
    read_prefix: str | None
    #: Turns an exchange's request into traits.
    view: Callable[[Exchange, Mapping[str, Order], Call], View]
    #: Finds a request that is accepted, taking a new order once one was changed.
    calibrate: Callable[[Callable[[Request], Exchange], Callable[[], Order], Kit], Calibration]
    #: Make the accepted requests that planned cases vary, by name; None where the dialect has none.
    bases: Mapping[str, Callable[[Order, Kit], Request | None]]
    #: Whether a read-back shows that nothing is stored.
    unused: Callable[[Exchange], bool] = lambda _read: True
    #: Why a read-back does not show what an accepted request stored; empty if it does.
    unreadable: Callable[[Exchange, Exchange], str] = lambda _accepted, _read: ""
    #: Makes of an accepted request another one for the same order, where a target might take an order only once.
    another: Change | None = None
    #: The dialect before calibration.
    assumed: Any = None
    #: Lines worth knowing about what was answered, which break no clause.
    remarks: Callable[[Iterable[Case]], Iterable[str]] = lambda _cases: ()
    #: The order that an exchange shows to exist, with the lines and quantities that it shows.
    shows: Callable[[Exchange], Order | None] = lambda _exchange: None
    #: The clauses about orders and line items that do not exist, which need a whole list of those that do.
    by_absence: frozenset[str] = frozenset()
    #: The clause that an order does not change when another one is changed, if there is such a clause.
    untouched: str = ""
    #: Values of a request, comparable with each other: the limits of a target are among the accepted ones.
    measured: Callable[[View], Iterable[Any]] = lambda _view: ()
    #: What is true of a request in its case, in words that follow "if", the plainest first.
    facts: Callable[[Case, Exchange, Context], Iterable[str]] = lambda _case, _exchange, _context: ()
    #: What a request says, in one line.
    said: Callable[[Exchange, Context], str] = lambda sent, _context: f"{sent.request.method} {sent.request.path}"
    #: What the standard part needs to know (contracts/endpoint/call.py), as `another` and the next two.
    places: Mapping[str, Place] = field(default_factory=dict)
    #: Whether a request asks for nothing but what was accepted before in its case.
    repeats: Hook = Call.repeats
    #: Whether a request may be refused for a limit or a rule of its target that no clause speaks of.
    left_open: Hook = Call.left_open
    #: Makes of the OpenAPI document one from which requests for one order are generated, with the readings found.
    narrowed: Narrow = lambda document, **_known: dict(document)
    #: The verb, and the path before the order's UUID, as clauses.toml states them.
    method: str = ""
    #: The path before the order's UUID; that of the call in clauses.toml if it is empty.
    prefix: str = ""


@dataclass(frozen=True)
class Endpoint:
    """An endpoint with its clauses and all that judges them."""

    #: The name of its package.
    name: str
    #: What its package declares.
    definition: EndpointDefinition
    #: Its clauses.
    catalogue: catalogue.Catalogue
    #: The folder of its data.
    specs: Path
    #: What judges an exchange, by clause.
    judges: Mapping[str, Judge]
    #: What sees which reading an exchange shows, by question.
    observers: Mapping[str, Observer]
    #: What makes its planned cases.
    planners: tuple[Planner, ...]
    _concerned: dict[frozenset[str], tuple[Clause, ...]] = field(default_factory=dict, compare=False, repr=False)

    def concerned(self, touched: frozenset[str]) -> tuple[Clause, ...]:
        """The clauses that may have something to say of requests with traits of the clauses `touched`.

        Most have nothing to say of most: only those with an oracle of their own that are not about traits need no trait
        of theirs, or of those in `refusals_of`.
        """
        found = self._concerned.get(touched)
        if found is None:
            own = self.judges.keys() | self.observers.keys()
            every = self.catalogue.clauses.values()
            found = tuple(
                c
                for c in every
                if c.id in touched or not touched.isdisjoint(c.refusals_of) or (c.id in own and not c.is_about_a_trait)
            )
            self._concerned[touched] = found
        return found

    def kit(self, seed: int, today: datetime.date, **known: Any) -> Kit:
        """Return what planners build with: in the dialect that is assumed, and with what is `known` of the target."""
        return Kit(seed, today, **{"dialect": self.definition.assumed, "call": self.call, **known})

    def planned(self, kit: Kit) -> list[PlannedCase]:
        """Return the cases of all planners, as they build them with `kit`. Raises DefinitionError."""
        known = replace(kit, call=self.call)
        return list(planned(self.planners, known, self.catalogue.clauses, self.definition.bases))

    @property
    def call(self) -> Call:
        """The call, as the standard part knows it."""
        return self.catalogue.call

    def view(self, exchange: Exchange, orders: Mapping[str, Order]) -> View:
        """Return the traits of a request."""
        return self.definition.view(exchange, orders, self.call)

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
            reader=self.view,
            call=self.call,
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
    if not clauses.call.method:
        raise DefinitionError(f"{specs / 'clauses.toml'}: call: is missing: state its method and its path")
    own, standard = _modules(package), _modules(importlib.import_module(f"{contracts.__name__}.standard"))
    _check(own, clauses.clauses, specs / "clauses.toml")
    _check(standard, [*clauses.clauses, *included.every()], included.STANDARD)
    modules = sorted([*own, *standard], key=lambda module: module.__name__.rpartition(".")[2])
    functions = [each for module in modules for each in marked(module) if each.clause in {"", *clauses.clauses}]
    judges = {function.clause: function.judge for function in functions if function.kind == "oracle"}
    observers = {function.clause: function.judge for function in functions if function.kind == "observer"}
    hooks = {key: getattr(definition, key) for key in ("places", "another", "repeats", "left_open")}
    call = replace(clauses.call, **hooks)
    return Endpoint(
        name=name,
        definition=replace(definition, method=call.method, prefix=call.prefix),
        catalogue=replace(clauses, call=call),
        specs=specs,
        judges=judges,
        observers=observers,
        planners=tuple(function.judge for function in functions if function.kind == "planner"),
    )


def _modules(package: ModuleType) -> list[ModuleType]:
    return [
        importlib.import_module(f"{package.__name__}.{info.name}") for info in pkgutil.iter_modules(package.__path__)
    ]


def _check(modules: Iterable[ModuleType], known: Collection[str], place: Path) -> None:
    """Raise DefinitionError if a function of these modules judges a clause that no one states."""
    for module in modules:
        for each in marked(module):
            if each.clause and each.clause not in known:
                what = f"an oracle judges {each.clause}, which {place} does not state{meant(each.clause, known)}"
                raise DefinitionError(f"{module.__file__}: {what}")
