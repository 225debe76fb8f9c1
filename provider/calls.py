"""The calls that the provider has, by the names of their endpoints."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from provider.fault import Fault
from provider.readings import Switches

DEFAULT = "allocate_order"


@dataclass(frozen=True)
class CallDefinition:
    """A call, as its package declares it in CALL."""

    #: The class that answers.
    handler: type[Any]
    #: What it can do wrong, by name.
    faults: Mapping[str, Fault]
    #: What it may do otherwise, by name.
    variations: Mapping[str, Fault] = field(default_factory=dict)
    #: The questions of its page.
    switches: Switches = field(default_factory=dict)
    #: The readings with which an order can be changed once, by question.
    once: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def known(self) -> Mapping[str, Fault]:
        """All faults and variations by name."""
        return {**self.faults, **self.variations}


@cache
def call_of(name: str) -> CallDefinition:
    """Return the call of an endpoint. Raises ValueError if the provider does not have it."""
    try:
        found = importlib.import_module(f"provider.{name}").CALL
    except (ModuleNotFoundError, AttributeError):
        raise ValueError(f"endpoint {name}: the reference provider has no such call") from None
    if not isinstance(found, CallDefinition):
        raise ValueError(f"endpoint {name}: CALL is not a CallDefinition")  # noqa: TRY004 - as for a name
    return found
