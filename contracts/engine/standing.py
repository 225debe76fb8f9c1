"""What is known to be stored on an order."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.model.exchange import Exchange


class NoBaseError(Exception):
    """This target accepts no request of the kind that another varies."""


@dataclass(frozen=True)
class Standing:
    """What is stored on an order: the accepted base of this name, and the order read back after it."""

    name: str
    base: Exchange
    before: Exchange | None

    @property
    def steps(self) -> tuple[tuple[str, Exchange], ...]:
        """The first steps of a case that varies it."""
        return (("base", self.base), *([("before", self.before)] if self.before else []))
