"""What the standard part of the suite needs to know of a call: its method, its path, and a table of its fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from contracts.model.case import Case
from contracts.model.exchange import Exchange

if TYPE_CHECKING:
    from contracts.endpoint.plan import Change

Hook = Callable[[Case, Exchange, Any], bool]
"""Says something of a request in its case and context."""

CONTAINERS = {"object": "is-an-object", "array": "is-an-array"}
"""How the id of the clause ends that says which container a member is."""

VERBS = ("PUT", "POST", "PATCH", "DELETE")
"""The verbs that may change something."""


@dataclass(frozen=True)
class Field:
    """One row of the table of fields, as `[[fields]]` in clauses.toml states it."""

    #: Names from the body down, without indexes, such as `line_items[].line_item_uuid`; empty for the body itself.
    path: str
    #: Its JSON type: object, array, string, integer or decimal.
    type: str
    #: Whether the page requires it.
    required: bool = False
    #: The section of its clauses.
    section: str = "request-parameters"
    #: The heading of the page that it is under.
    where: str = "Request Parameters"
    #: The heading that its members are under; empty if it is the same.
    inside: str = ""
    #: What sentences call a container; empty for its name.
    noun: str = ""
    #: Other names that the page gives it.
    also: tuple[str, ...] = ()
    #: False if the endpoint plans its cases on its own.
    cases: bool = True

    @cached_property
    def name(self) -> str:
        """The last name of the path."""
        return self.path.removesuffix("[]").rpartition(".")[2]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """All names that the page gives it."""
        return (self.name, *self.also)

    @cached_property
    def parent(self) -> str | None:
        """The path of the container that holds it; None for the body."""
        if not self.path:
            return None
        return self.path.removesuffix("[]") if self.path.endswith("[]") else self.path.rpartition(".")[0]

    @property
    def slug(self) -> str:
        """The name as clause ids have it."""
        return (self.noun or self.name).replace("_", "-").replace(" ", "-")

    @property
    def missing(self) -> str:
        """The clause that it is there; empty if it may be left out."""
        return f"{self.section}.{self.slug if self.path else 'body'}-required" if self.required else ""

    @property
    def typed(self) -> str:
        """The clause that it is of its type."""
        return f"{self.section}.{self.slug}-{CONTAINERS.get(self.type, 'type')}"

    @property
    def null(self) -> str:
        """The clause whether null leaves it out; empty where it is required, or an element of an array."""
        optional = bool(self.path) and not self.required and not self.path.endswith("[]")
        return f"{self.section}.{self.slug}-null" if optional else ""

    @property
    def unlisted(self) -> str:
        """The clause what a member of it that the page does not list does; empty for what is not an object."""
        return f"request-parameters.unknown-field-in-{self.slug}" if self.type == "object" else ""


@dataclass(frozen=True)
class Place:
    """A field into which standard cases write."""

    #: Makes a change that sets the field to a value.
    write: Callable[[Any], Change]
    #: The name of the accepted request that is changed.
    base: str = "plain"


@dataclass(frozen=True)
class Call:
    """A call: a method on a path of which one segment names a test order."""

    #: The verb.
    method: str = ""
    #: The documented path, with the name of the segment in braces.
    path: str = ""
    #: The table of fields.
    fields: tuple[Field, ...] = ()
    #: The fields that the standard cases fill with odd values: `number`, and texts by any name.
    places: Mapping[str, Place] = field(default_factory=dict)
    #: Makes of an accepted request another one for the same order, which a target stores in its place.
    another: Change | None = None
    #: True if a request asks for nothing but what was accepted before in its case, so that 204 may answer it.
    repeats: Hook = lambda case, exchange, _context: case.repeats_an_accepted_one(exchange)
    #: True if a request may be refused for a limit or a rule of its target that no clause speaks of.
    left_open: Hook = lambda _case, _exchange, _context: False

    @property
    def prefix(self) -> str:
        """The path before the segment."""
        return self.path.partition("{")[0]

    @property
    def parameter(self) -> str:
        """The name of the segment, as the page has it."""
        return self.path.partition("{")[2].partition("}")[0]

    @property
    def others(self) -> tuple[str, ...]:
        """The verbs that may change something and are not the call's."""
        return tuple(verb for verb in VERBS if verb != self.method)

    def field(self, path: str) -> Field | None:
        """Return the row of a path; None if the table has none."""
        return self._rows.get(path)

    def members(self, path: str) -> tuple[Field, ...]:
        """Return the listed members of an object."""
        return self._members.get(path, ())

    @cached_property
    def _rows(self) -> Mapping[str, Field]:
        return {each.path: each for each in self.fields}

    @cached_property
    def _members(self) -> Mapping[str, tuple[Field, ...]]:
        listed = [each for each in self.fields if not each.path.endswith("[]")]
        parents = dict.fromkeys(each.parent for each in listed if each.parent is not None)
        return {path: tuple(each for each in listed if each.parent == path) for path in parents}
