"""What a fault is: one stage of the honest call, and what replaces it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from types import ModuleType
from typing import Any

from provider.names import spelled_like

Stage = Callable[..., Any]
Deviation = Callable[..., Any]
"""The replacement of a stage: it gets the call, the stage as it would be without it (bound to the call), and
what the stage gets; it returns what the stage returns."""


@dataclass(frozen=True)
class Fault:
    """A deviation of one stage. One that breaks nothing is a variation: another allowed deployment."""

    #: Its name, in small letters with hyphens.
    name: str
    #: What it does, in a sentence.
    what: str
    #: The stage that it replaces.
    stage: str
    #: What takes the place of the stage.
    deviation: Deviation
    #: The clauses that it breaks.
    breaks: tuple[str, ...]
    #: Clauses that may see it too.
    also: tuple[str, ...] = ()
    #: critical (someone else gets in, something is lost or leaks), normal or minor.
    severity: str = "normal"
    #: Readings without which it cannot show.
    needs: Mapping[str, str] = field(default_factory=dict)
    #: Why no run can see it, where that is so.
    invisible: str = ""
    #: Allowed choices (a variation, or `CLAUSE=READING`) under which it cannot be seen.
    hidden_by: tuple[str, ...] = ()
    #: The condition under which it shows, as a report has to state it.
    when: str | None = None
    #: Why a report shows it as more than one cause.
    causes: str = ""
    #: Whether an order that was changed cannot be changed otherwise, so that a run needs many.
    once: bool = False
    #: Whether it shows as what it is only if requests are sent again: no run does so unless the method is idempotent.
    again: bool = False
    #: The source of clauses of which nothing can be said under it.
    hides: str = ""


def fault(
    stage: str,
    *breaks: str,
    also: tuple[str, ...] = (),
    severity: str = "normal",
    needs: Mapping[str, str] | None = None,
    invisible: str = "",
    hidden_by: tuple[str, ...] = (),
    causes: str = "",
    once: bool = False,
    again: bool = False,
) -> Callable[[Deviation], Fault]:
    """Make a fault of a function: its name with hyphens, and the first line of its docstring."""

    def fault_of(deviation: Deviation) -> Fault:
        name = deviation.__name__.replace("_", "-")
        what = (deviation.__doc__ or "").partition("\n")[0]
        made = Fault(name, what, stage, deviation, breaks, also, severity, needs or {}, invisible, hidden_by)
        return replace(made, causes=causes, once=once, again=again)

    return fault_of


def faults_of(*modules: ModuleType) -> dict[str, Fault]:
    """The faults of modules, alone or in a tuple that is a family."""
    found = {}
    for module in modules:
        for value in vars(module).values():
            family = value if isinstance(value, tuple) else (value,)
            found.update({each.name: each for each in family if isinstance(each, Fault)})
    return found


Call = type[Any]
"""A class that answers requests: a method for each stage."""


def stages(call: Call) -> frozenset[str]:
    """Return the names of the stages of an honest call, which a fault can replace."""
    return frozenset(name for name in dir(call) if name[0] != "_" and callable(getattr(call, name)))


def with_faults(call: Call, names: tuple[str, ...], known: Mapping[str, Fault]) -> Call:
    """The call with some of the `known` faults or variations, one around the other where they share a stage.

    Raises ValueError for a name that does not exist.
    """
    for name in names:
        if name not in known:
            raise ValueError(f"fault {name}: no such fault{spelled_like(name, known)}")
        call = _with(known[name], call)
    return call


def _with(fault: Fault, call: Call) -> Call:
    honest = getattr(call, fault.stage)

    def stage(self: Any, *seen: Any, **named: Any) -> Any:
        return fault.deviation(self, partial(honest, self), *seen, **named)

    return type(call.__name__, (call,), {fault.stage: stage})
